"""Frozen text encoders: lines of text -> rows of numbers for the network. An empty line is a row of zeros."""

from __future__ import annotations

import hashlib
import os
import re
from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from typing import Protocol

import torch
from torch import Tensor
from torch.nn import functional as F

from engine.errors import BadInput
from engine.models.preset_types import TextPreset
from engine.music.instruments import InstrumentVocabulary
from engine.text import minilm

LINES_A_BATCH = 64
T5_SOURCE = "COMPOSER_T5"  # environment variable: a hub name or folder to be taken instead of the preset's


class TextEncoder(Protocol):
    """What the engine asks of an encoder."""

    def encode_lines(self, lines: Sequence[str]) -> Tensor:
        """`[n, D]` float32 on the CPU, D = tokens * width; zeros for lines without a word."""
        ...


def load_text_encoder(preset: TextPreset) -> TextEncoder:
    """The frozen encoder of a preset. Raises BadInput if its weights are not to be had."""
    encoder = ENCODERS[preset.encoder](preset)
    return InstrumentNameEncoder(encoder, preset.vocabulary) if preset.instruments else encoder


class TransformerEncoder(ABC):
    """Encodes lines with a frozen transformer, in batches of similar length.

    A subclass holds the transformer and turns the states of its tokens into the vectors of a line.
    """

    def __init__(self, preset: TextPreset, width: int) -> None:
        """width: of the transformer."""
        if width != preset.width:
            raise BadInput(f"The text encoder has width {width}; the preset needs {preset.width}.")
        self._preset = preset

    @torch.inference_mode()
    def encode_lines(self, lines: Sequence[str]) -> Tensor:
        encoded = torch.zeros(len(lines), self._preset.embedding_width)
        written = sorted((i for i, line in enumerate(lines) if line.strip()), key=lambda i: len(lines[i]))
        for start in range(0, len(written), LINES_A_BATCH):  # similar lengths together: little padding
            batch = written[start : start + LINES_A_BATCH]
            states, mask = self._states([lines[i] for i in batch])
            encoded[batch] = self._line_vectors(states, mask[:, :, None].to(states.dtype))
        return encoded

    @abstractmethod
    def _states(self, lines: list[str]) -> tuple[Tensor, Tensor]:
        """The last states of the tokens `[n, N, W]`, and their mask, bool `[n, N]`: False for padding."""

    @abstractmethod
    def _line_vectors(self, states: Tensor, mask: Tensor) -> Tensor:
        """`[n, N, W]` and, 1 or 0, `[n, N, 1]` -> `[n, D]`."""


class SentenceEncoder(TransformerEncoder):
    """all-MiniLM-L6-v2: a line is a unit vector `[384]`."""

    def __init__(self, preset: TextPreset) -> None:
        super().__init__(preset, minilm.WIDTH)
        self._model = minilm.MiniLM()

    def _states(self, lines: list[str]) -> tuple[Tensor, Tensor]:
        return self._model.states(lines)

    def _line_vectors(self, states: Tensor, mask: Tensor) -> Tensor:
        """Mean of the token vectors, padding left out, at length 1: `[n, 384]`."""
        return F.normalize((states * mask).sum(dim=1) / mask.sum(dim=1))


class T5Encoder(TransformerEncoder):
    """FLAN-T5 (JEN-1 section 5): a line is a unit vector for each of its first tokens, zeros behind the last."""

    def __init__(self, preset: TextPreset) -> None:
        from transformers import AutoTokenizer, T5EncoderModel  # late: it takes seconds

        source = os.environ.get(T5_SOURCE, preset.model)
        try:
            self._tokenizer = AutoTokenizer.from_pretrained(source)
            self._model = T5EncoderModel.from_pretrained(source).eval()
        except (OSError, ValueError) as error:
            raise BadInput(
                f"The text encoder “{source}” is neither a folder nor on this machine nor on the hub ({error}). "
                f"Let this machine fetch it once, or name a folder that holds it in {T5_SOURCE}."
            ) from error
        super().__init__(preset, self._model.config.hidden_size)

    def _states(self, lines: list[str]) -> tuple[Tensor, Tensor]:
        tokens = self._tokenizer(
            lines, padding=True, truncation=True, max_length=self._preset.tokens, return_tensors="pt"
        )
        ids, mask = tokens["input_ids"], tokens["attention_mask"]
        return self._model(input_ids=ids, attention_mask=mask).last_hidden_state, mask

    def _line_vectors(self, states: Tensor, mask: Tensor) -> Tensor:
        """The token vectors end to end, each at length 1: `[n, tokens * W]`."""
        vectors = F.normalize(states, dim=2) * mask  # [n, N, W]
        return F.pad(vectors.flatten(1), (0, self._preset.embedding_width - vectors[0].numel()))


class HashedWords:
    """The stand-in of the debug preset: a bag of words, each a fixed random direction that its letters decide."""

    def __init__(self, preset: TextPreset) -> None:
        self._width = preset.width

    def encode_lines(self, lines: Sequence[str]) -> Tensor:
        rows = [self._bag(re.findall(r"\w+", line.lower())) for line in lines]
        return torch.stack(rows) if rows else torch.zeros(0, self._width)

    def _bag(self, words: list[str]) -> Tensor:
        directions = [self._direction(word) for word in words]
        return F.normalize(torch.stack(directions).sum(dim=0), dim=0) if words else torch.zeros(self._width)

    def _direction(self, word: str) -> Tensor:
        seed = int.from_bytes(hashlib.sha256(word.encode()).digest()[:8], "big", signed=True)
        return torch.randn(self._width, generator=torch.Generator().manual_seed(seed))


class InstrumentNameEncoder:
    """Adds to the lines of another encoder one number for each instrument of the vocabulary: `[n, D]`."""

    def __init__(self, encoder: TextEncoder, vocabulary: InstrumentVocabulary) -> None:
        self._encoder, self._vocabulary = encoder, vocabulary

    def encode_lines(self, lines: Sequence[str]) -> Tensor:
        return torch.cat([self._encoder.encode_lines(lines), instrument_multi_hot(lines, self._vocabulary)], dim=1)


def instrument_multi_hot(
    lines: Sequence[str], vocabulary: InstrumentVocabulary, columns: Sequence[str] | None = None
) -> Tensor:
    """`[n, I]`: 1 for each instrument that a line names, and for its family; 0 elsewhere.

    columns: the I names, if they are not those of the vocabulary.
    """
    column = {name: at for at, name in enumerate(vocabulary.names if columns is None else columns)}
    multi_hot = torch.zeros(len(lines), len(column))
    for row, line in enumerate(lines):
        for name in vocabulary.find(line):
            family = vocabulary.family_of.get(name, name)
            multi_hot[row, [column[known] for known in (name, family) if known in column]] = 1.0
    return multi_hot


ENCODERS: dict[str, Callable[[TextPreset], TextEncoder]] = {
    "minilm": SentenceEncoder,
    "t5": T5Encoder,
    "hashed": HashedWords,
}
