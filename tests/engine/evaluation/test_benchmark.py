"""The benchmark times what it says, on the debug model."""

import pytest

from engine.evaluation import benchmark
from engine.request import ComposeRequest, Take


def test_medians_and_factors():
    seconds = iter([1.0, 100.0, 3.0])

    def compose(request: ComposeRequest) -> Take:
        return Take({}, request, dict.fromkeys(benchmark.STAGES, next(seconds)))

    timing = benchmark.timing(compose, benchmark.benchmark_request(96, 4, steps=2), runs=3)
    assert timing.stages_s["denoise"] == 3.0
    assert timing.length_s == pytest.approx(10)
    assert timing.real_time_factor == pytest.approx(timing.total_s / 10)
    assert timing.real_time_factor_per_stem == pytest.approx(timing.total_s / 30)


def test_it_runs(capsys: pytest.CaptureFixture[str]):
    benchmark.main(["--model", "debug", "--runs", "1", "--steps", "2", "--device", "cpu"])
    printed = capsys.readouterr().out
    assert all(f"{length:.1f} s" in printed for length in (11.4, 10, 20, 30))
    assert "peak memory" in printed
