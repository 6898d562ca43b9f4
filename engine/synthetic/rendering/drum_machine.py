"""Drum machines: synthesised kits of three characters, drawn anew for each piece."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

import numpy as np

from engine.synthetic.drum_map import DRUM_HITS
from engine.synthetic.rendering.drum_playback import hits_of, play_hits
from engine.synthetic.rendering.drum_sounds import (
    bitcrush,
    clap,
    cowbell,
    layered,
    metal,
    noise_burst,
    ping,
    snare,
    thump,
)
from engine.synthetic.score import Note

Rng = np.random.Generator


@dataclass(frozen=True)
class Character:
    """The parameters of one machine. Kits are drawn around them."""

    kick_hz: float
    kick_decay_s: float
    kick_click: float
    kick_drive: float
    snare_hz: float
    snare_noise_s: float
    hat_decay_s: float
    noise_in_metal: float  # share of noise in hats and cymbals
    top_hz: float = 0.0  # lo-fi: bandwidth of the sampler; unused without bits
    bits: int = 0


CHARACTERS: dict[str, Character] = {
    "drum_machine_808": Character(48, 0.24, 0.15, 1.2, 185, 0.09, 0.030, 0.1),
    "drum_machine_909": Character(54, 0.16, 0.5, 1.8, 210, 0.12, 0.035, 0.5),
    "drum_machine_lofi": Character(58, 0.13, 0.25, 2.2, 195, 0.10, 0.040, 0.6, top_hz=9_000, bits=10),
}


def play_drum_machine(notes: Iterable[Note], name: str, rng: Rng, length_samples: int) -> np.ndarray:
    """Notes -> dry [2, S] float32. name: a key of CHARACTERS. Skips notes outside the percussion map."""
    hits = hits_of(notes)
    kit = draw_kit(CHARACTERS[name], rng, {hit for _, hit in hits})
    return play_hits(hits, lambda hit, velocity: kit[hit], rng.uniform(0.3, 1.0), length_samples)


def draw_kit(character: Character, rng: Rng, wanted: set[str]) -> dict[str, np.ndarray]:
    """The wanted hits by name, [n] float32 with peak 1. Each hit has its own random stream."""
    kit = {}
    for hit, stream in zip(DRUM_HITS, rng.spawn(len(DRUM_HITS)), strict=True):
        if hit in wanted:
            sound = MAKERS[hit](character, stream)
            if character.bits:
                sound = bitcrush(sound, _near(stream, character.top_hz, 0.5), character.bits, stream.uniform(1, 2))
            kit[hit] = sound
    return kit


def _near(rng: Rng, centre: float, octaves: float) -> float:
    """A log-uniform value within `octaves` of the centre."""
    return float(centre * 2.0 ** rng.uniform(-octaves, octaves))


def _kick(c: Character, rng: Rng) -> np.ndarray:
    return thump(
        _near(rng, c.kick_hz, 0.2), sweep_octaves=rng.uniform(1.2, 2.6), sweep_s=_near(rng, 0.018, 0.6),
        decay_s=_near(rng, c.kick_decay_s, 0.5), click=c.kick_click * rng.uniform(0.3, 1.3),
        drive=_near(rng, c.kick_drive, 0.4),
    )  # fmt: skip


def _snare(c: Character, rng: Rng) -> np.ndarray:
    noise_s = _near(rng, c.snare_noise_s, 0.6)
    return snare(rng, _near(rng, c.snare_hz, 0.25), _near(rng, 0.06, 0.5), noise_s, rng.uniform(0.5, 1.1))


def _hat(decay_scale: float) -> Callable[[Character, Rng], np.ndarray]:
    def make(c: Character, rng: Rng) -> np.ndarray:
        decay_s = _near(rng, c.hat_decay_s * decay_scale, 0.4)
        low_hz = _near(rng, 7_000, 0.3)
        hiss = noise_burst(rng, low_hz, 18_000, decay_s, min(6 * decay_s, 2.0))
        ring = metal(low_hz, 16_000, decay_s, _near(rng, 1, 0.3))
        return layered((1 - c.noise_in_metal, ring), (c.noise_in_metal, hiss))

    return make


def _cymbal(low_hz: float, decay_s: float, hiss: float) -> Callable[[Character, Rng], np.ndarray]:
    def make(c: Character, rng: Rng) -> np.ndarray:
        decay = _near(rng, decay_s, 0.4)
        bright = noise_burst(rng, low_hz, 17_000, decay, min(5 * decay, 3.0))
        return layered((1 - hiss, metal(low_hz, 15_000, decay, _near(rng, 1.1, 0.3))), (hiss, bright))

    return make


def _drum(low_hz: float, decay_s: float, sweep_octaves: float, click: float) -> Callable[[Character, Rng], np.ndarray]:
    def make(c: Character, rng: Rng) -> np.ndarray:
        sweep = sweep_octaves * rng.uniform(0.6, 1.4)
        return thump(_near(rng, low_hz, 0.12), sweep, 0.03, _near(rng, decay_s, 0.4), click, drive=1.2)

    return make


def _rattle(low_hz: float, decay_s: float) -> Callable[[Character, Rng], np.ndarray]:
    def make(c: Character, rng: Rng) -> np.ndarray:
        decay = _near(rng, decay_s, 0.4)
        return noise_burst(rng, _near(rng, low_hz, 0.3), 16_000, decay, 6 * decay)

    return make


def _tambourine(c: Character, rng: Rng) -> np.ndarray:
    decay_s = _near(rng, 0.06, 0.4)
    jingles = ping(tuple(_near(rng, hz, 0.1) for hz in (7_800, 9_300, 11_200)), decay_s)
    return layered((0.5, jingles), (0.7, noise_burst(rng, 6_000, 16_000, decay_s, 6 * decay_s)))


def _ride_bell(c: Character, rng: Rng) -> np.ndarray:
    bell = ping((_near(rng, 880, 0.2), _near(rng, 2_640, 0.2)), 0.25)
    return layered((0.5, _cymbal(5_000, 0.3, 0.2)(c, rng)), (0.6, bell))


MAKERS: dict[str, Callable[[Character, Rng], np.ndarray]] = {
    "kick": _kick,
    "snare": _snare,
    "rim": lambda c, rng: ping((_near(rng, 480, 0.2), _near(rng, 1_700, 0.2)), _near(rng, 0.012, 0.4)),
    "clap": lambda c, rng: clap(rng, _near(rng, 1_100, 0.3), _near(rng, 0.08, 0.5)),
    "closed_hat": _hat(1.0),
    "pedal_hat": _hat(0.8),
    "open_hat": _hat(8.0),
    "low_tom": _drum(82, 0.20, 0.8, 0.1),
    "mid_tom": _drum(120, 0.17, 0.8, 0.1),
    "high_tom": _drum(165, 0.14, 0.8, 0.1),
    "crash": _cymbal(3_000, 0.55, 0.6),
    "ride": _cymbal(4_500, 0.35, 0.3),
    "ride_bell": _ride_bell,
    "tambourine": _tambourine,
    "cowbell": lambda c, rng: cowbell(_near(rng, 1.0, 0.15), _near(rng, 0.06, 0.4)),
    "shaker": _rattle(5_500, 0.03),
    "conga_high": _drum(330, 0.07, 0.3, 0.2),
    "conga_low": _drum(220, 0.10, 0.3, 0.2),
    "bongo_high": _drum(520, 0.04, 0.25, 0.2),
    "bongo_low": _drum(390, 0.06, 0.25, 0.2),
    "clave": lambda c, rng: ping((_near(rng, 2_450, 0.1),), _near(rng, 0.018, 0.3)),
}
