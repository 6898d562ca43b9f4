"""Addresses of what the page plays and draws: audio, outlines, spectrograms, exports, null tests."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any

from fastapi import FastAPI, HTTPException, Response
from fastapi.responses import FileResponse, JSONResponse, PlainTextResponse

from composer_app.media.lane_audio import audio_part
from composer_app.media.mix_meter import MixMeter
from composer_app.media.null_test import changed_samples, spans_of
from composer_app.media.spectrogram import Spectrograms
from composer_app.studio import Studio
from composer_app.views.about import about, model_card
from sessions.errors import StemNotFound, StoreError

IMMUTABLE = {"Cache-Control": "private, max-age=31536000, immutable"}  # the address names the content
SPANS = re.compile(r"(?:\d{1,12}-\d{1,12}(?:,\d{1,12}-\d{1,12}){0,999})?")
KEPT_ANSWERS = 256


def _add_audio(app: FastAPI, studio: Studio) -> None:
    @app.get("/media/{name}.flac")
    def media(name: str) -> FileResponse:
        try:
            return FileResponse(studio.audio.path(name), media_type="audio/flac", headers=IMMUTABLE)
        except StemNotFound as missing:
            raise HTTPException(404, str(missing)) from missing

    @app.get("/media/{name}/{part}.wav")
    def media_part(name: str, part: int) -> Response:
        try:
            wav = audio_part(studio.audio.path(name), part)
        except StemNotFound as missing:
            raise HTTPException(404, str(missing)) from missing
        except StoreError as refusal:
            raise HTTPException(500, str(refusal)) from refusal
        return Response(wav, media_type="audio/wav", headers=IMMUTABLE)

    @app.get("/peaks/{name}")
    def peaks(name: str, bucket_samples: int = 1024) -> Response:
        try:
            outline = studio.audio.peaks(name, bucket_samples)
        except StemNotFound as missing:
            raise HTTPException(404, str(missing)) from missing
        except StoreError as refusal:
            raise HTTPException(400, str(refusal)) from refusal
        return Response(outline.tobytes(), media_type="application/octet-stream", headers=IMMUTABLE)

    @app.get("/exports/{token}/{file_name}")
    def exported(token: str, file_name: str) -> FileResponse:
        path = (studio.exports / token).resolve()
        if not path.is_relative_to(studio.exports.resolve()) or not path.is_file():
            raise HTTPException(404, "This export is gone. Export it again.")
        return FileResponse(path, filename=file_name)


def add_pictures(app: FastAPI, studio: Studio) -> None:
    """The routes; each is worked off on a thread of its own."""
    spectrograms = Spectrograms(studio.folder / "pictures", studio.audio.samples)
    meter = MixMeter(studio.audio, studio.state)

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


def add_null_test(app: FastAPI, studio: Studio) -> None:
    """GET /null-test/{before}/{after}: counted once per pair of contents."""

    @lru_cache(KEPT_ANSWERS)
    def counted(before: str, after: str, made: tuple[tuple[int, int], ...]) -> tuple[int, int]:
        return changed_samples(studio.audio.samples(before), studio.audio.samples(after), made)

    @app.get("/null-test/{before}/{after}")
    def null_test(before: str, after: str, made: str = "") -> JSONResponse:
        if not SPANS.fullmatch(made):
            raise HTTPException(400, "The spans are not first-last,first-last in samples.")
        try:
            changed, compared = counted(before, after, spans_of(made))
        except StoreError as missing:
            raise HTTPException(404, str(missing)) from missing
        return JSONResponse({"changed": changed, "compared": compared})
