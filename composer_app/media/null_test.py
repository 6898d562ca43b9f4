"""The null test: compares what a lane plays now with what it gave to the last generation, sample by sample."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from composer_app.media.generation_inputs import input_names
from composer_app.media.lane_audio import FittedAudio
from composer_app.state.editor import EditorState
from composer_app.state.takes import changed_spans, kept_tracks
from sessions.records import TakeRecord
from sessions.store import SessionStore


def changed_samples(before: np.ndarray, after: np.ndarray, made: Sequence[tuple[int, int]] = ()) -> tuple[int, int]:
    """How many samples of `[2, S]` differ in either channel, and how many were compared: all outside the spans `made`.

    What one has and the other has not differs.
    """
    length, shorter = max(before.shape[1], after.shape[1]), min(before.shape[1], after.shape[1])
    differs = np.ones(length, bool)
    differs[:shorter] = (before[:, :shorter] != after[:, :shorter]).any(axis=0)
    compared = np.ones(length, bool)
    for start, end in made:
        compared[start:end] = False
    return int((differs & compared).sum()), int(compared.sum())


def difference(before: np.ndarray, after: np.ndarray, made: Sequence[tuple[int, int]] = ()) -> np.ndarray:
    """What `after` has that `before` has not, `[2, S]`, silent in the spans that were to be made."""
    length = max(before.shape[1], after.shape[1])
    padded = [np.pad(stem, ((0, 0), (0, length - stem.shape[1]))) for stem in (before, after)]
    found = padded[1] - padded[0]
    for start, end in made:
        found[:, start:end] = 0.0
    return found


def null_tests(
    audio: FittedAudio, store: SessionStore, state: EditorState, takes: Sequence[TakeRecord]
) -> list[dict[str, Any]]:
    """For the page: each lane that the last generation was to keep, wholly or around its bars, and where to ask.

    In a lane that is empty now there is nothing to compare.
    """
    made = next((take for take in reversed(takes) if take.kind == "generated"), None)
    if made is None:
        return []
    by_id, spans = {take.id: take for take in takes}, changed_spans(made)
    tests = []
    for track, before in input_names(audio, store, made).items():
        now = by_id.get(state.lanes[track].take_id or "")
        partly = bool(spans.get(track)) and _outside(spans[track], made.stems[track].samples)
        if now is None or track not in now.stems or not (track in kept_tracks(made) or partly):
            continue
        after = audio.lane_name(state, now, track)
        query = ",".join(f"{start}-{end}" for start, end in spans.get(track, ()))
        tests.append({"track": track, "before": before, "after": after, "made": query,
                      "url": f"/null-test/{before}/{after}?made={query}"})  # fmt: skip
    return tests


def spans_of(text: str) -> tuple[tuple[int, int], ...]:
    """ "0-100,200-300" -> the spans of samples."""
    return tuple((int(start), int(end)) for start, _, end in (span.partition("-") for span in text.split(",") if span))


def _outside(spans: Sequence[tuple[int, int]], length: int) -> bool:
    """Whether anything lies outside the spans."""
    return not any(start <= 0 and end >= length for start, end in spans)
