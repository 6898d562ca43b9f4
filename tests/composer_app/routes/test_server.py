"""The parent app: audio with ranges and caching, uploads, job events, exports, modules, nothing from outside."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile
from fastapi.testclient import TestClient
from studio_helpers import BAR_96_SAMPLES, wait_for_job

from composer_app.media.lane_audio import PART_SAMPLES
from composer_app.routes.layout import build_app
from composer_app.routes.server import serve
from composer_app.routes.timeline import content_name
from composer_app.studio import Studio
from engine.audio.io import read_audio

Do = Callable[..., dict[str, Any]]


@pytest.fixture
def client(studio: Studio, session_id: str) -> Iterator[TestClient]:
    with TestClient(serve(studio)) as client:
        yield client


def put(client: TestClient, session_id: str, track: str, name: str, content: bytes) -> dict[str, Any]:
    answer = client.put(f"/api/sessions/{session_id}/lanes/{track}/audio", params={"name": name}, content=content)
    assert answer.status_code == 200
    return answer.json()


def test_an_upload_comes_back_as_the_same_audio(client: TestClient, session_id: str, loop: Callable, tmp_path) -> None:
    view = put(client, session_id, "drums", "../../my loop.wav", loop().read_bytes())
    assert "my loop.wav is in Drums" in view["message"]["text"]
    drums = next(lane for lane in view["lanes"] if lane["track"] == "drums")
    name = drums["take"]["audio"]
    answer = client.get(f"/media/{name}.flac")
    assert "immutable" in answer.headers["cache-control"]
    (tmp_path / "back.flac").write_bytes(answer.content)
    np.testing.assert_array_equal(read_audio(tmp_path / "back.flac").samples, read_audio(loop()).samples)
    part = client.get(f"/media/{name}.flac", headers={"Range": "bytes=0-99"})
    assert (part.status_code, len(part.content)) == (206, 100)
    peaks = client.get(f"/peaks/{name}", params={"bucket_samples": 8192})
    assert len(peaks.content) == 2 * -(-read_audio(loop()).samples.shape[1] // 8192)
    assert np.abs(np.frombuffer(peaks.content, np.int8)).max() > 10


def test_the_parts_of_a_stem_are_the_stem(client: TestClient, studio: Studio, session_id: str, loop: Callable) -> None:
    studio.change(session_id, "Longer", lambda state: replace(state, bars=10))
    samples = 10 * BAR_96_SAMPLES
    view = put(client, session_id, "drums", "long.wav", loop(samples=samples).read_bytes())
    name = next(lane for lane in view["lanes"] if lane["track"] == "drums")["take"]["audio"]
    answers = [client.get(f"/media/{name}/{part}.wav") for part in range(3)]
    assert all("immutable" in answer.headers["cache-control"] for answer in answers)
    parts = [soundfile.read(BytesIO(answer.content), dtype="float32")[0].T for answer in answers]
    assert [part.shape[1] for part in parts] == [PART_SAMPLES, PART_SAMPLES, samples - 2 * PART_SAMPLES]
    np.testing.assert_array_equal(np.concatenate(parts, axis=1), studio.audio.samples(name))
    for nowhere in (f"/media/{name}/3.wav", f"/media/{name}/-1.wav", "/media/" + "0" * 64 + "/0.wav"):
        assert client.get(nowhere).status_code == 404


def test_bad_uploads_are_refused_in_words_and_leave_nothing(
    client: TestClient, studio: Studio, session_id: str
) -> None:
    for name, content in [("text.wav", b"these are words"), ("empty.wav", b"")]:
        view = put(client, session_id, "bass", name, content)
        assert view["message"]["kind"] == "refused"
        assert name in view["message"]["text"]
    assert put(client, session_id, "kazoo", "a.wav", b"x")["message"]["kind"] == "refused"
    assert studio.store.takes(session_id) == []
    assert list(studio.incoming.iterdir()) == []


UNKNOWN = ("/media/" + "0" * 64 + ".flac", "/media/composer.flac", "/peaks/x", "/api/jobs/x/events")


@pytest.mark.parametrize("path", UNKNOWN)
def test_unknown_names_are_not_found(client: TestClient, path: str) -> None:
    assert client.get(path).status_code == 404


@pytest.mark.parametrize("token", ["..%2Fcomposer.sqlite", "%2E%2E", "nothing.wav"])
def test_exports_do_not_reach_out_of_their_folder(client: TestClient, token: str) -> None:
    assert client.get(f"/exports/{token}/x.wav").status_code == 404


def test_job_events_tell_the_whole_way(client: TestClient, studio: Studio, do: Do, session_id: str) -> None:
    job = do("generate", form=do("show")["form"] | {"bars": 1})["job"]
    with client.stream("GET", f"/api/jobs/{job['id']}/events") as answer:
        told = [json.loads(line[6:]) for line in answer.iter_lines() if line.startswith("data: ")]
    assert told[-1]["state"] == "done"
    assert all(one["step"] <= one["steps"] for one in told)
    wait_for_job(studio, session_id)


def test_an_export_is_downloaded_under_its_name(client: TestClient, do: Do, drop: Callable[..., str], tmp_path) -> None:
    drop("drums")
    download = do("export", kind="wav")["download"]
    answer = client.get(download["url"])
    assert download["name"] in answer.headers["content-disposition"]
    (tmp_path / "mix.wav").write_bytes(answer.content)
    assert soundfile.info(tmp_path / "mix.wav").subtype == "PCM_24"


def test_modules_come_early_and_once_and_nothing_may_load_from_outside(client: TestClient, tmp_path: Path) -> None:
    page = client.get("/")
    assert page.status_code == 200
    assert page.headers["content-security-policy"].startswith("default-src 'self'")
    named = re.findall(r"<([^>]+)>; rel=modulepreload", page.headers["link"])
    imported = {"editor.js"}
    for url in named:
        module = client.get(url)
        assert "immutable" in module.headers["cache-control"]
        imported |= set(re.findall(r'from "\./([^"]+)"', module.text))
    assert {url.rsplit("/", 1)[1] for url in named} == imported  # what is not preloaded waits for what imports it
    (tmp_path / "one.js").write_text("1")
    before = content_name([tmp_path / "one.js"])
    (tmp_path / "one.js").write_text("2")
    assert content_name([tmp_path / "one.js"]) != before  # so that no page runs a stale mixture


def test_the_library_is_not_served_by_gradio(client: TestClient, studio: Studio) -> None:
    path = studio.folder.resolve() / "composer.sqlite"
    assert client.get(f"/gradio_api/file={path}").status_code in (403, 404)


def test_every_event_is_answered_on_its_own_and_none_through_the_queue(studio: Studio) -> None:
    """The queue's one stream loses the answer to an event that comes while it is being closed."""
    events = build_app(studio).fns.values()
    assert events
    assert not [event.name for event in events if event.queue]
