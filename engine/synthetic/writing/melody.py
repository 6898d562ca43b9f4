"""The soloist: motifs set to the chords, chord tones where the bar is strong and scale tones between."""

from __future__ import annotations

from random import Random

from engine.datasets.song_meta import SongSection
from engine.music.chords import ChordSpan
from engine.music.key import Key
from engine.music.styles.harmony import Harmony, chord_scale
from engine.music.styles.melody_idioms import MELODY_IDIOMS, MelodyIdiom
from engine.synthetic.writing.motif import PLANS, RESTFUL_PLANS, Motif, draw_motif, ending
from engine.synthetic.writing.pattern import STEPS_PER_BEAT
from engine.synthetic.writing.timing import Event, Stream

LOWEST, HIGHEST = 60, 88
LONG_BEATS = 1.0  # a note this long must be a chord tone
# The order in which an arpeggio takes the chord tones upwards from a fifth below the centre.
ARPEGGIOS = ((0, 1, 2, 3), (0, 1, 2, 3, 2, 1), (3, 2, 1, 0), (0, 2, 1, 3), (0, 1, 2, 0, 2, 3, 2, 1), (0, 2, 4, 3, 2, 1))
MINOR_PENTATONIC, MAJOR_PENTATONIC, BLUES = (0, 3, 5, 7, 10), (0, 2, 4, 7, 9), (0, 3, 5, 6, 7, 10)


def write_melody(
    style_name: str,
    sections: tuple[SongSection, ...],
    harmony: Harmony,
    beats_per_bar: int,
    energy: float,
    stream: Stream,
) -> list[Event]:
    """Events of all sections that the melody plays in. energy: 0..1, how busy it is."""
    style = MELODY_IDIOMS[style_name]
    centre = stream("piece").uniform(*style.centre)
    events: list[Event] = []
    for section in sections:
        if "melody" not in section.tracks:
            continue
        rng = stream(section.name)
        lift = 2.0 if section.name in ("chorus", "drop", "hook") else 0.0
        if style.kind == "arpeggio":
            events += _arpeggio(style, section, harmony, beats_per_bar, centre, rng)
            continue
        plan = _draw_plan(style, beats_per_bar, energy, rng)
        for bar in range(section.start_bar, section.end_bar):
            motif = plan[(bar - section.start_bar) % len(plan)]
            if motif is not None:
                events += _set(motif, bar * beats_per_bar, style, harmony, beats_per_bar, centre + lift)
    return events


def _draw_plan(style: MelodyIdiom, beats_per_bar: int, energy: float, rng: Random) -> list[Motif | None]:
    """Four bars of motifs, already transposed; a riff is one motif throughout."""
    busy = min(1.0, max(0.0, energy + rng.uniform(-0.35, 0.35)))
    first = draw_motif(style, beats_per_bar, busy, rng)
    motifs = {"A": first, "B": draw_motif(style, beats_per_bar, busy, rng), "end": ending(first, beats_per_bar)}
    if style.kind == "riff":
        return [motifs["A"], motifs["A"] if rng.random() < 0.6 else motifs["B"]] * 2
    plan = rng.choice(RESTFUL_PLANS if rng.random() < style.rests else PLANS)
    return [_moved(motifs[entry[0]], entry[1]) if entry else None for entry in plan]


def _moved(motif: Motif, steps: int) -> Motif:
    return tuple(type(n)(n.beat, n.length_beats, n.step + steps) for n in motif)


def _set(
    motif: Motif, first_beat: float, style: MelodyIdiom, harmony: Harmony, beats_per_bar: int, centre: float
) -> list[Event]:
    """The motif on the chords of its bar: the anchor is the chord tone nearest the centre.

    Strong and long notes snap to chord tones, the others pass between them.
    """
    events: list[Event] = []
    for note in motif:
        beat = first_beat + note.beat
        span = harmony.at(beat)
        ladder = _ladder(style.tones, harmony.key, span)
        chord_tones = [p for p in range(LOWEST, HIGHEST + 1) if p % 12 in span.chord.pitch_classes]
        anchor = min(chord_tones, key=lambda p: abs(p - centre))
        home = min(range(len(ladder)), key=lambda i: abs(ladder[i] - anchor))
        pitch = ladder[_folded(home + note.step, len(ladder))]
        strong = beat % 1 == 0 if beats_per_bar < 6 else beat % 3 == 0
        if strong or note.length_beats >= LONG_BEATS or beat == span.start_beat:
            near = pitch
            pitch = min(chord_tones, key=lambda p: (abs(p - near), p))
        beats = min(note.length_beats, _until_clash(pitch, beat, harmony))
        events.append(Event(beat, beats, pitch, 96 if strong else 86))
    return events


def _ladder(tones: str, key: Key, span: ChordSpan) -> list[int]:
    """The pitches a passing note may take: chord scale, or the pentatonic or blues scale joined by the chord."""
    minorish = key.mode in ("minor", "dorian")
    steps = BLUES if tones == "blues" else MINOR_PENTATONIC if minorish else MAJOR_PENTATONIC
    scale = chord_scale(key, span.chord)
    pentatonic = {(key.tonic + s) % 12 for s in steps}
    if tones == "pentatonic":
        pentatonic &= set(scale)
    allowed = set(scale) if tones == "scale" else pentatonic | set(span.chord.pitch_classes[:3])
    return [p for p in range(LOWEST, HIGHEST + 1) if p % 12 in allowed]


def _folded(index: int, count: int) -> int:
    """An index beyond either end of the ladder comes back an octave, about seven rungs, inside."""
    while index < 0:
        index += 7
    while index >= count:
        index -= 7
    return max(0, index)


def _until_clash(pitch: int, beat: float, harmony: Harmony) -> float:
    """Beats until a chord begins that the pitch does not belong to."""
    span = harmony.at(beat)
    while span is not harmony.spans[-1]:
        span = harmony.after(span)
        if pitch % 12 not in span.chord.pitch_classes:
            break
    else:
        return harmony.spans[-1].end_beat - beat
    return span.start_beat - beat


def _arpeggio(
    style: MelodyIdiom, section: SongSection, harmony: Harmony, beats_per_bar: int, centre: float, rng: Random
) -> list[Event]:
    """The chord up and down about the centre, over and over, with a few steps left out; the gaps repeat every bar."""
    step_beats = max(style.finest_beats, 1.0 / STEPS_PER_BEAT[beats_per_bar])
    order = rng.choice(ARPEGGIOS)
    per_bar = round(beats_per_bar / step_beats)
    full = rng.random() < 0.5
    sounds = [full or index % 4 == 0 or rng.random() < 0.75 for index in range(per_bar)]
    events: list[Event] = []
    for index in range((section.end_bar - section.start_bar) * per_bar):
        if not sounds[index % per_bar]:
            continue
        beat = section.start_bar * beats_per_bar + index * step_beats
        chord = harmony.at(beat).chord
        tones = [p for p in range(max(LOWEST, round(centre) - 7), HIGHEST + 1) if p % 12 in chord.pitch_classes]
        pitch = tones[order[index % len(order)] % len(tones)]
        events.append(Event(beat, step_beats * style.legato, pitch, 94 if beat % 1 == 0 else 80))
    return events
