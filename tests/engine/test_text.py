"""Lines become vectors: the same words the same vector, nothing a vector of zeros, and no network is needed."""

from __future__ import annotations

import socket

import pytest
import torch

from engine.presets import PRESETS, TextPreset
from engine.prompts import lines_of, task_prefix
from engine.request import ComposeRequest, Role, TrackRequest
from engine.text import TextEncoder, load_text_encoder

LINES = ["lo-fi hip hop, mellow, vinyl", "", "heavy metal, distorted guitar", "   ", "lo-fi hip hop, mellow, vinyl"]


@pytest.fixture(scope="module", params=["compact", "debug"])
def preset(request: pytest.FixtureRequest) -> TextPreset:
    return PRESETS[request.param].text


@pytest.fixture(scope="module")
def encoder(preset: TextPreset) -> TextEncoder:
    """Loaded while every connection fails."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(socket.socket, "connect", None)
        return load_text_encoder(preset)


def test_lines_become_unit_vectors_and_empty_ones_zeros(encoder: TextEncoder, preset: TextPreset) -> None:
    encoded = encoder.encode_lines(LINES)
    assert encoded.shape == (5, preset.width)
    assert encoded.dtype == torch.float32
    assert torch.allclose(encoded.norm(dim=1), torch.tensor([1.0, 0.0, 1.0, 0.0, 1.0]), atol=1e-5)
    assert torch.allclose(encoded[0], encoded[4], atol=1e-6)
    assert encoded[0] @ encoded[2] < 0.9


def test_the_company_of_a_line_does_not_change_it(encoder: TextEncoder) -> None:
    alone = torch.cat([encoder.encode_lines([line]) for line in LINES])
    assert torch.allclose(encoder.encode_lines(LINES), alone, atol=1e-5)
    assert encoder.encode_lines([]).shape == (0, alone.shape[1])


def test_sentences_of_like_meaning_lie_close() -> None:
    encoder = load_text_encoder(PRESETS["compact"].text)
    calm, relaxed, loud = encoder.encode_lines(["calm piano ballad", "relaxed, slow piano song", "thrash metal drums"])
    assert calm @ relaxed > calm @ loud + 0.2


def test_a_very_long_line_is_read_as_far_as_it_goes(encoder: TextEncoder) -> None:
    assert torch.isfinite(encoder.encode_lines(["slow jazz " * 1_000])).all()


def test_the_prefix_names_the_targets_in_the_one_order() -> None:
    assert task_prefix(["drums", "bass"]) == "[bass & drums generation]"
    assert task_prefix(["melody"]) == "[melody generation]"


def test_a_request_speaks_of_its_targets_its_prompt_and_every_track_that_is_there() -> None:
    tracks = {
        "bass": TrackRequest(line=" fretless "),
        "drums": TrackRequest(Role.ABSENT, line="brushes"),
        "instrument": TrackRequest(Role.ABSENT),
        "melody": TrackRequest(),
    }
    request = ComposeRequest(tracks, prompt="late-night jazz")
    assert lines_of(request) == ["[bass & melody generation]", "late-night jazz", "fretless", "", "", ""]
