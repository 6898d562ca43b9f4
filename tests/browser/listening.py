"""What the page sounds like: a recorder in its audio graph, sample by sample with the frame of the clock."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import soundfile
from playwright.sync_api import Page

RECORDER = """async (where) => {
    const { player } = composer;
    player.wake();
    await player.context.resume();
    const code = `registerProcessor('recorder', class extends AudioWorkletProcessor {
        process([input]) {
            if (input[0]) this.port.postMessage({ frame: currentFrame, samples: input[0].slice() });
            return true;
        }
    })`;
    await player.context.audioWorklet.addModule(URL.createObjectURL(new Blob([code], { type: 'text/javascript' })));
    const recorder = new AudioWorkletNode(player.context, 'recorder', { channelCount: 1, channelCountMode: 'explicit',
        channelInterpretation: 'discrete' });
    window.heard = [];
    recorder.port.onmessage = ({ data }) => heard.push(data);
    (where === 'mix' ? player.analyser : player.metronome.output).connect(recorder);
    recorder.connect(new GainNode(player.context, { gain: 0 })).connect(player.context.destination);
}"""


def record(page: Page, where: str = "mix") -> None:
    """From now on keep the left channel of the mix or of the metronome. The page must have been clicked before."""
    page.evaluate(RECORDER, where)


def recorded(page: Page, from_frame: int, samples: int) -> np.ndarray:
    """float32 `[S]` from a frame of the page's clock on; waits until it is there."""
    page.wait_for_function(f"heard.length && heard.at(-1).frame >= {from_frame + samples}")
    blocks = page.evaluate(
        """([from, to]) => heard.filter((one) => one.frame < to && one.frame + 128 > from)
            .map((one) => [one.frame, ...one.samples])""",
        [from_frame, from_frame + samples],
    )
    sound = np.zeros(samples, np.float32)
    for frame, *values in blocks:
        start, stop = max(frame, from_frame), min(frame + len(values), from_frame + samples)
        sound[start - from_frame : stop - from_frame] = values[start - frame : stop - frame]
    return sound


def write_stem(path: Path, samples: np.ndarray) -> np.ndarray:
    """Write float `[S]` to both channels of a WAV of 24 bits, and return it as it will be read back."""
    steps = np.rint(samples * 2**23).astype(np.int32)
    soundfile.write(path, np.stack([steps, steps], axis=1) * 256, 48_000, subtype="PCM_24")
    return steps.astype(np.float32) / 2**23


def put(page: Page, track: str, path: Path) -> None:
    """Put a file in a lane, and wait until it is there."""
    page.set_input_files(f"[data-track={track}] input[type=file]", path)
    page.wait_for_function(
        "name => document.querySelector('.message').textContent.includes(name)", arg=f"{path.name} is in"
    )
