"""MoisesDB (Pereira et al. 2023): `moisesdb_v0.1/<uuid>/data.json` beside `<stemName>/<track id>.wav`.

Each MoisesDB stem is the sum of its track files and is mapped to one of our tracks. Files with bleed are used as well.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from engine.datasets.layouts.sources import Sources, in_track_order, meta_from_sounds
from engine.errors import BadInput

FACTS = "data.json"
TRACK_BY_STEM = {"bass": "bass", "drums": "drums", "percussion": "drums", "vocals": "melody"}  # others: instrument
STEM_NAMES = {
    *TRACK_BY_STEM, "guitar", "piano", "other_keys", "other_plucked", "bowed_strings", "wind", "other",
}  # fmt: skip
LEAD = "lead"  # a lead synthesiser plays the melody, whatever stem it is part of
CLICK = "click track"


def matches(path: Path, folders: Sequence[str], files: Sequence[str]) -> bool:
    return FACTS in files and (not folders or bool(STEM_NAMES & set(folders)))


def sources(path: Path) -> Sources:
    """Raises BadInput for an unreadable data.json and for a missing track file."""
    try:
        data = json.loads((path / FACTS).read_text(encoding="utf-8"))
        return _sources(path, data)
    except (ValueError, TypeError, AttributeError, KeyError) as error:
        if isinstance(error, BadInput):
            raise
        raise BadInput(f"{FACTS} cannot be read ({error!r}); unpack the set again.") from error


def _sources(path: Path, data: dict[str, Any]) -> Sources:
    stems: dict[str, list[Path]] = {}
    sounds: dict[str, list[str]] = {}
    for stem in data["stems"]:
        for part in stem["tracks"]:
            kind = str(part.get("trackType", "")).replace("_", " ").lower()
            if kind == CLICK:
                continue
            file = path / stem["stemName"] / f"{part['id']}.wav"
            if not file.is_file():
                raise BadInput(f"{stem['stemName']}/{file.name} cannot be found; unpack the set again.")
            track = _map_track(stem["stemName"], kind)
            stems.setdefault(track, []).append(file)
            sounds.setdefault(track, []).append(kind or stem["stemName"].replace("_", " "))
    genre = str(data.get("genre") or "").replace("_", " ")
    return Sources(in_track_order(stems), meta=meta_from_sounds(genre, sounds))


def _map_track(stem_name: str, kind: str) -> str:
    if stem_name not in TRACK_BY_STEM and LEAD in kind.split():
        return "melody"
    return TRACK_BY_STEM.get(stem_name, "instrument")
