"""Train the tagger that the report's distances and instrument figures rest on:

python -m engine.training.train_tagger --data data/train --minutes 10 --out runs/tagger

Writes tagger.safetensors (averaged weights in half precision, with the held-out accuracy of each head), log.csv and
curve.png. It resumes; what it hears of the songs is kept beside them (0.5 MB a song).
"""

from __future__ import annotations

import argparse
import signal
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import torch
from safetensors.torch import load_file, save_file
from torch import Tensor
from torch.nn import functional as F

from engine.cli import exit_on_bad_input
from engine.data.folder import held_out_split, list_songs
from engine.device import autocast, choose_device
from engine.evaluation.embeddings.tagger import save_tagger
from engine.evaluation.embeddings.tagger_network import Tagger
from engine.evaluation.embeddings.tags import HEADS, UNKNOWN
from engine.training.ema import Ema
from engine.training.mel_pool import open_pool
from engine.training.optimizer_state import load_optimizer, optimizer_tensors, under
from engine.training.read_ahead import read_ahead
from engine.training.run import Budget, add_run_arguments, budget_of
from engine.training.run_log import RunLog
from engine.training.tagger_examples import Pool, TaggedBatch, draw_tagged

BATCH = 32
LEARNING_RATE, WEIGHT_DECAY, WARM_UP_STEPS, EMA_DECAY = 2e-3, 0.01, 50, 0.995
LOG_EVERY, SAVE_EVERY_S = 200, 60.0
VALIDATION_WINDOWS = 256


class TaggerRun:
    """The network, its optimiser, and how far they have come."""

    def __init__(self, out: Path, budget: Budget, seed: int, device: torch.device) -> None:
        torch.manual_seed(seed)
        self.out, self.budget, self.seed, self.device = out, budget, seed, device
        self.tagger = Tagger().to(device)
        self.optimizer = torch.optim.AdamW(self.tagger.parameters(), lr=LEARNING_RATE, weight_decay=WEIGHT_DECAY)
        self.ema = Ema({"tagger": self.tagger}, EMA_DECAY)
        self.log = RunLog(out)
        self.step, self.elapsed_s = 0, 0.0
        self._stopping = False
        out.mkdir(parents=True, exist_ok=True)

    @property
    def state_path(self) -> Path:
        return self.out / "state.safetensors"

    def steps(self) -> Iterator[int]:
        """Step numbers until the budget is used or the process is asked to stop; saves on the way and at the end."""
        handlers = {number: signal.signal(number, self._stop) for number in (signal.SIGTERM, signal.SIGINT)}
        began_s, before_s, saved_s = time.monotonic(), self.elapsed_s, self.elapsed_s
        while not self._stopping and self.budget.share(self.step, self.elapsed_s) < 1:
            yield self.step
            self.step += 1
            self.elapsed_s = before_s + time.monotonic() - began_s
            if self.elapsed_s - saved_s > SAVE_EVERY_S:
                self.save()
                saved_s = self.elapsed_s
        self.save()
        for number, handler in handlers.items():
            signal.signal(number, handler)

    def learn(self, batch: TaggedBatch) -> Tensor:
        """One optimiser step; returns the loss, the mean over the heads."""
        share = self.budget.share(self.step, self.elapsed_s)
        for group in self.optimizer.param_groups:
            group["lr"] = LEARNING_RATE * min(1.0, (self.step + 1) / WARM_UP_STEPS) * max(1 - share, 0.02)
        self.tagger.train()
        with autocast(self.device.type):
            answers = self.tagger(batch.whole.to(self.device), batch.part.to(self.device))
        losses = [
            F.cross_entropy(answers[name].float(), batch.labels[name].to(self.device), ignore_index=UNKNOWN)
            for name in HEADS
            if (batch.labels[name] != UNKNOWN).any()
        ]
        loss = torch.stack(losses).mean()
        self.optimizer.zero_grad(set_to_none=True)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(self.tagger.parameters(), 1.0)
        self.optimizer.step()
        self.ema.update()
        return loss.detach()

    @torch.inference_mode()
    def accuracy(self, batches: Sequence[TaggedBatch]) -> dict[str, float]:
        """Share of right answers by head, of the averaged weights."""
        right: dict[str, list[Tensor]] = {name: [] for name in HEADS}
        with self.ema.swapped():
            self.tagger.eval()
            for batch in batches:
                answers = self.tagger(batch.whole.to(self.device), batch.part.to(self.device))
                for name, logits in answers.items():
                    known = batch.labels[name] != UNKNOWN
                    right[name].append((logits.argmax(dim=1).cpu() == batch.labels[name])[known].float())
        return {name: float(torch.cat(hits).mean()) for name, hits in right.items()}

    def save(self) -> None:
        """What is needed to go on."""
        tensors = {f"model.{name}": value.contiguous() for name, value in self.tagger.state_dict().items()}
        tensors |= {f"ema.{name}": value.contiguous() for name, value in self.ema.average.items()}
        tensors |= {f"optimizer.{name}": value for name, value in optimizer_tensors(self.optimizer).items()}
        tensors |= {f"log.{name}": value for name, value in self.log.state_tensors().items()}
        clock = torch.tensor([self.step, self.ema.updates, self.elapsed_s], dtype=torch.float64)
        partial = self.state_path.with_suffix(".partial")
        save_file({"clock": clock, **tensors}, partial)
        partial.replace(self.state_path)

    def resume(self) -> None:
        """Go on from what `save` wrote; a fresh run stays fresh where nothing was."""
        if not self.state_path.exists():
            return
        tensors = load_file(self.state_path)
        self.tagger.load_state_dict(under(tensors, "model."))
        self.step, updates, self.elapsed_s = (
            int(tensors["clock"][0]),
            int(tensors["clock"][1]),
            float(tensors["clock"][2]),
        )
        self.ema.load(under(tensors, "ema."), updates)
        load_optimizer(self.optimizer, under(tensors, "optimizer."))
        self.log.load_state_tensors(under(tensors, "log."))

    def _stop(self, *_: object) -> None:
        self._stopping = True


