"""Encode songs once, so that whitening and composer can be trained without the autoencoder:

python -m engine.datasets.latent_cache --data SONGS --model AUTOENCODER --out LATENTS

Latents are stored raw, before whitening, and captions as text embeddings. Finished shards stay, so a stopped run
continues where it was. Songs that cannot be read are logged and left out.
"""

from __future__ import annotations

import argparse
import json
import logging
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
from engine.models.preset_types import Preset
from engine.runtime.atomic import atomic_path
from engine.runtime.command_line import exit_on_bad_input
from engine.text.encoders import TextEncoder, load_text_encoder
from engine.text.prompts import task_prefix

SHARD_SONGS = 16  # also the most songs in memory, and the most that a stopped run loses
LEAD_SHEET_FIELDS = ("tempo_bpm", "beats_per_bar", "bars", "key", "chords")  # of SongMeta

_log = logging.getLogger(__name__)


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
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
    """Encode the songs under `data` that `out` lacks. Raises BadInput if `out` holds latents of another autoencoder."""
    checkpoint = load_checkpoint(model)
    if "autoencoder" not in checkpoint.states:
        raise BadInput(f"{model} holds no autoencoder. Train one with python -m engine.training.train_autoencoder.")
    cache_latents(data, checkpoint, out, workers)


def cache_latents(data: Path, checkpoint: Checkpoint, out: Path, workers: int = 1) -> None:
    """`write_cache` with a checkpoint that is loaded already.

    Shards hold the readable songs in order. Their content depends neither on the number of workers nor on when a run
    was stopped. Songs that could not be read before are tried again.
    """
    preset, weights = checkpoint.preset, checkpoint.states["autoencoder"]
    text = load_text_encoder(preset.text)
    out.mkdir(parents=True, exist_ok=True)
    _write_shared(out, preset, fingerprint(weights), text)
    songs = list_songs(data).songs
    held_out = {song.path for song in held_out_split(songs)[1]}
    done = _songs_done(out)
    missing = [song for song in songs if song.name not in done]
    with one_thread():
        added = _write_shards(out, encode_songs(missing, preset, weights, workers), held_out, text, preset.tracks)
    if added < len(missing):
        print(f"{len(missing) - added} of {len(missing)} songs could not be encoded; see the warnings.", flush=True)
    if songs and added + len(done) == 0:
        raise BadInput(f"None of the songs under {data} could be encoded; export them again.")


def _write_shards(
    out: Path,
    songs: Iterable[EncodedSong | Skipped],
    held_out: set[Path],
    text: TextEncoder,
    tracks: Sequence[str],
) -> int:
    """Write a shard for every SHARD_SONGS songs and one for the rest. Returns the number of songs written."""
    pending: list[EncodedSong] = []
    added = 0
    for encoded in chain(songs, [None]):
        if isinstance(encoded, Skipped):
            _log.warning("%s is skipped: %s", encoded.path, encoded.reason)
        elif encoded is not None:
            pending.append(encoded)
        if pending and (encoded is None or len(pending) == SHARD_SONGS):
            write_shard(_next_shard(out), pending, held_out, text, tracks)
            added += len(pending)
            pending = []
            print(f"{added} songs encoded into {out}", flush=True)
    return added


def write_shard(
    stem: Path, encoded: Sequence[EncodedSong], held_out: set[Path], text: TextEncoder, tracks: Sequence[str]
) -> None:
    """Write one shard. The json is written last: a shard without it is not finished."""
    captions = [caption_variants(item.song) for item in encoded]
    np.save(f"{stem}.latents.npy", np.concatenate([item.latents for item in encoded]))
    np.save(f"{stem}.sounding.npy", np.concatenate([item.active for item in encoded]))
    np.save(f"{stem}.text.npy", embed_captions(list(chain.from_iterable(captions)), text, tracks))
    facts = [
        {
            "name": item.song.name,
            "held_out": item.song.path in held_out,
            "frames": len(item.latents),
            "captions": len(variants),
            "meta": {name: getattr(item.song.meta, name) for name in LEAD_SHEET_FIELDS},
        }
        for item, variants in zip(encoded, captions, strict=True)
    ]
    _write_json(Path(f"{stem}.json"), facts)


def caption_variants(song: Song) -> tuple[Caption, ...]:
    """All captions to train the song with; a single empty one if nothing is written about the song.

    If the instruments are known, each caption comes a second time with only their names in the lines. The lines look
    the same in a request when the user leaves them empty (`engine.inference.conditioning`).
    """
    captions = song.meta.captions or (Caption(song.meta.prompt),)
    by_voice = tuple(Caption(caption.prompt, song.meta.voices) for caption in captions) if song.meta.voices else ()
    return captions + by_voice


def embed_captions(captions: Sequence[Caption], text: TextEncoder, tracks: Sequence[str]) -> np.ndarray:
    """Embedded prompts and lines, float16 `[captions, 1 + K, D]`; zeros for empty lines."""
    rows = [[caption.prompt, *(caption.lines.get(track, "") for track in tracks)] for caption in captions]
    lines = sorted(set(chain.from_iterable(rows)))
    index = {line: i for i, line in enumerate(lines)}
    embedded = text.encode_lines(lines).numpy().astype(np.float16)
    return embedded[[[index[line] for line in row] for row in rows]]


def embed_prefixes(text: TextEncoder, tracks: Sequence[str]) -> Tensor:
    """The task prefix of every set of targets, float32 `[2^K, D]`, track k counting 2^k; zeros for the empty set."""
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
    """Names of the songs in finished shards."""
    shards = [json.loads(path.read_text(encoding="utf-8")) for path in out.glob("shard_*.json")]
    return {facts["name"] for shard in shards for facts in shard}


def _next_shard(out: Path) -> Path:
    numbers = [int(path.stem.removeprefix("shard_")) for path in out.glob("shard_*.json")]
    return out / f"shard_{max(numbers, default=-1) + 1:04d}"


def _write_json(path: Path, value: object) -> None:
    with atomic_path(path) as temporary:
        temporary.write_text(json.dumps(value), encoding="utf-8")


if __name__ == "__main__":
    main()
