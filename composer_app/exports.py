"""Export: the lanes as they sound become a mix or a zip of stems, ready to be fetched under /exports."""

from __future__ import annotations

import time
from dataclasses import dataclass
from uuid import uuid4

from composer_app.editor import SIGNATURES, EditorState
from composer_app.studio import Studio
from engine.errors import BadInput
from engine.request import TRACKS, Role
from sessions.export.mix_file import MIX_FORMATS, write_mix
from sessions.export.mixdown import Lane
from sessions.export.stems_zip import SongInfo, ascii_name, short_key, write_stems_zip

KINDS = (*MIX_FORMATS, "zip")
KEPT_FOR_S = 24 * 3600


@dataclass(frozen=True)
class Export:
    """A file that waits in the exports folder as `token`, and the name it is saved under."""

    token: str
    file_name: str
    message: str


def export_session(studio: Studio, session_id: str, kind: str) -> Export:
    """Write the mix ("wav", "flac", "mp3") or the stems ("zip") of a session. Raises BadInput, StoreError."""
    if kind not in KINDS:
        raise BadInput(f"“{kind}” is not a kind of export; choose {', '.join(KINDS)}.")
    _forget_old(studio)
    state, title = studio.state(session_id), session_name(studio, session_id)
    lanes = mixer_lanes(studio, state)
    token = f"{uuid4().hex}.{kind}"
    path = studio.exports / token
    if kind == "zip":
        gains = write_stems_zip(lanes, path, _song_info(studio, session_id, state, title))
        lowered_db = {"All stems were": gains.stems_db, "The mix was": gains.mix_db}
    else:
        lowered_db = {"The mix was": write_mix(lanes, path, kind)}
    file_name = f"{_file_stem(state, title)}{'_stems' if kind == 'zip' else ''}.{kind}"
    lowered = [(what, -gain_db) for what, gain_db in lowered_db.items() if gain_db < 0]
    notes = [f"{what} lowered by {by_db:.1f} dB so that nothing clips." for what, by_db in lowered]
    return Export(token, file_name, " ".join([f"Exported {file_name}.", *notes]))


def mixer_lanes(studio: Studio, state: EditorState) -> list[Lane]:
    """The lanes that have audio and are not Off; what solo silences is muted."""
    present = {t: state.lanes[t] for t in TRACKS if state.lanes[t].role is not Role.ABSENT}
    some_solo = any(lane.soloed for lane in present.values())
    lanes = []
    for track, lane in present.items():
        audio = studio.audio.lane_samples(state, track)
        if audio is not None:
            muted = lane.muted or (some_solo and not lane.soloed)
            lanes.append(Lane(track.title(), audio, lane.gain_db, lane.pan, muted))
    return lanes


def session_name(studio: Studio, session_id: str) -> str:
    """The name in the list of sessions."""
    return next(s.name for s in studio.store.list_sessions() if s.id == session_id)


def _file_stem(state: EditorState, title: str) -> str:
    parts = [ascii_name(title) or "Session", f"{state.tempo_bpm:g}bpm".replace(".", "p"), short_key(state.key)]
    return "_".join(part for part in parts if part)


def _song_info(studio: Studio, session_id: str, state: EditorState, title: str) -> SongInfo:
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
    )


def _forget_old(studio: Studio) -> None:
    for path in studio.exports.iterdir():
        if time.time() - path.stat().st_mtime > KEPT_FOR_S:
            path.unlink(missing_ok=True)
