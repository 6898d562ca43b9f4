"""ClassifierGuidance: it leads noisy latents to what is named, and touches nothing else."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor

from engine.diffusion.noise_schedule import T, alpha_sigma
from engine.models.instrument_classifier import ClassifierGuidance, InstrumentClassifier
from engine.models.presets import PRESETS
from engine.text.encoders import instrument_multi_hot

DEBUG = PRESETS["debug"]
FAMILIES = DEBUG.text.vocabulary.families
CHANNELS, FRAMES = DEBUG.kept_latent_channels, 20


@pytest.fixture(scope="module")
def classifier() -> InstrumentClassifier:
    """Weights at random, those of the levels included."""
    torch.manual_seed(0)
    classifier = InstrumentClassifier(DEBUG).eval()
    for block in classifier.blocks:
        torch.nn.init.normal_(block.film.weight, std=0.2)
    return classifier


def named(*lines: str) -> Tensor:
    return instrument_multi_hot(lines, DEBUG.text.vocabulary)


def noisy(seed: int = 0) -> Tensor:
    return torch.randn(1, 4, CHANNELS, FRAMES, generator=torch.Generator().manual_seed(seed))


def test_it_says_families_and_voices_as_shares_at_every_level(classifier: InstrumentClassifier) -> None:
    x, t = noisy()[0], torch.tensor([0.0, 300.0, 700.0, T])
    families, voices = classifier(x, t)
    for answers in (families, voices):
        torch.testing.assert_close(answers.exp().sum(dim=1), torch.ones(4))
    assert families.shape == (4, len(FAMILIES))
    assert not torch.allclose(classifier(x, t)[0], classifier(x, torch.full((4,), 500.0))[0]), "the level is heard"


def test_what_is_likely_is_the_sum_of_what_is_named(classifier: InstrumentClassifier) -> None:
    x, t = noisy()[0, :1], torch.tensor([400.0])
    families, voices = classifier(x, t)
    viola = classifier.log_likelihood(x, t, named("viola"))
    column = DEBUG.text.instruments.index("viola")
    expected = families[0, FAMILIES.index("strings")] + voices[0, classifier.instruments.index(column)]
    torch.testing.assert_close(viola[0], expected)
    either = classifier.log_likelihood(x, t, named("viola, strings, harp"))
    assert viola < either < classifier.log_likelihood(x, t, named("a nice sound")), "of which nothing is named: 0"
    assert classifier.log_likelihood(x, t, named("a nice sound")) == 0


def test_a_step_of_it_makes_what_is_named_likelier(classifier: InstrumentClassifier) -> None:
    x, t = noisy(), torch.full((1, 4), 500.0)
    multi_hot = named("flute", "808 drum machine", "grand piano", "violin")
    change = ClassifierGuidance(classifier, multi_hot, scale=1.0)(x, t)
    before, after = (
        classifier.log_likelihood(moved[0], t[0], multi_hot) for moved in (x, x + 0.1 * change / change.abs().max())
    )
    assert (after > before).all()


def test_it_is_the_gradient_of_the_likelihood_at_the_level_of_the_track(classifier: InstrumentClassifier) -> None:
    x, t, multi_hot = noisy(), torch.tensor([[200.0, 200.0, 500.0, 500.0]]), named("", "", "viola", "")
    change = ClassifierGuidance(classifier, multi_hot, scale=2.0)(x, t)
    start = x[0, 2:3].clone().requires_grad_()
    (gradient,) = torch.autograd.grad(classifier.log_likelihood(start, t[0, 2:3], multi_hot[2:3]).sum(), start)
    alpha, sigma = alpha_sigma(t[0, 2])
    torch.testing.assert_close(change[0, 2], 2.0 * sigma**2 / alpha * gradient[0])
    assert not change[0, [0, 1, 3]].any(), "a track of which nothing is named is left alone"


def test_a_family_without_a_voice_leads_too(classifier: InstrumentClassifier) -> None:
    """Of the voices none is named then, and what no voice says must not spoil what the family does."""
    change = ClassifierGuidance(classifier, named("soft piano", "", "", ""), 4.0)(noisy(), torch.full((1, 4), 400.0))
    assert change[0, 0].any()
    assert change.isfinite().all()


def test_what_is_kept_or_absent_is_left_alone_in_inference_mode_too(classifier: InstrumentClassifier) -> None:
    multi_hot = named("flute", "flute", "flute", "flute")
    with torch.inference_mode():
        change = ClassifierGuidance(classifier, multi_hot, 4.0)(noisy(), torch.tensor([[0.0, T, 300.0, 0.0]]))
        assert not ClassifierGuidance(classifier, multi_hot, 4.0)(noisy(), torch.tensor([[0.0, T, T, 0.0]])).any()
    assert change[0, 2].any()
    assert not change[0, [0, 1, 3]].any()


def test_an_item_is_led_the_same_whatever_its_company(classifier: InstrumentClassifier) -> None:
    multi_hot, t = named("flute", "", "viola", ""), torch.full((2, 4), 400.0)
    both = ClassifierGuidance(classifier, multi_hot, 4.0)(torch.cat([noisy(1), noisy(2)]), t)
    alone = ClassifierGuidance(classifier, multi_hot, 4.0)(noisy(2), t[:1])
    torch.testing.assert_close(both[1:], alone, rtol=1e-4, atol=1e-6)
