"""The rows of the report from scored cases: the metrics of each setting."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from functools import partial

import numpy as np

from engine.evaluation.embeddings.embedding import Embedding
from engine.evaluation.embeddings.tagger import TaggerEmbedding
from engine.evaluation.embeddings.tags import voice_family
from engine.evaluation.metrics.frechet import apa, frechet_distance
from engine.evaluation.metrics.rhythm import cbd, cbs
from engine.evaluation.reporting.cases import CONTINUATION, INPAINTING, KEPT, SETTINGS, SUBSETS, TEXT
from engine.evaluation.reporting.pieces import Piece
from engine.evaluation.reporting.scored_case import COLUMNS, ScoredCase
from engine.evaluation.reporting.stem_features import StemFeatures
from engine.evaluation.reporting.table import ReportRow, mean, mean_row
from engine.music.key import parse_key
from engine.music.key_estimation import estimate_key
from engine.tracks import PITCHED, TRACKS

TEMPO_TOLERANCE = 0.04
EQUIVALENT_TEMPOS = (1 / 3, 1 / 2, 1.0, 2.0, 3.0)  # ratios that count as the same tempo


def report_rows(scored: Sequence[ScoredCase], embedding: Embedding) -> list[ReportRow]:
    """All rows of all settings that were scored. Rows about instruments need the tagger as the embedding."""
    tagger = embedding if isinstance(embedding, TaggerEmbedding) else None
    rows: list[ReportRow] = []
    for setting in SETTINGS:
        here = [case for case in scored if case.case.setting == setting]
        if here:
            rows += [*stem_rows(setting, here), *ensemble_rows(setting, here), *distance_rows(setting, here)]
            if setting == TEXT:
                rows += prompt_rows(here, tagger)
            if setting == KEPT:
                rows += subset_rows(here)
    return rows


def stem_rows(setting: str, scored: Sequence[ScoredCase]) -> list[ReportRow]:
    """Metrics by track (chords, key, grid, beats), and flaws of single stems over all tracks.

    Chord agreement is measured only where the chords are known (`Case.chords_are_known`).
    """
    with_known_chords = [case for case in scored if case.case.chords_are_known]

    def track_rows(figure: str, read: Callable[[StemFeatures, Piece], float], tracks: Sequence[str]) -> list[ReportRow]:
        cases = with_known_chords if figure == "chord agreement" else scored
        return [mean_row(figure, f"{setting}: {track}", cases, _mean_over((track,), read)) for track in tracks if cases]

    rows = [
        *track_rows("chord agreement", StemFeatures.chord_agreement, PITCHED),
        *track_rows("in-key share", StemFeatures.in_key_share, PITCHED),
        *track_rows("grid error, ms", StemFeatures.grid_error_ms, TRACKS),
        *track_rows("beat F1", StemFeatures.beat_f1, TRACKS),
        *track_rows("onsets a second", StemFeatures.onsets_per_second, TRACKS),  # few onsets may be on the grid
    ]
    flaws: dict[str, Callable[[StemFeatures, Piece], float]] = {
        "silent": lambda stem, piece: float(stem.silent),
        "clipped": lambda stem, piece: float(stem.clipped > 0),
        "DC, dBFS": lambda stem, piece: stem.dc_dbfs,
    }
    for figure, read in flaws.items():
        row = mean_row(figure, f"{setting}: all", scored, _mean_over(TRACKS, read))
        rows.append(ReportRow(row.figure, row.where, row.generated, row.truth))  # context does not matter: no mismatch
    if setting in (INPAINTING, CONTINUATION):
        rows.append(mean_row("clicks", f"{setting}: all", scored, lambda case, column: case.columns[column].clicks))
    return rows


def ensemble_rows(setting: str, scored: Sequence[ScoredCase]) -> list[ReportRow]:
    """IRS, CBS and CBD over all tracks, kept ones too."""

    def beats(case: ScoredCase, column: str) -> list[np.ndarray]:
        return [stem.beats_s(case.piece) for stem in case.columns[column].stems.values() if not stem.silent]

    where = f"{setting}: all"
    return [
        mean_row("IRS, s", where, scored, _mean_over(TRACKS, StemFeatures.irs)),
        mean_row("CBS", where, scored, lambda case, column: cbs(beats(case, column), case.piece.grid.duration_s)),
        mean_row("CBD", where, scored, lambda case, column: cbd(beats(case, column))),
    ]


def subset_rows(scored: Sequence[ScoredCase]) -> list[ReportRow]:
    """Chord agreement and grid error for each subset of kept tracks."""
    rows: list[ReportRow] = []
    for kept in SUBSETS:
        here = [case for case in scored if case.case.kept == kept]
        where = f"kept {'+'.join(kept)}: all"
        targets = [track for track in TRACKS if track not in kept]
        pitched = [track for track in targets if track in PITCHED]
        if pitched:
            rows.append(mean_row("chord agreement", where, here, _mean_over(pitched, StemFeatures.chord_agreement)))
        rows.append(mean_row("grid error, ms", where, here, _mean_over(targets, StemFeatures.grid_error_ms)))
    return rows


def prompt_rows(scored: Sequence[ScoredCase], tagger: TaggerEmbedding | None) -> list[ReportRow]:
    """Prompt adherence: share of takes in which an estimator finds what was asked for.

    The truth column shows how reliable the estimator is. Estimators: engine.music.tempo_estimation and key_estimation,
    and the tagger for instrument families and drums.
    """

    def tempo(case: ScoredCase, column: str) -> float:
        ratio = case.columns[column].tempo_bpm / case.piece.grid.tempo_bpm
        if np.isnan(ratio):
            return np.nan
        return float(any(abs(ratio / tempo - 1) <= TEMPO_TOLERANCE for tempo in EQUIVALENT_TEMPOS))

    def key(case: ScoredCase, column: str) -> float:
        return _matches_key(estimate_key(np.sqrt(case.columns[column].chroma)), case, "tonic")

    def mode(case: ScoredCase, column: str) -> float:
        return _matches_key(estimate_key(np.sqrt(case.columns[column].chroma)), case, "mode")

    properties: dict[str, Callable[[ScoredCase, str], float]] = {"tempo": tempo, "key": key, "mode": mode}
    if tagger is not None:
        properties["family"] = partial(_family_accuracy, tagger)
        properties["drums"] = partial(_drums_match, tagger)
    return [mean_row(f"prompt: {name}", "text: all", scored, read) for name, read in properties.items()]


def distance_rows(setting: str, scored: Sequence[ScoredCase]) -> list[ReportRow]:
    """FAD of stems and of mixes (called sub-FAD for mixes with kept tracks), and APA for kept tracks."""
    rows = []
    if setting == TEXT:
        for track, other in zip(TRACKS, (*TRACKS[1:], TRACKS[0]), strict=True):
            columns = {name: _stem_points(name, track) for name in ("generated", "truth")}
            # The mismatched column has the stems of another track: the distance between different instruments.
            distances = _cross_half_distances(scored, columns | {"mismatched": _stem_points("truth", other)})
            rows.append(ReportRow("FAD", f"text: {track}", *distances))
    figure = "sub-FAD" if setting == KEPT else "FAD"
    mixes = {name: _mix_points(name) for name in COLUMNS}
    rows.append(ReportRow(figure, f"{setting}: all", *_cross_half_distances(scored, mixes)))
    if setting == KEPT:
        rows.append(ReportRow("APA", f"{setting}: all", *_cross_half_apa(scored)))
    return rows


Points = Callable[[Sequence[ScoredCase]], np.ndarray]


def _cross_half_distances(scored: Sequence[ScoredCase], columns: dict[str, Points]) -> list[float]:
    """FAD of each column in one half of the pieces to truth in the other half, the mean of both directions.

    All sets have the same size, and the truth column is the distance between the two halves of truth.
    """
    directions = [_halves(scored), _halves(scored)[::-1]]
    truth = columns["truth"]
    return [
        mean(frechet_distance(points(one), truth(other)) for one, other in directions) for points in columns.values()
    ]


def _cross_half_apa(scored: Sequence[ScoredCase]) -> list[float]:
    """APA of each column in one half of the pieces, with the other half as reference; the mean of both directions."""
    directions = [_halves(scored), _halves(scored)[::-1]]
    pairs = {name: _pair_points(name) for name in COLUMNS}
    return [
        mean(apa(points(one), pairs["truth"](other), pairs["mismatched"](other)) for one, other in directions)
        for points in pairs.values()
    ]


def _halves(scored: Sequence[ScoredCase]) -> tuple[list[ScoredCase], list[ScoredCase]]:
    """The cases of every second piece, and those of the others."""
    seeds = list(dict.fromkeys(case.case.seed for case in scored))
    return (
        [case for case in scored if seeds.index(case.case.seed) % 2 == 0],
        [case for case in scored if seeds.index(case.case.seed) % 2 == 1],
    )


def _stem_points(column: str, track: str) -> Points:
    return lambda scored: _concatenate(
        [stem.points for case in scored if (stem := case.columns[column].stems.get(track))]
    )


def _mix_points(column: str) -> Points:
    return lambda scored: _concatenate([case.columns[column].mix for case in scored])


def _pair_points(column: str) -> Points:
    return lambda scored: _concatenate([case.columns[column].pair for case in scored])


def _concatenate(points: Sequence[np.ndarray]) -> np.ndarray:
    """All non-empty points as `[n, D]`; `[0, 0]` if there are none."""
    non_empty = [some for some in points if len(some)]
    return np.concatenate(non_empty) if non_empty else np.zeros((0, 0))


def _mean_over(
    tracks: Sequence[str], read: Callable[[StemFeatures, Piece], float]
) -> Callable[[ScoredCase, str], float]:
    """A function (case, column) -> mean of a stem metric over those of `tracks` that are targets."""

    def mean_of_case(case: ScoredCase, column: str) -> float:
        stems = case.columns[column].stems
        return mean(read(stems[track], case.piece) for track in case.targets if track in tracks and track in stems)

    return mean_of_case


def _matches_key(estimated: object, case: ScoredCase, part: str) -> float:
    return float(estimated is not None and getattr(estimated, part) == getattr(parse_key(case.piece.key), part))


def _tracks_with_named_instrument(case: ScoredCase) -> list[str]:
    """The pitched targets whose instrument the prompt or their line names."""
    caption = case.case.caption(case.piece)
    return [
        track
        for track in case.targets
        if track in PITCHED and case.piece.voices[track] in f"{caption.prompt} {caption.lines.get(track, '')}"
    ]


def _family_accuracy(tagger: TaggerEmbedding, case: ScoredCase, column: str) -> float:
    """Share of the named instruments whose family the tagger finds. A silent stem has no family."""
    found = {}
    for track, stem in case.columns[column].stems.items():
        if track in case.targets and track in PITCHED:
            families = {"": 1.0} if stem.silent else tagger.class_probabilities(stem.points)["family"]
            found[track] = max(families, key=families.__getitem__)
    tracks = [track for track in _tracks_with_named_instrument(case) if track in found]
    lines = case.case.caption(case.piece).lines
    named_in_line = {track for track in tracks if case.piece.voices[track] in lines.get(track, "")}
    requested = {track: voice_family(case.piece.voices[track]) for track in tracks}
    return mean(match_families(requested, named_in_line, found))


def match_families(
    requested: Mapping[str, str], named_in_line: Collection[str], found: Mapping[str, str]
) -> list[float]:
    """For each requested family 1 if it is found, else 0.

    A family named in a line must be found in that line's track. A family that only the prompt names may be found in any
    track without such a line; each track counts for one family.

    requested: family by the track that plays it in the piece; named_in_line: the tracks whose line names it; found:
    family by track.
    """
    free = [family for track, family in found.items() if track not in named_in_line]
    hits = []
    for track, family in requested.items():
        hits.append(float(found[track] == family if track in named_in_line else family in free))
        if track not in named_in_line and family in free:
            free.remove(family)
    return hits


def _drums_match(tagger: TaggerEmbedding, case: ScoredCase, column: str) -> float:
    """1 if the tagger finds drums in the mix exactly if they were requested, else 0; NaN for a silent mix."""
    points = case.columns[column].mix
    if not len(points):
        return np.nan
    return float((tagger.class_probabilities(points)["drums"]["with drums"] > 0.5) == ("drums" in case.targets))
