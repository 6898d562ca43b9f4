"""Export: the lanes as they sound become a file of one of the EXPORTS, ready to be fetched under /exports."""

from __future__ import annotations

import time
from dataclasses import dataclass
from uuid import uuid4

from composer_app.actions.commands import Command
from composer_app.actions.registry import Download, Outcome, action
from composer_app.media.mixer import mixer_lanes
from composer_app.state.editor import SIGNATURES, EditorState
from composer_app.state.export_range import ExportRange
from composer_app.state.provenance import generation_of
from composer_app.state.selection import SelectedSpan
from composer_app.studio import Studio
from engine.errors import BadInput
from engine.music.key import parse_key
from sessions.export.formats import EXPORTS
from sessions.export.song_info import SongInfo

KEPT_FOR_S = 24 * 3600


@dataclass(frozen=True)
class Export(Command):
    """kind: one of EXPORTS. range: one of export_range.RANGES."""

    kind: str
    range: str = "all"
    selection: SelectedSpan | None = None


@action
def export(studio: Studio, session_id: str, command: Export) -> Outcome:
    """Write the file, and tell where it can be fetched and what was lowered so that nothing clips."""
    chosen = EXPORTS.get(command.kind)
    if chosen is None:
        raise BadInput(f"“{command.kind[:40]}” is not a kind of export; choose {', '.join(EXPORTS)}.")
    _forget_old(studio)
    state = studio.state(session_id)
    span = ExportRange.of(command.range or "all", command.selection, state)
    lanes = mixer_lanes(studio.audio, state, span.start, span.end)
    info = _song_info(studio, session_id, state, span)
    token, name = f"{uuid4().hex}{chosen.suffix}", chosen.file_name(info)
    gains_db = chosen.write(lanes, studio.exports / token, info)
    notes = [f"{what} lowered by {-gain:.1f} dB so that nothing clips." for what, gain in gains_db.items() if gain < 0]
    return Outcome(" ".join([f"Exported {name}.", *notes]), download=Download(f"/exports/{token}/{name}", name))


def _song_info(studio: Studio, session_id: str, state: EditorState, span: ExportRange) -> SongInfo:
    title = next(session.name for session in studio.store.list_sessions() if session.id == session_id)
    used = {lane.take_id for lane in state.lanes.values()}
    takes = [take for take in studio.store.takes(session_id) if take.id in used]
    facts = [{"id": take.id, "kind": take.kind, "label": take.label, "request": take.request} for take in takes]
    return SongInfo(
        title=title,
        tempo_bpm=state.tempo_bpm,
        signature=SIGNATURES[state.beats_per_bar],
        bars=state.bars,
        key=state.key,
        seeds=sorted({made.request.seed for take in takes if (made := generation_of(take))}),
        model=studio.engine.name,
        session={"name": title, "state": state.to_json(), "takes": facts},
        beats=span.beats(state),
        start_samples=span.start,
        span=span.words,
        tonic=parse_key(state.key).tonic if state.key else None,
        markers=span.markers(state),
        chords=span.chords(state),
    )


def _forget_old(studio: Studio) -> None:
    for path in studio.exports.iterdir():
        if time.time() - path.stat().st_mtime > KEPT_FOR_S:
            path.unlink(missing_ok=True)
