"""The sweep changes one thing at a time, and prints a line for each configuration and one for truth."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from engine.evaluation import sweep
from engine.evaluation.reporting.cases import KEPT, Sampling
from engine.evaluation.reporting.table import ReportRow
from engine.request import SamplerSettings


def test_one_thing_changes_at_a_time() -> None:
    configurations = sweep.configurations()
    default = configurations["default"]
    assert default == Sampling()
    for name, one in configurations.items():
        changed = [part for part in ("steps", "sampler") if getattr(one, part) != getattr(default, part)]
        changed += [part for part in ("text", "context", "lead_sheet")
                    if getattr(one.guidance, part) != getattr(default.guidance, part)]  # fmt: skip
        assert len(changed) == {"default": 0, "no guidance": 3}.get(name, 1), name


def test_a_column_is_the_mean_of_its_own_places() -> None:
    rows = [ReportRow("FAD", where, value, 0.0) for where, value in (("text: all", 9.0), ("text: bass", 1.0),
            ("text: drums", 3.0), ("inpainting: all", 5.0))]  # fmt: skip
    shown = sweep.summarise(rows, "generated")
    assert (shown["FAD"], shown["stem FAD"]) == (9.0, 2.0)
    assert np.isnan(shown["chords"])


def test_it_prints_its_table(
    report_folder: Callable[[str], Path],
    tagger_file: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    out = report_folder("sweep")
    monkeypatch.setattr(sweep, "KEPT_IN_SWEEP", (("drums",),))
    monkeypatch.setattr(
        sweep,
        "configurations",
        lambda: {
            "default": Sampling(steps=4),
            "exponent 2": Sampling(steps=4, sampler=SamplerSettings(schedule_exponent=2.0)),
        },
    )
    arguments = ["--model", "debug", "--pieces", "2", "--device", "cpu", "--out", str(out),
                 "--source", str(tagger_file)]  # fmt: skip
    sweep.main(arguments)
    table = (out / "sweep.txt").read_text().splitlines()
    assert [line.split("  ")[0] for line in table[1:]] == ["default", "exponent 2", "truth"]
    assert table[1].split()[3:] != table[2].split()[2:]  # the exponent reaches the sampler
    assert "0 of 6 takes are there" in capsys.readouterr().out
    sweep.main([*arguments, "--only", "default"])
    assert "6 of 6 takes are there" in capsys.readouterr().out
    assert {case.setting for case in sweep.sweep_cases([1])} >= {KEPT}
