"""Provenance in a checkpoint's notes: facts about its training runs and songs.

The notes of a run hold `songs`, `steps`, `minutes`, `device`, `threads`, `log` (first and last row of its log) and
`started_from` (the notes of the run whose weights it started from). A whole composer also holds `autoencoder` (the
notes of the autoencoder's run) and `data` (`dataset_facts`). Files of earlier versions lack some of these.
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


def with_log_summary(checkpoint: Checkpoint, path: Path) -> Checkpoint:
    """The checkpoint with the first and last row of the log beside it in the notes, if there is a log."""
    log = path.parent / LOG_NAME
    if not log.is_file():
        return checkpoint
    notes = {**checkpoint.notes, "log": dict(zip(("first", "last"), first_and_last(log), strict=True))}
    return Checkpoint(checkpoint.preset, checkpoint.states, notes)


def dataset_facts(songs: Sequence[Song]) -> dict[str, Any]:
    """Number, hours and genres of the songs, and how many the score writer wrote (those have a seed)."""
    return {
        "songs": len(songs),
        "hours": round(sum(song.length_samples for song in songs) / SAMPLE_RATE_HZ / 3600, 2),
        "written": sum(song.meta.seed is not None for song in songs),
        "genres": sorted({song.meta.genre for song in songs if song.meta.genre}),
    }


def training_data_facts(notes: Notes) -> dict[str, Any] | None:
    """The summed `dataset_facts` of a model and of the models it was fine-tuned from; None if its own are unknown.

    Equal facts of two runs are taken for the same songs and count once.
    """
    if "data" not in notes:
        return None
    recorded: list[dict[str, Any]] = [run["data"] for run in training_runs(notes) if "data" in run]
    distinct = [facts for i, facts in enumerate(recorded) if facts not in recorded[:i]]
    counts = {name: sum(facts[name] for facts in distinct) for name in ("songs", "written")}
    hours = round(sum(facts["hours"] for facts in distinct), 2)
    return {**counts, "hours": hours, "genres": sorted({genre for facts in distinct for genre in facts["genres"]})}


def training_runs(notes: Notes) -> list[Notes]:
    """The notes of a run and of the runs before it that it started from, oldest first."""
    earlier = notes.get("started_from")
    return [*(training_runs(earlier) if earlier else []), notes] if notes else []
