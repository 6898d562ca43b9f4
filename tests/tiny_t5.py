"""A T5 on disk as small as can be, with random weights and a tokenizer of letters: real files for the real loader."""

from __future__ import annotations

import string
from pathlib import Path

import torch


def write_tiny_t5(folder: Path, width: int) -> Path:
    """The folder, with an encoder of `width` channels in it."""
    from transformers import T5Config, T5EncoderModel, T5Tokenizer

    pieces = ["<pad>", "</s>", "<unk>", "▁", *string.ascii_letters, *string.digits, *string.punctuation]
    T5Tokenizer(vocab=[(piece, -float(i)) for i, piece in enumerate(pieces)], extra_ids=0).save_pretrained(folder)
    config = T5Config(vocab_size=len(pieces), d_model=width, d_kv=8, d_ff=16, num_layers=1, num_heads=2)
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        T5EncoderModel(config).save_pretrained(folder)
    return folder
