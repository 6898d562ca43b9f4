"""One typed request from the button to the model.

Audio is float32 `[2, S]` at 48 kHz everywhere. Tracks stand in the one order of `TRACKS`.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import Any

import numpy as np

from engine.audio.pcm24 import SAMPLE_RATE_HZ
from engine.errors import BadInput
from engine.music.chords import ChordSpan
from engine.music.grid import Grid
from engine.music.key import Key, parse_key
from engine.prompt_sections import Section, chords_of
from engine.tracks import TRACKS, Role

TEMPO_RANGE_BPM = (40.0, 220.0)
BEATS_PER_BAR = (3, 4, 6)
MAX_BARS = 1_000
MAX_DURATION_S = 900.0  # four lanes of it take 1.4 GB; the model itself knows no longest piece
MAX_TEXT_CHARACTERS = 2_000
MAX_SEED = 2**31 - 1
STEPS_RANGE = (1, 200)


@dataclass(frozen=True)
class Region:
    """Bars `start_bar <= bar < end_bar` (counted from 0) that may change; all else is returned as it was."""

    start_bar: int
    end_bar: int


@dataclass(frozen=True)
class TrackRequest:
    """One lane: its role, the audio it has (`[2, S]`; KEEP and VARY need it), one line of text.

    regions: the bars of this lane that may change; none: those of the request.
    """

    role: Role = Role.GENERATE
    audio: np.ndarray | None = None
    line: str = ""
    regions: tuple[Region, ...] = ()


@dataclass(frozen=True)
class Guidance:
    """Classifier-free guidance scales; 1 follows the model, more exaggerates the condition.

    Of the lead sheet 2.5 measured better than 2: in 48 takes from words alone, of prompts that the report does not use,
    chords .875 instead of .865, in the scale .930 instead of .924, the named key in .73 instead of .71, the mode in .67
    instead of .58 (the decoder's emphasis at 1.6 and 1.5).
    """

    text: float = 2.0
    context: float = 2.0
    lead_sheet: float = 2.5


@dataclass(frozen=True)
class ComposeRequest:
    """Everything that decides a take. Same request, same machine -> same audio."""

    tracks: Mapping[str, TrackRequest]
    prompt: str = ""
    tempo_bpm: float = 120.0
    beats_per_bar: int = 4
    bars: int = 4
    key: str = ""  # "A minor"; empty: the model follows what is kept
    chords: str = ""  # "Am F C G", one a bar, repeated to the end; empty: likewise
    seed: int = 0
    steps: int = 24  # of the sampler; half as many each where lanes come in turns (`engine.inference.generation_order`)
    guidance: Guidance = field(default_factory=Guidance)
    distance: float = 0.6  # VARY: t0 / T, from near (0.35) to far (0.85)
    region: Region | None = None  # of every lane that names none of its own
    story: tuple[Section, ...] = ()  # sections that together are as long as the piece

    def __post_init__(self) -> None:
        _check(self)

    @property
    def grid(self) -> Grid:
        return Grid(tempo_bpm=self.tempo_bpm, beats_per_bar=self.beats_per_bar, bars=self.bars)

    @property
    def duration_s(self) -> float:
        return self.grid.duration_s

    @property
    def length_samples(self) -> int:
        return round(self.duration_s * SAMPLE_RATE_HZ)

    @property
    def parsed_key(self) -> Key | None:
        return parse_key(self.key) if self.key.strip() else None

    @property
    def parsed_chords(self) -> list[ChordSpan]:
        """Chord spans over all bars, in beats; empty if no chords were typed."""
        return chords_of(self.sections, self.chords, self.grid)

    @property
    def sections(self) -> tuple[Section, ...]:
        """Those of the story; without one the piece is a single section."""
        return self.story or (Section(self.bars),)

    @property
    def targets(self) -> tuple[str, ...]:
        """The tracks that are to be generated or varied, in the order of TRACKS."""
        return tuple(t for t in TRACKS if self.tracks[t].role in (Role.GENERATE, Role.VARY))

    def changing(self, name: str) -> tuple[Region, ...]:
        """The bars of a track that may change, in order, apart from each other; none if it is no target."""
        if name not in self.targets:
            return ()
        whole = Region(0, self.bars)
        apart: list[Region] = []
        for region in sorted(self.tracks[name].regions or (self.region or whole,), key=lambda r: r.start_bar):
            if apart and region.start_bar <= apart[-1].end_bar:
                apart[-1] = Region(apart[-1].start_bar, max(apart[-1].end_bar, region.end_bar))
            else:
                apart.append(region)
        return tuple(apart)

    def with_seed(self, seed: int) -> ComposeRequest:
        return replace(self, seed=seed)

    def to_json(self) -> dict[str, Any]:
        """Everything but the audio, as plain JSON values."""
        tracks = {
            name: {"role": t.role.value, "line": t.line, "regions": [asdict(region) for region in t.regions]}
            for name, t in self.tracks.items()
        }
        rest = {k: getattr(self, k) for k in _SCALARS}
        region = asdict(self.region) if self.region else None
        story = [asdict(section) for section in self.story]
        return {**rest, "tracks": tracks, "guidance": asdict(self.guidance), "region": region, "story": story}

    @classmethod
    def from_json(cls, data: Mapping[str, Any], audio: Mapping[str, np.ndarray] | None = None) -> ComposeRequest:
        """The inverse of `to_json`, with the audio handed back in by track name."""
        audio = audio or {}
        tracks = {
            n: TrackRequest(Role(t["role"]), audio.get(n), t["line"], tuple(Region(**r) for r in t.get("regions", ())))
            for n, t in data["tracks"].items()
        }
        story = tuple(Section(**section) for section in data.get("story", ()))
        region = Region(**data["region"]) if data.get("region") else None
        rest = {k: data[k] for k in _SCALARS}
        return cls(tracks=tracks, guidance=Guidance(**data["guidance"]), region=region, story=story, **rest)


_SCALARS = ("prompt", "tempo_bpm", "beats_per_bar", "bars", "key", "chords", "seed", "steps", "distance")


def changing_samples(request: ComposeRequest, name: str) -> list[tuple[int, int]]:
    """First sample and sample after the last of each span of bars of a track that may change."""
    bar_samples = request.grid.bar_s * SAMPLE_RATE_HZ
    return [(round(r.start_bar * bar_samples), round(r.end_bar * bar_samples)) for r in request.changing(name)]


def _check(request: ComposeRequest) -> None:
    """Raise BadInput for the first thing in the request that cannot be used."""
    if set(request.tracks) != set(TRACKS):
        raise BadInput(f"A request names each of the tracks {', '.join(TRACKS)}; got {', '.join(request.tracks)}.")
    low, high = TEMPO_RANGE_BPM
    if not (isinstance(request.tempo_bpm, (int, float)) and math.isfinite(request.tempo_bpm)):
        raise BadInput("The tempo is not a number. Type beats per minute, for example 96.")
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
    for text, what in _texts(request):
        if len(text) > MAX_TEXT_CHARACTERS:
            raise BadInput(f"The {what} has {len(text):,} characters; shorten it to {MAX_TEXT_CHARACTERS:,}.")
    if not request.targets:
        raise BadInput("Nothing is set to Generate or Vary. Choose at least one lane to be made.")
    _check_prompt_sections(request)
    request.parsed_key, request.parsed_chords  # noqa: B018  (both raise BadInput)
    for name, track in request.tracks.items():
        _check_audio(request, name, track)
    regions = [region for track in request.tracks.values() for region in track.regions]
    for region in [*regions, *([request.region] if request.region else [])]:
        if not 0 <= region.start_bar < region.end_bar <= request.bars:
            raise BadInput(f"A region must lie inside bars 1 to {request.bars}, its end not before its start.")


def _texts(request: ComposeRequest) -> list[tuple[str, str]]:
    """Every text that a person may have typed, with its name."""
    lines = [(track.line, f"{name} line") for name, track in request.tracks.items()]
    told = [(text, "story") for section in request.story for text in (section.prompt, *section.lines.values())]
    return [(request.prompt, "prompt"), *lines, *told]


def _check_prompt_sections(request: ComposeRequest) -> None:
    if not request.story:
        return
    if any(section.bars < 1 for section in request.story):
        raise BadInput("A section of the story has no bars. Give each one bar or more.")
    bars = sum(section.bars for section in request.story)
    if bars != request.bars:
        raise BadInput(f"The sections of the story last {bars} bars, the piece {request.bars}. Make them the same.")
    strangers = {name for section in request.story for name in section.lines} - set(TRACKS)
    if strangers:
        raise BadInput(f"“{min(strangers)[:40]}” is not a track. The tracks are {', '.join(TRACKS)}.")


def _check_audio(request: ComposeRequest, name: str, track: TrackRequest) -> None:
    if track.audio is None:
        if track.role in (Role.KEEP, Role.VARY):
            raise BadInput(
                f"The {name} lane is set to {track.role.value.title()} but has no audio. Drop a file or generate it."
            )
        return
    expected = (2, request.length_samples)
    if track.audio.shape != expected or track.audio.dtype != np.float32:
        raise BadInput(f"The audio of {name} is {track.audio.dtype} {track.audio.shape}; float32 {expected} is needed.")
    if not np.isfinite(track.audio).all():
        raise BadInput(f"The audio of {name} holds samples that are not numbers. Export it again from its source.")
