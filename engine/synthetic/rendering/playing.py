"""Play a part with its voice: soundfont, recorded drums, electric guitar, drum machine or synthesised voice."""

from __future__ import annotations

import logging
from functools import lru_cache
from pathlib import Path

import numpy as np

from engine.synthetic.rendering.drum_machine import CHARACTERS, play_drum_machine
from engine.synthetic.rendering.drum_sampler import installed_kits, play_recorded_kit
from engine.synthetic.rendering.guitar import is_amplified, play_guitar
from engine.synthetic.rendering.patches import NEAREST_PATCH
from engine.synthetic.rendering.soundfont import DULL_PROGRAMS, open_soundfont
from engine.synthetic.rendering.synth import play_synth
from engine.synthetic.score import Note, Part, Voice

Rng = np.random.Generator
_log = logging.getLogger(__name__)
RECORDED_KIT_CHANCE = 0.5


def play(part: Part, rng: Rng, length_samples: int, fonts: tuple[Path, ...], is_rhythm: bool = False) -> np.ndarray:
    """A part without effects, [2, S] float32. is_rhythm: a guitar may be double-tracked."""
    font = _draw_font(part.voice, fonts, rng)

    def play_notes(notes: tuple[Note, ...], voice: Voice, detune_cents: float = 0.0) -> np.ndarray:
        return _play_notes(notes, voice, detune_cents, font, rng, length_samples)

    if is_amplified(part.voice):
        return play_guitar(part, play_notes, is_rhythm, rng)
    kits = installed_kits(part.voice.name)
    if kits and rng.random() < RECORDED_KIT_CHANCE:
        kit = kits[rng.integers(len(kits))]
        audio, others = play_recorded_kit(part.notes, kit, rng, length_samples)
        return audio + play_notes(others, part.voice) if others else audio
    return play_notes(part.notes, part.voice)


def _draw_font(voice: Voice, fonts: tuple[Path, ...], rng: Rng) -> Path | None:
    """One of the soundfonts that play the voice well; None without soundfonts."""
    dull = {font for font in fonts if voice.family != "drums" and voice.program in DULL_PROGRAMS.get(font, ())}
    good = [font for font in fonts if font not in dull] or list(fonts)
    return good[rng.integers(len(good))] if good else None


def nearest_synth(voice: Voice) -> str:
    """The synthesised voice that replaces a General MIDI voice of this family."""
    return "drum_machine_909" if voice.family == "drums" else NEAREST_PATCH.get(voice.family, "fm_keys")


def _play_notes(
    notes: tuple[Note, ...], voice: Voice, detune_cents: float, font: Path | None, rng: Rng, length_samples: int
) -> np.ndarray:
    """Notes by a soundfont or a synthesised voice, which ignores the detuning."""
    if voice.synth is None and font is not None:
        is_drums = voice.family == "drums"
        return open_soundfont(font).play(notes, voice.program or 0, is_drums, length_samples, detune_cents)
    if voice.synth is None:
        _warn_missing()
    name = voice.synth or nearest_synth(voice)
    if name in CHARACTERS:
        return play_drum_machine(notes, name, rng, length_samples)
    return play_synth(notes, name, rng, length_samples)


@lru_cache(maxsize=1)
def _warn_missing() -> None:
    """Log a warning once."""
    _log.warning(
        "There is no soundfont: General MIDI voices are replaced by synthesised ones. Install the Debian packages "
        "fluid-soundfont-gm and musescore-general-soundfont, or name a .sf2 or .sf3 file in COMPOSER_SOUNDFONT."
    )
