"""The queue of generations: one runs at a time, with progress, time left and cancel."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from enum import Enum
from uuid import uuid4

from engine.errors import BadInput, Cancelled
from sessions.errors import StoreError

TIMED_STAGE = "denoise"  # many steps that are alike, and nearly all of the time
FEWEST_STEPS = 3
SHORTEST_S = 1.0
log = logging.getLogger(__name__)
KEPT_JOBS = 100  # finished jobs remembered, so that a page that was away can still read how its job ended


class JobState(str, Enum):
    """The states of a job. The last three are final."""

    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"

    @property
    def is_final(self) -> bool:
        return self not in (JobState.QUEUED, JobState.RUNNING)


@dataclass(frozen=True)
class JobStatus:
    """A job at one moment. variation: counts from 1. message: the sentence for the musician.

    remaining_s: for all its variations; None until enough steps were timed.
    """

    id: str
    session_id: str
    state: JobState = JobState.QUEUED
    stage: str = ""
    step: int = 0
    steps: int = 0
    variation: int = 1
    variations: int = 1
    message: str = ""
    elapsed_s: float = 0.0
    remaining_s: float | None = None


Report = Callable[[str, int, int, int], None]  # stage, step, steps, variation; raises Cancelled
Work = Callable[[Report], str]  # returns the sentence that says what was made


class _Job:
    def __init__(self, status: JobStatus, work: Work) -> None:
        self.status = status
        self.work = work
        self.cancelled = threading.Event()
        self.started_at = 0.0
        self.pace = Pace()


class JobManager:
    """Runs jobs one after the other on a thread of its own; safe to ask from any thread."""

    def __init__(self) -> None:
        self._jobs: dict[str, _Job] = {}
        self._lock = threading.Lock()
        self._worker = ThreadPoolExecutor(max_workers=1, thread_name_prefix="composer")

    def start(self, session_id: str, variations: int, work: Work) -> JobStatus:
        """Put a job at the end of the queue. Raises BadInput while the session has one that is not finished."""
        with self._lock:
            unfinished = [job.status for job in self._jobs.values() if not job.status.state.is_final]
            if any(status.session_id == session_id for status in unfinished):
                raise BadInput("This session is being generated already. Wait for it, or cancel it first.")
            job = _Job(JobStatus(uuid4().hex, session_id, variations=variations), work)
            self._jobs[job.status.id] = job
            for finished in [i for i, j in self._jobs.items() if j.status.state.is_final][:-KEPT_JOBS]:
                del self._jobs[finished]
        self._worker.submit(self._run, job)
        return job.status

    def status(self, job_id: str) -> JobStatus | None:
        """The job as it stands, or None if it is not known."""
        with self._lock:
            job = self._jobs.get(job_id)
            return None if job is None else job.status

    def running(self, session_id: str) -> JobStatus | None:
        """The unfinished job of a session: what a reloaded page goes on following."""
        with self._lock:
            unfinished = (j.status for j in self._jobs.values() if not j.status.state.is_final)
            return next((status for status in unfinished if status.session_id == session_id), None)

    def cancel(self, session_id: str) -> None:
        """Stop the unfinished job of a session before its next step; nothing of the present variation is kept."""
        with self._lock:
            for job in self._jobs.values():
                if job.status.session_id == session_id and not job.status.state.is_final:
                    job.cancelled.set()

    def close(self) -> None:
        """Cancel everything and wait for the running step to end."""
        with self._lock:
            for job in self._jobs.values():
                job.cancelled.set()
        self._worker.shutdown(wait=True, cancel_futures=True)

    def _run(self, job: _Job) -> None:
        job.started_at = time.monotonic()

        def report(stage: str, step: int, steps: int, variation: int) -> None:
            if job.cancelled.is_set():
                raise Cancelled
            remaining_s = job.pace.remaining_s(time.monotonic(), stage, step, steps, variation, job.status.variations)
            self._change(
                job, state=JobState.RUNNING, stage=stage, step=step, steps=steps, variation=variation,
                remaining_s=remaining_s,
            )  # fmt: skip

        try:
            report("start", 0, 0, 1)
            message = job.work(report)
            self._change(job, state=JobState.DONE, message=message)
        except Cancelled:
            self._change(job, state=JobState.CANCELLED, message="Cancelled; the lanes are as they were.")
        except (BadInput, StoreError) as refusal:
            self._change(job, state=JobState.FAILED, message=str(refusal))
        except Exception as defect:  # the worker must outlive a defect of the model
            log.exception("A generation failed")
            words = f"The generation failed ({type(defect).__name__}: {defect}). Prompt and seed are kept;"
            self._change(job, state=JobState.FAILED, message=f"{words} {_advice(defect)}")

    def _change(self, job: _Job, **changes: object) -> None:
        with self._lock:
            elapsed_s = time.monotonic() - job.started_at
            job.status = replace(job.status, elapsed_s=elapsed_s, **changes)  # type: ignore[arg-type]


def _advice(defect: Exception) -> str:
    if isinstance(defect, MemoryError) or "out of memory" in str(defect).lower():
        return "choose fewer bars or close other programs, then try again."
    return "try again."


class Pace:
    """How long a job will still take, from the pace of its own steps. It is told every report of a job, in order."""

    def __init__(self) -> None:
        self._spent_s = 0.0
        self._made = 0
        self._last: tuple[float, int, int] | None = None  # moment, step and variation of the last timed step

    def remaining_s(
        self, now_s: float, stage: str, step: int, steps: int, variation: int, variations: int
    ) -> float | None:
        """Seconds for the steps of this and all later variations. None while that is not known."""
        if stage != TIMED_STAGE:
            self._last = None  # what is done between the steps is not their pace
            return None
        if self._last is not None and self._last[2] == variation and step > self._last[1]:
            self._spent_s += now_s - self._last[0]
            self._made += step - self._last[1]
        self._last = (now_s, step, variation)
        if self._made < FEWEST_STEPS or self._spent_s < SHORTEST_S:
            return None
        left = steps - step + (variations - variation) * steps
        return self._spent_s / self._made * left
