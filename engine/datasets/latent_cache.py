"""Encode songs once, so that whitening and composer can be trained without the autoencoder:

python -m engine.datasets.latent_cache --data SONGS --model AUTOENCODER --out LATENTS

Latents are stored raw (JEN-1 keeps datasets in that space), captions as embeddings. Finished shards stay as they are,
so that a run which was stopped goes on where it was; songs that cannot be read are named and left out.
"""

from __future__ import annotations

import argparse
import json
import logging
import os
from collections.abc import Iterable, Sequence
from itertools import chain
from pathlib import Path

import numpy as np
from torch import Tensor

from engine.datasets.encoding import EncodedSong, encode_songs, one_thread
from engine.datasets.folder import Skipped, Song, held_out_split, list_songs
from engine.datasets.latent_songs import fingerprint
from engine.datasets.song_meta import Caption
from engine.errors import BadInput
from engine.models.checkpoint import Checkpoint, load_checkpoint
from engine.models.presets import Preset
from engine.runtime.command_line import exit_on_bad_input
from engine.text.encoders import TextEncoder, load_text_encoder
from engine.text.prompts import task_prefix

SONGS_A_SHARD = 16  # what is lost at most where a run is stopped, and what is held in memory beside the workers
META_KEPT = ("tempo_bpm", "beats_per_bar", "bars", "key", "chords")  # what a lead sheet is built from

_log = logging.getLogger(__name__)


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder of songs")
    parser.add_argument("--model", type=Path, required=True, help="checkpoint with a trained autoencoder")
    parser.add_argument("--out", type=Path, required=True, help="folder for the latents")
    parser.add_argument(
        "--workers", type=int, default=1, help="processes with one thread and about 2 GB each, for songs of 4 minutes"
    )
    options = parser.parse_args(arguments)
    with exit_on_bad_input():
        write_cache(options.data, options.model, options.out, options.workers)


def write_cache(data: Path, model: Path, out: Path, workers: int = 1) -> None:
    """Encode the songs under `data` that `out` lacks. Raises BadInput if `out` belongs to another autoencoder."""
    checkpoint = load_checkpoint(model)
    if "autoencoder" not in checkpoint.states:
        raise BadInput(f"{model} holds no autoencoder. Train one with python -m engine.training.train_autoencoder.")
    cache_latents(data, checkpoint, out, workers)


def cache_latents(data: Path, checkpoint: Checkpoint, out: Path, workers: int = 1) -> None:
    """`write_cache` with a checkpoint that is open already.

    Shards are filled with the songs that can be encoded, in their order: what they hold depends neither on the number
    of workers nor on when a run was stopped. Songs that could not be read before are tried again.
    """
    row, weights = checkpoint.preset, checkpoint.states["autoencoder"]
    text = load_text_encoder(row.text)
    out.mkdir(parents=True, exist_ok=True)
    _write_shared(out, row, fingerprint(weights), text)
    songs = list_songs(data).songs
    held_out = {song.path for song in held_out_split(songs)[1]}
    done = _songs_done(out)
    missing = [song for song in songs if song.name not in done]
    with one_thread():
        added = _write_shards(out, encode_songs(missing, row, weights, workers), held_out, text, row.tracks)
    if added < len(missing):
        print(f"{len(missing) - added} of {len(missing)} songs could not be encoded; they are named above.", flush=True)
    if songs and added + len(done) == 0:
        raise BadInput(f"None of the songs under {data} could be encoded; export them again.")


def _write_shards(
    out: Path,
    songs: Iterable[EncodedSong | Skipped],
    held_out: set[Path],
    text: TextEncoder,
    tracks: Sequence[str],
) -> int:
    """A shard whenever SONGS_A_SHARD songs are there, and one of those left over; returns how many songs in all."""
    pending: list[EncodedSong] = []
    added = 0
    for made in chain(songs, [None]):
        if isinstance(made, Skipped):
            _log.warning("%s is skipped: %s", made.path, made.reason)
        elif made is not None:
            pending.append(made)
        if pending and (made is None or len(pending) == SONGS_A_SHARD):
            write_shard(_next_shard(out), pending, held_out, text, tracks)
            added += len(pending)
            pending = []
            print(f"{added} songs encoded into {out}", flush=True)
    return added


