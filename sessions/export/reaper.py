"""A Reaper project as text: one track for each stem that lies beside it, its tempo, meter and section names."""

from __future__ import annotations

from collections.abc import Sequence

from sessions.export.mixdown import MixerLane
from sessions.export.song_info import SongInfo
from sessions.pcm24 import SAMPLE_RATE_HZ


def reaper_project(lanes: Sequence[MixerLane], names: Sequence[str], samples: int, info: SongInfo) -> str:
    """names: path of each stem, from the project. Gain and pan are in the stems already: all faders stand at 0 dB."""
    numerator, denominator = info.meter
    beat_s = 60 / info.tempo_bpm
    lines = [
        '<REAPER_PROJECT 0.1 "7.0" 0',
        f"  SAMPLERATE {SAMPLE_RATE_HZ} 1 0",
        f"  TEMPO {_in_quarters(info):g} {numerator} {denominator}",
        *(f"  MARKER {i} {beat * beat_s:.9f} {_quoted(name)} 0" for i, (beat, name) in enumerate(info.markers, 1)),
    ]
    for lane, name in zip(lanes, names, strict=True):
        lines += [
            "  <TRACK",
            f"    NAME {_quoted(lane.name)}",
            "    VOLPAN 1 0 -1 -1 1",
            f"    MUTESOLO {int(lane.muted)} 0 0",
            "    NCHAN 2",
            "    <ITEM",
            "      POSITION 0",
            f"      LENGTH {samples / SAMPLE_RATE_HZ:.9f}",
            "      LOOP 0",
            f"      NAME {_quoted(lane.name)}",
            f"      <SOURCE {'FLAC' if name.endswith('.flac') else 'WAVE'}",
            f"        FILE {_quoted(name)}",
            "      >",
            "    >",
            "  >",
        ]
    return "\n".join([*lines, ">", ""])


def _in_quarters(info: SongInfo) -> float:
    """Reaper counts its tempo in quarters, whatever the meter."""
    return info.tempo_bpm * 4 / info.meter[1]


def _quoted(text: str) -> str:
    """Reaper knows no escapes: it takes whichever quotation mark the text does not hold."""
    plain = " ".join(text.split())
    mark = next((mark for mark in "\"'`" if mark not in plain), None)
    return f"{mark}{plain}{mark}" if mark else "`" + plain.replace("`", "'") + "`"
