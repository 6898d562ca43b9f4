"""Synthesis of one note: subtractive (filtered wavetables), frequency modulation, and the 808 bass."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np

from engine.audio.pcm24 import SAMPLE_RATE_HZ
from engine.synthetic.rendering.envelopes import Adsr, hertz
from engine.synthetic.rendering.wavetable import cutoff_tables, phase_of, read_tables


class Sound(Protocol):
    """A synthesised sound. loudness: its level envelope."""

    @property
    def loudness(self) -> Adsr: ...

    def note(self, pitch: np.ndarray, gate_samples: int, velocity: float) -> np.ndarray:
        """One note, [2, n] float32. pitch: MIDI pitch at each sample [n], n = gate + release; velocity: 0..1."""
        ...


@dataclass(frozen=True)
class Subtractive:
    """Detuned oscillators through a low-pass with an envelope of its own: basses, leads, pads, plucks, organs."""

    partials: np.ndarray  # [H] amplitudes of the harmonics
    loudness: Adsr
    cutoff_hz: float
    sweep_octaves: float = 0.0  # how far above cutoff_hz the filter opens at the attack
    sweep_decay_s: float = 0.2
    key_follow: float = 0.4  # 0: constant cutoff; 1: the cutoff follows the pitch
    resonance: float = 0.0
    detune_cents: tuple[float, ...] = (0.0,)  # one value per oscillator
    spread: float = 0.0  # 0: all oscillators in the middle; 1: spread from left to right
    sub_level: float = 0.0  # a sine an octave below
    vibrato_cents: float = 0.0
    vibrato_hz: float = 5.0
    wobbles: int = 0  # cycles of the cutoff over the gate, so that they keep the note's rhythm
    wobble_octaves: float = 0.0

    def note(self, pitch: np.ndarray, gate_samples: int, velocity: float) -> np.ndarray:
        time_s = np.arange(len(pitch)) / SAMPLE_RATE_HZ
        onset = np.clip((time_s - 0.15) / 0.3, 0, 1)  # vibrato begins after the attack
        f0_hz = hertz(pitch + self.vibrato_cents / 100 * onset * np.sin(2 * np.pi * self.vibrato_hz * time_s))
        cutoff_hz = self.cutoff_hz * (f0_hz / 261.6) ** self.key_follow * 2.0 ** (1.5 * (velocity - 0.7))
        cutoff = cutoff_hz * 2.0 ** (self.sweep_octaves * np.exp(-time_s / self.sweep_decay_s)) / f0_hz  # [n]
        if self.wobbles:
            turn = np.cos(2 * np.pi * self.wobbles * np.arange(len(pitch)) / max(gate_samples, 1))  # it begins open
            cutoff = cutoff * 2.0 ** (self.wobble_octaves * (turn - 1) / 2)
        cycles = phase_of(f0_hz)
        tables = cutoff_tables(self.partials, float(f0_hz.max()), self.resonance)
        audio = np.zeros((2, len(pitch)), np.float32)
        count = len(self.detune_cents)
        for i, cents in enumerate(self.detune_cents):
            # Golden-ratio phases are never aligned and the same for every note; a single oscillator starts at zero.
            voice = read_tables(tables, cycles * 2.0 ** (cents / 1200) + i * 0.618, cutoff)
            where = self.spread * (2 * i / (count - 1) - 1) if count > 1 else 0.0
            audio += voice * np.array([[1 - max(where, 0)], [1 + min(where, 0)]], np.float32) / count**0.5
        if self.sub_level:
            audio += (self.sub_level * np.sin(np.pi * cycles)).astype(np.float32)
        return audio * self.loudness.curve(gate_samples) * np.float32(velocity**1.3)


@dataclass(frozen=True)
class Operator:
    """A modulator. ratio: its frequency over the carrier's; index: modulation index, which decays with decay_s."""

    ratio: float
    index: float
    decay_s: float
    rest: float = 0.0  # share of the index that does not decay


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
            # Carson's rule: the bandwidth is about f r (I + 1). Limit the index so that it stays below 18 kHz.
            ceiling = np.maximum(18_000 / (f0_hz * op.ratio) - 1, 0)
            index = op.index * velocity * (op.rest + (1 - op.rest) * np.exp(-time_s / op.decay_s))
            shift += np.minimum(index, ceiling) * np.sin(2 * np.pi * op.ratio * cycles)
        half = 2.0 ** (self.detune_cents / 2400)
        sides = [np.sin(2 * np.pi * cycles * side + shift) for side in (1 / half, half)]
        return np.asarray(sides, np.float32) * self.loudness.curve(gate_samples) * np.float32(velocity**1.3)


@dataclass(frozen=True)
class EightOhEight:
    """The 808 bass: a sine whose pitch drops to the note, soft-clipped."""

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
