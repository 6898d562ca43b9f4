"""EditorState: one revision of a session as a value, to JSON and from JSON."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from composer_app.state.alignment import Alignment
from composer_app.state.sections import Section, Sections, fitted
from engine.errors import BadInput
from engine.music.grid import Grid
from engine.tracks import TRACKS, Role

MAX_VARIATIONS = 4
DISTANCES = {"near": 0.35, "mid": 0.6, "far": 0.85}  # words of the page -> t0 / T of a varied track
REACH = (Role.GENERATE, Role.VARY, Role.KEEP, Role.ABSENT)  # how much a role changes, the most first
SIGNATURES = {3: "3/4", 4: "4/4", 6: "6/8"}  # by beats a bar
ROLE_WORDS = {"keep": "Keep", "vary": "Vary", "generate": "Generate", "absent": "Off"}
FORM_WORDS = {
    "tempo_bpm": "tempo", "beats_per_bar": "beats per bar", "bars": "bars", "key": "key", "chords": "chords",
    "prompt": "prompt", "seed": "seed", "seed_locked": "seed lock", "variations": "variations", "distance": "distance",
    "adapter": "adapter",
}  # fmt: skip


@dataclass(frozen=True)
class Lane:
    """One track on the page: what Generate does to it, which take it holds, its line of text and its mixer strip.

    role: what happens in each section that has no cell of its own for this lane. Where sections differ, it is the role
        that changes the most (Generate, then Vary). So Generate changes a lane if and only if its role says so.
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

    adapter: name of the adapter that the model uses; "" for none.
    alignments: corrections by take id; a take without one lies as its origin says (`takes.alignment_of`).
    sections: together as long as the piece. If there are none, one is made over the whole piece.
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
        lines = {f"{track}_line": lane.line for track, lane in self.lanes.items()}
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

    def with_tracks(self, tracks: Sequence[str]) -> EditorState:
        """The state with a lane for each track of the model, in its order; other lanes come last and are Off."""
        if tuple(self.lanes) == tuple(tracks):
            return self
        of_model = {track: self.lanes.get(track, Lane()) for track in tracks}
        others = {t: replace(lane, role=Role.ABSENT) for t, lane in self.lanes.items() if t not in of_model}
        sections = tuple(section.without_cells(others) for section in self.sections)
        return replace(self, lanes=of_model | others, sections=sections)

    def held_take(self, track: str) -> str | None:
        """The take in a lane. None for an empty one, and for one that a later model has added."""
        lane = self.lanes.get(track)
        return lane.take_id if lane else None

    def lane(self, track: str) -> Lane:
        """One lane. Raises BadInput for a track that is not there."""
        if track not in self.lanes:
            raise BadInput(f"There is no lane “{track[:40]}”; the lanes are {', '.join(self.lanes)}.")
        return self.lanes[track]

    def cells(self, track: str) -> list[Role]:
        """What happens to a lane in each section."""
        role = self.lanes[track].role
        return [section.cells.get(track, role) for section in self.sections]


def _settled(sections: Sections, lanes: Mapping[str, Lane]) -> tuple[Sections, Mapping[str, Lane]]:
    """The one way to write a grid of cells. A lane has the role that changes the most; sections have what differs."""
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
