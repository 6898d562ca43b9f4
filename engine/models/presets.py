"""The table of presets: every size and choice of a model is a row here, over one code path."""

from __future__ import annotations

from dataclasses import replace

from engine.errors import BadInput
from engine.models.preset_types import (
    AutoencoderPreset,
    AutoencoderTrainingPreset,
    Preset,
    TextPreset,
    TrainingPreset,
    UNetPreset,
)
from engine.music.instruments import VOCABULARY

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

DEBUG = Preset(
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
        instruments=VOCABULARY.names,
        stereo_bands=6,
    ),
    autoencoder_training=AutoencoderTrainingPreset(batch=4, discriminator_width=2),
    kept_latent_channels=8,
    whitening_tilt=0.5,
    text=TextPreset(encoder="hashed", width=16, instrument_families=VOCABULARY.pairs),
    unet=UNetPreset(widths=(16, 24), blocks=(1, 1), heads=2, time_width=16, text_width=16, text_in_levels=True),
    training=TrainingPreset(batch_frames=256, window_frames=(31, 64)),
)

PRESETS: dict[str, Preset] = {
    "compact": Preset(
        name="compact",
        autoencoder=AutoencoderPreset(far_dilations=(2, 4), gated=True, instruments=VOCABULARY.names, stereo_bands=20),
        whitening_tilt=0.5,
        text=TextPreset(instrument_families=VOCABULARY.pairs),
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
    "debug": DEBUG,
}


def preset(name: str) -> Preset:
    """The preset of that name. Raises BadInput for an unknown one."""
    if name not in PRESETS:
        raise BadInput(f"There is no preset “{name}”. Choose one of: {', '.join(PRESETS)}.")
    return PRESETS[name]
