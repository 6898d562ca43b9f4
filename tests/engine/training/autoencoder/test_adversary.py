"""Discriminators see what they should and learn to tell two sets apart; their losses are those of the papers."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor

from engine.training.autoencoder.adversary import Adversary, adversarial_loss, discriminator_loss, feature_distance
from engine.training.autoencoder.discriminators import ComplexSpectrum, DiscriminatorOutput, LogMagnitudes, View

CPU = torch.device("cpu")
WEIGHTS = {"reconstruction": 1.0, "adversarial": 1.0, "features": 1.0}
WAVEFORM_VIEWS = (ComplexSpectrum(512), ComplexSpectrum(128))
AMPLITUDE_VIEWS = (LogMagnitudes(1), LogMagnitudes(2))


def tones_and_noise(seed: int) -> tuple[Tensor, Tensor]:
    """Waveforms `[4, 2, 4096]`: sines of any pitch, and white noise as loud."""
    generator = torch.Generator().manual_seed(seed)
    pitch = torch.rand(4, 1, 1, generator=generator) * 0.3 + 0.05
    tones = torch.sin(pitch * torch.arange(4096)).expand(4, 2, 4096)
    return tones, torch.randn(4, 2, 4096, generator=generator) * 0.5**0.5


def striped_and_flat(seed: int) -> tuple[Tensor, Tensor]:
    """Amplitudes `[4, 2, 65, 24]`: partials at some bins, and the same at all bins."""
    generator = torch.Generator().manual_seed(seed)
    loudness = 0.2 + 0.2 * torch.rand(4, 2, 1, 24, generator=generator)
    partials = (torch.arange(65) % 5 == 0).float()[:, None]
    return loudness * partials, (loudness * 0.2).expand(4, 2, 65, 24)


@pytest.mark.parametrize(
    ("views", "sound"),
    [(WAVEFORM_VIEWS, torch.zeros(3, 2, 4096)), (AMPLITUDE_VIEWS, torch.zeros(3, 2, 65, 24))],
)
def test_every_patch_at_every_resolution_is_judged(views: tuple[View, ...], sound: Tensor) -> None:
    outputs = Adversary(views, 4, WEIGHTS, seed=0, device=CPU).discriminators(sound)
    assert len(outputs) == len(views)
    for view, output in zip(views, outputs, strict=True):
        image = view(sound)
        assert image.shape[:2] == (3, view.channels)
        assert output.scores.shape == (3, 1, -(-image.shape[2] // 8), image.shape[3])  # bins halve three times
        assert [feature.shape[1] for feature in output.features] == [4] * 5


def test_a_complex_view_keeps_phase_and_sides_and_the_size_of_noise() -> None:
    _, noise = tones_and_noise(seed=0)
    view = ComplexSpectrum(512)
    image = view(noise)
    assert image.square().sum(dim=1).mean().sqrt() == pytest.approx(1.0, abs=0.1)  # two sides of 0.5 each
    torch.testing.assert_close(view(-noise), -image)
    torch.testing.assert_close(view(noise.flip(1)), image[:, [2, 3, 0, 1]])


def test_levels_show_what_is_quiet_as_clearly_as_what_is_loud() -> None:
    striped, _ = striped_and_flat(seed=0)
    loud, quiet, quieter = (LogMagnitudes(5)(striped * gain) for gain in (1.0, 0.5, 0.25))
    torch.testing.assert_close(loud - quiet, quiet - quieter, atol=0.05, rtol=0)
    assert LogMagnitudes(5)(torch.zeros(1, 2, 65, 24)).min() > -1.1


@pytest.mark.parametrize(("views", "sounds"), [(WAVEFORM_VIEWS, tones_and_noise), (AMPLITUDE_VIEWS, striped_and_flat)])
def test_discriminators_learn_to_tell_two_sets_apart(views: tuple[View, ...], sounds: object) -> None:
    assert callable(sounds)
    adversary = Adversary(views, 8, WEIGHTS, seed=0, device=CPU)
    adversary.optimizer.param_groups[0]["lr"] = 5e-3  # many times the usual: a few steps must do
    losses = []
    for seed in range(25):
        real, fake = sounds(seed)
        losses.append(adversary.discriminator_step(fake, real))
    real, fake = sounds(1000)  # not seen before
    with torch.no_grad():
        pairs = zip(adversary.discriminators(real), adversary.discriminators(fake), strict=True)
        margins = [(r.scores.mean() - f.scores.mean()).item() for r, f in pairs]
    assert losses[0] == pytest.approx(2.0, abs=0.3)
    assert losses[-1] < 1.0
    assert min(margins) > 0.5


def test_the_decoder_is_told_to_be_taken_for_real() -> None:
    """Descending on the adversary's loss makes noise score higher: the gradient points the right way."""
    adversary = Adversary(WAVEFORM_VIEWS, 8, WEIGHTS, seed=0, device=CPU)
    adversary.optimizer.param_groups[0]["lr"] = 5e-3
    for seed in range(6):
        real, fake = tones_and_noise(seed)
        adversary.discriminator_step(fake, real)
    real, fake = tones_and_noise(seed=50)
    rebuilt = fake.clone().requires_grad_()
    before = adversarial_loss(adversary.discriminators(fake)).item()
    losses = {"reconstruction": 0.0 * rebuilt.sum(), **adversary.generator_losses(rebuilt, real)}
    adversary.balancer.loss(losses, rebuilt).backward()
    assert rebuilt.grad is not None
    after = adversarial_loss(adversary.discriminators(fake - 5.0 * rebuilt.grad)).item()
    assert after < before


