"""The plan of a long piece: windows cover it, overlap, and lie only where something changes; what each one knows."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import pytest
import torch

from engine.errors import BadInput
from engine.inference.windowing import Window, changing_frames, is_continuation, known_frames_in_window, plan_windows
from engine.request import ComposeRequest, Region, TrackSpec
from engine.tracks import TRACKS, Role

RATE_HZ, HOP_SAMPLES, LONGEST = 25.0, 1920, 200


def request_with(
    bars: int, regions: dict[str, list[tuple[int, int]]] | None = None, **changes: float
) -> ComposeRequest:
    spans = {name: tuple(Region(*span) for span in of) for name, of in (regions or {}).items()}
    tracks = {name: TrackSpec(regions=spans.get(name, ())) for name in TRACKS}
    if regions:
        tracks |= {name: TrackSpec(Role.ABSENT) for name in TRACKS if name not in regions}
    return replace(ComposeRequest(tracks, tempo_bpm=160.0, bars=bars), **changes)  # a bar is 37.5 frames


def plan(request: ComposeRequest, longest: int = LONGEST) -> list[Window]:
    return plan_windows(request, -(-request.length_samples // HOP_SAMPLES), RATE_HZ, longest)


def test_what_fits_is_one_window() -> None:
    assert plan(request_with(5)) == [Window(0, 0, 188, 188)]


@pytest.mark.parametrize("bars", [6, 7, 12, 50, 333])
@pytest.mark.parametrize("tempo_bpm", [160.0, 93.7])
def test_windows_cover_the_piece_once_and_overlap(bars: int, tempo_bpm: float) -> None:
    request = request_with(bars, tempo_bpm=tempo_bpm)
    windows = plan(request)
    bar_frames = request.grid.bar_s * RATE_HZ
    assert windows[0].start == windows[0].new == 0
    assert windows[-1].end == -(-request.length_samples // HOP_SAMPLES)
    assert [window.closes for window in windows] == [*[False] * (len(windows) - 1), True]
    for one, other in pairwise(windows):
        assert other.new == one.done
        # The last bar of a window is made anew by the next, where it holds more than three.
        assert one.done < one.end or one.frames < 4 * bar_frames
        assert other.start > one.start
        assert 0.2 < other.overlap / other.frames < 0.8  # as much as was known in training
    for window in windows:
        assert window.frames <= LONGEST
        assert window.start == int(round(window.start / bar_frames) * bar_frames + 1e-6)  # it begins with a bar
    assert max(w.frames for w in windows) - min(w.frames for w in windows) < bar_frames + 2


def test_where_no_two_bars_fit_windows_begin_with_beats() -> None:
    windows = plan(request_with(8), longest=60)
    assert all(window.frames <= 60 for window in windows)
    assert windows[-1].end == 300
    with pytest.raises(BadInput, match=r"Two beats at 160 BPM are longer than this model's window of 0\.6 s"):
        plan(request_with(8), longest=15)


def test_only_the_bars_that_change_are_made_with_what_surrounds_them() -> None:
    windows = plan(request_with(100, {"bass": [(40, 41)], "drums": [(41, 42), (80, 81)]}))
    assert [(round(w.start / 37.5), round(w.end / 37.5)) for w in windows] == [(39, 43), (78, 83)]
    assert all(window.closes and not window.overlap for window in windows)


def test_a_long_region_takes_several_windows() -> None:
    windows = plan(request_with(100, {"bass": [(40, 60)]}))
    assert len(windows) > 3
    assert (round(windows[0].start / 37.5), round(windows[-1].end / 37.5)) == (38, 62)
    assert [window.overlap > 0 for window in windows] == [False, *[True] * (len(windows) - 1)]


def test_what_is_known_in_a_window() -> None:
    request = request_with(100, {"bass": [(40, 41)], "drums": [(40, 42)]})
    roles = [Role.GENERATE, Role.VARY, Role.KEEP, Role.ABSENT]
    known = known_frames_in_window(
        Window(1480, 1510, 1560, 1560), roles, [*changing_frames(request, HOP_SAMPLES)[:2], [], []]
    )
    bass, drums, kept, absent = known
    assert (~bass).nonzero().flatten().tolist() == list(range(30, 58))  # from the overlap's end to bar 42's first frame
    assert (~drums).nonzero().flatten().tolist() == list(range(30, 80))
    assert kept.all()
    assert not absent.any()


@pytest.mark.parametrize(
    ("roles", "unknown", "causal"),
    [
        ([Role.GENERATE, Role.GENERATE], [(6, 10), (6, 10)], True),
        ([Role.GENERATE, Role.ABSENT], [(6, 10), (0, 10)], True),
        ([Role.GENERATE, Role.GENERATE], [(0, 10), (0, 10)], False),  # nothing is known: text to music
        ([Role.GENERATE, Role.GENERATE], [(4, 10), (6, 10)], False),  # the one is known where the other is made
        ([Role.GENERATE, Role.GENERATE], [(4, 8), (4, 8)], False),
        ([Role.GENERATE, Role.KEEP], [(6, 10), (0, 0)], False),
    ],
)
def test_the_causal_mode_is_for_a_known_past_and_nothing_else(
    roles: list[Role], unknown: list[tuple[int, int]], causal: bool
) -> None:
    known = torch.ones(2, 10, dtype=torch.bool)
    for row, (start, end) in zip(known, unknown, strict=True):
        row[start:end] = False
    assert is_continuation(known, roles) is causal


def test_regions_of_a_track_are_joined_and_kept_apart() -> None:
    request = request_with(10, {"bass": [(7, 8), (2, 4), (4, 5), (1, 3)]})
    assert request.changing("bass") == (Region(1, 5), Region(7, 8))
    assert request.changing("drums") == ()
    assert ComposeRequest.from_json(request.to_json()).changing("bass") == request.changing("bass")
    whole = replace(request, tracks={name: TrackSpec() for name in TRACKS}, region=Region(3, 4))
    assert whole.changing("melody") == (Region(3, 4),)


@pytest.mark.parametrize("longest", [60, 33, LONGEST])
def test_a_window_is_told_something_before_it_is_led(longest: int) -> None:
    """Where beats are short too; the first window is led by nothing."""
    first, *later = plan(request_with(50), longest=longest)
    assert first.lead_in_frames == 0
    assert later
    assert all(0 < window.lead_in_frames < window.overlap for window in later)


def test_one_window_gives_way_to_the_next_before_a_bar_line() -> None:
    for one, other in pairwise(plan(request_with(50))):
        assert other.crossfade_frames > 0
        assert other.new + other.crossfade_frames <= one.end, "both have made what they cross-fade in"
        assert (other.new + other.crossfade_frames) / 37.5 == pytest.approx(
            round((other.new + other.crossfade_frames) / 37.5), abs=0.03
        )
    assert plan(request_with(50))[0].crossfade_frames == 0
