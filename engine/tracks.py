"""Tracks as data: what each lane is called, how it sounds and looks, and what can happen to it.

A model's preset says which of these tracks it makes, in which order. Requests, the page, sessions and exports take
their tracks from the model, so a new row needs no other edit there. The score writer and the report know the bundled
four.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum

from engine.errors import BadInput

NAME = re.compile(r"[a-z][a-z0-9 _-]{0,31}")


class Role(str, Enum):
    """What happens to a track. The sampler's level matrix follows from it (JEN-1 Composer)."""

    KEEP = "keep"  # clean, t = 0: a condition, returned bit for bit
    GENERATE = "generate"  # denoised from t = T
    VARY = "vary"  # denoised from its present take, noised to t0 < T
    ABSENT = "absent"  # pure noise at t = T: the model must not listen to it


@dataclass(frozen=True)
class Track:
    """One row of the table.

    pitched: it plays notes of chords and keys; rhythm_section: it is generated first, and the other tracks hear it.
    colour: of its lane, "#rrggbb" on a light and on a dark page; placeholder: an example of its line of text.
    level_lufs: usual loudness in a mix.
    """

    name: str
    pitched: bool = True
    rhythm_section: bool = False
    colour: tuple[str, str] = ("#6b7280", "#9ca3af")
    placeholder: str = "how it plays, for example: sparse, warm"
    level_lufs: float = -26.0

    @property
    def title(self) -> str:
        return self.name.title()


TRACK_TABLE: tuple[Track, ...] = (
    Track("bass", True, True, ("#2f5fc4", "#6f9bff"), "warm upright, walking", -25.5),
    Track("drums", False, True, ("#a84c10", "#ff9c5b"), "brushed kit, lazy swing", -24.0),
    Track("instrument", True, False, ("#11704f", "#4fcfa6"), "Rhodes, soft chords", -27.0),
    Track("melody", True, False, ("#9837ad", "#d886ea"), "muted trumpet, few notes", -25.5),
    Track("vocals", True, False, ("#b0285f", "#ff8fb5"), "a soft alto, long vowels", -25.0),
)
TRACKS: tuple[str, ...] = (
    "bass",
    "drums",
    "instrument",
    "melody",
)  # of the bundled model, in its order (JEN-1 Composer)
_BY_NAME = {track.name: track for track in TRACK_TABLE}


def track_named(name: str) -> Track:
    """The row of a track; a name that the table lacks gets the defaults, so that any model's lanes can be shown."""
    return _BY_NAME.get(name, Track(name))


def pitched(names: Iterable[str]) -> tuple[str, ...]:
    """Those of the tracks that play notes of chords and keys, in the order given."""
    return tuple(name for name in names if track_named(name).pitched)


def check_track_names(names: Iterable[str]) -> None:
    """Raise BadInput for a name that cannot be one: names stand in prompts, files, styles of the page and JSON."""
    for name in names:
        if name == "mix":
            raise BadInput("“mix” cannot name a track: it names the sum of all tracks. Choose another name.")
        if not (isinstance(name, str) and NAME.fullmatch(name)):
            raise BadInput(f"“{str(name)[:40]}” cannot name a track. Use lower-case letters, digits and spaces.")


PITCHED = pitched(TRACKS)
