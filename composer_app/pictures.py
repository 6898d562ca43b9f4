"""What the page draws and reads beside the sound: spectrogram tiles, the loudness of the mix, facts about the model."""

from __future__ import annotations

from typing import Any

from fastapi import FastAPI, HTTPException, Response
from fastapi.responses import PlainTextResponse

from composer_app.about import about, model_card
from composer_app.mix_meter import MixMeter
from composer_app.spectrogram import Spectrograms
from composer_app.studio import Studio
from sessions.errors import StemNotFound, StoreError

IMMUTABLE = {"Cache-Control": "private, max-age=31536000, immutable"}  # the name is the sha256 of the content


def add_pictures(app: FastAPI, studio: Studio) -> None:
    """The routes; each is worked off on a thread of its own."""
    spectrograms = Spectrograms(studio.folder / "pictures", studio.audio.samples)
    meter = MixMeter(studio)

    @app.get("/spectrograms/{name}/{level}/{index}")
    def spectrogram_tile(name: str, level: int, index: int) -> Response:
        try:
            tile = spectrograms.tile(name, level, index)
        except (StemNotFound, IndexError) as missing:
            raise HTTPException(404, str(missing)) from missing
        except StoreError as refusal:
            raise HTTPException(400, str(refusal)) from refusal
        return Response(tile.tobytes(), media_type="application/octet-stream", headers=IMMUTABLE)

    @app.get("/api/sessions/{session_id}/loudness")
    def loudness(session_id: str) -> dict[str, Any]:
        try:
            return meter.measure(session_id)
        except StoreError as missing:
            raise HTTPException(404, str(missing)) from missing

    @app.get("/api/sessions/{session_id}/about")
    def about_model(session_id: str) -> dict[str, Any]:
        try:
            return about(studio, session_id)
        except StoreError as missing:
            raise HTTPException(404, str(missing)) from missing

    @app.get("/model-card")
    def card() -> PlainTextResponse:
        text = model_card(studio)
        if text is None:
            raise HTTPException(404, "This model has no card.")
        return PlainTextResponse(text)
