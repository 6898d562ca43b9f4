"""Proposals for the chords: read from the kept lanes, or written in the key and style of the session."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

import numpy as np

from composer_app.media.lane_audio import FittedAudio
from composer_app.state.chords import GuideSpan, guide_spans
from composer_app.state.editor import EditorState
from composer_app.state.phrases import listed
from engine.audio.pcm24 import SAMPLE_RATE_HZ
from engine.music.chord_estimation import chords_by_part, pitch_energies
from engine.music.chords import Bar, bars_of_spans, spell_bars
from engine.music.grid import Grid
from engine.music.key import Key, parse_key
from engine.music.key_estimation import estimate_key
from engine.music.styles.chord_plan import plan_chords
from engine.tracks import Role, pitched

READ_MODES = ("major", "minor")
READ_BARS = 32  # what is longer is read this far, and repeated: two minutes of music take some seconds
WRITTEN_BARS = 8
WRITTEN = 4
TRIES = 24
DEFAULT_KEYS = (Key(9, "minor"), Key(0, "major"))  # A minor and C major: the white keys


@dataclass(frozen=True)
class Proposal:
    """A progression to choose. words: where it comes from; spans: what the guide plays of it."""

    chords: str
    words: str
    spans: list[GuideSpan]


def propose(audio: FittedAudio, state: EditorState, draw: int) -> list[Proposal]:
    """Several progressions. draw: another number writes others in the same style."""
    lanes = [track for track in pitched(state.lanes) if {Role.KEEP, Role.VARY} & {*state.cells(track)}]
    stems = {track: stem for track in lanes if (stem := audio.lane_samples(state, track)) is not None}
    key = parse_key(state.key) if state.key else None
    proposals: dict[str, str] = {}  # chords -> words
    if stems:
        heard, key = _heard(stems, state.grid, key)
        proposals.update(heard)
    for index, home in enumerate([key] if key else DEFAULT_KEYS):
        proposals = _written(state, home, draw + index, WRITTEN if key else WRITTEN // 2) | proposals
    in_order = sorted(proposals.items(), key=lambda item: not item[1].startswith("heard"))
    return [Proposal(chords, words, guide_spans(chords, state.grid)) for chords, words in in_order]


def _heard(stems: dict[str, np.ndarray], grid: Grid, key: Key | None) -> tuple[dict[str, str], Key | None]:
    """Progressions read from the lanes, from plain to detailed, with their words; and the key of the lanes."""
    read = Grid(grid.tempo_bpm, grid.beats_per_bar, min(grid.bars, READ_BARS))
    length = round(read.duration_s * SAMPLE_RATE_HZ)
    everything, low = pitch_energies({track: audio[:, :length] for track, audio in stems.items()})
    lanes = listed(stems)
    found: dict[str, str] = {}
    for parts, sevenths, detail in ((1, False, ""), (1, True, ", with sevenths"), (2, True, ", two a bar")):
        chords = chords_by_part(everything, low, read, key, parts, sevenths)
        if chords is None:
            break
        bars: list[Bar] = [chords[at : at + parts] for at in range(0, len(chords), parts)]
        plain = [bar[:1] if len(set(bar)) == 1 else bar for bar in bars]
        found.setdefault(spell_bars(plain), f"heard in {lanes}{detail}")
    return found, key or estimate_key(np.sqrt(everything).sum(axis=1), READ_MODES)


def _written(state: EditorState, key: Key, draw: int, count: int) -> dict[str, str]:
    """Progressions in the style that the prompt names, from the score writer, with their words."""
    grid = Grid(state.tempo_bpm, state.beats_per_bar, min(state.bars, WRITTEN_BARS))
    written: dict[str, str] = {}
    for attempt in range(TRIES):
        # Who picks by ear is shown all that the style has, whether or not the chords tell their key by themselves.
        plan = plan_chords(state.prompt, key, [grid.bars], grid, Random(f"{draw}/{attempt}"), drafts=1)
        written.setdefault(spell_bars(bars_of_spans(plan.spans, grid)), f"{plan.genre.name} in {plan.home}")
        if len(written) == count:
            break
    return written
