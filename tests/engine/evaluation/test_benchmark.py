"""The benchmark runs and measures the right thing, with the debug model and the bundled one."""

import re

import numpy as np
import pytest
import torch
from transformers import EncodecConfig, MusicgenConfig, MusicgenDecoderConfig, T5Config

from engine.evaluation import benchmark
from engine.evaluation.flops import count_flops, matmul_gflops
from engine.evaluation.musicgen import musicgen_seconds, musicgen_small
from engine.request import ComposeRequest
from engine.runtime.progress import OnProgress
from engine.take import Take


def test_medians_and_factors():
    seconds = iter([1.0, 100.0, 3.0])

    def compose(request: ComposeRequest, on_step: OnProgress) -> Take:
        on_step(None)
        stems = {name: np.zeros((2, 480), np.float32) for name in request.targets}
        return Take(stems, request, dict.fromkeys(("text", "encode", "denoise", "decode"), next(seconds)))

    request = benchmark.benchmark_request(96, 4, steps=2, kept=("drums",))
    timing = benchmark.measure_timing(compose, request, runs=3)
    assert timing.stages_s["denoise"] == 3.0
    assert timing.length_s == pytest.approx(10)
    assert timing.real_time_factor == pytest.approx(timing.total_s / 10)
    assert timing.real_time_factor_per_stem == pytest.approx(timing.total_s / 30)
    assert 0 <= timing.progress_s <= timing.total_s
    assert 0 < timing.stages_s["write"] <= timing.total_s


def test_it_runs(capsys: pytest.CaptureFixture[str]):
    short = ["--longest-s", "20", "--musicgen-s", "0"]
    benchmark.main(["--model", "debug", "--runs", "1", "--steps", "2", "--device", "cpu", *short])
    printed = capsys.readouterr().out
    assert all(f"{length:.1f} s" in printed for length in (11.4, 10, 20))
    assert "40.0 s" not in printed
    for words in ("loaded in", "peak memory", "a matrix product", "first progress"):
        assert words in printed


def test_it_runs_with_the_bundled_model(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch):
    """Its instrument classifier takes gradients while the operations are counted."""
    monkeypatch.setattr(benchmark, "ACCOMPANIMENT", (180.0, 1))
    short = ["--longest-s", "0", "--musicgen-s", "0"]
    benchmark.main(["--model", "compact", "--runs", "1", "--steps", "1", "--device", "cpu", *short])
    assert re.search(r"denoising: [1-9]\d* GFLOP/s", capsys.readouterr().out)


def test_operations_are_those_of_the_products_inside_the_module():
    layer = torch.nn.Linear(30, 50, bias=False)
    outside = torch.nn.Conv1d(2, 2, 3)

    @torch.inference_mode()
    def run() -> None:
        outside(torch.zeros(1, 2, 9))
        layer(torch.zeros(7, 30))

    assert count_flops(run, torch.nn.Linear) == 2 * 7 * 30 * 50
    assert matmul_gflops(torch.device("cpu")) > 0


def test_the_baseline_is_musicgen_small_and_a_tiny_one_generates():
    assert musicgen_small().audio_encoder.frame_rate == 50
    assert musicgen_small().audio_encoder.num_quantizers == musicgen_small().decoder.num_codebooks == 4
    codec = EncodecConfig(num_filters=4, hidden_size=8, codebook_size=16, codebook_dim=8, num_lstm_layers=1)
    decoder = MusicgenDecoderConfig(
        vocab_size=16, num_hidden_layers=1, ffn_dim=16, num_attention_heads=2, hidden_size=16, num_codebooks=2,
        pad_token_id=16, bos_token_id=16,
    )  # fmt: skip
    text = T5Config(vocab_size=32, d_model=16, d_kv=4, d_ff=16, num_layers=1, num_heads=2)
    tiny = MusicgenConfig(text_encoder=text, audio_encoder=codec, decoder=decoder)
    before = torch.get_rng_state()
    assert musicgen_seconds(tiny, 2, 0.1, torch.device("cpu")) > 0
    assert torch.equal(torch.get_rng_state(), before)
