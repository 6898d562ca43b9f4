"""Measure how much of the demo's sound varying leaves: `python -m composer_app.tools.measure_distances`."""

from __future__ import annotations

import argparse
from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from composer_app.media.demo import demo_stems
from composer_app.state.editor import DISTANCES
from composer_app.tools.make_demo import demo_request
from engine.audio.pcm24 import SAMPLE_RATE_HZ
from engine.composer import Composer
from engine.music.chroma import HOP_SAMPLES, semitone_energy
from engine.music.grid import Grid
from engine.request import ComposeRequest
from engine.tracks import Role

VARIED = ("instrument", "melody")


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, nargs="+", default=[1, 2, 3])
    parser.add_argument("--steps", type=int, default=ComposeRequest.steps)
    options = parser.parse_args(arguments)
    composer, stems = Composer.load("compact"), demo_stems()

    def in_common_with_demo(role: Role, distance: float) -> float:
        """The mean of `in_common` over both lanes and all seeds."""
        shares = []
        for seed in options.seeds:
            request = replace(varied(demo_request(seed), stems, role, distance), steps=options.steps)
            take = composer.compose(request)
            shares += [in_common(stems[track], take.stems[track], request.grid) for track in VARIED]
        return float(np.mean(shares))

    for word, distance in DISTANCES.items():
        print(f"{word} {in_common_with_demo(Role.VARY, distance):.0%}", flush=True)
    print(f"made anew {in_common_with_demo(Role.GENERATE, ComposeRequest.distance):.0%}")


def varied(request: ComposeRequest, stems: Mapping[str, np.ndarray], role: Role, distance: float) -> ComposeRequest:
    """Instrument and melody made so, beside bass and drums as they are."""
    tracks = {
        name: replace(track, role=role if name in VARIED else Role.KEEP) for name, track in request.tracks.items()
    }
    return replace(request, tracks=tracks, audio=stems, distance=distance)


def in_common(one: np.ndarray, other: np.ndarray, grid: Grid) -> float:
    """Share of the energy of two stems `[2, S]` that lies on the same beat and semitone in both, 0..1."""
    rows = [_by_beat(stem, grid) for stem in (one, other)]
    return float(np.minimum(*(row / max(row.sum(), 1e-12) for row in rows)).sum())


def _by_beat(stem: np.ndarray, grid: Grid) -> np.ndarray:
    """Energy `[84, beats]`."""
    edges = np.round(np.arange(grid.beats) * grid.beat_s * SAMPLE_RATE_HZ / HOP_SAMPLES).astype(int)
    return np.add.reduceat(semitone_energy(stem), edges, axis=1)


if __name__ == "__main__":
    main()
