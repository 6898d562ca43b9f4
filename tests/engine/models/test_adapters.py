"""Adapters: learned beside a model, taken in and out without a trace, and refused wherever they do not belong."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import soundfile
import torch
from safetensors.torch import save_file

from engine import compose
from engine.audio.pcm24 import SAMPLE_RATE_HZ
from engine.composer import Composer
from engine.datasets.song_meta import Caption, SongMeta, write_meta
from engine.errors import BadInput
from engine.models.adapter import FORMAT, TARGETS, adapted, load_adapter, save_adapter
from engine.models.adapter_folder import find_adapter, list_adapters
from engine.models.checkpoint import Checkpoint, digest, save_checkpoint
from engine.models.lora import branches_of, merged, with_branches
from engine.models.random_weights import random_checkpoint
from engine.tracks import TRACKS
from engine.training import train_lora
from tests.composer_requests import request_for
from tests.tiny_adapters import RANK, random_adapter
from tests.tiny_networks import DEBUG, awake_unet, random_inputs


@pytest.fixture
def composer() -> Composer:
    return Composer.load("debug", "cpu")


@pytest.fixture
def file(composer: Composer, tmp_path: Path) -> Path:
    """adapters/mine.safetensors for the debug model."""
    path = tmp_path / "adapters" / "mine.safetensors"
    save_adapter(path, random_adapter(composer._unet))
    return path


def test_branches_say_nothing_at_first_and_only_they_learn() -> None:
    unet, inputs = awake_unet(), random_inputs(2, 21)
    grown = with_branches(unet, RANK, TARGETS)
    assert torch.equal(inputs.velocity(grown), inputs.velocity(unet))
    learning = [name for name, p in grown.named_parameters() if p.requires_grad]
    assert set(learning) == set(branches_of(grown))
    adapted_layers = {name.split(".lora_")[0].rsplit(".", 1)[-1] for name in learning}
    assert adapted_layers == set(TARGETS), "convolutions of the blocks and of attention, all kinds of them"
    assert all(p.requires_grad for p in unet.parameters()), "the network itself is as it was"


@pytest.mark.parametrize("causal", [False, True])
def test_merged_and_branched_are_the_same(causal: bool) -> None:
    unet, inputs = awake_unet(), random_inputs(2, 21)
    adapter = random_adapter(unet)
    grown = with_branches(unet, RANK, TARGETS)
    for name, parameter in branches_of(grown).items():
        parameter.data.copy_(adapter.branches[name])
    one = merged(unet, RANK, TARGETS, adapter.branches)
    torch.testing.assert_close(inputs.velocity(one, causal), inputs.velocity(grown, causal), atol=1e-4, rtol=1e-3)
    assert not torch.allclose(inputs.velocity(one, causal), inputs.velocity(unet, causal), atol=1e-2)


def test_branches_do_not_look_ahead() -> None:
    """Law 5 holds for them as for the layers they stand beside."""
    unet = awake_unet()
    grown, inputs = with_branches(unet, RANK, TARGETS), random_inputs(1, 17)
    for parameter in branches_of(grown).values():
        torch.nn.init.normal_(parameter, std=0.3)
    inputs.x.requires_grad_()
    (gradient,) = torch.autograd.grad(inputs.velocity(grown, causal=True)[..., 8].sum(), inputs.x)
    assert gradient[..., 9:].abs().max() == 0
    assert gradient[..., 7].abs().max() > 0


def test_after_removal_the_output_is_bit_identical(composer: Composer, file: Path) -> None:
    request = request_for(steps=2)
    adapted = replace(request, adapter=file.stem)
    composer.adapters = file.parent
    plain = composer.compose(request).stems["instrument"]
    weights = {name: value.clone() for name, value in composer._unet.state_dict().items()}
    changed = composer.compose(adapted).stems["instrument"]
    assert np.array_equal(composer.compose(request).stems["instrument"], plain)
    assert not np.array_equal(changed, plain)
    assert all(torch.equal(value, weights[name]) for name, value in composer._unet.state_dict().items())
    assert np.array_equal(composer.compose(adapted).stems["instrument"], changed)


def test_a_file_that_was_written_anew_is_read_anew(composer: Composer, file: Path) -> None:
    request = request_for(steps=1, adapter=file.stem)
    composer.adapters = file.parent
    first = composer.compose(request).stems["instrument"]
    save_adapter(file, random_adapter(composer._trained_unet, seed=8))
    assert not np.array_equal(composer.compose(request).stems["instrument"], first)


def test_an_adapter_says_what_it_is(composer: Composer, file: Path) -> None:
    adapter = load_adapter(file)
    assert (adapter.rank, adapter.targets, adapter.notes) == (RANK, TARGETS, {"songs": 3})
    assert adapter.base == digest(composer._unet.state_dict())


def test_on_another_base_it_is_refused_and_nothing_changes(file: Path) -> None:
    other = Composer(random_checkpoint(DEBUG, seed=1), "other", torch.device("cpu"), file.parent)
    before = other._unet
    with pytest.raises(BadInput, match="another model"):
        other.compose(request_for(steps=1, adapter=file.stem))
    assert other._unet is before


@pytest.mark.parametrize(
    "name", ["../mine", "mine.safetensors", "/etc/passwd", "", ".", "mine/../mine", "mine\0", "x" * 999]
)
def test_a_name_that_is_not_listed_is_refused(file: Path, name: str) -> None:
    assert find_adapter("mine", file.parent) == file
    with pytest.raises(BadInput, match="There are mine"):
        find_adapter(name, file.parent)


def test_only_adapter_files_with_plain_names_are_listed(file: Path) -> None:
    for name in ("<b>.safetensors", "notes.txt", ".hidden.safetensors"):
        (file.parent / name).write_bytes(b"")
    (file.parent / "folder.safetensors").mkdir()
    assert list_adapters(file.parent) == {"mine": file}
    assert list_adapters(file.parent / "nowhere") == {}


def forged(path: Path, tensors: dict[str, torch.Tensor], **header: str) -> Path:
    plain = {"format": FORMAT, "base": "0", "rank": "4", "targets": json.dumps(TARGETS), "notes": "{}"}
    save_file(tensors, path, metadata={**plain, **header})
    return path


@pytest.mark.parametrize(
    ("header", "words"),
    [
        ({"format": "composer-1"}, "not an adapter"),
        ({"rank": "1000000000"}, "rank"),
        ({"rank": "true"}, "rank"),
        ({"rank": "[[["}, "can read"),
        ({"rank": "[" * 100_000}, "can read"),
        ({"targets": '[".*"]'}, "layers that are not adapted"),
        ({"targets": "[]"}, "layers that are not adapted"),
        ({"targets": "[{}]"}, "layers that are not adapted"),
        ({"notes": "7"}, "can read"),
    ],
    ids=lambda value: str(value)[:40],
)
def test_a_forged_header_is_refused(tmp_path: Path, header: dict[str, str], words: str) -> None:
    with pytest.raises(BadInput, match=words):
        load_adapter(forged(tmp_path / "forged.safetensors", {"a": torch.zeros(1)}, **header))


def test_forged_contents_are_refused(composer: Composer, file: Path, tmp_path: Path) -> None:
    good = load_adapter(file)
    first = next(iter(good.branches))
    bad = {
        "other names or shapes": {**good.branches, first: torch.zeros(1, 1, 1)},
        "does not fit": {name: value for name, value in good.branches.items() if name != first},
        "no numbers": {**good.branches, first: good.branches[first] * float("nan")},
    }
    for words, branches in bad.items():
        path = tmp_path / "bad.safetensors"
        save_adapter(path, replace(good, branches=branches))
        with pytest.raises(BadInput, match=words):
            adapted(composer._unet, path)
    for content in (b"", b"\x80\x04K\x07.", b"\xff" * 64):  # nothing, a pickle, an absurd length
        path.write_bytes(content)
        with pytest.raises(BadInput, match="can read"):
            load_adapter(path)
    with pytest.raises(BadInput, match="can read"):
        load_adapter(tmp_path / "nowhere.safetensors")


# Training


def write_toy_genre(root: Path, songs: int = 4) -> Path:
    """Songs alike: the same pulse on every beat of 120 BPM in all tracks."""
    time_s = np.arange(6 * SAMPLE_RATE_HZ) / SAMPLE_RATE_HZ
    for number in range(songs):
        (root / f"song_{number}").mkdir(parents=True)
        for k, track in enumerate(TRACKS):
            sound = 0.4 * np.sin(2 * np.pi * 110 * (k + 1) * time_s) * np.exp(-8 * (time_s % 0.5))
            soundfile.write(root / f"song_{number}" / f"{track}.wav", np.stack([sound, sound], 1), SAMPLE_RATE_HZ)
        write_meta(SongMeta(captions=(Caption("pulse"),), tempo_bpm=120.0), root / f"song_{number}" / "meta.json")
    return root


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """The adapter's file, and its run folder, after 60 steps on the toy genre."""
    folder = tmp_path_factory.mktemp("lora")
    songs, out = write_toy_genre(folder / "songs"), folder / "adapters" / "pulse.safetensors"
    train_lora.main(
        ["--model", "debug", "--data", str(songs), "--steps", "60", "--rank", "4", "--learning-rate", "0.01",
         "--accumulate", "2", "--out", str(out), "--run", str(folder / "run")]
    )  # fmt: skip
    return out, folder / "run"


