"""Sound that is decoded in stretches: no sample too many, and no seam where two of them meet."""

from __future__ import annotations

import pytest
import torch

from engine.inference.streaming_decoder import StreamingDecoder
from engine.models.autoencoder.factory import build_autoencoder
from engine.models.autoencoder.phase_retrieval import stereo_waveform
from engine.models.autoencoder.transform import Transform
from engine.models.presets import PRESETS
from engine.models.random_weights import random_checkpoint

TRANSFORM = Transform(2048, 480)


@pytest.fixture(scope="module")
def autoencoder():
    model = build_autoencoder(PRESETS["debug"].autoencoder).eval()
    model.load_state_dict(random_checkpoint(PRESETS["debug"]).states["autoencoder"])
    return model


@pytest.mark.parametrize("cuts", [[100], [60, 40], [40, 33, 27], [9, 5, 86]])
def test_the_sound_comes_without_a_gap_and_as_long_as_the_latents(autoencoder, cuts):
    latents = torch.randn(8, 100, generator=torch.Generator().manual_seed(0))
    decoder, position = StreamingDecoder(autoencoder, first_frame=7), 7 * 1920
    for number, stretch in enumerate(latents.split(cuts, dim=1), 1):
        start, sound = decoder.push(stretch, last=number == len(cuts))
        assert start == position
        position += sound.shape[1]
    assert position == 107 * 1920


def test_one_stretch_is_plain_decoding(autoencoder):
    latents = torch.randn(8, 40, generator=torch.Generator().manual_seed(0))
    assert torch.equal(
        StreamingDecoder(autoencoder, 0).push(latents, last=True)[1], autoencoder.decode(latents[None])[0]
    )


def test_two_stretches_have_the_spectrum_of_one(autoencoder):
    """Phases may differ; what is heard of the latents may not: the magnitudes stay, at the border as elsewhere."""
    latents = torch.randn(8, 80, generator=torch.Generator().manual_seed(0))
    decoder = StreamingDecoder(autoencoder, 0)
    parts = [decoder.push(latents[:, :45], last=False)[1], decoder.push(latents[:, 45:], last=True)[1]]
    whole, joined = autoencoder.decode(latents[None])[0], torch.cat(parts, dim=1)
    error = (TRANSFORM.forward(joined).abs() - TRANSFORM.forward(whole).abs()).square().mean(dim=(0, 1))
    border = parts[0].shape[1] // 480
    assert error[border - 4 : border + 4].mean() < 3 * error[80:120].mean() + error[200:240].mean()


def test_a_tone_goes_on_in_phase():
    """Magnitudes alone leave the phase free; given what sounded before, a tone crosses the border undisturbed."""
    time_s = torch.arange(96_000) / 48_000
    tone = (0.5 * torch.sin(2 * torch.pi * 233.0 * time_s + 1.0)).expand(1, 2, -1)
    magnitude, before = TRANSFORM.forward(tone).abs(), tone[..., :24_000]
    fading = slice(24_000 - 1920, 24_000)

    def likeness(waveform):
        return torch.corrcoef(torch.stack([waveform[0, 0, fading], tone[0, 0, fading]]))[0, 1]

    assert likeness(stereo_waveform(magnitude, TRANSFORM, 16, before)) > 0.99
    later = stereo_waveform(magnitude, TRANSFORM, 16, before)[0, 0, 24_000:60_000]
    assert abs(later.square().mean().sqrt() / tone.square().mean().sqrt() - 1) < 0.1
    assert likeness(stereo_waveform(magnitude, TRANSFORM, 16)) < 0.9, "without it the test could not fail"