def train(run: TaggerRun, data: Path) -> dict[str, float]:
    """The whole run; returns the held-out accuracy by head."""
    learned_from, held_out = (
        Pool(open_pool(run.out / f"{side}.npy", songs), [song.meta for song in songs])
        for side, songs in zip(("train", "held_out"), held_out_split(list_songs(data).songs), strict=True)
    )
    rng = np.random.default_rng(0)
    validation = [draw_tagged(held_out, rng, BATCH) for _ in range(VALIDATION_WINDOWS // BATCH)]
    run.log.drop_from(run.step)

    def draw(step: int) -> TaggedBatch:
        return draw_tagged(learned_from, np.random.default_rng((run.seed, step)), BATCH)

    for step, batch in read_ahead(draw, run.steps()):
        run.log.gather(loss=run.learn(batch).item())
        if step % LOG_EVERY == LOG_EVERY - 1:
            run.log.write(run.step + 1, run.elapsed_s / 60, **run.accuracy(validation))
    run.log.draw()
    reached = run.accuracy(validation)
    with run.ema.swapped():
        save_tagger(run.out / "tagger.safetensors", run.tagger, {"steps": run.step, "held_out_accuracy": reached})
    return reached


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True, help="folder of songs (engine.data.generate)")
    add_run_arguments(parser, "runs/tagger", "run folder: tagger.safetensors, state, log and curve")
    options = parser.parse_args(arguments)
    with exit_on_bad_input():
        run = TaggerRun(options.out, budget_of(options), options.seed, choose_device(options.device))
        if options.resume:
            run.resume()
        reached = train(run, options.data)
    print(f"held out after {run.step} steps: " + ", ".join(f"{name} {share:.0%}" for name, share in reached.items()))


if __name__ == "__main__":
    main()
