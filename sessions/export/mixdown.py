"""Lanes to stems to mix, in whole 24-bit steps: the mix is the plain sum, and nothing is normalised."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from sessions.errors import ExportError
from sessions.pcm24 import HIGHEST, to_pcm24

MAX_GAIN_DB = 24.0
MAX_LANES = 16  # 16 lanes at +24 dB still add up within 32-bit integers


@dataclass(frozen=True)
class MixerLane:
    """One track as the mixer has it. audio: float32 `[2, S]` at 48 kHz on the 24-bit grid, from bar 1.

    pan: -1 left .. 1 right, as a balance: the louder side stays at 1, so the centre changes nothing.
    A muted lane is left out of the mix but not out of the stems.
    """

    name: str
    audio: np.ndarray
    gain_db: float = 0.0
    pan: float = 0.0
    muted: bool = False

    def __post_init__(self) -> None:
        if math.isnan(self.gain_db) or self.gain_db > MAX_GAIN_DB:
            raise ExportError(f"The gain of {self.name} is {self.gain_db} dB; set it to {MAX_GAIN_DB:g} dB or less.")
        if not -1.0 <= self.pan <= 1.0:
            raise ExportError(f"The pan of {self.name} is {self.pan}; set it between -1 (left) and 1 (right).")


@dataclass(frozen=True)
class Mix:
    """pcm: int32 `[2, S]` within 24 bits; gain_db: 0, or what one common gain took off so that nothing clips."""

    pcm: np.ndarray
    gain_db: float


def check_number(lanes: Sequence[MixerLane]) -> None:
    """Raises ExportError for no lanes, and for more than can be added up."""
    if not 1 <= len(lanes) <= MAX_LANES:
        raise ExportError(f"{len(lanes)} lanes have audio; export 1 to {MAX_LANES}. Generate a lane or drop a file.")


def rendered(lane: MixerLane) -> np.ndarray:
    """The lane after gain and pan, int32 `[2, S]` in steps of 2^-23; may exceed full scale after a positive gain.

    Bit-identical to the audio at 0 dB in the centre.
    """
    gain = 10.0 ** (lane.gain_db / 20.0)
    balance = np.array([[min(1.0, 1.0 - lane.pan)], [min(1.0, 1.0 + lane.pan)]])  # [2, 1]
    return np.rint(to_pcm24(lane.audio, lane.name) * (gain * balance)).astype(np.int32)


def rendered_stems(lanes: Sequence[MixerLane], floats: bool = False) -> tuple[list[np.ndarray], float]:
    """All lanes as their files hold them, of equal length (int32 `[2, S]` of the longest), and their gain in dB.

    The gain is 0 unless a fader drives a lane above full scale; then one gain lowers all of them alike. Files of
    floats hold that as it is.
    """
    stems = _aligned(lanes)
    if floats:
        return stems, 0.0
    gain_db = min(gain_to_fit_db(peak_of(stem)) for stem in stems)
    return [_scaled(stem, gain_db) for stem in stems], gain_db


def mix_of(stems: Sequence[np.ndarray], floats: bool = False) -> Mix:
    """The plain sum of rendered stems, int32 `[2, S]` each; if it would clip, one gain lowers it and is reported.

    Files of floats hold it as it is, however high. Raises ExportError for none.
    """
    if not stems:
        raise ExportError("Every lane is muted, so the mix would be silent. Unmute a lane and export again.")
    total = sum(stems[1:], start=stems[0])
    gain_db = 0.0 if floats else gain_to_fit_db(peak_of(total))
    return Mix(_scaled(total, gain_db), gain_db)


def mix(lanes: Sequence[MixerLane], floats: bool = False) -> Mix:
    """What is heard: the sum of all lanes that are not muted."""
    return mix_of(audible(_aligned(lanes), lanes), floats)


def audible(stems: Sequence[np.ndarray], lanes: Sequence[MixerLane]) -> list[np.ndarray]:
    """The stems of the lanes that are not muted."""
    return [stem for stem, lane in zip(stems, lanes, strict=True) if not lane.muted]


def _aligned(lanes: Sequence[MixerLane]) -> list[np.ndarray]:
    """All lanes rendered, silence added at the end up to the longest."""
    check_number(lanes)
    stems = [rendered(lane) for lane in lanes]
    length = max(stem.shape[1] for stem in stems)
    return [np.pad(stem, ((0, 0), (0, length - stem.shape[1]))) for stem in stems]


def gain_to_fit_db(peak: int) -> float:
    """0 if 24 bits hold a peak of so many steps, else the negative gain that brings it to full scale."""
    return 20.0 * math.log10(HIGHEST / peak) if peak > HIGHEST else 0.0


def peak_of(pcm: np.ndarray) -> int:
    """The highest step that must be held above or below zero."""
    return max(int(pcm.max()), -int(pcm.min()) - 1)  # two's complement reaches one step further down


def _scaled(pcm: np.ndarray, gain_db: float) -> np.ndarray:
    return np.rint(pcm * 10.0 ** (gain_db / 20.0)).astype(np.int32) if gain_db else pcm
