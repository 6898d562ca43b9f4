"""The linear maps of the autoencoder: principal components of what the encoder sees, as the ear weighs it.

What tells one pitch from another lies in many small directions, which gradient descent reaches late (after 17 minutes
a trained encoder kept less of the chords than this one). Latents have their natural scale, loudest direction first,
so that the whitening drops what matters least. The decoder's last layer begins as a basis of single frames.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn

from engine.autoencoder.stft import StftAutoencoder

SOUNDING = 0.1  # patches that vary less than this share of the median one are silent, and teach nothing
FLATTENING = 0.6  # 0 keeps the spread of the single-frame components, 1 makes noise as large as pitch
POWER_ITERATIONS = 3


@torch.no_grad()
def set_basis(model: StftAutoencoder, seen: Tensor) -> None:
    """Set the encoder, and where the decoder starts from, by what is seen of clips, `[n, 2, F + P, N]`."""
    encoder, decoder, stride, bins = model.encoder, model.decoder, model.preset.stride, model.transform.bins
    ear = model.transform.ear_weight().sqrt().to(seen.device)  # [F, 1]
    weight = torch.cat([ear, _pitch_weight(seen, ear)]).repeat(2, 1)  # [2 (F + P), 1]
    patches = seen.flatten(1, 2).unfold(2, stride, stride).movedim(2, 1).flatten(0, 1)  # [n, 2 (F + P), stride]
    mean, spread, components = _principal(patches, weight, model.preset.latent_channels)  # [2 (F + P), stride, C]
    inward, outward = components * weight[:, :, None], components / weight[:, :, None]
    _set(encoder.linear, inward.movedim(2, 0), -(inward * mean[:, :, None]).sum(dim=(0, 1)))
    # Scores are uncorrelated: their loadings on the amplitudes alone are the best linear way back.
    _set(decoder.linear, _amplitudes(outward, bins).movedim(2, 0), _amplitudes(mean, bins).mean(dim=1))
    decoder.into.weight.div_(spread[:, None])  # the deep part sees all latents at the same size
    frames = seen[:, :, :bins].flatten(1, 2).movedim(1, 2).flatten(0, 1)[:, :, None]  # [n, 2F, 1]
    _, spread, components = _principal(frames, ear.repeat(2, 1), decoder.head.in_channels)
    decoder.head.weight.copy_(components[:, 0, :, None] / ear.repeat(2, 1)[:, :, None] * spread[:, None] ** FLATTENING)


def _pitch_weight(seen: Tensor, ear: Tensor) -> Tensor:
    """What makes the view by pitch vary as much as the amplitudes do, `[P, 1]`."""
    energy = seen.var(dim=(0, 1, 3))[:, None]  # [F + P, 1]
    amplitudes, pitches = (energy[: len(ear)] * ear.square()).sum(), energy[len(ear) :]
    return torch.full_like(pitches, float((amplitudes / pitches.sum()).sqrt()))


def _amplitudes(rows: Tensor, bins: int) -> Tensor:
    """Of `[2 (F + P), ...]` the rows of both channels' amplitudes, `[2F, ...]`."""
    return rows.unflatten(0, (2, -1))[:, :bins].flatten(0, 1)


def _set(layer: nn.Conv1d | nn.ConvTranspose1d, weight: Tensor, bias: Tensor) -> None:
    assert layer.bias is not None
    layer.weight.copy_(weight)
    layer.bias.copy_(bias)


def _principal(patches: Tensor, weight: Tensor, count: int) -> tuple[Tensor, Tensor, Tensor]:
    """Mean `[R, P]`, spread `[count]`, components `[R, P, count]` of patches `[n, R, P]` whose R rows are weighed."""
    variation = patches.flatten(1).std(dim=1)
    heard = patches[variation > SOUNDING * variation.median()]
    mean = heard.mean(dim=0)
    weighed = ((heard - mean) * weight).flatten(1)  # [n, R * P]
    _, singular, basis = torch.svd_lowrank(weighed, q=count, niter=POWER_ITERATIONS)
    spread = (singular / len(heard) ** 0.5).clamp_min(1e-5)
    return mean, spread, basis.unflatten(0, mean.shape)
