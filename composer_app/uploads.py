"""A file that was dropped on a lane becomes a take: read, kept whole, laid on the session's grid."""

from __future__ import annotations

import re
from dataclasses import asdict
from pathlib import Path

from composer_app.alignment import read_alignment
from composer_app.editor import place_take, with_lane
from composer_app.studio import Studio
from engine.audio.io import read_audio
from engine.errors import BadInput
from engine.tracks import TRACKS, Role

MAX_FILE_BYTES = 1_000_000_000
MAX_NAME_CHARACTERS = 80


def safe_file_name(name: str) -> str:
    """The last part of a name from a browser, without characters that no file system takes."""
    kept = re.sub(r'[\x00-\x1f\x7f<>:"|?*\\/]', "", name.replace("\\", "/").rsplit("/", 1)[-1]).strip(". ")
    return kept[-MAX_NAME_CHARACTERS:] or "audio"


def receive_upload(studio: Studio, session_id: str, track: str, path: Path) -> str:
    """Keep the audio of `path` as an upload take of one lane, set the lane to Keep, and say what was done.

    Raises BadInput for a file that cannot be used; then the session is as it was.
    """
    if track not in TRACKS:
        raise BadInput(f"There is no lane “{track}”; the lanes are {', '.join(TRACKS)}.")
    audio, file_name = read_audio(path), path.name
    alignment, words = read_alignment(audio.samples, studio.state(session_id).grid)
    request = {"file": file_name, "notes": list(audio.notes), "alignment": asdict(alignment)}
    take = studio.store.add_take(
        session_id, kind="upload", stems={track: audio.samples}, request=request, label=file_name
    )
    studio.change(
        session_id,
        f"Put {file_name} in {track}",
        lambda state: with_lane(place_take(state, take.id, [track]), track, role=Role.KEEP),
    )
    return " ".join([f"{file_name} is in {track.title()}, set to Keep.", words, *audio.notes])
