"""MUSDB18-HQ: `{train,test}/<Artist - Title>/{mixture,drums,bass,other,vocals}.wav`, 44.1 kHz stereo.

The output of separation programs with four stems lies on disk in the same way, only without the mixture.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from engine.datasets.layouts.sources import Sources, sound_files, sound_names
from engine.errors import BadInput
from engine.tracks import TRACKS

MIXTURE = "mixture"
NAMES = {"bass": "bass", "drums": "drums", "instrument": "other", "melody": "vocals"}
OWN = set(NAMES.values()) - set(TRACKS)  # names that are no tracks of ours
HELD_OUT = "test"


def claims(path: Path, folders: Sequence[str], files: Sequence[str]) -> bool:
    names = sound_names(files)
    if names & (set(TRACKS) - set(NAMES.values())):
        return False  # "instrument" or "melody": somebody's own stems
    return bool(names & OWN) or (MIXTURE in names and bool(names & set(NAMES.values())))


def sources(path: Path) -> Sources:
    """Raises BadInput where a mixture has lost one of its four stems: that track would pass for absent."""
    files = sound_files(path, (*NAMES.values(), MIXTURE))
    missing = [f"{name}.wav" for name in NAMES.values() if name not in files]
    if missing and MIXTURE in files:
        raise BadInput(
            f"{' and '.join(missing)} of its mixture cannot be found; unpack the set again, or remove the mixture "
            "if these are all the song's stems."
        )
    stems = {track: (files[name],) for track, name in NAMES.items() if name in files}
    others = (files[MIXTURE],) if MIXTURE in files else ()
    return Sources(stems, others, held_out=path.parent.name == HELD_OUT)
