"""Train the tagger that the report's distances and instrument figures rest on:

python -m engine.training.train_tagger --data data/train --minutes 10 --out runs/tagger

Writes tagger.safetensors (averaged weights in eight bits, with the held-out accuracy of each head), log.csv and
curve.png. It resumes; what it hears of the songs is kept in the run folder (0.5 MB a song).
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
from engine.training.judges.stem_pool import open_pools
from engine.training.judges.tagger_examples import HEARD, TaggedBatch, draw_tagged
from engine.training.runs.options import RunOptions, add_run_arguments, budget_of
from engine.training.runs.prefetch import prefetch
from engine.training.runs.processes import process_device
from engine.training.runs.run import Run

BATCH = 32
LEARNING_RATE, BETAS, WARM_UP_STEPS, EMA_DECAY = 2e-3, (0.9, 0.999), 50, 0.995
LOG_EVERY, SAVE_EVERY_S = 200, 60.0
VALIDATION_WINDOWS = 256
AUGMENTED_FROM = 0.4  # share of the budget: from augmented sounds alone it learns slowly


class TaggerRun(Run):
    """The network and how far it has come."""

    def __init__(self, options: RunOptions) -> None:
        torch.manual_seed(options.seed)
        self.tagger = Tagger().to(process_device(options.device))
        super().__init__({"tagger": self.tagger}, options)

    def write_model(self, notes: Mapping[str, Any]) -> None:
        save_tagger(self.options.out / "tagger.safetensors", self.tagger, notes)

    def loss(self, batch: TaggedBatch) -> Tensor:
        """The mean over the heads."""
        device = self.accelerator.device
        self.tagger.train()
        with autocast(device.type):
            answers = self.trained["tagger"](batch.power.to(device))
        losses = [
            F.cross_entropy(answers[name].float(), batch.labels[name].to(device), ignore_index=UNKNOWN)
            for name in HEADS
            if (batch.labels[name] != UNKNOWN).any()
        ]
        return torch.stack(losses).mean()

    @torch.inference_mode()
    def accuracy(self, batches: Sequence[TaggedBatch]) -> dict[str, float]:
        """Share of right answers by head, of the averaged weights."""
        right: dict[str, list[Tensor]] = {name: [] for name in HEADS}
        device = self.accelerator.device
        with self.ema.swapped():
            self.tagger.eval()
            for batch in batches:
                answers = self.tagger(batch.power.to(device))
                for name, logits in answers.items():
                    known = batch.labels[name] != UNKNOWN
                    right[name].append((logits.argmax(dim=1).cpu() == batch.labels[name])[known].float())
        return {name: float(torch.cat(hits).mean()) for name, hits in right.items()}


def run_options(options: argparse.Namespace) -> RunOptions:
    """What the command line leaves open is the tagger's own."""
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


def train(run: TaggerRun, data: Path) -> dict[str, float]:
    """The whole run; returns the held-out accuracy by head."""
    learned_from, held_out = open_pools(run.options.out, data, HEARD)
    rng = np.random.default_rng(0)
    validation = [draw_tagged(held_out, rng, BATCH) for _ in range(VALIDATION_WINDOWS // BATCH)]

    def draw(step: int) -> TaggedBatch:
        return draw_tagged(learned_from, np.random.default_rng((run.options.seed, step)), BATCH)

    for step, batch in prefetch(draw, run.steps()):
        if run.share >= AUGMENTED_FROM:
            batch = batch.augmented(np.random.default_rng((run.options.seed, step, 1)))
        loss = run.loss(batch)
        run.backward(loss)
        run.gather(loss=loss)
        run.update()
        if step % LOG_EVERY == LOG_EVERY - 1:
            run.log(**run.accuracy(validation))
    reached = run.accuracy(validation)
    run.notes["held_out_accuracy"] = reached
    run.save()
    return reached


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True, help="folder of songs (engine.synthetic.generate)")
    add_run_arguments(parser, "runs/tagger", "run folder: tagger.safetensors, state, log and curve")
    options = parser.parse_args(arguments)
    with exit_on_bad_input():
        run = TaggerRun(run_options(options))
        reached = train(run, options.data)
    print(f"held out after {run.step} steps: " + ", ".join(f"{name} {share:.0%}" for name, share in reached.items()))


if __name__ == "__main__":
    main()
