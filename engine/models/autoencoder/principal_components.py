"""Closed-form initialisation of the STFT autoencoder: principal components of its weighted input.

Pitch differences lie in many small directions, which gradient descent learns late, so the encoder is not trained.
Latents keep their natural scale with the largest direction first, so that the whitening drops the least important ones.
The decoder's last layer starts as a basis of single frames.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn

from engine.models.autoencoder.stft import StftAutoencoder

MIN_VARIATION = 0.1  # of the median patch; patches with less count as silent and are left out
FLATTENING = 0.6  # exponent of the components' spread: 0 ignores it, 1 gives the head the spread of the data
POWER_ITERATIONS = 3
RIDGE = 1e-8  # regularises components without variance, which occur with few clips


@torch.no_grad()
def set_principal_components(model: StftAutoencoder, inputs: Tensor, amplitude: Tensor) -> None:
    """Set the encoder, and the initial linear layers of the decoder, from clips.

    inputs: the encoder's input `[n, 2, F + P, N]`; amplitude: the decoder's target `[n, 2, R, N]`.
    """
    encoder, decoder, stride = model.encoder, model.decoder, model.preset.stride
    row_weight = model.frequency_weight().sqrt().to(inputs.device)  # [R, 1]
    stft_weight = row_weight[: model.transform.bins]
    weight = torch.cat([stft_weight, _pitch_weight(inputs, stft_weight)]).repeat(2, 1)  # [2 (F + P), 1]
    patches = _patches(inputs, stride)
    audible = _audible(patches)
    mean, spread, components = _principal(patches[audible], weight, model.preset.latent_channels)
    projection = components * weight[:, :, None]  # [2 (F + P), stride, C]
    _set(encoder.linear, projection.movedim(2, 0), -(projection * mean[:, :, None]).sum(dim=(0, 1)))
    scores = encoder(inputs).movedim(1, 2).flatten(0, 1)
    _fit_decoder_linear(model, scores[audible], _patches(amplitude, stride)[audible])
    decoder.into.weight.div_(spread[:, None])  # normalises the latents for the deep part
    frames, both_weights = _patches(amplitude, 1), row_weight.repeat(2, 1)
    _, spread, components = _principal(frames[_audible(frames)], both_weights, decoder.head.in_channels)
    decoder.head.weight.copy_(components[:, 0, :, None] / both_weights[:, :, None] * spread[:, None] ** FLATTENING)


@torch.no_grad()
def _fit_decoder_linear(model: StftAutoencoder, scores: Tensor, patches: Tensor) -> None:
    """Set the decoder's linear map by least squares from scores `[n, C]` of zero mean to patches `[n, 2R, stride]`."""
    mean = patches.mean(dim=0)
    gram = scores.T @ scores + RIDGE * len(scores) * torch.eye(scores.shape[1], device=scores.device)
    loadings = torch.linalg.solve(gram, scores.T @ (patches - mean).flatten(1))
    _set(model.decoder.linear, loadings.unflatten(1, mean.shape), mean.mean(dim=1))


def _patches(rows: Tensor, stride: int) -> Tensor:
    """`[n, 2, R, N]` -> `[n * N / stride, 2R, stride]`."""
    return rows.flatten(1, 2).unfold(2, stride, stride).movedim(2, 1).flatten(0, 1)


def _audible(patches: Tensor) -> Tensor:
    """Which of the patches `[n, ...]` are not silent, bool `[n]`."""
    variation = patches.flatten(1).std(dim=1)
    return variation > MIN_VARIATION * variation.median()


def _pitch_weight(inputs: Tensor, stft_weight: Tensor) -> Tensor:
    """Weights that give the quarter-tone rows the same total variance as the weighted STFT rows, `[P, 1]`."""
    variance = inputs.var(dim=(0, 1, 3))[:, None]  # [F + P, 1]
    stft_rows = len(stft_weight)
    amplitudes, pitches = (variance[:stft_rows] * stft_weight.square()).sum(), variance[stft_rows:]
    return torch.full_like(pitches, float((amplitudes / pitches.sum()).sqrt()))


def _set(layer: nn.Conv1d | nn.ConvTranspose1d, weight: Tensor, bias: Tensor) -> None:
    assert layer.bias is not None
    layer.weight.copy_(weight)
    layer.bias.copy_(bias)


def _principal(patches: Tensor, weight: Tensor, count: int) -> tuple[Tensor, Tensor, Tensor]:
    """Mean `[R, P]`, spread `[count]` and components `[R, P, count]` of patches `[n, R, P]` with weighted rows."""
    mean = patches.mean(dim=0)
    weighted = ((patches - mean) * weight).flatten(1)  # [n, R * P]
    _, singular, basis = torch.svd_lowrank(weighted, q=count, niter=POWER_ITERATIONS)
    spread = (singular / len(patches) ** 0.5).clamp_min(1e-5)
    return mean, spread, basis.unflatten(0, mean.shape)
