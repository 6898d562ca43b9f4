"""Every command that a README names runs, on the bundled weights, as short as it goes."""

from __future__ import annotations

import re
from collections.abc import Callable
from importlib import import_module
from pathlib import Path

import numpy as np
import pytest
import soundfile

from engine.audio.pcm24 import SAMPLE_RATE_HZ
from engine.datasets.song_meta import Caption, SongMeta, write_meta
from engine.models.autoencoder.factory import build_autoencoder
from engine.models.preset_types import Preset
from engine.models.presets import PRESETS
from engine.models.registry import ASSETS
from engine.tracks import TRACKS
from sessions.store import SessionStore
from tests import tiny_codecs

ROOT = Path(__file__).resolve().parents[1]
COMMAND = re.compile(r"python -m ((?:engine|composer_app|sessions)(?:\.[a-z_]+)+)")
IN_TABLE = re.compile(r"^\| `([a-z_]+) --", re.MULTILINE)  # of engine/training/README.md
COMPACT = str(ASSETS / "compact.safetensors")
INSTRUMENTS = {"bass": "finger bass", "drums": "jazz kit", "instrument": "Rhodes", "melody": "flute"}


def pages() -> list[Path]:
    """The READMEs of the project and of its packages, CONTRIBUTING and the model card."""
    rooms = [page for room in ("engine", "composer_app", "sessions", "assets") for page in (ROOT / room).rglob("*.md")]
    return [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *rooms]


def documented() -> set[str]:
    in_table = IN_TABLE.findall((ROOT / "engine" / "training" / "README.md").read_text(encoding="utf-8"))
    in_text = {module for page in pages() for module in COMMAND.findall(page.read_text(encoding="utf-8"))}
    return in_text | {f"engine.training.{name}" for name in in_table}


