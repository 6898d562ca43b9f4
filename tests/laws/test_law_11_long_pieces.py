"""Law 11: a piece of any length in overlapping windows, at flat memory; laws 3, 9 and 10 hold across the windows."""

from __future__ import annotations

import gc
import tracemalloc
from dataclasses import dataclass, replace

import numpy as np
import pytest
import torch

from engine.composer import Composer
from engine.diffusion.guidance import Conditions
from engine.diffusion.lead_sheet import LeadSheet
from engine.errors import Cancelled
from engine.inference.denoising import Denoiser
from engine.models.presets import PRESETS
from engine.models.random_weights import random_checkpoint
from engine.prompt_sections import PromptSection
from engine.request import ComposeRequest, Region
from engine.runtime.progress import Progress
from engine.tracks import TRACKS, Role
from tests.composer_requests import request_for, stem, with_track

GROUND = dict.fromkeys(TRACKS, Role.ABSENT) | {"bass": Role.GENERATE, "drums": Role.GENERATE}  # one turn
DUET = {"bass": Role.KEEP, "drums": Role.GENERATE, "instrument": Role.ABSENT, "melody": Role.ABSENT}
BAR_SAMPLES, HOP_SAMPLES = 72_000, 1920  # 160 BPM; a bar is 37.5 latent frames
MARGIN_SAMPLES = 26_000  # half a second and the fade: the end of a window's sound waits for the next window


@pytest.fixture(scope="module")
def composer() -> Composer:
    """The debug model with windows of 152 frames: four bars: one known, two made, one provisional."""
    return Composer(random_checkpoint(replace(PRESETS["debug"], max_window_frames=152)), "debug", torch.device("cpu"))


def long_request(roles: dict[str, Role] | None = None, bars: int = 10, **changes: object) -> ComposeRequest:
    return request_for(roles or DUET, bars=bars, steps=2, **changes)


@dataclass(frozen=True)
class Made:
    """What one window was asked and what came of it."""

    conditions: Conditions
    causal: bool
    latents: torch.Tensor  # [K, C, L]


@pytest.fixture
def windows_made(monkeypatch: pytest.MonkeyPatch) -> list[Made]:
    """Every call of a denoiser, in order."""
    seen: list[Made] = []
    denoise = Denoiser.__call__

    def watched(self, latents, conditions, levels, generators, causal, *rest):  # type: ignore[no-untyped-def]
        made = denoise(self, latents, conditions, levels, generators, causal, *rest)
        seen.append(Made(conditions, causal, made[0]))
        return made

    monkeypatch.setattr(Denoiser, "__call__", watched)
    return seen


