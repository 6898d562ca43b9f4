"""Train the tagger, which the report measures FAD and instrument families with:

python -m engine.training.train_tagger --data data/train --minutes 10 --out runs/tagger

Writes tagger.safetensors (averaged weights as int8, held-out accuracy of each head in its notes), log.csv and
curve.png. --resume continues a run. Features of the songs are kept in the run folder (0.5 MB per song).
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

from engine.evaluation.embeddings.tagger import save_tagger
from engine.evaluation.embeddings.tagger_network import Tagger
from engine.evaluation.embeddings.tags import HEADS, UNKNOWN
from engine.runtime.command_line import exit_on_bad_input
from engine.runtime.device import autocast
from engine.training.metric_models.stem_pool import open_stem_pools
from engine.training.metric_models.tagger_examples import TAGGER_FEATURE, TaggerBatch, draw_tagger_batch
from engine.training.runs.options import RunOptions, add_run_arguments, parse_budget
from engine.training.runs.prefetch import prefetch
from engine.training.runs.processes import process_device
from engine.training.runs.run import Run

BATCH = 32
LEARNING_RATE, BETAS, WARM_UP_STEPS, EMA_DECAY = 2e-3, (0.9, 0.999), 50, 0.995
LOG_EVERY, SAVE_EVERY_S = 200, 60.0
VALIDATION_WINDOWS = 256
AUGMENTATION_FROM = 0.4  # share of the budget; with augmentation from the start the tagger learns slowly


class TaggerRun(Run):
    """A training run of the tagger."""

    def __init__(self, options: RunOptions) -> None:
        torch.manual_seed(options.seed)
        self.tagger = Tagger().to(process_device(options.device))
        super().__init__({"tagger": self.tagger}, options)

    def write_model(self, notes: Mapping[str, Any]) -> None:
        save_tagger(self.options.out / "tagger.safetensors", self.tagger, notes)

    def loss(self, batch: TaggerBatch) -> Tensor:
        """Cross-entropy, the mean over the heads that have a label in the batch."""
        device = self.accelerator.device
        self.tagger.train()
        with autocast(device.type):
            logits = self.trained["tagger"](batch.power.to(device))
        losses = [
            F.cross_entropy(logits[name].float(), batch.labels[name].to(device), ignore_index=UNKNOWN)
            for name in HEADS
            if (batch.labels[name] != UNKNOWN).any()
        ]
        return torch.stack(losses).mean()

    @torch.inference_mode()
    def accuracy(self, batches: Sequence[TaggerBatch]) -> dict[str, float]:
        """Accuracy of the averaged weights by head."""
        correct: dict[str, list[Tensor]] = {name: [] for name in HEADS}
        device = self.accelerator.device
        with self.ema.swapped():
            self.tagger.eval()
            for batch in batches:
                for name, logits in self.tagger(batch.power.to(device)).items():
                    known = batch.labels[name] != UNKNOWN
                    correct[name].append((logits.argmax(dim=1).cpu() == batch.labels[name])[known].float())
        return {name: float(torch.cat(hits).mean()) for name, hits in correct.items()}


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


def train(run: TaggerRun, data: Path) -> dict[str, float]:
    """Run the whole training. Returns the held-out accuracy by head."""
    train_pool, held_out = open_stem_pools(run.options.out, data, TAGGER_FEATURE)
    rng = np.random.default_rng(0)
    validation = [draw_tagger_batch(held_out, rng, BATCH) for _ in range(VALIDATION_WINDOWS // BATCH)]

    def draw(step: int) -> TaggerBatch:
        return draw_tagger_batch(train_pool, np.random.default_rng((run.options.seed, step)), BATCH)

    for step, batch in prefetch(draw, run.steps()):
        if run.share >= AUGMENTATION_FROM:
            batch = batch.augmented(np.random.default_rng((run.options.seed, step, 1)))
        loss = run.loss(batch)
        run.backward(loss)
        run.record(loss=loss)
        run.update()
        if step % LOG_EVERY == LOG_EVERY - 1:
            run.log(**run.accuracy(validation))
    accuracy = run.accuracy(validation)
    run.notes["held_out_accuracy"] = accuracy
    run.save()
    return accuracy


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True, help="folder of songs (engine.synthetic.generate)")
    add_run_arguments(parser, "runs/tagger", "run folder: tagger.safetensors, state, log and curve")
    options = parser.parse_args(arguments)
    with exit_on_bad_input():
        run = TaggerRun(run_options(options))
        accuracy = train(run, options.data)
    print(f"held out after {run.step} steps: " + ", ".join(f"{name} {share:.0%}" for name, share in accuracy.items()))


if __name__ == "__main__":
    main()
