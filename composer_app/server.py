"""The FastAPI parent: audio, outlines, editor modules, uploads, job events and exports; Gradio is mounted inside it."""

from __future__ import annotations

import asyncio
import json
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Any
from uuid import uuid4

import gradio as gr
from fastapi import FastAPI, HTTPException, Request, Response
from fastapi.responses import FileResponse, StreamingResponse
from fastapi.staticfiles import StaticFiles
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from composer_app.history_routes import add_history
from composer_app.layout import PAGE_HEAD, build_app, page_theme
from composer_app.modules import MODULES_URL, PRELOADS, STATIC
from composer_app.null_test import add_null_test
from composer_app.parts import audio_part
from composer_app.pictures import add_pictures
from composer_app.recordings import receive_recording
from composer_app.studio import Studio
from composer_app.uploads import MAX_FILE_BYTES, receive_upload, safe_file_name
from composer_app.view import view_of
from engine.errors import BadInput
from sessions.errors import StemNotFound, StoreError

STYLES = sorted(STATIC.glob("*.css"), key=lambda path: (path.name != "composer.css", path.name))  # the base first
IMMUTABLE = {"Cache-Control": "private, max-age=31536000, immutable"}  # the address names the content
POLL_S = 0.15
ONLY_THIS_MACHINE = "default-src 'self' 'unsafe-inline' 'unsafe-eval' blob: data:"


def serve(studio: Studio) -> FastAPI:
    """The whole application around one studio."""

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        yield
        await run_in_threadpool(studio.jobs.close)

    app = FastAPI(title="Composer", lifespan=lifespan, docs_url=None, redoc_url=None, openapi_url=None)
    _add_audio(app, studio)
    add_pictures(app, studio)
    _add_upload(app, studio)
    _add_job_events(app, studio)
    add_history(app, studio)
    add_null_test(app, studio)
    app.mount(MODULES_URL, LastingFiles(directory=STATIC))
    app.add_middleware(PageHeaders)
    return gr.mount_gradio_app(
        app, build_app(studio), path="/", theme=page_theme(), css_paths=STYLES, head=PAGE_HEAD,
        footer_links=[], run_history=False, enable_monitoring=False, ssr_mode=False,
        blocked_paths=[str(studio.folder.resolve())],
    )  # fmt: skip


class LastingFiles(StaticFiles):
    """Editor modules, kept by the browser: the address names their content, as the program found it when it started."""

    def file_response(self, *args: Any, **kwargs: Any) -> Response:
        response = super().file_response(*args, **kwargs)
        response.headers.update(IMMUTABLE)
        return response


class PageHeaders:
    """Lets the page load nothing from any other machine, and what it will need at once.

    Pure ASGI, so that a closed connection is seen.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers["Content-Security-Policy"] = ONLY_THIS_MACHINE
                if scope["path"] == "/":
                    headers["Link"] = PRELOADS
            await send(message)

        await self.app(scope, receive, send_with_headers if scope["type"] == "http" else send)


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


def _add_upload(app: FastAPI, studio: Studio) -> None:
    # PUT, so that another site's page cannot send one: it is not a request a browser makes across sites unasked.
    @app.put("/api/sessions/{session_id}/lanes/{track}/audio")
    async def upload(
        session_id: str, track: str, name: str, request: Request, at_sample: int | None = None, latency_ms: float = 0.0
    ) -> dict[str, Any]:
        """A file for a lane; with `at_sample` a recording that was played from there on."""
        folder = studio.incoming / uuid4().hex
        path = folder / safe_file_name(name)
        try:
            folder.mkdir()
            await _receive(request, path)
            if at_sample is None:
                words = await run_in_threadpool(receive_upload, studio, session_id, track, path)
            else:
                words = await run_in_threadpool(
                    receive_recording, studio, session_id, track, path, at_sample, latency_ms
                )
            return await run_in_threadpool(view_of, studio, session_id, words)
        except (BadInput, StoreError) as refusal:
            return await run_in_threadpool(view_of, studio, session_id, str(refusal), "refused")
        finally:
            shutil.rmtree(folder, ignore_errors=True)


async def _receive(request: Request, path: Path) -> None:
    """Read the body to its end, also where it is too large: a browser that is still sending hears no answer."""
    received = 0
    with path.open("wb") as file:
        async for chunk in request.stream():
            received += len(chunk)
            if received <= MAX_FILE_BYTES:
                file.write(chunk)
    if received > MAX_FILE_BYTES:
        raise BadInput(f"“{path.name}” is larger than {MAX_FILE_BYTES // 10**6} MB. Cut out the part you need.")


def _add_job_events(app: FastAPI, studio: Studio) -> None:
    @app.get("/api/jobs/{job_id}/events")
    async def events(job_id: str) -> StreamingResponse:
        if studio.jobs.status(job_id) is None:
            raise HTTPException(404, "This generation is not known any more.")
        headers = {"Cache-Control": "no-cache"}
        return StreamingResponse(_events(studio, job_id), media_type="text/event-stream", headers=headers)


async def _events(studio: Studio, job_id: str) -> AsyncIterator[str]:
    """The status each time it changed, as server-sent events, until it is final."""
    told = None
    while (status := studio.jobs.status(job_id)) is not None:
        if status != told:
            told = status
            yield f"data: {json.dumps(asdict(status))}\n\n"
        if status.state.is_final:
            return
        await asyncio.sleep(POLL_S)
