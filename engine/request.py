"""One typed request from the button to the model: all that decides a take.

`RequestSpec` is the request without audio, plain JSON both ways. `ComposeRequest` adds the audio of its lanes.
"""

from __future__ import annotations

import copy
import math
from collections.abc import Mapping
from dataclasses import asdict, astuple, dataclass, field, fields
from functools import cached_property
from typing import Any, TypeVar

import numpy as np

from engine.audio.pcm24 import SAMPLE_RATE_HZ
from engine.errors import BadInput
from engine.music.chords import ChordSpan
from engine.music.grid import Grid
from engine.music.key import Key, parse_key
from engine.prompt_sections import PromptSection, check_sections, chords_of
from engine.tracks import Role, check_track_names

TEMPO_RANGE_BPM = (40.0, 220.0)
BEATS_PER_BAR = (3, 4, 6)
MAX_BARS = 1_000
MAX_DURATION_S = 900.0  # four lanes of it take 1.4 GB
MAX_TEXT_CHARACTERS = 2_000
MAX_SEED = 2**31 - 1
STEPS_RANGE = (1, 200)
INSTRUMENT_EMPHASIS = 1.6

Request = TypeVar("Request", bound="RequestSpec")


@dataclass(frozen=True)
class Region:
    """Bars `start_bar <= bar < end_bar`, counted from 0."""

    start_bar: int
    end_bar: int


@dataclass(frozen=True)
class TrackSpec:
    """One lane: its role, its line of text, and the bars of it that may change (none: those of the request)."""

    role: Role = Role.GENERATE
    line: str = ""
    regions: tuple[Region, ...] = ()


@dataclass(frozen=True)
class Guidance:
    """Classifier-free guidance scales: 1 follows the model, more exaggerates the condition."""

    text: float = 2.0
    context: float = 2.0
    lead_sheet: float = 2.5


@dataclass(frozen=True)
class SamplerSettings:
    """How the sampler goes from noise to latents.

    name: a row of `engine.diffusion.samplers.SAMPLERS`.
    schedule_exponent: bends the level matrix; below 1 the first steps are the smaller ones.
    eta: share of fresh noise in each step, 0 (probability flow) to 1 (reverse diffusion).
    classifier_scale: strength of the instrument classifier's guidance; 0 switches it off.
    """

    name: str = "dpm_solver_pp_2m"
    schedule_exponent: float = 0.5
    eta: float = 1.0
    classifier_scale: float = 4.0


