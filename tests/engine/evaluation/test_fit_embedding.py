"""What fits scores above what does not, with the shipped weights; what says nothing of it changes nothing."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.torch import save_file

from engine.audio.pcm24 import SAMPLE_RATE_HZ
from engine.errors import BadInput
from engine.evaluation.embeddings.fit import BUNDLED, FitEmbedding
from engine.evaluation.embeddings.fit_features import (
    BANDS,
    HOP_SAMPLES,
    REGISTERS,
    SUBFRAMES,
    band_power,
    fit_power,
    pitch_power,
    transposed,
)
from engine.evaluation.embeddings.fit_network import DIMENSIONS, FRAMES, HARMONY, WINDOW_SAMPLES, FitNetwork
from engine.evaluation.metrics.frechet import apa
from engine.evaluation.reporting.pieces import held_out_pieces
from engine.music.grid import Grid
from engine.tracks import TRACKS
from tests.engine.evaluation.signals import decay, plucked_bass, strokes

GRID = Grid(110.0, 4, 4)
ROOTS = (45, 41, 48, 43)  # Am F C G
TRIADS = ((57, 60, 64), (57, 60, 65), (55, 60, 64), (55, 59, 62))


@pytest.fixture(scope="module")
def shipped() -> FitEmbedding:
    return FitEmbedding()


def tone(midi: float, duration_s: float = WINDOW_SAMPLES / SAMPLE_RATE_HZ) -> np.ndarray:
    time_s = np.arange(round(duration_s * SAMPLE_RATE_HZ)) / SAMPLE_RATE_HZ
    return 0.3 * np.sin(2 * np.pi * 440 * 2 ** ((midi - 69) / 12) * time_s)


def chords(up: int = 0) -> np.ndarray:
    """A triad a bar, struck on every beat, `[2, S]`."""
    return np.sum([plucked_bass([triad[k] + up for triad in TRIADS], GRID) for k in range(3)], axis=0)


def drums() -> np.ndarray:
    """Kick on the first and third beat, snare on the others, hi-hat on every half, `[2, S]`."""
    rng = np.random.default_rng(0)
    beats_s = np.arange(GRID.beats) * GRID.beat_s
    time_s, thump = decay(0.3, 18.0)
    _, rattle = decay(0.2, 25.0)
    _, tick = decay(0.05, 90.0)
    kick = 0.8 * np.sin(2 * np.pi * (50 * time_s + 4 * (1 - np.exp(-30 * time_s)))) * thump
    snare, hat = (level * rng.normal(size=len(fall)) * fall for level, fall in ((0.3, rattle), (0.1, tick)))
    hat = np.diff(hat, prepend=0.0)
    halves_s = np.arange(2 * GRID.beats) * GRID.beat_s / 2
    struck = ((beats_s[::2], kick), (beats_s[1::2], snare), (halves_s, hat))
    return np.sum([strokes(times_s, stroke, GRID.duration_s) for times_s, stroke in struck], axis=0)


def moved(sound: np.ndarray, beats: float) -> np.ndarray:
    return np.roll(sound, round(beats * GRID.beat_s * SAMPLE_RATE_HZ), axis=1)


@pytest.mark.parametrize("midi", [40, 45, 52, 57, 64, 76, 88])
def test_a_tone_is_heard_as_its_pitch_class(midi: int) -> None:
    pitches = pitch_power(fit_power(torch.from_numpy(tone(midi)).float()[None]))[0].mean(dim=2)  # [REGISTERS, 12]
    assert pitches.sum(dim=0).argmax() == midi % 12
    assert pitches.sum(dim=0).max() > 0.7 * pitches.sum()
    assert pitches.sum(dim=1).argmax() == (midi - 24) // 24


def test_a_stroke_is_heard_at_its_moment() -> None:
    at_samples = 10 * HOP_SAMPLES + 3 * HOP_SAMPLES // SUBFRAMES
    click = np.zeros(WINDOW_SAMPLES, np.float32)
    click[at_samples] = 1.0
    bands = band_power(fit_power(torch.from_numpy(click)[None]))[0]
    assert bands.shape == (BANDS, FRAMES * SUBFRAMES)
    assert (bands.argmax(dim=1) == 10 * SUBFRAMES + 3).all()


def test_powers_of_stems_add_up() -> None:
    rng = np.random.default_rng(1)
    one, other = (torch.from_numpy(rng.normal(size=(1, WINDOW_SAMPLES)).astype(np.float32)) for _ in range(2))
    summed, together = fit_power(one) + fit_power(other), fit_power(one + other)
    assert pitch_power(together).mean() == pytest.approx(pitch_power(summed).mean().item(), rel=0.05)
    assert band_power(together).mean() == pytest.approx(band_power(summed).mean().item(), rel=0.05)


def test_powers_are_transposed_as_sounds_are() -> None:
    low, high = (fit_power(torch.from_numpy(tone(midi)).float()[None]) for midi in (60, 63))
    inside = (slice(None), slice(None), slice(None), slice(3, -3))  # at the ends a tone begins and clicks
    assert torch.allclose(pitch_power(transposed(low, 3))[inside], pitch_power(high)[inside], atol=0.1 * 0.3**2 / 2)
    assert torch.equal(band_power(transposed(low, 3)), band_power(low))


def test_transposed_together_a_pair_fits_as_before() -> None:
    torch.manual_seed(0)
    network = FitNetwork().eval()
    context, part = torch.rand(2, 1, 12 * REGISTERS + BANDS * SUBFRAMES, FRAMES)
    with torch.inference_mode():
        before, after, alone = (network.similarities(*pair) for pair in (
            (context, part), (transposed(context, 5), transposed(part, 5)), (context, transposed(part, 5)),
        ))  # fmt: skip
    assert torch.allclose(after, before, atol=1e-5)
    assert not torch.allclose(alone[..., :HARMONY], before[..., :HARMONY], atol=1e-4)
    assert torch.allclose(alone[..., HARMONY:], before[..., HARMONY:], atol=1e-5)


def test_points_and_their_number(shipped: FitEmbedding) -> None:
    points = shipped.points(chords(), plucked_bass(list(ROOTS), GRID))
    length = chords().shape[1]
    assert points.shape == (1 + (length - WINDOW_SAMPLES) // (WINDOW_SAMPLES // 4), DIMENSIONS)
    assert shipped.points(chords()[:, :9000], chords()[:, :9000]).shape == (1, DIMENSIONS)


def test_loudness_and_silence_say_nothing(shipped: FitEmbedding) -> None:
    context, part = chords(), plucked_bass(list(ROOTS), GRID)
    before = shipped.points(context, part)
    spread = np.abs(before - shipped.points(context, moved(part, 1.5))).max()
    assert np.abs(shipped.points(0.3 * context, 2.0 * part) - before).max() < 0.01 * spread
    assert np.isfinite(shipped.points(context, np.zeros_like(part))).all()


def test_a_part_in_the_key_scores_above_itself_transposed(shipped: FitEmbedding) -> None:
    bass = plucked_bass(list(ROOTS), GRID)
    tritone = plucked_bass([root + 6 for root in ROOTS], GRID)
    assert shipped.score(chords(), bass) > 0.5 + shipped.score(chords(), tritone)
    assert shipped.score(chords(6), tritone) > 0.5 + shipped.score(chords(6), bass)


def test_chords_at_their_bars_score_above_chords_a_bar_late(shipped: FitEmbedding) -> None:
    bass = plucked_bass(list(ROOTS), GRID)
    assert shipped.score(chords(), bass) > shipped.score(chords(), moved(bass, 4))


def test_a_part_in_time_scores_above_itself_off_the_beat(shipped: FitEmbedding) -> None:
    struck = chords() + plucked_bass(list(ROOTS), GRID)
    assert shipped.score(drums(), struck) > 0.5 + shipped.score(drums(), moved(struck, 0.33))


def test_what_is_shipped_is_small_and_tells_what_it_reached(shipped: FitEmbedding) -> None:
    assert BUNDLED.stat().st_size < 2**20
    assert shipped.notes["held_out"]["pitched: AUC"] > 0.9


def test_a_file_that_is_no_fit_network(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="train_fit"):
        FitEmbedding(tmp_path / "none.safetensors")
    save_file({"x": torch.zeros(1)}, tmp_path / "other.safetensors")
    with pytest.raises(BadInput, match="train_fit"):
        FitEmbedding(tmp_path / "other.safetensors")
    (tmp_path / "words.safetensors").write_text("not tensors at all")
    with pytest.raises(BadInput, match="train_fit"):
        FitEmbedding(tmp_path / "words.safetensors")


def test_apa_of_held_out_pieces_is_near_one_and_that_of_mismatched_ones_near_none(shipped: FitEmbedding) -> None:
    pieces = [piece.stems for piece in held_out_pieces(4, longest_s=8.0) if len(piece.stems) == len(TRACKS)]
    fitting, unfitting = [], []
    for piece, other in zip(pieces, [*pieces[1:], pieces[0]], strict=True):
        length = min(stem.shape[1] for stems in (piece, other) for stem in stems.values())
        for kept in (("drums",), ("bass",), ("instrument", "melody"), ("bass", "drums", "melody")):
            context = np.sum([piece[track][:, :length] for track in kept], axis=0)
            own, foreign = (
                np.sum([stems[track][:, :length] for track in TRACKS if track not in kept], axis=0)
                for stems in (piece, other)
            )
            fitting.append(shipped.points(context, own))
            unfitting.append(shipped.points(context, foreign))
    half = len(fitting) // 2
    reference = np.concatenate(fitting[half:]), np.concatenate(unfitting[half:])
    assert apa(np.concatenate(fitting[:half]), *reference) > 0.7
    assert apa(np.concatenate(unfitting[:half]), *reference) < 0.3
