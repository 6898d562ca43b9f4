"""Actions: what each button does to a real library with the real debug model."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile
from studio_helpers import saved, wait_for_job

from composer_app.actions.received_audio import receive_upload
from composer_app.studio import Studio
from engine.audio.io import read_audio
from engine.errors import BadInput
from engine.request import ComposeRequest, RequestSpec
from engine.take import Take
from engine.tracks import TRACKS

Do = Callable[..., dict[str, Any]]
Drop = Callable[..., str]


def lane(view: dict[str, Any], track: str) -> dict[str, Any]:
    return next(lane for lane in view["lanes"] if lane["track"] == track)


def lane_audio(studio: Studio, view: dict[str, Any], track: str) -> np.ndarray:
    return studio.audio.samples(lane(view, track)["take"]["audio"])


# Uploads


def test_an_upload_on_the_grid_is_kept_to_the_sample(studio: Studio, do: Do, drop: Drop, loop: Callable) -> None:
    assert "Drums, set to Keep" in drop("drums")
    view = do("show")
    assert (lane(view, "drums")["role"], lane(view, "drums")["takes"]) == ("keep", 1)
    np.testing.assert_array_equal(lane_audio(studio, view, "drums"), read_audio(loop("drums0.wav")).samples)


def test_a_shorter_loop_is_repeated_to_fill_the_bars(studio: Studio, do: Do, session_id: str, loop: Callable) -> None:
    one_bar = loop("bar.wav", samples=120_000)
    receive_upload(studio, session_id, "bass", one_bar)
    heard = lane_audio(studio, do("show"), "bass")
    assert heard.shape == (2, 480_000)
    np.testing.assert_array_equal(heard, np.tile(read_audio(one_bar).samples, 4))


@pytest.mark.parametrize("kind", ["text", "empty", "nan", "long"])
def test_a_bad_file_is_refused_and_the_session_stays(
    kind: str, studio: Studio, session_id: str, tmp_path: Path
) -> None:
    path = tmp_path / "bad.wav"
    if kind == "text":
        path.write_text("these are words")
    elif kind == "empty":
        path.touch()
    elif kind == "nan":
        soundfile.write(path, np.full((4800, 2), np.nan), 48_000, subtype="FLOAT")
    else:
        soundfile.write(path, np.zeros(3 * 3600 * 4_000, np.int16), 4_000)
    before = saved(studio, session_id)
    with pytest.raises(BadInput, match=r"bad\.wav"):
        receive_upload(studio, session_id, "bass", path)
    assert saved(studio, session_id) == before


@pytest.mark.parametrize(
    ("channels", "rate_hz", "level", "word"),
    [(8, 48_000, 0.1, "8 channels"), (1, 8_000, 0.1, "8 to 48 kHz"), (2, 48_000, 0.0, "silent")],
)
def test_an_unusual_file_is_taken_with_a_note(
    channels: int, rate_hz: int, level: float, word: str, studio: Studio, do: Do, session_id: str, tmp_path: Path
) -> None:
    path = tmp_path / "odd.wav"
    noise = np.random.default_rng(0).uniform(-level, level, (3 * rate_hz, channels))
    soundfile.write(path, noise, rate_hz)
    assert word in receive_upload(studio, session_id, "melody", path)
    assert lane_audio(studio, do("show"), "melody").shape == (2, 480_000)


def test_alignment_can_be_corrected_undone_and_refused(studio: Studio, do: Do, drop: Drop) -> None:
    drop("drums")
    before = do("show")
    nudged = do("align", track="drums", tempo_bpm=96, first_beat_s=0.01, stretch=False)
    assert "beat 1 at 0.010 s" in nudged["message"]["text"]
    moved, was = (lane_audio(studio, view, "drums") for view in (nudged, before))
    np.testing.assert_array_equal(moved[:, :1000], was[:, 480:1480])
    refused = do("align", track="drums", tempo_bpm=96, first_beat_s=100, stretch=False)
    assert refused["message"]["kind"] == "refused"
    assert lane(refused, "drums") == lane(nudged, "drums")
    np.testing.assert_array_equal(lane_audio(studio, do("undo"), "drums"), lane_audio(studio, before, "drums"))


def test_the_session_can_take_the_tempo_of_a_lane(do: Do, drop: Drop) -> None:
    drop("drums")
    do("align", track="drums", tempo_bpm=84, first_beat_s=0, stretch=False)
    assert do("adopt_tempo", track="drums")["form"]["tempo_bpm"] == 84


# Form and grid


def test_a_new_tempo_keeps_the_audio_and_warns(studio: Studio, do: Do, drop: Drop) -> None:
    drop("drums")
    view = do("set_form", form=do("show")["form"] | {"tempo_bpm": 84})
    assert "84 BPM" in view["message"]["text"]
    assert "stays at its own 96 BPM" in view["warnings"][0]
    assert lane_audio(studio, view, "drums").shape[1] == view["grid"]["length_samples"]
    stretched = do("align", track="drums", tempo_bpm=96, first_beat_s=0, stretch=True)
    assert stretched["warnings"] == []


def test_more_bars_loop_the_audio_and_the_stored_take_stays(studio: Studio, do: Do, drop: Drop) -> None:
    drop("drums")
    before = lane_audio(studio, do("show"), "drums")
    longer = do("set_form", form=do("show")["form"] | {"bars": 8})
    np.testing.assert_array_equal(lane_audio(studio, longer, "drums"), np.tile(before, 2))
    back = do("set_form", form=do("show")["form"] | {"bars": 4})
    np.testing.assert_array_equal(lane_audio(studio, back, "drums"), before)


def test_an_undo_is_not_taken_back_by_fields_that_still_show_the_old_values(do: Do) -> None:
    shown = do("set_form", form=do("show")["form"] | {"tempo_bpm": 84})["form"]
    do("undo")
    view = do("set_form", form=shown | {"prompt": "dub"}, shown=shown)
    assert (view["form"]["tempo_bpm"], view["form"]["prompt"]) == (96, "dub")


def test_a_refused_form_changes_nothing(studio: Studio, do: Do, session_id: str) -> None:
    before = saved(studio, session_id)
    for wrong in ({"tempo_bpm": 9000}, {"bars": 0}, {"key": "H"}, {"chords": "??"}, {"prompt": "x" * 10_000}):
        view = do("set_form", form=do("show")["form"] | wrong)
        assert view["message"]["kind"] == "refused"
        assert view["message"]["text"]
    assert saved(studio, session_id) == before


# Generate


def test_generate_makes_only_what_was_asked(studio: Studio, do: Do, drop: Drop, session_id: str) -> None:
    drop("drums")
    before = lane_audio(studio, do("show"), "drums")
    form = do("show")["form"] | {"seed": 7, "seed_locked": True, "variations": 2, "prompt": "dub"}
    assert do("generate", form=form)["job"]["state"] in ("queued", "running")
    wait_for_job(studio, session_id)
    view = do("show")
    np.testing.assert_array_equal(lane_audio(studio, view, "drums"), before)
    assert [v["seed"] for v in view["variations"]] == [7, 8]
    assert [v["used"] for v in view["variations"]] == [True, False]
    takes = studio.store.takes(session_id)
    assert set(takes[1].stems) == {"bass", "instrument", "melody"}
    assert (takes[1].request["prompt"], takes[1].request["seed"], takes[2].request["seed"]) == ("dub", 7, 8)
    assert takes[1].parent_id == takes[0].id
    assert RequestSpec.from_json(takes[1].request).seed == 7
    assert "Last:" in view["engine"]


def test_a_variation_is_used_and_undone(studio: Studio, do: Do, session_id: str) -> None:
    do("generate", form=do("show")["form"] | {"variations": 2, "bars": 1})
    wait_for_job(studio, session_id)
    first = do("show")
    second = do("use_variation", take_id=first["variations"][1]["take_id"])
    assert [v["used"] for v in second["variations"]] == [False, True]
    assert (second["undo"], lane(second, "bass")["take_number"]) == ("Use variation 2", 2)
    assert not np.array_equal(lane_audio(studio, second, "bass"), lane_audio(studio, first, "bass"))
    assert lane(do("undo"), "bass")["take_number"] == 1
    assert lane(do("redo"), "bass")["take_number"] == 2
    assert lane(do("step_take", track="bass", by=-1), "bass")["take_number"] == 1


def test_an_unlocked_seed_is_drawn_anew_and_a_locked_one_stays(studio: Studio, do: Do, session_id: str) -> None:
    form = do("show")["form"] | {"bars": 1, "seed": 5}
    do("generate", form=form)
    wait_for_job(studio, session_id)
    drawn = do("show")
    assert drawn["form"]["seed"] == drawn["variations"][0]["seed"] != 5
    do("generate", form=form | {"seed_locked": True})
    wait_for_job(studio, session_id)
    locked = do("show")
    assert locked["form"]["seed"] == locked["variations"][0]["seed"] == 5


def test_a_generation_and_its_drawn_seed_are_one_step_of_undo(studio: Studio, do: Do, session_id: str) -> None:
    before = do("set_form", form=do("show")["form"] | {"bars": 1})
    do("generate", form=before["form"])
    wait_for_job(studio, session_id)
    after = do("show")
    assert after["undo"] == "Generate bass, drums, instrument and melody"
    undone = do("undo")
    assert (undone["undo"], undone["form"], undone["lanes"][0]["take"]) == (before["undo"], before["form"], None)
    assert do("redo")["form"]["seed"] == after["variations"][0]["seed"]


def test_a_seed_that_is_locked_during_a_generation_stays(
    studio: Studio, do: Do, session_id: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    compose = studio.engine.compose

    def lock_and_compose(request: ComposeRequest, on_step: Callable[[Any], None]) -> Take:
        do("set_form", form=do("show")["form"] | {"seed": 5, "seed_locked": True})
        return compose(request, on_step)

    monkeypatch.setattr(studio.engine, "compose", lock_and_compose)
    do("generate", form=do("show")["form"] | {"bars": 1})
    wait_for_job(studio, session_id)
    assert do("show")["form"]["seed"] == 5
    assert studio.store.takes(session_id)[0].request["seed"] != 5


def test_same_request_same_seed_same_audio(studio: Studio, do: Do, session_id: str) -> None:
    form = do("show")["form"] | {"bars": 1, "seed": 5, "seed_locked": True}
    for _ in range(2):
        do("generate", form=form)
        wait_for_job(studio, session_id)
    one, other = studio.store.takes(session_id)
    assert {t: s.sha256 for t, s in one.stems.items()} == {t: s.sha256 for t, s in other.stems.items()}


@pytest.mark.parametrize("role", ["keep", "absent"])
def test_all_keep_and_all_off_are_refused(role: str, studio: Studio, do: Do, drop: Drop, session_id: str) -> None:
    for track in TRACKS:
        drop(track)
        do("set_role", track=track, role=role)
    before = saved(studio, session_id)
    view = do("generate", form=do("show")["form"])
    assert "Nothing is set to Generate" in view["message"]["text"]
    assert view["job"] is None
    assert saved(studio, session_id) == before


def test_a_piece_too_long_to_hold_is_refused_with_what_fits(studio: Studio, do: Do, session_id: str) -> None:
    view = do("generate", form=do("show")["form"] | {"bars": 400})
    assert "Choose 360 bars or fewer" in view["message"]["text"]
    assert studio.store.takes(session_id) == []


def test_a_piece_longer_than_a_window_is_made(studio: Studio, do: Do, session_id: str) -> None:
    do("generate", form=do("show")["form"] | {"bars": 16})
    wait_for_job(studio, session_id)
    take = studio.store.takes(session_id)[-1]
    assert {stem.samples for stem in take.stems.values()} == {16 * 120_000}


def test_cancel_leaves_the_lanes_and_a_failed_job_keeps_prompt_and_seed(
    studio: Studio, do: Do, session_id: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(request: ComposeRequest, on_step: object) -> Take:
        raise RuntimeError("the card fell off")

    monkeypatch.setattr(studio.engine, "compose", fails)
    started = do("generate", form=do("show")["form"] | {"prompt": "dub", "seed": 9, "seed_locked": True})
    wait_for_job(studio, session_id)
    status = studio.jobs.status(started["job"]["id"])
    assert status is not None
    assert "the card fell off" in status.message
    drawn = []
    monkeypatch.setattr(
        studio.engine, "compose", lambda request, on_step: drawn.append(request.seed) or fails(request, on_step)
    )
    do("generate", form=do("show")["form"] | {"seed_locked": False})
    wait_for_job(studio, session_id)
    assert [do("show")["form"]["seed"]] == drawn  # to be tried again
    do("undo")
    monkeypatch.undo()
    cancelled = do("generate", form=do("show")["form"] | {"variations": 4})
    do("cancel")
    wait_for_job(studio, session_id)
    view = do("show")
    assert (view["form"]["prompt"], view["form"]["seed"]) == ("dub", 9)
    assert cancelled["job"] is not None
    assert len(studio.store.takes(session_id)) < 4
