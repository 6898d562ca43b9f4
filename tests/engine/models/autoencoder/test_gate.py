"""The gate of the decoder: what it multiplies, and how much it can."""

from __future__ import annotations

import torch

from engine.models.autoencoder.network import Decoder
from engine.models.presets import PRESETS

SHUT, WIDE = 3, 5  # rows


def test_a_gate_shuts_or_doubles_a_row_of_both_channels_and_leaves_the_others():
    preset = PRESETS["debug"].autoencoder
    torch.manual_seed(0)
    decoder, latents = Decoder(preset, rows=8).requires_grad_(False), torch.randn(1, preset.latent_channels, 6)
    before = decoder(latents)  # [1, 2, 8, N]
    assert decoder.gate is not None
    decoder.gate.rows.bias[[SHUT, WIDE]] = torch.tensor([-100.0, 100.0])
    after = decoder(latents)
    assert before[:, :, SHUT].all()
    assert not (after[:, :, SHUT].abs() > 1e-30).any()
    assert torch.equal(after[:, :, WIDE], 2 * before[:, :, WIDE])
    others = [row for row in range(8) if row not in (SHUT, WIDE)]
    assert torch.equal(after[:, :, others], before[:, :, others])
