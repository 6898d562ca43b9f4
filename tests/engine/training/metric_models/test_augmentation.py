"""Augmentation keeps loud partials and their timing, and may mask quiet ones."""

from __future__ import annotations

import numpy as np

from engine.training.metric_models.augmentation import augment

BANDS, FRAMES = 64, 100


def partials() -> np.ndarray:
    """Powers `[M, N]` of a tone with partials at every eighth band, 60 dB above the bands between, on and then off."""
    power = np.full((BANDS, FRAMES), 1e-6, np.float32)
    power[4::8, :50] = 1.0
    return power


def many(count: int = 200) -> np.ndarray:
    """`[count, M, N]`."""
    return np.stack([augment(partials(), np.random.default_rng(seed)) for seed in range(count)])


def test_the_partials_stand_out_and_keep_their_time() -> None:
    loud = partials() == 1.0
    clear = [np.median(recording[loud]) > 10 * np.median(recording[~loud]) for recording in many()]
    assert np.mean(clear) > 0.95


def test_quiet_bands_are_masked_in_some_recordings_only() -> None:
    grounds_db = 10 * np.log10(np.median(many()[:, :, 50:], axis=(1, 2)))
    assert np.percentile(grounds_db, 90) > -40
    assert np.percentile(grounds_db, 10) < -55


def test_the_bands_have_other_proportions() -> None:
    tones_db = 10 * np.log10(many()[:, 4::8, :50].mean(axis=2))  # [recordings, partials]
    assert 1 < np.mean(tones_db.std(axis=1)) < 5


def test_no_power_falls_below_nothing() -> None:
    blow = np.full((BANDS, FRAMES), 1e-9, np.float32)
    blow[:, 20:24] = 1e6
    assert all((augment(blow, np.random.default_rng(seed)) >= 0).all() for seed in range(100))


def test_the_same_seed_augments_alike() -> None:
    one, again, other = (augment(partials(), np.random.default_rng(seed)) for seed in (1, 1, 2))
    assert one.dtype == np.float32
    assert np.array_equal(one, again)
    assert not np.array_equal(one, other)
