"""Two states of a session beside each other: what differs, in words, lane by lane."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import fields
from typing import Any, TypedDict

from composer_app.state.editor import FORM_WORDS, ROLE_WORDS, EditorState, Lane
from composer_app.state.sections import Section
from composer_app.state.takes import alignment_of
from sessions.records import TakeRecord

Takes = Mapping[str, TakeRecord]
PIECE = "piece"
TEXTS = ("prompt", "key", "chords", "adapter")
PER_LANE = ("lanes", "alignments")


class Difference(TypedDict):
    """place: "piece" or a track. take: whether the take of the lane or its alignment differs."""

    place: str
    words: list[str]
    take: bool


def differences(one: EditorState, other: EditorState, takes: Takes) -> list[Difference]:
    """What `other` has instead of what `one` has, only where something differs. takes: of the session, by id."""
    found: list[Difference] = [{"place": PIECE, "words": _piece_words(one, other), "take": False}]
    for track in {**other.lanes, **one.lanes}:
        words = _take_words(one, other, track, takes)
        rest = _lane_words(one.lanes.get(track, Lane()), other.lanes.get(track, Lane()))
        found.append({"place": track, "words": words + rest, "take": bool(words)})
    return [place for place in found if place["words"]]


def _piece_words(one: EditorState, other: EditorState) -> list[str]:
    words = []
    for name in (field.name for field in fields(EditorState)):
        before, after = getattr(one, name), getattr(other, name)
        if before != after and name not in PER_LANE:
            words.append(_field_words(name, before, after))
    return words


def _field_words(name: str, before: Any, after: Any) -> str:
    label = FORM_WORDS.get(name, name.replace("_", " "))
    if name == "loop":
        return f"loop {_loop(after)} instead of {_loop(before)}"
    if name == "sections":
        return _sections_words(before, after)
    if name in TEXTS or name == "line":
        return f"{label} {_quoted(after)} instead of {_quoted(before)}"
    if isinstance(after, bool):
        return f"{label} {'on' if after else 'off'}"
    if isinstance(after, (int, float, str)):
        return f"{label} {_number(after)} instead of {_number(before)}"
    return f"another {label}"


def _take_words(one: EditorState, other: EditorState, track: str, takes: Takes) -> list[str]:
    before, after = (takes.get(state.held_take(track) or "") for state in (one, other))
    if before != after:
        return [f"{_take(after)} instead of {_take(before)}"]
    if after is None or before is None:
        return []
    lay, lies = alignment_of(one, before), alignment_of(other, after)
    return [] if lay == lies else [f"lies at {lies} instead of {lay}"]


LANE_VALUES: dict[str, Callable[[Any], str]] = {
    "role": lambda role: ROLE_WORDS[role.value],
    "gain_db": lambda gain_db: f"{gain_db:+.1f} dB".replace("-", "−"),
    "pan": lambda pan: "centre" if pan == 0 else f"{abs(pan) * 100:.0f} {'left' if pan < 0 else 'right'}",
}
LANE_LABELS = {"gain_db": "gain "}
SWITCHES = {"muted": ("not muted", "muted"), "soloed": ("no solo", "solo")}


def _lane_words(before: Lane, after: Lane) -> list[str]:
    words = []
    for name in (field.name for field in fields(Lane) if field.name != "take_id"):
        was, now = getattr(before, name), getattr(after, name)
        if was == now:
            continue
        if name in SWITCHES:
            words.append(SWITCHES[name][now])
        elif say := LANE_VALUES.get(name):
            words.append(f"{LANE_LABELS.get(name, '')}{say(now)} instead of {say(was)}")
        else:
            words.append(_field_words(name, was, now))
    return words


def _sections_words(before: Sequence[Section], after: Sequence[Section]) -> str:
    was, now = (", ".join(f"{one.name} ({one.bars})" for one in sections) for sections in (before, after))
    return "sections with other prompts or roles" if was == now else f"sections {now} instead of {was}"


def _take(take: TakeRecord | None) -> str:
    return "no audio" if take is None else f"take {take.number}" + (f" ({take.label})" if take.label else "")


def _quoted(text: str) -> str:
    return f"“{text}”" if text else "none"


def _number(value: Any) -> str:
    return f"{value:g}" if isinstance(value, float) else str(value)


def _loop(loop: Any) -> str:
    return f"bars {loop.start_bar + 1}–{loop.end_bar}" if loop.on else "off"
