"""Write the model card from a model file and the metrics of a report:

python -m engine.training.model_card --model assets/compact.safetensors --figures out/report/report.json

Facts that the file lacks appear as “not recorded”. The texts below hold for every model of the preset “compact”.
"""

from __future__ import annotations

import argparse
import hashlib
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from engine.errors import BadInput
from engine.models.checkpoint import Checkpoint, load_checkpoint
from engine.models.preset_types import TextPreset
from engine.request import BEATS_PER_BAR, TEMPO_RANGE_BPM
from engine.runtime.command_line import exit_on_bad_input
from engine.synthetic.sources import SOURCES
from engine.training.runs.provenance import Notes, training_data_facts, training_runs

MIB = 1024 * 1024
REPORT_HINT = "Give the report.json that engine.evaluation.report writes."
UNKNOWN = "not recorded"
MODULES = {"unet": "composer (U-Net)", "autoencoder": "autoencoder"}
OPTIONAL_MODULES = {"instrument_classifier": "instrument classifier"}
VALIDATION_COLUMNS = ("marginal", "conditional", "listening", "joint", "bass_db", "drums_db", "instrument_db",
                      "melody_db", "family_at_0", "family_at_0.4", "family_at_0.8")  # fmt: skip

LOW_BPM, HIGH_BPM = TEMPO_RANGE_BPM
METRES = " or ".join([", ".join(map(str, BEATS_PER_BAR[:-1])), str(BEATS_PER_BAR[-1])])
LIMITS = f"""\
- It was trained on the genres above. Other styles are outside its training data. It makes no lyrics and no voices.
- It understands prompts in English only: its sentence encoder (all-MiniLM-L6-v2, frozen) was trained on English.
- Four tracks, one steady tempo of {LOW_BPM:g} to {HIGH_BPM:g} BPM, {METRES} beats a bar.
- Its autoencoder smooths the movement of upper partials, so instruments lose some of their character. Naming the
  instrument in the lane's line gives it back.
- If a request gives no chords and keeps no pitched lane, the program that wrote the training songs writes the chords,
  and the take says so. Without any chords the network drifts in harmony.
- Basses, guitars, pianos, brass and choirs sound like the instrument that is named. So do nearly all organs, mallets
  and leads. Half of the strings come out as another instrument, and pads become pianos.
- The metrics measure timing, harmony and level. Only listening shows whether a take is good.
- A kept lane comes back bit for bit. The model itself hears it through latents, which leave out details."""

REPRODUCE = """\
The commands are in engine/training/README.md. The same seeds write the same songs. A run with `--steps` repeats bit for
bit on the same machine; a run with `--minutes` depends on the clock. Then

    python -m engine.training.package_model --model COMPOSER_RUN/model.safetensors --songs SONGS \\
        --autoencoder AUTOENCODER_RUN/model.safetensors --instrument-classifier CLASSIFIER_RUN/model.safetensors
    python -m engine.training.model_card --model assets/compact.safetensors --figures REPORT.json"""


def model_card(path: Path, checkpoint: Checkpoint, figures: Sequence[Mapping[str, Any]]) -> str:
    """The card as Markdown. figures: rows of a report (`table.ReportRow.to_json`).

    Raises BadInput for a preset other than “compact”, and for a checkpoint that is not a whole composer.
    """
    if checkpoint.preset.name != "compact" or not MODULES.keys() <= checkpoint.states.keys():
        raise BadInput(f"{path} is no composer of the preset “compact”, the only one that this card describes.")
    sections = {
        "What it is": _sizes(path, checkpoint),
        "What it learned from": _songs(checkpoint.notes),
        "Training": _training(checkpoint),
        "Figures": _figures(figures),
        "Limits": LIMITS,
        "Licence": _licence(checkpoint.notes),
        "How to reproduce it": REPRODUCE,
    }
    body = "\n".join(f"\n## {heading}\n\n{text}" for heading, text in sections.items())
    written = "Written by `python -m engine.training.model_card`; change that, not this file."
    return f"# {path.stem}: model card\n\n{written}\n{body}\n"


def read_figures(path: Path) -> list[dict[str, Any]]:
    """The rows of a report that have a threshold. Raises BadInput if the file is no report or has no such rows."""
    try:
        rows = [row for row in json.loads(path.read_text(encoding="utf-8"))["rows"] if row["bar"]]
    except (OSError, ValueError, LookupError, TypeError) as error:
        raise BadInput(f"{path} is no report ({error}). {REPORT_HINT}") from error
    if not rows:
        raise BadInput(f"{path} holds no figures that have a threshold. {REPORT_HINT}")
    return rows


def _sizes(path: Path, checkpoint: Checkpoint) -> str:
    preset, content = checkpoint.preset, path.read_bytes()
    codec = preset.autoencoder
    rows = [
        ("file", f"`{path.name}`, {len(content) / MIB:.1f} MiB, SHA-256 `{hashlib.sha256(content).hexdigest()[:16]}…`"),
        ("method", "JEN-1 Composer on JEN-1: one latent diffusion model over aligned tracks, a noise level for each"),
        ("tracks", ", ".join(preset.tracks)),
        *((name, f"{_weights(checkpoint, module) / 1e6:.1f} M weights") for module, name in _parts(checkpoint)),
        ("latents", f"{codec.latent_channels} at {codec.latent_rate_hz:g} Hz, {preset.kept_latent_channels} whitened"),
        ("window", f"{preset.max_window_frames / codec.latent_rate_hz:g} s; longer pieces window by window"),
        ("text", _text_encoder(preset.text)),
        ("predicts", preset.prediction),
    ]
    return _table(("", ""), rows)


