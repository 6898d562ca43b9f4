"""Write the card of a model, from its file and the figures of a report:

python -m engine.training.model_card --model assets/compact.safetensors --figures out/report/report.json

What a file does not say is “not recorded”; what holds for every model of the preset “compact” stands in the text below.
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
from engine.models.presets import TextPreset
from engine.request import BEATS_PER_BAR, TEMPO_RANGE_BPM
from engine.runtime.command_line import exit_on_bad_input
from engine.training.runs.provenance import Notes, learned_from, runs_of

MIB = 1024 * 1024
HOW_TO_MEASURE = "Give the report.json that engine.evaluation.report writes."
UNKNOWN = "not recorded"
MODULES = {"unet": "composer (U-Net)", "autoencoder": "autoencoder"}
EAR = {"instrument_classifier": "instrument classifier"}  # some models have one
VALIDATED = ("marginal", "conditional", "listening", "joint", "bass_db", "drums_db", "instrument_db", "melody_db",
             "family_at_0", "family_at_0.4", "family_at_0.8")  # fmt: skip

LOW_BPM, HIGH_BPM = TEMPO_RANGE_BPM
METRES = " or ".join([", ".join(map(str, BEATS_PER_BAR[:-1])), str(BEATS_PER_BAR[-1])])
LIMITS = f"""\
- It knows the music above; what it makes of other styles is guesswork. It knows no lyrics and no voices.
- Prompts are understood in English: the sentence encoder (all-MiniLM-L6-v2, frozen) knows little else.
- Four tracks, one steady tempo of {LOW_BPM:g} to {HIGH_BPM:g} BPM, {METRES} beats a bar.
- Its autoencoder smooths how upper partials move; what it costs an instrument of its character is given back where the
  lane's line names it, and not otherwise.
- From words alone it is the program that wrote its songs which writes the chords, and the take says so; told none, the
  network drifts. Basses, guitars, pianos, brass and choirs are heard as what they are named, and nearly all organs,
  mallets and leads; of strings every second comes out as another instrument, and pads become pianos.
