"""Takes: the audio comes back bit for bit, with its request and its parent; what 24 bits cannot hold is refused."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import soundfile

from sessions.errors import StemNotFound, StoreError, TakeNotFound, UnusableAudio
from sessions.store import SessionStore

STEP = np.float32(2.0**-23)


def test_audio_returns_bit_for_bit_also_after_a_restart(store: SessionStore, noise, tmp_path: Path) -> None:
    session = store.create_session("s", {})
    audio = noise(seed=3, peak=1.0)
    audio[:, :3] = [[-1.0, 1.0 - STEP, STEP], [-STEP, 0.0, 0.5]]  # the ends of the scale and its smallest steps
    take = store.add_take(session.id, kind="upload", stems={"bass": audio}, request={"file": "bass.wav"})
    store.close()
    reopened = SessionStore(tmp_path / "library")
    back = reopened.read_stem(reopened.take(take.id).stems["bass"].sha256)
    assert back.dtype == np.float32
    np.testing.assert_array_equal(back, audio)


def test_every_take_keeps_its_request_and_its_parent(store: SessionStore, noise) -> None:
    session = store.create_session("s", {})
    request = {"prompt": "mellow", "seed": 7, "chords": None}
    upload = store.add_take(session.id, kind="upload", stems={"drums": noise(1)}, request={"file": "loop.wav"})
    both = {"melody": noise(2), "bass": noise(3)}
    made = store.add_take(
        session.id, kind="generated", stems=both, request=request, parent_id=upload.id, label="seed 7"
    )
    assert store.takes(session.id) == [upload, made]
    assert store.takes(session.id, track="drums") == [upload]
    assert store.takes(session.id, track="instrument") == []
    assert store.take(made.id) == made
    assert (made.number, made.kind, made.label, made.request) == (2, "generated", "seed 7", request)
    assert (upload.parent_id, made.parent_id) == (None, upload.id)
    assert {track: stem.samples for track, stem in made.stems.items()} == {"melody": 4_800, "bass": 4_800}


def test_equal_audio_lies_on_disk_once(store: SessionStore, noise, tmp_path: Path) -> None:
    session = store.create_session("s", {})
    one = store.add_take(session.id, kind="upload", stems={"bass": noise(1)}, request={})
    two = store.add_take(session.id, kind="edited", stems={"bass": noise(1), "drums": noise(2)}, request={})
    assert one.stems["bass"] == two.stems["bass"] != two.stems["drums"]
    assert len(list((tmp_path / "library" / "stems").rglob("*.flac"))) == 2


def test_the_file_for_the_browser_is_flac_with_24_bits(store: SessionStore, noise) -> None:
    session = store.create_session("s", {})
    take = store.add_take(session.id, kind="demo", stems={"bass": noise()}, request={})
    info = soundfile.info(store.stem_path(take.stems["bass"].sha256))
    assert (info.format, info.subtype, info.samplerate, info.channels) == ("FLAC", "PCM_24", 48_000, 2)


@pytest.mark.parametrize("sha256", ["../../etc/passwd", "", "A" * 64, "a" * 63, "a" * 64 + "\n", "a" * 64])
def test_a_stem_is_named_by_64_hex_digits_that_exist(store: SessionStore, sha256: str) -> None:
    for call in (store.stem_path, store.read_stem, lambda s: store.peaks(s, 128)):
        with pytest.raises(StemNotFound):
            call(sha256)


@pytest.mark.parametrize(
    ("audio", "said"),
    [
        (np.zeros((2, 8)), "float32"),
        (np.zeros((8, 2), np.float32), "float32"),
        (np.zeros(8, np.float32), "float32"),
        (np.zeros((2, 0), np.float32), "float32"),
        (np.full((2, 8), np.nan, np.float32), "not numbers"),
        (np.full((2, 8), np.inf, np.float32), "not numbers"),
        (np.full((2, 8), 1.0, np.float32), "turn it down"),
        (np.full((2, 8), -1.0 - 2.0**-20, np.float32), "turn it down"),
        (np.full((2, 8), 0.1 * 2.0**-23, np.float32), "24 bits"),
    ],
)
def test_audio_that_24_bits_cannot_hold_is_refused_and_leaves_no_trace(store: SessionStore, audio, said, noise) -> None:
    session = store.create_session("s", {})
    with pytest.raises(UnusableAudio, match=said) as refusal:
        store.add_take(session.id, kind="upload", stems={"drums": noise(), "bass": audio}, request={})
    assert "bass" in str(refusal.value)
    assert store.takes(session.id) == []


def test_a_take_needs_a_known_kind_audio_and_a_parent_in_its_session(store: SessionStore, noise) -> None:
    session, other = store.create_session("s", {}), store.create_session("other", {})
    elsewhere = store.add_take(other.id, kind="upload", stems={"bass": noise()}, request={})
    with pytest.raises(StoreError, match="choose one of upload"):
        store.add_take(session.id, kind="found", stems={"bass": noise()}, request={})
    with pytest.raises(StoreError, match="audio of a track"):
        store.add_take(session.id, kind="upload", stems={}, request={})
    for parent_id in (elsewhere.id, "0" * 32):
        with pytest.raises(TakeNotFound):
            store.add_take(session.id, kind="edited", stems={"bass": noise()}, request={}, parent_id=parent_id)
    assert store.takes(session.id) == []


@pytest.mark.parametrize("bucket_samples", [128, 1024, 8192])
def test_peaks_enclose_every_sample_of_their_bucket(store: SessionStore, noise, bucket_samples: int) -> None:
    session = store.create_session("s", {})
    audio = noise(samples=20_000, peak=0.9)
    audio[:, 12_000:] = 0.0
    audio[1, 16_500] = STEP  # hardly a sound, and yet it shows
    sha256 = store.add_take(session.id, kind="upload", stems={"bass": audio}, request={}).stems["bass"].sha256
    peaks = store.peaks(sha256, bucket_samples)
    assert peaks.dtype == np.int8
    assert peaks.shape == (-(-20_000 // bucket_samples), 2)
    for bucket, (lowest, highest) in enumerate(peaks):
        span = audio[:, bucket * bucket_samples : (bucket + 1) * bucket_samples] * 127
        assert lowest <= span.min() < lowest + 1
        assert highest - 1 < span.max() <= highest
    assert peaks[16_500 // bucket_samples, 1] == 1


def test_peaks_lie_ready_and_are_made_again_where_they_are_lost(store: SessionStore, noise) -> None:
    session = store.create_session("s", {})
    take = store.add_take(session.id, kind="upload", stems={"bass": noise(samples=500)}, request={})
    sha256 = take.stems["bass"].sha256
    flac = store.stem_path(sha256)
    first, content = store.peaks(sha256, 128), flac.read_bytes()
    for outline in flac.parent.glob("*.peaks"):
        outline.unlink()
    np.testing.assert_array_equal(store.peaks(sha256, 128), first)
    flac.write_bytes(b"no longer a FLAC file")
    np.testing.assert_array_equal(store.peaks(sha256, 128), first)
    for outline in flac.parent.glob("*.peaks"):
        outline.unlink()
    with pytest.raises(StoreError, match="cannot be read"):
        store.peaks(sha256, 128)
    flac.write_bytes(content)
    for samples in (0, -1, 10**9):
        with pytest.raises(StoreError, match="128, 1024, 8192"):
            store.peaks(sha256, samples)
