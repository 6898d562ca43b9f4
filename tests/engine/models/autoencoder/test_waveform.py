"""The waveform autoencoder: hop 320, whole or in pieces the same, and it learns."""

from dataclasses import replace

import torch

from engine.models.autoencoder import waveform
from engine.models.autoencoder.factory import build_autoencoder
from engine.models.presets import PRESETS

PAPER, TINY = PRESETS["paper"].autoencoder, PRESETS["paper-tiny"].autoencoder


def small(preset):
    torch.manual_seed(0)
    return build_autoencoder(replace(preset, widths=(4, 4, 4, 4, 4), latent_channels=6))


def test_a_second_of_stereo_is_150_frames_of_128_channels():
    with torch.device("meta"):
        model = build_autoencoder(PAPER)
        latents = model.to_latents(torch.zeros(1, 2, 48_000))
        assert latents.shape == (1, 128, 150)
        assert model.to_waveform(latents).shape == (1, 2, 48_000)


def test_pieces_and_the_whole_are_the_same(monkeypatch):
    """With the paper's strides and dilations: if a piece saw too little of its surroundings, its edges would differ."""
    model, audio = small(PAPER), torch.randn(1, 2, 320 * 200)
    latents = model.encode(audio)
    decoded = model.decode(latents)
    monkeypatch.setattr(waveform, "CHUNK_FRAMES", 70)
    assert torch.allclose(model.encode(audio), latents, atol=1e-5)
    assert torch.allclose(model.decode(latents), decoded, atol=1e-5)
    monkeypatch.setattr(waveform, "REACH_FRAMES", 2)
    assert not torch.allclose(model.encode(audio), latents, atol=1e-5)


def test_silence_in_the_distance_is_not_heard():
    model, audio = small(PAPER), torch.randn(1, 2, 320 * 200)
    other = audio.clone()
    other[..., 320 * 150 :] = 0.0
    near, far = model.encode(audio), model.encode(other)
    assert torch.equal(near[..., : 150 - waveform.REACH_FRAMES], far[..., : 150 - waveform.REACH_FRAMES])
    assert not torch.allclose(near[..., 149], far[..., 149], atol=1e-4)


def test_it_learns_to_give_back_a_tone():
    torch.manual_seed(0)
    model = build_autoencoder(TINY)
    time_s = torch.arange(320 * 15) / 48_000
    tone = 0.5 * torch.sin(2 * torch.pi * 440 * time_s).expand(1, 2, -1)
    optimizer = torch.optim.Adam(model.parameters(), lr=1e-2)
    errors = []
    for _ in range(60):
        error = (model.to_waveform(model.to_latents(tone)) - tone).square().mean() / tone.square().mean()
        optimizer.zero_grad()
        error.backward()
        optimizer.step()
        errors.append(error.item())
    assert errors[-1] < 0.3 * errors[0], errors[::10]
