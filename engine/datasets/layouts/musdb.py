"""MUSDB18-HQ: `{train,test}/<Artist - Title>/{mixture,drums,bass,other,vocals}.wav`, 44.1 kHz stereo.

Source-separation programs with four stems write the same layout without the mixture.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from engine.datasets.layouts.sources import Sources, sound_files, sound_names
from engine.errors import BadInput
from engine.tracks import TRACKS

MIXTURE = "mixture"
NAMES = {"bass": "bass", "drums": "drums", "instrument": "other", "melody": "vocals"}
HELD_OUT = "test"


def matches(path: Path, folders: Sequence[str], files: Sequence[str]) -> bool:
    names = sound_names(files)
    if names & (set(TRACKS) - set(NAMES.values())):
        return False  # a stem called "instrument" or "melody": layout plain
    # Vocals alone prove nothing: a plain song may have them too.
    return "other" in names or (MIXTURE in names and bool(names & set(NAMES.values())))


def sources(path: Path) -> Sources:
    """Raises BadInput if there is a mixture but not all four stems, since the missing stem would count as absent."""
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
