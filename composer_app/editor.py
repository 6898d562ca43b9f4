"""EditorState: all that a session is on the page, and pure functions on it. JSON in and out; no gradio, no audio."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from composer_app.phrases import listed
from composer_app.sections import Section, Sections, fitted, prompt_sections_of
from engine.errors import BadInput
from engine.music.grid import Grid
from engine.request import TEMPO_RANGE_BPM, ComposeRequest, TrackRequest
from engine.tracks import TRACKS, Role

GAIN_RANGE_DB = (-48.0, 6.0)
MAX_VARIATIONS = 4
DISTANCES = {"near": 0.35, "mid": 0.6, "far": 0.85}  # words of the page -> t0 / T of a varied track
REACH = (Role.GENERATE, Role.VARY, Role.KEEP, Role.ABSENT)  # how far a role goes, the farthest first
SIGNATURES = {3: "3/4", 4: "4/4", 6: "6/8"}  # by beats a bar
ROLE_WORDS = {"keep": "Keep", "vary": "Vary", "generate": "Generate", "absent": "Off"}
FORM_WORDS = {
    "tempo_bpm": "tempo", "beats_per_bar": "beats per bar", "bars": "bars", "key": "key", "chords": "chords",
    "prompt": "prompt", "seed": "seed", "seed_locked": "seed lock", "variations": "variations", "distance": "distance",
    "adapter": "adapter",
}  # fmt: skip
MAX_STEP_CHARACTERS = 24  # of a value in the name of a step
WHOLE_NUMBERS = ("beats_per_bar", "bars", "seed", "variations")


@dataclass(frozen=True)
class Alignment:
    """How the audio of a take lies on the clock: its own tempo, its first beat, and whether it follows the session."""

    tempo_bpm: float
    first_beat_s: float = 0.0
    stretch: bool = False

    def __post_init__(self) -> None:
        low, high = TEMPO_RANGE_BPM
        if not (math.isfinite(self.tempo_bpm) and low <= self.tempo_bpm <= high):
            raise BadInput(f"A file at {self.tempo_bpm:g} BPM is out of reach; choose {low:g} to {high:g}.")
        if not math.isfinite(self.first_beat_s):
            raise BadInput("The first beat is not a time. Type seconds, for example 0.412.")

    def __str__(self) -> str:
        return f"{self.tempo_bpm:.1f} BPM, beat 1 at {self.first_beat_s:.3f} s"


@dataclass(frozen=True)
class Lane:
    """One track on the page: what is to happen to it, which take it holds, its line of text and its mixer strip.

    role: what happens in every section that says nothing else; of a lane in which several things happen the
        farthest-reaching (Generate, then Vary), so that Generate changes a lane just where its role says so.
    """

    role: Role = Role.GENERATE
    take_id: str | None = None
    line: str = ""
    gain_db: float = 0.0
    pan: float = 0.0  # -1 left .. +1 right
    muted: bool = False
    soloed: bool = False
    cuts: tuple[float, ...] = ()  # beats at which the lane was split, in order


@dataclass(frozen=True)
class Loop:
    """Bars `start_bar <= bar < end_bar`, counted from 0, that playback repeats while `on`."""

    on: bool = True
    start_bar: int = 0
    end_bar: int = 4


def _empty_lanes() -> dict[str, Lane]:
    return {track: Lane() for track in TRACKS}


@dataclass(frozen=True)
class EditorState:
    """One revision of a session.

    adapter: name of what the model shall have learned beside its own weights; "" for nothing.
    alignments: corrections by take id; a take without one lies as it was made (`studio.own_alignment`).
    sections: as long as the piece; without any, one is made over the whole of it.
    """

    tempo_bpm: float = 96.0
    beats_per_bar: int = 4
    bars: int = 4
    key: str = ""
    chords: str = ""
    prompt: str = ""
    seed: int = 1
    seed_locked: bool = False
    variations: int = 1
    distance: str = "mid"
    adapter: str = ""
    loop: Loop = Loop()
    lanes: Mapping[str, Lane] = field(default_factory=_empty_lanes)
    alignments: Mapping[str, Alignment] = field(default_factory=dict)
    sections: Sections = ()

    def __post_init__(self) -> None:
        sections, lanes = _settled(fitted(self.sections, self.bars), self.lanes)
        object.__setattr__(self, "sections", sections)
        object.__setattr__(self, "lanes", lanes)

    @property
    def grid(self) -> Grid:
        return Grid(self.tempo_bpm, self.beats_per_bar, self.bars)

    @property
    def form(self) -> dict[str, Any]:
        """What the fields of the compose panel show, by name."""
        lines = {f"{track}_line": self.lanes[track].line for track in TRACKS}
        return {name: getattr(self, name) for name in FORM_WORDS} | lines

    def to_json(self) -> dict[str, Any]:
        data = asdict(self)
        for lane in data["lanes"].values():
            lane["role"] = lane["role"].value
        return data | {"sections": [section.to_json() for section in self.sections]}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> EditorState:
        lanes = {track: _lane(lane) for track, lane in data["lanes"].items()}
        alignments = {take_id: Alignment(**alignment) for take_id, alignment in data["alignments"].items()}
        sections = tuple(Section.from_json(section) for section in data.get("sections", ()))
        parts = {"loop": Loop(**data["loop"]), "lanes": lanes, "alignments": alignments, "sections": sections}
        return cls(**{**data, **parts})

    def cells(self, track: str) -> list[Role]:
        """What happens to a lane in each section."""
        role = self.lanes[track].role
        return [section.cells.get(track, role) for section in self.sections]


def _settled(sections: Sections, lanes: Mapping[str, Lane]) -> tuple[Sections, Mapping[str, Lane]]:
    """The one way to write a grid of cells: lanes have their farthest-reaching role, sections what differs from it."""
    settled = dict(lanes)
    for track, lane in lanes.items():
        if not any(track in section.cells for section in sections):
            continue
        cells = [section.cells.get(track, lane.role) for section in sections]
        role = next(role for role in REACH if role in cells)
        sections = tuple(s.with_cell(track, None if c is role else c) for s, c in zip(sections, cells, strict=True))
        # A lane without audio in which only the silent sections are left has nothing to keep.
        settled[track] = replace(lane, role=Role.ABSENT if role is Role.KEEP and lane.take_id is None else role)
    return sections, settled


def _lane(data: Mapping[str, Any]) -> Lane:
    return Lane(**{**data, "role": Role(data["role"]), "cuts": tuple(data.get("cuts", ()))})


def with_lane(state: EditorState, track: str, **changes: Any) -> EditorState:
    """The state with some fields of one lane changed; a role holds in all sections.

    Raises BadInput for a track that is not there.
    """
    if track not in state.lanes:
        raise BadInput(f"There is no lane “{track}”; the lanes are {', '.join(TRACKS)}.")
    sections = state.sections
    if "role" in changes:
        sections = tuple(section.with_cell(track, None) for section in sections)
    return replace(state, sections=sections, lanes={**state.lanes, track: replace(state.lanes[track], **changes)})


def with_role(state: EditorState, track: str, role: str) -> EditorState:
    """Keep, Vary, Generate or Off for one lane; Keep and Vary need audio."""
    if role not in ROLE_WORDS:
        raise BadInput(f"“{role}” is not a state of a lane; choose Keep, Vary, Generate or Off.")
    chosen = Role(role)
    changed = with_lane(state, track, role=chosen)
    if chosen in (Role.KEEP, Role.VARY) and state.lanes[track].take_id is None:
        raise BadInput(f"{track.title()} has no audio to {role} yet. Drop a file on the lane or generate it first.")
    return changed


def with_mix(state: EditorState, track: str, gain_db: float, pan: float, muted: bool, soloed: bool) -> EditorState:
    """The mixer strip of one lane, brought into its range."""
    low, high = GAIN_RANGE_DB
    gain = round(min(max(float(gain_db), low), high), 2)
    place = round(min(max(float(pan), -1.0), 1.0), 3)
    return with_lane(state, track, gain_db=gain, pan=place, muted=bool(muted), soloed=bool(soloed))


def with_loop(state: EditorState, on: bool, start_bar: int, end_bar: int) -> EditorState:
    """Loop these bars, counted from 0. Raises BadInput if they do not lie inside the piece."""
    if not 0 <= start_bar < end_bar <= state.bars:
        raise BadInput(f"The loop must lie inside bars 1 to {state.bars}, its end not before its start.")
    return replace(state, loop=Loop(bool(on), int(start_bar), int(end_bar)))


def with_form(state: EditorState, form: Mapping[str, Any]) -> EditorState:
    """The state with the fields of the compose panel. Raises BadInput for the first field that cannot be used."""
    values = {name: _cleaned(name, form[name]) for name in FORM_WORDS}
    lanes = {t: replace(state.lanes[t], line=str(form.get(f"{t}_line") or "").strip()) for t in TRACKS}
    changed = replace(state, lanes=lanes, **values)
    if not 1 <= changed.variations <= MAX_VARIATIONS:
        raise BadInput(f"{changed.variations} variations are out of reach; choose 1 to {MAX_VARIATIONS}.")
    if changed.distance not in DISTANCES:
        raise BadInput(f"The distance is one of {', '.join(DISTANCES)}.")
    return _checked(changed, state)


def with_sections(state: EditorState, sections: Sections) -> EditorState:
    """The state with other sections; the piece is as long as they are. Raises BadInput for one that is too long."""
    bars = sum(section.bars for section in sections)
    return _checked(replace(state, sections=sections, bars=bars), state)


def _checked(changed: EditorState, before: EditorState) -> EditorState:
    """The changed state with a loop that lies inside it. Raises BadInput for words and numbers that are of no use."""
    # A request in which every lane is generated is refused for these alone.
    request_of(changed, {track: TrackRequest(line=changed.lanes[track].line) for track in TRACKS})
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
    """A loop over the whole piece stays one; any other is kept as far as it still lies inside."""
    loop = before.loop
    whole = (loop.start_bar, loop.end_bar) == (0, before.bars)
    if whole or loop.end_bar > bars:
        return Loop(loop.on, 0, bars)
    return loop


def request_of(state: EditorState, tracks: Mapping[str, TrackRequest]) -> ComposeRequest:
    """The request that these fields and these lanes make. Raises BadInput."""
    return ComposeRequest(
        tracks=tracks,
        prompt=state.prompt,
        tempo_bpm=state.tempo_bpm,
        beats_per_bar=state.beats_per_bar,
        bars=state.bars,
        key=state.key,
        chords=state.chords,
        seed=state.seed,
        distance=DISTANCES[state.distance],
        story=prompt_sections_of(state.sections),
    )


def place_take(state: EditorState, take_id: str, tracks: Iterable[str]) -> EditorState:
    """Put a take into the lanes it has audio for; all other lanes stay as they are."""
    for track in tracks:
        state = with_lane(state, track, take_id=take_id)
    return state


def with_alignment(state: EditorState, take_id: str, alignment: Alignment) -> EditorState:
    """Correct how a take lies on the grid; its stored audio is not touched."""
    return replace(state, alignments={**state.alignments, take_id: alignment})


def neighbour_take(take_ids: Sequence[str], present: str | None, by: int) -> str:
    """The take `by` places further on in a lane's history; stays at its ends. Raises BadInput if there is none."""
    if not take_ids:
        raise BadInput("This lane has no takes yet. Drop a file on it or generate it.")
    if present not in take_ids:
        return take_ids[-1]
    return take_ids[min(max(take_ids.index(present) + by, 0), len(take_ids) - 1)]


def form_step(before: EditorState, after: EditorState) -> str | None:
    """The name of the undo step between two states of the form: "Change tempo to 84"; None where nothing changed.

    A longer text is not named.
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
    """What happens to lanes with audio when the grid changes; empty where it does not or where there is no audio."""
    if before.grid == after.grid or all(after.lanes[track].take_id is None for track in TRACKS):
        return ""
    looped, kept = "Lanes with audio are looped or cut to fill", "Lanes with audio keep their own tempo in"
    words = kept if after.bars == before.bars else looped
    count = f"{after.bars} {'bar' if after.bars == 1 else 'bars'}"
    return f"{words} {count} at {after.tempo_bpm:g} BPM; the takes themselves stay as they are."
