"""Generate and Cancel: the plan of the session becomes a request, and a job goes into the queue."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, replace
from functools import partial

from composer_app.actions.commands import Command
from composer_app.actions.form import SetForm, set_form
from composer_app.actions.generation_job import GenerationInput, work_or_keep_seed
from composer_app.actions.registry import Outcome, action
from composer_app.jobs import JobStatus
from composer_app.state.editor import EditorState
from composer_app.state.form import request_of
from composer_app.state.generation_plan import GenerationPlan, plan_of
from composer_app.state.plan_words import plan_words
from composer_app.state.selection import SelectedSpan, Selection
from composer_app.studio import Studio
from engine.errors import BadInput
from engine.request import ComposeRequest, TrackSpec
from engine.tracks import Role

DRAWN_SEEDS = 1_000_000  # six digits are easily read out and typed again


@dataclass(frozen=True)
class Generate(SetForm):
    """The fields of the page, and the bars that are selected: only those are made."""

    selection: SelectedSpan | None = None


@action
def generate(studio: Studio, session_id: str, command: Generate) -> Outcome:
    """Save the fields, then start a job. The page is told of a job even if it has failed already, and says why."""
    set_form(studio, session_id, command)
    return Outcome(job=start_generation(studio, session_id, command.selection))


@action
def cancel(studio: Studio, session_id: str, command: Command) -> Outcome:
    studio.jobs.cancel(session_id)
    return Outcome()


def start_generation(studio: Studio, session_id: str, selected: SelectedSpan | None = None) -> JobStatus:
    """Put a generation of the session in the queue. An unlocked seed is drawn anew and saved with the first variation.

    Raises BadInput for what cannot be generated. The session does not change until the first variation is in the lanes.
    """
    with studio.changing:
        state = studio.state(session_id)
        if not state.seed_locked:
            state = replace(state, seed=secrets.randbelow(DRAWN_SEEDS))
        plan = plan_of(state, Selection.of(selected, state))
        if not plan.targets:
            raise BadInput(" ".join(plan_words(plan)))
        studio.adapter(state.adapter)  # refused here if it is gone
        order = GenerationInput(state, plan, compose_request(studio, state, plan))
        work = partial(work_or_keep_seed, studio, session_id, order)
        return studio.jobs.start(session_id, state.variations, work)


def compose_request(studio: Studio, state: EditorState, plan: GenerationPlan) -> ComposeRequest:
    """The request of the first pass of a plan. Each lane that the model may hear comes with its audio.

    A lane that is Off, or that is generated from end to end, comes without. A lane that the model does not make is
    left out.
    """
    tracks, audio = {}, {}
    for track in studio.engine.tracks:
        lane = state.lanes[track]
        role, bars = plan.in_pass(track, plan.passes[0])
        tracks[track] = TrackSpec(role, lane.line, bars)
        encoded = role is not Role.ABSENT and (role is not Role.GENERATE or bars)
        samples = studio.audio.lane_samples(state, track) if encoded else None
        if samples is not None:
            audio[track] = samples
    return request_of(state, tracks).with_audio(audio)
