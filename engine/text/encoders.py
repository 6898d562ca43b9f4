"""Frozen text encoders: lines of text -> the numbers that the network is told. An empty line is a row of zeros."""

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
from engine.models.presets import TextPreset
from engine.music.instrument_names import find_instruments
from engine.synthetic.voices import VOICES
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
    return InstrumentNameEncoder(encoder, preset.instruments) if preset.instruments else encoder


class TransformerEncoder(ABC):
    """Reads lines through a frozen transformer, in batches of like length; a subclass has it and says what it makes of
    its states."""

    def __init__(self, preset: TextPreset, width: int) -> None:
        """width: of the transformer."""
        if width != preset.width:
            raise BadInput(f"The text encoder has width {width}; the preset needs {preset.width}.")
        self._preset = preset

    @torch.inference_mode()
    def encode_lines(self, lines: Sequence[str]) -> Tensor:
        encoded = torch.zeros(len(lines), self._preset.spoken_width)
        spoken = sorted((i for i, line in enumerate(lines) if line.strip()), key=lambda i: len(lines[i]))
        for start in range(0, len(spoken), LINES_A_BATCH):  # lines of like length together: little padding
            batch = spoken[start : start + LINES_A_BATCH]
            states, heard = self._states([lines[i] for i in batch])
            encoded[batch] = self._line_vectors(states, heard[:, :, None].to(states.dtype))
        return encoded

    @abstractmethod
    def _states(self, lines: list[str]) -> tuple[Tensor, Tensor]:
        """The last states of the tokens `[n, N, W]`, and which of them are none of padding `[n, N]`."""

    @abstractmethod
    def _line_vectors(self, states: Tensor, heard: Tensor) -> Tensor:
        """`[n, N, W]` and, 1 or 0, `[n, N, 1]` -> `[n, D]`."""


class SentenceEncoder(TransformerEncoder):
    """all-MiniLM-L6-v2: a line is a unit vector `[384]`."""

    def __init__(self, preset: TextPreset) -> None:
        super().__init__(preset, minilm.WIDTH)
        self._model = minilm.MiniLM()

    def _states(self, lines: list[str]) -> tuple[Tensor, Tensor]:
        return self._model.states(lines)

    def _line_vectors(self, states: Tensor, heard: Tensor) -> Tensor:
        """Mean of the token vectors, padding left out, at length 1: `[n, 384]`."""
        return F.normalize((states * heard).sum(dim=1) / heard.sum(dim=1))


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
        told = self._tokenizer(
            lines, padding=True, truncation=True, max_length=self._preset.tokens, return_tensors="pt"
        )
        ids, heard = told["input_ids"], told["attention_mask"]
        return self._model(input_ids=ids, attention_mask=heard).last_hidden_state, heard

    def _line_vectors(self, states: Tensor, heard: Tensor) -> Tensor:
        """The token vectors end to end, each at length 1: `[n, tokens * W]`."""
        vectors = F.normalize(states, dim=2) * heard  # [n, N, W]
        return F.pad(vectors.flatten(1), (0, self._preset.spoken_width - vectors[0].numel()))


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
    """Lines as another encoder says them, and beside them a 1 for each instrument that they name, and for its family:
    `[n, D]`, the instruments behind what is spoken."""

    def __init__(self, spoken: TextEncoder, instruments: Sequence[str]) -> None:
        self._spoken, self._instruments = spoken, instruments

    def encode_lines(self, lines: Sequence[str]) -> Tensor:
        return torch.cat([self._spoken.encode_lines(lines), instrument_multi_hot(lines, self._instruments)], dim=1)


def instrument_multi_hot(lines: Sequence[str], instruments: Sequence[str]) -> Tensor:
    """`[n, I]`, a 1 for each of the instruments that a line names, and for its family."""
    column = {name: at for at, name in enumerate(instruments)}
    named = torch.zeros(len(lines), len(column))
    for row, line in enumerate(lines):
        for name in find_instruments(line):
            family = VOICES[name].family if name in VOICES else name
            named[row, [column[told] for told in (name, family) if told in column]] = 1.0
    return named


ENCODERS: dict[str, Callable[[TextPreset], TextEncoder]] = {
    "minilm": SentenceEncoder,
    "t5": T5Encoder,
    "hashed": HashedWords,
}
