"""What was heard of one case in three columns: generated, as it was rendered, and with stems of other pieces."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from engine.audio.levels import is_silent
from engine.audio.pcm24 import SAMPLE_RATE_HZ
from engine.evaluation.embeddings.embedding import Embedding
from engine.evaluation.embeddings.fit import FitEmbedding
from engine.evaluation.metrics.clicks import clicks
from engine.evaluation.metrics.stem_features import StemFeatures
from engine.evaluation.reporting.cases import TEXT, Case, Sampling
from engine.evaluation.reporting.pieces import Piece
from engine.evaluation.reporting.report_cache import ReportCache
from engine.music.tempo_estimation import estimate_tempo
from engine.request import Region
from engine.tracks import PITCHED

COLUMNS = ("generated", "truth", "mismatched")
Stems = Mapping[str, np.ndarray]


@dataclass(frozen=True)
class ScoredColumn:
    """One column of a case. stems: all tracks that sound, kept ones too; mix: points `[windows, D]` of their sum; pair:
    of the kept tracks and the made ones, in an embedding of pairs; tempo_bpm: read from the sum, where words alone
    asked for it.
    """

    stems: dict[str, StemFeatures]
    mix: np.ndarray
    pair: np.ndarray
    tempo_bpm: float
    clicks: float

    @property
    def chroma(self) -> np.ndarray:
        """Of all pitched tracks together, by pitch class `[12]`."""
        pitched = [h.chroma.sum(axis=1) for track, h in self.stems.items() if track in PITCHED and not h.silent]
        return np.sum(pitched, axis=0) if pitched else np.zeros(12)


@dataclass(frozen=True)
class ScoredCase:
    """A case, what it is measured against (without stems), the tracks that were asked for, and its columns."""

    case: Case
    piece: Piece
    targets: tuple[str, ...]
    columns: dict[str, ScoredColumn]


class CaseScorer:
    """Listens to the takes of a shelf; true stems are heard once, however many cases they stand beside.

    Whether made stems fit kept ones is heard by the shipped fit network, whatever the embedding.
    """

    def __init__(self, shelf: ReportCache, embedding: Embedding, sampling: Sampling) -> None:
        self.shelf, self.embedding, self.sampling = shelf, embedding, sampling
        self._fit = FitEmbedding()
        self._true: dict[tuple[int, Region | None, str], StemFeatures] = {}

    def judge(self, case: Case, others: Sequence[int]) -> ScoredCase:
        """others: seeds of other pieces of the set; each made track is exchanged for that of another one."""
        whole = self.shelf.piece(case.seed)
        take = self.shelf.take(case, whole, self.sampling)
        if take is None:
            raise LookupError(f"{case.name} was not composed")
        piece, targets = case.judged(whole), case.targets(whole)
        made = case.judged(replace(whole, stems=take)).stems
        exchanged = {
            track: seed for k, track in enumerate(targets) if (seed := self._other(track, others, k)) is not None
        }
        foreign = {t: _as_long(self.shelf.piece(s).stems[t], piece.length_samples) for t, s in exchanged.items()}
        true = {track: self._hear(case.seed, case.region, track, piece.stems[track]) for track in piece.stems}
        kept = {track: true[track] for track in case.kept}
        elsewhere = {t: self._hear(s, None, t, self.shelf.piece(s).stems[t]) for t, s in exchanged.items()}
        hearings = {
            "generated": {**kept, **{track: StemFeatures.of(stem, self.embedding) for track, stem in made.items()}},
            "truth": true,
            "mismatched": {**kept, **elsewhere},
        }
        sounds = {"generated": made, "truth": {t: piece.stems[t] for t in targets}, "mismatched": foreign}
        context = {track: piece.stems[track] for track in case.kept}
        clicking = _clicks(case.region, whole, take)
        columns = {name: self._column(case, hearings[name], context, sounds[name], clicking[name]) for name in COLUMNS}
        return ScoredCase(case, replace(piece, stems={}), targets, columns)

    def _column(
        self, case: Case, hearings: dict[str, StemFeatures], kept: Stems, made: Stems, clicking: float
    ) -> ScoredColumn:
        nothing, tempo_bpm = np.zeros((0, 0)), float("nan")
        if not (kept or made) or is_silent(mix := _sum([*kept.values(), *made.values()])):
            return ScoredColumn(hearings, nothing, nothing, tempo_bpm, clicking)
        pair = self._fit.points(_sum(list(kept.values())), _sum(list(made.values()))) if kept and made else nothing
        if case.setting == TEXT:
            tempo_bpm = estimate_tempo(mix).tempo_bpm
        return ScoredColumn(hearings, self.embedding.points(mix), pair, tempo_bpm, clicking)

    def _hear(self, seed: int, region: Region | None, track: str, stem: np.ndarray) -> StemFeatures:
        key = (seed, region, track)
        if key not in self._true:
            self._true[key] = StemFeatures.of(stem, self.embedding)
        return self._true[key]

    def _other(self, track: str, others: Sequence[int], k: int) -> int | None:
        """A piece that has this track, another one for each track where there are enough."""
        turned = [*others[k % len(others) :], *others[: k % len(others)]] if others else []
        return next((seed for seed in turned if track in self.shelf.piece(seed).stems), None)


def _clicks(region: Region | None, whole: Piece, made: Stems) -> dict[str, float]:
    """Share of the region's edges that click, by column. Mismatched: its bars reversed, without fades."""
    if region is None:
        return dict.fromkeys(COLUMNS, float("nan"))
    start, end = (round(bar * whole.grid.bar_s * SAMPLE_RATE_HZ) for bar in (region.start_bar, region.end_bar))
    edges = [at for at in (start, end) if 0 < at < whole.length_samples]
    cut_in = {
        t: np.concatenate([s[:, :start], s[:, start:end][:, ::-1], s[:, end:]], 1) for t, s in whole.stems.items()
    }
    columns = zip(COLUMNS, (made, whole.stems, cut_in), strict=True)
    return {name: float(np.mean([clicks(stem, edges) for stem in stems.values()])) for name, stems in columns}


def _sum(stems: Sequence[np.ndarray]) -> np.ndarray:
    """`[2, S]`."""
    return np.stack(stems).sum(axis=0, dtype=np.float32)


def _as_long(stem: np.ndarray, length: int) -> np.ndarray:
    """`[2, S]` cut, or repeated, to `[2, length]`."""
    return np.tile(stem, -(-length // stem.shape[1]))[:, :length]
