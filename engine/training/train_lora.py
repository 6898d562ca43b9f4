"""Fine-tune a model on a folder of your own stems with LoRA (Hu et al. 2021), on a CPU or a small GPU:

python -m engine.training.train_lora --model compact --data SONGS --minutes 20 --rank 8 --out adapters/NAME.safetensors

The model's weights stay unchanged. The adapter is a small file of its own, which `python -m engine.compose --adapter
NAME` and the page can switch on and off.
"""

from __future__ import annotations

import argparse
import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import torch

from engine.datasets.latent_cache import cache_latents
from engine.datasets.latent_songs import LatentCache, fingerprint, open_latents
from engine.errors import BadInput
from engine.models.adapter import MAX_RANK, TARGETS, Adapter, save_adapter
from engine.models.adapter_folder import ADAPTER_NAME, ADAPTER_SUFFIX
from engine.models.checkpoint import Checkpoint, digest, load_checkpoint
from engine.models.lora import Branches, with_branches
from engine.models.preset_types import Preset
from engine.models.registry import open_model
from engine.runtime.command_line import exit_on_bad_input
from engine.runtime.memory import peak_memory_mib
from engine.training.composer.objective import ComposerObjective, validation_losses
from engine.training.runs.options import RunOptions, add_run_arguments, parse_budget
from engine.training.runs.processes import process_device
from engine.training.runs.run import TrainingRun
from engine.training.train_composer import train_steps, validation_windows

MAX_BATCH_WINDOWS = 8
WARM_UP_STEPS = 20
LOG_EVERY = 50
KIB, MIB = 1024, 1024 * 1024


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    add_run_arguments(parser, out="adapters/mine.safetensors", out_help="file of the adapter; its name is the name")
    parser.add_argument("--model", default="compact", help="compact, debug, or the path of a checkpoint (compact)")
    parser.add_argument("--data", type=Path, required=True, help="folder of songs, each a folder of stems (README.md)")
    parser.add_argument("--rank", type=int, default=8, help="rank of each layer's update; higher learns more (8)")
    parser.add_argument("--learning-rate", type=float, default=1e-3, help="of the adapter's weights (0.001)")
    parser.add_argument(
        "--accumulate",
        type=int,
        default=4,
        metavar="PARTS",
        help="split each batch into so many micro-batches, for less memory (4)",
    )
    parser.add_argument(
        "--run",
        type=Path,
        help="folder for latents, log and state (default: runs/lora/NAME)",
    )
    with exit_on_bad_input():
        train(parser.parse_args(arguments))


def train(options: argparse.Namespace) -> None:
    """Run the whole fine-tuning: stems -> latents -> adapter file. Prints the validation losses before and after."""
    budget = parse_budget(options)
    _check_options(options)
    name, base = open_model(options.model)
    folder = options.run or Path("runs/lora") / options.out.stem
    identity = {"base": digest(base.states["unet"]), "rank": options.rank}
    if options.resume:
        _check_resumable(folder, identity)
    cache = encode_dataset(options.data, base, folder)
    songs, held_out = cache.split()
    torch.manual_seed(options.seed)
    preset = fine_tuning_preset(base.preset, options.learning_rate)
    objective = add_trainable_branches(
        ComposerObjective.build(base.preset, base, cache, str(process_device(options.device))), base, options.rank
    )
    valid = validation_windows(held_out, cache)
    before = validation_losses(objective, valid)
    run = TrainingRun(
        preset,
        {"unet": Branches(objective.unet)},
        RunOptions(
            folder,
            budget,
            options.resume,
            options.seed,
            learning_rate=preset.training.learning_rate,
            betas=preset.training.betas,
            weight_decay=0.0,  # decay would pull the adapter towards the base model
            warm_up_steps=preset.training.warm_up_steps,
            ema_decay=preset.training.ema_decay,
            save_every_steps=options.save_every,
            accumulate=options.accumulate,
            device=options.device,
        ),
        notes=identity,
    )
    for step in train_steps(run, objective, songs, cache.rate_hz):
        if step % LOG_EVERY == LOG_EVERY - 1:
            with run.ema.swapped():
                run.log(**validation_losses(objective, valid))
    with run.ema.swapped():
        after = validation_losses(objective, valid)
        notes = {
            "model": name,
            "songs": len(songs),
            "steps": run.step,
            "before": rounded(before),
            "after": rounded(after),
        }
        branches = run.modules["unet"].state_dict()
        if run.accelerator.is_main_process:
            save_adapter(options.out, Adapter(identity["base"], options.rank, TARGETS, branches, notes))
    run.accelerator.wait_for_everyone()
    run.accelerator.print(summary(options.out, run, before, after, len(held_out)))