def test_training_lowers_the_loss_and_the_file_is_small(trained: tuple[Path, Path], tmp_path: Path) -> None:
    out, _ = trained
    notes = load_adapter(out).notes
    assert notes["after"]["joint"] < 0.9 * notes["before"]["joint"], notes
    assert notes["after"]["conditional"] < 0.9 * notes["before"]["conditional"], notes
    whole = tmp_path / "whole.safetensors"
    save_checkpoint(whole, random_checkpoint(DEBUG))
    assert out.stat().st_size < 0.4 * whole.stat().st_size, "of the debug model; of larger ones it is less"
    assert out.stat().st_size < 100 * 1024


def test_a_run_goes_on_and_reports(
    trained: tuple[Path, Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out, run = trained
    again = ["--model", "debug", "--data", str(run.parent / "songs"), "--rank", "4", "--run", str(run), "--resume"]
    train_lora.main([*again, "--steps", "61", "--out", str(tmp_path / "more.safetensors")])
    printed = capsys.readouterr().out
    assert "before and after 61 steps" in printed
    assert "KiB" in printed
    assert "peak memory" in printed
    assert load_adapter(tmp_path / "more.safetensors").notes["steps"] == 61
    before, after = load_adapter(out).branches, load_adapter(tmp_path / "more.safetensors").branches
    assert before.keys() == after.keys()
    assert all((before[name] - after[name]).abs().max() < 0.1 for name in before), "it went on from there"


def test_a_run_of_another_rank_or_model_is_not_gone_on_with(
    trained: tuple[Path, Path], capsys: pytest.CaptureFixture[str]
) -> None:
    _, run = trained
    asked = ["--model", "debug", "--data", str(run.parent / "songs"), "--run", str(run), "--steps", "61", "--resume"]
    with pytest.raises(SystemExit) as stopped:
        train_lora.main([*asked, "--rank", "2"])
    assert stopped.value.code == 2
    assert "another rank" in capsys.readouterr().err


def test_songs_are_encoded_anew_when_they_have_changed(tmp_path: Path) -> None:
    songs, base = write_toy_genre(tmp_path / "songs", songs=1), random_checkpoint(DEBUG)
    first = train_lora.encode_dataset(songs, base, tmp_path)
    shards = {path: path.stat().st_mtime_ns for path in (tmp_path / "latents").rglob("shard_*.json")}
    train_lora.encode_dataset(songs, base, tmp_path)
    assert {path: path.stat().st_mtime_ns for path in (tmp_path / "latents").rglob("shard_*.json")} == shards
    bass = songs / "song_0" / "bass.wav"
    samples, rate_hz = soundfile.read(bass)
    soundfile.write(bass, samples[::-1], rate_hz)
    changed = train_lora.encode_dataset(songs, base, tmp_path)
    assert [song.name for song in changed.songs] == ["song_0"]
    assert not np.array_equal(changed.songs[0].latents, first.songs[0].latents)


def test_the_command_line_composes_with_it(
    trained: tuple[Path, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(trained[0].parent.parent)
    asked = ["--model", "debug", "--device", "cpu", "--bpm", "160", "--bars", "1", "--steps", "1", "--generate", "bass"]
    for out, options in {"plain": [], "named": ["--adapter", "pulse"], "file": ["--adapter", str(trained[0])]}.items():
        compose.main([*asked, *options, "--out", str(tmp_path / out)])
    plain, named, file = ((tmp_path / out / "bass.wav").read_bytes() for out in ("plain", "named", "file"))
    assert named == file != plain
    assert json.loads((tmp_path / "named" / "request.json").read_text())["adapter"] == "pulse"
    with pytest.raises(SystemExit) as stopped:
        compose.main([*asked, "--adapter", "../pulse", "--out", str(tmp_path / "none")])
    assert stopped.value.code == 2
    assert "There are pulse" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("option", "value", "words"),
    [("--out", "x/a.pickle", "no name"), ("--out", ".safetensors", "no name"), ("--rank", "0", "rank"),
     ("--accumulate", "0", "part"), ("--model", "nothing", "no model"), ("--data", "nothing", "not a folder")],
)  # fmt: skip
def test_what_cannot_be_trained_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], option: str, value: str, words: str
) -> None:
    asked = {"--model": "debug", "--data": str(tmp_path), "--run": str(tmp_path / "run"), "--steps": "1"} | {
        option: value
    }
    with pytest.raises(SystemExit) as stopped:
        train_lora.main([word for pair in asked.items() for word in pair])
    assert stopped.value.code == 2
    assert words in capsys.readouterr().err


def test_a_model_without_a_network_is_refused(tmp_path: Path) -> None:
    states = {"autoencoder": random_checkpoint(DEBUG).states["autoencoder"]}
    save_checkpoint(tmp_path / "half.safetensors", Checkpoint(DEBUG, states))
    with pytest.raises(SystemExit):
        train_lora.main(["--model", str(tmp_path / "half.safetensors"), "--data", str(tmp_path), "--steps", "1"])
