"""The drummer: grooves laid out over the sections and varied a little, fills at their ends and crashes after."""

from __future__ import annotations

from random import Random

from engine.datasets.song_meta import SongSection
from engine.music.styles.genre import Genre, Groove
from engine.synthetic.drum_map import DRUM_KEYS
from engine.synthetic.writing.fills import FILLS
from engine.synthetic.writing.pattern import STEPS_PER_BEAT, lay_out
from engine.synthetic.writing.timing import Event, Stream

# X accent, x hit, o soft, g ghost; t and r are rolls of three and two inside the step.
VELOCITIES = {"X": 116, "x": 98, "o": 74, "g": 38, "r": 80, "t": 78}
ROLLS = {"r": 2, "t": 3}
RINGING = {"crash": 6.0, "open_hat": 0.9, "ride": 1.5, "ride_bell": 1.5}  # beats a hit is given; others ring 0.5
CLEARED_BY_FILL = ("snare", "clap", "rim", "closed_hat", "open_hat", "pedal_hat", "ride", "ride_bell")
FILL_CHANCE = 0.75
CRASH_CHANCE = {"acoustic": 0.65, "electronic": 0.5, "trap": 0.3, "soft": 0.12, "jazz": 0.15, "latin": 0.2}


def write_drums(genre: Genre, groove: Groove, sections: tuple[SongSection, ...], stream: Stream) -> list[Event]:
    """Events of all sections that the drums play in. Each section is played as
    its namesake before it; the fills differ."""
    beats_per_bar = groove.beats_per_bar
    alike = [g for g in genre.grooves if g.beats_per_bar == beats_per_bar]
    events: list[Event] = []
    after_rest = False
    for index, section in enumerate(sections):
        rng = stream(section.name)
        if "drums" not in section.tracks:
            after_rest = True
            continue
        thin = len(section.tracks) < 3 and rng.random() < 0.4
        pattern = _varied(groove if rng.random() < 0.85 else rng.choice(alike), genre, section.name, rng)
        if thin:
            pattern = _thinned(pattern, rng)
        bars = _play(pattern, section, beats_per_bar)
        end = stream(f"end of section {index}")
        if end.random() < FILL_CHANCE and (index + 1 < len(sections) or end.random() < 0.5):
            bars = _filled(bars, genre, section.end_bar * beats_per_bar, beats_per_bar, end)
        if (index or after_rest) and not thin and end.random() < CRASH_CHANCE[genre.fills]:
            bars.append(_hit("crash", section.start_bar * beats_per_bar, 100))
        events += bars
        after_rest = False
    return events


def _hit(name: str, beat: float, velocity: float) -> Event:
    return Event(beat, RINGING.get(name, 0.5), DRUM_KEYS[name], velocity)


def _play(hits: dict[str, str], section: SongSection, beats_per_bar: int) -> list[Event]:
    step_beats = 1 / STEPS_PER_BEAT[beats_per_bar]
    events: list[Event] = []
    for name, pattern in hits.items():
        for cell in lay_out(pattern, section.start_bar, section.end_bar, beats_per_bar):
            strokes = ROLLS.get(cell.symbol, 1)
            for stroke in range(strokes):
                beat = cell.start_beat + stroke * step_beats / strokes
                events.append(_hit(name, beat, VELOCITIES[cell.symbol] - 8 * stroke))
    return events


def _varied(groove: Groove, genre: Genre, section_name: str, rng: Random) -> dict[str, str]:
    """The groove over two bars at least, with ghost notes, another last kick and sometimes the ride for the hat."""
    steps = groove.beats_per_bar * STEPS_PER_BEAT[groove.beats_per_bar]
    hits = {name: pattern * (2 if len(pattern) == steps else 1) for name, pattern in groove.hits.items()}
    if "snare" in hits and genre.ghosts:
        free = [i for i, s in enumerate(hits["snare"]) if s == "." and i % 2 and hits.get("kick", "." * 99)[i] == "."]
        for step in free:
            if rng.random() < genre.ghosts:
                hits["snare"] = _with(hits["snare"], step, "g")
    if "kick" in hits and genre.fills in ("acoustic", "trap") and rng.random() < 0.5:
        step = len(hits["kick"]) - rng.choice((2, 6, 3))
        hits["kick"] = _with(hits["kick"], step, "x" if hits["kick"][step] == "." else ".")
    if "closed_hat" in hits and "open_hat" not in hits and genre.fills != "soft" and rng.random() < 0.35:
        step = len(hits["closed_hat"]) - 2
        hits["closed_hat"] = _with(hits["closed_hat"], step, ".")
        hits["open_hat"] = _with("." * len(hits["closed_hat"]), step, "x")
    rides = section_name == "chorus" and genre.fills == "acoustic" and "closed_hat" in hits and "ride" not in hits
    if rides and rng.random() < 0.35:
        hits["ride"] = hits.pop("closed_hat")
    return hits


def _with(pattern: str, step: int, symbol: str) -> str:
    return pattern[:step] + symbol + pattern[step + 1 :]


def _thinned(hits: dict[str, str], rng: Random) -> dict[str, str]:
    """An entrance: without the kick, or with little but it."""
    without = ("kick",) if rng.random() < 0.5 else ("snare", "clap", "crash")
    left = {name: pattern for name, pattern in hits.items() if name not in without}
    return left or hits


def _filled(events: list[Event], genre: Genre, end_beat: int, beats_per_bar: int, rng: Random) -> list[Event]:
    """The last beats played as a fill: it takes the place of snare and cymbals, the kick goes on."""
    fill = rng.choice(FILLS[genre.fills])
    step_beats = 1 / STEPS_PER_BEAT[beats_per_bar]
    steps = max(map(len, fill.values()))
    start = end_beat - steps * step_beats
    cleared = {DRUM_KEYS[name] for name in CLEARED_BY_FILL}
    kept = [e for e in events if e.start_beat < start - 1e-6 or e.pitch not in cleared]
    for name, pattern in fill.items():
        for index, symbol in enumerate(pattern):
            if symbol != ".":
                rise = 0.8 + 0.2 * index / len(pattern)
                kept.append(_hit(name, start + index * step_beats, VELOCITIES[symbol] * rise))
    return kept