@dataclass(frozen=True)
class RequestSpec:
    """Everything that decides a take, apart from the audio of its lanes.

    tracks: by name, all of the model's tracks in its order.
    key: "A minor", or empty: the model follows what is kept. chords: "Am F C G", one a bar, repeated; or empty.
    steps: of the sampler; tracks that are generated in groups take half as many each.
    distance: t0 / T of varied tracks, from near (0.35) to far (0.85).
    region: the bars that may change in every lane that names none of its own.
    prompt_sections: together as long as the piece; none: the whole piece is one section.
    adapter: name of a file in the adapter folder; empty: the model as it was trained.
    instrument_emphasis: how far the decoder exaggerates what an instrument's name changes; 1 does not.
    """

    tracks: Mapping[str, TrackSpec]
    prompt: str = ""
    tempo_bpm: float = 120.0
    beats_per_bar: int = 4
    bars: int = 4
    key: str = ""
    chords: str = ""
    seed: int = 0
    steps: int = 24
    guidance: Guidance = field(default_factory=Guidance)
    distance: float = 0.6
    region: Region | None = None
    prompt_sections: tuple[PromptSection, ...] = ()
    sampler: SamplerSettings = field(default_factory=SamplerSettings)
    adapter: str = ""
    instrument_emphasis: float = INSTRUMENT_EMPHASIS

    def __post_init__(self) -> None:
        _check_spec(self)

    @property
    def grid(self) -> Grid:
        return Grid(self.tempo_bpm, self.beats_per_bar, self.bars)

    @property
    def duration_s(self) -> float:
        return self.grid.duration_s

    @property
    def length_samples(self) -> int:
        return round(self.duration_s * SAMPLE_RATE_HZ)

    @cached_property
    def parsed_key(self) -> Key | None:
        return parse_key(self.key) if self.key.strip() else None

    @cached_property
    def parsed_chords(self) -> list[ChordSpan]:
        """Chord spans over all bars, in beats; empty if no chords were typed."""
        return chords_of(self.sections, self.chords, self.grid)

    @property
    def sections(self) -> tuple[PromptSection, ...]:
        """The prompt sections; a piece without any is a single section."""
        return self.prompt_sections or (PromptSection(self.bars),)

    @property
    def targets(self) -> tuple[str, ...]:
        """The tracks that are generated or varied."""
        return tuple(name for name, track in self.tracks.items() if track.role in (Role.GENERATE, Role.VARY))

    def changing(self, name: str) -> tuple[Region, ...]:
        """The bars of a track that may change, in order, apart from each other; none if it is no target."""
        if name not in self.targets:
            return ()
        apart: list[Region] = []
        regions = self.tracks[name].regions or (self.region or Region(0, self.bars),)
        for region in sorted(regions, key=lambda region: region.start_bar):
            if apart and region.start_bar <= apart[-1].end_bar:
                apart[-1] = Region(apart[-1].start_bar, max(apart[-1].end_bar, region.end_bar))
            else:
                apart.append(region)
        return tuple(apart)

    def changing_samples(self, name: str) -> list[tuple[int, int]]:
        """First sample, and sample after the last, of each span of bars of a track that may change."""
        bar_samples = self.grid.bar_s * SAMPLE_RATE_HZ
        return [(round(r.start_bar * bar_samples), round(r.end_bar * bar_samples)) for r in self.changing(name)]

    def derive(self: Request, **changes: Any) -> Request:
        """A copy with other fields that is not checked again: for requests that the engine makes of a checked one."""
        derived = copy.copy(self)
        for cached in ("parsed_key", "parsed_chords"):
            derived.__dict__.pop(cached, None)
        for name, value in changes.items():
            object.__setattr__(derived, name, value)
        return derived

    def with_seed(self: Request, seed: int) -> Request:
        return self.derive(seed=seed)

    def with_audio(self, audio: Mapping[str, np.ndarray]) -> ComposeRequest:
        """The request with the audio of its lanes, `[2, S]` by track. Raises BadInput for audio that does not fit."""
        return ComposeRequest(**{f.name: getattr(self, f.name) for f in fields(RequestSpec)}, audio=dict(audio))

    def to_json(self) -> dict[str, Any]:
        """Plain JSON values, without audio."""
        data = {f.name: getattr(self, f.name) for f in fields(RequestSpec)}
        data["tracks"] = {name: asdict(track) | {"role": track.role.value} for name, track in self.tracks.items()}
        sections = [asdict(section) for section in self.prompt_sections]
        region = asdict(self.region) if self.region else None
        settings = {"guidance": asdict(self.guidance), "sampler": asdict(self.sampler)}
        return data | settings | {"region": region, "prompt_sections": sections}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> RequestSpec:
        """The inverse of `to_json`; what a request of an earlier version lacks takes its default."""
        known = {f.name: data[f.name] for f in fields(RequestSpec) if f.name in data}
        sections = data.get("prompt_sections", data.get("story", ()))  # before December 2026: "story"
        known["tracks"] = {name: _track_from_json(track) for name, track in data["tracks"].items()}
        known["guidance"] = Guidance(**data.get("guidance", {}))
        known["region"] = Region(**data["region"]) if data.get("region") else None
        known["prompt_sections"] = tuple(PromptSection(**section) for section in sections)
        known["sampler"] = SamplerSettings(**data.get("sampler", {}))
        return RequestSpec(**known)


@dataclass(frozen=True)
class ComposeRequest(RequestSpec):
    """A request with the audio of its lanes. Same request, same machine -> same audio.

    audio: `[2, S]` float32 at 48 kHz by track, S = length_samples; KEEP and VARY need it.
    """

    audio: Mapping[str, np.ndarray] = field(default_factory=dict)

    def __post_init__(self) -> None:
        super().__post_init__()
        _check_audio(self)

    @property
    def spec(self) -> RequestSpec:
        """The request without its audio."""
        return RequestSpec(**{f.name: getattr(self, f.name) for f in fields(RequestSpec)})


def _track_from_json(data: Mapping[str, Any]) -> TrackSpec:
    return TrackSpec(
        Role(data["role"]), data.get("line", ""), tuple(Region(**region) for region in data.get("regions", ()))
    )


