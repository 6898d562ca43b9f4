"""A written piece becomes sound: each part through its voice, each stem through its treatment, all into one balance."""

from __future__ import annotations

import logging
from pathlib import Path

import numpy as np

from engine.audio.pcm24 import SAMPLE_RATE_HZ
from engine.synthetic.rendering.drum_machine import CHARACTERS, play_drum_machine
from engine.synthetic.rendering.mixing import balance, draw_room, treat
from engine.synthetic.rendering.patches import NEAREST_PATCH
from engine.synthetic.rendering.soundfont import default_soundfont, open_soundfont
from engine.synthetic.rendering.synth import play_synth
from engine.synthetic.score import Part, Score, Voice
from engine.tracks import TRACKS

_log = logging.getLogger(__name__)
_told_missing: set[Path | None] = set()
DEFAULT = Path("default")  # stands for whatever default_soundfont() finds


def render(score: Score, soundfont: Path | None = DEFAULT) -> dict[str, np.ndarray]:
    """Score -> aligned stems by track name, float32 [2, S] at 48 kHz, S = round(grid.duration_s * 48000).

    Deterministic from score.seed (and the soundfont). Without a soundfont file every General MIDI voice is played by
    the nearest synthesised one, which is logged once. Raises KeyError for a synthesised voice that does not exist.
    """
    path = default_soundfont() if soundfont == DEFAULT else soundfont
    length_samples = round(score.grid.duration_s * SAMPLE_RATE_HZ)
    streams = np.random.default_rng([score.seed, 0x5E]).spawn(2 * len(TRACKS) + 2)
    room = draw_room(score, streams[-1])
    stems = {}
    for i, track in enumerate(TRACKS):
        if track in score.parts:
            part = score.parts[track]
            dry = play(part, streams[2 * i], length_samples, path)
            stems[track] = treat(dry, track, part, score.genre, room, streams[2 * i + 1])
    return balance(stems, streams[-2])


def play(part: Part, rng: np.random.Generator, length_samples: int, soundfont: Path | None) -> np.ndarray:
    """A part through its voice alone, dry [2, S] float32."""
    voice = part.voice
    if voice.synth is None:
        if soundfont is not None and soundfont.is_file():
            is_drums = voice.family == "drums"
            return open_soundfont(soundfont).play(part.notes, voice.program or 0, is_drums, length_samples)
        _tell_missing(soundfont)
    name = voice.synth or nearest_synth(voice)
    if name in CHARACTERS:
        return play_drum_machine(part.notes, name, rng, length_samples)
    return play_synth(part.notes, name, rng, length_samples)


def nearest_synth(voice: Voice) -> str:
    """The synthesised voice that stands in for a General MIDI one of this family."""
    return "drum_machine_909" if voice.family == "drums" else NEAREST_PATCH.get(voice.family, "fm_keys")


def _tell_missing(soundfont: Path | None) -> None:
    if soundfont not in _told_missing:
        _told_missing.add(soundfont)
        _log.warning(
            "No soundfont at %s: General MIDI voices are replaced by synthesised ones. Install the Debian package "
            "fluid-soundfont-gm or name a .sf2 file in COMPOSER_SOUNDFONT.", soundfont or "the usual place",
        )  # fmt: skip
