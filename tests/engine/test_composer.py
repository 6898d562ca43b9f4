"""Loading a model, progress and cancelling, the limits of a window, and levels that would clip."""

from __future__ import annotations

from dataclasses import fields, replace
from pathlib import Path

import numpy as np
import pytest
import torch

from engine.audio.crossfade import PEAK, prevent_clipping
from engine.audio.levels import clipped_share
from engine.composer import Composer
from engine.errors import BadInput, Cancelled
from engine.models.checkpoint import Checkpoint, save_checkpoint
from engine.models.presets import PRESETS
from engine.models.random_weights import random_checkpoint
from engine.prompt_sections import PromptSection
from engine.request import Guidance, RequestSpec
from engine.runtime.progress import Progress
from engine.tracks import TRACKS, Role
from tests.composer_requests import ROLES, debug_composer, request_for, with_track


@pytest.fixture(scope="module")
def composer() -> Composer:
    return debug_composer()


def test_progress_names_every_stage_and_counts_its_steps(composer: Composer) -> None:
    seen: list[Progress] = []
    take = composer.compose(request_for(), seen.append)
    assert list(dict.fromkeys(progress.stage for progress in seen)) == ["text", "encode", "denoise", "decode"]
    assert [p.step for p in seen if p.stage == "denoise"] == [0, 1, 2, 2, 3, 4], "half of the steps in each turn"
    assert {p.steps for p in seen if p.stage == "denoise"} == {4}
    assert seen[-1] == Progress("decode", 2, 2, window=2, windows=2)
    assert list(take.seconds) == ["text", "encode", "denoise", "decode"]
    assert all(seconds > 0 for seconds in take.seconds.values())


@pytest.mark.parametrize("stage", ["text", "encode", "denoise", "decode"])
def test_a_callback_that_raises_stops_the_composition(composer: Composer, stage: str) -> None:
    def cancel(progress: Progress) -> None:
        if progress.stage == stage:
            raise Cancelled

    with pytest.raises(Cancelled):
        composer.compose(request_for(), cancel)
    assert composer.compose(request_for()).stems  # it can go on


def test_a_piece_longer_than_can_be_held_is_refused_with_what_fits() -> None:
    with pytest.raises(BadInput, match=r"400 bars at 60 BPM last 1600 s.*may last 900 s.*225 bars or fewer"):
        request_for(dict.fromkeys(TRACKS, Role.GENERATE), tempo_bpm=60.0, bars=400)


@pytest.mark.parametrize("beats_per_bar", [3, 4, 6])
def test_pieces_of_any_length_and_metre_come_out_as_long_as_asked(composer: Composer, beats_per_bar: int) -> None:
    asked = dict.fromkeys(TRACKS, Role.GENERATE)
    request = request_for(asked, tempo_bpm=219.7, bars=1, beats_per_bar=beats_per_bar, chords="", key="", prompt="")
    for samples in composer.compose(request).stems.values():
        assert samples.shape == (2, request.length_samples)


def test_a_checkpoint_on_disk_composes_like_the_model_it_came_from(tmp_path: Path) -> None:
    save_checkpoint(tmp_path / "mine.safetensors", random_checkpoint(PRESETS["debug"]))
    loaded = Composer.load(tmp_path / "mine.safetensors", device="cpu")
    assert loaded.name == "mine"
    take, same = loaded.compose(request_for()), debug_composer().compose(request_for())
    assert all(np.array_equal(take.stems[name], same.stems[name]) for name in take.stems)


def test_a_model_that_makes_no_sound_says_so_and_what_to_do() -> None:
    checkpoint = random_checkpoint(PRESETS["debug"])
    checkpoint.states["unet"]["out.weight"] *= 1e30
    broken = Composer(checkpoint, "broken", torch.device("cpu"))
    with pytest.raises(BadInput, match=r"not numbers\. Try another seed"):
        broken.compose(request_for())


def test_models_that_cannot_be_used_are_refused(tmp_path: Path) -> None:
    half = random_checkpoint(PRESETS["debug"])
    half = Checkpoint(half.preset, {"autoencoder": half.states["autoencoder"]})
    save_checkpoint(tmp_path / "half.safetensors", half)
    (tmp_path / "text.safetensors").write_text("not weights")
    with pytest.raises(BadInput, match="no model at"):
        Composer.load(tmp_path / "gone.safetensors")
    with pytest.raises(BadInput, match="not a whole composer"):
        Composer.load(tmp_path / "half.safetensors")
    with pytest.raises(BadInput, match="not a model"):
        Composer.load(tmp_path / "text.safetensors")
    with pytest.raises(BadInput, match="no device"):
        Composer.load("debug", device="abacus")


def test_sound_is_turned_down_only_if_it_would_clip() -> None:
    sound = np.linspace(-2.0, 1.0, 1_000)[None].repeat(2, axis=0)
    lowered, by_db = prevent_clipping(sound)
    assert np.abs(lowered).max() == pytest.approx(PEAK)
    assert by_db == pytest.approx(7.02, abs=0.01)
    assert clipped_share(sound) > 0 == clipped_share(lowered)
    assert not clipped_share(prevent_clipping(0.49996 * sound)[0])  # just below full scale counts as clipped too
    assert prevent_clipping(0.4 * sound) == (pytest.approx(0.4 * sound), 0.0)


def test_the_decoder_is_told_what_a_line_names_unless_sections_disagree() -> None:
    """Two models that differ in what the decoder makes of names alone."""
    deaf = random_checkpoint(PRESETS["debug"])
    vectors = {
        n: torch.randn(v.shape) for n, v in deaf.states["autoencoder"].items() if n.startswith("decoder.timbres.")
    }
    hearing = replace(deaf, states={**deaf.states, "autoencoder": {**deaf.states["autoencoder"], **vectors}})
    composers = [Composer(checkpoint, "test", torch.device("cpu")) for checkpoint in (deaf, hearing)]

    def told(line: str, *sections: str) -> bool:
        request = request_for({**ROLES, "instrument": Role.VARY})
        request = with_track(with_track(request, "drums", line=""), "instrument", line=line)
        story = tuple(PromptSection(1, lines={"instrument": words}) for words in sections)
        one, other = (composer.compose(replace(request, prompt_sections=story)).stems for composer in composers)
        assert np.array_equal(one["drums"], other["drums"]), "its line names none"
        return not np.array_equal(one["instrument"], other["instrument"])

    assert told("a warm Rhodes")
    assert told("", "Rhodes, softly", "a wild Rhodes")
    assert not told("something warm")
    assert not told("a warm Rhodes", "", "flute")


@pytest.mark.parametrize("value", [float("nan"), float("inf"), None, "2"], ids=str)
@pytest.mark.parametrize(
    "field", [*(f"guidance.{f.name}" for f in fields(Guidance)), "sampler.eta", "sampler.classifier_scale"]
)
def test_a_scale_that_is_no_finite_number_is_refused(field: str, value: object) -> None:
    data = request_for().to_json()
    bag, name = field.split(".")
    data[bag][name] = value
    with pytest.raises(BadInput, match="finite"):
        RequestSpec.from_json(data)


def test_words_that_are_no_text_are_refused() -> None:
    with pytest.raises(BadInput, match="prompt is not text"):
        RequestSpec.from_json(request_for().to_json() | {"prompt": ["calm"]})
