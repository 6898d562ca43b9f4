"""Audio files: any file is read as float32 `[2, S]` at 48 kHz on the 24-bit grid; WAV with 24 bits is written.

`_s` are seconds, `_samples` are samples (frames of all channels) at the rate of the file they belong to.
"""

from __future__ import annotations

import math
import re
import subprocess
import warnings
from dataclasses import dataclass
from pathlib import Path

import imageio_ffmpeg
import numpy as np
import soundfile
import soxr

from engine.audio.pcm24 import HIGHEST, SAMPLE_RATE_HZ, snap_to_24_bit, to_24_bit
from engine.errors import BadInput

LONGEST_FILE_S = 600.0
SILENCE_DBFS = -60.0  # RMS: what is quieter counts as silent
SAMPLE_RATES_HZ = (4_000, 768_000)
SILENCE_PEAK = 1e-4  # -80 dB of full scale
BLOCK_SAMPLES = 1 << 20

# Left and right gains of each channel in WAVE order (front L R, centre, LFE, back L R, side L R), after ITU-R BS.775.
_HALF = 0.5**0.5
_LEFT, _RIGHT, _CENTRE, _LFE = (1.0, 0.0), (0.0, 1.0), (_HALF, _HALF), (0.0, 0.0)
_BACK_LEFT, _BACK_RIGHT = (_HALF, 0.0), (0.0, _HALF)
DOWNMIX: dict[int, tuple[tuple[float, float], ...]] = {
    1: ((1.0, 1.0),),
    2: (_LEFT, _RIGHT),
    3: (_LEFT, _RIGHT, _CENTRE),
    4: (_LEFT, _RIGHT, _BACK_LEFT, _BACK_RIGHT),
    5: (_LEFT, _RIGHT, _CENTRE, _BACK_LEFT, _BACK_RIGHT),
    6: (_LEFT, _RIGHT, _CENTRE, _LFE, _BACK_LEFT, _BACK_RIGHT),
    8: (_LEFT, _RIGHT, _CENTRE, _LFE, _BACK_LEFT, _BACK_RIGHT, _BACK_LEFT, _BACK_RIGHT),
}

# First bytes of what libsndfile cannot read: m4a, mp4 and mov; webm and mka; wma.
_CONTAINERS = {b"ftyp": "mp4", b"\x1a\x45\xdf\xa3": "matroska", b"\x30\x26\xb2\x75": "asf"}


@dataclass(frozen=True)
class Audio:
    """samples: float32 `[2, S]` at 48 kHz on the 24-bit grid. notes: a sentence on each change to the file."""

    samples: np.ndarray
    notes: tuple[str, ...] = ()


def read_audio(path: str | Path) -> Audio:
    """Read any audio file a musician may drop. Raises BadInput with one sentence that says what to do.

    A 48 kHz stereo file of 24 bits or fewer comes through sample for sample.
    """
    path = Path(path)
    if not path.is_file():
        raise BadInput(f"There is no file “{path}”. Check the name, or choose another file.")
    if path.stat().st_size == 0:
        raise BadInput(f"“{path.name}” is empty (0 bytes). Export it again and drop the new file.")
    stereo, rate_hz, channels = _decoded(path)
    if stereo.shape[1] == 0:
        raise BadInput(f"“{path.name}” holds no sound (0 samples). Export it again and drop the new file.")
    if not np.isfinite(stereo).all():
        raise BadInput(f"“{path.name}” holds samples that are not numbers (NaN). Export it again from its source.")
    return _to_internal_format(stereo, rate_hz, channels)


def write_audio(path: str | Path, samples: np.ndarray, container: str = "WAV") -> None:
    """Write `[2, S]` at 48 kHz with 24 bits, as "WAV" or "FLAC"; samples on the 24-bit grid are read back exactly."""
    # As integers: libsndfile scales floats by 2^23 - 1 and would miss the grid by one step above half scale.
    integers = to_24_bit(samples).astype(np.int32) * 256
    soundfile.write(path, integers.T, SAMPLE_RATE_HZ, subtype="PCM_24", format=container)


def _decoded(path: Path) -> tuple[np.ndarray, int, int]:
    """The file as stereo `[2, S]` at its own rate, that rate, and how many channels it had."""
    try:
        with soundfile.SoundFile(path) as file:
            _check_header(path, file.frames / file.samplerate, file.samplerate)
            blocks = file.blocks(BLOCK_SAMPLES, dtype="float32", always_2d=True)  # each [n, channels]
            stereo = [_downmixed(block) for block in blocks]
            return np.concatenate([np.zeros((2, 0), np.float32), *stereo], axis=1), file.samplerate, file.channels
    except (soundfile.LibsndfileError, TypeError) as error:  # TypeError: what soundfile makes of headerless .raw files
        container = _container(path)
        if container:
            return _decoded_by_ffmpeg(path, container)
        message = f"“{path.name}” is not audio this program can read. Drop a WAV, FLAC, MP3, OGG, AIFF or M4A file."
        raise BadInput(message) from error


