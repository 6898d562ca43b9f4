"""Everything of a compose request but its audio, as it is stored with a take.

`engine.request` is about to own this type. Then this file goes, and its two importers name the engine's.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from engine.music.grid import Grid
from engine.tracks import TRACKS, Role
from engine.request import ComposeRequest, Guidance, Region
from engine.prompt_sections import Section


@dataclass(frozen=True)
class TrackSpec:
    """One lane of a request. regions: the bars that may change; none: all of them."""

    role: Role
    line: str
    regions: tuple[Region, ...] = ()


@dataclass(frozen=True)
class RequestSpec:
    """The fields have the meaning that they have in ComposeRequest."""

    tracks: Mapping[str, TrackSpec]
    prompt: str
    tempo_bpm: float
    beats_per_bar: int
    bars: int
    key: str
    chords: str
    seed: int
    steps: int = ComposeRequest.steps
    distance: float = ComposeRequest.distance
    guidance: Guidance = field(default_factory=Guidance)
    region: Region | None = None
    story: tuple[Section, ...] = ()

    @property
    def grid(self) -> Grid:
        return Grid(self.tempo_bpm, self.beats_per_bar, self.bars)

    @property
    def targets(self) -> tuple[str, ...]:
        """The tracks that are generated or varied."""
        return tuple(track for track in TRACKS if self.tracks[track].role in (Role.GENERATE, Role.VARY))

    def changing(self, name: str) -> tuple[Region, ...]:
        """The bars of a track that may change, in order and apart from each other; none for a track that is kept."""
        if name not in self.targets:
            return ()
        apart: list[Region] = []
        whole = self.region or Region(0, self.bars)
        for region in sorted(self.tracks[name].regions or (whole,), key=lambda region: region.start_bar):
            if apart and region.start_bar <= apart[-1].end_bar:
                apart[-1] = Region(apart[-1].start_bar, max(apart[-1].end_bar, region.end_bar))
            else:
                apart.append(region)
        return tuple(apart)

    def to_json(self) -> dict[str, Any]:
        tracks = {name: asdict(track) | {"role": track.role.value} for name, track in self.tracks.items()}
        return asdict(self) | {"tracks": tracks}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> RequestSpec:
        """Reads every request that was ever stored. Names that are not those of a field belong to others."""
        plain = {name: data[name] for name in _PLAIN if name in data}
        return cls(
            tracks={name: _track(track) for name, track in data["tracks"].items()},
            guidance=Guidance(**data.get("guidance", {})),
            region=Region(**data["region"]) if data.get("region") else None,
            story=tuple(Section(**section) for section in data.get("story", ())),
            **plain,
        )


_PLAIN = ("prompt", "tempo_bpm", "beats_per_bar", "bars", "key", "chords", "seed", "steps", "distance")


def _track(data: Mapping[str, Any]) -> TrackSpec:
    regions = tuple(Region(**region) for region in data.get("regions", ()))
    return TrackSpec(Role(data["role"]), data.get("line", ""), regions)
