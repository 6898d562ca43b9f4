"""Chords from energy by pitch class: the most probable chord of each span, given all spans.

A hidden Markov model. Its emissions are how well a chord fits the energy (`_fit`); its transitions are how chords
follow each other in the progressions of all styles (`engine.music.chord_transitions`).
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from engine.music.chord_transitions import TRIADS, changes
from engine.music.chords import QUALITIES, Chord
from engine.music.key import Key

SEVENTHS = {"7": "", "maj7": "", "m7": "m"}  # and the triads that they hold
TONE_WEIGHTS = (1.0, 0.8, 0.8, 0.55)  # root, third, fifth, seventh: how strongly they are expected
PER_EXTRA_TONE = -0.035  # a chord of more tones fits more of anything
ROOT_IN_BASS = 0.35  # for all the bass on the root
SURENESS = 12.0  # of one bar: log-likelihood by fit
HELD_OVER_BAR, HELD_IN_BAR = 0.15, 0.8  # how often a chord stays beside what the progressions say
BEGIN_WEIGHT, BEGIN_SHARE = 2.0, 0.25  # how much the begin of a bar counts, and how much of the bar it is
SILENCE_SHARE = 1e-3  # of the loudest bar: what is quieter tells nothing


def decode_chords(
    energy: np.ndarray, bass: np.ndarray, spans: Sequence[tuple[int, int]], key: Key | None, parts: int, sevenths: bool
) -> list[Chord] | None:
    """One chord for each span of frames, from pitch class energy `[12, N]` of everything and of the bass alone.

    parts: spans of a bar, all equally long. A silent span takes its chord from those around it. None if all is silent.
    """
    triads = list(range(len(TRIADS)))  # of each candidate, where its triad stands among the TRIADS
    candidates = list(TRIADS)
    if sevenths:
        candidates += [Chord(root, quality) for quality in SEVENTHS for root in range(12)]
        triads += [TRIADS.index(Chord(root, triad)) for triad in SEVENTHS.values() for root in range(12)]
    alike = np.bincount(triads)[triads]  # candidates with the same triad share what is expected of it
    often, follows = changes(key)
    often, follows = often[triads] / alike, follows[np.ix_(triads, triads)] / alike

    sums = [
        (_summed(energy[:, start:end], at, parts), _summed(bass[:, start:end], at, parts))
        for at, (start, end) in enumerate(spans)
    ]
    loudest = max((everything.sum() for everything, _ in sums), default=0.0)
    if loudest <= 0:
        return None
    fits = np.zeros((len(spans), len(candidates)))
    for row, (everything, low) in zip(fits, sums, strict=True):
        if everything.sum() > SILENCE_SHARE * loudest:
            row[:] = [_fit(chord, everything, low) for chord in candidates]
    stays = [HELD_OVER_BAR if at % parts == 0 else HELD_IN_BAR for at in range(1, len(spans))]
    steps = [stay * np.eye(len(candidates)) + (1 - stay) * follows for stay in stays]
    return [candidates[best] for best in _posterior(fits * SURENESS / parts, often, steps).argmax(axis=1)]


def _summed(energy: np.ndarray, at: int, parts: int) -> np.ndarray:
    """`[12, N]` of the span `at` -> `[12]`. The beginning of a bar counts more: it mostly belongs to the chord."""
    first = energy[:, : round(energy.shape[1] * BEGIN_SHARE * parts)] if at % parts == 0 else energy[:, :0]
    return energy.sum(axis=1) + (BEGIN_WEIGHT - 1) * first.sum(axis=1)


def _posterior(log_likelihood: np.ndarray, first: np.ndarray, steps: Sequence[np.ndarray]) -> np.ndarray:
    """Forward-backward (Rabiner 1989): probability of each state at each time, given all times, `[N, states]`.

    librosa's Viterbi does not serve here: its transitions cannot differ between bar lines and the middle of bars.

    log_likelihood: `[N, states]`; first: `[states]`; steps: from each time to the next, `[states, states]`.
    """
    likelihood = np.exp(log_likelihood - log_likelihood.max(axis=1, keepdims=True))
    forward = [first * likelihood[0]]
    for step, here in zip(steps, likelihood[1:], strict=True):
        forward.append(_normalised(forward[-1]) @ step * here)
    backward = [np.ones(len(first))]
    for step, there in zip(reversed(steps), likelihood[:0:-1], strict=True):
        backward.append(_normalised(step @ (there * backward[-1])))
    return np.array([_normalised(ahead * behind) for ahead, behind in zip(forward, reversed(backward), strict=True)])


def _normalised(weights: np.ndarray) -> np.ndarray:
    return weights / weights.sum()


def _fit(chord: Chord, everything: np.ndarray, low: np.ndarray) -> float:
    """Log-likelihood of a chord: cosine between its tones and the energy, plus a bonus for its root in the bass."""
    tones = list(chord.pitch_classes)
    loudness = np.sqrt(everything)  # so that one strong note does not outweigh all others
    weights = np.zeros(12)
    weights[tones] = TONE_WEIGHTS[: len(tones)]
    cosine = float(loudness @ weights / (np.linalg.norm(loudness) * np.linalg.norm(weights)))
    root_share = float(low[chord.root] / low.sum()) if low.any() else 0.0
    extra = len(QUALITIES[chord.quality]) - 3
    return cosine + ROOT_IN_BASS * root_share + PER_EXTRA_TONE * extra
