"""The tagger: a small convolutional network on the log-mel spectrogram of a stem or mix."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import torch
from torch import Tensor, nn
from torchaudio.functional import melscale_fbanks

from engine.audio.pcm24 import SAMPLE_RATE_HZ
from engine.evaluation.embeddings.tags import HEADS

FFT_SAMPLES, HOP_SAMPLES, BANDS = 2048, 960, 128
RANGE_HZ = (30.0, 16_000.0)
FRAMES = 256
WINDOW_SAMPLES = FRAMES * HOP_SAMPLES  # 5.12 s
LEVEL = 1.0  # mean mel power after normalisation, so that loudness does not matter
MIN_POWER = 1e-5  # limits the gain of nearly silent sounds
LOG_FLOOR = 1e-5
WIDTHS = (24, 48, 96, 160, 224)
DIMENSIONS = 32  # of the embedding; few, so that some hundred windows determine its covariance


class Tagger(nn.Module):
    """Sound `[B, S]` -> mel power `[B, M, N]` -> embedding `[B, 32]` -> logits by head.

    Powers are additive on average, so mixes can be made from stored powers of stems.
    """

    mel: Tensor
    window: Tensor

    def __init__(self, heads: Mapping[str, Sequence[str]] = HEADS) -> None:
        """heads: the classes of each head."""
        super().__init__()
        self.register_buffer("window", torch.hann_window(FFT_SAMPLES), persistent=False)
        filters = melscale_fbanks(FFT_SAMPLES // 2 + 1, *RANGE_HZ, BANDS, SAMPLE_RATE_HZ, norm="slaney")  # [F, M]
        self.register_buffer("mel", filters.T.contiguous(), persistent=False)
        blocks: list[nn.Module] = []
        for width_in, width in zip((1, *WIDTHS), WIDTHS, strict=False):
            blocks += [_block(width_in, width, stride=2)]
        self.body = nn.Sequential(*blocks, _block(WIDTHS[-1], WIDTHS[-1], stride=1))
        self.embed = nn.Linear(2 * WIDTHS[-1], DIMENSIONS)
        self.heads = nn.ModuleDict({name: nn.Linear(DIMENSIONS, len(classes)) for name, classes in heads.items()})

    def mel_power(self, sound: Tensor) -> Tensor:
        """`[B, S]` at 48 kHz -> `[B, M, N]`, N = S / HOP_SAMPLES."""
        spectrum = torch.stft(sound, FFT_SAMPLES, HOP_SAMPLES, window=self.window, return_complex=True)  # [B, F, N + 1]
        return self.mel @ spectrum.abs().square()[..., : sound.shape[1] // HOP_SAMPLES]

    def embedding(self, power: Tensor) -> Tensor:
        """Mel power `[B, M, FRAMES]` -> `[B, 32]`."""
        gain = LEVEL / power.mean(dim=(1, 2), keepdim=True).clamp_min(MIN_POWER)
        log_mel = (power * gain + LOG_FLOOR).log()[:, None] / 4  # [B, 1, M, N]
        features = self.body(log_mel.contiguous(memory_format=torch.channels_last))  # [B, C, M / 32, N / 32]
        pooled = torch.cat([features.mean(dim=(2, 3)), features.amax(dim=(2, 3))], dim=1)
        return self.embed(pooled)

    def forward(self, power: Tensor) -> Mapping[str, Tensor]:
        """Mel power `[B, M, FRAMES]` -> logits `[B, classes]` by head."""
        return self.logits(self.embedding(power))

    def logits(self, embedding: Tensor) -> Mapping[str, Tensor]:
        """Embedding `[B, 32]` -> logits `[B, classes]` by head."""
        return {name: head(torch.tanh(embedding)) for name, head in self.heads.items()}


def _block(width_in: int, width: int, stride: int) -> nn.Module:
    return nn.Sequential(
        nn.Conv2d(width_in, width, 3, stride, padding=1, bias=False), nn.BatchNorm2d(width), nn.ReLU(inplace=True)
    )
