"""How well a variation fits what it was made beside: grid, key, chords and each kept lane.

Each fact stands beside the value that unrelated music would get.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import cached_property

import numpy as np

from composer_app.state.takes import Variation
from engine.audio.levels import is_silent
from engine.audio.pcm24 import SAMPLE_RATE_HZ
from engine.evaluation.metrics.chord_agreement import chord_agreement
from engine.evaluation.metrics.onsets import grid_error_ms, onset_times_s
from engine.music.chroma import HOP_SAMPLES, chroma_energy
from engine.music.grid import Grid
from engine.music.key_estimation import in_key_share
from engine.request import ComposeRequest
from engine.tracks import Role, track_named
from sessions.store import SessionStore

log = logging.getLogger(__name__)
FIT = "fit"  # its name among the measurements of a take
TOGETHER_S = 0.025  # attacks closer than this are heard as one
FEWEST_ONSETS = 2
Spans = Sequence[tuple[int, int]]  # first sample and sample behind the last


@dataclass(frozen=True)
class Fact:
    """One measured number. what: "grid" (in ms), or "key", "chords" or a kept track (0..1).

    chance: the same measure of unrelated music.
    """

    what: str
    value: float
    chance: float


@dataclass(frozen=True)
class AnalysedStem:
    """A stem `[2, S]`, analysed once. spans: the samples to look at; None: all."""

    stem: np.ndarray
    spans: Spans | None = None

    @cached_property
    def silent(self) -> bool:
        return is_silent(self.stem)

    @cached_property
    def onsets_s(self) -> np.ndarray:
        """Where its notes begin, `[n]`."""
        onsets_s = onset_times_s(self.stem)
        return onsets_s[self._inside(onsets_s * SAMPLE_RATE_HZ)]

    @cached_property
    def chroma(self) -> np.ndarray:
        """Energy by pitch class and frame `[12, N]`, zero outside of the spans."""
        energy = chroma_energy(self.stem)
        return energy * self._inside(np.arange(energy.shape[1]) * HOP_SAMPLES)

    def _inside(self, at_samples: np.ndarray) -> np.ndarray:
        if self.spans is None:
            return np.ones(len(at_samples), bool)
        return np.any([(at_samples >= start) & (at_samples < end) for start, end in self.spans], axis=0)


def measure_fit(
    made: Mapping[str, np.ndarray],
    changed: Mapping[str, Spans],
    kept: Mapping[str, AnalysedStem],
    request: ComposeRequest,
) -> list[Fact]:
    """The facts of one variation, without those that cannot be measured on it.

    made: `[2, S]` by track. changed: the spans of it that are new. kept: the tracks that it was made beside.
    """
    grid = request.grid
    stems = {track: AnalysedStem(stem, changed[track]) for track, stem in made.items()}
    sounding = {track: stem for track, stem in stems.items() if not stem.silent}
    onsets_s = np.sort(np.concatenate([np.zeros(0), *(stem.onsets_s for stem in sounding.values())]))
    pitched = [stem.chroma for track, stem in sounding.items() if track_named(track).pitched]
    energy = np.sum(pitched, axis=0) if pitched else np.zeros((12, 0))  # [12, N]
    facts = [Fact("grid", grid_error_ms(onsets_s, grid), grid_error_ms(_everywhere_s(grid), grid))]
    if key := request.parsed_key:
        facts.append(Fact("key", in_key_share(energy, key), len(key.scale) / 12))
    if chords := request.parsed_chords:
        flat = np.ones_like(energy)
        facts.append(Fact("chords", chord_agreement(energy, chords, grid), chord_agreement(flat, chords, grid)))
    for track, stem in kept.items():
        if not stem.silent:
            tuned = track_named(track).pitched and energy.any()
            facts.append(_overlap(track, energy, stem, grid) if tuned else _together(track, onsets_s, stem, grid))
    return [fact for fact in facts if np.isfinite(fact.value) and np.isfinite(fact.chance)]


def kept_stems(request: ComposeRequest, targets: Sequence[str]) -> dict[str, AnalysedStem]:
    """The tracks that a generation keeps from end to end. They are analysed once for all its variations."""
    return {
        track: AnalysedStem(request.audio[track])
        for track, lane in request.tracks.items()
        if lane.role is Role.KEEP and track not in targets
    }


def keep_fit(
    store: SessionStore,
    variation: Variation,
    stems: Mapping[str, np.ndarray],
    kept: Mapping[str, AnalysedStem],
    request: ComposeRequest,
) -> None:
    """Measure a take and keep the facts with it. If that fails, the take has no facts and is kept all the same."""
    take, generation = variation
    try:
        made = {track: stems[track] for track in take.stems}
        changed = {track: generation.changed_samples(track) for track in take.stems}
        store.measurements.keep(take.id, FIT, [asdict(fact) for fact in measure_fit(made, changed, kept, request)])
    except Exception:
        log.exception("Take %s could not be measured", take.id)


def _everywhere_s(grid: Grid) -> np.ndarray:
    """Times that lie evenly on and between the steps of the grid."""
    return np.linspace(0.0, grid.duration_s, 64 * grid.beats, endpoint=False)


def _together(track: str, onsets_s: np.ndarray, kept: AnalysedStem, grid: Grid) -> Fact:
    """The share of the onsets that fall on an onset of the kept track; by chance, the share of time near its onsets."""
    theirs_s = kept.onsets_s
    if min(len(onsets_s), len(theirs_s)) < FEWEST_ONSETS:
        return Fact(track, float("nan"), float("nan"))
    share = float(np.mean(_distance_s(onsets_s, theirs_s) <= TOGETHER_S))
    return Fact(track, share, float(np.mean(_distance_s(_everywhere_s(grid), theirs_s) <= TOGETHER_S)))


def _distance_s(times_s: np.ndarray, others_s: np.ndarray) -> np.ndarray:
    """From each time to the nearest of the others (ascending)."""
    after = np.clip(np.searchsorted(others_s, times_s), 1, len(others_s) - 1)
    return np.minimum(np.abs(times_s - others_s[after - 1]), np.abs(times_s - others_s[after]))


def _overlap(track: str, energy: np.ndarray, kept: AnalysedStem, grid: Grid) -> Fact:
    """The share of energy on the same pitch classes, beat by beat; by chance, its mean over the eleven other keys."""
    ours, theirs = (_by_beat(chroma, grid) for chroma in (energy, kept.chroma))  # [12, beats]
    both = (ours.sum(axis=0) > 0) & (theirs.sum(axis=0) > 0)
    if not both.any():
        return Fact(track, float("nan"), float("nan"))
    weights = ours.sum(axis=0)[both] / ours.sum(axis=0)[both].sum()
    ours, theirs = (chroma[:, both] / chroma[:, both].sum(axis=0) for chroma in (ours, theirs))
    shares = [float(np.minimum(ours, np.roll(theirs, by, axis=0)).sum(axis=0) @ weights) for by in range(12)]
    return Fact(track, shares[0], float(np.mean(shares[1:])))


def _by_beat(chroma: np.ndarray, grid: Grid) -> np.ndarray:
    """`[12, N]` -> `[12, beats]`: the energy of the frames whose centre lies in each beat."""
    beat = grid.beat_at(np.arange(chroma.shape[1]) * HOP_SAMPLES / SAMPLE_RATE_HZ).astype(int)
    inside = beat < grid.beats
    summed = np.zeros((12, grid.beats))
    np.add.at(summed.T, beat[inside], chroma.T[inside])
    return summed