def _text_encoder(text: TextPreset) -> str:
    instruments = f"; {len(text.instruments)} instruments and families by name" if text.instruments else ""
    return f"{text.encoder}, {text.tokens} x {text.width}{instruments}"


def _parts(checkpoint: Checkpoint) -> list[tuple[str, str]]:
    """(key, name) of each trained module in the checkpoint."""
    return [(module, name) for module, name in (MODULES | OPTIONAL_MODULES).items() if module in checkpoint.states]


def _weights(checkpoint: Checkpoint, module: str) -> int:
    return sum(value.numel() for value in checkpoint.states[module].values())


def _songs(notes: Notes) -> str:
    facts = training_data_facts(notes)
    if facts is None:
        return f"{notes.get('songs', UNKNOWN)} songs; which ones is {UNKNOWN}."
    text = f"{facts['songs']} songs, {facts['hours']:g} hours in all."
    if facts["written"]:
        text += (
            f" This project wrote and rendered {facts['written']} of them: a program composes scores "
            "(`engine/synthetic/writing`), and the sounds below play them (`engine/synthetic/rendering`)."
        )
    if facts["written"] == facts["songs"]:
        text += " It was trained on no recording of music and no singer."
    if facts["written"]:
        text += f"\n\n{_sources()}"
    return f"{text}\n\n{len(facts['genres'])} genres: {', '.join(facts['genres']) or UNKNOWN}."


def _sources() -> str:
    """The sounds of the songs and their licences."""
    rows = [(source.sounds, source.package, source.author, source.licence, source.use) for source in SOURCES]
    return _table(("sounds", "from", "by", "licence", "for"), rows)


def _training(checkpoint: Checkpoint) -> str:
    rows = [
        (name, *_run(run))
        for module, name in reversed(_parts(checkpoint))
        for run in training_runs(checkpoint.notes_on(module)) or [{}]
    ]
    minutes = [
        run.get("minutes", 0) for module, _ in _parts(checkpoint) for run in training_runs(checkpoint.notes_on(module))
    ]
    table = _table(("part", "songs", "steps", "minutes", "on", "held out, first → last row of the log"), rows)
    return f"{table}\n\n{sum(minutes):g} minutes in all. A part with several rows was trained further in each row."


def _run(run: Notes) -> tuple[str, ...]:
    device = f"{run['device']}, {run['threads']} threads" if "device" in run else UNKNOWN
    facts = [str(run.get(name, UNKNOWN)) for name in ("songs", "steps", "minutes")]
    first, last = (run.get("log", {}).get(end, {}) for end in ("first", "last"))
    held_out = [
        f"{name} {first[name]:.3g} → {last[name]:.3g}"
        for name in VALIDATION_COLUMNS
        if {name} <= first.keys() & last.keys()
    ]
    if "share_of_the_way" in run:
        held_out.append(f"then interpolated: {run['share_of_the_way']:g} of these weights, the rest of the row above")
    return (*facts, device, ", ".join(held_out) or UNKNOWN)


def _figures(rows: Sequence[Mapping[str, Any]]) -> str:
    introduction = (
        "Each metric is also measured on rendered pieces and on mismatched pairs, stems of one piece with the context "
        "of another."
    )
    cells = [
        (
            row["figure"],
            row["where"],
            *(_number(row[c]) for c in ("generated", "truth", "mismatched")),
            _threshold(row),
        )
        for row in rows
    ]
    return f"{introduction}\n\n" + _table(
        ("metric", "where", "generated", "rendered", "mismatched", "threshold"), cells
    )


def _threshold(row: Mapping[str, Any]) -> str:
    return row["bar"] + {None: "", True: ": met", False: ": **not met**"}[row["met"]]


def _number(value: float | None) -> str:
    return "–" if value is None else f"{value:.3g}"


def _licence(notes: Notes) -> str:
    facts = training_data_facts(notes)
    if facts is not None and facts["written"] == facts["songs"]:
        return (
            "This project's own program wrote all of its training songs. The sounds in the table above play them; "
            "nothing under the GPL or a share-alike licence is among those for training. The songs contain no song "
            "and no performance of anybody else. What you make with the model is "
            "yours: you may publish and sell it without asking and without naming anyone. The sentence encoder beside "
            "it (all-MiniLM-L6-v2) is under the Apache licence 2.0."
        )
    return (
        f"The file does not record all of its training songs, so their licences are {UNKNOWN}. README.md states them "
        "for the bundled model; `package_model --songs` records them."
    )


def _table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [heads, ["---"] * len(heads), *rows]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", type=Path, default=Path("assets/compact.safetensors"))
    parser.add_argument("--figures", type=Path, required=True, help="report.json of engine.evaluation.report")
    parser.add_argument("--out", type=Path, default=Path("assets/MODEL_CARD.md"))
    options = parser.parse_args(arguments)
    with exit_on_bad_input():
        card = model_card(options.model, load_checkpoint(options.model), read_figures(options.figures))
    options.out.write_text(card, encoding="utf-8")
    print(options.out)


if __name__ == "__main__":
    main()
