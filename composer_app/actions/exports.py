"""Export: the lanes as they sound become a mix, stems or a project, ready to be fetched under /exports."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import uuid4

from composer_app.actions.registry import Json, Outcome, action
from composer_app.media.mixer import mixer_lanes
from composer_app.state.editor import SIGNATURES, EditorState
from composer_app.state.export_range import ExportRange
from composer_app.studio import Studio
from engine.errors import BadInput
from engine.music.key import parse_key
from sessions.export.dawproject import write_dawproject
from sessions.export.mix_file import MIX_FORMATS, write_mix
from sessions.export.mixdown import Lane
from sessions.export.song_info import SongInfo, file_stem
from sessions.export.stems_zip import write_stems_zip

ZIPS = {"zip": "24", "zip32f": "32f", "zipflac": "flac"}  # kind -> format of the stems
KINDS = (*MIX_FORMATS, *ZIPS, "dawproject")
KEPT_FOR_S = 24 * 3600


@dataclass(frozen=True)
class Export:
    """A file that waits in the exports folder as `token`, and the name it is saved under."""

    token: str
    file_name: str
    message: str


@action
def export(studio: Studio, session_id: str, call: Json) -> Outcome:
    made = export_session(studio, session_id, call)
    url = f"/exports/{made.token}/{made.file_name}"
    return {"message": made.message, "download": {"url": url, "name": made.file_name}}


def export_session(studio: Studio, session_id: str, call: Mapping[str, Any]) -> Export:
    """Write what `call` asks for: `kind` is one of KINDS, `range` one of export_range.RANGES.

    Raises BadInput, StoreError.
    """
    kind = call["kind"]
    if kind not in KINDS:
        raise BadInput(f"“{str(kind)[:40]}” is not a kind of export; choose {', '.join(KINDS)}.")
    _forget_old(studio)
    state, title = studio.state(session_id), session_name(studio, session_id)
    span = ExportRange.of(call, state)
    lanes = mixer_lanes(studio.audio, state, span.start, span.end)
    info = _song_info(studio, session_id, state, title, span)
    suffix = MIX_FORMATS.get(kind, ".zip" if kind in ZIPS else ".dawproject")
    token = f"{uuid4().hex}{suffix}"
    lowered_db = _write(kind, lanes, studio.exports / token, info)
    file_name = f"{file_stem(info)}{'_stems' if kind in ZIPS else ''}{suffix}"
    lowered = [(what, -gain_db) for what, gain_db in lowered_db.items() if gain_db < 0]
    notes = [f"{what} lowered by {by_db:.1f} dB so that nothing clips." for what, by_db in lowered]
    return Export(token, file_name, " ".join([f"Exported {file_name}.", *notes]))


def _write(kind: str, lanes: list[Lane], path: Path, info: SongInfo) -> dict[str, float]:
    """What had to be lowered, and its gain in dB."""
    if kind in ZIPS:
        gains = write_stems_zip(lanes, path, info, ZIPS[kind])
        return {"All stems were": gains.stems_db, "The mix was": gains.mix_db}
    if kind == "dawproject":
        write_dawproject(lanes, path, info)
        return {}
    return {"The mix was": write_mix(lanes, path, kind, info)}


def session_name(studio: Studio, session_id: str) -> str:
    """The name in the list of sessions."""
    return next(s.name for s in studio.store.list_sessions() if s.id == session_id)


def _song_info(studio: Studio, session_id: str, state: EditorState, title: str, span: ExportRange) -> SongInfo:
    used = {lane.take_id for lane in state.lanes.values()}
    takes = [take for take in studio.store.takes(session_id) if take.id in used]
    facts = [{"id": take.id, "kind": take.kind, "label": take.label, "request": take.request} for take in takes]
    return SongInfo(
        title=title,
        tempo_bpm=state.tempo_bpm,
        signature=SIGNATURES[state.beats_per_bar],
        bars=state.bars,
        key=state.key,
        seeds=sorted({take.request["seed"] for take in takes if "seed" in take.request}),
        model=studio.engine.name,
        session={"name": title, "state": state.to_json(), "takes": facts},
        beats=span.beats(state),
        start_samples=span.start,
        span=span.words,
        tonic=parse_key(state.key).tonic if state.key else None,
        markers=span.markers(state),
    )


def _forget_old(studio: Studio) -> None:
    for path in studio.exports.iterdir():
        if time.time() - path.stat().st_mtime > KEPT_FOR_S:
            path.unlink(missing_ok=True)
