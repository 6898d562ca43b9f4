"""The chords that stems play, bar by bar."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise

import numpy as np

from engine.audio.pcm24 import SAMPLE_RATE_HZ
from engine.music.chord_decoding import decode_chords
from engine.music.chords import Chord, ChordSpan
from engine.music.chroma import HOP_SAMPLES, chroma_energy
from engine.music.grid import Grid
from engine.music.key import Key
from engine.tracks import PITCHED

BASS = "bass"
BLOCK_BARS = 16  # read at a time: a filter bank over a whole song would take gigabytes


def pitch_energies(stems: Mapping[str, np.ndarray]) -> tuple[np.ndarray, np.ndarray]:
    """Stems `[2, S]` by track, one at least -> energy by pitch class `[12, N]` of all of them and of the bass alone."""
    upper = [audio for track, audio in stems.items() if track != BASS]
    low = chroma_energy(stems[BASS]) if BASS in stems else None
    energy = chroma_energy(np.sum(upper, axis=0)) if upper else np.zeros_like(low)
    low = np.zeros_like(energy) if low is None else low
    return energy + low, low


def chords_by_part(
    everything: np.ndarray, low: np.ndarray, grid: Grid, key: Key | None, parts: int = 1, sevenths: bool = False
) -> list[Chord] | None:
    """One chord for each of `parts` equal parts of each bar, from `pitch_energies`; None for silence."""
    edges = np.arange(grid.bars * parts + 1) * grid.bar_s / parts * SAMPLE_RATE_HZ / HOP_SAMPLES
    whole = np.minimum(np.round(edges).astype(int), everything.shape[1])
    return decode_chords(everything, low, list(pairwise(whole.tolist())), key, parts, sevenths)


def estimate_chords(stems: Mapping[str, np.ndarray], grid: Grid, key: Key | None) -> list[ChordSpan]:
    """The triad that the pitched stems, `[2, S]` by track, play in each bar; empty if they are silent."""
    pitched = {track: audio for track, audio in stems.items() if track in PITCHED}
    if not pitched:
        return []
    energies = []
    block_frames = round(BLOCK_BARS * grid.bar_s * SAMPLE_RATE_HZ / HOP_SAMPLES)
    block = block_frames * HOP_SAMPLES
    for at in range(0, round(grid.duration_s * SAMPLE_RATE_HZ), block):
        of_block = pitch_energies({track: audio[:, at : at + block] for track, audio in pitched.items()})
        energies.append([energy[:, :block_frames] for energy in of_block])  # the frame at its end begins the next
    everything, low = (np.concatenate(parts, axis=1) for parts in zip(*energies, strict=True))
    chords = chords_by_part(everything, low, grid, key) or []
    beats = grid.beats_per_bar
    return [ChordSpan(chord, bar * beats, (bar + 1) * beats) for bar, chord in enumerate(chords)]
