"""Songs as latents, in shards that `engine.datasets.latent_cache` writes and the composer's training reads.

A shard holds many songs end to end:
- `NAME.latents.npy`: raw latents, float16 `[L, K, C]`; frames come first, so that a window is one block of the file
- `NAME.sounding.npy`: bool `[L, K]`, which tracks are active
- `NAME.text.npy`: embedded prompts and lines, float16 `[captions, 1 + K, D]`
- `NAME.json`: names and metadata, written last; a shard without it is not finished
All shards share `cache.json` and `prefixes.npy`, the task prefixes `[2^K, D]`.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from engine.datasets.song_meta import SongMeta
from engine.diffusion.lead_sheet import CHANNELS, LeadSheet
from engine.errors import BadInput
from engine.models.checkpoint import digest
from engine.music.chords import ChordSpan, parse_chord
from engine.music.grid import Grid
from engine.music.key import parse_key
from engine.tracks import TRACKS


@dataclass(frozen=True)
class LatentSong:
    """One song.

    latents: raw, float16 `[L, K, C]`; active: bool `[L, K]`, whether a track sounds in a frame; text: embedded prompt
    and lines of each caption, float16 `[captions, 1 + K, D]`; lead_sheet: None for a song without a tempo.
    """

    name: str
    held_out: bool
    latents: np.ndarray
    active: np.ndarray
    text: np.ndarray
    lead_sheet: LeadSheet | None

    @property
    def frames(self) -> int:
        return len(self.latents)

    def window(self, start: int, frames: int) -> Tensor:
        """Raw latents of `frames` frames, float32 `[K, C, L]`; fewer at the end of the song."""
        return torch.from_numpy(self.latents[start : start + frames].astype(np.float32)).permute(1, 2, 0)

    def window_lead_sheet(self, start: int, frames: int, rate_hz: float) -> Tensor:
        """Lead-sheet channels `[66, L]` of a window; zeros for a song without a lead sheet."""
        if self.lead_sheet is None:
            return torch.zeros(CHANNELS, frames)
        return self.lead_sheet.channels(frames, rate_hz, start / rate_hz)


@dataclass(frozen=True)
class LatentCache:
    """All songs of a folder.

    prefixes: the embedded task prefix of every set of targets, float32 `[2^K, D]`, track k counting 2^k; rate_hz:
    latent frames per second; autoencoder: the `fingerprint` of the encoder; tracks: the K tracks, in order.
    """

    songs: list[LatentSong]
    prefixes: Tensor
    rate_hz: float
    autoencoder: str
    tracks: tuple[str, ...] = TRACKS

    def split(self) -> tuple[list[LatentSong], list[LatentSong]]:
        """(training songs, validation songs). A single song is on both sides."""
        held_out = [song for song in self.songs if song.held_out]
        return [song for song in self.songs if not song.held_out] or held_out, held_out or self.songs[-1:]


def open_latents(folder: Path) -> LatentCache:
    """Open all finished shards, memory-mapped. Raises BadInput if there are none."""
    shards = sorted(folder.glob("shard_*.json"))
    if not shards or not (folder / "cache.json").is_file():
        raise BadInput(
            f"{folder} holds no latents. Make them with python -m engine.datasets.latent_cache --out {folder}."
        )
    facts = json.loads((folder / "cache.json").read_text(encoding="utf-8"))
    songs = [song for shard in shards for song in open_shard(shard)]
    prefixes = torch.from_numpy(np.load(folder / "prefixes.npy"))
    tracks = tuple(facts.get("tracks", TRACKS))  # caches from before December 2026 do not name them
    return LatentCache(songs, prefixes, facts["rate_hz"], facts["autoencoder"], tracks)


def lead_sheet_from_meta(meta: SongMeta) -> LeadSheet | None:
    """The lead sheet of a song; None without a tempo. Raises BadInput for misspelt chords or keys."""
    if meta.tempo_bpm is None:
        return None
    grid = Grid(meta.tempo_bpm, meta.beats_per_bar, meta.bars or 1)
    chords = [ChordSpan(parse_chord(symbol), start, end) for symbol, start, end in meta.chords]
    return LeadSheet(grid, chords, parse_key(meta.key) if meta.key.strip() else None)


def fingerprint(autoencoder: dict[str, Tensor]) -> str:
    """Digest of the encoder's weights, which identify its latents. The decoder may change without a new digest."""
    return digest({name: value for name, value in autoencoder.items() if name.startswith("encoder.")})


def open_shard(path: Path) -> list[LatentSong]:
    """The songs of one finished shard; path: its json."""
    stem = path.with_suffix("")
    latents = np.load(f"{stem}.latents.npy", mmap_mode="r")
    active, text = np.load(f"{stem}.sounding.npy"), np.load(f"{stem}.text.npy")
    songs, frame, caption = [], 0, 0
    for facts in json.loads(path.read_text(encoding="utf-8")):
        frames, captions = slice(frame, frame + facts["frames"]), slice(caption, caption + facts["captions"])
        sheet = lead_sheet_from_meta(SongMeta(**facts["meta"]))
        songs.append(
            LatentSong(facts["name"], facts["held_out"], latents[frames], active[frames], text[captions], sheet)
        )
        frame, caption = frames.stop, captions.stop
    return songs
