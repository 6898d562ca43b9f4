"""The composer's network: one U-Net over all tracks at once, with one noise level per track (JEN-1 Composer).

The K latents, their contexts and the lead sheet stand on the channel axis; the text enters by cross-attention, and
in some presets also beside the levels.
"""

from __future__ import annotations

import math

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from engine.diffusion import lead_sheet as leadsheet
from engine.diffusion.noise_schedule import T
from engine.diffusion.prediction import PREDICTIONS
from engine.models.layers import CrossAttention, OmniConv1d, ResidualBlock, SelfAttention, Unfold, normalise_frames
from engine.models.preset_types import Preset, TextPreset, UNetPreset

LEVEL_WAVES = 64  # sines and cosines that encode a level
INSTRUMENT_GAIN = 8.0  # few examples of a batch name an instrument, so its vector learns in larger steps
ZERO_AT_START = ("spoken.", "named.")  # parameters that start without effect, so that older weights can go on


class UNet(nn.Module):
    """Predicts velocity or noise (`prediction`) of all K tracks; only that of the targets is trained.

    Any number of frames L is taken: they are padded to the coarsest rate inside and cropped again.
    """

    def __init__(self, preset: Preset) -> None:
        super().__init__()
        sizes, tracks, channels = preset.unet, len(preset.tracks), preset.kept_latent_channels
        self.prediction = PREDICTIONS[preset.prediction]
        self.stride = 2 ** (len(sizes.widths) - 1)
        self.time = TrackLevels(tracks, sizes.time_width)
        self.text = TextTokens(2 + tracks, preset.text, sizes.text_width)
        # The names of these two are older than their classes: checkpoints and adapters store them.
        self.spoken = TextEmbedding(2 + tracks, sizes) if sizes.text_in_levels else None
        self.named = InstrumentEmbedding(1 + tracks, preset.text, sizes) if preset.text.instruments else None
        inputs = tracks * channels + tracks * (channels + 1) + leadsheet.CHANNELS
        self.into = OmniConv1d(inputs, sizes.widths[0])
        finer = list(zip(range(len(sizes.widths) - 1), sizes.widths, sizes.widths[1:], strict=False))
        self.before = nn.ModuleList(Blocks(sizes, depth) for depth, _, _ in finer)
        self.down = nn.ModuleList(OmniConv1d(here, below, stride=2) for _, here, below in finer)
        self.middle = Blocks(sizes, len(finer))
        self.up = nn.ModuleList(Unfold(below, here) for _, here, below in reversed(finer))
        self.after = nn.ModuleList(Blocks(sizes, depth) for depth, _, _ in reversed(finer))
        self.skip = nn.Linear(sizes.time_width, 2 * tracks * channels)
        nn.init.zeros_(self.skip.weight)
        nn.init.zeros_(self.skip.bias)
        self.out = OmniConv1d(sizes.widths[0], tracks * channels)
        nn.init.zeros_(self.out.weight)
        assert self.out.bias is not None
        nn.init.zeros_(self.out.bias)

    def forward(
        self, x: Tensor, t: Tensor, context: Tensor, lead_sheet: Tensor, text: Tensor, causal: bool = False
    ) -> Tensor:
        """What is predicted, `[B, K, C, L]`.

        x: noisy latents `[B, K, C, L]`; t: levels `[B, K]`; context: `[B, K, C + 1, L]` (`Context.channels`);
        lead_sheet: `[B, 66, L]`; text: lines `[B, 2 + K, D]`, a row of zeros where nothing is said;
        causal: no output frame may depend on a later input frame.
        """
        tracks, channels, length = x.shape[1:]
        h = torch.cat([x.flatten(1, 2), context.flatten(1, 2), lead_sheet], dim=1)
        h = self.into(F.pad(h, (0, -length % self.stride)), causal)
        words = self.text(text)
        time = self.time(t)
        if self.spoken is not None:
            time = time + self.spoken(*words)
        if self.named is not None:
            time = time + self.named(text[:, 1:])
        time = F.silu(time)
        skips = []
        for blocks, down in zip(self.before, self.down, strict=True):
            skips.append(blocks(h, time, words, causal))
            h = down(skips[-1], causal)
        h = self.middle(h, time, words, causal)
        for up, blocks in zip(self.up, self.after, strict=True):
            h = blocks(skips.pop() + up(h), time, words, causal)
        made = self.out(normalise_frames(h), causal)[..., :length]
        # Much of the prediction is the noise of the input: a skip past the trunk, gated by the levels, carries it.
        noisy_gain, output_gain = self.skip(time)[:, :, None].chunk(2, dim=1)
        predicted = noisy_gain * x.flatten(1, 2) + (1 + output_gain) * made
        return predicted.unflatten(1, (tracks, channels)).to(x.dtype)


