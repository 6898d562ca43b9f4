"""The work of a generation: compose each variation pass by pass, keep it as a take, put the first in the lanes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any
from uuid import uuid4

import numpy as np

from composer_app.jobs import Report
from composer_app.media.fit import keep_fit, kept_stems
from composer_app.media.generation_inputs import given_takes
from composer_app.state.changes import place_take
from composer_app.state.editor import EditorState
from composer_app.state.generation import Generation
from composer_app.state.generation_plan import GenerationPlan
from composer_app.state.phrases import listed
from composer_app.state.plan_words import step_words
from composer_app.state.takes import Variation
from composer_app.studio import Studio
from engine.errors import Cancelled
from engine.request import MAX_SEED, ComposeRequest
from engine.take import Take, Written
from engine.tracks import Role
from sessions.records import TakeRecord

Stems = Mapping[str, np.ndarray]  # [2, S] float32 by track


@dataclass(frozen=True)
class GenerationInput:
    """What a job makes, as it stood when Generate was pressed. request: of the first pass."""

    state: EditorState
    plan: GenerationPlan
    request: ComposeRequest


@dataclass(frozen=True)
class ComposedVariation:
    """One variation: the takes of its passes in order. A later pass may make a track again."""

    takes: tuple[Take, ...]

    @property
    def stems(self) -> Stems:
        """The finished stem of each track that was made; kept tracks are left out."""
        return {track: take.stems[track] for take in self.takes for track in take.request.targets}

    @property
    def notes(self) -> list[str]:
        return list(dict.fromkeys(note for take in self.takes for note in take.notes))

    @property
    def written(self) -> Written:
        """What was decided in any of the passes. If several decided the same line, the first one counts."""
        of_passes = [take.written for take in self.takes]
        lines = {track: line for written in reversed(of_passes) for track, line in written.lines.items()}
        return replace(next((written for written in of_passes if written.chords), Written()), lines=lines)

    @property
    def seconds(self) -> dict[str, float]:
        stages = self.takes[0].seconds
        return {stage: sum(take.seconds[stage] for take in self.takes) for stage in stages}


def work_or_keep_seed(studio: Studio, session_id: str, order: GenerationInput, report: Report) -> str:
    """Do the work. If it fails, its seed goes into the seed field, so that it can be tried again."""
    try:
        return _work(studio, session_id, order, report)
    except Cancelled:
        raise
    except Exception:
        studio.change(session_id, f"Note seed {order.state.seed}", partial(_with_seed, seed=order.state.seed))
        raise


def _work(studio: Studio, session_id: str, order: GenerationInput, report: Report) -> str:
    """Compose each variation, keep it as a take, and put the first one in the lanes. Returns the last sentence."""
    state, generation = order.state, uuid4().hex
    notes: list[str] = []
    kept = kept_stems(order.request, order.plan.targets)
    for variation in range(1, state.variations + 1):
        seed = (state.seed + variation - 1) % (MAX_SEED + 1)
        made = _compose(studio, order, seed, variation, report)
        kept_as = _keep(studio, session_id, made, order, generation, variation)
        take = kept_as.take
        notes += made.notes
        if variation == 1 and takes_its_place(state, take):
            studio.change(session_id, step_words(order.plan), partial(_with_first, take=take, seed=seed))
        report("measure", 0, 0, variation)
        keep_fit(studio.store, kept_as, made.stems, kept, order.request)
    return " ".join([made_words(order.plan.targets, state.variations, state.seed), *dict.fromkeys(notes)])


def _compose(studio: Studio, order: GenerationInput, seed: int, variation: int, report: Report) -> ComposedVariation:
    """All passes of one variation."""
    passes, request = order.plan.passes, order.request.with_seed(seed)
    takes: list[Take] = []
    for number, roles in enumerate(passes):

        def on_step(progress: Any, number: int = number) -> None:
            done, all_steps = number * progress.steps + progress.step, len(passes) * progress.steps
            report(progress.stage, done, all_steps, variation)

        if takes:
            request = request_after(request, order.plan, roles, ComposedVariation(tuple(takes)).stems)
        takes.append(studio.engine.compose(request, on_step))
    return ComposedVariation(tuple(takes))


def _with_first(state: EditorState, take: TakeRecord, seed: int) -> EditorState:
    """Put the first variation in the lanes, and its seed in the field unless a seed was locked there meanwhile."""
    return _with_seed(place_take(state, take.id, take.stems), seed)


def _with_seed(state: EditorState, seed: int) -> EditorState:
    return state if state.seed_locked else replace(state, seed=seed)


def takes_its_place(state: EditorState, take: TakeRecord) -> bool:
    """Whether a first variation goes into the lanes by itself: if it is the only one, or if a lane has no take yet."""
    return state.variations == 1 or any(state.held_take(track) is None for track in take.stems)


def made_words(targets: Sequence[str], variations: int, seed: int) -> str:
    """The sentence at the end of a generation."""
    lanes = listed(targets)
    if variations == 1:
        return f"New {lanes} from seed {seed}. The takes before it are still in the lane."
    return f"{variations} variations of {lanes}. The keys 1 to {variations} play them, 0 what is in the lanes; use one."


def _keep(
    studio: Studio, session_id: str, made: ComposedVariation, order: GenerationInput, generation: str, variation: int
) -> Variation:
    """Store a variation. Kept tracks are not stored: their lanes hold their takes already."""
    first = made.takes[0].request
    origin = Generation(
        passes=tuple(take.request.spec for take in made.takes),
        generation=generation,
        variation=variation,
        given=given_takes(studio.store, order.state, first),
        model=studio.engine.name,
        adapter=order.state.adapter,
        device=str(studio.engine.device),
        seconds=made.seconds,
        notes=tuple(made.notes),
        written=made.written,
    )
    parent_id = parent_of(order.state, order.plan)
    return Variation(studio.keep_take(session_id, origin, made.stems, f"seed {first.seed}", parent_id), origin)


def parent_of(state: EditorState, plan: GenerationPlan) -> str | None:
    """The take that a generation came from: one that it varied, else one that it kept, else one that it replaced."""
    varied = [track for track, lane in plan.lanes.items() if Role.VARY in lane.made]
    kept = [track for track, lane in plan.lanes.items() if not lane.made and not lane.off]
    for track in [*varied, *kept, *plan.targets]:
        if (held := state.held_take(track)) is not None:
            return held
    return None


def request_after(first: ComposeRequest, plan: GenerationPlan, roles: Sequence[Role], made: Stems) -> ComposeRequest:
    """The request of a later pass. It makes these roles and keeps what was made before."""
    tracks = {}
    for track, asked in first.tracks.items():
        role, bars = plan.in_pass(track, roles)
        tracks[track] = replace(asked, role=role, regions=bars)
    return replace(first, tracks=tracks, audio={**first.audio, **made})
