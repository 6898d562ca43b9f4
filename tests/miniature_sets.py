"""Songs of a second, on disk exactly as the public multi-track sets lie there."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path

import mido
import numpy as np
import soundfile
import yaml

RATE_HZ = 44_100  # of all three sets


def tone(frequency_hz: float, seconds: float = 1.0, rate_hz: int = RATE_HZ, channels: int = 2) -> np.ndarray:
    """[S, channels]; tones of different frequencies tell the files of a sum apart."""
    wave = 0.1 * np.sin(2 * np.pi * frequency_hz * np.arange(round(seconds * rate_hz)) / rate_hz)
    return np.repeat(wave[:, None], channels, axis=1)


def write_sound(path: Path, audio: np.ndarray, rate_hz: int = RATE_HZ) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    soundfile.write(path, audio, rate_hz, subtype="PCM_16")


def write_musdb_song(folder: Path, seconds: float = 1.0) -> None:
    stems = {"drums": tone(3_000, seconds), "bass": tone(80, seconds), "other": tone(500, seconds)}
    stems["vocals"] = tone(1_000, seconds)
    for name, audio in {"mixture": sum(stems.values()), **stems}.items():
        write_sound(folder / f"{name}.wav", audio)


def write_slakh_song(folder: Path, stems: Mapping[str, Mapping[str, object]]) -> None:
    """stems: what metadata.yaml says of each, and under "hz" its tone, under "notes" (pitch, start, end in ticks)."""
    facts = {}
    for name, given in stems.items():
        hz, notes = given.get("hz"), given.get("notes")
        facts[name] = {
            "audio_rendered": hz is not None, "inst_class": "Piano", "integrated_loudness": -13.0, "is_drum": False,
            "midi_program_name": "Acoustic Grand Piano", "midi_saved": True, "plugin_name": "grand.nkm",
            "program_num": 0, **{key: value for key, value in given.items() if key not in ("hz", "notes")},
        }  # fmt: skip
        if hz is not None:
            write_sound(folder / "stems" / f"{name}.flac", tone(float(str(hz)), channels=1))
        if notes is not None:
            write_midi(folder / "MIDI" / f"{name}.mid", notes)  # type: ignore[arg-type]
    write_sound(folder / "mix.flac", tone(700, channels=1))
    head = {"UUID": "1a81ae", "audio_dir": "stems", "midi_dir": "MIDI", "normalized": True, "overall_gain": 0.18}
    (folder / "metadata.yaml").write_text(yaml.safe_dump({**head, "stems": facts}))
    write_midi(folder / "all_src.mid", [(60, 0, 10)])


def write_midi(path: Path, notes: Sequence[tuple[int, int, int]]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    events = [(start, "note_on", pitch) for pitch, start, _ in notes]
    events += [(end, "note_off", pitch) for pitch, _, end in notes]
    track, before = mido.MidiTrack([mido.MetaMessage("set_tempo", tempo=500_000)]), 0
    for tick, kind, pitch in sorted(events, key=lambda event: (event[0], event[1] == "note_on")):
        track.append(mido.Message(kind, note=pitch, velocity=64, time=tick - before))
        before = tick
    mido.MidiFile(tracks=[track]).save(path)


def write_moises_song(folder: Path, stems: Sequence[tuple[str, str, str, float]], genre: str = "rock") -> None:
    """stems: (stem name, track type, track id, Hz of its tone); a stem name may come more than once."""
    listed = []
    for stem_name, kind, track_id, hz in stems:
        write_sound(folder / stem_name / f"{track_id}.wav", tone(hz))
        part = {"id": track_id, "trackType": kind, "extension": "wav", "has_bleed": False}
        listed.append({"id": f"stem {track_id}", "stemName": stem_name, "tracks": [part]})
    facts = {"artist": "Somebody", "song": "Something", "genre": genre, "stems": listed}
    (folder / "data.json").write_text(json.dumps(facts))
