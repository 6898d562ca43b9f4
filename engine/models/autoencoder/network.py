"""Encoder and decoder of the STFT autoencoder, between amplitudes at the STFT rate and latents at a fraction of it.

The encoder is linear: principal components of short patches, computed in closed form (principal_components.py) and
never trained. So the decoder can be improved without training the composer again. The decoder is the inverse linear map
plus a deep correction, multiplied by a gate. All layers are dense 1D convolutions over time with frame-wise norms:
distant sound cannot change a latent (law 7).
"""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from engine.models.preset_types import AutoencoderPreset

# Parameters that older checkpoints lack. Their initial values have no effect, so older weights can be trained further.
OPTIONAL_PARAMETERS = ("decoder.far.", "decoder.gate.", "decoder.timbres.", "stereo.")
INSTRUMENT_GAIN = 8.0  # scales the instrument vectors, and so their learning rate: each occurs in few clips of a batch
CORRECTION_GAIN = 0.02  # initial gain of the deep correction, so that training starts from the linear map


class FrameNorm(nn.Module):
    """RMS norm over the channels of each frame, without statistics over time."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.gain = nn.Parameter(torch.ones(channels))

    def forward(self, x: Tensor) -> Tensor:  # [B, C, N]
        scale = x.float().square().mean(dim=1, keepdim=True).add(1e-6).rsqrt()
        return x * scale.to(x.dtype) * self.gain[:, None]


class DecoderBlock(nn.Module):
    """Residual block x + Conv1(SiLU(Conv3(norm x))) with `hidden` channels inside and a dilated Conv3."""

    def __init__(self, channels: int, hidden: int | None = None, dilation: int = 1) -> None:
        super().__init__()
        hidden = hidden or channels
        self.norm = FrameNorm(channels)
        self.spread = nn.Conv1d(channels, hidden, 3, padding=dilation, dilation=dilation)
        self.gather = nn.Conv1d(hidden, channels, 1)
        nn.init.normal_(self.gather.weight, std=0.1 / channels**0.5)

    def forward(self, x: Tensor) -> Tensor:  # [B, C, N]
        return x + self.gather(F.silu(self.spread(self.norm(x))))


def upsampling(channels_in: int, channels_out: int, stride: int) -> nn.ConvTranspose1d:
    """Transposed convolution `[B, C, N]` -> `[B, C', N * stride]`.

    For stride s the length is (N - 1) s - 2p + 2s + (s mod 2) with p = s / 2, rounded up.
    """
    padding, kernel = -(-stride // 2), 2 * stride
    return nn.ConvTranspose1d(
        channels_in, channels_out, kernel, stride=stride, padding=padding, output_padding=stride % 2
    )


class Encoder(nn.Module):
    """Amplitudes `[B, 2, F + P, N]` -> latents `[B, C, N / stride]`: principal components of patches of frames."""

    def __init__(self, preset: AutoencoderPreset) -> None:
        super().__init__()
        inputs = 2 * (preset.n_fft // 2 + 1 + preset.pitch_bands)
        self.linear = nn.Conv1d(inputs, preset.latent_channels, preset.stride, stride=preset.stride)
        self.requires_grad_(False)

    def forward(self, amplitudes: Tensor) -> Tensor:
        return self.linear(amplitudes.flatten(1, 2))  # [B, 2 (F + P), N] -> [B, C, L]


class Decoder(nn.Module):
    """Latents `[B, C, L]` -> amplitudes `[B, 2, R, L * stride]` with R = `rows`.

    far: dilated blocks at the latent rate. An instrument's timbre lasts, so distant frames help to restore what noise
    hides in one latent. instruments: names can condition the decoder, since a sampler's latents leave timbre uncertain.
    """

    def __init__(self, preset: AutoencoderPreset, rows: int) -> None:
        super().__init__()
        widths, outputs = preset.widths, 2 * rows
        self.linear = nn.ConvTranspose1d(preset.latent_channels, outputs, preset.stride, stride=preset.stride)
        self.into = nn.Conv1d(preset.latent_channels, widths[-1], 1)
        far = [DecoderBlock(widths[-1], widths[-1] // 2, dilation) for dilation in preset.far_dilations]
        for block in far:
            for parameter in block.gather.parameters():
                nn.init.zeros_(parameter)
        self.far = nn.Sequential(*far)
        coarsest_first = list(reversed(range(len(widths))))
        self.timbres = nn.ModuleList(
            InstrumentConditioning(len(preset.instruments), widths[level])
            for level in coarsest_first
            if preset.instruments
        )
        layers: list[nn.Module] = []
        for level in coarsest_first:
            layers += [DecoderBlock(widths[level]) for _ in range(preset.blocks[level] + (level == 0))]
            if level:
                layers.append(upsampling(widths[level], widths[level - 1], preset.strides[level - 1]))
        norm = FrameNorm(widths[0])
        nn.init.constant_(norm.gain, CORRECTION_GAIN)
        self.layers = nn.Sequential(*layers, norm)
        self.head = nn.Conv1d(widths[0], outputs, 1, bias=False)
        self.gate = Gate(widths[0], rows) if preset.gated else None

    def forward(self, latents: Tensor, instruments: Tensor | None = None) -> Tensor:
        """instruments: multi-hot `[B, I]` over the preset's instruments; None if they are unknown."""
        return self.amplitude_and_features(latents, instruments)[0]

    def amplitude_and_features(self, latents: Tensor, instruments: Tensor | None = None) -> tuple[Tensor, Tensor]:
        """The amplitudes, and the features of the deep part at the finest rate, `[B, W, N]`."""
        deep = self._deep_features(latents, instruments)  # [B, W, N]
        amplitude = self.linear(latents) + self.head(self.layers[-1](deep))  # [B, 2R, N]
        amplitude = amplitude.float().unflatten(1, (2, -1))
        return amplitude if self.gate is None else amplitude * self.gate(deep).float(), deep

    def _deep_features(self, latents: Tensor, instruments: Tensor | None) -> Tensor:
        """Features of the deep part at the finest rate; instruments condition the input of each rate."""
        timbres = iter(self.timbres)

        def condition(x: Tensor) -> Tensor:
            return x if instruments is None or not self.timbres else next(timbres)(x, instruments)

        x = self.far(condition(self.into(latents)))
        for layer in list(self.layers)[:-1]:
            x = layer(x)
            if isinstance(layer, nn.ConvTranspose1d):
                x = condition(x)
        return x


