"""Latent songs in memory, debug-sized or of another preset: what training reads, without a file or an autoencoder."""

from __future__ import annotations

import numpy as np
import torch

from engine.datasets.latent_songs import LatentCache, LatentSong
from engine.diffusion.lead_sheet import LeadSheet
from engine.models.preset_types import Preset
from engine.models.presets import PRESETS
from engine.music.chords import parse_progression
from engine.music.grid import Grid
from engine.music.key import Key
from tests.tiny_networks import random_text

DEBUG = PRESETS["debug"]
TRACKS, CHANNELS = len(DEBUG.tracks), DEBUG.autoencoder.latent_channels
RATE_HZ = 25.0


def latent_song(seed: int, frames: int = 200, captions: int = 2, preset: Preset = DEBUG) -> LatentSong:
    """Latents that repeat with the beat, so that there is something to learn, over a slow rise that tells time."""
    rng, channels = np.random.default_rng(seed), preset.autoencoder.latent_channels
    grid, generator = Grid(tempo_bpm=120, beats_per_bar=4, bars=4), torch.Generator().manual_seed(seed)
    phase = 2 * np.pi * grid.beat_at(np.arange(frames) / preset.autoencoder.latent_rate_hz)
    waves = np.sin(phase[:, None, None] + rng.uniform(0, 0.5, (TRACKS, channels)) + np.arange(channels))
    active = np.ones((frames, TRACKS), dtype=bool)
    active[frames // 2 :, 3] = False
    return LatentSong(
        name=f"song_{seed}",
        held_out=seed % 4 == 0,
        latents=(np.sqrt(2) * waves + np.linspace(0, 0.2, frames)[:, None, None]).astype(np.float16),
        active=active,
        text=random_text(captions, 1 + TRACKS, text=preset.text, generator=generator).numpy().astype(np.float16),
        lead_sheet=LeadSheet(grid, parse_progression("Am F", grid), Key(9, "minor")),
    )


def latent_cache(songs: int = 8, preset: Preset = DEBUG) -> LatentCache:
    prefixes = random_text(2**TRACKS, text=preset.text, generator=torch.Generator().manual_seed(0))
    rate_hz = preset.autoencoder.latent_rate_hz
    return LatentCache([latent_song(i, preset=preset) for i in range(songs)], prefixes, rate_hz, autoencoder="none")