def write_shard(
    stem: Path, encoded: Sequence[EncodedSong], held_out: set[Path], text: TextEncoder, tracks: Sequence[str]
) -> None:
    """One shard; its json comes last and whole, so that a shard is either finished or not there."""
    captions = [captions_of(made.song) for made in encoded]
    np.save(f"{stem}.latents.npy", np.concatenate([made.latents for made in encoded]))
    np.save(f"{stem}.sounding.npy", np.concatenate([made.sounding for made in encoded]))
    np.save(f"{stem}.text.npy", embed_captions(list(chain.from_iterable(captions)), text, tracks))
    facts = [
        {
            "name": made.song.name,
            "held_out": made.song.path in held_out,
            "frames": len(made.latents),
            "captions": len(phrasings),
            "meta": {name: getattr(made.song.meta, name) for name in META_KEPT},
        }
        for made, phrasings in zip(encoded, captions, strict=True)
    ]
    _write_json(Path(f"{stem}.json"), facts)


def captions_of(song: Song) -> tuple[Caption, ...]:
    """At least one phrasing of the song; an empty one if nothing is said of it.

    If the instruments are known, every phrasing comes a second time with the instruments alone in the lines. So does
    `engine.inference.conditioning.resolve_instruments` where a musician leaves them empty.
    """
    phrasings = song.meta.captions or (Caption(song.meta.prompt),)
    planned = tuple(Caption(phrasing.prompt, song.meta.voices) for phrasing in phrasings) if song.meta.voices else ()
    return phrasings + planned


def embed_captions(captions: Sequence[Caption], text: TextEncoder, tracks: Sequence[str]) -> np.ndarray:
    """float16 `[captions, 1 + K, D]`: prompt and lines, zeros where a line is empty; each line is embedded once."""
    rows = [[caption.prompt, *(caption.lines.get(track, "") for track in tracks)] for caption in captions]
    lines = sorted(set(chain.from_iterable(rows)))
    index = {line: i for i, line in enumerate(lines)}
    embedded = text.encode_lines(lines).numpy().astype(np.float16)
    return embedded[[[index[line] for line in row] for row in rows]]


def embed_prefixes(text: TextEncoder, tracks: Sequence[str]) -> Tensor:
    """float32 `[2^K, D]`: the task prefix of every set of targets, track k counting 2^k; zeros for the empty set."""
    subsets = [[track for k, track in enumerate(tracks) if mask >> k & 1] for mask in range(2 ** len(tracks))]
    return text.encode_lines([task_prefix(targets) if targets else "" for targets in subsets])


def _write_shared(out: Path, preset: Preset, autoencoder: str, text: TextEncoder) -> None:
    path = out / "cache.json"
    if path.is_file() and json.loads(path.read_text(encoding="utf-8"))["autoencoder"] != autoencoder:
        raise BadInput(f"{out} holds the latents of another autoencoder. Choose another folder, or empty this one.")
    np.save(out / "prefixes.npy", embed_prefixes(text, preset.tracks).numpy())
    facts = {"autoencoder": autoencoder, "rate_hz": preset.autoencoder.latent_rate_hz, "tracks": preset.tracks}
    _write_json(path, facts)


def _songs_done(out: Path) -> set[str]:
    shards = [json.loads(path.read_text(encoding="utf-8")) for path in out.glob("shard_*.json")]
    return {facts["name"] for shard in shards for facts in shard}


def _next_shard(out: Path) -> Path:
    numbers = [int(path.stem.removeprefix("shard_")) for path in out.glob("shard_*.json")]
    return out / f"shard_{max(numbers, default=-1) + 1:04d}"


def _write_json(path: Path, value: object) -> None:
    partial = path.with_suffix(".partial")
    partial.write_text(json.dumps(value), encoding="utf-8")
    os.replace(partial, path)


if __name__ == "__main__":
    main()
