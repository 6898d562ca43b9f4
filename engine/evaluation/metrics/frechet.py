"""Fréchet audio distance (FAD), and accompaniment prompt adherence (APA), which is based on it."""

from __future__ import annotations

import numpy as np


def frechet_distance(one: np.ndarray, other: np.ndarray) -> float:
    """FAD: Fréchet distance of two sets of points `[n, D]`, modelled as Gaussians (Kilgour et al. 2019).

    |m - m'|^2 + tr(C + C' - 2 (C C')^(1/2)). NaN if a set has fewer than two points. The distance shrinks with the size
    of the sets, so compare only distances between sets of equal size.
    """
    if min(len(one), len(other)) < 2:
        return np.nan
    between_means = np.square(one.mean(axis=0) - other.mean(axis=0)).sum()
    covariance, covariance_other = np.cov(one, rowvar=False), np.cov(other, rowvar=False)
    # tr((C C')^(1/2)) equals the trace of the root of the symmetric matrix C^(1/2) C' C^(1/2).
    values, vectors = np.linalg.eigh(np.atleast_2d(covariance))
    root = (vectors * np.sqrt(np.maximum(values, 0))) @ vectors.T
    product = np.linalg.eigvalsh(root @ np.atleast_2d(covariance_other) @ root)
    shared = np.sqrt(np.maximum(product, 0)).sum()
    trace, trace_other = (np.trace(np.atleast_2d(matrix)) for matrix in (covariance, covariance_other))
    return float(between_means + trace + trace_other - 2 * shared)


def apa(candidate: np.ndarray, fitting: np.ndarray, unfitting: np.ndarray) -> float:
    """Accompaniment prompt adherence (Grachten and Nistal 2025), 0..1, from points `[n, D]` of context-stem pairs.

    fitting: true stems in their own contexts; unfitting: true stems in other contexts. 1 if the candidate pairs are
    distributed like the fitting ones, 0 if like the unfitting ones.
    """
    reference = frechet_distance(fitting, unfitting)
    margin = frechet_distance(candidate, unfitting) - frechet_distance(candidate, fitting)
    largest = max(reference, abs(margin))
    return 0.5 + margin / (2 * largest) if largest > 0 else np.nan
