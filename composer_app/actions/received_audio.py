"""A dropped file or a recording of the microphone becomes a take of its lane."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np

from composer_app.media.audio_edits import overwrite
from composer_app.media.uploads import read_alignment
from composer_app.state.alignment import Alignment
from composer_app.state.changes import place_take, with_lane, with_role
from composer_app.state.phrases import place_words
from composer_app.state.provenance import Recording, Upload
from composer_app.studio import Studio
from engine.audio.io import read_audio
from engine.audio.pcm24 import SAMPLE_RATE_HZ, snap_to_24_bit
from engine.errors import BadInput
from engine.tracks import Role


def receive_upload(studio: Studio, session_id: str, track: str, path: Path) -> str:
    """Keep the audio of a file as a take of one lane, set the lane to Keep, and return the sentence that says so.

    Raises BadInput for a file that cannot be used; then the session is as it was.
    """
    studio.state(session_id).lane(track)  # refused here if there is none
    audio, file_name = read_audio(path), path.name
    alignment, words = read_alignment(audio.samples, studio.state(session_id).grid)
    origin = Upload(file_name, alignment, tuple(audio.notes))
    take = studio.keep_take(session_id, origin, {track: audio.samples}, file_name)
    studio.change(
        session_id,
        f"Put {file_name} in {track}",
        lambda state: with_lane(place_take(state, take.id, [track]), track, role=Role.KEEP),
    )
    return " ".join([f"{file_name} is in {track.title()}, set to Keep.", words, *audio.notes])


def receive_recording(
    studio: Studio, session_id: str, track: str, path: Path, at_sample: int, latency_ms: float
) -> str:
    """Keep a recording that starts at a sample of the piece, set the lane to Keep, and return a sentence.

    latency_ms: by how much the page has moved it earlier. The take is as long as the piece, and silent around what was
    played, so that it is not repeated like a loop. Raises BadInput; then the session is as it was.
    """
    state = studio.state(session_id)
    state.lane(track)  # refused here if there is none
    length = round(state.grid.duration_s * SAMPLE_RATE_HZ)
    if not 0 <= at_sample < length or not math.isfinite(latency_ms):
        raise BadInput("The recording begins outside of the piece. Put the playhead inside and record again.")
    audio = read_audio(path)
    laid = overwrite(np.zeros((2, length), np.float32), at_sample, audio.samples[:, : length - at_sample])
    laid = snap_to_24_bit(laid)
    at_beat = at_sample / SAMPLE_RATE_HZ / state.grid.beat_s
    where = place_words(at_beat, state.beats_per_bar)
    origin = Recording(Alignment(state.tempo_bpm), at_sample, latency_ms, tuple(audio.notes))
    take = studio.keep_take(session_id, origin, {track: laid}, f"recorded at {where}")
    studio.change(
        session_id,
        f"Record {track}",
        lambda present: with_role(place_take(present, take.id, [track]), track, "keep"),
    )
    moved = f"It was moved {latency_ms:.0f} ms earlier, the latency that the browser reports; correct that under Align."
    return " ".join([f"{track.title()}: recorded at {where}, set to Keep.", moved, *audio.notes])
