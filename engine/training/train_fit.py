"""Train the network that the report's APA rests on, which hears whether a part fits its context:

python -m engine.training.train_fit --data data/train --minutes 15 --out runs/fit

Writes fit.safetensors (averaged weights in half precision, with what it reaches on held-out songs), log.csv and
curve.png. It resumes; what it hears of the songs is kept in the run folder (0.1 MB a song).
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
from engine.training.judges.fit_examples import HEARD, FitBatch, draw_fit
from engine.training.judges.stem_pool import open_pools
from engine.training.runs.options import RunOptions, add_run_arguments, budget_of
from engine.training.runs.prefetch import prefetch
from engine.training.runs.processes import process_device
from engine.training.runs.run import Run

BATCH = 48
LEARNING_RATE, BETAS, WARM_UP_STEPS, EMA_DECAY = 2e-3, (0.9, 0.99), 50, 0.995
LOG_EVERY, SAVE_EVERY_S = 200, 60.0
VALIDATION_BATCHES = 6
HARD = 0.25  # of the weight of what does not fit: parts transposed, and as much parts moved


class FitRun(Run):
    """The network and how far it has come."""

    def __init__(self, options: RunOptions) -> None:
        torch.manual_seed(options.seed)
        self.network = FitNetwork().to(process_device(options.device))
        super().__init__({"fit": self.network}, options)

    def write_model(self, notes: Mapping[str, Any]) -> None:
        save_fit(self.options.out / "fit.safetensors", self.network, notes)

    def loss(self, batch: FitBatch) -> Tensor:
        """Cross-entropy of fitting or not, what fits weighing as much as what does not."""
        self.network.train()
        with autocast(self.accelerator.device.type):
            logits = self._logits(self.trained["fit"], batch)
        own = torch.eye(len(logits), dtype=torch.bool, device=logits.device)
        fitting, up, moved = (block[own] for block in logits.chunk(3, dim=1))
        elsewhere, up = logits[~own.repeat(1, 3)], up[batch.pitched.all(dim=1).to(up.device)]
        against = ((1 - 2 * HARD, elsewhere), (HARD, up), (HARD, moved))
        return F.softplus(-fitting).mean() + sum(weight * F.softplus(x).mean() for weight, x in against if len(x))

    @torch.inference_mode()
    def reached(self, batches: Sequence[FitBatch]) -> dict[str, float]:
        """Of the averaged weights, on parts of the same song and of others: the share of right answers, and how often
        what fits scores above what does not (AUC); where both sides have pitches, and where one is drums alone. And
        how often a part scores above itself transposed, and above itself off the beat.
        """
        with self.ema.swapped():
            self.network.eval()
            logits = torch.cat([self._logits(self.network, batch).cpu() for batch in batches])  # [A, 3 B]
        count = logits.shape[1] // 3
        own = torch.eye(count, dtype=torch.bool).repeat(len(batches), 1)  # [A, B]
        pitched = torch.cat([batch.pitched[:, :1] & batch.pitched[:, 1] for batch in batches])
        parts, up, moved = logits.chunk(3, dim=1)
        figures = {}
        for name, pairs in (("pitched", pitched), ("drums alone", ~pitched)):
            fitting, elsewhere = parts[own & pairs], parts[~own & pairs]
            figures[f"{name}: accuracy"] = float(((fitting > 0).float().mean() + (elsewhere <= 0).float().mean()) / 2)
            figures[f"{name}: AUC"] = told_apart(fitting, elsewhere)
        figures["above itself transposed"] = float((parts > up)[own & pitched].float().mean())
        figures["above itself off the beat"] = float((parts > moved)[own].float().mean())
        return figures

    def _logits(self, network: torch.nn.Module, batch: FitBatch) -> Tensor:
        """Of each context with each part `[B, 3 B]`: those that belong to them, transposed, moved."""
        kinds = (batch.contexts, batch.parts, batch.transposed, batch.moved)
        contexts, *parts = (powers.to(self.accelerator.device) for powers in kinds)
        return network(contexts, torch.cat(parts)).float()


def told_apart(fitting: Tensor, unfitting: Tensor) -> float:
    """How often one of the first scores above one of the second (AUC); NaN where a side is empty."""
    ranks = torch.searchsorted(unfitting.sort().values, fitting)
    return float(ranks.float().mean() / len(unfitting))


def run_options(options: argparse.Namespace) -> RunOptions:
    """What the command line leaves open is the network's own."""
    return RunOptions(
        options.out,
        budget_of(options),
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
    """The whole run; returns what it reached on held-out songs."""
    learned_from, held_out = open_pools(run.options.out, data, HEARD)
    rng = np.random.default_rng(0)
    validation = [draw_fit(held_out, rng, BATCH) for _ in range(VALIDATION_BATCHES)]

    def draw(step: int) -> FitBatch:
        return draw_fit(learned_from, np.random.default_rng((run.options.seed, step)), BATCH)

    for step, batch in prefetch(draw, run.steps()):
        loss = run.loss(batch)
        run.backward(loss)
        run.gather(loss=loss)
        run.update()
        if step % LOG_EVERY == LOG_EVERY - 1:
            run.log(**run.reached(validation))
    reached = run.reached(validation)
    run.notes["held_out"] = reached
    run.save()
    return reached


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True, help="folder of songs (engine.synthetic.generate)")
    add_run_arguments(parser, "runs/fit", "run folder: fit.safetensors, state, log and curve")
    options = parser.parse_args(arguments)
    with exit_on_bad_input():
        run = FitRun(run_options(options))
        reached = train(run, options.data)
    print(f"held out after {run.step} steps: " + ", ".join(f"{name} {share:.0%}" for name, share in reached.items()))


if __name__ == "__main__":
    main()
