"""Motifs: a bar of rhythm with a contour in scale steps, and the plans by which they return, move and answer."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

from engine.music.styles.melody_idioms import MelodyIdiom

WIDEST_STEPS = 5
# Four bars as (motif, scale steps up) a bar; None rests, "end" is the motif's head and then a long chord tone.
PLANS: tuple[tuple[tuple[str, int] | None, ...], ...] = (
    (("A", 0), ("A", 0), ("A", 1), ("end", 0)),
    (("A", 0), ("B", 0), ("A", 0), ("end", 0)),
    (("A", 0), ("A", -1), ("A", -2), ("end", -2)),
    (("A", 0), ("A", 1), ("A", 2), ("end", 1)),
    (("A", 0), ("A", 0), ("B", 0), ("end", 0)),
    (("A", 0), ("B", 0), ("A", 1), ("B", 1)),
    (("A", 0), ("end", 0), ("A", 2), ("end", 0)),
    (("A", 0), ("B", 0), ("B", -1), ("end", 0)),
)
RESTFUL_PLANS: tuple[tuple[tuple[str, int] | None, ...], ...] = (
    (("A", 0), None, ("A", 0), ("end", 0)),
    (("A", 0), None, ("B", 0), None),
    (("A", 0), ("end", 0), None, ("B", 0)),
    (("A", 0), ("B", 0), ("end", 0), None),
    (None, ("A", 0), None, ("A", 1)),
    (("A", 0), ("end", 0), ("A", 0), None),
    (("A", 0), None, ("A", -1), ("end", 0)),
)


@dataclass(frozen=True)
class MotifNote:
    """beat: from the bar's start; step: scale steps above the motif's anchor."""

    beat: float
    length_beats: float
    step: int


Motif = tuple[MotifNote, ...]


def draw_motif(style: MelodyIdiom, beats_per_bar: int, busy: float, rng: Random) -> Motif:
    """A bar's motif. busy: 0..1, where in the style's range of notes a bar it lies."""
    finest = style.finest_beats if beats_per_bar < 6 else 1.0  # a beat of 6/8 is an eighth already
    slots = [i * finest for i in range(round(beats_per_bar / finest))]
    weights = [_metrical_weight(slot, beats_per_bar, style.syncopation) for slot in slots]
    low, high = style.notes_per_bar
    bar_share = beats_per_bar / 4 if beats_per_bar < 6 else 0.9
    count = round((low + (high - low) * busy * rng.uniform(0.6, 1.2)) * bar_share)
    onsets = _draw_onsets(slots, weights, max(1, min(count, len(slots))), rng)
    ends = [*onsets[1:], float(beats_per_bar)]
    steps = _contour(len(onsets), style.leaps, rng)
    notes = zip(onsets, ends, steps, strict=True)
    return tuple(MotifNote(onset, (end - onset) * style.legato, step) for onset, end, step in notes)


def _metrical_weight(beat: float, beats_per_bar: int, syncopation: float) -> float:
    if beats_per_bar == 6:
        return 1.0 if beat % 3 == 0 else 0.5
    if beat % 1 == 0:
        return 1.0 if beat else 1.2
    return 0.25 + 0.65 * syncopation if beat % 0.5 == 0 else 0.05 + 0.55 * syncopation


def _draw_onsets(slots: list[float], weights: list[float], count: int, rng: Random) -> list[float]:
    """Slots without replacement, by weight."""
    keyed = sorted(zip(slots, weights, strict=True), key=lambda sw: -(rng.random() ** (1 / sw[1])))
    return sorted(slot for slot, _ in keyed[:count])


def _contour(count: int, leaps: float, rng: Random) -> list[int]:
    """Mostly steps and thirds that turn back before they stray too far."""
    step, steps = rng.choice((0, 0, 1, 2)), []
    direction = rng.choice((-1, 1))
    for _ in range(count):
        steps.append(step)
        if rng.random() < 0.35:
            direction = -direction
        size = rng.choice((3, 4)) if rng.random() < leaps else rng.choice((0, 1, 1, 1, 2))
        if abs(step + direction * size) > WIDEST_STEPS:
            direction = -direction
        step += direction * size
    return steps


def ending(motif: Motif, beats_per_bar: int) -> Motif:
    """The motif's first half, then one long note on the beat that comes home to the anchor."""
    half = beats_per_bar / 2 if beats_per_bar % 2 == 0 else beats_per_bar - 1.0
    head = [n for n in motif if n.beat < half]
    if head:
        last = head[-1]
        head[-1] = MotifNote(last.beat, min(last.length_beats, half - last.beat), last.step)
    return (*head, MotifNote(half, (beats_per_bar - half) * 0.75, 0))
