"""The lapped transform between waveform and spectrum, and the phase-free amplitudes the network sees.

One STFT frame stands every `hop_samples`, its window centred on sample `frame * hop_samples`.
"""

from __future__ import annotations

import torch
from torch import Tensor

EAR_CORNER_HZ = 500.0  # below it a bin counts in full, above it less and less: octaves matter, not hertz


def loudness_weight(frequency_hz: Tensor) -> Tensor:
    """How much a bin at a frequency counts. Nine tenths of the bins of a spectrum lie above all fundamentals."""
    return 1 / (1 + frequency_hz / EAR_CORNER_HZ)


class Transform:
    """STFT whose magnitude is 1 for a full-scale sine; `inverse(forward(x))` is x (law 7)."""

    def __init__(self, n_fft: int, hop_samples: int) -> None:
        self.n_fft = n_fft
        self.hop_samples = hop_samples
        self.bins = n_fft // 2 + 1
        self._windows: dict[torch.device, Tensor] = {}

    def forward(self, waveform: Tensor) -> Tensor:
        """`[..., S]`, S a multiple of the hop -> complex `[..., F, N]`, N = S / hop."""
        flat = waveform.reshape(-1, waveform.shape[-1])
        window = self._window(waveform.device)
        spectrum = torch.stft(
            flat, self.n_fft, self.hop_samples, window=window, center=True, pad_mode="constant", return_complex=True
        )[..., :-1]  # the last frame is centred behind the end; the others cover every sample
        spectrum = spectrum * (2.0 / self.n_fft * 2.0)  # a Hann window sums to n_fft / 2
        return spectrum.reshape(*waveform.shape[:-1], *spectrum.shape[1:])

    def inverse(self, spectrum: Tensor) -> Tensor:
        """Complex `[..., F, N]` -> `[..., N * hop]`, the least-squares waveform of that spectrum."""
        flat = spectrum.reshape(-1, *spectrum.shape[-2:]) * (self.n_fft / 4.0)
        length = spectrum.shape[-1] * self.hop_samples
        window = self._window(spectrum.device)
        waveform = torch.istft(flat, self.n_fft, self.hop_samples, window=window, center=True, length=length)
        return waveform.reshape(*spectrum.shape[:-2], length)

    def amplitude(self, waveform: Tensor) -> Tensor:
        """`[..., S]` -> square roots of the magnitudes, `[..., F, N]`.

        Halfway between magnitudes, which hide what is quiet, and their logarithm, which hides the partials: of
        equally many linear latents this one keeps the pitches best.
        """
        return self.forward(waveform).abs().sqrt()

    @staticmethod
    def magnitude(amplitude: Tensor) -> Tensor:
        """The inverse of the compression; what a network puts below zero is silence."""
        return amplitude.clamp_min(0.0).square()

    def _window(self, device: torch.device) -> Tensor:
        if device not in self._windows:
            self._windows[device] = torch.hann_window(self.n_fft, device=device)
        return self._windows[device]
