"""The sets of the report: which takes are asked for, each by a name of its own, and what each is judged against."""

from __future__ import annotations

import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import combinations

from engine.datasets.song_meta import Caption
from engine.diffusion.samplers import SamplerSettings
from engine.evaluation.reporting.pieces import Piece
from engine.request import ComposeRequest, Guidance, Region, TrackRequest
from engine.tracks import PITCHED, TRACKS, Role

TEXT, CHORDS, KEPT, INPAINTING, CONTINUATION = "text", "text and chords", "kept", "inpainting", "continuation"
SETTINGS = (TEXT, CHORDS, KEPT, INPAINTING, CONTINUATION)
SUBSETS = tuple(kept for size in (1, 2, 3) for kept in combinations(TRACKS, size))  # the 14 proper ones


@dataclass(frozen=True)
class Sampling:
    """How takes are made: what a sweep varies."""

    steps: int = ComposeRequest.steps
    guidance: Guidance = field(default_factory=Guidance)
    walk: SamplerSettings = field(default_factory=SamplerSettings)


@dataclass(frozen=True)
class Case:
    """One take to be made. kept: tracks of the piece it is given; region: the bars that are made anew, if not all."""

    setting: str
    seed: int  # of the piece
    kept: tuple[str, ...] = ()
    region: Region | None = None

    @property
    def name(self) -> str:
        return "-".join([*self.setting.split(), *self.kept, str(self.seed)])

    @property
    def with_chords(self) -> bool:
        """Whether the chords of the piece are given; if not, they must be heard in what is kept, or invented."""
        return self.setting in (CHORDS, INPAINTING, CONTINUATION)

    @property
    def chords_are_told(self) -> bool:
        """Whether the chords of the piece are given or can be heard; drums alone do not tell them."""
        return self.with_chords or any(track in PITCHED for track in self.kept)

    def caption(self, piece: Piece) -> Caption:
        """The words it is asked for with; the phrasing turns with the piece."""
        return piece.captions[self.seed % len(piece.captions)]

    def targets(self, piece: Piece) -> tuple[str, ...]:
        """The tracks that are made: those that sound in the piece and are not kept."""
        return tuple(track for track in TRACKS if track in piece.stems and track not in self.kept)

    def judged(self, piece: Piece) -> Piece:
        """What the take is measured against: the piece, or the bars that were made anew."""
        return piece.excerpt(self.region) if self.region else piece

    def request(self, piece: Piece, sampling: Sampling) -> ComposeRequest:
        """As a musician would ask: words, tempo and key, the chords where the setting gives them, what is kept."""
        caption = self.caption(piece)
        return ComposeRequest(
            {track: self._track(piece, track, caption) for track in TRACKS}, prompt=caption.prompt,
            tempo_bpm=piece.grid.tempo_bpm, beats_per_bar=piece.grid.beats_per_bar, bars=piece.grid.bars,
            key=piece.key, chords=piece.chord_text if self.with_chords else "", steps=sampling.steps,
            seed=zlib.crc32(self.name.encode()) >> 1, guidance=sampling.guidance, region=self.region,
        )  # fmt: skip

    def _track(self, piece: Piece, track: str, caption: Caption) -> TrackRequest:
        if track not in piece.stems:
            return TrackRequest(Role.ABSENT)
        if track in self.kept:
            return TrackRequest(Role.KEEP, piece.stems[track])
        heard = piece.stems[track] if self.region else None
        return TrackRequest(Role.GENERATE, heard, caption.lines.get(track, ""))


def cases(prompts: Sequence[int], pieces: Sequence[Piece]) -> Iterator[Case]:
    """All takes of a report. prompts: seeds of the pieces that are asked for in words alone; pieces: of four tracks."""
    for setting in (TEXT, CHORDS):
        yield from (Case(setting, seed) for seed in prompts)
    for piece in pieces:
        yield from (Case(KEPT, piece.seed, kept) for kept in SUBSETS)
        if piece.grid.bars >= 3:
            third = piece.grid.bars // 3
            yield Case(INPAINTING, piece.seed, region=Region(third, piece.grid.bars - third))
        if piece.grid.bars >= 2:
            yield Case(CONTINUATION, piece.seed, region=Region(piece.grid.bars // 2, piece.grid.bars))
