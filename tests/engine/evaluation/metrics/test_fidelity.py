"""Figures of fidelity on sounds whose faults are known; the autoencoder's report on the debug model."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from engine.evaluation import autoencoder_report
from engine.evaluation.metrics.fidelity import (
    hiss_db,
    isolated_onsets_s,
    mel_distance,
    pre_echo_db,
    si_sdr_db,
    stft_distance,
)
from engine.evaluation.metrics.onsets import onset_times_s
from engine.evaluation.out_of_domain import out_of_domain_sounds
from tests.engine.evaluation.signals import decay, stereo, strokes

RNG = np.random.default_rng(0)
NOISE = RNG.normal(0, 0.1, (2, 96_000)).astype(np.float32)
OTHER = RNG.normal(0, 0.1, (2, 96_000)).astype(np.float32)


def drums() -> np.ndarray:
    time_s, fall = decay(0.2, 30)
    return strokes(np.arange(0.3, 1.9, 0.4), np.random.default_rng(1).normal(size=len(time_s)) * fall * 0.3, 2.0)


def test_si_sdr_is_the_ratio_that_was_made_whatever_the_scale():
    assert si_sdr_db(NOISE + 0.1 * OTHER, NOISE) == pytest.approx(20, abs=0.3)
    assert si_sdr_db(3 * (NOISE + 0.1 * OTHER), NOISE) == pytest.approx(20, abs=0.3)


def test_distances_grow_with_the_error_and_vanish_without():
    for distance in (mel_distance, stft_distance):
        near, far = distance(NOISE + 0.1 * OTHER, NOISE), distance(OTHER, NOISE)
        assert distance(NOISE, NOISE) == pytest.approx(0, abs=1e-6)
        assert 0 < near < far / 2
    assert mel_distance(0.5 * NOISE, NOISE) == pytest.approx(6, abs=0.5)


def test_pre_echo_is_measured_before_the_strokes():
    original = drums()
    onsets_s = isolated_onsets_s(original, onset_times_s(original))
    assert len(onsets_s) == 4
    smeared = original.copy()
    smeared[:, :-480] += 0.2 * original[:, 480:]  # 10 ms ahead, 14 dB down
    assert pre_echo_db(original, onsets_s) < -60
    assert -25 < pre_echo_db(smeared, onsets_s) < -10


def test_hiss_is_measured_where_the_original_is_quiet():
    original = drums()
    assert hiss_db(original + 0.01 * stereo(OTHER[0]), original) > hiss_db(original, original) + 30


def test_foreign_sounds_are_the_same_for_a_seed_and_sound():
    stems = {"drums": drums(), "bass": NOISE}
    one, again, other = (out_of_domain_sounds(stems, seed) for seed in (3, 3, 4))
    assert set(one) == {"other synthesis", "filtered noise", "mix", "detuned", "reverberant"}
    for kind, sound in one.items():
        assert sound.shape == (2, 96_000)
        assert sound.dtype == np.float32
        assert 0.01 < np.abs(sound).max() <= 1
        assert np.array_equal(sound, again[kind])
    assert not np.array_equal(one["filtered noise"], other["filtered noise"])


def test_the_report_compares_two_checkpoints(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from engine.models.checkpoint import save_checkpoint
    from engine.models.registry import open_model

    monkeypatch.setattr(autoencoder_report, "LONGEST_S", 3.0)
    save_checkpoint(tmp_path / "other.safetensors", open_model("debug")[1])
    other = str(tmp_path / "other.safetensors")
    autoencoder_report.main(["--model", "debug", "--against", other, "--pieces", "1", "--out", str(tmp_path / "out")])
    report = json.loads((tmp_path / "out" / "report.json").read_text())
    assert set(report) >= {"SI-SDR, dB", "mel, dB", "STFT", "pre-echo, dB", "hiss, dBFS"}
    for kinds in report.values():
        # The piece has no drum hit after silence in its first seconds, so its pre-echo is NaN in both columns.
        assert all(values["debug"] == pytest.approx(values[other], nan_ok=True) for values in kinds.values())
    assert {"other synthesis", "detuned"} <= set(report["mel, dB"])
    assert (tmp_path / "out" / "spectrograms.png").stat().st_size > 10_000