- The figures are of time, harmony and level. Whether a take is any good is for ears to say.
- A kept lane comes back bit for bit, but what the model hears of it are latents, which leave details out."""

REPRODUCE = """\
The commands stand under “Train it yourself” in README.md. Scores are the same for the same seeds, and a run with
`--steps` as its budget repeats bit for bit on the same machine; one with `--minutes` follows the clock. Then

    python -m engine.training.package_model --model RUN/model.safetensors --autoencoder RUN/model.safetensors --songs SONGS
    python -m engine.training.model_card --model assets/compact.safetensors --figures REPORT.json"""


def model_card(path: Path, checkpoint: Checkpoint, figures: Sequence[Mapping[str, Any]]) -> str:
    """The card as Markdown. figures: rows of a report, see `table.ReportRow.to_json`.

    Raises BadInput for another preset than “compact”, and for a checkpoint that is no whole composer.
    """
    if checkpoint.preset.name != "compact" or not MODULES.keys() <= checkpoint.states.keys():
        raise BadInput(f"{path} is no composer of the preset “compact”, which the words of the card are about.")
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
    """The rows of a report that have a bar. Raises BadInput."""
    try:
        rows = [row for row in json.loads(path.read_text(encoding="utf-8"))["rows"] if row["bar"]]
    except (OSError, ValueError, LookupError, TypeError) as error:
        raise BadInput(f"{path} is no report ({error}). {HOW_TO_MEASURE}") from error
    if not rows:
        raise BadInput(f"{path} holds no figures that have a bar. {HOW_TO_MEASURE}")
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
        ("text", _told(preset.text)),
        ("predicts", preset.prediction),
    ]
    return _table(("", ""), rows)


def _told(text: TextPreset) -> str:
    named = f"; {len(text.instruments)} instruments and families by name" if text.instruments else ""
    return f"{text.encoder}, {text.tokens} x {text.width}{named}"


def _parts(checkpoint: Checkpoint) -> list[tuple[str, str]]:
    """What is trained, and what it is called."""
    return [(module, name) for module, name in (MODULES | EAR).items() if module in checkpoint.states]


def _weights(checkpoint: Checkpoint, module: str) -> int:
    return sum(value.numel() for value in checkpoint.states[module].values())


def _songs(notes: Notes) -> str:
    facts = learned_from(notes)
    if facts is None:
        return f"{notes.get('songs', UNKNOWN)} songs; which ones is {UNKNOWN}."
    text = f"{facts['songs']} songs of together {facts['hours']:g} hours."
    if facts["written"]:
        text += (
            f" {facts['written']} of them this project wrote and rendered itself: a program composes scores "
            "(`engine/synthetic/writing`), and the General MIDI soundfont FluidR3 (MIT licence) and synthesised voices play "
            "them (`engine/synthetic/rendering`)."
        )
    if facts["written"] == facts["songs"]:
        text += " It has never heard a recording or a singer."
    return f"{text}\n\n{len(facts['genres'])} genres: {', '.join(facts['genres']) or UNKNOWN}."


def _training(checkpoint: Checkpoint) -> str:
    rows = [
        (name, *_run(run))
        for module, name in reversed(_parts(checkpoint))
        for run in runs_of(checkpoint.notes_on(module)) or [{}]
    ]
    minutes = [
        run.get("minutes", 0) for module, _ in _parts(checkpoint) for run in runs_of(checkpoint.notes_on(module))
    ]
    table = _table(("part", "songs", "steps", "minutes", "on", "held out, first → last row of the log"), rows)
    return (
        f"{table}\n\n{sum(minutes):g} minutes in all. A part that stands here twice was trained on from the row above."
    )


def _run(run: Notes) -> tuple[str, ...]:
    device = f"{run['device']}, {run['threads']} threads" if "device" in run else UNKNOWN
    facts = [str(run.get(name, UNKNOWN)) for name in ("songs", "steps", "minutes")]
    first, last = (run.get("log", {}).get(end, {}) for end in ("first", "last"))
    held_out = [
        f"{name} {first[name]:.3g} → {last[name]:.3g}" for name in VALIDATED if {name} <= first.keys() & last.keys()
    ]
    if "share_of_the_way" in run:
        held_out.append(f"then taken {run['share_of_the_way']:g} of the way from the row above to here")
    return (*facts, device, ", ".join(held_out) or UNKNOWN)


def _figures(rows: Sequence[Mapping[str, Any]]) -> str:
    told = (
        "Each beside the same measured on rendered pieces, and on mismatched pairs: stems of one, context of another."
    )
    cells = [
        (
            row["figure"],
            row["where"],
            *(_number(row[c]) for c in ("generated", "truth", "mismatched")),
            _verdict(row),
        )
        for row in rows
    ]
    return f"{told}\n\n" + _table(("figure", "where", "generated", "rendered", "mismatched", "asked for"), cells)


def _verdict(row: Mapping[str, Any]) -> str:
    return row["bar"] + {None: "", True: ": met", False: ": **not met**"}[row["met"]]


def _number(value: float | None) -> str:
    return "–" if value is None else f"{value:.3g}"


def _licence(notes: Notes) -> str:
    facts = learned_from(notes)
    if facts is not None and facts["written"] == facts["songs"]:
        return (
            "Everything it learned from was written by this project's own program and sounds through an MIT-licensed "
            "soundfont and own synthesis. No song and no performance of anybody else is in it. What you make with it "
            "is yours: you may publish and sell it, unasked and without naming anyone. The sentence encoder beside it "
            "(all-MiniLM-L6-v2) is under the Apache licence 2.0."
        )
    return (
        f"What all of its songs were is {UNKNOWN} in the file, so the file alone cannot say who has a say in what it "
        "makes. README.md says it of the bundled model; `bundle --songs` records it."
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
