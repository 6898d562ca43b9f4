"""Score one case in three columns: the generated take, the rendered truth, and stems of other pieces (mismatched)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from engine.audio.levels import is_silent
from engine.audio.pcm24 import SAMPLE_RATE_HZ
from engine.evaluation.embeddings.embedding import Embedding
from engine.evaluation.embeddings.fit import FitEmbedding
from engine.evaluation.metrics.clicks import clicks
from engine.evaluation.reporting.cases import TEXT, Case, Sampling
from engine.evaluation.reporting.pieces import Piece
from engine.evaluation.reporting.report_cache import ReportCache
from engine.evaluation.reporting.stem_features import StemFeatures
from engine.music.tempo_estimation import estimate_tempo
from engine.request import Region
from engine.tracks import PITCHED

COLUMNS = ("generated", "truth", "mismatched")
Stems = Mapping[str, np.ndarray]


@dataclass(frozen=True)
class ScoredColumn:
    """One column of a case.

    stems: features of all tracks, kept ones too; mix: points `[windows, D]` of their sum; pair: points of the fit
    embedding for kept tracks and targets; tempo_bpm: estimated from the mix in the setting TEXT, else NaN; clicks:
    share of the region's edges that click.
    """

    stems: dict[str, StemFeatures]
    mix: np.ndarray
    pair: np.ndarray
    tempo_bpm: float
    clicks: float

    @property
    def chroma(self) -> np.ndarray:
        """Chroma energy of all pitched tracks, by pitch class `[12]`."""
        pitched = [h.chroma.sum(axis=1) for track, h in self.stems.items() if track in PITCHED and not h.silent]
        return np.sum(pitched, axis=0) if pitched else np.zeros(12)


@dataclass(frozen=True)
class ScoredCase:
    """A case with the piece it is compared with (without stems), the target tracks, and its columns by name."""

    case: Case
    piece: Piece
    targets: tuple[str, ...]
    columns: dict[str, ScoredColumn]


class CaseScorer:
    """Scores the takes of a report.

    Features of true stems are computed once for all cases. APA always uses the bundled fit network, whatever the
    embedding.
    """

    def __init__(self, cache: ReportCache, embedding: Embedding, sampling: Sampling) -> None:
        self.cache, self.embedding, self.sampling = cache, embedding, sampling
        self._fit = FitEmbedding()
        self._true_features: dict[tuple[int, Region | None, str], StemFeatures] = {}

    def score(self, case: Case, others: Sequence[int]) -> ScoredCase:
        """others: seeds of other pieces, whose stems replace the targets in the mismatched column.

        Raises LookupError if the case was not composed.
        """
        whole = self.cache.piece(case.seed)
        take = self.cache.take(case, whole, self.sampling)
        if take is None:
            raise LookupError(f"{case.name} was not composed")
        piece, targets = case.compared_part(whole), case.targets(whole)
        generated = case.compared_part(replace(whole, stems=take)).stems
        exchanged = {
            track: seed for k, track in enumerate(targets) if (seed := self._other_piece(track, others, k)) is not None
        }
        foreign = {t: _repeat_to(self.cache.piece(s).stems[t], piece.length_samples) for t, s in exchanged.items()}
        true = {track: self._features(case.seed, case.region, track, piece.stems[track]) for track in piece.stems}
        kept = {track: true[track] for track in case.kept}
        elsewhere = {t: self._features(s, None, t, self.cache.piece(s).stems[t]) for t, s in exchanged.items()}
        made = {track: StemFeatures.measure(stem, self.embedding) for track, stem in generated.items()}
        features = {"generated": {**kept, **made}, "truth": true, "mismatched": {**kept, **elsewhere}}
        sounds = {"generated": generated, "truth": {t: piece.stems[t] for t in targets}, "mismatched": foreign}
        context = {track: piece.stems[track] for track in case.kept}
        click_shares = _click_shares(case.region, whole, take)
        columns = {
            name: self._column(case, features[name], context, sounds[name], click_shares[name]) for name in COLUMNS
        }
        return ScoredCase(case, replace(piece, stems={}), targets, columns)

    def _column(
        self, case: Case, features: dict[str, StemFeatures], kept: Stems, targets: Stems, click_share: float
    ) -> ScoredColumn:
        nothing, tempo_bpm = np.zeros((0, 0)), float("nan")
        if not (kept or targets) or is_silent(mix := _sum([*kept.values(), *targets.values()])):
            return ScoredColumn(features, nothing, nothing, tempo_bpm, click_share)
        has_pair = kept and targets
        pair = self._fit.points(_sum(list(kept.values())), _sum(list(targets.values()))) if has_pair else nothing
        if case.setting == TEXT:
            tempo_bpm = estimate_tempo(mix).tempo_bpm
        return ScoredColumn(features, self.embedding.points(mix), pair, tempo_bpm, click_share)

    def _features(self, seed: int, region: Region | None, track: str, stem: np.ndarray) -> StemFeatures:
        key = (seed, region, track)
        if key not in self._true_features:
            self._true_features[key] = StemFeatures.measure(stem, self.embedding)
        return self._true_features[key]

    def _other_piece(self, track: str, others: Sequence[int], k: int) -> int | None:
        """A piece with this track; each k starts the search at another piece."""
        rotated = [*others[k % len(others) :], *others[: k % len(others)]] if others else []
        return next((seed for seed in rotated if track in self.cache.piece(seed).stems), None)


def _click_shares(region: Region | None, whole: Piece, made: Stems) -> dict[str, float]:
    """Share of the region's edges that click, by column. The mismatched column reverses the region without fades."""
    if region is None:
        return dict.fromkeys(COLUMNS, float("nan"))
    start, end = (round(bar * whole.grid.bar_s * SAMPLE_RATE_HZ) for bar in (region.start_bar, region.end_bar))
    edges = [at for at in (start, end) if 0 < at < whole.length_samples]
    reversed_region = {
        t: np.concatenate([s[:, :start], s[:, start:end][:, ::-1], s[:, end:]], 1) for t, s in whole.stems.items()
    }
    columns = zip(COLUMNS, (made, whole.stems, reversed_region), strict=True)
    return {name: float(np.mean([clicks(stem, edges) for stem in stems.values()])) for name, stems in columns}


def _sum(stems: Sequence[np.ndarray]) -> np.ndarray:
    """`[2, S]`."""
    return np.stack(stems).sum(axis=0, dtype=np.float32)


def _repeat_to(stem: np.ndarray, length: int) -> np.ndarray:
    """`[2, S]` repeated or cut to `[2, length]`."""
    return np.tile(stem, -(-length // stem.shape[1]))[:, :length]
