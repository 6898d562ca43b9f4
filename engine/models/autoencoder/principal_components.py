"""The linear maps of the autoencoder: principal components of what the encoder sees, as the ear weighs it.

What tells one pitch from another lies in many small directions, which gradient descent reaches late (after 17 minutes
a trained encoder kept less of the chords than this one). Latents have their natural scale, loudest direction first,
so that the whitening drops what matters least. The decoder's last layer begins as a basis of single frames.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn

from engine.models.autoencoder.stft import StftAutoencoder

SOUNDING = 0.1  # patches that vary less than this share of the median one are silent, and teach nothing
FLATTENING = 0.6  # 0 keeps the spread of the single-frame components, 1 makes noise as large as pitch
POWER_ITERATIONS = 3
RIDGE = 1e-8  # where clips are few, components may have no size


@torch.no_grad()
def set_principal_components(model: StftAutoencoder, seen: Tensor, amplitude: Tensor) -> None:
    """Set the encoder by what it sees of clips, `[n, 2, F + P, N]`, and where the decoder starts from.

    amplitude: what the decoder shall give back of the same clips, `[n, 2, R, N]`.
    """
    encoder, decoder, stride = model.encoder, model.decoder, model.preset.stride
    ear = model.frequency_weight().sqrt().to(seen.device)  # [R, 1]
    spectrum = ear[: model.transform.bins]
    weight = torch.cat([spectrum, _pitch_weight(seen, spectrum)]).repeat(2, 1)  # [2 (F + P), 1]
    patches = _patches(seen, stride)
    heard = _heard(patches)
    mean, spread, components = _principal(patches[heard], weight, model.preset.latent_channels)
    inward = components * weight[:, :, None]  # [2 (F + P), stride, C]
    _set(encoder.linear, inward.movedim(2, 0), -(inward * mean[:, :, None]).sum(dim=(0, 1)))
    _set_way_back(model, encoder(seen).movedim(1, 2).flatten(0, 1)[heard], _patches(amplitude, stride)[heard])
    decoder.into.weight.div_(spread[:, None])  # the deep part sees all latents at the same size
    frames = _patches(amplitude, 1)
    _, spread, components = _principal(frames[_heard(frames)], ear.repeat(2, 1), decoder.head.in_channels)
    decoder.head.weight.copy_(components[:, 0, :, None] / ear.repeat(2, 1)[:, :, None] * spread[:, None] ** FLATTENING)


@torch.no_grad()
def _set_way_back(model: StftAutoencoder, scores: Tensor, patches: Tensor) -> None:
    """Set the decoder's linear map to the best one from scores `[n, C]` of zero mean to patches `[n, 2R, stride]`."""
    mean = patches.mean(dim=0)
    gram = scores.T @ scores + RIDGE * len(scores) * torch.eye(scores.shape[1], device=scores.device)
    loadings = torch.linalg.solve(gram, scores.T @ (patches - mean).flatten(1))
    _set(model.decoder.linear, loadings.unflatten(1, mean.shape), mean.mean(dim=1))


def _patches(rows: Tensor, stride: int) -> Tensor:
    """`[n, 2, R, N]` -> `[n * N / stride, 2R, stride]`."""
    return rows.flatten(1, 2).unfold(2, stride, stride).movedim(2, 1).flatten(0, 1)


def _heard(patches: Tensor) -> Tensor:
    """Which of the patches `[n, ...]` sound, `[n]`."""
    variation = patches.flatten(1).std(dim=1)
    return variation > SOUNDING * variation.median()


def _pitch_weight(seen: Tensor, ear: Tensor) -> Tensor:
    """What makes the view by pitch vary as much as the amplitudes do, `[P, 1]`."""
    energy = seen.var(dim=(0, 1, 3))[:, None]  # [F + P, 1]
    amplitudes, pitches = (energy[: len(ear)] * ear.square()).sum(), energy[len(ear) :]
    return torch.full_like(pitches, float((amplitudes / pitches.sum()).sqrt()))


def _set(layer: nn.Conv1d | nn.ConvTranspose1d, weight: Tensor, bias: Tensor) -> None:
    assert layer.bias is not None
    layer.weight.copy_(weight)
    layer.bias.copy_(bias)


def _principal(patches: Tensor, weight: Tensor, count: int) -> tuple[Tensor, Tensor, Tensor]:
    """Mean `[R, P]`, spread `[count]`, components `[R, P, count]` of patches `[n, R, P]` whose R rows are weighed."""
    mean = patches.mean(dim=0)
    weighed = ((patches - mean) * weight).flatten(1)  # [n, R * P]
    _, singular, basis = torch.svd_lowrank(weighed, q=count, niter=POWER_ITERATIONS)
    spread = (singular / len(patches) ** 0.5).clamp_min(1e-5)
    return mean, spread, basis.unflatten(0, mean.shape)
