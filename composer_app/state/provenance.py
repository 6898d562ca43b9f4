"""Where a take came from: Upload, Recording, Edit, Generation or Demo, each to JSON and from JSON.

The JSON is what the database stores as the request of a take. `from_json` reads every request that was ever stored.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from enum import Enum
from typing import Any, ClassVar

from composer_app.state.alignment import Alignment
from engine.request import RequestSpec
from engine.take import Written
from engine.tracks import Role
from sessions.records import TakeKind, TakeRecord

Json = dict[str, Any]


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


@dataclass(frozen=True)
class Given:
    """A take that a generation was given, and how it lay on the grid; old requests do not say how."""

    take_id: str
    alignment: Alignment | None


@dataclass(frozen=True)
class Generation:
    """What made one variation.

    passes: the requests of the model in order; most variations have one.
    generation: an id that all variations of one press of Generate share. variation: counts from 1.
    given: by track, the audio that the model was given.
    seconds: wall time by stage. written: what was decided where the request left it open.
    """

    kind: ClassVar[TakeKind] = "generated"
    passes: tuple[RequestSpec, ...]
    generation: str
    variation: int
    given: Mapping[str, Given] = field(default_factory=dict)
    model: str = "unknown"
    adapter: str = ""
    device: str = ""
    seconds: Mapping[str, float] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    written: Written = field(default_factory=Written)

    @property
    def request(self) -> RequestSpec:
        """What the model was asked for in the first pass."""
        return self.passes[0]

    @property
    def alignment(self) -> Alignment:
        return Alignment(self.request.tempo_bpm)

    @property
    def name(self) -> str:
        return f"variation {self.variation}"

    @property
    def spent_s(self) -> float:
        return sum(self.seconds.values())

    @property
    def passes_that_hear(self) -> int:
        """How many passes were given audio."""
        return len(self.passes) if self.given else 0

    @property
    def written_fields(self) -> dict[str, str]:
        """What was decided where the request left it open, by the field that it would be typed in."""
        lines = {f"{track}_line": line for track, line in self.written.lines.items()}
        fields = {"chords": self.written.chords, "key": self.written.key} | lines
        return {name: text for name, text in fields.items() if text}

    def changed_bars(self, tracks: Iterable[str]) -> set[int]:
        """The bars in which any of these tracks may have changed."""
        regions = [region for request in self.passes for track in tracks for region in request.changing(track)]
        return {bar for region in regions for bar in range(region.start_bar, region.end_bar)}

    def changed_samples(self, track: str) -> list[tuple[int, int]]:
        """First sample and sample after the last of each span of a track that may have changed."""
        return sorted(span for request in self.passes for span in request.changing_samples(track))

    def kept_tracks(self) -> list[str]:
        """The tracks that the first pass kept from end to end."""
        return [track for track, lane in self.request.tracks.items() if lane.role is Role.KEEP]

    def to_json(self) -> Json:
        facts: Json = {
            "generation": self.generation,
            "variation": self.variation,
            "inputs": {track: given.take_id for track, given in self.given.items()},
            "alignments": {t: asdict(given.alignment) for t, given in self.given.items() if given.alignment},
            "model": self.model,
            "adapter": self.adapter,
            "device": self.device,
            "seconds": dict(self.seconds),
            "notes": list(self.notes),
            "written": asdict(self.written),
        }
        if len(self.passes) > 1:
            facts["passes"] = [request.to_json() for request in self.passes]
        return self.request.to_json() | facts

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Generation:
        known = {name: data[name] for name in ("model", "adapter", "device", "seconds") if name in data}
        lay = data.get("alignments", {})
        return cls(
            passes=tuple(RequestSpec.from_json(request) for request in data.get("passes", [data])),
            generation=data["generation"],
            variation=data["variation"],
            given={t: Given(i, Alignment(**lay[t]) if t in lay else None) for t, i in data.get("inputs", {}).items()},
            notes=tuple(data.get("notes", ())),
            written=Written(**data.get("written", {})),
            **known,
        )


Origin = Upload | Recording | Edit | Generation | Demo
ORIGINS: Mapping[TakeKind, type[Origin]] = {one.kind: one for one in (Upload, Recording, Edit, Generation, Demo)}


def origin_of(take: TakeRecord) -> Origin:
    """Where a stored take came from."""
    return ORIGINS[take.kind].from_json(take.request)


def generation_of(take: TakeRecord) -> Generation | None:
    """What made a take; None for one that was not generated."""
    return Generation.from_json(take.request) if take.kind == Generation.kind else None
