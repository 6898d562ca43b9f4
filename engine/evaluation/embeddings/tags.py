"""What the tagger is asked about a sound: its heads, the classes of each, and the answers that a song's facts give."""

from __future__ import annotations

from engine.datasets.song_meta import SongMeta
from engine.music.instruments import INSTRUMENT_FAMILIES, VOCABULARY
from engine.music.key import PITCH_CLASS_NAMES, parse_key
from engine.music.key_estimation import PROFILES
from engine.synthetic.writing import GENRES
from engine.tracks import TRACKS

TEMPO_EDGES_BPM = (90.0, 120.0)

# Of a stem alone: track, family. Of any sound: genre, tonic, mode, tempo, drums.
HEADS: dict[str, tuple[str, ...]] = {
    "track": TRACKS,
    "family": VOCABULARY.families,
    "genre": tuple(sorted(GENRES)),
    "tonic": PITCH_CLASS_NAMES,
    "mode": tuple(PROFILES),
    "tempo": ("slow", "moderate", "fast"),
    "drums": ("without drums", "with drums"),
}
UNKNOWN = -1  # the loss leaves it out


def family_of(voice: str) -> str:
    """The family of a voice by its name; empty for a voice that the writer does not know."""
    return INSTRUMENT_FAMILIES.get(voice, "")


def tempo_class(tempo_bpm: float) -> int:
    """Index in HEADS["tempo"]."""
    return sum(tempo_bpm >= edge for edge in TEMPO_EDGES_BPM)


def song_labels(meta: SongMeta) -> dict[str, int]:
    """What a song's facts say of any of its mixes: genre, tonic, mode, tempo; UNKNOWN where they do not say."""
    key = parse_key(meta.key) if meta.key else None
    return {
        "genre": _index("genre", meta.genre),
        "tonic": key.tonic if key else UNKNOWN,
        "mode": _index("mode", key.mode if key else ""),
        "tempo": tempo_class(meta.tempo_bpm) if meta.tempo_bpm else UNKNOWN,
    }


def part_labels(meta: SongMeta, track: str) -> dict[str, int]:
    """What a song's facts say of one of its stems: track and family."""
    return {"track": TRACKS.index(track), "family": _index("family", family_of(meta.voices.get(track, "")))}


def _index(head: str, name: str) -> int:
    return HEADS[head].index(name) if name in HEADS[head] else UNKNOWN
