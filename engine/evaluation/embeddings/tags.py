"""The classification heads of the tagger, their classes, and the labels that a song's metadata gives."""

from __future__ import annotations

from engine.datasets.song_meta import SongMeta
from engine.music.instruments import INSTRUMENT_FAMILIES, VOCABULARY
from engine.music.key import PITCH_CLASS_NAMES, parse_key
from engine.music.key_estimation import PROFILES
from engine.synthetic.writing import GENRES
from engine.tracks import TRACKS

TEMPO_EDGES_BPM = (90.0, 120.0)

# “track” and “family” are labels of single stems, the others of any stem or mix.
HEADS: dict[str, tuple[str, ...]] = {
    "track": TRACKS,
    "family": VOCABULARY.families,
    "genre": tuple(sorted(GENRES)),
    "tonic": PITCH_CLASS_NAMES,
    "mode": tuple(PROFILES),
    "tempo": ("slow", "moderate", "fast"),
    "drums": ("without drums", "with drums"),
}
UNKNOWN = -1  # class index for a missing label, which the loss ignores


def voice_family(voice: str) -> str:
    """The family of a voice by its name; empty for an unknown voice."""
    return INSTRUMENT_FAMILIES.get(voice, "")


def tempo_class(tempo_bpm: float) -> int:
    """Index in HEADS["tempo"]."""
    return sum(tempo_bpm >= edge for edge in TEMPO_EDGES_BPM)


def song_labels(meta: SongMeta) -> dict[str, int]:
    """Labels of all stems and mixes of a song: genre, tonic, mode and tempo; UNKNOWN for missing metadata."""
    key = parse_key(meta.key) if meta.key else None
    return {
        "genre": _index("genre", meta.genre),
        "tonic": key.tonic if key else UNKNOWN,
        "mode": _index("mode", key.mode if key else ""),
        "tempo": tempo_class(meta.tempo_bpm) if meta.tempo_bpm else UNKNOWN,
    }


def part_labels(meta: SongMeta, track: str) -> dict[str, int]:
    """Labels of a single stem: track and family."""
    return {"track": TRACKS.index(track), "family": _index("family", voice_family(meta.voices.get(track, "")))}


def _index(head: str, name: str) -> int:
    return HEADS[head].index(name) if name in HEADS[head] else UNKNOWN
