"""The waveform autoencoder (kind "waveform"): strided convolutions on samples (JEN-1 section 4.1).

The architecture is that of SoundStream and EnCodec without a quantiser: residual units of growing dilation at each
rate, then a strided convolution; the decoder mirrors the encoder. Nothing is normalised over time. So distant sound
cannot change a latent (law 7), and a long piece can be coded in chunks (law 11).
"""

from __future__ import annotations

from torch import Tensor, nn
from torch.nn.utils.parametrizations import weight_norm

from engine.models.autoencoder.model import Autoencoder, process_in_chunks
from engine.models.autoencoder.network import upsampling
from engine.models.preset_types import AutoencoderPreset
from engine.request import INSTRUMENT_EMPHASIS

KERNEL = 7  # of the convolutions without a stride
DILATION_GROWTH = 3  # SoundStream: units of dilation 1, 3, 9
CHUNK_FRAMES = 1500  # latent frames processed at once, 10 s at 150 Hz
REACH_FRAMES = 64  # bound on the receptive field; three units at the latent rate reach 39 frames


class WaveformAutoencoder(Autoencoder):
    """Waveform `[B, 2, S]` <-> latents `[B, C, S / hop]`. Latents contain phase, so decoding is a single pass."""

    def __init__(self, preset: AutoencoderPreset) -> None:
        super().__init__(preset)
        self.encoder = _encoder(preset)
        self.decoder = _decoder(preset)

    def to_latents(self, waveform: Tensor) -> Tensor:
        return process_in_chunks(self.encoder, waveform, self.preset.latent_hop_samples, 1, CHUNK_FRAMES, REACH_FRAMES)

    def to_waveform(
        self, latents: Tensor, instruments: Tensor | None = None, emphasis: float = INSTRUMENT_EMPHASIS
    ) -> Tensor:
        hop = self.preset.latent_hop_samples
        return process_in_chunks(self.decoder, latents, 1, hop, CHUNK_FRAMES, REACH_FRAMES).float()


class ResidualUnit(nn.Module):
    """x + Conv1(ELU(Conv7(ELU x))), the wide convolution dilated."""

    def __init__(self, width: int, dilation: int) -> None:
        super().__init__()
        self.layers = nn.Sequential(nn.ELU(), _same(width, width, KERNEL, dilation), nn.ELU(), _same(width, width, 1))

    def forward(self, x: Tensor) -> Tensor:  # [B, C, N]
        return x + self.layers(x)


def _encoder(preset: AutoencoderPreset) -> nn.Sequential:
    """`[B, 2, S]` -> `[B, C, L]`: at each rate `blocks` residual units, then a strided convolution."""
    widths = preset.widths
    layers: list[nn.Module] = [_same(2, widths[0], KERNEL)]
    for level, stride in enumerate(preset.strides):
        layers += [*_units(preset, level), nn.ELU(), _down(widths[level], widths[level + 1], stride)]
    layers += [*_units(preset, len(preset.strides)), nn.ELU(), _same(widths[-1], preset.latent_channels, 3)]
    return nn.Sequential(*layers)


def _decoder(preset: AutoencoderPreset) -> nn.Sequential:
    """`[B, C, L]` -> `[B, 2, S]`, the mirror of the encoder."""
    widths = preset.widths
    layers: list[nn.Module] = [_same(preset.latent_channels, widths[-1], KERNEL), *_units(preset, len(preset.strides))]
    for level in reversed(range(len(preset.strides))):
        up = upsampling(widths[level + 1], widths[level], preset.strides[level])
        layers += [nn.ELU(), weight_norm(up), *_units(preset, level)]
    layers += [nn.ELU(), _same(widths[0], 2, KERNEL)]
    return nn.Sequential(*layers)


def _units(preset: AutoencoderPreset, level: int) -> list[ResidualUnit]:
    return [ResidualUnit(preset.widths[level], DILATION_GROWTH**i) for i in range(preset.blocks[level])]


def _same(channels_in: int, channels_out: int, kernel: int, dilation: int = 1) -> nn.Module:
    """A convolution without a stride, which keeps the length."""
    padding = (kernel - 1) // 2 * dilation
    return weight_norm(nn.Conv1d(channels_in, channels_out, kernel, dilation=dilation, padding=padding))


def _down(channels_in: int, channels_out: int, stride: int) -> nn.Module:
    """Strided convolution, N frames -> N / s for stride s: (N + 2p - 2s) / s + 1 with p = s / 2, rounded up."""
    return weight_norm(nn.Conv1d(channels_in, channels_out, 2 * stride, stride=stride, padding=-(-stride // 2)))
