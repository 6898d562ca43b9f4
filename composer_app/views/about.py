"""What the page says about the model. It comes from the model, its card and the last generation."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TypedDict

from composer_app.state.provenance import generation_of
from composer_app.state.takes import Variation
from composer_app.studio import Studio
from engine.audio.pcm24 import SAMPLE_RATE_HZ
from engine.request import TEMPO_RANGE_BPM

CARD = Path(__file__).parents[2] / "assets" / "MODEL_CARD.md"
CARD_OF = "compact"  # the model that the card is about


class AboutView(TypedDict):
    """facts: pairs of words for a table. sections: title and text from the model card. card: whether there is one."""

    facts: list[tuple[str, str]]
    sections: list[tuple[str, str]]
    card: bool


def about(studio: Studio, session_id: str) -> AboutView:
    """What the page says about the model. Raises SessionNotFound."""
    engine = studio.engine
    low, high = TEMPO_RANGE_BPM
    facts = [
        ("Model", engine.description),
        ("Runs on", f"{engine.device}, on this machine; nothing is sent anywhere"),
        ("Speed", speed_words(last_made(studio, session_id))),
        ("Sound", f"{SAMPLE_RATE_HZ // 1000} kHz, stereo, 24 bits; stems are neither normalised nor limited"),
        ("Tempo", f"{low:g} to {high:g} BPM, steady; 3, 4 or 6 beats a bar"),
    ]
    card = model_card(studio)
    sections = [] if card is None else [
        (title, text) for title in ("What it learned from", "Limits", "Licence") if (text := card_section(card, title))
    ]  # fmt: skip
    return {"facts": facts, "sections": sections, "card": card is not None}


def model_card(studio: Studio) -> str | None:
    """The text of the card of the bundled model; None for another model, and if the file is missing."""
    return CARD.read_text("utf-8") if studio.engine.name == CARD_OF and CARD.is_file() else None


def card_section(card: str, title: str) -> str:
    """The text under a heading of the card; empty if there is no such heading."""
    match = re.search(rf"^## {re.escape(title)}\n(.*?)(?=^## |\Z)", card, re.MULTILINE | re.DOTALL)
    return match[1].strip() if match else ""


def last_made(studio: Studio, session_id: str) -> Variation | None:
    """The newest take by this model: of this session, or else of the session saved last that has one."""
    others = [session.id for session in studio.store.list_sessions() if session.id != session_id]
    for listed in (session_id, *others):
        for take in reversed(studio.store.takes(listed)):
            made = generation_of(take)
            if made is not None and made.model == studio.engine.name:
                return Variation(take, made)
    return None


def speed_words(last: Variation | None) -> str:
    """Seconds of work for each bar in which something was made, as measured."""
    if last is None:
        return "not measured here yet; generate something"
    take, made = last
    bars = len(made.changed_bars(take.stems))
    lanes = "1 lane" if len(take.stems) == 1 else f"{len(take.stems)} lanes"
    music = f"{'1 bar' if bars == 1 else f'{bars} bars'} of {lanes} at {made.request.tempo_bpm:g} BPM"
    return f"{made.spent_s / bars:.2f} s a bar, measured when {music} were last made on {made.device}"
