"""What made one variation: the requests of its passes, the audio that they were given, and how long it took."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, ClassVar

from composer_app.state.alignment import Alignment
from engine.request import RequestSpec
from engine.take import Written
from engine.tracks import Role
from sessions.records import TakeKind

Json = dict[str, Any]


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