def test_losses_by_hand() -> None:
    def outputs(score: float, feature: float) -> list[DiscriminatorOutput]:
        return [
            DiscriminatorOutput(torch.full((1, 1, 2, 2), float(score)), [torch.full((1, 1, 2, 2), float(feature))])
        ] * 2

    assert discriminator_loss(outputs(0, 1), outputs(0, 1)).item() == 2.0
    assert discriminator_loss(outputs(1, 1), outputs(-1, 1)).item() == 0.0
    assert adversarial_loss(outputs(-1, 1)).item() == 2.0
    assert adversarial_loss(outputs(3, 1)).item() == 0.0
    assert feature_distance(outputs(0, 2), outputs(0, 2)).item() == 0.0
    assert feature_distance(outputs(0, 2), outputs(0, 5)).item() == 1.5
    assert feature_distance(outputs(0, 2e-3), outputs(0, 5e-3)).item() == pytest.approx(1.5)


def test_an_adversary_goes_on_where_it_was_saved() -> None:
    real, fake = tones_and_noise(seed=0)
    adversary, other = (Adversary(WAVEFORM_VIEWS, 4, WEIGHTS, seed=seed, device=CPU) for seed in (0, 1))
    rebuilt = fake.clone().requires_grad_()
    for _ in range(2):
        adversary.discriminator_step(fake, real)
        losses = {"reconstruction": (rebuilt - real).square().mean(), **adversary.generator_losses(rebuilt, real)}
        adversary.balancer.loss(losses, rebuilt)
    other.load_state_tensors({name: value.clone() for name, value in adversary.state_tensors().items()})
    assert adversary.discriminator_step(fake, real) == other.discriminator_step(fake, real)
    for name, value in adversary.state_tensors().items():
        assert torch.equal(value, other.state_tensors()[name]), name


def test_building_an_adversary_changes_no_other_draw() -> None:
    torch.manual_seed(0)
    expected = torch.rand(3)
    torch.manual_seed(0)
    Adversary(AMPLITUDE_VIEWS, 4, WEIGHTS, seed=7, device=CPU)
    assert torch.equal(torch.rand(3), expected)
