"""Encode songs to latents, in this process or in several worker processes."""

from __future__ import annotations

import multiprocessing
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from dataclasses import dataclass

import numpy as np
import safetensors.torch
import torch
from torch import Tensor

from engine.datasets.folder import Skipped, Song
from engine.datasets.latent_songs import lead_sheet_from_meta
from engine.datasets.sound_file import SILENCE
from engine.errors import BadInput
from engine.models.autoencoder.factory import build_autoencoder
from engine.models.autoencoder.model import Autoencoder
from engine.models.preset_types import Preset
from engine.runtime.device import autocast


@dataclass(frozen=True)
class EncodedSong:
    """latents: raw, float16 `[L, K, C]`; active: bool `[L, K]`, whether a track sounds in a frame."""

    song: Song
    latents: np.ndarray
    active: np.ndarray


def encode_songs(
    songs: Sequence[Song], preset: Preset, weights: dict[str, Tensor], workers: int = 1
) -> Iterator[EncodedSong | Skipped]:
    """Yield an encoded song for each song, in order, or `Skipped` with the reason for a song that cannot be read.

    Each worker is a process with one thread, its own copy of the weights and one song in memory. A single worker is
    this process, with its own number of threads. Raises BadInput if a worker was killed.
    """
    if min(workers, len(songs)) <= 1:
        autoencoder = _load(preset, weights)
        yield from (_encode_or_skip(song, autoencoder, preset.tracks) for song in songs)
        return
    # Spawn, because threads do not survive a fork. Send bytes, because shared memory is scarce in containers.
    context = multiprocessing.get_context("spawn")
    packed = safetensors.torch.save({name: value.contiguous() for name, value in weights.items()})
    with ProcessPoolExecutor(min(workers, len(songs)), context, _start_worker, (preset, packed)) as pool:
        try:
            yield from pool.map(_encode_in_worker, songs)
        except BrokenProcessPool as error:
            raise BadInput(
                f"One of {workers} workers was killed, most likely for lack of memory. "
                "Run it again with fewer --workers; the songs encoded so far are kept."
            ) from error
        finally:
            pool.shutdown(cancel_futures=True)


@contextmanager
def one_thread() -> Iterator[None]:
    """Run the block on one torch thread. With more threads, sums may differ in their last bit."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(threads)


def encode_song(song: Song, autoencoder: Autoencoder, tracks: Sequence[str]) -> EncodedSong:
    """Encode all tracks; a missing track is silence. Raises BadInput, naming the file, for a broken song."""
    _check_meta(song)
    hop, frames = autoencoder.preset.latent_hop_samples, autoencoder.latent_frames(song.length_samples)
    latents, active = [], []
    for track in tracks:
        audio = np.zeros((2, frames * hop), dtype=np.float32)
        if track in song.stems:
            audio[:] = song.read(track, 0, frames * hop)
        with autocast("cpu"):
            latents.append(autoencoder.encode(torch.from_numpy(audio)[None])[0])  # [C, L]
        active.append(np.abs(audio).reshape(2, frames, hop).max(axis=(0, 2)) >= SILENCE)
    stacked = torch.stack(latents).permute(2, 0, 1).half()  # [L, K, C]
    if not stacked.isfinite().all():
        raise BadInput("it is too loud for half precision; export it with peaks at full scale.")
    return EncodedSong(song, stacked.numpy(), np.stack(active, axis=1))


def _encode_or_skip(song: Song, autoencoder: Autoencoder, tracks: Sequence[str]) -> EncodedSong | Skipped:
    try:
        return encode_song(song, autoencoder, tracks)
    except BadInput as error:
        return Skipped(song.path, str(error))


def _check_meta(song: Song) -> None:
    """Raises BadInput for misspelt chords or keys, before the time is spent on encoding."""
    try:
        lead_sheet_from_meta(song.meta)
    except BadInput as error:
        raise BadInput(f"meta.json: {error}") from error


def _load(preset: Preset, weights: dict[str, Tensor]) -> Autoencoder:
    autoencoder = build_autoencoder(preset.autoencoder).eval()
    autoencoder.load_state_dict(weights)
    return autoencoder


_autoencoder: Autoencoder  # of a worker process
_tracks: tuple[str, ...]


def _start_worker(preset: Preset, packed: bytes) -> None:
    global _autoencoder, _tracks
    _tracks = preset.tracks
    torch.set_num_threads(1)
    _autoencoder = _load(preset, safetensors.torch.load(packed))


def _encode_in_worker(song: Song) -> EncodedSong | Skipped:
    return _encode_or_skip(song, _autoencoder, _tracks)
