"""Title, tempo and key inside a FLAC, as players and DAWs read them: a Vorbis comment (RFC 9639, section 8.6)."""

from __future__ import annotations

import struct

from sessions.export.song_info import SongInfo

_COMMENT, _LAST = 4, 0x80  # the type of its metadata block; the flag of the last block


def tagged_flac(flac: bytes, info: SongInfo) -> bytes:
    """The same file with its comment exchanged; not a bit of the audio changes."""
    blocks, audio = _taken_apart(flac)
    kept = [(kind, content) for kind, content in blocks if kind != _COMMENT]
    kept.insert(1, (_COMMENT, _comment(info)))  # behind the facts of the stream, which come first
    flags = [0] * (len(kept) - 1) + [_LAST]
    return b"fLaC" + b"".join(_block(kind | last, body) for (kind, body), last in zip(kept, flags, strict=True)) + audio


def _taken_apart(flac: bytes) -> tuple[list[tuple[int, bytes]], bytes]:
    """Type and content of each metadata block, and the frames behind them."""
    blocks, at, last = [], 4, False
    while not last:
        head, length = flac[at], int.from_bytes(flac[at + 1 : at + 4], "big")
        blocks.append((head & ~_LAST, flac[at + 4 : at + 4 + length]))
        last, at = bool(head & _LAST), at + 4 + length
    return blocks, flac[at:]


def _block(head: int, content: bytes) -> bytes:
    return bytes([head]) + len(content).to_bytes(3, "big") + content


def _comment(info: SongInfo) -> bytes:
    fields = {
        "TITLE": info.heading,
        "BPM": f"{info.tempo_bpm:g}",
        "INITIALKEY": _initial_key(info.key),
        "COMMENT": info.provenance,
    }
    entries = [_counted(f"{name}={words}") for name, words in fields.items() if words]
    return _counted("Composer") + struct.pack("<I", len(entries)) + b"".join(entries)


def _counted(text: str) -> bytes:
    encoded = text.encode()
    return struct.pack("<I", len(encoded)) + encoded


def _initial_key(key: str) -> str:
    """As the programs that read the field write it: "A minor" -> "Am", "Eb major" -> "Eb"; a mode stays in words."""
    tonic, _, mode = key.partition(" ")
    return {"minor": f"{tonic}m", "major": tonic}.get(mode.lower(), key)
