"""Whether a MIDI file plays one note at a time, as a singer would, and for how long."""

from __future__ import annotations

from pathlib import Path

import mido

LEGATO = 0.1  # share of the sounding time in which notes may overlap, as those of a legato line do


def sounding_ticks(path: Path) -> int | None:
    """Ticks in which a note sounds; None for chords, for no notes at all, and for a file that is not to be read."""
    try:
        events = _note_events(mido.MidiFile(path))
    except (OSError, EOFError, ValueError, KeyError, IndexError):
        return None
    sounding = overlapping = before = held = 0
    for tick, change in sorted(events):  # at one tick, ends come before beginnings
        sounding += (tick - before) * (held > 0)
        overlapping += (tick - before) * (held > 1)
        before, held = tick, held + change
    return sounding if sounding > 0 and overlapping <= LEGATO * sounding else None


def _note_events(file: mido.MidiFile) -> list[tuple[int, int]]:
    """(tick, +1 where a note begins or -1 where it ends); an end without a beginning does not count."""
    events = []
    for track in file.tracks:
        tick, held = 0, set()
        for message in track:
            tick += message.time
            if message.type not in ("note_on", "note_off"):
                continue
            key = (message.channel, message.note)
            if message.type == "note_on" and message.velocity > 0:
                events += [(tick, -1)] * (key in held) + [(tick, 1)]  # struck again
                held.add(key)
            elif key in held:
                events.append((tick, -1))
                held.discard(key)
    return events
