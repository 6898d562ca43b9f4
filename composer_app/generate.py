"""Generate: the lanes become a request, a job composes its variations, each becomes a take of its own."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any
from uuid import uuid4

from composer_app.editor import EditorState, lanes_with, place_take, request_of
from composer_app.jobs import JobStatus, Report
from composer_app.studio import Studio
from engine.request import MAX_SEED, TRACKS, ComposeRequest, Role, Take, TrackRequest
from sessions.records import TakeRecord

DRAWN_SEEDS = 1_000_000  # six digits are easily read out and typed again


def start_generation(studio: Studio, session_id: str) -> JobStatus:
    """Put the session's generation in the queue. An unlocked seed is drawn anew; it is saved with what it makes.

    Raises BadInput for what cannot be generated. The session is as it was until the first variation is in the lanes.
    """
    with studio.changing:
        state = studio.state(session_id)
        if not state.seed_locked:
            state = replace(state, seed=secrets.randbelow(DRAWN_SEEDS))
        request = compose_request(studio, state)
        work = partial(_compose, studio, session_id, request, state, studio.adapter(state.adapter))
        return studio.jobs.start(session_id, state.variations, work)


def compose_request(studio: Studio, state: EditorState) -> ComposeRequest:
    """What the model is asked for: kept and varied lanes with their audio as it sounds, the others without."""
    tracks = {}
    for track in TRACKS:
        lane = state.lanes[track]
        heard = lane.role in (Role.KEEP, Role.VARY)
        audio = studio.audio.lane_samples(state, track) if heard else None
        tracks[track] = TrackRequest(lane.role, audio, lane.line)
    return request_of(state, tracks)


def _compose(
    studio: Studio, session_id: str, request: ComposeRequest, state: EditorState, adapter: Path | None, report: Report
) -> str:
    """The work of a job: compose each variation, keep it as a take, put the first one in the lanes."""
    studio.engine.use_adapter(adapter)  # here, where one job runs at a time
    generation = uuid4().hex
    notes: list[str] = []
    for variation in range(1, state.variations + 1):
        asked = request.with_seed((request.seed + variation - 1) % (MAX_SEED + 1))

        def on_step(progress: Any, variation: int = variation) -> None:
            report(progress.stage, progress.step, progress.steps, variation)

        made = studio.engine.compose(asked, on_step)
        take = _keep(studio, session_id, made, state, generation, variation)
        notes += made.notes
        if variation == 1:
            names = " and ".join(asked.targets)
            studio.change(session_id, f"Generate {names}", partial(_with_first, take=take, seed=asked.seed))
    return " ".join([made_words(request.targets, state.variations, state.seed), *dict.fromkeys(notes)])


def _with_first(state: EditorState, take: TakeRecord, seed: int) -> EditorState:
    """The first variation in the lanes and its seed in the field, unless a seed was locked there meanwhile."""
    placed = place_take(state, take.id, take.stems)
    return placed if placed.seed_locked else replace(placed, seed=seed)


def made_words(targets: Sequence[str], variations: int, seed: int) -> str:
    """The sentence at the end of a generation."""
    lanes = " and ".join(targets)
    if variations == 1:
        return f"New {lanes} from seed {seed}. The takes before it are still in the lane."
    return f"{variations} variations of {lanes}. The first is in the lanes; listen to the others and use one."


def _keep(
    studio: Studio, session_id: str, made: Take, state: EditorState, generation: str, variation: int
) -> TakeRecord:
    """Only what was generated is stored; a kept lane goes on holding the take it has."""
    facts = {
        "generation": generation,
        "variation": variation,
        "inputs": {track: state.lanes[track].take_id for track in lanes_with(state, Role.KEEP, Role.VARY)},
        "model": studio.engine.name,
        "adapter": state.adapter,
        "device": str(studio.engine.device),
        "seconds": made.seconds,
        "notes": list(made.notes),
    }
    return studio.store.add_take(
        session_id,
        kind="generated",
        stems={track: made.stems[track] for track in made.request.targets},
        request={**made.request.to_json(), **facts},
        parent_id=parent_of(state),
        label=f"seed {made.request.seed}",
    )


def parent_of(state: EditorState) -> str | None:
    """The take a generation grew from: what it varied, else kept, else replaced. Its request names all of them."""
    for role in (Role.VARY, Role.KEEP, Role.GENERATE):
        for track in lanes_with(state, role):
            if state.lanes[track].take_id is not None:
                return state.lanes[track].take_id
    return None
