"""Audio in parts, as the page fetches it: a piece of any length starts at once and is never decoded as a whole."""

from __future__ import annotations

from pathlib import Path

import soundfile

from sessions.disk import told_plainly
from sessions.errors import StemNotFound
from sessions.pcm24 import encode_pcm24

PART_SAMPLES = 1 << 19  # 10.9 s; static/buffers.js counts in the same


def audio_part(path: Path, part: int) -> bytes:
    """Samples `part * PART_SAMPLES` and on of a FLAC of 24 bits as a WAV file, bit for bit; the last part is shorter.

    Raises StemNotFound for a part that lies outside of the file.
    """
    with told_plainly(path), soundfile.SoundFile(path) as file:
        if not 0 <= part * PART_SAMPLES < file.frames:
            raise StemNotFound(f"This audio has no part {part}. Reload the page.")
        file.seek(part * PART_SAMPLES)
        frames = file.read(PART_SAMPLES, dtype="int32", always_2d=True)  # [S, 2]
    return encode_pcm24(frames.T >> 8, "WAV")
