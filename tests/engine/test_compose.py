"""The command line: files that hold the take, and one sentence with exit code 2 for whatever cannot be used."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile

from engine.audio.io import read_audio, write_audio
from engine.compose import main
from engine.request import Region, RequestSpec
from engine.tracks import TRACKS, Role

TEMPO_BPM, BARS = 160.0, 2
LENGTH_SAMPLES = 2 * 4 * 18_000


@pytest.fixture
def loop(tmp_path: Path) -> Path:
    """A stem of just the right length."""
    path = tmp_path / "loop.wav"
    write_audio(path, 0.1 * np.random.default_rng(0).standard_normal((2, LENGTH_SAMPLES)).clip(-1, 1))
    return path


def run(out: Path, *options: str) -> dict[str, Any]:
    """Compose with the debug model, read request.json back."""
    main(["--model", "debug", "--device", "cpu", "--bpm", f"{TEMPO_BPM:g}", "--bars", f"{BARS}", "--steps", "2",
          "--out", str(out), *options])  # fmt: skip
    return json.loads((out / "request.json").read_text())


def assert_mix_is_sum(out: Path, request: dict[str, Any], stems: dict[str, np.ndarray]) -> None:
    """The mix is the sum of the stems, turned down by what request.json says."""
    mix = read_audio(out / "mix.wav").samples * 10 ** (request["mix_lowered_db"] / 20)
    assert np.abs(mix - sum(stems.values())).max() < 2**-20


def test_a_take_is_written_and_its_cost_printed(tmp_path: Path, loop: Path, capsys: pytest.CaptureFixture[str]) -> None:
    request = run(
        tmp_path / "out", "--prompt", "lo-fi", "--key", "A minor", "--chords", "Am F", "--keep", f"drums={loop}",
        "--generate", "bass,instrument", "--line", "bass=fretless, slow", "--seed", "7",
    )  # fmt: skip
    stems = {name: read_audio(tmp_path / "out" / f"{name}.wav").samples for name in ("bass", "drums", "instrument")}
    assert not (tmp_path / "out" / "melody.wav").exists()
    assert np.array_equal(stems["drums"], read_audio(loop).samples)
    assert_mix_is_sum(tmp_path / "out", request, stems)
    asked = RequestSpec.from_json(request)
    assert asked.seed == 7
    assert asked.tracks["bass"].line == "fretless, slow"
    assert [asked.tracks[name].role for name in TRACKS] == [Role.GENERATE, Role.KEEP, Role.GENERATE, Role.ABSENT]
    printed = capsys.readouterr().out
    for figure in (r"2 tracks of 3\.0 s in [\d.]+ s", r"denoise [\d.]+", r"real-time factor [\d.]+", r"[\d.]+ per stem",
                   r"peak memory \d+ MiB"):  # fmt: skip
        assert re.search(figure, printed), figure


def test_what_is_not_given_is_generated_and_a_region_spares_the_rest(tmp_path: Path, loop: Path) -> None:
    request = run(tmp_path / "out", "--vary", f"melody={loop}", "--region", "2", "--distance", "0.9")
    asked = RequestSpec.from_json(request)
    assert all(asked.changing(name) == (Region(1, 2),) for name in TRACKS)
    melody, before = read_audio(tmp_path / "out" / "melody.wav").samples, read_audio(loop).samples
    assert np.array_equal(melody[:, : LENGTH_SAMPLES // 2], before[:, : LENGTH_SAMPLES // 2])
    assert not np.array_equal(melody, before)
    assert all((tmp_path / "out" / f"{name}.wav").exists() for name in TRACKS)


def test_bars_and_tracks_of_kept_stems_are_made_anew(tmp_path: Path, loop: Path) -> None:
    kept = [part for name in ("bass", "drums") for part in ("--keep", f"{name}={loop}")]
    request = run(tmp_path / "out", *kept, "--region", "bars 2: bass")
    assert {name: track["role"] for name, track in request["tracks"].items()} == {
        "bass": "generate", "drums": "keep", "instrument": "absent", "melody": "absent",
    }  # fmt: skip
    before, half = read_audio(loop).samples, LENGTH_SAMPLES // 2
    bass, drums = (read_audio(tmp_path / "out" / f"{name}.wav").samples for name in ("bass", "drums"))
    assert np.array_equal(drums, before)
    assert np.array_equal(bass[:, :half], before[:, :half])
    assert not np.array_equal(bass[:, half:], before[:, half:])


def test_a_stem_goes_on_after_its_last_whole_bar(tmp_path: Path, loop: Path) -> None:
    request = run(tmp_path / "out", "--continue", f"bass={loop}", "--bars", "3")
    assert request["tracks"]["bass"]["regions"] == [{"start_bar": 2, "end_bar": 3}]
    bass = read_audio(tmp_path / "out" / "bass.wav").samples
    assert bass.shape == (2, 3 * LENGTH_SAMPLES // 2)
    assert np.array_equal(bass[:, :LENGTH_SAMPLES], read_audio(loop).samples)
    assert bass[:, LENGTH_SAMPLES:].any()
    assert not (tmp_path / "out" / "drums.wav").exists()


def test_a_piece_has_the_length_of_its_sections(tmp_path: Path) -> None:
    sections = [{"bars": 1, "prompt": "calm", "chords": "Am"}, {"bars": 2, "lines": {"bass": "loud"}}]
    (tmp_path / "sections.json").write_text(json.dumps(sections))
    out = tmp_path / "out"
    main(["--model", "debug", "--device", "cpu", "--bpm", "200", "--steps", "1", "--chords", "C F G",
          "--sections", str(tmp_path / "sections.json"), "--out", str(out)])  # fmt: skip
    asked = RequestSpec.from_json(json.loads((out / "request.json").read_text()))
    assert asked.bars == 3
    assert [str(span.chord) for span in asked.parsed_chords] == ["Am", "F", "G"]
    assert read_audio(out / "mix.wav").samples.shape == (2, asked.length_samples)


def test_a_mix_that_would_clip_is_lowered_and_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    loud = tmp_path / "loud.wav"
    write_audio(loud, np.full((2, LENGTH_SAMPLES), 0.99))
    request = run(tmp_path / "out", "--keep", f"bass={loud}", "--keep", f"drums={loud}", "--generate", "melody")
    assert request["mix_lowered_db"] > 5.9
    stems = {name: read_audio(tmp_path / "out" / f"{name}.wav").samples for name in ("bass", "drums", "melody")}
    assert_mix_is_sum(tmp_path / "out", request, stems)
    assert "the mix was lowered by" in capsys.readouterr().out


def test_a_short_loop_of_another_rate_fills_the_lane_and_is_said(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    bar = np.sin(np.arange(12_000) * 0.05) * 0.5
    soundfile.write(tmp_path / "bar.wav", bar, 8_000)  # 1.5 s: one bar, mono
    run(tmp_path / "out", "--keep", f"bass={tmp_path / 'bar.wav'}")
    bass = read_audio(tmp_path / "out" / "bass.wav").samples
    assert bass.shape == (2, LENGTH_SAMPLES)
    assert np.array_equal(bass[:, : LENGTH_SAMPLES // 2], bass[:, LENGTH_SAMPLES // 2 :])
    assert "bass: Resampled from 8 to 48 kHz." in capsys.readouterr().out


BAD_OPTIONS = {
    "a text file named .wav": ("--keep", "drums={folder}/words.wav"),
    "an empty file": ("--keep", "drums={folder}/empty.wav"),
    "NaN samples": ("--vary", "drums={folder}/nan.wav"),
    "a missing file": ("--keep", "drums={folder}/gone.wav"),
    "no file": ("--keep", "drums="),
    "no track": ("--keep", "loop.wav"),
    "an unknown track": ("--generate", "bass,kazoo"),
    "an unknown track to keep": ("--keep", "kazoo={folder}/words.wav"),
    "a track kept twice": ("--keep", "bass=a.wav", "--keep", "bass=b.wav"),
    "a track kept and generated": ("--keep", "bass=a.wav", "--generate", "bass"),
    "all tracks kept": tuple(part for name in TRACKS for part in ("--keep", f"{name}=a.wav")),
    "no track at all": ("--generate", ","),
    "an absurd tempo": ("--bpm", "9000"),
    "a tempo that is no number": ("--bpm", "nan"),
    "no bars": ("--bars", "0"),
    "more bars than can be held": ("--bars", "700"),
    "bars that the sections do not have": ("--sections", "{folder}/sections.json"),
    "a sections file that is not there": ("--sections", "{folder}/gone.json"),
    "a sections file that is no JSON": ("--sections", "{folder}/words.wav"),
    "a sections file that is no list": ("--sections", "{folder}/object.json"),
    "a section that is misspelt": ("--sections", "{folder}/misspelt.json"),
    "a section without a bar": ("--sections", "{folder}/no_bar.json"),
    "a section with half a bar": ("--sections", "{folder}/half.json"),
    "a section about a kazoo": ("--sections", "{folder}/kazoo.json"),
    "a section with unknown chords": ("--sections", "{folder}/chords.json"),
    "a stem to continue that is too short": ("--continue", "bass={folder}/click.wav"),
    "a stem to continue that fills the piece": ("--continue", "bass={folder}/long.wav"),
    "a stem to continue that is kept": ("--continue", "bass=a.wav", "--keep", "bass=a.wav"),
    "a region of what is continued": ("--continue", "bass={folder}/click.wav", "--region", "1: bass"),
    "an unknown chord": ("--chords", "Am H7"),
    "an unknown key": ("--key", "Q minor"),
    "five beats": ("--beats", "5"),
    "a very long prompt": ("--prompt", "x" * 10_000),
    "a negative seed": ("--seed", "-1"),
    "no steps": ("--steps", "0"),
    "a region in words": ("--region", "the end"),
    "a region outside the piece": ("--region", "3-9"),
    "a region from bar 0": ("--region", "0-1"),
    "a region that ends before it starts": ("--region", "2-1"),
    "a region of a kazoo": ("--region", "1-2: kazoo"),
    "a region of nothing": ("--region", "1-2:"),
    "a region without bars": ("--region", "bars: bass"),
    "a model that is not there": ("--model", "enormous"),
    "a line without a track": ("--line", "fretless"),
    "a folder that is a file": ("--out", "{folder}/empty.wav"),
    "letters for a number": ("--bpm", "fast"),
    "an unknown option": ("--volume", "11"),
    "an unknown device": ("--device", "abacus"),
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("bad")
    (folder / "words.wav").write_text("words " * 500)
    (folder / "empty.wav").touch()
    write_audio(folder / "click.wav", np.full((2, 4_800), 0.1))
    write_audio(folder / "long.wav", np.full((2, LENGTH_SAMPLES), 0.1))
    files = {
        "sections": [{"bars": 3}],
        "object": {"bars": 2},
        "misspelt": [{"bars": 2, "promt": "calm"}],
        "no_bar": [{"bars": 0}, {"bars": 2}],
        "half": [{"bars": 1.5}],
        "kazoo": [{"bars": 2, "lines": {"kazoo": "loud"}}],
        "chords": [{"bars": 2, "chords": "Am H7"}],
    }
    for name, sections in files.items():
        (folder / f"{name}.json").write_text(json.dumps(sections))
    soundfile.write(folder / "nan.wav", np.full((4_800, 2), np.nan), 48_000, subtype="FLOAT")
    return folder


@pytest.mark.parametrize("what", BAD_OPTIONS)
def test_what_cannot_be_used_ends_with_one_sentence_and_code_2(
    what: str, folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    options = [option.format(folder=folder) for option in BAD_OPTIONS[what]]
    with pytest.raises(SystemExit) as ending:
        run(tmp_path / "out", *options)
    assert ending.value.code == 2
    told = capsys.readouterr().err.strip().splitlines()[-1]
    assert len(told) < 300
    assert "Traceback" not in told
    assert not list(tmp_path.glob("out/*"))


def test_a_refusal_does_not_wait_for_the_network() -> None:
    code = "import sys, engine.compose; sys.exit('torch' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_it_runs_as_a_module_and_knows_no_traceback(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "engine.compose", "--chords", "nonsense", "--out", str(tmp_path)]
    ended = subprocess.run(command, capture_output=True, text=True, check=False)
    assert ended.returncode == 2
    assert ended.stderr.count("\n") == 1
    assert ended.stderr.startswith("“nonsense” is not a chord")
