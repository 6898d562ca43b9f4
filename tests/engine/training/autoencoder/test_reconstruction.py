"""What rebuilt clips are held against: zero for a perfect one, in the right order for worse ones, gradients that are
finite in silence."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor

from engine.models.autoencoder.factory import build_autoencoder
from engine.models.autoencoder.stft import StftAutoencoder
from engine.models.presets import PRESETS
from engine.training.autoencoder.latent_corruption import MASKED_SHARE, MAX_NOISE, LatentCorruption
from engine.training.autoencoder.reconstruction import (
    AmplitudeReconstruction,
    Reconstruction,
    Trainable,
    WaveformReconstruction,
    band_error,
    build_reconstruction,
)

SAMPLES = 7680


def reconstructions() -> list[Reconstruction]:
    return [AmplitudeReconstruction(StftAutoencoder(PRESETS["debug"].autoencoder)), WaveformReconstruction()]


def clips(seed: int = 0) -> Tensor:
    """Decaying tones with a little noise, `[2, 2, S]`."""
    time_s = torch.arange(SAMPLES) / 48_000
    tone = (
        torch.sin(2 * torch.pi * torch.tensor([[[220.0], [330.0]], [[440.0], [110.0]]]) * time_s) * (-9 * time_s).exp()
    )
    return 0.3 * tone + 0.002 * torch.randn(2, 2, SAMPLES, generator=torch.Generator().manual_seed(seed))


@pytest.mark.parametrize("reconstruction", reconstructions(), ids=["stft", "waveform"])
def test_the_losses_grow_with_the_damage(reconstruction: Reconstruction) -> None:
    _, target = reconstruction.input_and_target(clips())
    generator = torch.Generator().manual_seed(1)
    noise = torch.randn(target.shape, generator=generator) * target.std()
    damaged = [reconstruction.losses(target + share * noise, target) for share in (0.0, 0.1, 1.0)]
    for name in damaged[0]:
        none, little, much = (losses[name].item() for losses in damaged)
        assert none == 0.0
        assert none < little < much
    assert reconstruction.error(target + noise, target).shape == (2,)
    torch.testing.assert_close(reconstruction.error(torch.zeros_like(target), target), torch.ones(2), atol=0.02, rtol=0)


def test_noise_is_asked_for_as_loud_as_it_is_though_no_bin_of_it_is_known() -> None:
    """Bin by bin the likeliest level of noise lies below its mean; the bands ask for the mean."""
    noise = torch.randn(1, 2, 48_000, generator=torch.Generator().manual_seed(0))
    reconstruction = AmplitudeReconstruction(StftAutoencoder(PRESETS["compact"].autoencoder))
    _, target = reconstruction.input_and_target(noise)
    even = target.square().mean(dim=3, keepdim=True).sqrt().expand_as(target)
    errors = {level: band_error(level * even, target, reconstruction.bands).item() for level in (0.7, 1.0, 1.4)}
    assert min(errors, key=errors.__getitem__) == 1.0


@pytest.mark.parametrize("reconstruction", reconstructions(), ids=["stft", "waveform"])
def test_every_loss_has_a_finite_gradient_even_in_silence(reconstruction: Reconstruction) -> None:
    for waveform in (clips(), torch.zeros(2, 2, SAMPLES)):
        _, target = reconstruction.input_and_target(waveform)
        for start in (0.9 * target, torch.zeros_like(target)):
            rebuilt = start.clone().requires_grad_()
            for name, loss in reconstruction.losses(rebuilt, target).items():
                gradient = torch.autograd.grad(loss, rebuilt, retain_graph=True)[0]
                assert gradient.isfinite().all(), name


@pytest.mark.parametrize("name", ["debug", "paper-tiny"])
def test_training_sees_what_encoding_sees(name: str) -> None:
    model = build_autoencoder(PRESETS[name].autoencoder)
    assert isinstance(model, Trainable)
    inputs, target = build_reconstruction(model).input_and_target(clips())
    latents = model.encoder(inputs)
    assert latents.equal(model.to_latents(clips()))
    assert model.decoder(latents).shape == target.shape


def test_frequency_hears_what_time_does_not_and_the_other_way_round() -> None:
    """Turning a wave over changes no magnitude; it is the time-domain loss that sees it."""
    reconstruction = WaveformReconstruction()
    flipped = reconstruction.losses(-clips(), clips())
    assert flipped["frequency"].item() == pytest.approx(0.0, abs=1e-6)
    assert flipped["time"].item() > 0.01
    loud, quiet = clips(), 0.001 * clips()
    assert reconstruction.losses(0 * quiet, quiet)["time"] < 0.01 * reconstruction.losses(0 * loud, loud)["time"]
    assert reconstruction.losses(0 * quiet, quiet)["frequency"] > 0.01


def test_shares_name_every_loss_of_the_adversarial_stage() -> None:
    for reconstruction in reconstructions():
        _, target = reconstruction.input_and_target(clips())
        names = {*reconstruction.losses(target, target), "adversarial", "features"}
        assert set(reconstruction.weights) == names


def test_a_twentieth_of_the_frames_is_hidden_and_the_noise_follows_the_spread_by_a_share_of_each_clips_own() -> None:
    latents = torch.randn(8, 2, 500, generator=torch.Generator().manual_seed(0)) * torch.tensor([1.0, 10.0])[:, None]
    corruption = LatentCorruption.draw(8, 2, 500, torch.Generator().manual_seed(1))
    corrupted = corruption.apply(latents)
    hidden = (corrupted == 0).all(dim=1)
    assert hidden.float().mean().item() == pytest.approx(MASKED_SHARE, abs=0.01)
    change = torch.where(hidden[:, None], 0.0, corrupted - latents).square().mean(dim=2).sqrt()  # [8, 2]
    torch.testing.assert_close(change[:, 1], 10 * change[:, 0], rtol=0.2, atol=0)
    assert change[:, 0].max() < 1.1 * MAX_NOISE
    assert change[:, 0].max() > 2 * change[:, 0].min()
    part = slice(2, 5)
    assert torch.equal(corruption[part].shown, corruption.shown[part])
