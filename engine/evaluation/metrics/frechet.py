"""Distances between sets of sounds in an embedding (FAD), and from them whether stems fit their context (APA)."""

from __future__ import annotations

import numpy as np


def frechet_distance(one: np.ndarray, other: np.ndarray) -> float:
    """Between two sets of points `[n, D]`, taken as Gaussians; NaN for fewer than two points on a side.

    |m - m'|^2 + tr(C + C' - 2 (C C')^(1/2)) (Kilgour et al. 2019). It shrinks with more points: compare sets as large.
    """
    if min(len(one), len(other)) < 2:
        return np.nan
    apart = np.square(one.mean(axis=0) - other.mean(axis=0)).sum()
    covariance, covariance_other = np.cov(one, rowvar=False), np.cov(other, rowvar=False)
    # The trace of the root of a product is that of the root of the symmetric C^(1/2) C' C^(1/2).
    values, vectors = np.linalg.eigh(np.atleast_2d(covariance))
    root = (vectors * np.sqrt(np.maximum(values, 0))) @ vectors.T
    product = np.linalg.eigvalsh(root @ np.atleast_2d(covariance_other) @ root)
    shared = np.sqrt(np.maximum(product, 0)).sum()
    return float(apart + np.trace(np.atleast_2d(covariance)) + np.trace(np.atleast_2d(covariance_other)) - 2 * shared)


def apa(judged: np.ndarray, fitting: np.ndarray, unfitting: np.ndarray) -> float:
    """Accompaniment prompt adherence (Grachten and Nistal 2025) of points `[n, D]` of context and stem together.

    fitting: true stems in their own contexts; unfitting: in others. 1 = like fitting, 0 = like unfitting.
    """
    apart = frechet_distance(fitting, unfitting)
    nearer = frechet_distance(judged, unfitting) - frechet_distance(judged, fitting)
    largest = max(apart, abs(nearer))
    return 0.5 + nearer / (2 * largest) if largest > 0 else np.nan
