"""Carry cached latents through the composer's sampler, for the decoder to learn what it will be given:

python -m engine.training.sampled_latents --data LATENTS --model COMPOSER --songs 400 --out SAMPLED

Each song is noised to a level of its own and denoised from there, told all that is known of it: the notes stay, and of
the timbre is left what the composer leaves. Measured on 36 held-out lanes, the right family of instruments is heard in
92 % of the coded ones, in 83 % of those that were noised to 0.3 and in 67 % from 0.5 on, in no fewer from noise alone.
SAMPLED is a folder of latents like LATENTS; shards that are there stay.
"""

from __future__ import annotations

import argparse
import shutil
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch

from engine.datasets.latent_songs import LatentCache, LatentSong, fingerprint, open_latents, open_shard
from engine.diffusion.context import Context
from engine.diffusion.guidance import Conditions
from engine.diffusion.noise_schedule import level_matrix
from engine.diffusion.samplers import SamplerSettings
from engine.errors import BadInput
from engine.inference.denoising import generate
from engine.models.checkpoint import load_checkpoint
from engine.models.presets import Preset
from engine.models.unet import UNet
from engine.models.whitening import Whitening
from engine.runtime.command_line import DEVICES, exit_on_bad_input
from engine.runtime.device import autocast, choose_device
from engine.tracks import Role

DISTANCES = (0.15, 0.6)  # of t / T; farther away other notes are made, which no decoder should learn to mend
STEPS = 8
COPIED = ("sounding.npy", "text.npy", "json")  # in this order: a shard is there when its json is


class Resampler:
    """A composer, ready to carry songs through its sampler."""

    def __init__(self, model: Path, cache: LatentCache, device: torch.device) -> None:
        """Raises BadInput for a model without a composer, or one of other latents."""
        checkpoint = load_checkpoint(model)
        if not {"autoencoder", "whitening", "unet"} <= set(checkpoint.states):
            raise BadInput(f"{model} holds {', '.join(checkpoint.states)}; a whole composer is needed.")
        if fingerprint(checkpoint.states["autoencoder"]) != cache.autoencoder:
            raise BadInput("The latents come from another autoencoder than the model's. Encode the songs with it.")
        self.preset: Preset = checkpoint.preset
        self.prefix = cache.prefixes[-1]  # all tracks are made
        self.rate_hz, self.device = cache.rate_hz, device
        self.unet = UNet(self.preset).eval().to(device)
        self.unet.load_state_dict(checkpoint.states["unet"])
        self.whitening = Whitening(self.preset.autoencoder.latent_channels, self.preset.kept_latent_channels).to(device)
        self.whitening.load_state_dict(checkpoint.states["whitening"])

    @torch.inference_mode()
    def carried(self, song: LatentSong, seed: int) -> np.ndarray:
        """float16 `[L, K, C]`: the song's latents, its first window as the sampler gives it back."""
        rng = np.random.default_rng(seed)
        frames = min(song.frames, self.preset.max_window_frames)
        clean = self.whitening.whiten(song.window(0, frames).to(self.device))[None]  # [1, K, C', L]
        text = torch.from_numpy(song.text[int(rng.integers(len(song.text)))].astype(np.float32))  # [1 + K, D]
        known = torch.zeros(1, clean.shape[1], frames, dtype=torch.bool, device=self.device)
        conditions = Conditions(
            Context.of(clean, known),
            song.window_lead_sheet(0, frames, self.rate_hz)[None].to(self.device),
            torch.cat([self.prefix[None], text])[None].to(self.device),
        )
        roles, walk, discrete = [Role.VARY] * clean.shape[1], SamplerSettings(), self.preset.training.discrete_levels
        levels = level_matrix(roles, STEPS, float(rng.uniform(*DISTANCES)), discrete, walk.bend)
        dice = torch.Generator().manual_seed(seed)
        with autocast(self.device.type):
            made = generate(self.unet, clean, conditions, levels, [dice], eta=walk.eta)[0]
        raw = self.whitening.unwhiten(made.float()).permute(2, 0, 1).half().cpu().numpy()  # [L, K, C]
        return np.concatenate([raw, song.latents[frames:]])


def write_sampled(data: Path, model: Path, out: Path, songs: int, device: str) -> None:
    """Whole shards, until they hold `songs` songs. Raises BadInput where data and model do not belong together."""
    cache = open_latents(data)
    resampler = Resampler(model, cache, choose_device(device))
    out.mkdir(parents=True, exist_ok=True)
    for name in ("prefixes.npy", "cache.json"):
        shutil.copyfile(data / name, out / name)
    done = 0
    for shard in sorted(data.glob("shard_*.json")):
        if done >= songs:
            break
        found = open_shard(shard)
        if not (out / shard.name).is_file():
            carried = [resampler.carried(song, seed=done + at) for at, song in enumerate(found)]
            np.save(out / f"{shard.stem}.latents.npy", np.concatenate(carried))
            for ending in COPIED:
                shutil.copyfile(shard.with_suffix(f".{ending}"), out / f"{shard.stem}.{ending}")
        done += len(found)
        print(f"{done} songs carried into {out}", flush=True)


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True, help="folder of latents (engine.datasets.latent_cache)")
    parser.add_argument("--model", type=Path, required=True, help="checkpoint of a whole composer")
    parser.add_argument("--songs", type=int, default=400)
    parser.add_argument("--out", type=Path, required=True, help="folder for what the sampler makes of them")
    parser.add_argument("--device", choices=DEVICES, default="auto")
    options = parser.parse_args(arguments)
    with exit_on_bad_input():
        write_sampled(options.data, options.model, options.out, options.songs, options.device)


if __name__ == "__main__":
    main()
