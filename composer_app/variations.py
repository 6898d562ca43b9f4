"""The variations of the last generation, as the page shows them: in order, each with its audio, seed and facts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from composer_app.editor import EditorState
from composer_app.fit import FIT, fit_words
from composer_app.studio import Studio
from sessions.records import TakeRecord


def latest_variations(takes: Sequence[TakeRecord]) -> list[TakeRecord]:
    """The takes of the last generation, in the order they were made; `takes`: of a session, oldest first."""
    made = [take for take in takes if take.kind == "generated"]
    return [take for take in made if take.request["generation"] == made[-1].request["generation"]]


def written_fields(take: TakeRecord) -> dict[str, str]:
    """What was decided for a generated take (`engine.request.Written`), by the field that it would be typed in."""
    written = take.request.get("written", {})
    lead_sheet = {name: written.get(name, "") for name in ("chords", "key")}
    lines = {f"{track}_line": line for track, line in written.get("lines", {}).items()}
    return {name: text for name, text in (lead_sheet | lines).items() if text}


def written_words(state: EditorState, take: TakeRecord) -> str:
    """The same as it is told, as far as it does not stand in the fields yet."""
    new = {name: text for name, text in written_fields(take).items() if state.form[name] != text}
    return "; ".join(f"{name.removesuffix('_line')} {text}" for name, text in new.items())


def variations_view(
    studio: Studio, session_id: str, state: EditorState, takes: Sequence[TakeRecord]
) -> list[dict[str, Any]]:
    """Each variation with the audio of its lanes by track, and what was measured of it so far."""
    measured = studio.store.measurements.of(session_id, FIT)
    return [
        {
            "take_id": take.id,
            "variation": take.request["variation"],
            "seed": take.request["seed"],
            "audio": {track: studio.audio.lane_name(state, take, track) for track in take.stems},
            "used": all(state.lanes[track].take_id == take.id for track in take.stems),
            "fit": fit_words(measured.get(take.id, [])),
            "written": written_words(state, take),
            "passes_that_hear": len(take.request.get("passes", [0])) if take.request.get("inputs") else 0,
        }
        for take in latest_variations(takes)
    ]
