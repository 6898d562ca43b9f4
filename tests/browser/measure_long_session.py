"""A benchmark, no test: how fast a session of four lanes and eight minutes opens, sounds and scrolls in Chromium.

    PYTHONPATH=. python tests/browser/measure_long_session.py [--minutes 8]

Makes the session, starts the program with the debug model and prints one line for each figure.
"""

from __future__ import annotations

import argparse
import shutil
import tempfile
import time
from pathlib import Path

import numpy as np
from conftest import FLAGS
from playwright.sync_api import Page, sync_playwright
from program import free_port, started

from composer_app.routes.timeline import MODULES_URL
from composer_app.state.changes import with_lane
from composer_app.state.editor import EditorState, Loop
from engine.audio.pcm24 import snap_to_24_bit
from engine.tracks import TRACKS, Role
from sessions.store import SessionStore

TEMPO_BPM = 96.0
SCROLL_S = 4
SCROLL_PX = 24  # each frame
WAVEFORMS = """document.querySelectorAll('.lane canvas').length >= 4
    && composer.timeline.lanes.every((lane) => [...lane.wave.shown.peaks.values()].some(Boolean))"""
SCROLLING = """([seconds, pixels]) => new Promise((done) => {
    const { zoom } = composer.timeline;
    const frames = [];
    let last = performance.now(), direction = 1;
    const end = last + 1000 * seconds;
    const step = (now) => {
        frames.push(now - last);
        last = now;
        if (zoom.scroll >= zoom.total - zoom.width - pixels) direction = -1;
        zoom.scrollBy(direction * pixels);
        if (now < end) requestAnimationFrame(step); else done(frames.slice(1));
    };
    requestAnimationFrame(step);
})"""


def make_session(folder: Path, minutes: float) -> str:
    """Four lanes of beats with a tone in them, each its own: as much to read, decode and draw as music is."""
    bars = round(minutes * TEMPO_BPM / 4)
    state = EditorState(tempo_bpm=TEMPO_BPM, bars=bars, loop=Loop(False, 0, bars))
    store = SessionStore(folder)
    session = store.create_session("Long", state.to_json())
    samples = round(state.grid.duration_s * 48_000)
    for number, track in enumerate(TRACKS):
        time_s = np.arange(samples) / 48_000
        beats = np.exp(-(time_s % (60 / TEMPO_BPM)) * 6).astype(np.float32)
        sound = np.random.default_rng(number).standard_normal((2, samples), np.float32) * 0.05
        sound += np.sin(2 * np.pi * 110 * (number + 1) * time_s).astype(np.float32) * 0.2
        audio = snap_to_24_bit(sound * beats)
        request = {"file": f"{track}.wav", "notes": [], "alignment": {"tempo_bpm": TEMPO_BPM}}
        take = store.add_take(session.id, kind="upload", stems={track: audio}, request=request, label=f"{track}.wav")
        state = with_lane(state, track, role=Role.KEEP, take_id=take.id)
    store.commit(session.id, state.to_json(), "Four lanes")
    store.close()
    return session.id


def measure(page: Page, url: str, label: str) -> None:
    began = time.monotonic()
    say = lambda what: print(f"{label}: {what} after {time.monotonic() - began:.2f} s")  # noqa: E731
    page.goto(url)
    page.wait_for_function("window.composer?.view && document.querySelector('#bars input')?.value")
    say("interactive")
    page.wait_for_function(WAVEFORMS)
    say("four waveforms")
    began = time.monotonic()
    page.click("#play")
    page.wait_for_function("composer.player.playing && composer.player.peak() > 0")
    say("sound of play")
    began = time.monotonic()
    page.evaluate("composer.seek(composer.player.length / 2)")
    page.wait_for_function("composer.player.position > composer.player.length / 2 && composer.player.peak() > 0")
    say("sound of a seek to the middle")
    page.evaluate("composer.stop()")
    if page.get_attribute(".mix-line", "aria-busy") == "true":
        scroll(page, f"{label}, while the loudness is measured", 80)
    page.wait_for_selector(".mix-line[aria-busy=false]")
    say("loudness of the mix")
    for pixels_a_beat in (12, 80):
        scroll(page, label, pixels_a_beat)
    decoded = page.evaluate(f"import('{MODULES_URL}/buffers.js').then((buffers) => buffers.decodedBytes())")
    heap = page.evaluate("performance.memory.usedJSHeapSize")
    print(f"{label}: {decoded / 1e6:.0f} MB of decoded audio, {heap / 1e6:.0f} MB of JavaScript")


def scroll(page: Page, label: str, pixels_a_beat: int) -> None:
    page.evaluate(f"composer.timeline.zoom.show(0, composer.timeline.zoom.width * 0.92 / {pixels_a_beat})")
    page.wait_for_timeout(700)
    frames = np.array(page.evaluate(SCROLLING, [SCROLL_S, SCROLL_PX]))
    where = f"{label}: scrolling at {pixels_a_beat} px a beat"
    late = (frames > 1.5 * 1000 / 60).mean()
    print(f"{where}: {1000 / frames.mean():.1f} frames/s, {late:.1%} late, longest {frames.max():.0f} ms")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--minutes", type=float, default=8.0)
    minutes = parser.parse_args().minutes
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as driver:
        library = Path(folder) / "data"
        began = time.monotonic()
        session_id = make_session(library, minutes)
        print(f"made in {time.monotonic() - began:.1f} s")
        with started(library, free_port()) as (url, _):
            browser = driver.chromium.launch(executable_path=shutil.which("chromium"), args=FLAGS)
            page = browser.new_page(viewport={"width": 1280, "height": 800})
            page.set_default_timeout(120_000)
            for label in ("first visit", "again"):
                measure(page, f"{url}/?session={session_id}", label)
            browser.close()


if __name__ == "__main__":
    main()
