"""General MIDI voices from a soundfont. Onsets of the sound coincide with the notes' start times."""

from __future__ import annotations

import os
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path

import numpy as np
import tinysoundfont

from engine.audio.pcm24 import SAMPLE_RATE_HZ
from engine.synthetic.drum_map import DRUM_KEYS
from engine.synthetic.score import Note

_DEBIAN_SOUNDS = Path("/usr/share/sounds")
# Debian's packages fluid-soundfont-gm (MIT) and musescore-general-soundfont (MIT, parts CC0 or public domain).
FLUID_R3 = _DEBIAN_SOUNDS / "sf2/FluidR3_GM.sf2"
MUSESCORE_GENERAL = _DEBIAN_SOUNDS / "sf3/MuseScore_General_Full.sf3"
TRAINING_SOUNDFONTS = (FLUID_R3, MUSESCORE_GENERAL)
# Pianos, music box and synthesisers of MuseScore_General open their filters by modulators. tinysoundfont has none, so
# these programs have hardly any treble there.
DULL_PROGRAMS: dict[Path, tuple[int, ...]] = {MUSESCORE_GENERAL: (0, 1, 3, 5, 10, 38, 62, 90)}
# Debian's package timgm6mb-soundfont. It is under the GPL, so it plays held-out pieces only.
HELD_OUT_SOUNDFONT = _DEBIAN_SOUNDS / "sf2/TimGM6mb.sf2"
CHANNELS = 16
BEND_CENTRE, BEND_RANGE_CENTS = 8192, 200.0
PREROLL_SAMPLES = 720  # how much earlier than its start time a note may be triggered
PROBE_SAMPLES = 2_880  # 60 ms, long enough to find the onset of a sound
CYMBALS = tuple(DRUM_KEYS[h] for h in ("closed_hat", "pedal_hat", "open_hat", "ride", "ride_bell", "crash", "shaker"))
# Target peak of a hit at full velocity, relative to the kick. In FluidR3's kits the drums differ by up to 25 dB.
HIT_PEAKS = {DRUM_KEYS["kick"]: 1.0, DRUM_KEYS["snare"]: 0.9, DRUM_KEYS["clap"]: 0.7, DRUM_KEYS["rim"]: 0.6}
CYMBAL_PEAK, OTHER_PEAK = 0.3, 0.7


def default_soundfonts() -> tuple[Path, ...]:
    """The soundfonts in COMPOSER_SOUNDFONT, separated as in PATH, else those of TRAINING_SOUNDFONTS that are there."""
    named = os.environ.get("COMPOSER_SOUNDFONT")
    paths = [Path(name) for name in named.split(os.pathsep)] if named else TRAINING_SOUNDFONTS
    return tuple(path for path in paths if path.is_file())


@lru_cache(maxsize=2)
def open_soundfont(path: Path) -> SoundFont:
    """The loaded soundfont, shared by all parts in this process.

    Loading an .sf2 takes a second and 0.4 GB, an .sf3 six seconds and 0.8 GB.
    """
    return SoundFont(path)


