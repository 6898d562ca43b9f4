"""Electric guitars: a clean string through an amplifier, and for rhythm parts two takes, left and right."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
from scipy.ndimage import uniform_filter1d

from engine.audio.pcm24 import SAMPLE_RATE_HZ
from engine.synthetic.rendering.amplifier import GAIN_DB, HIGH_GAIN_DB, Amplifier, amplify, draw_amplifier
from engine.synthetic.score import Note, Part, Voice

Rng = np.random.Generator
# Plays notes with a voice, detuned by some cents -> [2, S].
PlayString = Callable[[tuple[Note, ...], Voice, float], np.ndarray]

# The strings behind an amplifier are clean ones. The soundfonts' distorted guitars are recorded with one.
STRING_PROGRAMS = {
    "jazz guitar": 26, "clean electric guitar": 27, "muted guitar": 28, "overdriven guitar": 27, "distorted guitar": 27,
}  # fmt: skip
PALM_MUTED_PROGRAM = 28
PALM_MUTED_LONGEST_S = 0.25
# Chance that a rhythm part is played twice.
DOUBLE_CHANCE = {"clean electric guitar": 0.5, "muted guitar": 0.6, "overdriven guitar": 0.9, "distorted guitar": 0.95}
TAKE_SIGMA_S = 0.005  # timing of one take against the other
TAKE_SIGMA_VELOCITY = 6.0
STRUM_GAP_S = 0.02  # strings of one strum are not further apart, and deviate together
TAKE_CENTS = (1.5, 6.0)
PICK_TOUCH_S, PICK_TOUCH_GAIN = 0.018, 0.1  # how long and how strongly the pick damps a string before its stroke
DAMPING_RAMP_S = 0.006


def is_amplified(voice: Voice) -> bool:
    """Whether a voice is an electric guitar."""
    return voice.name in GAIN_DB


def play_guitar(part: Part, play_string: PlayString, is_rhythm: bool, rng: Rng) -> np.ndarray:
    """A part for an electric guitar -> [2, S] float32: one take in the middle, or two, hard left and right."""
    amp = draw_amplifier(part.voice.name, rng)
    if not is_rhythm or rng.random() >= DOUBLE_CHANCE.get(part.voice.name, 0.0):
        take = _take(part, play_string, amp, 0.0)
        return np.stack([take, take])
    cents = rng.uniform(*TAKE_CENTS) * rng.choice((-1, 1))
    other_amp = _other_tone(amp, rng)
    left = _take(part, play_string, amp, -cents / 2)
    right = _take(replace(part, notes=_played_again(part.notes, rng)), play_string, other_amp, cents / 2)
    spill = np.float32(rng.uniform(0.0, 0.15))  # of each take on the other side
    return np.stack([left + spill * right, right + spill * left])


def _take(part: Part, play_string: PlayString, amp: Amplifier, cents: float) -> np.ndarray:
    """One take through one amplifier, [S]. Short strokes of a palm-muted part are muted, the others ring."""
    longest_s = PALM_MUTED_LONGEST_S if "palm-muted" in part.style else 0.0
    muted = tuple(n for n in part.notes if n.duration_s < longest_s)
    ringing = tuple(n for n in part.notes if n.duration_s >= longest_s)
    string = replace(part.voice, program=STRING_PROGRAMS[part.voice.name])
    dry = play_string(ringing, string, cents)
    if muted:
        dry = dry + play_string(muted, replace(part.voice, program=PALM_MUTED_PROGRAM), cents)
    middle = dry.mean(axis=0)
    return amplify(middle * _damping(part.notes, len(middle)) if amp.gain_db > HIGH_GAIN_DB else middle, amp)


def _damping(notes: tuple[Note, ...], length_samples: int) -> np.ndarray:
    """Gain [S] of strings under high gain: the hand mutes them in rests, and the pick just before each stroke.

    Without it the amplifier would raise the decay of the strings until rests and strokes disappear.
    """
    gain = np.zeros(length_samples, np.float32)
    spans = [round(time_s * SAMPLE_RATE_HZ) for n in notes for time_s in (n.start_s, n.start_s + n.duration_s)]
    for start, end in zip(spans[::2], spans[1::2], strict=True):
        gain[start:end] = 1
    touch, ramp = round(PICK_TOUCH_S * SAMPLE_RATE_HZ), round(DAMPING_RAMP_S * SAMPLE_RATE_HZ)
    for start in spans[::2]:
        gain[max(start - touch, 0) : start] *= PICK_TOUCH_GAIN
    smooth = uniform_filter1d(gain, ramp, mode="nearest")
    # The ramp up ends at the stroke: the smoothed gain is read half a ramp ahead.
    return np.pad(smooth, (0, ramp // 2), mode="edge")[ramp // 2 :]


def _played_again(notes: tuple[Note, ...], rng: Rng) -> tuple[Note, ...]:
    """The notes as the same player would repeat them."""
    again: list[Note] = []
    deviation_s, last_s = 0.0, -np.inf
    for note in notes:
        if note.start_s - last_s > STRUM_GAP_S:
            deviation_s = float(np.clip(rng.normal(0, TAKE_SIGMA_S), -3 * TAKE_SIGMA_S, 3 * TAKE_SIGMA_S))
        last_s = note.start_s
        velocity = int(np.clip(note.velocity + rng.normal(0, TAKE_SIGMA_VELOCITY), 1, 127))
        again.append(replace(note, start_s=max(note.start_s + deviation_s, 0.0), velocity=velocity))
    return tuple(again)


def _other_tone(amp: Amplifier, rng: Rng) -> Amplifier:
    """The same amplifier for the second take: other tone settings, and the microphone at another place."""
    return replace(
        amp,
        gain_db=amp.gain_db + rng.uniform(-2, 2),
        middle_db=amp.middle_db + rng.uniform(-2, 2),
        treble_db=amp.treble_db + rng.uniform(-2, 2),
        box_high_hz=amp.box_high_hz * rng.uniform(0.92, 1.08),
        resonance_hz=amp.resonance_hz * rng.uniform(0.9, 1.1),
        presence_hz=amp.presence_hz * rng.uniform(0.85, 1.15),
    )
