"""From judged cases to rows: the figures of each setting."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from functools import partial

import numpy as np

from engine.evaluation.embeddings.embedding import Embedding
from engine.evaluation.embeddings.tagger import TaggerEmbedding
from engine.evaluation.embeddings.tags import family_of
from engine.evaluation.metrics.frechet import apa, frechet_distance
from engine.evaluation.metrics.rhythm import cbd, cbs
from engine.evaluation.metrics.stem_features import StemFeatures
from engine.evaluation.reporting.cases import CONTINUATION, INPAINTING, KEPT, SETTINGS, SUBSETS, TEXT
from engine.evaluation.reporting.pieces import Piece
from engine.evaluation.reporting.scored_case import COLUMNS, ScoredCase
from engine.evaluation.reporting.table import ReportRow, mean, mean_row
from engine.music.key import parse_key
from engine.music.key_estimation import estimate_key
from engine.tracks import PITCHED, TRACKS

TEMPO_TOLERANCE = 0.04
SAME_PULSE = (1 / 3, 1 / 2, 1.0, 2.0, 3.0)  # half and double time are the same tempo to many ears


def report_rows(judged: Sequence[ScoredCase], embedding: Embedding) -> list[ReportRow]:
    """All rows of all settings that were judged; which instruments play is only heard where the tagger listened."""
    tagger = embedding if isinstance(embedding, TaggerEmbedding) else None
    rows: list[ReportRow] = []
    for setting in SETTINGS:
        here = [case for case in judged if case.case.setting == setting]
        if here:
            rows += [*stem_rows(setting, here), *together_rows(setting, here), *distance_rows(setting, here)]
            if setting == TEXT:
                rows += prompt_rows(here, tagger)
            if setting == KEPT:
                rows += subset_rows(here)
    return rows


def stem_rows(setting: str, judged: Sequence[ScoredCase]) -> list[ReportRow]:
    """By track: chords, key, grid, beats; and over all tracks what is wrong with a stem in itself.

    Chords are judged where they are given, or can be heard in a kept track.
    """
    told = [case for case in judged if case.case.chords_are_told]

    def of_stem(figure: str, read: Callable[[StemFeatures, Piece], float], tracks: Sequence[str]) -> list[ReportRow]:
        cases = told if figure == "chord agreement" else judged
        return [mean_row(figure, f"{setting}: {track}", cases, _reader(read, (track,))) for track in tracks if cases]

    rows = [
        *of_stem("chord agreement", StemFeatures.chord_agreement, PITCHED),
        *of_stem("in-key share", StemFeatures.in_key_share, PITCHED),
        *of_stem("grid error, ms", StemFeatures.grid_error_ms, TRACKS),
        *of_stem("beat F1", StemFeatures.beat_f1, TRACKS),
        *of_stem("onsets a second", StemFeatures.onsets_a_second, TRACKS),  # a few that stand well are no rhythm
    ]
    flaws: dict[str, Callable[[StemFeatures, Piece], float]] = {
        "silent": lambda stem, piece: float(stem.silent),
        "clipped": lambda stem, piece: float(stem.clipped > 0),
        "DC, dBFS": lambda stem, piece: stem.dc_dbfs,
    }
    for figure, read in flaws.items():
        row = mean_row(figure, f"{setting}: all", judged, _reader(read, TRACKS))
        rows.append(ReportRow(row.figure, row.where, row.generated, row.truth))  # a stem's own, whatever is around it
    if setting in (INPAINTING, CONTINUATION):
        rows.append(mean_row("clicks", f"{setting}: all", judged, lambda case, column: case.columns[column].clicks))
    return rows


def together_rows(setting: str, judged: Sequence[ScoredCase]) -> list[ReportRow]:
    """IRS, CBS and CBD over all tracks that sound, kept ones too."""

    def beats(case: ScoredCase, column: str) -> list[np.ndarray]:
        return [stem.beats_s(case.piece) for stem in case.columns[column].stems.values() if not stem.silent]

    where = f"{setting}: all"
    return [
        mean_row("IRS, s", where, judged, _reader(StemFeatures.irs, TRACKS)),
        mean_row("CBS", where, judged, lambda case, column: cbs(beats(case, column), case.piece.grid.duration_s)),
        mean_row("CBD", where, judged, lambda case, column: cbd(beats(case, column))),
    ]


def subset_rows(judged: Sequence[ScoredCase]) -> list[ReportRow]:
    """The same few figures for each subset of kept tracks."""
    rows: list[ReportRow] = []
    for kept in SUBSETS:
        here = [case for case in judged if case.case.kept == kept]
        where = f"kept {'+'.join(kept)}: all"
        made = [track for track in TRACKS if track not in kept]
        pitched = [track for track in made if track in PITCHED]
        if pitched:
            rows.append(mean_row("chord agreement", where, here, _reader(StemFeatures.chord_agreement, pitched)))
        rows.append(mean_row("grid error, ms", where, here, _reader(StemFeatures.grid_error_ms, made)))
    return rows


def prompt_rows(judged: Sequence[ScoredCase], tagger: TaggerEmbedding | None) -> list[ReportRow]:
    """Share of the takes in which an estimator hears what was asked for; on truth it shows how well it hears.

    Tempo: engine.music.tempo_estimation; key and mode: key_reading; instruments and drums: the tagger.
    """

    def tempo(case: ScoredCase, column: str) -> float:
        ratio = case.columns[column].tempo_bpm / case.piece.grid.tempo_bpm
        if np.isnan(ratio):
            return np.nan
        return float(any(abs(ratio / pulse - 1) <= TEMPO_TOLERANCE for pulse in SAME_PULSE))

    def key(case: ScoredCase, column: str) -> float:
        return _same(estimate_key(np.sqrt(case.columns[column].chroma)), case, "tonic")

    def mode(case: ScoredCase, column: str) -> float:
        return _same(estimate_key(np.sqrt(case.columns[column].chroma)), case, "mode")

    asked: dict[str, Callable[[ScoredCase, str], float]] = {"tempo": tempo, "key": key, "mode": mode}
    if tagger is not None:
        asked["family"] = partial(_families_heard, tagger)
        asked["drums"] = partial(_drums_heard, tagger)
    return [mean_row(f"prompt: {name}", "text: all", judged, read) for name, read in asked.items()]


def distance_rows(setting: str, judged: Sequence[ScoredCase]) -> list[ReportRow]:
    """FAD of stems, of mixes (with kept tracks: sub-FAD) and, with kept tracks, APA."""
    rows = []
    if setting == TEXT:
        for track, other in zip(TRACKS, (*TRACKS[1:], TRACKS[0]), strict=True):
            columns = {name: _stem_points(name, track) for name in ("generated", "truth")}
            # Another track's stems: how far apart sounds of different instruments lie.
            distances = _halved(judged, columns | {"mismatched": _stem_points("truth", other)})
            rows.append(ReportRow("FAD", f"text: {track}", *distances))
    figure = "sub-FAD" if setting == KEPT else "FAD"
    mixes = {name: _mix_points(name) for name in COLUMNS}
    rows.append(ReportRow(figure, f"{setting}: all", *_halved(judged, mixes)))
    if setting == KEPT:
        rows.append(ReportRow("APA", f"{setting}: all", *_adherence(judged)))
    return rows


Points = Callable[[Sequence[ScoredCase]], np.ndarray]


def _halved(judged: Sequence[ScoredCase], columns: dict[str, Points]) -> list[float]:
    """The distance of each column to truth, between pieces of one half and of the other, so that all sets are as large.

    For truth that is the distance between its two halves.
    """
    turns = [_halves(judged), _halves(judged)[::-1]]
    truth = columns["truth"]
    return [
        mean(frechet_distance(points(mine), truth(theirs)) for mine, theirs in turns) for points in columns.values()
    ]


def _adherence(judged: Sequence[ScoredCase]) -> list[float]:
    """APA of each column, of one half of the pieces against the other."""
    turns = [_halves(judged), _halves(judged)[::-1]]
    pairs = {name: _pair_points(name) for name in COLUMNS}
    return [
        mean(apa(points(mine), pairs["truth"](theirs), pairs["mismatched"](theirs)) for mine, theirs in turns)
        for points in pairs.values()
    ]


def _halves(judged: Sequence[ScoredCase]) -> tuple[list[ScoredCase], list[ScoredCase]]:
    """Every second piece, with all that was made of it."""
    seeds = list(dict.fromkeys(case.case.seed for case in judged))
    return (
        [case for case in judged if seeds.index(case.case.seed) % 2 == 0],
        [case for case in judged if seeds.index(case.case.seed) % 2 == 1],
    )


def _stem_points(column: str, track: str) -> Points:
    return lambda judged: _stacked([stem.points for case in judged if (stem := case.columns[column].stems.get(track))])


def _mix_points(column: str) -> Points:
    return lambda judged: _stacked([case.columns[column].mix for case in judged])


def _pair_points(column: str) -> Points:
    return lambda judged: _stacked([case.columns[column].pair for case in judged])


def _stacked(points: Sequence[np.ndarray]) -> np.ndarray:
    """`[n, D]` of all that sounds; `[0, 0]` of nothing."""
    sounding = [some for some in points if len(some)]
    return np.concatenate(sounding) if sounding else np.zeros((0, 0))


def _reader(read: Callable[[StemFeatures, Piece], float], tracks: Sequence[str]) -> Callable[[ScoredCase, str], float]:
    """The mean of a figure over those of some tracks that were asked for."""

    def of_case(case: ScoredCase, column: str) -> float:
        stems = case.columns[column].stems
        return mean(read(stems[track], case.piece) for track in case.targets if track in tracks and track in stems)

    return of_case


def _same(heard: object, case: ScoredCase, part: str) -> float:
    return float(heard is not None and getattr(heard, part) == getattr(parse_key(case.piece.key), part))


def _named_tracks(case: ScoredCase) -> list[str]:
    """The tracks whose instrument is named in what was asked; drums have a figure of their own."""
    caption = case.case.caption(case.piece)
    return [
        track
        for track in case.targets
        if track in PITCHED and case.piece.voices[track] in f"{caption.prompt} {caption.lines.get(track, '')}"
    ]


def _families_heard(tagger: TaggerEmbedding, case: ScoredCase, column: str) -> float:
    """The share of the named instruments whose family is heard; a silent stem is none."""
    heard = {}
    for track, stem in case.columns[column].stems.items():
        if track in case.targets and track in PITCHED:
            shares = {"": 1.0} if stem.silent else tagger.shares(stem.points)["family"]
            heard[track] = max(shares, key=shares.__getitem__)
    named = [track for track in _named_tracks(case) if track in heard]
    lines = case.case.caption(case.piece).lines
    own = {track for track in named if case.piece.voices[track] in lines.get(track, "")}
    return mean(families_matched({track: family_of(case.piece.voices[track]) for track in named}, own, heard))


def families_matched(asked: Mapping[str, str], own: Collection[str], heard: Mapping[str, str]) -> list[float]:
    """Whether each family that is asked for is heard: in its own lane where the line of that names it; where only the
    prompt does, in any lane that no line speaks for, each of which can play but one of them.

    asked: by the track that plays it in the piece; own: those whose line names it; heard: by track.
    """
    free = [family for track, family in heard.items() if track not in own]
    hits = []
    for track, family in asked.items():
        hits.append(float(heard[track] == family if track in own else family in free))
        if track not in own and family in free:
            free.remove(family)
    return hits


def _drums_heard(tagger: TaggerEmbedding, case: ScoredCase, column: str) -> float:
    """Whether drums are heard in the mix just where they were asked for."""
    points = case.columns[column].mix
    if not len(points):
        return np.nan
    return float((tagger.shares(points)["drums"]["with drums"] > 0.5) == ("drums" in case.targets))
