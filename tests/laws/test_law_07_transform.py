"""Law 7: the transform inverts; encoding a longer clip leaves the latents of its beginning as they were."""

import pytest
import torch

from engine.inference.streaming_decoder import margin_frames
from engine.models.autoencoder.factory import build_autoencoder
from engine.models.autoencoder.model import Autoencoder
from engine.models.autoencoder.transform import Transform
from engine.models.presets import PRESETS

SMALL = ("debug", "paper-tiny")  # one of each kind


def small_autoencoder(name: str) -> Autoencoder:
    torch.manual_seed(0)
    return build_autoencoder(PRESETS[name].autoencoder)


def noise(*shape: int) -> torch.Tensor:
    return torch.randn(*shape, generator=torch.Generator().manual_seed(0)) * 0.3


def test_the_transform_inverts():
    for preset in (row.autoencoder for row in PRESETS.values() if row.autoencoder.kind == "stft"):
        transform = Transform(preset.n_fft, preset.hop_samples)
        waveform = noise(2, 2, preset.hop_samples * 40)
        assert (transform.inverse(transform.forward(waveform)) - waveform).abs().max() < 1e-5


def test_a_full_scale_sine_has_magnitude_one():
    transform = Transform(2048, 480)
    sine = torch.sin(torch.arange(48_000) * (2 * torch.pi * 64 / 2048))  # exactly on bin 64
    assert abs(transform.forward(sine).abs()[64, 10:-10].mean() - 1) < 1e-3


@pytest.mark.parametrize("name", SMALL)
def test_a_longer_clip_does_not_change_the_latents_of_its_beginning(name):
    model = small_autoencoder(name)
    hop = model.preset.latent_hop_samples
    waveform = noise(1, 2, hop * 60)
    short, long = model.encode(waveform[..., : hop * 40]), model.encode(waveform)
    reach = 12  # latent frames: the receptive field of the encoder is shorter
    assert short.shape == (1, model.preset.latent_channels, 40)
    torch.testing.assert_close(short[..., :-reach], long[..., : 40 - reach], atol=1e-4, rtol=1e-4)
    assert (short[..., -1] - long[..., 39]).abs().max() > 1e-4  # the end does see what follows


@pytest.mark.parametrize("name", SMALL)
def test_decoded_audio_has_the_length_that_was_asked_for(name):
    model = small_autoencoder(name)
    waveform = noise(2, 2, model.preset.latent_hop_samples * 9 + 7)
    latents = model.encode(waveform)
    assert latents.shape[-1] == 10
    assert model.decode(latents, waveform.shape[-1]).shape == waveform.shape


@pytest.mark.parametrize("name", [name for name, row in PRESETS.items() if row.autoencoder.kind == "stft"])
def test_no_decoder_sees_farther_than_the_margin_that_stretches_are_decoded_with(name):
    model = small_autoencoder(name)
    far = [parameter for name, parameter in model.decoder.named_parameters() if name.startswith("far")]
    with torch.no_grad():
        for parameter in far:  # they begin silent
            parameter.normal_(std=0.1, generator=torch.Generator().manual_seed(1))
    latents = torch.randn(1, model.preset.latent_channels, 60, generator=torch.Generator().manual_seed(0))
    changed = latents.clone()
    changed[..., 40:] += 1
    frames = (40 - margin_frames(model)) * model.preset.stride
    one, other = model.decoder(latents), model.decoder(changed)
    torch.testing.assert_close(one[..., :frames], other[..., :frames], atol=1e-6, rtol=0)
    assert (
        one[..., frames + 4 * model.preset.stride :] - other[..., frames + 4 * model.preset.stride :]
    ).abs().max() > 0
