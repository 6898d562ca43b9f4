"""HTTP routes for audio, peaks, spectrograms, exports and null tests."""

from __future__ import annotations

import re
from functools import lru_cache

from fastapi import FastAPI, HTTPException, Response
from fastapi.responses import FileResponse, JSONResponse

from composer_app.media.lane_audio import audio_part
from composer_app.media.null_test import changed_samples, spans_of
from composer_app.media.spectrogram import Spectrograms
from composer_app.studio import Studio
from sessions.errors import StemNotFound, StoreError

IMMUTABLE = {"Cache-Control": "private, max-age=31536000, immutable"}  # the address names the content
SPANS = re.compile(r"(?:\d{1,12}-\d{1,12}(?:,\d{1,12}-\d{1,12}){0,999})?")
KEPT_ANSWERS = 256


def add_audio(app: FastAPI, studio: Studio) -> None:
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


def add_spectrograms(app: FastAPI, studio: Studio) -> None:
    spectrograms = Spectrograms(studio.folder / "pictures", studio.audio.samples)

    @app.get("/spectrograms/{name}/{level}/{index}")
    def spectrogram_tile(name: str, level: int, index: int) -> Response:
        try:
            tile = spectrograms.tile(name, level, index)
        except (StemNotFound, IndexError) as missing:
            raise HTTPException(404, str(missing)) from missing
        except StoreError as refusal:
            raise HTTPException(400, str(refusal)) from refusal
        return Response(tile.tobytes(), media_type="application/octet-stream", headers=IMMUTABLE)


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
