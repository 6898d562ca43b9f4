"""Detect MIDI files that play one note at a time."""

from __future__ import annotations

from pathlib import Path

import mido

MAX_OVERLAP = 0.1  # share of the sounding time in which notes may overlap, as in a legato line


def monophonic_ticks(path: Path) -> int | None:
    """Ticks in which a note sounds; None for a file with chords, without notes, or that cannot be read."""
    try:
        events = _note_events(mido.MidiFile(path))
    except (OSError, EOFError, ValueError, KeyError, IndexError):
        return None
    sounding = overlapping = before = held = 0
    for tick, change in sorted(events):  # at the same tick, note-offs come first
        sounding += (tick - before) * (held > 0)
        overlapping += (tick - before) * (held > 1)
        before, held = tick, held + change
    return sounding if sounding > 0 and overlapping <= MAX_OVERLAP * sounding else None


def _note_events(file: mido.MidiFile) -> list[tuple[int, int]]:
    """(tick, +1 for a note-on or -1 for a note-off). A note-off without a note-on is ignored."""
    events = []
    for track in file.tracks:
        tick, held = 0, set()
        for message in track:
            tick += message.time
            if message.type not in ("note_on", "note_off"):
                continue
            key = (message.channel, message.note)
            if message.type == "note_on" and message.velocity > 0:
                events += [(tick, -1)] * (key in held) + [(tick, 1)]  # a repeated note-on ends the note before
                held.add(key)
            elif key in held:
                events.append((tick, -1))
                held.discard(key)
    return events
