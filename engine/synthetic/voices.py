"""The voice of each instrument: a General MIDI program of the soundfont, or a synthesised voice."""

from __future__ import annotations

from dataclasses import replace

from engine.music.instruments import INSTRUMENT_FAMILIES
from engine.synthetic.score import Voice

# Instrument -> General MIDI program, 0-based; for kits the program on the percussion bank.
_PROGRAMS: dict[str, int] = {
    "grand piano": 0, "bright piano": 1, "honky-tonk piano": 3, "Rhodes": 4, "electric piano": 5, "harpsichord": 6,
    "clavinet": 7,
    "celesta": 8, "glockenspiel": 9, "music box": 10, "vibraphone": 11, "marimba": 12, "xylophone": 13,
    "steel drums": 114, "kalimba": 108,
    "drawbar organ": 16, "percussive organ": 17, "rock organ": 18, "church organ": 19, "accordion": 21,
    "harmonica": 22,
    "nylon guitar": 24, "acoustic guitar": 25, "jazz guitar": 26, "clean electric guitar": 27, "muted guitar": 28,
    "overdriven guitar": 29, "distorted guitar": 30, "banjo": 105, "sitar": 104,
    "upright bass": 32, "finger bass": 33, "picked bass": 34, "fretless bass": 35, "slap bass": 36, "synth bass": 38,
    "violin": 40, "viola": 41, "cello": 42, "pizzicato strings": 45, "harp": 46, "string ensemble": 48,
    "slow strings": 49, "fiddle": 110,
    "choir": 52, "vocal oohs": 53,
    "trumpet": 56, "trombone": 57, "muted trumpet": 59, "french horn": 60, "brass section": 61, "synth brass": 62,
    "soprano sax": 64, "alto sax": 65, "tenor sax": 66, "baritone sax": 67, "oboe": 68, "clarinet": 71,
    "piccolo": 72, "flute": 73, "recorder": 74, "pan flute": 75, "whistle": 78, "ocarina": 79,
    "calliope lead": 82,
    "new age pad": 88, "polysynth": 90, "choir pad": 91, "halo pad": 94, "sweep pad": 95,
    "acoustic kit": 0, "room kit": 8, "power kit": 16, "electronic kit": 24, "TR-808 kit": 25, "jazz kit": 32,
    "brushed kit": 40,
}  # fmt: skip
# Instrument -> voice of `engine.synthetic.rendering`.
_SYNTHS: dict[str, str] = {
    "saw bass": "saw_bass", "square bass": "square_bass", "FM bass": "fm_bass", "sub bass": "sub_bass",
    "808 bass": "808",
    "saw lead": "saw_lead", "square lead": "square_lead", "supersaw": "supersaw", "synth pluck": "pluck",
    "saw pad": "saw_pad", "warm pad": "warm_pad",
    "FM keys": "fm_keys",
    "synth organ": "organ_synth",
    "808 drum machine": "drum_machine_808", "909 drum machine": "drum_machine_909",
    "lo-fi drum machine": "drum_machine_lofi",
}  # fmt: skip
# (instrument, idiom) -> the synthesised voice where the idiom needs its own.
_IDIOM_SYNTHS: dict[tuple[str, str], str] = {
    ("saw bass", "wobble"): "wobble_bass", ("square bass", "wobble"): "wobble_bass",
}  # fmt: skip

VOICES: dict[str, Voice] = {
    name: Voice(name, family, program=_PROGRAMS.get(name), synth=_SYNTHS.get(name))
    for name, family in INSTRUMENT_FAMILIES.items()
}


def voice_of(instrument: str, idiom: str) -> Voice:
    """The voice that plays an idiom on an instrument."""
    voice = VOICES[instrument]
    return replace(voice, synth=_IDIOM_SYNTHS.get((instrument, idiom), voice.synth))
