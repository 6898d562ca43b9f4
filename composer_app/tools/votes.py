"""Count the blind votes, one setting against another: `python -m composer_app.tools.votes --data data`."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Mapping, Sequence
from dataclasses import astuple
from pathlib import Path
from typing import Any

from scipy.stats import binomtest

from composer_app.state.generation import Generation
from engine.errors import BadInput
from engine.request import ComposeRequest, Guidance
from engine.runtime.command_line import exit_on_bad_input
from engine.tracks import Role
from sessions.store import SessionStore
from sessions.votes import Preference

Request = Mapping[str, Any]  # as it is stored with a take


def model_of(request: Request) -> str:
    """The model with its adapter: "compact + mine"."""
    made = Generation.from_json(request)
    return " + ".join(name for name in (made.model, made.adapter) if name)


def setting_of(request: Request) -> str:
    """The model and what else was set besides the music: steps, guidance, the distance of what was varied."""
    words, asked = [model_of(request)], Generation.from_json(request).request
    if asked.steps != ComposeRequest.steps:
        words.append(f"{asked.steps} steps")
    if asked.guidance != Guidance():
        words.append("guidance " + "/".join(f"{scale:g}" for scale in astuple(asked.guidance)))
    if any(lane.role is Role.VARY for lane in asked.tracks.values()):
        words.append(f"varied at {asked.distance:g}")
    return ", ".join(words)


BY: Mapping[str, Callable[[Request], str]] = {"model": model_of, "setting": setting_of}


def as_text(preferences: Sequence[Preference], votes: int) -> str:
    """The table, one line a pair of settings; the interval is exact (Clopper-Pearson, 95 %)."""
    lines = [f"{votes} blind votes.", f"{'A':32} {'B':32} {'for A':>6} {'for B':>6} {'RPR of A':>9}  95 % interval"]
    for pair in preferences:
        interval = binomtest(pair.for_one, pair.for_one + pair.for_other).proportion_ci()
        counts = f"{pair.for_one:>6} {pair.for_other:>6} {pair.share:>9.0%}"
        lines.append(f"{pair.one:32} {pair.other:32} {counts}  {interval.low:.0%} to {interval.high:.0%}")
    if not preferences:
        lines.append("No two settings stood against each other yet.")
    return "\n".join(lines)


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="python -m composer_app.tools.votes", description=__doc__)
    parser.add_argument("--data", type=Path, default=Path("data"), help="folder of the sessions (data)")
    parser.add_argument("--by", default="setting", choices=BY, help="what is compared (setting)")
    options = parser.parse_args(arguments)
    with exit_on_bad_input():
        if not (options.data / "composer.sqlite").is_file():
            raise BadInput(f"There is no library in {options.data}. Name the folder that the app was started with.")
        store = SessionStore(options.data)
        print(as_text(store.votes.preferences(BY[options.by]), len(store.votes.records())))
        store.close()


if __name__ == "__main__":
    main()
