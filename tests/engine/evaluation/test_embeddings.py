"""Embeddings by name: the tagger from its file, CLAP and EnCodec with random weights."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.torch import save_file

from engine.audio.pcm24 import SAMPLE_RATE_HZ
from engine.errors import BadInput
from engine.evaluation.embeddings.registry import load_embedding
from engine.evaluation.embeddings.tagger import BUNDLED, TaggerEmbedding
from engine.evaluation.embeddings.tagger_network import DIMENSIONS, Tagger
from engine.evaluation.embeddings.tags import HEADS
from engine.models.tensor_file import in_full, read_tensors, write_tensors

NOISE = np.random.default_rng(0).normal(0, 0.1, (2, 8 * SAMPLE_RATE_HZ)).astype(np.float32)


def write_tiny_clap(folder: Path) -> None:
    from transformers import ClapConfig, ClapFeatureExtractor, ClapModel

    audio = {"spec_size": 64, "num_mel_bins": 16, "patch_embeds_hidden_size": 8, "depths": [1, 1], "hidden_size": 16,
             "num_attention_heads": [2, 2], "num_hidden_layers": 2, "window_size": 4, "enable_fusion": False,
             "patch_size": 4, "patch_stride": [4, 4], "projection_dim": 12}  # fmt: skip
    text = {"hidden_size": 16, "num_hidden_layers": 1, "num_attention_heads": 2, "intermediate_size": 16,
            "vocab_size": 30, "projection_dim": 12}  # fmt: skip
    torch.manual_seed(0)
    config = ClapConfig(text_config=text, audio_config=audio, projection_dim=12)
    ClapModel(config).save_pretrained(folder)
    extractor = ClapFeatureExtractor(
        feature_size=16, sampling_rate=16_000, hop_length=320, fft_window_size=512, max_length_s=5,
        truncation="rand_trunc", padding="repeatpad",
    )  # fmt: skip
    extractor.save_pretrained(folder)


def write_tiny_encodec(folder: Path) -> None:
    from transformers import EncodecConfig, EncodecModel

    torch.manual_seed(0)
    EncodecModel(
        EncodecConfig(sampling_rate=48_000, audio_channels=2, normalize=True, chunk_length_s=1.0, overlap=0.01,
                      num_filters=4, hidden_size=8, norm_type="time_group_norm", use_causal_conv=False,
                      target_bandwidths=[3.0], codebook_size=16, codebook_dim=8)
    ).save_pretrained(folder)  # fmt: skip


@pytest.mark.parametrize(
    ("name", "write", "dimensions"), [("clap", write_tiny_clap, 12), ("encodec", write_tiny_encodec, 8)]
)
def test_published_weights_from_a_folder(tmp_path: Path, name: str, write, dimensions: int) -> None:
    write(tmp_path)
    embedding = load_embedding(name, str(tmp_path))
    points = embedding.points(NOISE)
    assert points.shape[1] == dimensions
    assert len(points) > 1
    assert np.isfinite(points).all()
    assert np.array_equal(points, embedding.points(NOISE))
    assert len(embedding.points(NOISE[:, :20_000])) == 1  # shorter than a window


@pytest.mark.parametrize("name", ["clap", "encodec"])
def test_weights_that_are_not_on_this_machine(tmp_path: Path, name: str) -> None:
    with pytest.raises(BadInput, match="not on this machine"):
        load_embedding(name, str(tmp_path / "nothing"))


def test_an_unknown_embedding() -> None:
    with pytest.raises(BadInput, match="Choose tagger, clap, encodec"):
        load_embedding("vggish")


def test_a_file_that_is_no_tagger(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="train_tagger"):
        load_embedding("tagger", str(tmp_path / "none.safetensors"))
    save_file({"x": torch.zeros(1)}, tmp_path / "other.safetensors")
    with pytest.raises(BadInput, match="other heads"):
        load_embedding("tagger", str(tmp_path / "other.safetensors"))


def test_points_of_the_tagger(tagger_file: Path) -> None:
    embedding = TaggerEmbedding(tagger_file)
    points = embedding.points(NOISE)
    assert points.shape == (3, DIMENSIONS)
    assert embedding.points(NOISE[:, :1000]).shape == (1, DIMENSIONS)
    probabilities = embedding.class_probabilities(points)
    assert set(probabilities) == set(HEADS)
    assert sum(probabilities["family"].values()) == pytest.approx(1, abs=1e-4)


def test_a_tagger_keeps_the_genres_that_it_was_trained_on(tagger_file: Path, tmp_path: Path) -> None:
    state, header = read_tensors(tagger_file)
    heads = json.loads(header["heads"])
    kept = heads["genre"][:5]
    state = {name: value[:5] if "heads.genre" in name else value for name, value in in_full(state).items()}
    write_tensors(tmp_path / "older.safetensors", state, {**header, "heads": json.dumps({**heads, "genre": kept})})
    embedding = TaggerEmbedding(tmp_path / "older.safetensors")
    assert list(embedding.class_probabilities(embedding.points(NOISE))["genre"]) == kept


def test_loudness_says_nothing_and_the_sound_says_something(tagger_file: Path) -> None:
    embedding = TaggerEmbedding(tagger_file)
    by_loudness = np.abs(embedding.points(0.3 * NOISE) - embedding.points(NOISE)).max()
    other = (0.1 * np.sin(np.arange(NOISE.shape[1]) / 30) * np.ones((2, 1))).astype(np.float32)
    by_sound = np.abs(embedding.points(NOISE + other) - embedding.points(NOISE)).max()
    assert by_sound > 100 * by_loudness


def test_powers_of_stems_add_up_to_that_of_their_sum() -> None:
    network, rng = Tagger(), np.random.default_rng(1)
    one, other = (torch.from_numpy(rng.normal(size=(1, 480_000)).astype(np.float32)) for _ in range(2))
    summed = network.mel_power(one) + network.mel_power(other)
    assert network.mel_power(one + other).mean().item() == pytest.approx(summed.mean().item(), rel=0.02)


@pytest.mark.skipif(not BUNDLED.exists(), reason="no tagger is shipped")
def test_the_shipped_tagger_tells_tracks_and_instruments_apart() -> None:
    from engine.evaluation.embeddings.tags import voice_family
    from engine.evaluation.reporting.pieces import held_out_pieces

    assert BUNDLED.stat().st_size < 2 * 2**20
    embedding = TaggerEmbedding()
    tracks, families, drums = [], [], []
    for piece in held_out_pieces(3, longest_s=6.0):
        others = [stem for track, stem in piece.stems.items() if track != "drums"]
        for beaten, stems in ((True, [*others, piece.stems["drums"]]), (False, others)):
            probabilities = embedding.class_probabilities(embedding.points(np.sum(stems, axis=0)))
            drums.append((probabilities["drums"]["with drums"] > 0.5) == beaten)
        for track, stem in piece.stems.items():
            probabilities = embedding.class_probabilities(embedding.points(stem))
            tracks.append(max(probabilities["track"], key=probabilities["track"].__getitem__) == track)
            families.append(
                max(probabilities["family"], key=probabilities["family"].__getitem__)
                == voice_family(piece.voices[track])
            )
    assert np.mean(tracks) > 0.6
    assert np.mean(families) > 3 / len(HEADS["family"])
    assert np.mean(drums) > 0.8, "drums are heard in mixes too"
