"""The table of presets: what each row promises, and rows that were written before a field was thought of."""

import json

import pytest

from engine.errors import BadInput
from engine.models.preset_table import main, parameter_counts
from engine.models.preset_types import Preset
from engine.models.presets import PRESETS, preset

PAPER = PRESETS["paper"]
NEW_FIELDS = {  # of checkpoints that were saved before there was a choice
    "autoencoder": ("kind", "strides", "source"),
    "text": ("tokens", "model"),
    "unet": ("kernel",),
    "training": ("warm_up_steps", "final_learning_rate", "betas", "weight_decay", "clip_norm", "discrete_levels"),
}


@pytest.mark.parametrize("name", PRESETS)
def test_a_row_survives_its_checkpoint(name):
    assert Preset.from_json(PRESETS[name].to_json()) == PRESETS[name]


@pytest.mark.parametrize("name", ["compact", "debug"])
def test_a_checkpoint_from_before_the_choice_means_what_it_meant(name):
    row = json.loads(PRESETS[name].to_json())
    del row["prediction"]
    for part, names in NEW_FIELDS.items():
        for field in names:
            del row[part][field]
    assert Preset.from_json(json.dumps(row)) == PRESETS[name]


def test_a_checkpoint_from_before_parametric_stereo_has_none():
    row = json.loads(PRESETS["compact"].to_json())
    del row["autoencoder"]["stereo_bands"]
    assert Preset.from_json(json.dumps(row)).autoencoder.stereo_bands == 0


def test_the_paper_row_has_the_size_of_the_paper():
    assert abs(parameter_counts(PAPER)[1] / 746e6 - 1) < 0.05


def test_the_paper_row_says_what_the_paper_says():
    assert (PAPER.autoencoder.kind, PAPER.autoencoder.latent_hop_samples) == ("waveform", 320)
    assert PAPER.autoencoder.latent_rate_hz == 150
    assert (PAPER.autoencoder.latent_channels, PAPER.kept_latent_channels) == (128, 122)
    assert (PAPER.text.encoder, PAPER.unet.text_width, PAPER.prediction) == ("t5", 1024, "noise")
    training = PAPER.training
    assert (training.learning_rate, training.final_learning_rate, training.warm_up_steps) == (3e-5, 0.0, 0)
    assert (training.betas, training.weight_decay, training.clip_norm) == ((0.9, 0.95), 0.1, 1.0)
    assert training.discrete_levels
    assert training.drop_text == 0.2
    assert all(stage.tasks == (1 / 3, 1 / 3, 1 / 3) for stage in training.stages)


def test_the_miniature_has_the_mechanisms_of_the_paper():
    tiny = PRESETS["paper-tiny"]
    assert tiny.autoencoder.kind == PAPER.autoencoder.kind
    assert tiny.autoencoder.latent_hop_samples == PAPER.autoencoder.latent_hop_samples
    assert (tiny.text.encoder, tiny.prediction) == (PAPER.text.encoder, PAPER.prediction)
    assert tiny.text.tokens > 1
    assert tiny.training.discrete_levels
    assert tiny.kept_latent_channels < tiny.autoencoder.latent_channels


def test_the_table_has_a_line_for_every_row(capsys):
    main([])
    heading, *lines = capsys.readouterr().out.splitlines()
    assert [line.split()[0] for line in lines] == list(PRESETS)
    assert "128 x 150 Hz" in lines[list(PRESETS).index("paper")]
    assert heading.startswith("preset")


def test_an_unknown_name_is_refused_with_those_there_are():
    with pytest.raises(BadInput, match="compact, paper, paper-tiny, encodec, oobleck, debug"):
        preset("huge")
