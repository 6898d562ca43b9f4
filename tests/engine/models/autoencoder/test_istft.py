"""The phase head starts as PGHI, gives each channel its own phases, continues in phase, and adds no lines."""

import dataclasses

import torch

from engine.inference.streaming_decoder import StreamingDecoder
from engine.models.autoencoder.factory import build_autoencoder
from engine.models.autoencoder.istft import Correction, IstftAutoencoder
from engine.models.autoencoder.stft import StftAutoencoder
from engine.models.presets import PRESETS

ROW = dataclasses.replace(PRESETS["debug"].autoencoder, kind="istft", head_width=16, head_blocks=1)
DRUMS = ROW.instruments.index("drums")


def decoder(corrects: bool = True) -> IstftAutoencoder:
    """Random weights; corrects: with a head that changes something."""
    torch.manual_seed(0)
    model = build_autoencoder(ROW)
    assert isinstance(model, IstftAutoencoder)
    with torch.no_grad():
        if corrects:
            torch.nn.init.normal_(model.head.out.weight, std=0.2)
    return model.eval()


def latents(frames: int, seed: int = 1) -> torch.Tensor:
    return torch.randn(1, ROW.latent_channels, frames, generator=torch.Generator().manual_seed(seed))


def kit() -> torch.Tensor:
    named = torch.zeros(1, len(ROW.instruments))
    named[0, DRUMS] = 1
    return named


def test_it_starts_as_the_stft_autoencoder_with_pghi():
    model = decoder(corrects=False)
    plain = StftAutoencoder(dataclasses.replace(ROW, kind="stft", phase_search="pghi")).eval()
    lacking = plain.load_state_dict(model.state_dict(), strict=False)
    assert not lacking.missing_keys
    for named in (None, kit()):
        ours, theirs = (m.decode(latents(20), instruments=named) for m in (model, plain))
        assert torch.allclose(ours, theirs, atol=1e-4)


def test_both_channels_have_phases_of_their_own():
    left, right = decoder().decode(latents(20), instruments=kit())[0]
    assert torch.corrcoef(torch.stack([left, right]))[0, 1] < 0.9


def test_the_same_latents_sound_the_same():
    model = decoder()
    assert torch.equal(model.decode(latents(20)), model.decode(latents(20)))


def test_it_continues_in_phase():
    model, z = decoder(), latents(40)
    first = -model.decode(z[..., :20], instruments=kit())  # inverted, so that continuing it is no accident
    heard = slice(0, 15 * ROW.latent_hop_samples)  # the last frames had other neighbours

    def apart(before: torch.Tensor | None) -> float:
        again = model.decode(z, before=before, instruments=kit())
        return float((again[..., heard] - first[..., heard]).norm() / first[..., heard].norm())

    assert apart(first) < 0.5 < 1.0 < apart(None)  # spectra of noise never agree with their own magnitudes


def test_stretches_join_without_a_seam():
    model, z = decoder(), latents(80)[0]
    stretches = StreamingDecoder(model, 0, kit()[0])
    parts = [stretches.push(z[:, a : a + 20], last=a == 60) for a in range(0, 80, 20)]
    assert [start for start, _ in parts] == [sum(p.shape[1] for _, p in parts[:i]) for i in range(4)]
    sound = torch.cat([part for _, part in parts], dim=1)
    assert sound.shape == (2, 80 * ROW.latent_hop_samples)
    steps = sound.diff(dim=1).abs()
    joints = [start for start, _ in parts[1:]]
    assert max(float(steps[:, j - 2 : j + 2].max()) for j in joints) <= float(steps.max())


def test_what_is_steady_does_not_repeat_with_the_frames():
    """A chord of constant magnitudes. Phases without a reference would make it periodic in the hop, 100 Hz."""
    model, hop = decoder(), ROW.hop_samples
    time_s = torch.arange(hop * 200) / 48_000
    tone = sum(torch.sin(2 * torch.pi * f * time_s) for f in (331.0, 417.3, 1234.5)) / 4
    magnitude = model.transform.forward(torch.stack([tone, tone])[None]).abs()[..., 100:101].expand(-1, -1, -1, 200)
    features = torch.randn(1, ROW.widths[0], 1).expand(-1, -1, 200)
    with torch.inference_mode():
        sound = model.transform.inverse(model.spectrum(magnitude, model.head(features, magnitude)))[0, 0, 9600:-9600]
    spectrum = torch.fft.rfft(sound * torch.hann_window(len(sound))).abs()
    hz = torch.fft.rfftfreq(len(sound), 1 / 48_000)
    partials = torch.stack([(hz - f).abs() < 6 for f in (331.0, 417.3, 1234.5)]).any(dim=0)
    assert spectrum[partials].square().sum() / spectrum.square().sum() > 0.95
    lines = (hz % 100 < 3) | (hz % 100 > 97)
    assert spectrum[lines & ~partials].square().sum() / spectrum.square().sum() < 0.01


def test_a_fresh_head_changes_nothing():
    model = decoder(corrects=False)
    inputs = model.head_input(latents(5), None)
    correction = model.head(inputs.features.float(), inputs.magnitude)
    assert isinstance(correction, Correction)
    assert torch.equal(correction.gain, torch.ones_like(correction.gain))
    assert torch.equal(correction.phase, torch.zeros_like(correction.phase))
