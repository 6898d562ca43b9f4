"""Export as the page does it: law 12 on the way out, and refusals in words."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from zipfile import ZipFile

import numpy as np
import pytest
import soundfile
from studio_helpers import BAR_96_SAMPLES

from composer_app.studio import Studio
from engine.audio.io import read_audio

Do = Callable[..., dict[str, Any]]


def exported(studio: Studio, view: dict[str, Any]) -> Any:
    return studio.exports / view["download"]["url"].split("/")[2]


def test_stems_sum_to_the_mix_and_a_kept_stem_is_the_upload(
    studio: Studio, do: Do, drop: Callable[..., str], loop: Callable[..., Any]
) -> None:
    drop("drums", seed=1)
    drop("bass", seed=2)
    view = do("export", kind="zip")
    assert view["download"]["name"] == "Untitled_96bpm_stems.zip"
    with ZipFile(exported(studio, view)) as archive:
        names = [name for name in archive.namelist() if name.startswith("stems/")]
        bass, drums = (soundfile.read(archive.open(name), dtype="int32")[0].T >> 8 for name in sorted(names))
        mix = soundfile.read(archive.open("mix/mix.wav"), dtype="int32")[0].T >> 8
    np.testing.assert_array_equal(bass + drums, mix)
    np.testing.assert_array_equal(drums / 2**23, read_audio(loop("drums1.wav", seed=1)).samples)


def test_the_mix_is_what_is_heard(studio: Studio, do: Do, drop: Callable[..., str]) -> None:
    drop("drums", seed=1)
    drop("bass", seed=2)
    alone = do("set_mix", track="drums", gain_db=0, pan=0, muted=False, soloed=True)
    mix = read_audio(exported(studio, do("export", kind="wav"))).samples
    drums = next(lane for lane in alone["lanes"] if lane["track"] == "drums")
    np.testing.assert_array_equal(mix, studio.audio.samples(drums["take"]["audio"]))
    do("set_role", track="drums", role="absent")
    bass = next(lane for lane in do("show")["lanes"] if lane["track"] == "bass")
    without = read_audio(exported(studio, do("export", kind="flac"))).samples
    np.testing.assert_array_equal(without, studio.audio.samples(bass["take"]["audio"]))


def test_mp3_is_readable_audio_of_the_same_length(studio: Studio, do: Do, drop: Callable[..., str]) -> None:
    drop("drums")
    info = soundfile.info(exported(studio, do("export", kind="mp3")))
    assert (info.format, info.samplerate, info.channels) == ("MP3", 48_000, 2)
    assert info.duration == pytest.approx(10.0, abs=0.1)


def test_a_range_is_cut_out_of_the_same_sound(studio: Studio, do: Do, drop: Callable[..., str]) -> None:
    drop("drums", seed=1)
    drop("bass", seed=2)
    whole = read_audio(exported(studio, do("export", kind="wav"))).samples
    do("set_loop", on=False, start_bar=1, end_bar=3)
    looped = do("export", kind="wav", range="loop")
    assert looped["download"]["name"] == "Untitled_bars2-3_96bpm.wav"
    np.testing.assert_array_equal(
        read_audio(exported(studio, looped)).samples, whole[:, BAR_96_SAMPLES : 3 * BAR_96_SAMPLES]
    )
    selection = {"tracks": ["bass"], "start_beat": 1.5, "end_beat": 6}
    selected = do("export", kind="wav", range="selection", selection=selection)
    assert selected["download"]["name"] == "Untitled_1p2p5-2p3_96bpm.wav"
    np.testing.assert_array_equal(read_audio(exported(studio, selected)).samples, whole[:, 45_000:180_000])
    for sent in ({"range": "selection"}, {"range": "verse"}):
        view = do("export", kind="wav", **sent)
        assert view["message"]["kind"] == "refused"
        assert "download" not in view


def test_every_kind_can_be_opened(studio: Studio, do: Do, drop: Callable[..., str]) -> None:
    drop("drums")
    do("set_form", form=do("show")["form"] | {"key": "F# minor"})
    for kind, name in (("wav16", "Untitled_96bpm_Fsharpm.wav"), ("ogg", "Untitled_96bpm_Fsharpm.ogg")):
        view = do("export", kind=kind)
        assert view["download"]["name"] == name
        assert soundfile.info(exported(studio, view)).samplerate == 48_000
    with ZipFile(exported(studio, do("export", kind="dawproject"))) as archive:
        assert {"project.xml", "metadata.xml", "audio/01_Drums_96bpm_Fsharpm.wav"} == set(archive.namelist())
    with ZipFile(exported(studio, do("export", kind="zip32f"))) as archive:
        assert "Untitled_96bpm_Fsharpm.rpp" in archive.namelist()


def test_an_empty_session_and_an_unknown_kind_are_refused(do: Do) -> None:
    for kind in ("wav", "zip", "dawproject", "cassette"):
        view = do("export", kind=kind)
        assert view["message"]["kind"] == "refused"
        assert "download" not in view
