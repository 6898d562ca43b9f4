"""Where a take came from: Upload, Recording, Edit, Generation or Demo, each to JSON and from JSON.

The JSON is what the database stores as the request of a take. `from_json` reads every request that was ever stored.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from enum import Enum
from typing import Any, ClassVar

from composer_app.state.alignment import Alignment
from composer_app.state.generation import Generation, Json
from sessions.records import TakeKind, TakeRecord


@dataclass(frozen=True)
class Upload:
    """A file that was dropped on a lane. notes: what was done to read it, a sentence each."""

    kind: ClassVar[TakeKind] = "upload"
    file: str
    alignment: Alignment
    notes: tuple[str, ...] = ()

    def to_json(self) -> Json:
        return {"file": self.file, "notes": list(self.notes), "alignment": asdict(self.alignment)}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Upload:
        return cls(data["file"], Alignment(**data["alignment"]), tuple(data.get("notes", ())))


@dataclass(frozen=True)
class Recording:
    """What the microphone heard. latency_ms: by how much the page has moved it earlier."""

    kind: ClassVar[TakeKind] = "recorded"
    alignment: Alignment
    at_sample: int
    latency_ms: float
    notes: tuple[str, ...] = ()

    def to_json(self) -> Json:
        return asdict(self) | {"notes": list(self.notes)}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Recording:
        notes = tuple(data.get("notes", ()))
        return cls(Alignment(**data["alignment"]), data["at_sample"], data["latency_ms"], notes)


class EditKind(str, Enum):
    """What an edit by hand does. ARRANGE: the bars moved because their sections did."""

    DELETE = "delete"
    CLOSE = "close"
    TRIM = "trim"
    REVERSE = "reverse"
    MOVE = "move"
    DUPLICATE = "duplicate"
    FADE_IN = "fade_in"
    FADE_OUT = "fade_out"
    GAIN = "gain"
    ARRANGE = "arrange"


@dataclass(frozen=True)
class Edit:
    """An edit of the parent take. It holds the fields that its kind needs; the others are None.

    order: of ARRANGE, for each bar the bar that it was before; None: a new, empty bar.
    """

    kind: ClassVar[TakeKind] = "edited"
    edit: EditKind
    alignment: Alignment
    start_beat: float | None = None
    end_beat: float | None = None
    to_beat: float | None = None
    length_beats: float | None = None
    curve: str | None = None
    gain_db: float | None = None
    order: tuple[int | None, ...] | None = None

    def moved_from(self, beat: float) -> tuple[float, float] | None:
        """The span that this edit moved to a beat; None if it did something else."""
        if self.edit is not EditKind.MOVE or self.to_beat != beat or self.start_beat is None or self.end_beat is None:
            return None
        return self.start_beat, self.end_beat

    def to_json(self) -> Json:
        set_fields = {name: value for name, value in asdict(self).items() if value is not None}
        order = {} if self.order is None else {"order": list(self.order)}
        return set_fields | {"edit": self.edit.value} | order

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Edit:
        plain = {name: data.get(name) for name in _OF_AN_EDIT}
        order = None if data.get("order") is None else tuple(data["order"])
        return cls(EditKind(data["edit"]), Alignment(**data["alignment"]), **plain, order=order)


_OF_AN_EDIT = ("start_beat", "end_beat", "to_beat", "length_beats", "curve", "gain_db")


@dataclass(frozen=True)
class Demo:
    """The bundled demo and its lead sheet."""

    kind: ClassVar[TakeKind] = "demo"
    tempo_bpm: float
    beats_per_bar: int
    bars: int
    key: str
    chords: str
    prompt: str

    @property
    def alignment(self) -> Alignment:
        return Alignment(self.tempo_bpm)

    def to_json(self) -> Json:
        return asdict(self)

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Demo:
        return cls(**data)


Origin = Upload | Recording | Edit | Generation | Demo
ORIGINS: Mapping[TakeKind, type[Origin]] = {one.kind: one for one in (Upload, Recording, Edit, Generation, Demo)}


def origin_of(take: TakeRecord) -> Origin:
    """Where a stored take came from."""
    return ORIGINS[take.kind].from_json(take.request)


def generation_of(take: TakeRecord) -> Generation | None:
    """What made a take; None for one that was not generated."""
    return Generation.from_json(take.request) if take.kind == Generation.kind else None
