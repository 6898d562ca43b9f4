"""Write a score: draw genre, key, tempo and form from the seed, then write chords, parts and captions."""

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
from engine.synthetic.voices import voice_of
from engine.synthetic.writing.bass import write_bass
from engine.synthetic.writing.bass_idioms import BASS_IDIOMS
from engine.synthetic.writing.captions import CaptionFacts, write_captions
from engine.synthetic.writing.comping import write_comping
from engine.synthetic.writing.drums import write_drums
from engine.synthetic.writing.form import draw_bars, write_form
from engine.synthetic.writing.held_out import draw_tonic
from engine.synthetic.writing.melody import write_melody
from engine.synthetic.writing.timing import Feel, Stream, perform
from engine.tracks import TRACKS

SIX_EIGHT_TEMPO_BPM = (132, 200)  # of eighths: what a beat is in six
SIGMA_S = {"bass": 0.005, "drums": 0.003, "instrument": 0.005, "melody": 0.005}  # timing deviations of players
LENGTH_S = (26.0, 34.0)  # default range of lengths
# Maximum pan, and share of the genre's wetness.
PAN_AND_WETNESS = {"bass": (0.0, 0.15), "drums": (0.0, 0.6), "instrument": (0.35, 1.0), "melody": (0.2, 1.1)}
TEMPO_SPREAD = 0.35  # how far a mood moves the tempo within the genre's range


def write_score(
    seed: int, *, genre: str | None = None, min_s: float = LENGTH_S[0], max_s: float = LENGTH_S[1]
) -> Score:
    """A piece of min_s to max_s seconds; the same arguments give the same piece. genre: a key of GENRES, None for any.

    Raises BadInput for an unknown genre, and if no whole number of bars has such a length.
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
    captions = write_captions(CaptionFacts(row, mood, era, key, grid, swing, parts), Random(f"{seed}/captions"))
    return Score(seed, row.name, mood, era, key, grid, swing, tuple(spans), sections, parts, captions)


def _genre(name: str) -> Genre:
    if name not in GENRES:
        raise BadInput(f"“{name[:40]}” is not a genre the writer knows. Choose one of: {', '.join(GENRES)}.")
    return GENRES[name]


def _draw_tempo(row: Genre, groove: Groove, energy: float, rng: Random) -> float:
    """A whole number of BPM in the genre's range, more often fast for moods of high energy."""
    low, high = SIX_EIGHT_TEMPO_BPM if groove.beats_per_bar == 6 else row.tempo_bpm
    mode = 0.5 + TEMPO_SPREAD * (energy - 0.5) * 2
    return float(round(rng.triangular(low, high, low + (high - low) * mode)))


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
    """The parts in the order of TRACKS. Each track has its own random streams, so tracks do not affect each other."""
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
            part = Part(voice_of(name, styles[track]), notes, styles[track])
            parts[track] = _placed(track, part, row.wetness, draw[track])
    return parts


def _placed(track: str, part: Part, wetness: float, rng: Random) -> Part:
    """The part with random pan and reverberation. The bass is dry and in the middle."""
    width, share = PAN_AND_WETNESS[track]
    wet = min(0.9, wetness * share * rng.uniform(0.6, 1.4))
    return replace(part, pan=round(rng.uniform(-width, width), 2), wetness=round(wet, 2))
