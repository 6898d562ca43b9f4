"""The Studio: the engine, the library and the jobs that every button works with."""

from __future__ import annotations

import itertools
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol, TypedDict

import numpy as np

from composer_app.jobs import JobManager
from composer_app.media.blind import BlindTest
from composer_app.media.lane_audio import FittedAudio
from composer_app.state.editor import EditorState
from composer_app.state.provenance import Origin
from engine.inference.windowing import Window
from engine.models.adapter_folder import ADAPTER_FOLDER, find_adapter
from engine.request import ComposeRequest
from engine.take import Take
from sessions.records import TakeRecord
from sessions.store import SessionStore


class Engine(Protocol):
    """What the editor needs of `engine.composer.Composer`."""

    @property
    def name(self) -> str: ...
    @property
    def device(self) -> Any: ...
    @property
    def description(self) -> str: ...
    @property
    def tracks(self) -> tuple[str, ...]: ...

    adapters: Path

    def context(self, request: ComposeRequest) -> dict[str, np.ndarray]: ...

    def windows(self, request: ComposeRequest) -> list[Window]: ...

    def compose(self, request: ComposeRequest, on_step: Callable[[Any], None] | None = None) -> Take: ...


class PageMessage(TypedDict):
    """A sentence for the musician. kind: "told" or "refused"; serial: of the view that brought it first."""

    text: str
    kind: str
    serial: int


@dataclass
class Studio:
    """What one running program holds. Hold `changing` from reading a state until the new one is committed.

    said: by session, the last sentence. blind_tests: by session, the comparison that goes on.
    serials: numbers for views. They rise over a restart too, so that a page that stayed open goes on.
    """

    engine: Engine
    store: SessionStore
    folder: Path
    jobs: JobManager = field(default_factory=JobManager)
    changing: threading.RLock = field(default_factory=threading.RLock)
    messages: dict[str, PageMessage] = field(default_factory=dict)
    blind_tests: dict[str, BlindTest] = field(default_factory=dict)
    serials: Iterator[int] = field(default_factory=lambda: itertools.count(time.time_ns() // 1_000_000))

    def __post_init__(self) -> None:
        self.audio = FittedAudio(self.store, self.folder / "fitted")
        self.exports = self.folder / "exports"
        self.incoming = self.folder / "incoming"
        self.adapters = self.folder.resolve().parent / ADAPTER_FOLDER
        self.engine.adapters = self.adapters
        for folder in (self.exports, self.incoming):
            folder.mkdir(parents=True, exist_ok=True)

    def adapter(self, name: str) -> Path | None:
        """The file of an adapter, from the folder beside the data; None for "". Raises BadInput if there is none."""
        return find_adapter(name, self.adapters) if name else None

    def state(self, session_id: str) -> EditorState:
        """The present state of a session. Raises SessionNotFound."""
        return EditorState.from_json(self.store.state(session_id).state).with_tracks(self.engine.tracks)

    def state_at(self, session_id: str, number: int) -> EditorState:
        """The session as it was at a step. Raises SessionNotFound, RevisionNotFound."""
        return EditorState.from_json(self.store.state_at(session_id, number)).with_tracks(self.engine.tracks)

    def keep_take(
        self, session_id: str, origin: Origin, stems: Mapping[str, np.ndarray], label: str, parent_id: str | None = None
    ) -> TakeRecord:
        """Store a take: its audio by track, `[2, S]` on the 24-bit grid, and where it came from. Raises StoreError."""
        request = origin.to_json()
        return self.store.add_take(
            session_id, kind=origin.kind, stems=stems, request=request, parent_id=parent_id, label=label
        )

    def change(self, session_id: str, step: str, edit: Callable[[EditorState], EditorState]) -> EditorState:
        """Apply a pure function to the present state, and save the result as a named step of undo if it differs.

        Raises what `edit` raises; then the session is as it was.
        """
        with self.changing:
            before = self.state(session_id)
            after = edit(before)
            if after != before:
                self.store.commit(session_id, after.to_json(), step)
            return after
