"""The thresholds that the bundled model must meet, by metric and place."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from engine.evaluation.reporting.cases import CHORDS, KEPT, SETTINGS, TEXT
from engine.tracks import PITCHED, TRACKS

PROMPT_PROPERTIES = ("tempo", "key", "mode", "family", "drums")
ROUNDING = 1e-9


@dataclass(frozen=True)
class Threshold:
    """figure, where: of the row; words: the rule in words; met: (generated, truth) -> whether the rule holds."""

    figure: str
    where: str
    words: str
    met: Callable[[float, float], bool]


def _share_of_truth(share: float) -> tuple[str, Callable[[float, float], bool]]:
    return f">= {share:.0%} of truth", lambda generated, truth: generated >= share * truth - ROUNDING


def _times_truth(factor: float) -> tuple[str, Callable[[float, float], bool]]:
    return f"<= {factor:g} x truth", lambda generated, truth: generated <= factor * truth + ROUNDING


def _at_most(most: float) -> tuple[str, Callable[[float, float], bool]]:
    return f"<= {most:g}", lambda generated, truth: generated <= most + ROUNDING


def _at_least(least: float) -> tuple[str, Callable[[float, float], bool]]:
    return f">= {least:g}", lambda generated, truth: generated >= least - ROUNDING


THRESHOLDS: tuple[Threshold, ...] = (
    *(Threshold("CBS", f"{setting}: all", *_share_of_truth(0.95)) for setting in (TEXT, CHORDS)),
    *(Threshold("IRS, s", f"{setting}: all", *_times_truth(1.2)) for setting in (TEXT, CHORDS)),
    *(
        Threshold("grid error, ms", f"{setting}: {track}", *_at_most(10 if track == "drums" else 15))
        for setting in (TEXT, CHORDS)
        for track in TRACKS
    ),
    *(Threshold("chord agreement", f"{CHORDS}: {track}", *_share_of_truth(0.95)) for track in PITCHED),
    *(Threshold("chord agreement", f"{KEPT}: {track}", *_share_of_truth(0.9)) for track in PITCHED),
    Threshold("APA", f"{KEPT}: all", *_at_least(0.8)),
    *(Threshold(f"prompt: {name}", f"{TEXT}: all", *_share_of_truth(0.9)) for name in PROMPT_PROPERTIES),
    *(Threshold("FAD", f"{TEXT}: {track}", *_times_truth(2)) for track in TRACKS),
    *(
        Threshold(figure, f"{setting}: all", *_at_most(0))
        for figure in ("silent", "clipped")
        for setting in SETTINGS
    ),
)  # fmt: skip


def find_threshold(figure: str, where: str) -> Threshold | None:
    """The threshold of a row, if it has one."""
    return next((one for one in THRESHOLDS if (one.figure, one.where) == (figure, where)), None)
