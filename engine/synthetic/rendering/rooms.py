"""Impulse responses of rooms: early reflections between walls, then a diffuse tail whose treble decays faster.

Reflections: image sources in a rectangular room, Allen and Berkley 1979. Tail: decaying noise, Moorer 1979.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product

import numpy as np
from scipy.signal import sosfilt

from engine.audio.pcm24 import SAMPLE_RATE_HZ
from engine.synthetic.rendering.filters import high_pass, low_pass

Rng = np.random.Generator
SOUND_M_S = 343.0
MIC_SPACING_M = 0.6
REFLECTION_ORDER = 2
IMAGES = np.array(list(product(range(-REFLECTION_ORDER, REFLECTION_ORDER + 1), repeat=3)))  # [I, 3] mirrored rooms
LOW_CUT_HZ = 180.0  # keeps basses clear


@dataclass(frozen=True)
class RoomKind:
    """Ranges (low, high) that rooms of a kind are drawn from. size_m: length; width and height are shares of it.

    A plate has no walls: its size is 0.
    """

    size_m: tuple[float, float]
    decay_s: tuple[float, float]  # time until the tail has fallen by 60 dB
    predelay_s: tuple[float, float]
    brightness_hz: tuple[float, float]
    build_up_s: float  # until the tail is dense
    reflections: float  # energy of the early reflections over that of the tail


ROOM_KINDS: dict[str, RoomKind] = {
    "small room": RoomKind((3.0, 7.0), (0.2, 0.6), (0.0, 0.004), (3_000, 7_000), 0.008, 1.0),
    "chamber": RoomKind((6.0, 14.0), (0.7, 1.5), (0.004, 0.02), (2_500, 6_000), 0.02, 0.5),
    "hall": RoomKind((18.0, 40.0), (1.4, 2.8), (0.01, 0.04), (2_000, 4_500), 0.06, 0.3),
    "plate": RoomKind((0.0, 0.0), (0.9, 2.2), (0.0, 0.03), (4_500, 9_000), 0.003, 0.0),
}


def draw_room_response(kind: str, rng: Rng) -> np.ndarray:
    """A response [2, R] float32 of a room of ROOM_KINDS, with unit energy per channel."""
    row = ROOM_KINDS[kind]
    brightness_hz = rng.uniform(*row.brightness_hz)
    response = _unit(_tail(rng, rng.uniform(*row.decay_s), brightness_hz, row.build_up_s))
    if row.reflections:
        early = _unit(sosfilt(low_pass(1.5 * brightness_hz, order=1), _reflections(rng, rng.uniform(*row.size_m))))
        length = min(early.shape[1], response.shape[1])
        response[:, :length] += row.reflections**0.5 * early[:, :length]
    predelay = np.zeros((2, round(rng.uniform(*row.predelay_s) * SAMPLE_RATE_HZ)))
    return _unit(sosfilt(high_pass(LOW_CUT_HZ), np.concatenate([predelay, response], axis=1))).astype(np.float32)


def _reflections(rng: Rng, length_m: float) -> np.ndarray:
    """Reflections [2, n] at two microphones, from the moment at which the direct sound arrives."""
    room = length_m * np.array([1.0, rng.uniform(0.6, 0.95), rng.uniform(0.35, 0.7)])
    source, middle = room * rng.uniform(0.15, 0.85, 3), room * rng.uniform(0.3, 0.7, 3)
    mirrored = np.where(IMAGES % 2 == 0, IMAGES * room + source, (IMAGES + 1) * room - source)  # [I, 3]
    bounces = np.abs(IMAGES).sum(axis=1)
    kept = (bounces > 0) & (bounces <= 2 * REFLECTION_ORDER)
    wall = rng.uniform(0.6, 0.85)  # reflected amplitude
    direct_m = np.linalg.norm(source - middle)
    taps = np.zeros((2, round((5 * length_m + direct_m) / SOUND_M_S * SAMPLE_RATE_HZ) + 1))
    for side, offset in enumerate((-0.5, 0.5)):
        distance_m = np.linalg.norm(mirrored - middle - [0.0, offset * MIC_SPACING_M, 0.0], axis=1)[kept]
        at = np.rint(np.maximum(distance_m - direct_m, 0.3) / SOUND_M_S * SAMPLE_RATE_HZ).astype(int)
        np.add.at(taps[side], np.minimum(at, taps.shape[1] - 1), wall ** bounces[kept] / distance_m)
    return taps


def _tail(rng: Rng, decay_s: float, brightness_hz: float, build_up_s: float) -> np.ndarray:
    """Diffuse noise [2, n] in two bands; the upper one decays twice as fast."""
    time_s = np.arange(round(1.1 * decay_s * SAMPLE_RATE_HZ)) / SAMPLE_RATE_HZ
    noise = rng.standard_normal((2, len(time_s)))
    dark = sosfilt(low_pass(brightness_hz / 2), noise) * np.exp(-6.9 * time_s / decay_s)
    bright = sosfilt(low_pass(brightness_hz * 2), noise) * np.exp(-13.8 * time_s / decay_s)
    return (dark + 0.7 * bright) * np.minimum(time_s / build_up_s, 1)


def _unit(response: np.ndarray) -> np.ndarray:
    return response / np.sqrt((response**2).sum(axis=1, keepdims=True))
