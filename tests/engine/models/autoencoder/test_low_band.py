"""Low notes: semitones that short windows hear as one are told apart, and sound again at their pitch and moment."""

import pytest
import torch

from engine.models.autoencoder.low_band import CROSSOVER_HZ, LowBand, multi_resolution_griffin_lim, share_below
from engine.models.autoencoder.phase_retrieval import stereo_waveform
from engine.models.autoencoder.transform import Transform

HOP = 480
WHOLE = Transform(2048, HOP)
LOW = LowBand(2048, HOP, pitch_bands=144)


def tone(frequency_hz: float, length: int = 96_000) -> torch.Tensor:
    """`[1, 2, S]` with three partials."""
    angle = 2 * torch.pi * frequency_hz * torch.arange(length) / 48_000
    return (sum(torch.sin(n * angle) / n for n in (1, 2, 3)) / 4).expand(1, 2, -1).clone()


def low_magnitudes(waveform: torch.Tensor) -> torch.Tensor:
    return LOW.amplitude(LOW.spectrum(waveform)).square()


def rebuilt(waveform: torch.Tensor) -> torch.Tensor:
    """What lies below the crossover, from magnitudes alone."""
    magnitudes = WHOLE.forward(waveform).abs()
    return LOW.waveform(low_magnitudes(waveform), magnitudes, iterations=16)


def loudest_hz(waveform: torch.Tensor) -> float:
    middle = waveform[0, 0, 24_000:72_000]  # a second: bins are 1 Hz apart
    return float(torch.fft.rfft(middle * torch.hann_window(48_000)).abs().argmax())


def likeness(one: torch.Tensor, other: torch.Tensor) -> float:
    return float(torch.cosine_similarity(one.flatten(), other.flatten(), dim=0))


def test_neighbouring_semitones_of_a_bass_are_told_apart_by_the_pitches():
    e, f = tone(41.2), tone(43.65)
    apart_in_the_whole = 1 - likeness(WHOLE.amplitude(e), WHOLE.amplitude(f))
    assert 1 - likeness(LOW.pitches(LOW.spectrum(e)), LOW.pitches(LOW.spectrum(f))) > 2 * apart_in_the_whole


@pytest.mark.parametrize("frequency_hz", [41.2, 43.65, 61.74, 98.0, 196.0])
def test_a_low_note_comes_back_at_its_pitch(frequency_hz):
    assert abs(loudest_hz(rebuilt(tone(frequency_hz))) - frequency_hz) < 1.0


def test_an_attack_stays_where_it_was():
    hit = torch.zeros(1, 2, 96_000)
    decay = torch.exp(-torch.arange(24_000) / 4_000)
    hit[..., 48_000:72_000] = decay * torch.sin(2 * torch.pi * 60 * torch.arange(24_000) / 48_000)
    long_windows_alone = multi_resolution_griffin_lim([(LOW.long.forward(hit[..., ::8]).abs(), LOW.long)], 16)
    early = slice(42_000, 47_000)  # up to 125 ms before it, as far as a long window sees

    def before(sound: torch.Tensor, down: int) -> float:
        return float(sound[..., early.start // down : early.stop // down].square().sum() / sound.square().sum())

    assert before(rebuilt(hit), 1) < 0.02
    assert before(long_windows_alone, 8) > 2 * before(rebuilt(hit), 1), "or short windows would not be needed"


def test_both_sides_of_the_crossover_make_up_the_whole():
    for frequency_hz in (120.0, 340.0, 2_000.0):  # below, between, above
        waveform = torch.sin(2 * torch.pi * frequency_hz * torch.arange(96_000) / 48_000).expand(1, 2, -1) * 0.3
        bins_hz = torch.linspace(0, 24_000, WHOLE.bins)
        high = stereo_waveform(WHOLE.forward(waveform).abs() * (1 - share_below(bins_hz)).sqrt(), WHOLE, 16)
        both = (rebuilt(waveform) + high)[..., 9_600:-9_600]
        assert abs(10 * torch.log10(both.square().mean() / waveform.square().mean())) < 2.0, frequency_hz
    assert share_below(torch.tensor([CROSSOVER_HZ[0], 350.0, CROSSOVER_HZ[1]])).flatten().tolist() == [1.0, 0.5, 0.0]


def test_what_was_heard_before_is_gone_on_with():
    waveform = tone(82.4)
    magnitudes, low = WHOLE.forward(waveform).abs(), low_magnitudes(waveform)
    before = waveform[..., :24_000]
    later = slice(30_000, 60_000)
    in_phase = LOW.waveform(low, magnitudes, 16, before)[..., later]
    fundamental = share_of(waveform)[..., later]
    assert likeness(in_phase, fundamental) > 0.9
    a_moment = LOW.waveform(low, magnitudes, 16, waveform[..., :1_920])  # shorter than a long window
    assert a_moment.shape == waveform.shape
    assert bool(torch.isfinite(a_moment).all())


def share_of(waveform: torch.Tensor) -> torch.Tensor:
    """The part of a waveform below the crossover, with its own phases."""
    spectrum = torch.fft.rfft(waveform)
    bins_hz = torch.linspace(0, 24_000, spectrum.shape[-1])
    return torch.fft.irfft(spectrum * share_below(bins_hz)[:, 0].sqrt(), waveform.shape[-1])
