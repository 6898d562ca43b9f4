"""The fields of the compose panel: checking them, saving them, and naming the step of undo."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from composer_app.state.editor import DISTANCES, FORM_WORDS, MAX_VARIATIONS, EditorState, Loop
from composer_app.state.phrases import listed
from composer_app.state.sections import Sections, prompt_sections_of
from engine.errors import BadInput
from engine.request import RequestSpec, TrackSpec

MAX_STEP_CHARACTERS = 24  # of a value in the name of a step
WHOLE_NUMBERS = ("beats_per_bar", "bars", "seed", "variations")


def with_form(state: EditorState, form: Mapping[str, Any]) -> EditorState:
    """Put the fields of the compose panel into the state. Raises BadInput for the first field that cannot be used."""
    values = {name: _cleaned(name, form[name]) for name in FORM_WORDS}
    lanes = {t: replace(state.lanes[t], line=str(form.get(f"{t}_line") or "").strip()) for t in state.lanes}
    changed = replace(state, lanes=lanes, **values)
    if not 1 <= changed.variations <= MAX_VARIATIONS:
        raise BadInput(f"{changed.variations} variations are out of reach; choose 1 to {MAX_VARIATIONS}.")
    if changed.distance not in DISTANCES:
        raise BadInput(f"The distance is one of {', '.join(DISTANCES)}.")
    return _checked(changed, state)


def with_sections(state: EditorState, sections: Sections) -> EditorState:
    """Replace the sections. The piece becomes as long as they are. Raises BadInput if it is too long."""
    bars = sum(section.bars for section in sections)
    return _checked(replace(state, sections=sections, bars=bars), state)


def _checked(changed: EditorState, before: EditorState) -> EditorState:
    """The changed state, its loop inside the piece. Raises BadInput for fields that the model cannot be asked for."""
    # All lanes are generated in this request, so it is refused for the fields alone, never for missing audio.
    request_of(changed, {track: TrackSpec(line=lane.line) for track, lane in changed.lanes.items()})
    return changed if changed.bars == before.bars else replace(changed, loop=_loop_for(changed.bars, before))


def _cleaned(name: str, value: Any) -> Any:
    if name == "tempo_bpm":
        return float("nan") if value is None else float(value)
    if name in WHOLE_NUMBERS:
        if value is None or not math.isfinite(float(value)) or float(value) != int(value):
            raise BadInput(f"“{FORM_WORDS[name].capitalize()}” needs a whole number.")
        return int(value)
    return bool(value) if name == "seed_locked" else str(value or "").strip()


def _loop_for(bars: int, before: EditorState) -> Loop:
    """A loop over the whole piece stays over the whole piece. Any other loop stays if it still lies inside."""
    loop = before.loop
    whole = (loop.start_bar, loop.end_bar) == (0, before.bars)
    if whole or loop.end_bar > bars:
        return Loop(loop.on, 0, bars)
    return loop


def request_of(state: EditorState, tracks: Mapping[str, TrackSpec]) -> RequestSpec:
    """The compose request of these fields and these lanes. Raises BadInput."""
    return RequestSpec(
        tracks=tracks,
        prompt=state.prompt,
        tempo_bpm=state.tempo_bpm,
        beats_per_bar=state.beats_per_bar,
        bars=state.bars,
        key=state.key,
        chords=state.chords,
        seed=state.seed,
        distance=DISTANCES[state.distance],
        prompt_sections=prompt_sections_of(state.sections),
        adapter=state.adapter,
    )


def form_step(before: EditorState, after: EditorState) -> str | None:
    """The name of the undo step: "Change tempo to 84". None if nothing changed.

    A long text is left out of the name.
    """
    old, new = before.form, after.form
    names = [name for name in new if new[name] != old[name]]
    if not names:
        return None
    words = [FORM_WORDS.get(name) or f"words of {name.removesuffix('_line')}" for name in names]
    value = new[names[0]]
    if len(names) == 1 and not isinstance(value, bool):
        value = f"{value:g}" if isinstance(value, float) else str(value)
        if 0 < len(value) <= MAX_STEP_CHARACTERS:
            return f"Change {words[0]} to {value}"
    return f"Change {listed(words)}"


def form_words(before: EditorState, after: EditorState) -> str:
    """What a new grid means for the lanes with audio. Empty if the grid is the same or there is no audio."""
    if before.grid == after.grid or all(lane.take_id is None for lane in after.lanes.values()):
        return ""
    looped, kept = "Lanes with audio are looped or cut to fill", "Lanes with audio keep their own tempo in"
    words = kept if after.bars == before.bars else looped
    count = f"{after.bars} {'bar' if after.bars == 1 else 'bars'}"
    return f"{words} {count} at {after.tempo_bpm:g} BPM; the takes themselves stay as they are."