class SoundFont:
    """A loaded soundfont that plays one part at a time."""

    def __init__(self, path: Path) -> None:
        self._synth = tinysoundfont.Synth(samplerate=SAMPLE_RATE_HZ)
        self._font_id = self._synth.sfload(str(path))
        self._probes: dict[tuple[int, bool, int, int], tuple[int, float]] = {}

    def play(
        self, notes: Iterable[Note], program: int, is_drums: bool, length_samples: int, detune_cents: float = 0.0
    ) -> np.ndarray:
        """Notes -> dry [2, S] float32. Glides are ignored. Drums peak as HIT_PEAKS say."""
        notes = [n for n in notes if n.start_s * SAMPLE_RATE_HZ < length_samples]
        channel_of = self._prepare(notes, program, is_drums)
        events: list[tuple[int, int, int, int]] = []  # sample, 0 off / 1 on, pitch, velocity
        for note in notes:
            lead_samples, _ = self._probe(program, is_drums, note.pitch, note.velocity)
            start = max(round(note.start_s * SAMPLE_RATE_HZ) + PREROLL_SAMPLES - lead_samples, 0)
            end = start + max(round(note.duration_s * SAMPLE_RATE_HZ), 1)
            events += [(start, 1, note.pitch, note.velocity), (end, 0, note.pitch, 0)]
        level = self._select(program, is_drums, channel_of, detune_cents)
        total = length_samples + PREROLL_SAMPLES
        audio = np.zeros((total, 2), np.float32)
        buffer = audio.data.cast("B")
        now = 0
        for sample, is_on, pitch, velocity in sorted(events):
            if sample >= total:
                break
            if sample > now:
                self._synth.generate_simple(sample - now, buffer[now * 8 : sample * 8])
                now = sample
            if is_on:
                self._synth.noteon(channel_of[pitch], pitch, velocity)
            else:
                self._synth.noteoff(channel_of[pitch], pitch)
        self._synth.generate_simple(total - now, buffer[now * 8 :])
        return np.ascontiguousarray(audio[PREROLL_SAMPLES:].T) * np.float32(level)  # [2, S]

    def _prepare(self, notes: list[Note], program: int, is_drums: bool) -> dict[int, int]:
        """Channel of each pitch: one channel per drum, so that each has its own level; else a single channel."""
        pitches = sorted({n.pitch for n in notes})
        for note in notes:
            self._probe(program, is_drums, note.pitch, note.velocity)
        return {pitch: i % CHANNELS if is_drums else 0 for i, pitch in enumerate(pitches)}

    def _select(self, program: int, is_drums: bool, channel_of: dict[int, int], detune_cents: float) -> float:
        """Stop all sounds and select the program. Channel volumes, with a cubic law, set the levels of the drums.

        Returns the gain that remains to be applied to the whole part.
        """
        gains = {pitch: self._hit_gain(program, pitch) if is_drums else 1.0 for pitch in channel_of}
        loudest = max(gains.values(), default=1.0)
        self._synth.sounds_off()
        self._synth.generate_simple(PROBE_SAMPLES)  # discard the release of earlier notes
        for pitch, channel in channel_of.items():
            self._synth.program_select(channel, self._font_id, 0, program, is_drums)
            self._synth.control_change(channel, 7, round(127 * (gains[pitch] / loudest) ** (1 / 3)))
            self._synth.pitchbend(channel, round(BEND_CENTRE * (1 + detune_cents / BEND_RANGE_CENTS)))
        return loudest

    def _hit_gain(self, program: int, key: int) -> float:
        _, peak = self._probe(program, True, key, 127)
        wanted = CYMBAL_PEAK if key in CYMBALS else HIT_PEAKS.get(key, OTHER_PEAK)
        return float(np.clip(wanted / peak, 0.25, 4.0))

    def _probe(self, program: int, is_drums: bool, pitch: int, velocity: int) -> tuple[int, float]:
        """(samples from note-on to the onset, peak) of one note, measured once.

        Recorded samples begin with up to 15 ms of near silence, so notes are triggered that much earlier.
        """
        bucket = max(velocity // 16 * 16 + 15, 1)
        if (program, is_drums, pitch, bucket) not in self._probes:
            self._synth.control_change(0, 7, 127)
            self._synth.pitchbend(0, BEND_CENTRE)
            self._synth.sounds_off(0)
            self._synth.generate_simple(PROBE_SAMPLES)
            self._synth.program_select(0, self._font_id, 0, program, is_drums)
            self._synth.noteon(0, pitch, bucket)
            audio = np.frombuffer(self._synth.generate_simple(PROBE_SAMPLES), np.float32).reshape(-1, 2)
            level = np.abs(audio).max(axis=1)
            peak = float(level.max())
            lead = int(np.argmax(level > 0.1 * peak)) if peak > 0 else 0
            self._probes[program, is_drums, pitch, bucket] = (min(lead, PREROLL_SAMPLES), max(peak, 1e-6))
        return self._probes[program, is_drums, pitch, bucket]
