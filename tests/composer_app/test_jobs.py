"""Jobs: one at a time and in order, with true progress; cancel stops at the next step; a failure is told."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator

import pytest

from composer_app.jobs import JobManager, JobState, JobStatus, Report
from engine.errors import BadInput


@pytest.fixture
def jobs() -> Iterator[JobManager]:
    manager = JobManager()
    yield manager
    manager.close()


def final(jobs: JobManager, job: JobStatus) -> JobStatus:
    end = time.monotonic() + 5
    while True:
        status = jobs.status(job.id)
        assert status is not None
        assert time.monotonic() < end
        if status.state.is_final:
            return status
        time.sleep(0.005)


def test_progress_is_what_the_work_reports(jobs: JobManager) -> None:
    reported, go_on = threading.Event(), threading.Event()

    def work(report: Report) -> str:
        report("denoise", 3, 24, 2)
        reported.set()
        go_on.wait(5)
        return "made"

    job = jobs.start("s", 2, work)
    assert reported.wait(5)
    status = jobs.running("s")
    assert status is not None
    assert (status.stage, status.step, status.steps, status.variation, status.variations) == ("denoise", 3, 24, 2, 2)
    go_on.set()
    assert (final(jobs, job).state, final(jobs, job).message) == (JobState.DONE, "made")
    assert jobs.running("s") is None


def test_jobs_run_one_after_the_other_in_order(jobs: JobManager) -> None:
    running, order, most = [], [], []

    def work(name: str) -> str:
        running.append(name)
        most.append(len(running))
        order.append(name)
        time.sleep(0.02)
        running.remove(name)
        return ""

    started = [jobs.start(name, 1, lambda report, name=name: work(name)) for name in "abcd"]
    for job in started:
        final(jobs, job)
    assert order == list("abcd")
    assert max(most) == 1


def test_a_session_has_one_job_at_a_time(jobs: JobManager) -> None:
    go_on = threading.Event()
    jobs.start("s", 1, lambda report: str(go_on.wait(5)))
    with pytest.raises(BadInput, match="already"):
        jobs.start("s", 1, lambda report: "")
    go_on.set()


def test_cancel_stops_at_the_next_step(jobs: JobManager) -> None:
    began, steps = threading.Event(), []

    def work(report: Report) -> str:
        for step in range(1000):
            report("denoise", step, 1000, 1)
            steps.append(step)
            began.set()
            time.sleep(0.005)
        return "never"

    job = jobs.start("s", 1, work)
    assert began.wait(5)
    jobs.cancel("s")
    assert final(jobs, job).state is JobState.CANCELLED
    made = len(steps)
    time.sleep(0.05)
    assert len(steps) == made < 1000


def test_a_queued_job_is_cancelled_before_it_begins(jobs: JobManager) -> None:
    go_on, ran = threading.Event(), []
    jobs.start("first", 1, lambda report: str(go_on.wait(5)))
    waiting = jobs.start("second", 1, lambda report: str(ran.append(1)))
    jobs.cancel("second")
    go_on.set()
    assert final(jobs, waiting).state is JobState.CANCELLED
    assert ran == []


def test_a_refusal_is_told_as_it_is_and_a_defect_by_its_name(jobs: JobManager) -> None:
    def refuse(report: Report) -> str:
        raise BadInput("Choose fewer bars.")

    def break_down(report: Report) -> str:
        raise RuntimeError("out of memory")

    refused = final(jobs, jobs.start("a", 1, refuse))
    broken = final(jobs, jobs.start("b", 1, break_down))
    assert (refused.state, refused.message) == (JobState.FAILED, "Choose fewer bars.")
    assert broken.state is JobState.FAILED
    assert "out of memory" in broken.message
    assert "fewer bars" in broken.message
    assert final(jobs, jobs.start("c", 1, lambda report: "made")).state is JobState.DONE
