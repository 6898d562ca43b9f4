"""A augmented sound is another recording of the same: what is loud stays, what is quiet may drown."""

from __future__ import annotations

import numpy as np

from engine.training.judges.augmentation import augmented

BANDS, FRAMES = 64, 100


def partials() -> np.ndarray:
    """Powers `[M, N]` of a tone with partials at every eighth band, on and off, 60 dB above what is between."""
    power = np.full((BANDS, FRAMES), 1e-6, np.float32)
    power[4::8, :50] = 1.0
    return power


def many(count: int = 200) -> np.ndarray:
    """`[count, M, N]`."""
    return np.stack([augmented(partials(), np.random.default_rng(seed)) for seed in range(count)])


def test_the_partials_stand_out_and_keep_their_time() -> None:
    loud = partials() == 1.0
    clear = [np.median(recording[loud]) > 10 * np.median(recording[~loud]) for recording in many()]
    assert np.mean(clear) > 0.95


def test_what_is_quiet_drowns_in_some_recordings_and_is_spared_in_others() -> None:
    grounds_db = 10 * np.log10(np.median(many()[:, :, 50:], axis=(1, 2)))
    assert np.percentile(grounds_db, 90) > -40
    assert np.percentile(grounds_db, 10) < -55


def test_the_bands_have_other_proportions() -> None:
    tones_db = 10 * np.log10(many()[:, 4::8, :50].mean(axis=2))  # [recordings, partials]
    assert 1 < np.mean(tones_db.std(axis=1)) < 5


def test_no_power_falls_below_nothing() -> None:
    blow = np.full((BANDS, FRAMES), 1e-9, np.float32)
    blow[:, 20:24] = 1e6
    assert all((augmented(blow, np.random.default_rng(seed)) >= 0).all() for seed in range(100))


def test_the_same_dice_weather_alike() -> None:
    one, again, other = (augmented(partials(), np.random.default_rng(seed)) for seed in (1, 1, 2))
    assert one.dtype == np.float32
    assert np.array_equal(one, again)
    assert not np.array_equal(one, other)
