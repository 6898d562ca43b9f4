"""Codecs of others behind the autoencoder's interface: real libraries, real files, random weights."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from engine.composer import Composer
from engine.datasets import latent_cache
from engine.errors import BadInput
from engine.models.autoencoder import oobleck, pretrained
from engine.models.autoencoder.encodec import CHUNK_SAMPLES, EncodecAutoencoder, overlap_add
from engine.models.autoencoder.factory import build_autoencoder
from engine.models.autoencoder.model import PretrainedAutoencoder
from engine.models.checkpoint import load_checkpoint
from engine.models.presets import PRESETS
from engine.models.random_weights import random_checkpoint
from engine.training import fit_whitening, train_autoencoder, train_composer
from tests.composer_requests import request_for
from tests.tiny_codecs import tiny, write_codec
from tests.training_folder import VALIDATION_WINDOWS, write_song

CODECS = ("encodec", "oobleck")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("codecs")


@pytest.fixture(scope="module", params=CODECS)
def model(request: pytest.FixtureRequest, folder: Path) -> PretrainedAutoencoder:
    return loaded(request.param, folder)


@pytest.fixture(scope="module")
def encodec(folder: Path) -> EncodecAutoencoder:
    model = loaded("encodec", folder)
    assert isinstance(model, EncodecAutoencoder)
    return model


def loaded(name: str, folder: Path) -> PretrainedAutoencoder:
    """The tiny codec with the weights of a folder, which is written the first time."""
    model = build_autoencoder(tiny(name).autoencoder).eval()
    assert isinstance(model, PretrainedAutoencoder)
    if not (folder / name).is_dir():
        write_codec(folder / name, model)
    model.load(str(folder / name))
    return model


def noise(*shape: int) -> torch.Tensor:
    return 0.1 * torch.randn(shape, generator=torch.Generator().manual_seed(1))


def test_length_and_company(model: PretrainedAutoencoder) -> None:
    """ceil(S / hop) frames, S samples back; and a clip is coded the same whatever else is in the batch."""
    waveform, hop = noise(2, 2, 53_000), model.preset.latent_hop_samples
    latents = model.encode(waveform)
    assert latents.shape == (2, model.preset.latent_channels, -(-53_000 // hop))
    sound = model.decode(latents, 53_000)
    assert sound.shape == waveform.shape
    torch.testing.assert_close(model.encode(waveform[1:]), latents[1:], atol=1e-4, rtol=1e-4)
    torch.testing.assert_close(model.decode(latents[1:], 53_000), sound[1:], atol=1e-4, rtol=1e-4)


def test_a_longer_clip_does_not_change_the_latents_of_its_beginning(model: PretrainedAutoencoder) -> None:
    hop = model.preset.latent_hop_samples
    frames, reach = (240, 92) if isinstance(model, EncodecAutoencoder) else (30, 14)  # the first second stays
    waveform = noise(1, 2, (frames + 20) * hop)
    short, long = model.encode(waveform[..., : frames * hop]), model.encode(waveform)
    torch.testing.assert_close(short[..., :-reach], long[..., : frames - reach], atol=1e-4, rtol=1e-4)
    assert (short[..., -1] - long[..., frames - 1]).abs().max() > 1e-4, "the end does see what follows"


def test_the_weights_are_those_of_the_folder(model: PretrainedAutoencoder) -> None:
    fresh = build_autoencoder(model.preset).eval()
    assert not torch.allclose(fresh.encode(noise(1, 2, 20_000)), model.encode(noise(1, 2, 20_000)), atol=1e-3)


def test_a_second_is_what_the_library_makes_of_it(encodec: EncodecAutoencoder, folder: Path) -> None:
    """EnCodec's own steps around its quantiser: divide by the level, encode, decode, multiply."""
    from transformers import EncodecModel

    theirs, sound = EncodecModel.from_pretrained(folder / "encodec").eval(), noise(1, 2, CHUNK_SAMPLES)
    with torch.no_grad():
        level = sound.mean(dim=1).square().mean().sqrt()
        rebuilt = theirs.decoder(theirs.encoder(sound / level)) * level
    torch.testing.assert_close(encodec.decode(encodec.encode(sound)), rebuilt, atol=1e-5, rtol=1e-3)


@pytest.mark.parametrize("gain", [0.25, 8.0])
def test_loudness_is_a_channel_of_its_own_and_comes_back(encodec: EncodecAutoencoder, gain: float) -> None:
    sound = noise(1, 2, 80_000)
    latents, louder = encodec.encode(sound), encodec.encode(gain * sound)
    torch.testing.assert_close(louder[:, :-1], latents[:, :-1], atol=1e-3, rtol=1e-3)
    torch.testing.assert_close(louder[:, -1], latents[:, -1] + np.log(gain), atol=1e-3, rtol=1e-3)
    torch.testing.assert_close(encodec.decode(louder), gain * encodec.decode(latents), atol=1e-3, rtol=1e-2)


def test_each_second_has_its_level(encodec: EncodecAutoencoder) -> None:
    """The loud second does not drown the quiet one, and silence is no number out of all proportion."""
    sound = noise(1, 2, 3 * CHUNK_SAMPLES)
    sound[..., CHUNK_SAMPLES : 2 * CHUNK_SAMPLES] *= 0.1
    sound[..., 2 * CHUNK_SAMPLES :] = 0.0
    levels = encodec.encode(sound)[0, -1].exp()
    assert levels[:148].max() < 1.001 * levels[:148].min()
    assert levels[180] < 0.2 * levels[0]
    assert levels[-1] == pytest.approx(1e-3)


