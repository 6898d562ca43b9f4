"""Compose the bundled demo session with the bundled model, unedited: `python -m composer_app.tools.make_demo`."""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from pathlib import Path

import soundfile

from composer_app.media.demo import DEMO, LEAD_SHEET
from engine.audio.pcm24 import SAMPLE_RATE_HZ
from engine.composer import Composer
from engine.request import ComposeRequest, TrackSpec
from engine.runtime.command_line import exit_on_bad_input
from engine.take import Take
from engine.tracks import TRACKS

LINES = {
    "bass": "warm finger bass",
    "drums": "dusty kit, lazy swing",
    "instrument": "Rhodes, soft chords",
    "melody": "vibraphone, few notes",
}
ROLES = {"bass": "keep", "drums": "keep", "instrument": "generate", "melody": "generate"}


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--model", default="compact")
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--out", type=Path, default=DEMO)
    options = parser.parse_args(arguments)
    with exit_on_bad_input():
        take = Composer.load(options.model).compose(demo_request(options.seed))
        write_demo(options.out, take)
    print(f"{options.out} from seed {options.seed}")


def demo_request(seed: int) -> ComposeRequest:
    """Four bars of lo-fi, all lanes from nothing."""
    tracks = {track: TrackSpec(line=LINES[track]) for track in TRACKS}
    prompt = "lo-fi hip hop, mellow, vinyl"
    return ComposeRequest(tracks, prompt, tempo_bpm=84.0, bars=4, key="A minor", chords="Am F C G", seed=seed)


def write_demo(folder: Path, take: Take) -> None:
    """The stems as FLAC 24 and session.json, as `composer_app.media.demo` reads them."""
    folder.mkdir(parents=True, exist_ok=True)
    for track, samples in take.stems.items():
        soundfile.write(folder / f"{track}.flac", samples.T, SAMPLE_RATE_HZ, subtype="PCM_24")
    request = take.request
    sheet = {name: getattr(request, name) for name in LEAD_SHEET}
    session = {"name": "Demo", **sheet, "seed": request.seed, "lines": LINES, "roles": ROLES}
    (folder / "session.json").write_text(json.dumps(session, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
