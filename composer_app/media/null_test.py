"""The null test: compares what a lane plays now with what it gave to the last generation, sample by sample."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from composer_app.media.generation_inputs import input_names
from composer_app.media.lane_audio import FittedAudio
from composer_app.state.editor import EditorState
from composer_app.state.takes import last_generation
from sessions.records import TakeRecord
from sessions.store import SessionStore

Spans = Sequence[tuple[int, int]]  # first sample and sample after the last


def changed_samples(before: np.ndarray, after: np.ndarray, made: Spans = ()) -> tuple[int, int]:
    """How many samples of `[2, S]` differ in either channel, and how many were compared.

    All samples outside of the spans `made` are compared. If one is longer, its extra samples differ.
    """
    length, shorter = max(before.shape[1], after.shape[1]), min(before.shape[1], after.shape[1])
    differs = np.ones(length, bool)
    differs[:shorter] = (before[:, :shorter] != after[:, :shorter]).any(axis=0)
    compared = np.ones(length, bool)
    for start, end in made:
        compared[start:end] = False
    return int((differs & compared).sum()), int(compared.sum())


def difference(before: np.ndarray, after: np.ndarray, made: Spans = ()) -> np.ndarray:
    """`after` minus `before`, `[2, S]`; silent in the spans `made`."""
    length = max(before.shape[1], after.shape[1])
    padded = [np.pad(stem, ((0, 0), (0, length - stem.shape[1]))) for stem in (before, after)]
    found = padded[1] - padded[0]
    for start, end in made:
        found[:, start:end] = 0.0
    return found


@dataclass(frozen=True)
class KeptLane:
    """A lane that the last generation was to keep, wholly or around its bars.

    before, after: the names of the audio then and now. made: the spans of samples that were to change.
    """

    track: str
    before: str
    after: str
    made: Spans


def kept_lanes(
    audio: FittedAudio, store: SessionStore, state: EditorState, takes: Sequence[TakeRecord]
) -> list[KeptLane]:
    """What the null test compares. A lane that is empty now is left out: there is nothing to compare."""
    last = last_generation(takes)
    if last is None:
        return []
    by_id = {take.id: take for take in takes}
    kept = []
    for track, before in input_names(audio, store, last.made).items():
        now, stem = by_id.get(state.held_take(track) or ""), last.take.stems.get(track)
        if now is None or track not in now.stems:
            continue
        spans = tuple(last.made.changed_samples(track)) if stem else ()
        partly = stem is not None and bool(spans) and _outside(spans, stem.samples)
        if partly or (stem is None and track in last.made.kept_tracks()):
            kept.append(KeptLane(track, before, audio.lane_name(state, now, track), spans))
    return kept


def spans_to_text(spans: Spans) -> str:
    """As the address of a null test has them: "0-100,200-300"."""
    return ",".join(f"{start}-{end}" for start, end in spans)


def spans_of(text: str) -> tuple[tuple[int, int], ...]:
    """ "0-100,200-300" -> the spans of samples."""
    return tuple((int(start), int(end)) for start, _, end in (span.partition("-") for span in text.split(",") if span))


def _outside(spans: Sequence[tuple[int, int]], length: int) -> bool:
    """Whether anything lies outside the spans."""
    return not any(start <= 0 and end >= length for start, end in spans)
