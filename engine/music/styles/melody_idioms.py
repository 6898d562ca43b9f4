"""Melody styles as numbers: how busy, how syncopated, how far it leaps, what it is made of."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class MelodyIdiom:
    """words: how a caption says it. notes_per_bar: (low, high) of a 4/4 bar. kind: "phrases" (motifs with answers and
    rests), "riff" (one motif over and over, bent to the chords) or "arpeggio" (the chord, up and down).
    finest_beats: the grid its onsets lie on. syncopation: 0 on the beat .. 1 anywhere. legato: share of the way to the
    next note that sounds. leaps: share of moves wider than a third. rests: chance that a phrase leaves
    bars to silence. centre: MIDI notes about which it moves. tones: "scale", "pentatonic" or "blues".
    """

    words: str
    notes_per_bar: tuple[int, int]
    kind: str = "phrases"
    finest_beats: float = 0.5
    syncopation: float = 0.3
    legato: float = 0.9
    leaps: float = 0.15
    rests: float = 0.3
    tones: str = "scale"
    centre: tuple[int, int] = (69, 77)


MELODY_IDIOMS: dict[str, MelodyIdiom] = {
    "singing": MelodyIdiom("singing", (3, 6), legato=0.95),
    "hook": MelodyIdiom("catchy", (4, 7), finest_beats=0.25, syncopation=0.45, legato=0.8, tones="pentatonic",
        rests=0.2),
    "slow": MelodyIdiom("long-noted", (1, 3), syncopation=0.1, legato=1.0, rests=0.35),
    "sparse": MelodyIdiom("sparse", (1, 4), syncopation=0.3, legato=0.95, rests=0.6, leaps=0.25),
    "rock lead": MelodyIdiom("soaring", (3, 7), syncopation=0.35, tones="pentatonic", legato=0.95),
    "shredding": MelodyIdiom("fast", (8, 14), finest_beats=0.25, syncopation=0.3, legato=0.85, leaps=0.08, rests=0.15),
    "riff": MelodyIdiom("riffing", (4, 8), kind="riff", finest_beats=0.25, syncopation=0.5, legato=0.75,
        tones="pentatonic"),
    "synth hook": MelodyIdiom("hooky", (4, 8), kind="riff", finest_beats=0.25, syncopation=0.6, legato=0.7, leaps=0.2),
    "anthem": MelodyIdiom("anthemic", (4, 7), finest_beats=0.25, syncopation=0.4, legato=0.95, rests=0.1, leaps=0.2),
    "arpeggio": MelodyIdiom("arpeggiated", (8, 16), kind="arpeggio", finest_beats=0.25, legato=0.75),
    "slow arpeggio": MelodyIdiom("slowly arpeggiated", (4, 8), kind="arpeggio", finest_beats=0.5, legato=0.95),
    "funk horn": MelodyIdiom("punchy", (3, 7), finest_beats=0.25, syncopation=0.7, legato=0.6, rests=0.45,
        tones="pentatonic"),
    "soul": MelodyIdiom("soulful", (3, 7), finest_beats=0.25, syncopation=0.5, tones="pentatonic", rests=0.35),
    "swing": MelodyIdiom("swinging", (4, 8), syncopation=0.55, legato=0.85, leaps=0.2, rests=0.3),
    "bebop": MelodyIdiom("running", (6, 8), syncopation=0.4, legato=0.85, leaps=0.15, rests=0.3),
    "blues licks": MelodyIdiom("bluesy", (3, 7), syncopation=0.5, tones="blues", rests=0.5, legato=0.85),
    "country lead": MelodyIdiom("twangy", (4, 8), syncopation=0.3, tones="pentatonic", legato=0.8, rests=0.3),
    "breakdown": MelodyIdiom("fast-picked", (8, 14), finest_beats=0.25, syncopation=0.15, legato=0.85, leaps=0.12,
        tones="pentatonic", rests=0.1),
    "folk tune": MelodyIdiom("folk-like", (4, 8), syncopation=0.12, legato=0.88, rests=0.15),
    "latin": MelodyIdiom("syncopated", (4, 8), finest_beats=0.25, syncopation=0.65, legato=0.75, rests=0.35),
    "bossa": MelodyIdiom("gentle", (3, 6), syncopation=0.6, legato=0.9, rests=0.3),
    "lo-fi": MelodyIdiom("wistful", (2, 5), finest_beats=0.25, syncopation=0.45, legato=0.9, tones="pentatonic",
        rests=0.5),
    "bells": MelodyIdiom("bell-like", (3, 7), kind="riff", finest_beats=0.25, syncopation=0.4, legato=0.9,
        tones="scale"),
    "off-beat horns": MelodyIdiom("bouncing", (4, 8), syncopation=0.6, legato=0.65, rests=0.35),
}  # fmt: skip
