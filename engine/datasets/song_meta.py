"""Metadata of a song, in the file `meta.json` beside its stems.

The generator writes all fields; a user may write only a few.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path
from typing import Any

from engine.errors import BadInput


@dataclass(frozen=True)
class Caption:
    """One way to ask for the piece: a prompt, and a line for each track (missing or empty if nothing is said)."""

    prompt: str
    lines: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class SongSection:
    """One section of the form, bars start_bar <= bar < end_bar, with the tracks that play in it."""

    name: str
    start_bar: int
    end_bar: int
    tracks: tuple[str, ...]


@dataclass(frozen=True)
class SongMeta:
    """Metadata of a song. Unknown fields are empty or None.

    chords: (symbol, start_beat, end_beat), beats counted from 0 at the start; voices: the instrument's name by track;
    seed: of a piece that the score writer wrote.
    """

    prompt: str = ""
    captions: tuple[Caption, ...] = ()
    tempo_bpm: float | None = None
    beats_per_bar: int = 4
    bars: int | None = None
    key: str = ""
    chords: tuple[tuple[str, float, float], ...] = ()
    sections: tuple[SongSection, ...] = ()
    voices: dict[str, str] = field(default_factory=dict)
    genre: str = ""
    mood: str = ""
    era: str = ""
    seed: int | None = None


def write_meta(meta: SongMeta, path: Path) -> None:
    """Write indented JSON that `read_meta` reads back unchanged."""
    path.write_text(json.dumps(asdict(meta), indent=1, ensure_ascii=False), encoding="utf-8")


def read_meta(path: Path) -> SongMeta:
    """Read a `meta.json`. `bpm` is another name for `tempo_bpm`, and unknown fields are ignored.

    Raises BadInput, naming the file, if it cannot be read.
    """
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
        return _from_json(data)
    except (ValueError, TypeError, AttributeError, KeyError) as error:
        raise BadInput(
            f"{path} cannot be read ({error}). It should be JSON like "
            '{"prompt": "warm soul", "bpm": 92, "key": "A minor"}; correct it or remove it.'
        ) from error


def _from_json(data: dict[str, Any]) -> SongMeta:
    known = {f.name for f in fields(SongMeta)}
    if data.get("tempo_bpm") is None:
        data["tempo_bpm"] = data.get("bpm")
    values = {name: value for name, value in data.items() if name in known and value is not None}
    if "tempo_bpm" in values:
        values["tempo_bpm"] = float(values["tempo_bpm"])
    values["captions"] = tuple(Caption(c["prompt"], dict(c.get("lines", {}))) for c in data.get("captions") or ())
    values["chords"] = tuple((str(symbol), float(start), float(end)) for symbol, start, end in data.get("chords") or ())
    values["sections"] = tuple(SongSection(**{**s, "tracks": tuple(s["tracks"])}) for s in data.get("sections") or ())
    return SongMeta(**values)
