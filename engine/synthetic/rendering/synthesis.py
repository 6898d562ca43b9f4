"""How a synthesised voice sounds one note: subtractive (filtered wavetables), frequency modulation, the 808 bass."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np

from engine.audio.pcm24 import SAMPLE_RATE_HZ
from engine.synthetic.rendering.envelopes import Adsr, hertz
from engine.synthetic.rendering.wavetable import cutoff_tables, phase_of, read_tables


class Sound(Protocol):
    """A playable sound. `loudness` says how long it rings; `note` makes [2, n] of a pitch curve."""

    @property
    def loudness(self) -> Adsr: ...

    def note(self, pitch: np.ndarray, gate_samples: int, velocity: float) -> np.ndarray:
        """pitch: [n] MIDI pitch at each sample, n = gate + release; velocity 0..1 -> [2, n] float32."""
        ...


@dataclass(frozen=True)
class Subtractive:
    """Detuned oscillators through one low-pass with its own decay: basses, leads, pads, plucks, organs."""

    partials: np.ndarray  # [H] amplitudes of the harmonics
    loudness: Adsr
    cutoff_hz: float
    sweep_octaves: float = 0.0  # how far above cutoff_hz the filter opens at the attack
    sweep_decay_s: float = 0.2
    key_follow: float = 0.4  # 0: the cutoff stands still; 1: it moves with the pitch
    resonance: float = 0.0
    detune_cents: tuple[float, ...] = (0.0,)  # one oscillator each
    spread: float = 0.0  # 0: all in the middle; 1: fanned out from left to right
    sub_level: float = 0.0  # a sine an octave below
    vibrato_cents: float = 0.0
    vibrato_hz: float = 5.0

    def note(self, pitch: np.ndarray, gate_samples: int, velocity: float) -> np.ndarray:
        time_s = np.arange(len(pitch)) / SAMPLE_RATE_HZ
        onset = np.clip((time_s - 0.15) / 0.3, 0, 1)  # vibrato comes in as a player's does
        f0_hz = hertz(pitch + self.vibrato_cents / 100 * onset * np.sin(2 * np.pi * self.vibrato_hz * time_s))
        cutoff_hz = self.cutoff_hz * (f0_hz / 261.6) ** self.key_follow * 2.0 ** (1.5 * (velocity - 0.7))
        cutoff = cutoff_hz * 2.0 ** (self.sweep_octaves * np.exp(-time_s / self.sweep_decay_s)) / f0_hz  # [n]
        cycles = phase_of(f0_hz)
        tables = cutoff_tables(self.partials, float(f0_hz.max()), self.resonance)
        audio = np.zeros((2, len(pitch)), np.float32)
        count = len(self.detune_cents)
        for i, cents in enumerate(self.detune_cents):
            # Golden-ratio phases: never aligned, the same at every key stroke. A lone oscillator starts at zero.
            voice = read_tables(tables, cycles * 2.0 ** (cents / 1200) + i * 0.618, cutoff)
            where = self.spread * (2 * i / (count - 1) - 1) if count > 1 else 0.0
            audio += voice * np.array([[1 - max(where, 0)], [1 + min(where, 0)]], np.float32) / count**0.5
        if self.sub_level:
            audio += (self.sub_level * np.sin(np.pi * cycles)).astype(np.float32)
        return audio * self.loudness.curve(gate_samples) * np.float32(velocity**1.3)


@dataclass(frozen=True)
class Operator:
    """A modulator: its frequency as a multiple of the carrier's, its index, and how fast the index falls."""

    ratio: float
    index: float
    decay_s: float
    rest: float = 0.0  # share of the index that stays


@dataclass(frozen=True)
class FrequencyModulation:
    """y = sin(2 pi f t + sum_i I_i(t) sin(2 pi r_i f t)), Chowning 1973: electric pianos, bells, hard basses."""

    operators: tuple[Operator, ...]
    loudness: Adsr
    detune_cents: float = 0.0  # between left and right

    def note(self, pitch: np.ndarray, gate_samples: int, velocity: float) -> np.ndarray:
        time_s = np.arange(len(pitch)) / SAMPLE_RATE_HZ
        f0_hz = hertz(pitch)
        cycles = phase_of(f0_hz)
        shift = np.zeros(len(pitch))
        for op in self.operators:
            # Carson: the bandwidth is about f r (I + 1); high keys get a smaller index so that it stays below 18 kHz.
            ceiling = np.maximum(18_000 / (f0_hz * op.ratio) - 1, 0)
            index = op.index * velocity * (op.rest + (1 - op.rest) * np.exp(-time_s / op.decay_s))
            shift += np.minimum(index, ceiling) * np.sin(2 * np.pi * op.ratio * cycles)
        half = 2.0 ** (self.detune_cents / 2400)
        sides = [np.sin(2 * np.pi * cycles * side + shift) for side in (1 / half, half)]
        return np.asarray(sides, np.float32) * self.loudness.curve(gate_samples) * np.float32(velocity**1.3)


@dataclass(frozen=True)
class EightOhEight:
    """The long kick that became a bass: a sine whose pitch falls onto the note, driven into a soft clipper."""

    loudness: Adsr
    drop_semitones: float
    drop_decay_s: float
    drive: float
    click: float

    def note(self, pitch: np.ndarray, gate_samples: int, velocity: float) -> np.ndarray:
        time_s = np.arange(len(pitch)) / SAMPLE_RATE_HZ
        f0_hz = hertz(pitch + self.drop_semitones * np.exp(-time_s / self.drop_decay_s))
        body = np.sin(2 * np.pi * phase_of(f0_hz)) * self.loudness.curve(gate_samples)
        click = self.click * np.exp(-time_s / 0.003) * np.sin(2 * np.pi * 1_500 * time_s)
        audio = np.tanh(self.drive * (body + click)) / np.tanh(self.drive) * velocity**1.3
        return np.stack([audio, audio]).astype(np.float32)
