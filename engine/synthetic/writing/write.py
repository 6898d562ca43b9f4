"""The score writer: draws a genre, a key, a tempo and a form from the seed, and has the four parts written on them."""

from __future__ import annotations

from dataclasses import replace
from random import Random

from engine.datasets.song_meta import SongSection
from engine.errors import BadInput
from engine.music.grid import Grid
from engine.music.key import Key
from engine.music.styles.comping_idioms import COMPING_IDIOMS
from engine.music.styles.genre import Genre, Groove
from engine.music.styles.genres import GENRES
from engine.music.styles.harmony import Harmony, write_chords
from engine.music.styles.melody_idioms import MELODY_IDIOMS
from engine.music.styles.moods import BRIGHT_MODES, MOOD_ENERGY
from engine.synthetic.drum_map import DRUM_KEYS
from engine.synthetic.score import Part, Score
from engine.synthetic.voices import VOICES
from engine.synthetic.writing.bass import write_bass
from engine.synthetic.writing.bass_idioms import BASS_IDIOMS
from engine.synthetic.writing.captions import Facts, write_captions
from engine.synthetic.writing.comping import write_comping
from engine.synthetic.writing.drums import write_drums
from engine.synthetic.writing.form import draw_bars, write_form
from engine.synthetic.writing.held_out import draw_tonic
from engine.synthetic.writing.melody import write_melody
from engine.synthetic.writing.timing import Feel, Stream, perform
from engine.tracks import TRACKS

SIX_EIGHT_TEMPO_BPM = (132, 200)  # of eighths: what a beat is in six
SIGMA_S = {"bass": 0.005, "drums": 0.003, "instrument": 0.005, "melody": 0.005}  # looseness of a human hand
LENGTH_S = (26.0, 34.0)  # the shortest and the longest that pieces are, unless told
# Widest pan and share of the genre's wetness.
PLACES = {"bass": (0.0, 0.15), "drums": (0.0, 0.6), "instrument": (0.35, 1.0), "melody": (0.2, 1.1)}
TEMPO_SPREAD = 0.35  # how far a mood pulls the tempo towards an end of the genre's range


def write_score(
    seed: int, *, genre: str | None = None, min_s: float = LENGTH_S[0], max_s: float = LENGTH_S[1]
) -> Score:
    """A whole piece, the same for the same arguments; it lasts min_s to max_s seconds. genre: a key of GENRES or any.

    Raises BadInput for an unknown genre or a range of durations that holds no whole number of bars.
    """
    rng = Random(f"{seed}/piece")
    row = _genre(genre or rng.choice(list(GENRES)))
    groove = rng.choice(row.grooves)
    key = Key(draw_tonic(row, seed, rng), rng.choice(row.modes))
    mood = rng.choice(row.bright_moods if key.mode in BRIGHT_MODES else row.dark_moods)
    tempo_bpm = _draw_tempo(row, groove, MOOD_ENERGY[mood], rng)
    beats_per_bar = groove.beats_per_bar
    grid = Grid(tempo_bpm, beats_per_bar, draw_bars(60.0 * beats_per_bar / tempo_bpm, min_s, max_s, rng))
    swing = round(rng.uniform(*row.swing), 2) if beats_per_bar != 6 else 0.0
    sections = write_form(row, grid.bars, rng)
    spans = write_chords(row, key, [(s.name, s.end_bar - s.start_bar) for s in sections], beats_per_bar, rng)
    parts = _write_parts(row, seed, groove, sections, Harmony(key, spans), grid, swing, MOOD_ENERGY[mood])
    era = rng.choice(row.eras)
    captions = write_captions(Facts(row, mood, era, key, grid, swing, parts), Random(f"{seed}/captions"))
    return Score(seed, row.name, mood, era, key, grid, swing, tuple(spans), sections, parts, captions)


def _genre(name: str) -> Genre:
    if name not in GENRES:
        raise BadInput(f"“{name[:40]}” is not a genre the writer knows. Choose one of: {', '.join(GENRES)}.")
    return GENRES[name]


def _draw_tempo(row: Genre, groove: Groove, energy: float, rng: Random) -> float:
    """A whole number of beats a minute, drawn about the place in the range that the mood's energy points to."""
    low, high = SIX_EIGHT_TEMPO_BPM if groove.beats_per_bar == 6 else row.tempo_bpm
    place = 0.5 + TEMPO_SPREAD * (energy - 0.5) * 2
    return float(round(rng.triangular(low, high, low + (high - low) * place)))


def _write_parts(
    row: Genre,
    seed: int,
    groove: Groove,
    sections: tuple[SongSection, ...],
    harmony: Harmony,
    grid: Grid,
    swing: float,
    energy: float,
) -> dict[str, Part]:
    """The parts in the order of TRACKS; each track draws from its own streams, so that one does not disturb another."""
    beats = grid.beats_per_bar
    draw = {track: Random(f"{seed}/{track}") for track in TRACKS}

    def stream(track: str) -> Stream:
        return lambda name: Random(f"{seed}/{track}/{name}")

    bass = draw["bass"].choice([line for line in row.bass if beats in BASS_IDIOMS[line.idiom]])
    comping = draw["instrument"].choice([line for line in row.comping if beats in COMPING_IDIOMS[line.idiom].patterns])
    tune = draw["melody"].choice(row.melody)
    drums = write_drums(row, groove, sections, stream("drums"))
    kicks = [event.start_beat for event in drums if event.pitch == DRUM_KEYS["kick"]]
    events = {
        "bass": write_bass(bass.idiom, sections, harmony, beats, kicks, stream("bass")),
        "drums": drums,
        "instrument": write_comping(comping.idiom, sections, harmony, beats, stream("instrument")),
        "melody": write_melody(tune.idiom, sections, harmony, beats, energy, stream("melody")),
    }
    players = {
        "bass": bass.instruments,
        "drums": row.kits,
        "instrument": comping.instruments,
        "melody": tune.instruments,
    }
    styles = {
        "bass": bass.idiom,
        "drums": groove.name,
        "instrument": COMPING_IDIOMS[comping.idiom].words,
        "melody": MELODY_IDIOMS[tune.idiom].words,
    }
    feel = Feel(swing, row.swing_unit_beats, row.looseness, loudness=0.84 + 0.26 * energy)
    parts: dict[str, Part] = {}
    for track in TRACKS:
        notes = perform(events[track], grid, feel, draw[track], SIGMA_S[track], monophonic=track in ("bass", "melody"))
        if notes:
            taken = [part.voice.name for part in parts.values()]
            name = draw[track].choice([name for name in players[track] if name not in taken] or players[track])
            parts[track] = _placed(track, Part(VOICES[name], notes, styles[track]), row.wetness, draw[track])
    return parts


def _placed(track: str, part: Part, wetness: float, rng: Random) -> Part:
    """Where the part stands in the room: the bass dry in the middle, the others as wet as the genre is."""
    width, share = PLACES[track]
    wet = min(0.9, wetness * share * rng.uniform(0.6, 1.4))
    return replace(part, pan=round(rng.uniform(-width, width), 2), wetness=round(wet, 2))
