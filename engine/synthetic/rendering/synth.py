"""A part through a synthesised voice: every distinct note is made once and laid down wherever it recurs."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from engine.audio.pcm24 import SAMPLE_RATE_HZ
from engine.synthetic.rendering.envelopes import pitch_curve
from engine.synthetic.rendering.patches import PATCHES
from engine.synthetic.rendering.synthesis import Sound
from engine.synthetic.score import Note

VELOCITY_STEP = 8
DURATION_STEP_S = 0.02


def play_synth(notes: Iterable[Note], name: str, rng: np.random.Generator, length_samples: int) -> np.ndarray:
    """Notes -> dry [2, S] float32. `name` is a key of PATCHES; rng draws the patch."""
    sound = PATCHES[name](rng)
    audio = np.zeros((2, length_samples), np.float32)
    made: dict[tuple[int, int | None, int, int], np.ndarray] = {}
    for note in notes:
        key = (note.pitch, note.glide_to, note.velocity // VELOCITY_STEP, round(note.duration_s / DURATION_STEP_S))
        if key not in made:
            made[key] = _sound_note(sound, *key)
        lay(audio, made[key], round(note.start_s * SAMPLE_RATE_HZ))
    return audio


def lay(audio: np.ndarray, piece: np.ndarray, start: int, gain: float = 1.0) -> None:
    """Add `piece` [2, n] to `audio` [2, S] from sample `start`, cut at the end."""
    start = max(start, 0)
    room = max(min(piece.shape[1], audio.shape[1] - start), 0)
    audio[:, start : start + room] += piece[:, :room] * np.float32(gain)


def _sound_note(sound: Sound, pitch: int, glide_to: int | None, velocity_step: int, duration_steps: int) -> np.ndarray:
    gate = round(max(duration_steps, 1) * DURATION_STEP_S * SAMPLE_RATE_HZ)
    velocity = min((velocity_step + 0.5) * VELOCITY_STEP / 127, 1.0)
    total = gate + sound.loudness.release_samples
    return sound.note(pitch_curve(pitch, glide_to, gate, total), gate, velocity)  # [2, n]
