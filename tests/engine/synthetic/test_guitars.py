"""Laws of electric guitars: no aliasing, a loudspeaker's band, and two takes that are wide but survive a mono sum."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from engine.audio.pcm24 import SAMPLE_RATE_HZ
from engine.evaluation.metrics.sound_character import side_to_mid_db
from engine.synthetic.rendering.amplifier import GAIN_DB, amplify, draw_amplifier
from engine.synthetic.rendering.guitar import TAKE_SIGMA_S, is_amplified, play_guitar
from engine.synthetic.rendering.playing import play
from engine.synthetic.score import Note, Part
from engine.synthetic.voices import VOICES

CHORDS = tuple(Note(0.5 * i, 0.45, pitch, 100) for i in range(8) for pitch in (45, 52, 57))
LENGTH_SAMPLES = 5 * SAMPLE_RATE_HZ


def sine(frequency_hz: float, level: float = 0.3) -> np.ndarray:
    return (level * np.sin(2 * np.pi * frequency_hz * np.arange(SAMPLE_RATE_HZ) / SAMPLE_RATE_HZ)).astype(np.float32)


def spectrum_of(audio: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    power = np.abs(np.fft.rfft(audio * np.blackman(len(audio)))) ** 2
    return np.fft.rfftfreq(len(audio), 1 / SAMPLE_RATE_HZ), power


@pytest.mark.parametrize("guitar", GAIN_DB)
@pytest.mark.parametrize("frequency_hz", [220.5, 880.3, 1_400.7])
def test_what_the_amplifier_adds_are_harmonics(guitar: str, frequency_hz: float) -> None:
    audio = amplify(sine(frequency_hz), draw_amplifier(guitar, np.random.default_rng(1)))[SAMPLE_RATE_HZ // 4 :]
    at_hz, power = spectrum_of(audio)
    off_harmonic = np.abs(at_hz / frequency_hz - np.rint(at_hz / frequency_hz)) * frequency_hz > 12
    assert power[off_harmonic & (at_hz > 30)].sum() < 1e-6 * power.sum()


def test_a_distorted_guitar_has_more_harmonics_than_a_clean_one() -> None:
    def harmonic_share(guitar: str) -> float:
        at_hz, power = spectrum_of(amplify(sine(220.0), draw_amplifier(guitar, np.random.default_rng(0))))
        return float(power[at_hz > 330].sum() / power.sum())

    assert harmonic_share("distorted guitar") > 0.1 > 0.03 > harmonic_share("jazz guitar")


def test_the_cabinet_passes_a_loudspeakers_band() -> None:
    noise = np.random.default_rng(0).normal(size=SAMPLE_RATE_HZ).astype(np.float32)
    at_hz, power = spectrum_of(amplify(noise, draw_amplifier("clean electric guitar", np.random.default_rng(0))))
    inside = power[(at_hz > 150) & (at_hz < 4_000)].mean()
    assert power[at_hz < 40].mean() < 0.03 * inside
    assert power[at_hz > 11_000].mean() < 1e-3 * inside


def test_silence_stays_silent() -> None:
    rest = np.zeros(1000, np.float32)
    assert not amplify(rest, draw_amplifier("distorted guitar", np.random.default_rng(0))).any()


@pytest.mark.parametrize("guitar", ["overdriven guitar", "distorted guitar"])
def test_rhythm_guitars_are_wide_and_survive_a_mono_sum(guitar: str) -> None:
    widths = []
    for seed in range(8):
        audio = play(Part(VOICES[guitar], CHORDS, "power chord"), np.random.default_rng(seed), LENGTH_SAMPLES, (), True)
        widths.append(side_to_mid_db(audio))
        loss_db = 10 * np.log10(np.mean(audio.mean(axis=0) ** 2) / np.mean(audio**2))
        assert loss_db > -6
    assert np.median(widths) > -6
    assert max(widths) < 6


def test_rests_and_strokes_of_a_distorted_guitar_are_heard() -> None:
    part = Part(VOICES["distorted guitar"], tuple(replace(n, duration_s=0.3) for n in CHORDS), "power chord")

    def ringing(notes: tuple[Note, ...], *_: object) -> np.ndarray:
        """Strings that nothing stops."""
        return np.stack([sine(110.0, 0.3)] * 2).repeat(5, axis=1)[:, :LENGTH_SAMPLES]

    take = np.abs(play_guitar(part, ringing, False, np.random.default_rng(0))[0])
    frames = take[: 4 * SAMPLE_RATE_HZ].reshape(8, 10, -1).mean(axis=2)  # strokes of 0.5 s in tenths
    assert (frames[:, 8] < 0.05 * frames[:, 3]).all()


def test_lead_guitars_stand_in_the_middle_and_players_repeat_themselves_closely() -> None:
    struck: list[tuple[Note, ...]] = []

    def play_string(notes: tuple[Note, ...], *_: object) -> np.ndarray:
        struck.append(notes)
        return np.zeros((2, 100), np.float32)

    part = Part(VOICES["distorted guitar"], CHORDS, "soaring")
    lead = play_guitar(part, play_string, False, np.random.default_rng(0))
    assert np.array_equal(lead[0], lead[1])
    assert len(struck) == 1
    play_guitar(part, play_string, True, np.random.default_rng(0))
    first, second = struck[1:]
    deviations_s = np.array([b.start_s - a.start_s for a, b in zip(first, second, strict=True)])
    assert 0 < np.abs(deviations_s).max() <= 3 * TAKE_SIGMA_S
    assert np.array_equal(deviations_s[3::3], deviations_s[4::3]), "the strings of a chord deviate together"


def test_the_short_strokes_of_a_palm_muted_part_are_muted() -> None:
    programs: list[int | None] = []

    def play_string(notes: tuple[Note, ...], voice: object, _: float) -> np.ndarray:
        programs.append(voice.program)  # type: ignore[attr-defined]
        return np.zeros((2, 100), np.float32)

    notes = (Note(0.0, 0.1, 40, 70), Note(0.5, 1.0, 40, 110))
    part = Part(VOICES["distorted guitar"], notes, "palm-muted chugging")
    play_guitar(part, play_string, False, np.random.default_rng(0))
    assert programs == [27, 28]
    programs.clear()
    play_guitar(replace(part, style="soaring"), play_string, False, np.random.default_rng(0))
    assert programs == [27]


def test_acoustic_instruments_have_no_amplifier() -> None:
    assert not any(is_amplified(VOICES[name]) for name in ("acoustic guitar", "nylon guitar", "banjo", "grand piano"))
