"""Law 9, through the whole composer: same request, same seed -> same audio; nothing else decides it."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from engine.composer import Composer
from engine.request import RequestSpec
from engine.take import Take
from tests.composer_requests import debug_composer, request_for


def assert_same(one: Take, other: Take) -> None:
    assert one.stems.keys() == other.stems.keys()
    for name in one.stems:
        assert np.array_equal(one.stems[name], other.stems[name]), name


def test_the_same_request_makes_the_same_audio_whatever_came_before() -> None:
    composer = debug_composer()
    first = composer.compose(request_for())
    composer.compose(request_for(seed=8, prompt="metal", bars=3))
    torch.manual_seed(99)
    assert_same(first, composer.compose(request_for()))


def test_a_model_loaded_anew_makes_the_same_audio() -> None:
    assert_same(debug_composer().compose(request_for()), debug_composer().compose(request_for()))


def test_a_request_read_back_from_json_makes_the_same_audio() -> None:
    request, composer = request_for(), debug_composer()
    again = RequestSpec.from_json(request.to_json()).with_audio(request.audio)
    assert_same(composer.compose(request), composer.compose(again))


def test_composing_leaves_the_global_random_state_alone() -> None:
    composer = debug_composer()
    before = torch.get_rng_state()
    composer.compose(request_for())
    assert torch.equal(torch.get_rng_state(), before)


@pytest.mark.parametrize("model", ["debug", "compact"])
def test_loading_a_model_leaves_the_global_random_state_alone(model: str) -> None:
    before = torch.get_rng_state()
    Composer.load(model, "cpu")
    assert torch.equal(torch.get_rng_state(), before)
