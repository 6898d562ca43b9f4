"""What is written beside a song's stems, `meta.json`: the facts of a generated piece, or the few a user gives."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path
from typing import Any

from engine.errors import BadInput


@dataclass(frozen=True)
class Caption:
    """One phrasing of the piece: the prompt line and one line a track (empty where a fact is left out)."""

    prompt: str
    lines: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class SongSection:
    """A stretch of the form, in bars, with the tracks that play in it."""

    name: str
    start_bar: int
    end_bar: int
    tracks: tuple[str, ...]


@dataclass(frozen=True)
class SongMeta:
    """Facts about a song; everything but what a song's owner wrote is empty or None.

    chords: (symbol, start_beat, end_beat), beats counted from bar 1 beat 1; voices: words for what plays each track.
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
    """As indented JSON, which `read_meta` reads back equal."""
    path.write_text(json.dumps(asdict(meta), indent=1, ensure_ascii=False), encoding="utf-8")


def read_meta(path: Path) -> SongMeta:
    """The facts in a `meta.json`, `bpm` standing for `tempo_bpm`; unknown names are ignored.

    Raises BadInput, naming the file, for something that is not such a file.
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