@pytest.fixture(scope="module")
def work(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """songs/ of noise that name their instruments, and latents/ of them by the bundled encoder."""
    root = tmp_path_factory.mktemp("commands")
    rng = np.random.default_rng(0)
    for number in range(2):
        folder = root / "songs" / f"song_{number}"
        folder.mkdir(parents=True)
        for track in TRACKS:
            noise = 0.1 * rng.standard_normal((12 * SAMPLE_RATE_HZ, 2))
            soundfile.write(folder / f"{track}.wav", noise, SAMPLE_RATE_HZ, subtype="PCM_16")
        captions = (Caption("slow soul", INSTRUMENTS),)
        write_meta(SongMeta(captions=captions, voices=INSTRUMENTS, tempo_bpm=120.0, bars=6), folder / "meta.json")
    import_module("engine.datasets.latent_cache").main(
        ["--data", str(root / "songs"), "--model", COMPACT, "--out", str(root / "latents")]
    )
    return root


def training(work: Path, *more: str) -> list[str]:
    return ["--data", str(work / "latents"), "--base", COMPACT, "--steps", "1", "--out", str(work / "run"), *more]


def votes(work: Path) -> list[str]:
    SessionStore(work / "data").close()
    return ["--data", str(work / "data"), "--by", "model"]


def tiny_encodec(work: Path) -> Preset:
    """A published codec of random weights in encodec/, small as its row of the presets then is."""
    preset = tiny_codecs.tiny("encodec")
    PRESETS["encodec"] = preset
    tiny_codecs.write_codec(work / "encodec", build_autoencoder(preset.autoencoder))
    return preset


ARGUMENTS: dict[str, Callable[[Path], list[str]]] = {
    "composer_app.tools.make_demo": lambda work: ["--out", str(work / "demo")],
    "composer_app.tools.measure_distances": lambda work: ["--seeds", "1", "--steps", "2"],
    "composer_app.tools.votes": votes,
    "engine.compose": lambda work: ["--bars", "1", "--steps", "2", "--generate", "bass", "--out", str(work / "take")],
    "engine.datasets.latent_cache": lambda work: [
        "--data", str(work / "songs"), "--model", COMPACT, "--out", str(work / "latents")
    ],
    "engine.evaluation.autoencoder_report": lambda work: ["--pieces", "1", "--out", str(work / "autoencoder")],
    "engine.evaluation.benchmark": lambda work: [
        "--runs", "1", "--steps", "1", "--longest-s", "0", "--musicgen-s", "0"
    ],
    "engine.evaluation.phase_report": lambda work: ["--pieces", "1", "--out", str(work / "phases")],
    "engine.evaluation.report": lambda work: [
        "--prompts", "2", "--pieces", "2", "--steps", "1", "--out", str(work / "report")
    ],
    "engine.evaluation.seams": lambda work: ["--minutes", "0.55", "--seeds", "0", "--steps", "1"],
    "engine.evaluation.sweep": lambda work: ["--only", "1 steps", "--pieces", "2", "--out", str(work / "sweep")],
    "engine.models.autoencoder.pretrained": lambda work: [
        "--preset", tiny_encodec(work).name, "--source", str(work / "encodec"), "--out", str(work / "codec.safetensors")
    ],
    "engine.models.preset_table": lambda work: [],
    "engine.synthetic.generate": lambda work: ["--pieces", "1", "--first-seed", "0", "--out", str(work / "written")],
    "engine.synthetic.preview": lambda work: ["--seed", "3", "--out", str(work / "preview")],
    "engine.training.ablate_curriculum": lambda work: [
        "--data", str(work / "latents"), "--base", COMPACT, "--steps", "1", "--seeds", "1",
        "--out", str(work / "ablation"),
    ],
    "engine.training.fit_whitening": lambda work: [
        "--data", str(work / "latents"), "--model", COMPACT, "--out", str(work / "whitening.safetensors")
    ],
    "engine.training.interpolate_weights": lambda work: [
        "--start", COMPACT, "--model", COMPACT, "--out", str(work / "between.safetensors")
    ],
    "engine.training.model_card": lambda work: [
        "--model", COMPACT, "--figures", str(ASSETS / "figures.json"), "--out", str(work / "CARD.md")
    ],
    "engine.training.package_model": lambda work: [
        "--model", COMPACT, "--songs", str(work / "songs"), "--out", str(work / "packaged.safetensors")
    ],
    "engine.training.sampled_latents": lambda work: [
        "--data", str(work / "latents"), "--model", COMPACT, "--songs", "1", "--out", str(work / "sampled")
    ],
    "engine.training.train_autoencoder": lambda work: [
        "--data", str(work / "songs"), "--start", COMPACT, "--steps", "1", "--out", str(work / "autoencoder_run")
    ],
    "engine.training.train_composer": lambda work: training(work, "--start", COMPACT),
    "engine.training.train_fit": lambda work: [
        "--data", str(work / "songs"), "--steps", "1", "--out", str(work / "fit")
    ],
    "engine.training.train_instrument_classifier": training,
    "engine.training.train_lora": lambda work: [
        "--data", str(work / "songs"), "--steps", "1", "--out", str(work / "mine.safetensors"),
        "--run", str(work / "lora"),
    ],
    "engine.training.train_tagger": lambda work: [
        "--data", str(work / "songs"), "--steps", "1", "--out", str(work / "tagger")
    ],
}  # fmt: skip


# What no option shortens: fewer sets of kept tracks, one step, one bar, two clips.
SHORTER: dict[str, tuple[str, object]] = {
    "engine.evaluation.benchmark": ("engine.evaluation.benchmark.ACCOMPANIMENT", (180.0, 1)),
    "engine.evaluation.report": ("engine.evaluation.reporting.cases.SUBSETS", (("drums",),)),
    "engine.evaluation.sweep": ("engine.evaluation.sweep.STEPS", (1,)),
}


def test_no_command_is_left_out() -> None:
    assert documented() == set(ARGUMENTS)


@pytest.mark.parametrize("module", ARGUMENTS)
def test_it_runs(module: str, work: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(PRESETS, "encodec", PRESETS["encodec"])  # put back afterwards
    monkeypatch.chdir(work)
    if module in SHORTER:
        monkeypatch.setattr(*SHORTER[module])
    import_module(module).main(ARGUMENTS[module](work))
    assert capsys.readouterr().out.strip() or any(work.iterdir())
