"""Instruments condition the decoder: names change the sound, and no name leaves it unchanged."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor

from engine.inference.streaming_decoder import StreamingDecoder
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


def multi_hot(*lines: str) -> Tensor:
    return instrument_multi_hot(lines, VOCABULARY, PRESET.instruments)


def test_an_instrument_changes_only_its_own_example(autoencoder: Autoencoder) -> None:
    unconditional = autoencoder.decode(latents())
    flute, choir = (autoencoder.decode(latents(), instruments=multi_hot("", line)) for line in ("flute", "choir"))
    assert torch.equal(unconditional[0], flute[0])
    assert torch.equal(unconditional, autoencoder.decode(latents(), instruments=multi_hot("", "something nice")))
    for one, other in ((unconditional, flute), (unconditional, choir), (flute, choir)):
        assert not torch.allclose(one[1], other[1], atol=1e-4)


def test_emphasis_scales_what_the_instruments_change(autoencoder: Autoencoder) -> None:
    instruments = multi_hot("flute", "choir")
    unconditional, default = autoencoder.decode(latents()), autoencoder.decode(latents(), instruments=instruments)
    plain = autoencoder.decode(latents(), instruments=instruments, emphasis=1.0)
    without = autoencoder.decode_frames(latents(), instruments, emphasis=0.0)
    assert torch.equal(without.whole, autoencoder.decode_frames(latents()).whole)
    assert 0 < (plain - unconditional).square().mean() < (default - unconditional).square().mean()


def test_every_part_of_a_lane_is_conditioned(autoencoder: Autoencoder) -> None:
    told = multi_hot("trumpet")
    for cuts in ([30], [18, 12]):
        decoder = StreamingDecoder(autoencoder, 0, told[0])
        sounds = [decoder.push(part, last=part.shape[1] in (30, 12))[1] for part in latents()[0].split(cuts, dim=1)]
        joined = torch.cat(sounds, dim=1)
        likeness = [
            float((joined - whole).square().mean())
            for whole in (autoencoder.decode(latents()[:1], instruments=told)[0], autoencoder.decode(latents()[:1])[0])
        ]
        assert likeness[0] < likeness[1]


def test_fresh_weights_know_no_instrument_yet() -> None:
    model = build_autoencoder(PRESET).eval()
    assert torch.equal(model.decode(latents()), model.decode(latents(), instruments=multi_hot("flute", "choir")))


@pytest.mark.parametrize("kind", ["waveform"])
def test_a_kind_without_instruments_ignores_them(kind: str) -> None:
    model = build_autoencoder(PRESETS["paper-tiny"].autoencoder).eval()
    assert model.preset.kind == kind
    heard = torch.randn(1, model.preset.latent_channels, 9)
    assert torch.equal(model.decode(heard), model.decode(heard, instruments=multi_hot("flute")))