def _check_spec(request: RequestSpec) -> None:
    """Raise BadInput for the first thing in the request that cannot be used."""
    if not request.tracks:
        raise BadInput("A request needs at least one track.")
    check_track_names(request.tracks)
    _check_numbers(request)
    for text, what in _texts(request):
        if not isinstance(text, str):
            raise BadInput(f"The {what} is not text.")
        if len(text) > MAX_TEXT_CHARACTERS:
            raise BadInput(f"The {what} has {len(text):,} characters; shorten it to {MAX_TEXT_CHARACTERS:,}.")
    if not request.targets:
        raise BadInput("Nothing is set to Generate or Vary. Choose at least one lane to be made.")
    if request.prompt_sections:
        check_sections(request.prompt_sections, request.bars, tuple(request.tracks))
    request.parsed_key, request.parsed_chords  # noqa: B018  (both raise BadInput)
    regions = [region for track in request.tracks.values() for region in track.regions]
    for region in [*regions, *([request.region] if request.region else [])]:
        if not 0 <= region.start_bar < region.end_bar <= request.bars:
            raise BadInput(f"A region must lie inside bars 1 to {request.bars}, its end not before its start.")


def _check_numbers(request: RequestSpec) -> None:
    if not (isinstance(request.tempo_bpm, (int, float)) and math.isfinite(request.tempo_bpm)):
        raise BadInput("The tempo is not a number. Type beats per minute, for example 96.")
    low, high = TEMPO_RANGE_BPM
    if not low <= request.tempo_bpm <= high:
        raise BadInput(f"A tempo of {request.tempo_bpm:g} BPM is out of reach; choose {low:g} to {high:g}.")
    if request.beats_per_bar not in BEATS_PER_BAR:
        raise BadInput(f"{request.beats_per_bar} beats a bar are not known; choose {BEATS_PER_BAR}.")
    if not 1 <= request.bars <= MAX_BARS:
        raise BadInput(f"{request.bars} bars are out of reach; choose 1 to {MAX_BARS}.")
    if request.duration_s > MAX_DURATION_S:
        raise BadInput(
            f"{request.bars} bars at {request.tempo_bpm:g} BPM last {request.duration_s:.0f} s; a piece may last "
            f"{MAX_DURATION_S:.0f} s. Choose {int(MAX_DURATION_S / request.grid.bar_s)} bars or fewer."
        )
    if not 0 <= request.seed <= MAX_SEED:
        raise BadInput(f"The seed {request.seed} is out of reach; choose 0 to {MAX_SEED}.")
    if not STEPS_RANGE[0] <= request.steps <= STEPS_RANGE[1]:
        raise BadInput(f"{request.steps} steps are out of reach; choose {STEPS_RANGE[0]} to {STEPS_RANGE[1]}.")
    if not 0.0 < request.distance <= 1.0:
        raise BadInput("The distance of a variation lies above 0 and up to 1.")
    sampler = request.sampler
    scales = (*astuple(request.guidance), sampler.schedule_exponent, sampler.eta, sampler.classifier_scale)
    if not all(isinstance(scale, (int, float)) and math.isfinite(scale) for scale in scales):
        raise BadInput("The scales of guidance and sampler are finite numbers.")


def _texts(request: RequestSpec) -> list[tuple[str, str]]:
    """Every text that a person may have typed, with its name."""
    lines = [(track.line, f"{name} line") for name, track in request.tracks.items()]
    section_texts = [(text, "section") for s in request.prompt_sections for text in (s.prompt, *s.lines.values())]
    return [(request.prompt, "prompt"), *lines, *section_texts]


def _check_audio(request: ComposeRequest) -> None:
    expected = (2, request.length_samples)
    for name, track in request.tracks.items():
        audio = request.audio.get(name)
        if audio is None:
            if track.role in (Role.KEEP, Role.VARY):
                role = track.role.value.title()
                raise BadInput(f"The {name} lane is set to {role} but has no audio. Drop a file or generate it.")
        elif audio.shape != expected or audio.dtype != np.float32:
            raise BadInput(f"The audio of {name} is {audio.dtype} {audio.shape}; float32 {expected} is needed.")
        elif not np.isfinite(audio).all():
            raise BadInput(f"The audio of {name} holds samples that are not numbers. Export it again from its source.")
    if unknown := set(request.audio) - set(request.tracks):
        raise BadInput(f"There is audio for “{min(unknown)[:40]}”, which is not a track of this request.")
