"""Encode songs once, so that whitening and composer can be trained without the autoencoder:

python -m engine.data.latent_cache --data SONGS --model AUTOENCODER --out LATENTS

Latents are stored raw (JEN-1 keeps datasets in that space), captions as embeddings. Finished shards stay as they are.
"""

from __future__ import annotations

import argparse
import json
import os
from collections.abc import Sequence
from itertools import chain
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from engine.autoencoder.kinds import build_autoencoder
from engine.autoencoder.model import Autoencoder
from engine.checkpoint import Checkpoint, load_checkpoint
from engine.cli import exit_on_bad_input
from engine.data.folder import SILENCE, Song, held_out_split, list_songs
from engine.data.latent_songs import fingerprint, lead_sheet_of
from engine.data.score import Caption
from engine.device import autocast
from engine.errors import BadInput
from engine.presets import Preset
from engine.prompts import task_prefix
from engine.request import TRACKS
from engine.text import TextEncoder, load_text_encoder

SONGS_A_SHARD = 64
META_KEPT = ("tempo_bpm", "beats_per_bar", "bars", "key", "chords")  # what a lead sheet is built from


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder of songs")
    parser.add_argument("--model", type=Path, required=True, help="checkpoint with a trained autoencoder")
    parser.add_argument("--out", type=Path, required=True, help="folder for the latents")
    options = parser.parse_args(arguments)
    with exit_on_bad_input():
        write_cache(options.data, options.model, options.out)


def write_cache(data: Path, model: Path, out: Path) -> None:
    """Encode the songs under `data` that `out` lacks. Raises BadInput if `out` belongs to another autoencoder."""
    checkpoint = load_checkpoint(model)
    if "autoencoder" not in checkpoint.states:
        raise BadInput(f"{model} holds no autoencoder. Train one with python -m engine.training.train_autoencoder.")
    cache_latents(data, checkpoint, out)


def cache_latents(data: Path, checkpoint: Checkpoint, out: Path) -> None:
    """`write_cache` with a checkpoint that is open already."""
    autoencoder = build_autoencoder(checkpoint.preset.autoencoder).eval()
    autoencoder.load_state_dict(checkpoint.states["autoencoder"])
    text = load_text_encoder(checkpoint.preset.text)
    out.mkdir(parents=True, exist_ok=True)
    _write_shared(out, checkpoint.preset, fingerprint(checkpoint.states["autoencoder"]), text)
    songs = list_songs(data).songs
    held_out = {song.path for song in held_out_split(songs)[1]}
    done = _songs_done(out)
    missing = [song for song in songs if song.path.name not in done]
    first_shard = len(list(out.glob("shard_*.json")))
    for i in range(0, len(missing), SONGS_A_SHARD):
        stem = out / f"shard_{first_shard + i // SONGS_A_SHARD:04d}"
        write_shard(stem, missing[i : i + SONGS_A_SHARD], held_out, autoencoder, text)
        print(f"{min(i + SONGS_A_SHARD, len(missing))} of {len(missing)} songs encoded into {out}", flush=True)


def write_shard(
    stem: Path, songs: Sequence[Song], held_out: set[Path], autoencoder: Autoencoder, text: TextEncoder
) -> None:
    """One shard; its json comes last and whole, so that a shard is either finished or not there."""
    encoded = [encode_song(song, autoencoder) for song in songs]
    captions = [captions_of(song) for song in songs]
    np.save(f"{stem}.latents.npy", np.concatenate([latents for latents, _ in encoded]))
    np.save(f"{stem}.sounding.npy", np.concatenate([sounding for _, sounding in encoded]))
    np.save(f"{stem}.text.npy", embed_captions(list(chain.from_iterable(captions)), text))
    facts = [
        {
            "name": song.path.name,
            "held_out": song.path in held_out,
            "frames": len(latents),
            "captions": len(phrasings),
            "meta": {name: getattr(song.meta, name) for name in META_KEPT},
        }
        for song, (latents, _), phrasings in zip(songs, encoded, captions, strict=True)
    ]
    _write_json(Path(f"{stem}.json"), facts)


def encode_song(song: Song, autoencoder: Autoencoder) -> tuple[np.ndarray, np.ndarray]:
    """Raw latents float16 `[L, K, C]` and what is heard, bool `[L, K]`; a track that is not there is silence."""
    _check_meta(song)
    hop, frames = autoencoder.preset.latent_hop_samples, autoencoder.latent_frames(song.length_samples)
    latents, sounding = [], []
    for track in TRACKS:
        audio = np.zeros((2, frames * hop), dtype=np.float32)
        if track in song.stems:
            audio[:] = song.read(track, 0, frames * hop)
        with autocast("cpu"):
            latents.append(autoencoder.encode(torch.from_numpy(audio)[None])[0])  # [C, L]
        sounding.append(np.abs(audio).reshape(2, frames, hop).max(axis=(0, 2)) >= SILENCE)
    return torch.stack(latents).permute(2, 0, 1).half().numpy(), np.stack(sounding, axis=1)


def captions_of(song: Song) -> tuple[Caption, ...]:
    """At least one phrasing of the song; an empty one if nothing is said of it."""
    return song.meta.captions or (Caption(song.meta.prompt),)


def embed_captions(captions: Sequence[Caption], text: TextEncoder) -> np.ndarray:
    """float16 `[captions, 1 + K, D]`: prompt and lines, zeros where a line is empty; each line is embedded once."""
    rows = [[caption.prompt, *(caption.lines.get(track, "") for track in TRACKS)] for caption in captions]
    lines = sorted(set(chain.from_iterable(rows)))
    index = {line: i for i, line in enumerate(lines)}
    embedded = text.encode_lines(lines).numpy().astype(np.float16)
    return embedded[[[index[line] for line in row] for row in rows]]


def embed_prefixes(text: TextEncoder) -> Tensor:
    """float32 `[2^K, D]`: the task prefix of every set of targets, track k counting 2^k; zeros for the empty set."""
    subsets = [[track for k, track in enumerate(TRACKS) if mask >> k & 1] for mask in range(2 ** len(TRACKS))]
    return text.encode_lines([task_prefix(targets) if targets else "" for targets in subsets])


def _write_shared(out: Path, preset: Preset, autoencoder: str, text: TextEncoder) -> None:
    path = out / "cache.json"
    if path.is_file() and json.loads(path.read_text(encoding="utf-8"))["autoencoder"] != autoencoder:
        raise BadInput(f"{out} holds the latents of another autoencoder. Choose another folder, or empty this one.")
    np.save(out / "prefixes.npy", embed_prefixes(text).numpy())
    _write_json(path, {"autoencoder": autoencoder, "rate_hz": preset.autoencoder.latent_rate_hz})


def _check_meta(song: Song) -> None:
    try:
        lead_sheet_of(song.meta)
    except BadInput as error:
        raise BadInput(f"{song.path / 'meta.json'}: {error}") from error


def _songs_done(out: Path) -> set[str]:
    shards = [json.loads(path.read_text(encoding="utf-8")) for path in out.glob("shard_*.json")]
    return {facts["name"] for shard in shards for facts in shard}


def _write_json(path: Path, value: object) -> None:
    partial = path.with_suffix(".partial")
    partial.write_text(json.dumps(value), encoding="utf-8")
    os.replace(partial, path)


if __name__ == "__main__":
    main()
