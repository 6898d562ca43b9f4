"""Addresses of one session: uploads, progress of a job, history, loudness, facts about the model."""

from __future__ import annotations

import asyncio
import json
import shutil
from collections.abc import AsyncIterator
from dataclasses import asdict
from pathlib import Path
from uuid import uuid4

from fastapi import FastAPI, HTTPException, Request
from fastapi.responses import PlainTextResponse, StreamingResponse
from starlette.concurrency import run_in_threadpool

from composer_app.actions.received_audio import receive_recording, receive_upload
from composer_app.media.mix_meter import MixFigures, MixMeter
from composer_app.media.uploads import MAX_FILE_BYTES, safe_file_name
from composer_app.studio import Studio
from composer_app.views.about import AboutView, about, model_card
from composer_app.views.history import HistoryView, history_view, read_spans
from composer_app.views.history_step import StepView, step_view
from composer_app.views.session import SessionView, view_of
from engine.errors import BadInput
from sessions.errors import StoreError

POLL_S = 0.15


def add_upload(app: FastAPI, studio: Studio) -> None:
    # PUT, so that another site's page cannot send one: it is not a request a browser makes across sites unasked.
    @app.put("/api/sessions/{session_id}/lanes/{track}/audio", response_model=None)
    async def upload(
        session_id: str, track: str, name: str, request: Request, at_sample: int | None = None, latency_ms: float = 0.0
    ) -> SessionView:
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
    """Save the body. It is read to its end even if it is too large: a browser that still sends hears no answer."""
    received = 0
    with path.open("wb") as file:
        async for chunk in request.stream():
            received += len(chunk)
            if received <= MAX_FILE_BYTES:
                file.write(chunk)
    if received > MAX_FILE_BYTES:
        raise BadInput(f"“{path.name}” is larger than {MAX_FILE_BYTES // 10**6} MB. Cut out the part you need.")


def add_job_events(app: FastAPI, studio: Studio) -> None:
    @app.get("/api/jobs/{job_id}/events")
    async def events(job_id: str) -> StreamingResponse:
        if studio.jobs.status(job_id) is None:
            raise HTTPException(404, "This generation is not known any more.")
        headers = {"Cache-Control": "no-cache"}
        return StreamingResponse(_events(studio, job_id), media_type="text/event-stream", headers=headers)


async def _events(studio: Studio, job_id: str) -> AsyncIterator[str]:
    """The status as server-sent events: each time it changed, until it is final."""
    told = None
    while (status := studio.jobs.status(job_id)) is not None:
        if status != told:
            told = status
            yield f"data: {json.dumps(asdict(status))}\n\n"
        if status.state.is_final:
            return
        await asyncio.sleep(POLL_S)


def add_history(app: FastAPI, studio: Studio) -> None:
    @app.get("/api/sessions/{session_id}/history", response_model=None)
    def history(session_id: str, unfold: str = "") -> HistoryView:
        """The tree, with the spans of steps that are asked for beside those that are always shown."""
        try:
            return history_view(studio.store.tree(session_id), read_spans(unfold))
        except StoreError as missing:
            raise HTTPException(404, str(missing)) from missing
        except ValueError as malformed:
            raise HTTPException(400, "Ask for spans of steps like 120-170.") from malformed

    @app.get("/api/sessions/{session_id}/history/{number}", response_model=None)
    def step(session_id: str, number: int, against: int) -> StepView:
        """One step as it is heard, and what differs from another."""
        try:
            return step_view(studio, session_id, number, against)
        except StoreError as missing:
            raise HTTPException(404, str(missing)) from missing


def add_facts(app: FastAPI, studio: Studio) -> None:
    """The loudness of the mix, and what is known about the model."""
    meter = MixMeter(studio.audio, studio.state)

    @app.get("/api/sessions/{session_id}/loudness", response_model=None)
    def loudness(session_id: str) -> MixFigures:
        try:
            return meter.measure(session_id)
        except StoreError as missing:
            raise HTTPException(404, str(missing)) from missing

    @app.get("/api/sessions/{session_id}/about", response_model=None)
    def about_model(session_id: str) -> AboutView:
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
