"""A written piece as a MIDI file: one track a part, tempo and names, drums on channel 10."""

from __future__ import annotations

from pathlib import Path

import mido

from engine.music.grid import Grid
from engine.synthetic.score import Note, Part, Score

TICKS_PER_QUARTER = 960
DRUM_CHANNEL = 9  # channel 10, counted from 0


def write_midi(score: Score, path: str | Path) -> None:
    """Writes a type 1 file: a conductor track with tempo, meter and sections, then one track a part.

    Synthesised voices have no program and are left to the player's piano; glides are not written.
    """
    quarter_s = score.grid.beat_s * _beats_per_quarter(score.grid)
    file = mido.MidiFile(type=1, ticks_per_beat=TICKS_PER_QUARTER)
    file.tracks.append(_conductor(score))
    channel = 0
    for name, part in score.parts.items():
        drums = part.voice.family == "drums"
        file.tracks.append(_track(name, part, DRUM_CHANNEL if drums else channel, quarter_s))
        channel += 0 if drums else 1
    file.save(path)


def _beats_per_quarter(grid: Grid) -> int:
    """MIDI counts in quarters; a beat of 6/8 is an eighth."""
    return 2 if grid.beats_per_bar == 6 else 1


def _conductor(score: Score) -> mido.MidiTrack:
    grid, beats_per_quarter = score.grid, _beats_per_quarter(score.grid)
    track = mido.MidiTrack([mido.MetaMessage("track_name", name=f"{score.genre} in {score.key}")])
    track.append(mido.MetaMessage("set_tempo", tempo=round(grid.beat_s * beats_per_quarter * 1e6)))
    meter = {"numerator": grid.beats_per_bar, "denominator": 4 * beats_per_quarter}
    track.append(mido.MetaMessage("time_signature", **meter))
    before = 0
    for section in score.sections:
        tick = section.start_bar * grid.beats_per_bar * TICKS_PER_QUARTER // beats_per_quarter
        track.append(mido.MetaMessage("marker", text=section.name, time=tick - before))
        before = tick
    return track


def _track(name: str, part: Part, channel: int, quarter_s: float) -> mido.MidiTrack:
    track = mido.MidiTrack([mido.MetaMessage("track_name", name=f"{name}: {part.voice.name}")])
    if part.voice.program is not None:
        track.append(mido.Message("program_change", channel=channel, program=part.voice.program))
    before = 0
    for tick, message in sorted(
        _messages(part.notes, channel, quarter_s), key=lambda m: (m[0], m[1].type == "note_on")
    ):
        track.append(message.copy(time=tick - before))
        before = tick
    return track


def _messages(notes: tuple[Note, ...], channel: int, quarter_s: float) -> list[tuple[int, mido.Message]]:
    """On and off of every note, in ticks from the beginning."""
    messages: list[tuple[int, mido.Message]] = []
    for note in notes:
        on = round(note.start_s / quarter_s * TICKS_PER_QUARTER)
        off = max(on + 1, round((note.start_s + note.duration_s) / quarter_s * TICKS_PER_QUARTER))
        messages.append((on, mido.Message("note_on", channel=channel, note=note.pitch, velocity=note.velocity)))
        messages.append((off, mido.Message("note_off", channel=channel, note=note.pitch)))
    return messages