def test_seconds_overlap_by_one_percent_on_whole_frames(encodec: EncodecAutoencoder) -> None:
    assert encodec.chunk_starts(150) == [0]
    assert encodec.chunk_starts(151) == [0, 148]
    starts = encodec.chunk_starts(15_000)
    assert starts[:5] == [0, 148, 297, 445, 594]
    assert starts[100] == 14_850, "99 % of 100 seconds"


def test_overlaps_cross_fade_in_a_straight_line() -> None:
    first, second = torch.ones(1, 1, 20), torch.full((1, 1, 12), 3.0)
    joined = overlap_add([first, second], [0, 16])[0, 0]
    assert joined.shape == (28,)
    assert (joined[:16] == 1).all()
    assert (joined[20:] == 3).all()
    steps = joined[15:21].diff()
    assert torch.allclose(steps, torch.full_like(steps, 0.4))


def test_chunks_are_joined_as_the_library_joins_them() -> None:
    from transformers import EncodecModel

    chunks = [noise(1, 2, length) for length in (100, 100, 100, 37)]
    theirs = EncodecModel._linear_overlap_add(chunks, stride=90)
    torch.testing.assert_close(overlap_add(chunks, [0, 90, 180, 270]), theirs)


def test_pieces_and_the_whole_are_the_same(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    model, sound = loaded("oobleck", folder), noise(1, 2, 2048 * 48)
    latents = model.encode(sound)
    decoded = model.decode(latents)
    monkeypatch.setattr(oobleck, "CHUNK_FRAMES", 20)
    torch.testing.assert_close(model.encode(sound), latents, atol=1e-5, rtol=1e-4)
    torch.testing.assert_close(model.decode(latents), decoded, atol=1e-5, rtol=1e-4)
    monkeypatch.setattr(oobleck, "REACH_FRAMES", 0)
    assert not torch.allclose(model.encode(sound), latents, atol=1e-5)


def test_what_is_not_to_be_had_or_does_not_fit_is_refused(encodec: EncodecAutoencoder, tmp_path: Path) -> None:
    from transformers import EncodecConfig, EncodecModel

    with pytest.raises(BadInput, match="neither a folder"):
        encodec.load(str(tmp_path / "nothing"))
    causal = {**encodec.config.to_dict(), "use_causal_conv": True}
    EncodecModel(EncodecConfig(**causal)).save_pretrained(tmp_path / "causal")
    with pytest.raises(BadInput, match="use_causal_conv"):
        encodec.load(str(tmp_path / "causal"))
    wider = build_autoencoder(replace(encodec.preset, widths=(8, 16, 32, 64, 128)))
    assert isinstance(wider, EncodecAutoencoder)
    write_codec(tmp_path / "wider", wider)
    with pytest.raises(BadInput, match="num_filters"):
        encodec.load(str(tmp_path / "wider"))


@pytest.mark.parametrize("name", CODECS)
def test_a_composer_on_top_neither_knows_nor_cares(name: str) -> None:
    composer = Composer(random_checkpoint(tiny(name)), name, torch.device("cpu"))
    request = request_for(steps=2)
    take = composer.compose(request)
    assert np.array_equal(take.stems["bass"], request.audio["bass"])
    for target in request.targets:
        assert take.stems[target].shape == (2, request.length_samples)
        assert np.isfinite(take.stems[target]).all()
        assert take.stems[target].any()


def test_from_published_weights_to_a_take(folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The commands one after the other; the folder of the codec may be gone once the checkpoint is made."""
    loaded("encodec", folder)
    monkeypatch.setitem(PRESETS, "encodec", tiny("encodec"))
    monkeypatch.setattr(train_composer, "VALIDATION_WINDOWS", VALIDATION_WINDOWS)
    base, latents, songs = tmp_path / "base.safetensors", tmp_path / "latents", tmp_path / "songs"
    pretrained.main(["--preset", "encodec", "--source", str(folder / "encodec"), "--out", str(base)])
    for i in range(2):
        write_song(songs / f"song_{i}", i)
    latent_cache.main(["--data", str(songs), "--model", str(base), "--out", str(latents)])
    fit_whitening.main(["--data", str(latents), "--model", str(base), "--out", str(base)])
    train_composer.main(
        ["--preset", "encodec", "--data", str(latents), "--base", str(base), "--out", str(tmp_path), "--steps", "1"]
    )
    trained = load_checkpoint(tmp_path / "model.safetensors")
    assert trained.preset.autoencoder.kind == "encodec"
    take = Composer.load(tmp_path / "model.safetensors", "cpu").compose(request_for(steps=1))
    assert np.isfinite(take.mix).all()


def test_it_is_not_trained_here(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write_song(tmp_path / "song", 0)
    with pytest.raises(SystemExit):
        train_autoencoder.main(
            ["--preset", "encodec", "--data", str(tmp_path), "--out", str(tmp_path / "run"), "--steps", "1"]
        )
    assert "engine.models.autoencoder.pretrained" in capsys.readouterr().err