class InstrumentConditioning(nn.Module):
    """FiLM: x (1 + scale) + shift, with vectors of both for each instrument; all are zero at first."""

    def __init__(self, instruments: int, width: int) -> None:
        super().__init__()
        self.vectors = nn.Parameter(torch.zeros(instruments, 2 * width))

    def forward(self, x: Tensor, instruments: Tensor) -> Tensor:
        """x: `[B, W, N]`; instruments: multi-hot `[B, I]`."""
        film = (INSTRUMENT_GAIN * instruments @ self.vectors)[:, :, None].to(x.dtype)
        scale, shift = film.chunk(2, dim=1)  # [B, W, 1] each
        return x * (1 + scale) + shift


class Gate(nn.Module):
    """Features `[B, W, N]` -> factors for the amplitudes of both channels, `[B, 1, R, N]` from 0 to 2; initially 1.

    The spectrum of a note is a product of its pitch's partials and the instrument's envelope. A product represents all
    pairs of pitch and instrument, while a sum would need a direction for each pair.
    """

    def __init__(self, width: int, rows: int) -> None:
        super().__init__()
        self.norm = FrameNorm(width)
        self.rows = nn.Conv1d(width, rows, 1)
        nn.init.zeros_(self.rows.weight)
        assert self.rows.bias is not None
        nn.init.zeros_(self.rows.bias)

    def forward(self, x: Tensor) -> Tensor:
        return 2 * torch.sigmoid(self.rows(self.norm(x))).unsqueeze(1)
