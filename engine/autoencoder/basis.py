"""Where the autoencoder starts from: the principal components of the spectra it is to learn.

Most of the variance of a spectrum is its loudness and tilt; what tells one pitch from another lies in many small
directions. Gradient descent reaches those late, so the outer layers begin as a basis in which they are already large.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn

from engine.autoencoder.model import Autoencoder
from engine.autoencoder.network import LEVEL_MEAN, LEVEL_SCALE
from engine.autoencoder.transform import MAGNITUDE_FLOOR
from engine.whitening import LatentStatistics

SOUNDING_LEVEL = 0.5  # frames whose mean log-magnitude stands this far above the floor are heard
FLATTENING = 0.5  # 0 keeps the spread of the components as it is, 1 makes them all alike (and noise as large as pitch)


@torch.no_grad()
def start_from_basis(model: Autoencoder, level: Tensor) -> None:
    """Set the first layer of the encoder and the head of the decoder from log-magnitudes `[n, 2, F, N]`."""
    first, head = model.encoder.layers[0], model.decoder.head
    assert isinstance(first, nn.Conv1d)
    count = first.out_channels
    spectra = ((level - LEVEL_MEAN) / LEVEL_SCALE).flatten(1, 2)  # [n, 2F, N]
    silence = (torch.tensor(MAGNITUDE_FLOOR).log() + SOUNDING_LEVEL - LEVEL_MEAN) / LEVEL_SCALE
    heard = spectra.movedim(1, -1)[spectra.mean(dim=1) > silence]  # [frames, 2F]
    statistics = LatentStatistics(spectra.shape[1])
    statistics.add(heard.T)
    variances, basis = torch.linalg.eigh(statistics.covariance)
    spread = variances[-count:].flip(0).clamp_min(1e-6).sqrt()
    components = basis[:, -count:].flip(1).T  # [W, 2F]
    first.weight.copy_((components / spread[:, None] ** FLATTENING)[:, :, None])
    assert first.bias is not None
    first.bias.copy_(-first.weight.squeeze(2).double() @ statistics.mean)
    head.weight.copy_((components * spread[:, None] ** FLATTENING).T[:, :, None])
    assert head.bias is not None
    head.bias.copy_(statistics.mean)
