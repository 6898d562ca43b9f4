"""Slakh2100 (Manilow et al. 2019).

Layout: `{train,validation,test}/TrackNNNNN/{metadata.yaml, mix.flac, stems/SXX.flac, MIDI/SXX.mid}`.

metadata.yaml names the instrument of each stem, which identifies drums and bass. The melody is the most salient of the
pitched stems that play one note at a time. All other stems are the instrument.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import yaml  # type: ignore[import-untyped]

from engine.datasets.layouts.monophony import monophonic_ticks
from engine.datasets.layouts.sources import Sources, in_track_order, meta_from_sounds, sound_files
from engine.errors import BadInput

FACTS, STEMS, MIDI, MIX = "metadata.yaml", "stems", "MIDI", "mix"
SONG_NAME = re.compile(r"Track\d{5}")
HELD_OUT = ("validation", "test")
OMITTED = "omitted"  # folder of the redux version for songs that are in the set twice


def matches(path: Path, folders: Sequence[str], files: Sequence[str]) -> bool:
    return FACTS in files and (STEMS in folders or SONG_NAME.fullmatch(path.name) is not None)


def sources(path: Path) -> Sources:
    """Raises BadInput for unreadable metadata, a missing stem file, and a song that Slakh itself omits."""
    if path.parent.name == OMITTED:
        raise BadInput("Slakh itself leaves it out, as it is in the set twice.")
    try:
        data = yaml.safe_load((path / FACTS).read_text(encoding="utf-8"))
        stems = {str(name): dict(facts) for name, facts in data["stems"].items() if facts.get("audio_rendered")}
    except (ValueError, TypeError, AttributeError, KeyError, yaml.YAMLError) as error:
        raise BadInput(f"{FACTS} cannot be read ({type(error).__name__}); unpack the set again.") from error
    return _sources(path, stems)


def _sources(path: Path, stems: Mapping[str, Mapping[str, Any]]) -> Sources:
    stem_files = sound_files(path / STEMS, [name.lower() for name in stems]) if (path / STEMS).is_dir() else {}
    missing = [name for name in stems if name.lower() not in stem_files]
    if missing:
        raise BadInput(f"{STEMS}/{missing[0]}.flac cannot be found; unpack the set again.")
    melody = _find_melody(path, {name: facts for name, facts in stems.items() if _map_track(facts) == "instrument"})
    files: dict[str, list[Path]] = {}
    sounds: dict[str, list[str]] = {}
    for name, facts in stems.items():
        track = "melody" if name == melody else _map_track(facts)
        files.setdefault(track, []).append(stem_files[name.lower()])
        sounds.setdefault(track, []).append(_instrument_name(facts))
    mix = tuple(sound_files(path, (MIX,)).values())
    meta, held_out = meta_from_sounds("", sounds), path.parent.name in HELD_OUT
    return Sources(in_track_order(files), mix, meta, held_out)


def _map_track(facts: Mapping[str, Any]) -> str:
    if facts.get("is_drum"):
        return "drums"
    return "bass" if facts.get("inst_class") == "Bass" else "instrument"


def _instrument_name(facts: Mapping[str, Any]) -> str:
    return "drums" if facts.get("is_drum") else str(facts.get("midi_program_name") or facts.get("inst_class")).lower()


def _find_melody(path: Path, stems: Mapping[str, Mapping[str, Any]]) -> str | None:
    """The monophonic stem with the highest salience: sounding time times loudness. None if there is none."""
    salience = {}
    for name, facts in stems.items():
        ticks = monophonic_ticks(path / MIDI / f"{name}.mid")
        if ticks is not None:
            salience[name] = ticks * _loudness(facts)
    return max(salience, key=salience.__getitem__, default=None)


def _loudness(facts: Mapping[str, Any]) -> float:
    """Linear loudness from the integrated loudness, which ignores rests; 0 if it is unknown."""
    try:
        loudness_db = float(facts["integrated_loudness"])
    except (KeyError, TypeError, ValueError):
        return 0.0
    return 10 ** (loudness_db / 20) if math.isfinite(loudness_db) else 0.0
