"""The linear maps of the autoencoder: principal components of the amplitudes, as the ear weighs them.

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
def set_basis(model: StftAutoencoder, amplitude: Tensor) -> None:
    """Set the encoder, and where the decoder starts from, by amplitudes `[n, 2, F, N]`."""
    encoder, decoder, stride = model.encoder, model.decoder, model.preset.stride
    ear = model.transform.ear_weight().sqrt().to(amplitude.device).repeat(2, 1)  # [2F, 1]
    frames = amplitude.flatten(1, 2)  # [n, 2F, N]
    patches = frames.unfold(2, stride, stride).movedim(2, 1).flatten(0, 1)  # [patches, 2F, stride]
    mean, spread, components = _principal(patches, ear, model.preset.latent_channels)  # components: [2F, stride, C]
    inward, outward = components * ear[:, :, None], components / ear[:, :, None]
    _set(encoder.linear, inward.movedim(2, 0), -(inward * mean[:, :, None]).sum(dim=(0, 1)))
    _set(decoder.linear, outward.movedim(2, 0), mean.mean(dim=1))
    decoder.into.weight.div_(spread[:, None])  # the deep part sees all latents at the same size
    _, spread, components = _principal(frames.movedim(1, 2).flatten(0, 1)[:, :, None], ear, decoder.head.in_channels)
    decoder.head.weight.copy_(components[:, 0, :, None] / ear[:, :, None] * spread[:, None] ** FLATTENING)


def _set(layer: nn.Conv1d | nn.ConvTranspose1d, weight: Tensor, bias: Tensor) -> None:
    assert layer.bias is not None
    layer.weight.copy_(weight)
    layer.bias.copy_(bias)


def _principal(patches: Tensor, ear: Tensor, count: int) -> tuple[Tensor, Tensor, Tensor]:
    """Mean `[2F, P]`, spread `[count]`, components `[2F, P, count]` of patches `[n, 2F, P]` as the ear weighs them."""
    variation = patches.flatten(1).std(dim=1)
    heard = patches[variation > SOUNDING * variation.median()]
    mean = heard.mean(dim=0)
    weighed = ((heard - mean) * ear).flatten(1)  # [n, 2F * P]
    _, singular, basis = torch.svd_lowrank(weighed, q=count, niter=POWER_ITERATIONS)
    spread = (singular / len(heard) ** 0.5).clamp_min(1e-5)
    return mean, spread, basis.unflatten(0, mean.shape)
