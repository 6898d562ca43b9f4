"""The embeddings by name."""

from __future__ import annotations

from pathlib import Path

from engine.errors import BadInput
from engine.evaluation.embeddings.embedding import Embedding

EMBEDDINGS = ("tagger", "clap", "encodec")


def load_embedding(name: str, source: str = "") -> Embedding:
    """source: file of a tagger, or folder or hub name of published weights; empty for the default.

    Raises BadInput for an unknown name, and for weights that are not on this machine.
    """
    if name == "tagger":
        from engine.evaluation.embeddings.tagger import BUNDLED, TaggerEmbedding

        return TaggerEmbedding(Path(source) if source else BUNDLED)
    if name == "clap":
        from engine.evaluation.embeddings.pretrained import ClapEmbedding

        return ClapEmbedding(source)
    if name == "encodec":
        from engine.evaluation.embeddings.pretrained import EncodecEmbedding

        return EncodecEmbedding(source)
    raise BadInput(f"There is no embedding “{name}”. Choose {', '.join(EMBEDDINGS)}.")
