"""FAD and APA of sets whose distances are known."""

import numpy as np
import pytest

from engine.evaluation.metrics.frechet import apa, frechet_distance


def gaussian(seed: int, mean: float = 0.0, spread: float = 1.0, number: int = 20_000) -> np.ndarray:
    return mean + spread * np.random.default_rng(seed).normal(size=(number, 3))


def test_distance_of_gaussians_is_the_known_one():
    assert frechet_distance(gaussian(0), gaussian(1)) == pytest.approx(0, abs=0.01)
    assert frechet_distance(gaussian(0), gaussian(1, mean=2)) == pytest.approx(3 * 4, rel=0.02)
    assert frechet_distance(gaussian(0), gaussian(1, spread=3)) == pytest.approx(3 * (3 - 1) ** 2, rel=0.03)


def test_distance_is_symmetric_and_sees_correlation():
    one, other = gaussian(0), gaussian(1)
    other[:, 1] = other[:, 0]
    assert frechet_distance(one, other) == pytest.approx(frechet_distance(other, one))
    assert frechet_distance(one, other) > 0.3


def test_few_points_have_no_distance():
    assert np.isnan(frechet_distance(gaussian(0, number=1), gaussian(1)))
    assert np.isnan(frechet_distance(np.zeros((0, 0)), gaussian(1)))


def test_apa_is_one_for_what_fits_and_none_for_what_does_not():
    fitting, unfitting = gaussian(0), gaussian(1, mean=3)
    assert apa(gaussian(2), fitting, unfitting) == pytest.approx(1, abs=0.02)
    assert apa(gaussian(3, mean=3), fitting, unfitting) == pytest.approx(0, abs=0.02)
    assert apa(gaussian(4, mean=1.5), fitting, unfitting) == pytest.approx(0.5, abs=0.05)
