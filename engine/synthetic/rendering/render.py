"""Render a score: voices play the parts, effects process the stems, and the mix is balanced."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from engine.audio.pcm24 import SAMPLE_RATE_HZ
from engine.errors import BadInput
from engine.synthetic.rendering.mixing import apply_effects, balance, draw_rooms
from engine.synthetic.rendering.playing import play
from engine.synthetic.rendering.soundfont import HELD_OUT_SOUNDFONT, default_soundfonts
from engine.synthetic.score import Score
from engine.synthetic.writing.held_out import is_held_out
from engine.tracks import TRACKS


def render(score: Score, soundfonts: Sequence[Path] | None = None) -> dict[str, np.ndarray]:
    """Score -> aligned stems by track name, float32 [2, S] at 48 kHz, S = round(grid.duration_s * 48000).

    The result depends on score.seed and the installed sounds alone. Each part draws one of the soundfonts, by default
    of `default_soundfonts`. Without any, synthesised voices replace General MIDI voices, with a warning. Raises
    KeyError for an unknown synthesised voice, and BadInput if a soundfont for evaluation would play a training song.
    """
    fonts = default_soundfonts() if soundfonts is None else tuple(path for path in soundfonts if path.is_file())
    if HELD_OUT_SOUNDFONT in fonts and not is_held_out(score.seed):
        raise BadInput(f"{HELD_OUT_SOUNDFONT} plays held-out pieces only: seeds from a million on.")
    length_samples = round(score.grid.duration_s * SAMPLE_RATE_HZ)
    streams = np.random.default_rng([score.seed, 0x5E]).spawn(2 * len(TRACKS) + 2)
    rooms = draw_rooms(score, streams[-1])
    stems = {}
    for i, track in enumerate(TRACKS):
        if track in score.parts:
            part = score.parts[track]
            dry = play(part, streams[2 * i], length_samples, fonts, is_rhythm=track == "instrument")
            stems[track] = apply_effects(dry, track, part, score.genre, rooms, streams[2 * i + 1])
    return balance(stems, streams[-2])
