"""The web application: FastAPI with the routes, and Gradio mounted inside it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import gradio as gr
from fastapi import FastAPI, Response
from fastapi.staticfiles import StaticFiles
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from composer_app.routes.audio import IMMUTABLE, add_audio, add_null_test, add_spectrograms
from composer_app.routes.layout import build_app, page_head
from composer_app.routes.sessions import add_facts, add_history, add_job_events, add_upload
from composer_app.routes.theme import page_theme
from composer_app.routes.timeline import MODULES_URL, PRELOADS, STATIC
from composer_app.studio import Studio

STYLES = sorted(STATIC.glob("*.css"), key=lambda path: (path.name != "composer.css", path.name))  # the base first
ONLY_THIS_MACHINE = "default-src 'self' 'unsafe-inline' 'unsafe-eval' blob: data:"


def serve(studio: Studio) -> FastAPI:
    """The whole application around one studio."""

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        yield
        await run_in_threadpool(studio.jobs.close)

    app = FastAPI(title="Composer", lifespan=lifespan, docs_url=None, redoc_url=None, openapi_url=None)
    for add in (add_audio, add_spectrograms, add_null_test, add_upload, add_job_events, add_history, add_facts):
        add(app, studio)
    app.mount(MODULES_URL, LastingFiles(directory=STATIC))
    app.add_middleware(PageHeaders)
    return gr.mount_gradio_app(
        app, build_app(studio), path="/", theme=page_theme(), css_paths=STYLES, head=page_head(studio.engine.tracks),
        footer_links=[], run_history=False, enable_monitoring=False, ssr_mode=False,
        blocked_paths=[str(studio.folder.resolve())],
    )  # fmt: skip


class LastingFiles(StaticFiles):
    """Editor modules that the browser keeps for good, because their address names their content."""

    def file_response(self, *args: Any, **kwargs: Any) -> Response:
        response = super().file_response(*args, **kwargs)
        response.headers.update(IMMUTABLE)
        return response


class PageHeaders:
    """Adds headers: the page may load nothing from other machines, and preloads its modules.

    It is pure ASGI, so that a closed connection is noticed.
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
