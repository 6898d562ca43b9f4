"""What the exported songs of these tests are called."""

from __future__ import annotations

from sessions.export.song_info import SongInfo

INFO = SongInfo(
    title="Night drive",
    tempo_bpm=96.0,
    signature="4/4",
    bars=4,
    key="A minor",
    seeds=[7, 12],
    model="compact",
    session={"prompt": "lo-fi é", "lanes": [1, 2]},
    beats=16,
    tonic=9,
    markers=[(0.0, "Intro"), (8.0, "Verse")],
)