@pytest.mark.parametrize(("bars", "tempo_bpm"), [(10, 160.0), (7, 157.3)])
def test_the_piece_is_as_long_as_asked_and_sounds_throughout(composer: Composer, bars: int, tempo_bpm: float) -> None:
    request = long_request(bars=bars, tempo_bpm=tempo_bpm)
    assert len(composer.windows(request)) > 1
    take = composer.compose(request)
    assert np.array_equal(take.stems["bass"], request.audio["bass"])
    assert take.stems["drums"].shape == (2, request.length_samples)
    seconds = take.stems["drums"][:, : request.length_samples // 4_800 * 4_800].reshape(2, -1, 4_800)
    assert np.abs(seconds).max(axis=(0, 2)).min() > 0


def test_a_window_goes_on_from_what_the_one_before_it_made(composer: Composer, windows_made: list[Made]) -> None:
    request = long_request(GROUND)
    composer.compose(request)
    plan = composer.windows(request)
    assert [made.causal for made in windows_made] == [False] * 4
    for before, window, one, other in zip(plan, plan[1:], windows_made, windows_made[1:], strict=False):
        context = other.conditions.context
        shared = one.latents[..., window.start - before.start : before.done - before.start]
        told = window.overlap - window.lead_in_frames
        assert 0 < told < window.overlap
        assert context.known[0, :2, :told].all()
        assert not context.known[0, :, told:].any()
        assert torch.equal(context.latents[0, :2, :, :told], shared[:2, :, :told])
        assert torch.equal(other.latents[:2, :, : window.overlap], shared[:2])


def test_where_one_window_gives_way_to_the_next_both_sound(composer: Composer, windows_made: list[Made]) -> None:
    """Just behind the border the latents are nearly those of the one before, at the bar line they are new."""
    request = long_request()
    composer.compose(request)
    one, other = composer.windows(request)[:2]
    drums = TRACKS.index("drums")
    before, behind = (made.latents[drums] for made in windows_made[:2])
    first, last = other.overlap, other.overlap + other.crossfade_frames - 1

    def apart(frame: int) -> float:
        old, new = before[:, frame + other.start - one.start], behind[:, frame]
        return float((new - old).norm() / new.norm())

    assert apart(first) < 0.1
    assert apart(last) > 0.3


def test_every_window_hears_its_part_of_the_lead_sheet_and_of_what_is_kept(
    composer: Composer, windows_made: list[Made]
) -> None:
    request = long_request(chords="Am F C G Dm")
    composer.compose(request)
    plan = composer.windows(request)
    frames = plan[-1].end
    sheet = LeadSheet(request.grid, request.parsed_chords, request.parsed_key).channels(frames, 25.0)
    bass = composer._autoencoder.encode(torch.from_numpy(request.audio["bass"])[None])[0]
    for window, made in zip(plan, windows_made, strict=True):
        assert not made.causal  # the bass is known in what is to come
        assert torch.allclose(made.conditions.lead_sheet[0], sheet[:, window.start : window.end], atol=1e-4)
        heard = composer._whitening.whiten(bass)[:, window.start : window.end]
        assert torch.allclose(made.conditions.context.latents[0, 0], heard, atol=1e-4)


def test_same_seed_same_piece_another_seed_another(composer: Composer) -> None:
    one, same = (composer.compose(long_request()).stems["drums"] for _ in range(2))
    other = composer.compose(long_request(seed=8)).stems["drums"]
    assert np.array_equal(one, same)
    for bar in range(10):
        assert not np.array_equal(
            one[:, bar * BAR_SAMPLES :][:, :BAR_SAMPLES], other[:, bar * BAR_SAMPLES :][:, :BAR_SAMPLES]
        )


def test_what_changes_late_is_heard_late(composer: Composer) -> None:
    """The last bars of a kept track reach the last window, and nothing that was finished before it."""
    request = long_request()
    first_end = composer.windows(request)[0].done * HOP_SAMPLES - MARGIN_SAMPLES
    changed = request.audio["bass"].copy()
    changed[:, 8 * BAR_SAMPLES :] = stem(2 * BAR_SAMPLES, 21)
    one, other = (composer.compose(r).stems["drums"] for r in (request, with_track(request, "bass", audio=changed)))
    assert np.array_equal(one[:, :first_end], other[:, :first_end])
    assert not np.array_equal(one[:, 8 * BAR_SAMPLES :], other[:, 8 * BAR_SAMPLES :])


def test_any_bars_of_any_tracks_are_made_anew_and_all_else_stays(composer: Composer, windows_made: list[Made]) -> None:
    roles = {"bass": Role.GENERATE, "drums": Role.VARY, "instrument": Role.KEEP, "melody": Role.ABSENT}
    request = long_request(roles, bars=40)
    request = with_track(request, "bass", audio=stem(request.length_samples, 5), regions=(Region(2, 3), Region(30, 32)))
    request = with_track(request, "drums", regions=(Region(30, 31),))
    take = composer.compose(request)
    assert len(windows_made) == 2  # the other bars cost nothing
    for name in ("bass", "drums", "instrument"):
        before, after = request.audio[name], take.stems[name]
        inside = np.zeros(request.length_samples, bool)
        for start, end in request.changing_samples(name):
            inside[start:end] = True
            assert np.mean(after[:, start:end] != before[:, start:end]) > 0.9
        assert np.array_equal(after[:, ~inside], before[:, ~inside])
    known = windows_made[0].conditions.context.known[0]
    assert known[1].all()  # the drums change in the second stretch only
    assert not known[0].all()


@pytest.mark.parametrize("bars", [4, 10])
def test_a_piece_goes_on_from_its_past(composer: Composer, windows_made: list[Made], bars: int) -> None:
    """In one window or in several, what is continued keeps its bits, and the causal mode makes what follows it."""
    request = long_request({**DUET, "bass": Role.GENERATE}, bars=bars)
    for name in ("bass", "drums"):
        request = with_track(request, name, audio=stem(request.length_samples, 3), regions=(Region(2, bars),))
    take = composer.compose(request)
    assert [made.causal for made in windows_made] == [True, *[False] * (len(composer.windows(request)) - 1)]
    for name in ("bass", "drums"):
        assert np.array_equal(take.stems[name][:, : 2 * BAR_SAMPLES], request.audio[name][:, : 2 * BAR_SAMPLES])
        assert not np.array_equal(take.stems[name][:, 2 * BAR_SAMPLES :], request.audio[name][:, 2 * BAR_SAMPLES :])


def test_sections_of_a_story_hear_their_own_prompt(composer: Composer, windows_made: list[Made]) -> None:
    story = (PromptSection(7, "calm"), PromptSection(9, "wild"))
    request = long_request(bars=16, prompt_sections=story)
    calm, wild = (composer._text.encode_lines([section.prompt])[0] for section in story)
    plan = composer.windows(request)
    one = composer.compose(request).stems["drums"]
    told = [[section.text[0, 1] for _, section in made.conditions.by_section] for made in windows_made]
    assert [len(texts) for texts in told] == [1, 1, 2, 2, 1, 1, 1]  # the border lies in the overlap of two windows
    assert torch.equal(told[0][0], calm)
    assert torch.equal(told[2][0], calm)
    assert torch.equal(told[2][1], wild)
    assert torch.equal(told[-1][0], wild)

    other = composer.compose(replace(request, prompt_sections=(story[0], PromptSection(9, "sleepy")))).stems["drums"]
    first_end = plan[0].done * HOP_SAMPLES - MARGIN_SAMPLES
    assert np.array_equal(one[:, :first_end], other[:, :first_end])
    assert not np.array_equal(one[:, 6 * BAR_SAMPLES :], other[:, 6 * BAR_SAMPLES :])


def test_progress_counts_on_over_the_windows_and_a_later_one_can_be_cancelled(composer: Composer) -> None:
    seen: list[Progress] = []
    plain = composer.compose(long_request(), seen.append)
    assert [(p.step, p.steps) for p in seen if p.stage == "denoise"] == [
        (0, 8), (1, 8), (2, 8), (2, 8), (3, 8), (4, 8), (4, 8), (5, 8), (6, 8), (6, 8), (7, 8), (8, 8),
    ]  # fmt: skip
    assert seen[-1] == Progress("decode", 4, 4, window=4, windows=4)

    def cancel(progress: Progress) -> None:
        if progress.window == 3 and progress.stage == "denoise":
            raise Cancelled

    with pytest.raises(Cancelled):
        composer.compose(long_request(), cancel)
    again = composer.compose(long_request())
    assert np.array_equal(again.stems["drums"], plain.stems["drums"])


def test_memory_does_not_grow_with_the_windows(composer: Composer) -> None:
    """Of tensors and of arrays: the piece itself is held from the start, all else belongs to one window."""
    tensors: list[int] = []
    arrays: list[int] = []

    def weigh(progress: Progress) -> None:
        if progress.stage == "denoise" and progress.step % 2 == 1:  # in the middle of a window
            alive = (o for o in gc.get_objects() if issubclass(type(o), torch.Tensor))
            tensors.append(sum({t.untyped_storage().data_ptr(): t.untyped_storage().nbytes() for t in alive}.values()))
            arrays.append(tracemalloc.get_traced_memory()[0])

    tracemalloc.start()
    try:
        composer.compose(long_request(GROUND, bars=13), weigh)
    finally:
        tracemalloc.stop()
    assert len(tensors) == 6
    a_window_of_latents = 4 * 8 * 150 * 4
    assert max(tensors[3:]) - tensors[2] < a_window_of_latents / 4
    assert max(arrays[3:]) - arrays[2] < 100_000
