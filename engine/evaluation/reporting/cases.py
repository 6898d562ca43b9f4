"""The cases of the report: which takes are composed, and what each is compared with."""

from __future__ import annotations

import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import combinations

import numpy as np

from engine.datasets.song_meta import Caption
from engine.evaluation.reporting.pieces import Piece
from engine.request import ComposeRequest, Guidance, Region, SamplerSettings, TrackSpec
from engine.tracks import PITCHED, TRACKS, Role

TEXT, CHORDS, KEPT, INPAINTING, CONTINUATION = "text", "text and chords", "kept", "inpainting", "continuation"
SETTINGS = (TEXT, CHORDS, KEPT, INPAINTING, CONTINUATION)
SUBSETS = tuple(kept for size in (1, 2, 3) for kept in combinations(TRACKS, size))  # all 14 sets of kept tracks


@dataclass(frozen=True)
class Sampling:
    """How takes are sampled. A sweep varies these settings."""

    steps: int = ComposeRequest.steps
    guidance: Guidance = field(default_factory=Guidance)
    sampler: SamplerSettings = field(default_factory=SamplerSettings)


@dataclass(frozen=True)
class Case:
    """One take to compose.

    setting: one of SETTINGS; seed: of the held-out piece; kept: the piece's tracks that are given; region: the bars
    that are regenerated, None for all.
    """

    setting: str
    seed: int
    kept: tuple[str, ...] = ()
    region: Region | None = None

    @property
    def name(self) -> str:
        return "-".join([*self.setting.split(), *self.kept, str(self.seed)])

    @property
    def with_chords(self) -> bool:
        """Whether the request gives the chords of the piece."""
        return self.setting in (CHORDS, INPAINTING, CONTINUATION)

    @property
    def chords_are_known(self) -> bool:
        """Whether the request gives the chords, or a kept pitched track contains them."""
        return self.with_chords or any(track in PITCHED for track in self.kept)

    def caption(self, piece: Piece) -> Caption:
        """The caption of the request. Which of the piece's captions it is depends on the seed."""
        return piece.captions[self.seed % len(piece.captions)]

    def targets(self, piece: Piece) -> tuple[str, ...]:
        """The tracks to generate: the piece's tracks that are not kept."""
        return tuple(track for track in TRACKS if track in piece.stems and track not in self.kept)

    def compared_part(self, piece: Piece) -> Piece:
        """The part of the piece that metrics are measured on: all of it, or the bars of the region."""
        return piece.excerpt(self.region) if self.region else piece

    def request(self, piece: Piece, sampling: Sampling) -> ComposeRequest:
        """The request with caption, tempo, key and kept tracks, and chords if the setting gives them."""
        caption = self.caption(piece)
        return ComposeRequest(
            {track: self._track(piece, track, caption) for track in TRACKS}, audio=self._audio(piece),
            prompt=caption.prompt,
            tempo_bpm=piece.grid.tempo_bpm, beats_per_bar=piece.grid.beats_per_bar, bars=piece.grid.bars,
            key=piece.key, chords=piece.chord_text if self.with_chords else "", steps=sampling.steps,
            seed=zlib.crc32(self.name.encode()) >> 1, guidance=sampling.guidance, sampler=sampling.sampler,
            region=self.region,
        )  # fmt: skip

    def _track(self, piece: Piece, track: str, caption: Caption) -> TrackSpec:
        if track not in piece.stems:
            return TrackSpec(Role.ABSENT)
        return TrackSpec(Role.KEEP) if track in self.kept else TrackSpec(line=caption.lines.get(track, ""))

    def _audio(self, piece: Piece) -> dict[str, np.ndarray]:
        """The kept tracks, and with a region all tracks, whose bars around the region stay."""
        return {track: stem for track, stem in piece.stems.items() if self.region or track in self.kept}


def cases(prompts: Sequence[int], pieces: Sequence[Piece]) -> Iterator[Case]:
    """All cases of a report. prompts: seeds of the pieces for TEXT and CHORDS; pieces: of four tracks, for the rest."""
    for setting in (TEXT, CHORDS):
        yield from (Case(setting, seed) for seed in prompts)
    for piece in pieces:
        yield from (Case(KEPT, piece.seed, kept) for kept in SUBSETS)
        if piece.grid.bars >= 3:
            third = piece.grid.bars // 3
            yield Case(INPAINTING, piece.seed, region=Region(third, piece.grid.bars - third))
        if piece.grid.bars >= 2:
            yield Case(CONTINUATION, piece.seed, region=Region(piece.grid.bars // 2, piece.grid.bars))
