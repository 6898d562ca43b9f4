"""Train the fit network, which scores whether a part fits its context and which the report's APA is measured with:

python -m engine.training.train_fit --data data/train --minutes 15 --out runs/fit

Writes fit.safetensors (averaged weights in half precision, validation metrics in its notes), log.csv and curve.png.
--resume continues a run. Features of the songs are kept in the run folder (0.1 MB per song).
"""

from __future__ import annotations

import argparse
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional as F

from engine.evaluation.embeddings.fit import save_fit
from engine.evaluation.embeddings.fit_network import FitNetwork
from engine.runtime.command_line import exit_on_bad_input
from engine.runtime.device import autocast
from engine.training.metric_models.fit_examples import FIT_FEATURE, FitBatch, draw_fit_batch
from engine.training.metric_models.stem_pool import open_stem_pools
from engine.training.runs.options import RunOptions, add_run_arguments, parse_budget
from engine.training.runs.prefetch import prefetch
from engine.training.runs.processes import process_device
from engine.training.runs.run import Run

BATCH = 48
LEARNING_RATE, BETAS, WARM_UP_STEPS, EMA_DECAY = 2e-3, (0.9, 0.99), 50, 0.995
LOG_EVERY, SAVE_EVERY_S = 200, 60.0
VALIDATION_BATCHES = 6
HARD_NEGATIVE_WEIGHT = 0.25  # share of the negatives' weight that transposed parts have, and shifted parts as well


class FitRun(Run):
    """A training run of the fit network."""

    def __init__(self, options: RunOptions) -> None:
        torch.manual_seed(options.seed)
        self.network = FitNetwork().to(process_device(options.device))
        super().__init__({"fit": self.network}, options)

    def write_model(self, notes: Mapping[str, Any]) -> None:
        save_fit(self.options.out / "fit.safetensors", self.network, notes)

    def loss(self, batch: FitBatch) -> Tensor:
        """Binary cross-entropy of “fits”. Positives and negatives have the same total weight."""
        self.network.train()
        with autocast(self.accelerator.device.type):
            logits = self._logits(self.trained["fit"], batch)
        own = torch.eye(len(logits), dtype=torch.bool, device=logits.device)
        positives, transposed, shifted = (block[own] for block in logits.chunk(3, dim=1))
        other_songs, transposed = logits[~own.repeat(1, 3)], transposed[batch.pitched.all(dim=1).to(transposed.device)]
        negatives = (
            (1 - 2 * HARD_NEGATIVE_WEIGHT, other_songs),
            (HARD_NEGATIVE_WEIGHT, transposed),
            (HARD_NEGATIVE_WEIGHT, shifted),
        )
        return F.softplus(-positives).mean() + sum(weight * F.softplus(x).mean() for weight, x in negatives if len(x))

    @torch.inference_mode()
    def validation_metrics(self, batches: Sequence[FitBatch]) -> dict[str, float]:
        """Metrics of the averaged weights.

        “accuracy” and “AUC” tell parts of the same song from parts of other songs, for pairs that are both pitched and
        for pairs with a side of drums alone. “above itself transposed” and “above itself off the beat” are the shares
        of parts that score higher than their transposed and shifted versions.
        """
        with self.ema.swapped():
            self.network.eval()
            logits = torch.cat([self._logits(self.network, batch).cpu() for batch in batches])  # [A, 3 B]
        count = logits.shape[1] // 3
        own = torch.eye(count, dtype=torch.bool).repeat(len(batches), 1)  # [A, B]
        pitched = torch.cat([batch.pitched[:, :1] & batch.pitched[:, 1] for batch in batches])
        parts, transposed, shifted = logits.chunk(3, dim=1)
        metrics = {}
        for name, pairs in (("pitched", pitched), ("drums alone", ~pitched)):
            positives, negatives = parts[own & pairs], parts[~own & pairs]
            metrics[f"{name}: accuracy"] = float(((positives > 0).float().mean() + (negatives <= 0).float().mean()) / 2)
            metrics[f"{name}: AUC"] = roc_auc(positives, negatives)
        metrics["above itself transposed"] = float((parts > transposed)[own & pitched].float().mean())
        metrics["above itself off the beat"] = float((parts > shifted)[own].float().mean())
        return metrics

    def _logits(self, network: torch.nn.Module, batch: FitBatch) -> Tensor:
        """Logits `[B, 3 B]` of each context with each part, each transposed part and each shifted part."""
        kinds = (batch.contexts, batch.parts, batch.transposed, batch.shifted)
        contexts, *parts = (powers.to(self.accelerator.device) for powers in kinds)
        return network(contexts, torch.cat(parts)).float()


def roc_auc(positives: Tensor, negatives: Tensor) -> float:
    """Probability that a positive scores above a negative (area under the ROC curve); NaN if a side is empty."""
    ranks = torch.searchsorted(negatives.sort().values, positives)
    return float(ranks.float().mean() / len(negatives))


def run_options(options: argparse.Namespace) -> RunOptions:
    """Options from the command line and this module's constants."""
    return RunOptions(
        options.out,
        parse_budget(options),
        options.resume,
        options.seed,
        learning_rate=LEARNING_RATE,
        betas=BETAS,
        warm_up_steps=WARM_UP_STEPS,
        ema_decay=EMA_DECAY,
        save_every_s=SAVE_EVERY_S,
        save_every_steps=options.save_every,
        device=options.device,
    )


def train(run: FitRun, data: Path) -> dict[str, float]:
    """Run the whole training. Returns the validation metrics."""
    train_pool, held_out = open_stem_pools(run.options.out, data, FIT_FEATURE)
    rng = np.random.default_rng(0)
    validation = [draw_fit_batch(held_out, rng, BATCH) for _ in range(VALIDATION_BATCHES)]

    def draw(step: int) -> FitBatch:
        return draw_fit_batch(train_pool, np.random.default_rng((run.options.seed, step)), BATCH)

    for step, batch in prefetch(draw, run.steps()):
        loss = run.loss(batch)
        run.backward(loss)
        run.record(loss=loss)
        run.update()
        if step % LOG_EVERY == LOG_EVERY - 1:
            run.log(**run.validation_metrics(validation))
    metrics = run.validation_metrics(validation)
    run.notes["held_out"] = metrics
    run.save()
    return metrics


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True, help="folder of songs (engine.synthetic.generate)")
    add_run_arguments(parser, "runs/fit", "run folder: fit.safetensors, state, log and curve")
    options = parser.parse_args(arguments)
    with exit_on_bad_input():
        run = FitRun(run_options(options))
        metrics = train(run, options.data)
    print(f"held out after {run.step} steps: " + ", ".join(f"{name} {share:.0%}" for name, share in metrics.items()))


if __name__ == "__main__":
    main()