class Blocks(nn.Module):
    """Residual blocks of one rate; at coarse rates self-attention and cross-attention to the text follow each."""

    def __init__(self, sizes: UNetPreset, depth: int) -> None:
        super().__init__()
        width, count = sizes.widths[depth], sizes.blocks[depth]
        attentive = count if depth >= sizes.attention_from else 0
        self.convolutions = nn.ModuleList(ResidualBlock(width, sizes.time_width, sizes.kernel) for _ in range(count))
        self.to_frames = nn.ModuleList(SelfAttention(width, sizes.heads) for _ in range(attentive))
        self.to_text = nn.ModuleList(CrossAttention(width, sizes.text_width, sizes.heads) for _ in range(attentive))

    def forward(self, x: Tensor, time: Tensor, text: tuple[Tensor, Tensor], causal: bool) -> Tensor:
        for i, convolution in enumerate(self.convolutions):
            x = convolution(x, time, causal)
            if self.to_frames:
                x = self.to_text[i](self.to_frames[i](x, causal), *text)
        return x


class TrackLevels(nn.Module):
    """Levels `[B, K]` -> one embedding `[B, time_width]`, before its nonlinearity.

    Every track has its own network, so that the sum of the K embeddings still tells them apart.
    """

    rates: Tensor

    def __init__(self, tracks: int, width: int) -> None:
        super().__init__()
        # Not linspace: while transformers loads a model in any thread, it patches that function to stay on the CPU.
        steps = torch.arange(LEVEL_WAVES) / (LEVEL_WAVES - 1)
        self.register_buffer("rates", torch.exp(math.log(1000.0) * steps), persistent=False)
        self.embeddings = nn.ModuleList(
            nn.Sequential(nn.Linear(2 * LEVEL_WAVES, width), nn.SiLU(), nn.Linear(width, width)) for _ in range(tracks)
        )

    def forward(self, t: Tensor) -> Tensor:
        angle = (t / T)[:, :, None] * self.rates  # [B, K, waves]
        waves = torch.cat([angle.sin(), angle.cos()], dim=-1)
        embedded = [embedding(waves[:, k]) for k, embedding in enumerate(self.embeddings)]
        return torch.stack(embedded).sum(dim=0)


class TextTokens(nn.Module):
    """Lines `[B, S, D]` -> tokens `[B, S * N, text_width]` with an embedding of their line's slot, and their padding.

    The slots are the prefix, the prompt and one line a track. A line is N tokens end to end, D = N * W. A token of
    zeros is padding (bool `[B, S * N]`), except the first: an empty line keeps the slot's own vector, which learns
    what an empty line means. The instrument columns behind the tokens are not read here.
    """

    def __init__(self, slots: int, text: TextPreset, text_width: int) -> None:
        super().__init__()
        self.tokens, self.embedding_width = text.tokens, text.embedding_width
        self.project = nn.Linear(text.width, text_width, bias=False)
        self.slots = nn.Parameter(torch.randn(slots, text_width) * 0.5)

    def forward(self, text: Tensor) -> tuple[Tensor, Tensor]:
        tokens = text[..., : self.embedding_width].unflatten(2, (self.tokens, -1))  # [B, S, N, W]
        scaled = tokens * math.sqrt(tokens.shape[3])  # unit vectors -> elements of unit size
        padding = ~tokens.any(dim=3)
        padding[:, :, 0] = False
        return (self.project(scaled) + self.slots[:, None]).flatten(1, 2), padding.flatten(1, 2)


class TextEmbedding(nn.Module):
    """Text tokens -> their part of the time embedding, `[B, time_width]`.

    Through it the text reaches every block, also at the finest rate, which has no attention. Each line is the mean of
    its tokens. The last matrix starts at zero.
    """

    def __init__(self, slots: int, sizes: UNetPreset) -> None:
        super().__init__()
        self.slots = slots
        self.inner = nn.Linear(slots * sizes.text_width, sizes.time_width)
        self.outer = nn.Linear(sizes.time_width, sizes.time_width, bias=False)
        nn.init.zeros_(self.outer.weight)

    def forward(self, tokens: Tensor, padding: Tensor) -> Tensor:
        """tokens: `[B, S * N, text_width]`; padding: bool `[B, S * N]`."""
        lines = tokens.unflatten(1, (self.slots, -1))  # [B, S, N, W]
        mask = ~padding.unflatten(1, (self.slots, -1))[..., None]
        means = (lines * mask).sum(dim=2) / mask.sum(dim=2)
        return self.outer(F.silu(self.inner(means.flatten(1))))


class InstrumentEmbedding(nn.Module):
    """Instruments named in prompt and lines -> their part of the time embedding, `[B, time_width]`.

    One vector for each instrument and each line that can name it. All start at zero.
    """

    def __init__(self, lines: int, text: TextPreset, sizes: UNetPreset) -> None:
        super().__init__()
        self.embedding_width = text.embedding_width
        self.vectors = nn.Parameter(torch.zeros(lines, len(text.instruments), sizes.time_width))

    def forward(self, text: Tensor) -> Tensor:
        """text: prompt and lines `[B, 1 + K, D]`."""
        return INSTRUMENT_GAIN * torch.einsum("bsi,siw->bw", text[..., self.embedding_width :], self.vectors)
