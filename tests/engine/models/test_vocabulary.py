"""A model knows the instruments that it was trained with; a table that grows later does not change it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import torch
from safetensors import safe_open

from engine.composer import Composer
from engine.errors import BadInput
from engine.models.checkpoint import load_checkpoint, save_checkpoint
from engine.models.preset_types import Preset
from engine.models.presets import PRESETS
from engine.models.random_weights import random_checkpoint
from engine.models.registry import ASSETS
from engine.music.instruments import INSTRUMENT_FAMILIES, VOCABULARY, InstrumentVocabulary
from engine.text.encoders import instrument_multi_hot


@pytest.fixture
def mandolin(monkeypatch: pytest.MonkeyPatch) -> None:
    """A new instrument in the table, as a contributor would add it."""
    monkeypatch.setitem(INSTRUMENT_FAMILIES, "mandolin", "guitar")


@pytest.mark.usefixtures("mandolin")
def test_the_bundled_model_loads_and_keeps_its_vocabulary() -> None:
    composer = Composer.load("compact", "cpu")
    assert "mandolin" not in composer.preset.text.instruments
    assert len(composer.preset.text.instruments) == 105
    assert composer._classifier is not None


def test_a_checkpoint_stores_instruments_with_their_families(tmp_path: Path) -> None:
    path = tmp_path / "model.safetensors"
    save_checkpoint(path, random_checkpoint(PRESETS["debug"]))
    with safe_open(path, framework="pt") as file:
        stored = json.loads(file.metadata()["preset"])["text"]["instrument_families"]
    assert tuple(map(tuple, stored)) == VOCABULARY.pairs
    assert load_checkpoint(path).preset.text.vocabulary == VOCABULARY


def test_names_without_families_are_completed_and_strange_ones_refused() -> None:
    with safe_open(ASSETS / "compact.safetensors", framework="pt") as file:
        data = json.loads(file.metadata()["preset"])
    data["text"].pop("instrument_families", None)
    data["text"]["instruments"] = list(VOCABULARY.names)
    assert Preset.from_json(json.dumps(data)).text.vocabulary == VOCABULARY
    data["text"]["instruments"].append("nose flute")
    with pytest.raises(BadInput, match="unknown families"):
        Preset.from_json(json.dumps(data))


def test_a_model_of_few_instruments_hears_only_those() -> None:
    small = InstrumentVocabulary((("violin", "strings"), ("flute", "flute")))
    assert small.names == ("flute", "strings", "violin")
    told = instrument_multi_hot(["violin and grand piano", "strings", "no violin"], small)
    assert torch.equal(told, torch.tensor([[0.0, 1.0, 1.0], [0.0, 1.0, 0.0], [0.0, 0.0, 0.0]]))
