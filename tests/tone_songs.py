"""Songs of four tones each on disk, written as a user would bring them."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import soundfile

from engine.tracks import TRACKS


def write_tone_songs(root: Path, songs: int = 2, length_s: float = 6.0) -> Path:
    """song_0, song_1, ... with a stem for each track; returns the folder."""
    time_s = np.arange(round(length_s * 48_000)) / 48_000
    for number in range(songs):
        (root / f"song_{number}").mkdir(parents=True)
        for k, track in enumerate(TRACKS):
            tone = 0.2 * np.sin(2 * np.pi * 110 * (k + 1) * (number + 1) * time_s) * (np.sin(7 * time_s) > 0)
            soundfile.write(root / f"song_{number}" / f"{track}.wav", np.stack([tone, tone], 1), 48_000)
        meta = '{"prompt": "tones", "bpm": 120, "key": "A minor"}'
        (root / f"song_{number}" / "meta.json").write_text(meta, encoding="utf-8")
    return root
