"""Where a model comes from: the facts that bundling adds to a checkpoint's notes, and how its runs are read from them.

Notes hold of the run that trained a model its `songs`, `steps`, `minutes`, `device` and `threads`, `log` (first and
last row of its log) and `started_from` (the same of the run whose weights it began with); a whole composer's hold
`autoencoder` (the same of that) and `data` besides. Files of earlier versions lack some of them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from engine.audio.pcm24 import SAMPLE_RATE_HZ
from engine.datasets.folder import Song
from engine.models.checkpoint import Checkpoint
from engine.training.runs.run_log import LOG_NAME, first_and_last

Notes = Mapping[str, Any]


def with_log(checkpoint: Checkpoint, path: Path) -> Checkpoint:
    """The checkpoint of a run folder with the ends of the log that lies beside it, if one does."""
    log = path.parent / LOG_NAME
    if not log.is_file():
        return checkpoint
    notes = {**checkpoint.notes, "log": dict(zip(("first", "last"), first_and_last(log), strict=True))}
    return Checkpoint(checkpoint.preset, checkpoint.states, notes)


def facts_about(songs: Sequence[Song]) -> dict[str, Any]:
    """How much music it is, and how much of it the score writer wrote: those songs have a seed."""
    return {
        "songs": len(songs),
        "hours": round(sum(song.length_samples for song in songs) / SAMPLE_RATE_HZ / 3600, 2),
        "written": sum(song.meta.seed is not None for song in songs),
        "genres": sorted({song.meta.genre for song in songs if song.meta.genre}),
    }


def learned_from(notes: Notes) -> dict[str, Any] | None:
    """`facts_about` the songs of a bundle and those of the bundles that it went on from, together; None where its own
    are not recorded. The same facts twice are the same songs.
    """
    if "data" not in notes:
        return None
    told: list[dict[str, Any]] = [run["data"] for run in runs_of(notes) if "data" in run]
    different = [facts for at, facts in enumerate(told) if facts not in told[:at]]
    counts = {name: sum(facts[name] for facts in different) for name in ("songs", "written")}
    hours = round(sum(facts["hours"] for facts in different), 2)
    return {**counts, "hours": hours, "genres": sorted({genre for facts in different for genre in facts["genres"]})}


def runs_of(notes: Notes) -> list[Notes]:
    """The notes of a run and of those it went on from, the first one first."""
    earlier = notes.get("started_from")
    return [*(runs_of(earlier) if earlier else []), notes] if notes else []
