"""The speed baseline: MusicGen-small's architecture (Copet et al. 2023) from transformers.

The weights are random, since speed does not depend on them.
"""

from __future__ import annotations

import time
from typing import Any, cast

import torch
from transformers import (
    EncodecConfig,
    MusicgenConfig,
    MusicgenDecoderConfig,
    MusicgenForConditionalGeneration,
    T5Config,
)

GUIDANCE = 3.0  # as published; each step then runs with and without the text
PROMPT_TOKENS = 16


def musicgen_small() -> MusicgenConfig:
    """MusicGen-small (the library's defaults) with its codec, EnCodec at 32 kHz with four codebooks at 50 Hz."""
    codec = EncodecConfig(
        sampling_rate=32_000,
        upsampling_ratios=[8, 5, 4, 4],
        codebook_size=2048,
        target_bandwidths=[2.2],
        num_filters=64,
    )
    return MusicgenConfig(text_encoder=T5Config(), audio_encoder=codec, decoder=MusicgenDecoderConfig())


@torch.inference_mode()
def musicgen_seconds(config: MusicgenConfig, stems: int, length_s: float, device: torch.device) -> float:
    """Seconds to generate `stems` sounds of that length in one batch, text to waveform, after a short warm-up."""
    text, codec, decoder = cast("tuple[Any, Any, Any]", (config.text_encoder, config.audio_encoder, config.decoder))
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        model = MusicgenForConditionalGeneration(config).eval().to(device)
        start = decoder.vocab_size  # the first token after the codebook
        model.generation_config.update(decoder_start_token_id=start, pad_token_id=start, bos_token_id=start)
        prompt = torch.randint(2, text.vocab_size, (stems, PROMPT_TOKENS), device=device)
        for frames in (2, round(length_s * codec.frame_rate)):
            started = time.perf_counter()
            made = model.generate(
                input_ids=prompt,
                attention_mask=torch.ones_like(prompt),
                do_sample=True,
                guidance_scale=GUIDANCE,
                max_new_tokens=frames + decoder.num_codebooks,  # each codebook starts one step after the one before
            )
            made.sum().item()  # reading a number waits for the device
    return time.perf_counter() - started
