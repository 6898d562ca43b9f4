"""Keys: a tonic and a mode, parsed from text and spelled back."""

from __future__ import annotations

import re
from dataclasses import dataclass

from engine.errors import BadInput

PITCH_CLASS_NAMES = ("C", "Db", "D", "Eb", "E", "F", "F#", "G", "Ab", "A", "Bb", "B")
NATURALS = {"C": 0, "D": 2, "E": 4, "F": 5, "G": 7, "A": 9, "B": 11}
MODES: dict[str, tuple[int, ...]] = {
    "major": (0, 2, 4, 5, 7, 9, 11),
    "minor": (0, 2, 3, 5, 7, 8, 10),
    "dorian": (0, 2, 3, 5, 7, 9, 10),
    "mixolydian": (0, 2, 4, 5, 7, 9, 10),
    "phrygian": (0, 1, 3, 5, 7, 8, 10),
    "lydian": (0, 2, 4, 6, 7, 9, 11),
}
_MODE_WORDS = {
    "": "major",
    "maj": "major",
    "ionian": "major",
    "m": "minor",
    "min": "minor",
    "aeolian": "minor",
    "mixo": "mixolydian",
}
_KEY = re.compile(r"\s*([A-Ga-g])\s*(#|b|♯|♭|sharp|flat)?[\s-]*([A-Za-z]*)\s*")


@dataclass(frozen=True)
class Key:
    """tonic: pitch class 0..11 (C = 0); mode: one of MODES."""

    tonic: int
    mode: str

    @property
    def scale(self) -> tuple[int, ...]:
        """The seven pitch classes, from the tonic upwards."""
        return tuple((self.tonic + step) % 12 for step in MODES[self.mode])

    def __str__(self) -> str:
        return f"{PITCH_CLASS_NAMES[self.tonic]} {self.mode}"


def pitch_class(letter: str, accidental: str | None) -> int:
    """'B', 'b' -> 10. Sharps and flats in any of their spellings."""
    shift = {"#": 1, "♯": 1, "sharp": 1, "b": -1, "♭": -1, "flat": -1}.get(accidental or "", 0)
    return (NATURALS[letter.upper()] + shift) % 12


def parse_key(text: str) -> Key:
    """'A minor', 'Am', 'f# dorian', 'Bb' -> Key. Raises BadInput for anything else."""
    match = _KEY.fullmatch(text)
    if match:
        letter, accidental, word = match.groups()
        mode = "minor" if word == "m" else _MODE_WORDS.get(word.lower(), word.lower()) if word != "M" else "major"
        if mode in MODES:
            return Key(pitch_class(letter, accidental), mode)
    raise BadInput(f"“{text.strip()[:40]}” is not a key. Write it like A minor, F# dorian or Bb major.")
