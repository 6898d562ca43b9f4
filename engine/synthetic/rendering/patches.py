"""The synthesised voices by name. Each call draws new settings, so that every piece has its own sounds."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from engine.synthetic.rendering.envelopes import Adsr
from engine.synthetic.rendering.synthesis import EightOhEight, FrequencyModulation, Operator, Sound, Subtractive
from engine.synthetic.rendering.wavetable import drawbars, power_law, pulse, sawtooth

Rng = np.random.Generator


def _near(rng: Rng, centre: float, octaves: float) -> float:
    """A log-uniform value within `octaves` of the centre."""
    return float(centre * 2.0 ** rng.uniform(-octaves, octaves))


def _detune(rng: Rng, voices: int, cents: float) -> tuple[float, ...]:
    """Detuning of `voices` oscillators over +-cents, slightly irregular so that their beating does not repeat."""
    even = np.linspace(-cents, cents, voices)
    return tuple(float(c) for c in even + rng.uniform(-0.1, 0.1, voices) * cents)


def _saw_bass(rng: Rng) -> Sound:
    voices = int(rng.integers(1, 3))
    return Subtractive(
        sawtooth(), Adsr(0.002, _near(rng, 0.4, 1), rng.uniform(0.5, 0.9), 0.06), cutoff_hz=_near(rng, 900, 0.8),
        sweep_octaves=rng.uniform(0.5, 2.5), sweep_decay_s=_near(rng, 0.12, 1), resonance=rng.uniform(0, 1.5),
        detune_cents=_detune(rng, voices, 7) if voices > 1 else (0.0,), sub_level=rng.uniform(0, 0.5),
    )  # fmt: skip


def _square_bass(rng: Rng) -> Sound:
    return Subtractive(
        pulse(rng.uniform(0.3, 0.5)), Adsr(0.002, _near(rng, 0.5, 1), rng.uniform(0.5, 0.9), 0.05),
        cutoff_hz=_near(rng, 800, 0.8), sweep_octaves=rng.uniform(0.3, 2), sweep_decay_s=_near(rng, 0.15, 1),
        resonance=rng.uniform(0, 1), sub_level=rng.uniform(0, 0.4),
    )  # fmt: skip


def _fm_bass(rng: Rng) -> Sound:
    ratio = float(rng.choice([1.0, 2.0, 3.0]))
    hit = Operator(ratio, rng.uniform(1.0, 2.6), _near(rng, 0.15, 1), rest=rng.uniform(0.1, 0.4))
    return FrequencyModulation((hit,), Adsr(0.002, _near(rng, 0.6, 1), rng.uniform(0.4, 0.8), 0.06))


def _sub_bass(rng: Rng) -> Sound:
    partials = np.array([1.0, rng.uniform(0.02, 0.3), rng.uniform(0.02, 0.2), rng.uniform(0, 0.05)])
    return Subtractive(partials, Adsr(0.004, 0.5, rng.uniform(0.7, 1), 0.06), cutoff_hz=_near(rng, 1_500, 0.5))


def _wobble_bass(rng: Rng) -> Sound:
    partials = sawtooth() if rng.random() < 0.6 else pulse(rng.uniform(0.3, 0.5))
    return Subtractive(
        partials, Adsr(0.002, 0.5, 1.0, 0.05), cutoff_hz=_near(rng, 3_500, 0.6), resonance=rng.uniform(0.5, 2),
        detune_cents=_detune(rng, 2, rng.uniform(4, 10)), sub_level=rng.uniform(0.4, 0.8),
        wobbles=int(rng.choice([2, 3, 4, 4, 6])), wobble_octaves=rng.uniform(3, 5),
    )  # fmt: skip


def _808(rng: Rng) -> Sound:
    return EightOhEight(
        Adsr(0.001, _near(rng, 0.9, 0.8), rng.uniform(0, 0.2), 0.08), drop_semitones=rng.uniform(8, 24),
        drop_decay_s=_near(rng, 0.015, 0.5), drive=_near(rng, 1.6, 1), click=rng.uniform(0, 0.4),
    )  # fmt: skip


def _lead(rng: Rng, partials: np.ndarray) -> Sound:
    voices = int(rng.integers(1, 4))
    return Subtractive(
        partials, Adsr(_near(rng, 0.005, 1), _near(rng, 0.4, 1), rng.uniform(0.6, 0.95), _near(rng, 0.12, 0.7)),
        cutoff_hz=_near(rng, 3_000, 0.9), sweep_octaves=rng.uniform(0, 1.5), sweep_decay_s=_near(rng, 0.25, 1),
        resonance=rng.uniform(0, 1.2), detune_cents=_detune(rng, voices, rng.uniform(4, 12)) if voices > 1 else (0.0,),
        spread=rng.uniform(0, 0.5), vibrato_cents=rng.uniform(0, 22), vibrato_hz=rng.uniform(4.5, 6.2),
    )  # fmt: skip


def _saw_lead(rng: Rng) -> Sound:
    return _lead(rng, sawtooth())


def _square_lead(rng: Rng) -> Sound:
    return _lead(rng, pulse(rng.uniform(0.25, 0.5)))


def _supersaw(rng: Rng) -> Sound:
    return Subtractive(
        sawtooth(), Adsr(_near(rng, 0.006, 1), 0.5, rng.uniform(0.7, 0.95), _near(rng, 0.25, 0.7)),
        cutoff_hz=_near(rng, 5_000, 0.8), sweep_octaves=rng.uniform(0, 1.2), sweep_decay_s=_near(rng, 0.3, 1),
        detune_cents=_detune(rng, 7, rng.uniform(10, 24)), spread=rng.uniform(0.5, 0.9), resonance=rng.uniform(0, 0.5),
    )  # fmt: skip


def _fm_keys(rng: Rng) -> Sound:
    body = Operator(1.0, rng.uniform(0.6, 2.0), _near(rng, 0.8, 0.8), rest=0.2)
    tine = Operator(float(rng.choice([7.0, 11.0, 14.0])), rng.uniform(0.1, 0.5), _near(rng, 0.15, 0.8))
    loudness = Adsr(0.002, _near(rng, 1.4, 0.7), 0.1, _near(rng, 0.25, 0.5))
    return FrequencyModulation((body, tine), loudness, detune_cents=rng.uniform(0, 6))


def _saw_pad(rng: Rng) -> Sound:
    return Subtractive(
        sawtooth(), Adsr(_near(rng, 0.08, 1.2), 1.0, rng.uniform(0.7, 1), _near(rng, 0.5, 0.8)),
        cutoff_hz=_near(rng, 1_600, 0.8), sweep_octaves=rng.uniform(-1.5, 0.5), sweep_decay_s=_near(rng, 0.8, 0.8),
        detune_cents=_detune(rng, 5, rng.uniform(7, 16)), spread=rng.uniform(0.5, 0.9), resonance=rng.uniform(0, 0.6),
    )  # fmt: skip


def _warm_pad(rng: Rng) -> Sound:
    return Subtractive(
        power_law(rng.uniform(1.3, 1.9)), Adsr(_near(rng, 0.12, 1.2), 1.0, rng.uniform(0.8, 1), _near(rng, 0.7, 0.8)),
        cutoff_hz=_near(rng, 1_000, 0.6), sweep_octaves=rng.uniform(-0.8, 0.3), sweep_decay_s=_near(rng, 1.0, 0.8),
        detune_cents=_detune(rng, 3, rng.uniform(5, 10)), spread=rng.uniform(0.4, 0.8),
    )  # fmt: skip


def _pluck(rng: Rng) -> Sound:
    partials = sawtooth() if rng.random() < 0.5 else pulse(rng.uniform(0.2, 0.5))
    fall_s = _near(rng, 0.25, 0.8)
    return Subtractive(
        partials, Adsr(0.002, fall_s, rng.uniform(0, 0.15), _near(rng, 0.25, 0.6)), cutoff_hz=_near(rng, 900, 0.7),
        sweep_octaves=rng.uniform(1.5, 3.5), sweep_decay_s=fall_s * rng.uniform(0.3, 0.8), key_follow=0.6,
        detune_cents=_detune(rng, 2, rng.uniform(3, 9)), spread=rng.uniform(0, 0.6), resonance=rng.uniform(0, 1),
    )  # fmt: skip


def _organ_synth(rng: Rng) -> Sound:
    levels = np.array([1.0, *rng.uniform(0, 0.8, 8) * (rng.random(8) < 0.6)])
    return Subtractive(
        drawbars(levels), Adsr(0.003, 1.0, 1.0, 0.05), cutoff_hz=_near(rng, 5_000, 0.5), key_follow=0.2,
        detune_cents=_detune(rng, 2, rng.uniform(1, 4)), spread=rng.uniform(0.2, 0.6),
        vibrato_cents=rng.uniform(0, 9), vibrato_hz=rng.uniform(5.5, 6.8),
    )  # fmt: skip


PATCHES: dict[str, Callable[[Rng], Sound]] = {
    "saw_bass": _saw_bass,
    "square_bass": _square_bass,
    "fm_bass": _fm_bass,
    "sub_bass": _sub_bass,
    "wobble_bass": _wobble_bass,
    "808": _808,
    "saw_lead": _saw_lead,
    "square_lead": _square_lead,
    "supersaw": _supersaw,
    "fm_keys": _fm_keys,
    "saw_pad": _saw_pad,
    "warm_pad": _warm_pad,
    "pluck": _pluck,
    "organ_synth": _organ_synth,
}

# The most similar synthesised voice of each General MIDI family, for machines without a soundfont.
NEAREST_PATCH: dict[str, str] = {
    "piano": "fm_keys", "mallet": "fm_keys", "organ": "organ_synth", "guitar": "pluck", "bass": "saw_bass",
    "strings": "saw_pad", "voice": "warm_pad", "brass": "saw_lead", "reed": "square_lead", "flute": "square_lead",
    "synth lead": "saw_lead", "synth pad": "warm_pad",
}  # fmt: skip