def encode_dataset(data: Path, base: Checkpoint, folder: Path) -> LatentCache:
    """Latents of the songs under `data`, kept in `folder`; encoded again only if a file or the encoder changes."""
    key = [fingerprint(base.states["autoencoder"])]
    for path in sorted(path for path in data.rglob("*") if path.is_file()):
        key.append(f"{path.resolve()} {path.stat().st_size} {path.stat().st_mtime_ns}")
    latents = folder / "latents" / hashlib.sha256("\n".join(key).encode()).hexdigest()[:16]
    cache_latents(data, base, latents)
    return open_latents(latents)


def fine_tuning_preset(preset: Preset, learning_rate: float) -> Preset:
    """The preset with small batches and only the last stage of its curriculum, since the model knows the others."""
    training = preset.training
    return replace(
        preset,
        training=replace(
            training,
            learning_rate=learning_rate,
            warm_up_steps=WARM_UP_STEPS,
            batch_frames=min(training.batch_frames, MAX_BATCH_WINDOWS * max(training.window_frames)),
            ema_decay=0.99,
            stages=training.stages[-1:],
        ),
    )


def add_trainable_branches(objective: ComposerObjective, base: Checkpoint, rank: int) -> ComposerObjective:
    """The objective of the base model with LoRA branches, which are zero at first."""
    objective.unet.load_state_dict(base.states["unet"])
    return replace(objective, unet=with_branches(objective.unet, rank, TARGETS))


def rounded(losses: Mapping[str, float]) -> dict[str, float]:
    return {mode: round(loss, 4) for mode, loss in losses.items()}


def summary(out: Path, run: TrainingRun, before: Mapping[str, float], after: Mapping[str, float], held_out: int) -> str:
    """Validation losses by mode before and after, the size of the adapter file, and peak memory."""
    weights, size = sum(p.numel() for p in run.parameters), out.stat().st_size
    lines = [f"validation loss on {held_out} held-out songs, before and after {run.step} steps:"]
    lines += [f"  {mode:12} {before[mode]:.4f} -> {after[mode]:.4f}" for mode in before]
    lines += [f"{out}: {weights:,} weights, {size / KIB:,.0f} KiB"]
    lines += [f"peak memory {peak_memory_mib():,.0f} MiB"]
    if run.accelerator.device.type == "cuda":
        lines += [f"peak memory of the GPU {torch.cuda.max_memory_allocated() / MIB:,.0f} MiB"]
    return "\n".join(lines)


def _check_options(options: argparse.Namespace) -> None:
    """Raises BadInput before any work is done."""
    if options.out.suffix != ADAPTER_SUFFIX or not ADAPTER_NAME.fullmatch(options.out.stem):
        raise BadInput(
            f"“{options.out.name}” is no name for an adapter. Take letters and digits, and end in {ADAPTER_SUFFIX}."
        )
    if not 1 <= options.rank <= MAX_RANK:
        raise BadInput(f"The rank must be 1 to {MAX_RANK}; {options.rank} is not.")
    if options.accumulate < 1:
        raise BadInput("A batch has at least one part; choose --accumulate 1 or more.")


def _check_resumable(folder: Path, identity: Mapping[str, Any]) -> None:
    """Raises BadInput if the folder holds a run on another base model or of another rank."""
    path = folder / "model.safetensors"
    notes = load_checkpoint(path).notes if path.is_file() else identity
    if any(notes.get(name) != value for name, value in identity.items()):
        raise BadInput(f"{folder} holds a run on another model or of another rank. Choose another --run to resume.")


if __name__ == "__main__":
    main()
