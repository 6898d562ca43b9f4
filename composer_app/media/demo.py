"""The first session of an empty library: the bundled demo, so that the page opens with music.

`assets/demo/session.json`: {"name", "tempo_bpm", "beats_per_bar", "bars", "key", "chords", "prompt", "seed",
"lines": {track: text}, "roles": {track: "keep" | "vary" | "generate" | "absent"}} with `bass.flac`, `drums.flac`,
`instrument.flac` and `melody.flac` beside it, each as long as the bars at that tempo. "name", "seed", "lines" and
"roles" may be left out.
"""

from __future__ import annotations

import json
import logging
from pathlib import Path
from typing import Any

import numpy as np

from composer_app.state.changes import place_take, with_lane
from composer_app.state.editor import EditorState, Lane
from composer_app.state.provenance import Demo
from engine.audio.io import read_audio
from engine.errors import BadInput
from engine.tracks import TRACKS, Role
from sessions.store import SessionStore

log = logging.getLogger(__name__)
DEMO = Path(__file__).parents[2] / "assets" / "demo"
LEAD_SHEET = ("tempo_bpm", "beats_per_bar", "bars", "key", "chords", "prompt")


def open_library(store: SessionStore, folder: Path = DEMO) -> None:
    """Give an empty library the demo as its first session. A library with sessions stays as it is."""
    if store.list_sessions():
        return
    try:
        _create_demo(store, folder)
    except (OSError, BadInput, KeyError, ValueError) as missing:
        log.warning("The demo session cannot be read (%s); an empty session is opened instead.", missing)
        store.create_session("Untitled", EditorState().to_json())


def demo_stems(folder: Path = DEMO) -> dict[str, np.ndarray]:
    """What the lanes of the demo hold, `[2, S]`. Raises BadInput."""
    return {track: read_audio(folder / f"{track}.flac").samples for track in TRACKS}


def _create_demo(store: SessionStore, folder: Path) -> None:
    sheet: dict[str, Any] = json.loads((folder / "session.json").read_text("utf-8"))
    stems = demo_stems(folder)
    lines, roles = sheet.get("lines", {}), sheet.get("roles", {})
    lanes = {track: Lane(line=lines.get(track, "")) for track in TRACKS}
    state = EditorState(**{name: sheet[name] for name in LEAD_SHEET}, seed=sheet.get("seed", 1), lanes=lanes)
    session = store.create_session(sheet.get("name", "Demo"), state.to_json())
    origin = Demo(**{name: sheet[name] for name in LEAD_SHEET})
    take = store.add_take(session.id, kind=origin.kind, stems=stems, request=origin.to_json(), label="demo")
    state = place_take(state, take.id, TRACKS)
    for track in TRACKS:
        state = with_lane(state, track, role=Role(roles.get(track, "keep")))
    store.commit(session.id, state.to_json(), "Open the demo")
