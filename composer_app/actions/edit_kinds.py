"""The edits by hand that the page can ask for: what each does to the audio, and the words that say so."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

import numpy as np

from composer_app.actions.commands import Command
from composer_app.media import audio_edits
from composer_app.state.editor import EditorState
from composer_app.state.json_values import UNUSABLE
from composer_app.state.phrases import place_words, span_words
from composer_app.state.provenance import EditKind
from composer_app.state.selection import SelectedSpan, Selection
from engine.errors import BadInput

GAIN_LIMITS_DB = (-60.0, 24.0)
Apply = Callable[[np.ndarray, int, int], np.ndarray]


@dataclass(frozen=True)
class EditBars(Command):
    """edit: one of EditKind. MOVE and DUPLICATE need `to_beat`, GAIN needs `gain_db`. The others are of a fade."""

    edit: str
    selection: SelectedSpan | None = None
    to_beat: float | None = None
    length_beats: float | None = None
    curve: str | None = None
    gain_db: float | None = None


@dataclass(frozen=True)
class PlannedEdit:
    """What is done to each selected lane.

    step, label: "Move bars 1–2 to bar 3", "moved bars 1–2 to bar 3".
    apply: audio of a lane, float32 `[2, S]`, the first sample of the selection and the one after it -> `[2, S]`.
    to_beat: where the selected audio begins afterwards, if that is somewhere else.
    """

    kind: EditKind
    step: str
    label: str
    apply: Apply
    to_beat: float | None = None


def planned_edit(command: EditBars, selection: Selection, state: EditorState) -> PlannedEdit:
    """The edit that a command asks for. Raises BadInput for one that is not known and for values out of reach."""
    words = span_words(selection.start_beat, selection.end_beat, selection.beats_per_bar)
    if command.edit not in {kind.value for kind in EditKind} - {EditKind.ARRANGE.value}:
        raise BadInput("This page is older than the program. Reload it.")
    kind = EditKind(command.edit)
    if kind in PLAIN:
        apply, step, label = PLAIN[kind]
        return PlannedEdit(kind, f"{step} {words}", f"{label} {words}", apply)
    if kind in PLACED:
        return _placed(kind, words, selection, state, _given(command.to_beat))
    if kind in (EditKind.FADE_IN, EditKind.FADE_OUT):
        return _fade(kind, selection, state, command)
    return _gain(words, _given(command.gain_db))


PLAIN: Mapping[EditKind, tuple[Apply, str, str]] = {
    EditKind.DELETE: (audio_edits.delete, "Delete", "deleted"),
    EditKind.CLOSE: (audio_edits.close, "Delete and close", "deleted and closed"),
    EditKind.TRIM: (audio_edits.trim, "Trim to", "trimmed to"),
    EditKind.REVERSE: (audio_edits.reverse, "Reverse", "reversed"),
}
PLACED: Mapping[EditKind, Callable[[np.ndarray, int, int, int], np.ndarray]] = {
    EditKind.MOVE: audio_edits.move,
    EditKind.DUPLICATE: audio_edits.duplicate,
}


def _given(value: float | None) -> float:
    if value is None:
        raise BadInput(UNUSABLE)
    return value


def _placed(kind: EditKind, words: str, selection: Selection, state: EditorState, to_beat: float) -> PlannedEdit:
    length = selection.end_beat - selection.start_beat
    if not 0 <= to_beat <= state.grid.beats - length + 1e-6:
        raise BadInput(
            f"There is no room for {words} there; the piece has bars 1 to {state.bars}. Choose another place."
        )
    where = f"{words} to {place_words(to_beat, state.beats_per_bar)}"

    def apply(audio: np.ndarray, start: int, end: int) -> np.ndarray:
        to, _ = replace(selection, start_beat=to_beat).samples(state)
        return PLACED[kind](audio, start, end, min(to, audio.shape[1] - (end - start)))

    return PlannedEdit(kind, f"{kind.value.capitalize()} {where}", f"{kind.value}d {where}", apply, to_beat)


def _fade(kind: EditKind, selection: Selection, state: EditorState, command: EditBars) -> PlannedEdit:
    """Over the whole selection, or over `length_beats` at its start (in) or at its end (out)."""
    curve = command.curve or "equal power"
    if curve not in audio_edits.CURVES:
        raise BadInput(f"“{curve[:40]}” is not a curve of a fade; choose {' or '.join(audio_edits.CURVES)}.")
    whole = selection.end_beat - selection.start_beat
    length = whole if command.length_beats is None else command.length_beats
    if not 0 < length <= whole + 1e-6:
        raise BadInput(f"A fade of {length:g} beats does not fit; what is selected is {whole:g} beats long.")
    rising = kind is EditKind.FADE_IN
    at_beat = selection.start_beat if rising else selection.end_beat - length
    words = span_words(at_beat, at_beat + length, selection.beats_per_bar)
    faded = replace(selection, start_beat=at_beat, end_beat=at_beat + length)
    function = audio_edits.fade_in if rising else audio_edits.fade_out

    def apply(audio: np.ndarray, start: int, end: int) -> np.ndarray:
        first, last = faded.samples(state)
        return function(audio, max(first, start), min(last, end), curve)

    direction = "in" if rising else "out"
    return PlannedEdit(kind, f"Fade {direction} {words}", f"faded {direction} {words}", apply)


def _gain(words: str, gain_db: float) -> PlannedEdit:
    low, high = GAIN_LIMITS_DB
    if not low <= gain_db <= high:
        raise BadInput(f"A gain of {gain_db:g} dB is out of reach; choose {low:g} to {high:g}.")

    def apply(audio: np.ndarray, start: int, end: int) -> np.ndarray:
        return audio_edits.gain(audio, start, end, gain_db)

    how = f"{words} {'up' if gain_db > 0 else 'down'} by {abs(gain_db):g} dB"
    return PlannedEdit(EditKind.GAIN, f"Turn {how}", f"turned {how}", apply)
