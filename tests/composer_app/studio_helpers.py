"""Loops to drop on lanes, and waiting for a generation."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import numpy as np

from composer_app.studio import Studio
from engine.audio.io import write_audio
from engine.audio.pcm24 import snap_to_24_bit

BAR_96_SAMPLES = 120_000  # four beats at 96 BPM, the tempo of an empty session


def write_loop(path: Path, samples: int, seed: int = 0) -> Path:
    """Decaying noise on every beat of 96 BPM, stereo, 24 bits at 48 kHz."""
    beats = np.exp(-(np.arange(samples) % (BAR_96_SAMPLES // 4)) / 4_000)
    noise = np.random.default_rng(seed).uniform(-0.4, 0.4, (2, samples))
    write_audio(path, snap_to_24_bit(noise * beats))
    return path


def wait_for_job(studio: Studio, session_id: str, limit_s: float = 300.0) -> None:
    """Until nothing is being generated for the session."""
    end = time.monotonic() + limit_s
    while studio.jobs.running(session_id):
        assert time.monotonic() < end, "the generation did not end"
        time.sleep(0.02)


def saved(studio: Studio, session_id: str) -> tuple[int, dict[str, Any], int]:
    """What would differ if a session had been touched: its revision, its state, the number of its takes."""
    revision = studio.store.state(session_id)
    return revision.number, revision.state, len(studio.store.takes(session_id))
