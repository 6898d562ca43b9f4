"""Title, tempo and key inside a FLAC, as players and DAWs read them: Vorbis comments, written with mutagen."""

from __future__ import annotations

from io import BytesIO

from mutagen.flac import FLAC

from sessions.export.song_info import SongInfo


def tagged_flac(flac: bytes, info: SongInfo) -> bytes:
    """The same file with other tags; not a bit of the audio changes."""
    file = BytesIO(flac)
    tagged = FLAC(file)
    if tagged.tags is None:
        tagged.add_tags()
    for name in list(tagged.keys()):
        del tagged[name]
    fields = {
        "TITLE": info.heading,
        "BPM": f"{info.tempo_bpm:g}",
        "INITIALKEY": _initial_key(info.key),
        "COMMENT": info.provenance,
    }
    for name, words in fields.items():
        if words:
            tagged[name] = words
    file.seek(0)
    tagged.save(file, padding=lambda _: 0)
    return file.getvalue()


def _initial_key(key: str) -> str:
    """As the programs that read the field write it: "A minor" -> "Am", "Eb major" -> "Eb"; a mode stays in words."""
    tonic, _, mode = key.partition(" ")
    return {"minor": f"{tonic}m", "major": tonic}.get(mode.lower(), key)