def _check_header(path: Path, duration_s: float, rate_hz: int) -> None:
    """Raise BadInput before anything is decoded, so that a 3-hour file costs nothing."""
    if duration_s > LONGEST_FILE_S:
        minutes, limit = math.ceil(duration_s / 60), round(LONGEST_FILE_S / 60)
        raise BadInput(f"“{path.name}” is {minutes} minutes long; cut out the part you need, at most {limit} minutes.")
    low, high = SAMPLE_RATES_HZ
    if not low <= rate_hz <= high:
        raise BadInput(f"“{path.name}” has a sample rate of {rate_hz} Hz. Export it at 44,100 or 48,000 Hz.")


def _downmixed(block: np.ndarray) -> np.ndarray:
    """`[n, channels]` -> `[2, n]`; a channel count without a known layout goes to both sides in equal parts."""
    channels = block.shape[1]
    if channels == 2:
        return block.T
    gains = DOWNMIX.get(channels, ((1.0 / channels, 1.0 / channels),) * channels)
    return np.asarray(gains, np.float32).T @ block.T


def _to_internal_format(stereo: np.ndarray, rate_hz: int, channels: int) -> Audio:
    """Resample, lower if it clips, snap to the 24-bit grid; with a note on each change."""
    notes: list[str] = []
    if channels > 2:
        notes.append(f"{channels} channels were mixed down to stereo.")
    if rate_hz != SAMPLE_RATE_HZ:
        stereo = soxr.resample(stereo.T, rate_hz, SAMPLE_RATE_HZ, quality="VHQ").T
        notes.append(f"Resampled from {rate_hz / 1000:g} to {SAMPLE_RATE_HZ / 1000:g} kHz.")
    peak = float(np.abs(stereo).max(initial=0.0))
    if peak > 1.0:
        stereo = stereo * (HIGHEST / peak)
        notes.append(f"Lowered by {20 * np.log10(peak):.1f} dB, because it rose above full scale.")
    if peak < SILENCE_PEAK:
        notes.append("The file is silent.")
    return Audio(np.ascontiguousarray(snap_to_24_bit(stereo)), tuple(notes))


def _container(path: Path) -> str | None:
    """The ffmpeg demuxer for what soundfile cannot read, by its first bytes.

    Naming the demuxer keeps ffmpeg from following playlists that are dressed up as audio.
    """
    with path.open("rb") as file:
        start = file.read(12)
    if start[:1] == b"\xff" and start[1:2] and start[1] & 0xF6 == 0xF0:
        return "aac"  # the sync word of an ADTS stream
    return _CONTAINERS.get(start[:4]) or _CONTAINERS.get(start[4:8])


def _decoded_by_ffmpeg(path: Path, container: str) -> tuple[np.ndarray, int, int]:
    """As `_decoded`, through pydub and the ffmpeg that imageio-ffmpeg carries; 16 bits, like its lossy sources."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # pydub misses an ffmpeg on the PATH; it is handed one below
        from pydub import AudioSegment
        from pydub.exceptions import CouldntDecodeError
    AudioSegment.converter = imageio_ffmpeg.get_ffmpeg_exe()
    duration_s = _header_duration_s(path, container)
    _check_header(path, duration_s or 0.0, SAMPLE_RATE_HZ)
    try:
        # The one reader of pydub that never calls ffprobe, which imageio-ffmpeg lacks. Where the header does not
        # tell the length (a browser's recordings), decoding is bounded instead.
        bound_s = None if duration_s else LONGEST_FILE_S + 1
        segment = AudioSegment.from_file_using_temporary_files(str(path), format=container, duration=bound_s)
    except CouldntDecodeError as error:
        message = f"“{path.name}” holds no sound that can be read. Export it as WAV, FLAC or MP3 and drop that."
        raise BadInput(message) from error
    _check_header(path, segment.duration_seconds, segment.frame_rate)
    samples = np.array(segment.get_array_of_samples(), np.float32) / segment.max_possible_amplitude
    return _downmixed(samples.reshape(-1, segment.channels)), segment.frame_rate, segment.channels


def _header_duration_s(path: Path, container: str) -> float | None:
    """The length in the container's header, without decoding; None if it is missing or a guess."""
    command = [imageio_ffmpeg.get_ffmpeg_exe(), "-hide_banner", "-f", container, "-i", f"file:{path}"]
    header = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, check=False).stderr
    match = re.search(rb"Duration: (\d+):(\d+):(\d+\.\d+)", header)
    if match is None or b"Estimating duration" in header:  # ADTS has no header: a guess from its bit rate
        return None
    hours, minutes, seconds = match.groups()
    return int(hours) * 3600 + int(minutes) * 60 + float(seconds)
