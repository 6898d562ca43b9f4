"""A decoder that is told instruments: what is told changes the sound, and being told nothing leaves it as it was."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor

from engine.inference.streaming_decoder import StreamingDecoder
from engine.models.autoencoder import stft
from engine.models.autoencoder.factory import build_autoencoder
from engine.models.autoencoder.model import Autoencoder
from engine.models.presets import PRESETS
from engine.music.instruments import VOCABULARY
from engine.text.encoders import instrument_multi_hot

PRESET = PRESETS["debug"].autoencoder


@pytest.fixture(scope="module")
def autoencoder() -> Autoencoder:
    """Weights at random, names included."""
    torch.manual_seed(0)
    model = build_autoencoder(PRESET).eval().requires_grad_(False)
    for parameter in model.parameters():
        if not parameter.any():
            torch.nn.init.normal_(parameter, std=0.05)
    return model


def latents() -> Tensor:
    return torch.randn(2, PRESET.latent_channels, 30, generator=torch.Generator().manual_seed(1))


def named(*lines: str) -> Tensor:
    return instrument_multi_hot(lines, VOCABULARY, PRESET.instruments)


def test_what_is_told_changes_the_sound_of_its_own_example_alone(autoencoder: Autoencoder) -> None:
    untold = autoencoder.decode(latents())
    flute, choir = (autoencoder.decode(latents(), named=named("", line)) for line in ("flute", "choir"))
    assert torch.equal(untold[0], flute[0])
    assert torch.equal(untold, autoencoder.decode(latents(), named=named("", "something nice")))
    for one, other in ((untold, flute), (untold, choir), (flute, choir)):
        assert not torch.allclose(one[1], other[1], atol=1e-4)


def test_what_a_name_changes_is_exaggerated(autoencoder: Autoencoder, monkeypatch: pytest.MonkeyPatch) -> None:
    untold = autoencoder.decode(latents())
    told = autoencoder.decode(latents(), named=named("flute", "choir"))
    monkeypatch.setattr(stft, "EMPHASIS", 0.0)
    assert torch.equal(autoencoder.decode(latents(), named=named("flute", "choir")), untold)
    monkeypatch.setattr(stft, "EMPHASIS", 1.0)
    plain = autoencoder.decode(latents(), named=named("flute", "choir"))
    assert 0 < (plain - untold).square().mean() < (told - untold).square().mean()


def test_every_stretch_of_a_lane_is_told(autoencoder: Autoencoder) -> None:
    told = named("trumpet")
    for cuts in ([30], [18, 12]):
        decoder = StreamingDecoder(autoencoder, 0, told[0])
        sounds = [decoder.push(part, last=part.shape[1] in (30, 12))[1] for part in latents()[0].split(cuts, dim=1)]
        joined = torch.cat(sounds, dim=1)
        likeness = [
            float((joined - whole).square().mean())
            for whole in (autoencoder.decode(latents()[:1], named=told)[0], autoencoder.decode(latents()[:1])[0])
        ]
        assert likeness[0] < likeness[1]


def test_fresh_weights_know_no_instrument_yet() -> None:
    model = build_autoencoder(PRESET).eval()
    assert torch.equal(model.decode(latents()), model.decode(latents(), named=named("flute", "choir")))


@pytest.mark.parametrize("kind", ["waveform"])
def test_a_kind_that_cannot_be_told_goes_by_the_latents(kind: str) -> None:
    model = build_autoencoder(PRESETS["paper-tiny"].autoencoder).eval()
    assert model.preset.kind == kind
    heard = torch.randn(1, model.preset.latent_channels, 9)
    assert torch.equal(model.decode(heard), model.decode(heard, named=named("flute")))
