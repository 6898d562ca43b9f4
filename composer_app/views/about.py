"""What the page says about the model: read from it, its card and the last generation; nothing is guessed."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from composer_app.state.takes import made_bars
from composer_app.studio import Studio
from engine.request import SAMPLE_RATE_HZ, TEMPO_RANGE_BPM
from sessions.records import TakeRecord

CARD = Path(__file__).parents[2] / "assets" / "MODEL_CARD.md"
CARD_OF = "compact"  # the model that the card is about


def about(studio: Studio, session_id: str) -> dict[str, Any]:
    """`facts`: pairs of words for the table; `sections`: title and text from the model card. Raises SessionNotFound."""
    engine = studio.engine
    low, high = TEMPO_RANGE_BPM
    facts = [
        ("Model", engine.description),
        ("Runs on", f"{engine.device}, on this machine; nothing is sent anywhere"),
        ("Speed", speed_words(last_generation(studio, session_id))),
        ("Sound", f"{SAMPLE_RATE_HZ // 1000} kHz, stereo, 24 bits; stems are neither normalised nor limited"),
        ("Tempo", f"{low:g} to {high:g} BPM, steady; 3, 4 or 6 beats a bar"),
    ]
    card = model_card(studio)
    sections = [] if card is None else [
        (title, text) for title in ("What it learned from", "Limits", "Licence") if (text := card_section(card, title))
    ]  # fmt: skip
    return {"facts": facts, "sections": sections, "card": card is not None}


def model_card(studio: Studio) -> str | None:
    """The text of the card that lies beside the bundled model; None for another model or where it is missing."""
    return CARD.read_text("utf-8") if studio.engine.name == CARD_OF and CARD.is_file() else None


def card_section(card: str, title: str) -> str:
    """What stands under a heading of the card; empty if it has no such heading."""
    match = re.search(rf"^## {re.escape(title)}\n(.*?)(?=^## |\Z)", card, re.MULTILINE | re.DOTALL)
    return match[1].strip() if match else ""


def last_generation(studio: Studio, session_id: str) -> TakeRecord | None:
    """The newest generated take by this model, of this session or else of the one saved last that has one."""
    others = [session.id for session in studio.store.list_sessions() if session.id != session_id]
    for listed in (session_id, *others):
        for take in reversed(studio.store.takes(listed)):
            if take.kind == "generated" and take.request.get("model") == studio.engine.name:
                return take
    return None


def speed_words(take: TakeRecord | None) -> str:
    """Seconds of work for each bar in which something was made, as measured."""
    if take is None:
        return "not measured here yet; generate something"
    request, bars = take.request, made_bars(take)
    spent_s = sum(request["seconds"].values())
    lanes = "1 lane" if len(take.stems) == 1 else f"{len(take.stems)} lanes"
    made = f"{'1 bar' if bars == 1 else f'{bars} bars'} of {lanes} at {request['tempo_bpm']:g} BPM"
    return f"{spent_s / bars:.2f} s a bar, measured when {made} were last made on {request['device']}"
