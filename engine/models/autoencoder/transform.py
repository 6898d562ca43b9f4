"""The STFT, the phase-free amplitudes that the STFT autoencoder works on, and mel magnitudes."""

from __future__ import annotations

import torch
from torch import Tensor
from torchaudio.functional import melscale_fbanks

from engine.audio.pcm24 import SAMPLE_RATE_HZ

WEIGHT_CORNER_HZ = 500.0
MAGNITUDE_FLOOR = 1e-4  # -80 dB; added to magnitudes before their logarithm
MEL_WINDOWS_SAMPLES = tuple(2**i for i in range(5, 12))  # EnCodec section 3.4
MIN_BANDS = 4


def loudness_weight(frequency_hz: Tensor) -> Tensor:
    """Weight of a bin by its frequency: 1 at 0 Hz, 1/2 at WEIGHT_CORNER_HZ, falling as 1/f.

    It gives octaves similar weights. Without it the highest octaves, which hold most bins, would dominate.
    """
    return 1 / (1 + frequency_hz / WEIGHT_CORNER_HZ)


def mel_magnitudes(waveform: Tensor, window_samples: int) -> Tensor:
    """`[B, 2, S]` -> `[B, 2, M, N]` with the bands of `mel_filters`."""
    transform = Transform(window_samples, window_samples // 4)
    return mel_filters(window_samples).to(waveform.device) @ transform.forward(waveform).abs()


def mel_filters(window_samples: int) -> Tensor:
    """Mel filters `[M, F]`; M grows with the window, which must resolve the bands (64 for 2048 samples)."""
    bands = max(MIN_BANDS, window_samples // 32)
    return melscale_fbanks(window_samples // 2 + 1, 0.0, SAMPLE_RATE_HZ / 2, bands, SAMPLE_RATE_HZ).T


class Transform:
    """STFT with a Hann window, one frame every `hop_samples`, centred on sample `frame * hop_samples`.

    The magnitude of a full-scale sine is 1. `inverse(forward(x))` is x (law 7).
    """

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
        )[..., :-1]  # drop the frame centred behind the end; the others cover every sample
        spectrum = spectrum * (2.0 / self.n_fft * 2.0)  # a Hann window sums to n_fft / 2
        return spectrum.reshape(*waveform.shape[:-1], *spectrum.shape[1:])

    def inverse(self, spectrum: Tensor) -> Tensor:
        """Complex `[..., F, N]` -> the least-squares waveform `[..., N * hop]`."""
        flat = spectrum.reshape(-1, *spectrum.shape[-2:]) * (self.n_fft / 4.0)
        length = spectrum.shape[-1] * self.hop_samples
        window = self._window(spectrum.device)
        waveform = torch.istft(flat, self.n_fft, self.hop_samples, window=window, center=True, length=length)
        return waveform.reshape(*spectrum.shape[:-2], length)

    def amplitude(self, waveform: Tensor) -> Tensor:
        """`[..., S]` -> square roots of the magnitudes, `[..., F, N]`.

        The root compresses less than a logarithm, which buries the partials in noise, and more than plain magnitudes,
        in which quiet sound does not count.
        """
        return self.forward(waveform).abs().sqrt()

    @staticmethod
    def magnitude(amplitude: Tensor) -> Tensor:
        """Amplitude -> magnitude: the square. Negative outputs of a network count as silence."""
        return amplitude.clamp_min(0.0).square()

    def _window(self, device: torch.device) -> Tensor:
        if device not in self._windows:
            self._windows[device] = torch.hann_window(self.n_fft, device=device)
        return self._windows[device]
