"""How people would ask for the piece: terse lists of tags, whole sentences, and one line a track."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

from engine.datasets.song_meta import Caption
from engine.music.grid import Grid
from engine.music.key import Key
from engine.music.styles.genre import Genre
from engine.music.styles.moods import MOOD_SYNONYMS
from engine.synthetic.score import Part

TEMPO_WORDS = (  # for tempos below the number
    (80, ("slow", "slow tempo", "unhurried")),
    (112, ("mid-tempo", "medium tempo", "moderate")),
    (141, ("upbeat", "fast", "up-tempo")),
)
FASTEST_WORDS = ("very fast", "fast", "high tempo")
LINE_CHANCE = 0.7


@dataclass(frozen=True)
class Facts:
    """All that a caption may tell."""

    genre: Genre
    mood: str
    era: str
    key: Key
    grid: Grid
    swing: float
    parts: dict[str, Part]


def write_captions(facts: Facts, rng: Random) -> tuple[Caption, ...]:
    """Six different phrasings: three or more terse lists without tempo and key, as users type them, and sentences."""
    writers = (_tags, _tags, _tags, _tags_with_numbers, _sentence, rng.choice((_tags, _sentence)))
    prompts: list[str] = []
    for write in writers:
        prompt = write(facts, rng)
        while prompt in prompts:
            prompt = write(facts, rng)
        prompts.append(prompt)
    return tuple(Caption(prompt, _lines(facts, rng)) for prompt in prompts)


def _genre_word(facts: Facts, rng: Random) -> str:
    return rng.choice((facts.genre.name, facts.genre.name, *facts.genre.synonyms))


def _mood_word(facts: Facts, rng: Random) -> str:
    return rng.choice((facts.mood, *MOOD_SYNONYMS.get(facts.mood, ())))


def _tempo_word(facts: Facts, rng: Random) -> str:
    beats_a_minute = facts.grid.tempo_bpm / (1.5 if facts.grid.beats_per_bar == 6 else 1)
    return rng.choice(next((words for limit, words in TEMPO_WORDS if beats_a_minute < limit), FASTEST_WORDS))


def _instruments(facts: Facts, rng: Random, most: int) -> list[str]:
    tracks = rng.sample(sorted(facts.parts), min(len(facts.parts), rng.randint(1, most)))
    return [_played(facts.parts[track], rng) for track in tracks]


def _played(part: Part, rng: Random) -> str:
    return part.voice.name if rng.random() < 0.6 else _styled(part)


def _styled(part: Part) -> str:
    return f"{part.style} on {part.voice.name}" if part.voice.family == "drums" else f"{part.style} {part.voice.name}"


def _extras(facts: Facts, rng: Random) -> list[str]:
    """Facts about the groove and the sound, for the ends of lists."""
    extras = ["waltz", "3/4"] if facts.grid.beats_per_bar == 3 else ["6/8"] if facts.grid.beats_per_bar == 6 else []
    if facts.swing > 0.5:
        extras += ["swung", "shuffle feel"]
    elif facts.swing > 0.15:
        extras.append("light swing")
    if "drums" not in facts.parts:
        extras += ["no drums", "drumless"]
    extras.append(facts.key.mode)
    return extras


def _tags(facts: Facts, rng: Random) -> str:
    tags = [_genre_word(facts, rng)]
    if rng.random() < 0.75:
        tags.append(_mood_word(facts, rng))
    if rng.random() < 0.35:
        tags.append(rng.choice(facts.genre.textures))
    if rng.random() < 0.25:
        tags.append(facts.era)
    if rng.random() < 0.25:
        tags.append(_tempo_word(facts, rng))
    if rng.random() < 0.6:
        tags += _instruments(facts, rng, 3)
    if rng.random() < 0.2:
        tags.append(rng.choice(_extras(facts, rng)))
    head, rest = tags[0], tags[1:]
    rng.shuffle(rest)
    tags = [head, *rest] if rng.random() < 0.6 else [*rest[:1], head, *rest[1:]]
    separator = ", " if rng.random() < 0.85 else " "
    return separator.join(tags)


def _tags_with_numbers(facts: Facts, rng: Random) -> str:
    tempo = f"{facts.grid.tempo_bpm:g} {rng.choice(('bpm', 'BPM'))}"
    numbers = rng.choice(([tempo], [str(facts.key)], [tempo, str(facts.key)], [str(facts.key), tempo]))
    return ", ".join([_tags(facts, rng), *numbers])


def _sentence(facts: Facts, rng: Random) -> str:
    genre, mood, tempo = _genre_word(facts, rng), _mood_word(facts, rng), _tempo_word(facts, rng)
    played = _instruments(facts, rng, 4)
    band = played[0] if len(played) == 1 else f"{', '.join(played[:-1])} and {played[-1]}"
    key, bpm = str(facts.key), f"{facts.grid.tempo_bpm:g}"
    sentence = rng.choice(
        (
            f"{_a(mood)} {genre} {rng.choice(('track', 'piece', 'song', 'tune'))} with {band}.",
            f"{_a(tempo)}, {mood} {genre} groove featuring {band}.",
            f"{_a(genre)} piece in {key} at {bpm} bpm, {mood}, with {band}.",
            f"{mood} {genre} from the {facts.era}, played on {band}.",
            f"{band} playing {mood} {genre}.",
            f"{_a(mood)} {genre} in {key} with {band}.",
            f"{genre} in the style of the {facts.era}: {band}, {mood} and {tempo}.",
            f"An instrumental {genre} with {band}; it feels {mood}.",
            f"Give me {_a(mood)} {genre} beat with {band}.",
            f"{_a(tempo)} {genre} at {bpm} beats per minute, {mood} mood.",
            f"{mood} {tempo} {genre} instrumental.",
            f"Background music: {mood} {genre}, {band}.",
        )
    )
    return sentence[0].upper() + sentence[1:]


def _a(words: str) -> str:
    return f"an {words}" if words[0] in "aeiouAEIO" or words.startswith(("8", "R&B")) else f"a {words}"


def _lines(facts: Facts, rng: Random) -> dict[str, str]:
    """One line for each track that plays; some are left empty, sometimes all."""
    if rng.random() < 0.25:
        return dict.fromkeys(facts.parts, "")
    return {track: _line(part, facts, rng) if rng.random() < LINE_CHANCE else "" for track, part in facts.parts.items()}


def _line(part: Part, facts: Facts, rng: Random) -> str:
    voice, styled = part.voice.name, _styled(part)
    wet = "dry" if part.wetness < 0.12 else "drenched in reverb" if part.wetness > 0.45 else "roomy"
    mood = _mood_word(facts, rng)
    return rng.choice(
        (voice, voice, part.style, styled, styled, f"{voice}, {part.style}", f"{mood} {voice}", f"{styled}, {wet}")
    )
