"""Drum machines: kits of synthesised one-shots in three temperaments, drawn per piece, and a part played on them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

import numpy as np

from engine.audio.pcm24 import SAMPLE_RATE_HZ
from engine.synthetic.drum_map import DRUM_HITS, DRUM_KEYS
from engine.synthetic.rendering.drum_sounds import clap, cowbell, layered, metal, noise_burst, ping, snare, thump, worn
from engine.synthetic.rendering.synth import lay
from engine.synthetic.score import Note

Rng = np.random.Generator
HIT_OF_KEY = {key: hit for hit, key in DRUM_KEYS.items()}
# Other General MIDI percussion keys, played by the nearest hit.
HIT_OF_KEY |= {
    35: "kick", 40: "snare", 41: "low_tom", 43: "low_tom", 48: "high_tom", 52: "crash", 55: "crash", 57: "crash",
    59: "ride", 62: "conga_high", 69: "shaker", 82: "shaker",
}  # fmt: skip
LEVELS = {
    "kick": 1.0, "snare": 0.8, "rim": 0.5, "clap": 0.6, "closed_hat": 0.3, "pedal_hat": 0.25, "open_hat": 0.3,
    "low_tom": 0.7, "mid_tom": 0.65, "high_tom": 0.6, "crash": 0.4, "ride": 0.25, "ride_bell": 0.3, "tambourine": 0.3,
    "cowbell": 0.35, "shaker": 0.25, "conga_high": 0.5, "conga_low": 0.5, "bongo_high": 0.45, "bongo_low": 0.45,
    "clave": 0.4,
}  # fmt: skip
# Where a hit sits between left (-1) and right (+1), as an audience sees a kit; a piece may narrow it.
PLACES = {
    "closed_hat": 0.35, "pedal_hat": 0.35, "open_hat": 0.35, "ride": -0.4, "ride_bell": -0.4, "crash": 0.3,
    "high_tom": 0.3, "low_tom": -0.3, "tambourine": -0.3, "shaker": -0.4, "cowbell": 0.2, "conga_high": 0.35,
    "conga_low": 0.2, "bongo_high": -0.35, "bongo_low": -0.2, "clave": 0.25, "rim": -0.1,
}  # fmt: skip
CHOKED_BY = {"open_hat": ("closed_hat", "pedal_hat", "open_hat")}
CHOKE_FADE_S = 0.006


@dataclass(frozen=True)
class Character:
    """What tells one machine from another: centres that a kit is drawn around."""

    kick_hz: float
    kick_decay_s: float
    kick_click: float
    kick_drive: float
    snare_hz: float
    snare_noise_s: float
    hat_decay_s: float
    noise_in_metal: float  # share of noise in hats and cymbals
    top_hz: float = 0.0  # lo-fi: bandwidth of the sampler, 0 for none
    bits: int = 0


CHARACTERS: dict[str, Character] = {
    "drum_machine_808": Character(48, 0.24, 0.15, 1.2, 185, 0.09, 0.030, 0.1),
    "drum_machine_909": Character(54, 0.16, 0.5, 1.8, 210, 0.12, 0.035, 0.5),
    "drum_machine_lofi": Character(58, 0.13, 0.25, 2.2, 195, 0.10, 0.040, 0.6, top_hz=9_000, bits=10),
}


def play_drum_machine(notes: Iterable[Note], name: str, rng: Rng, length_samples: int) -> np.ndarray:
    """Notes -> dry [2, S] float32. `name` is a key of CHARACTERS; keys outside the percussion map are not played."""
    hits = [(n, HIT_OF_KEY[n.pitch]) for n in sorted(notes, key=lambda n: n.start_s) if n.pitch in HIT_OF_KEY]
    kit = draw_kit(CHARACTERS[name], rng, {hit for _, hit in hits})
    width = rng.uniform(0.3, 1.0)
    audio = np.zeros((2, length_samples), np.float32)
    for i, (note, hit) in enumerate(hits):
        sound = _choked(kit[hit], hit, note, hits[i + 1 :])
        pan = width * PLACES.get(hit, 0.0)
        sides = np.array([[1 - max(pan, 0)], [1 + min(pan, 0)]], np.float32)
        loudness = LEVELS[hit] * (note.velocity / 127) ** 1.5
        lay(audio, sound[None, :] * sides, round(note.start_s * SAMPLE_RATE_HZ), loudness)
    return audio


def draw_kit(character: Character, rng: Rng, wanted: set[str]) -> dict[str, np.ndarray]:
    """hit name -> [n] float32, peak 1, for the wanted hits; each has its own stream, whatever else is wanted."""
    kit = {}
    for hit, stream in zip(DRUM_HITS, rng.spawn(len(DRUM_HITS)), strict=True):
        if hit in wanted:
            sound = MAKERS[hit](character, stream)
            if character.bits:
                sound = worn(sound, _near(stream, character.top_hz, 0.5), character.bits, stream.uniform(1, 2))
            kit[hit] = sound
    return kit


def _choked(sound: np.ndarray, hit: str, note: Note, later: list[tuple[Note, str]]) -> np.ndarray:
    """An open hat ends where the hat is struck or closed again."""
    end_s = next((n.start_s for n, other in later if other in CHOKED_BY.get(hit, ())), None)
    if end_s is None:
        return sound
    keep = max(round((end_s - note.start_s) * SAMPLE_RATE_HZ), 0)
    fade = round(CHOKE_FADE_S * SAMPLE_RATE_HZ)
    if keep + fade >= len(sound):
        return sound
    choked = sound[: keep + fade].copy()
    choked[keep:] *= np.linspace(1, 0, fade, dtype=np.float32)
    return choked


def _near(rng: Rng, centre: float, octaves: float) -> float:
    return float(centre * 2.0 ** rng.uniform(-octaves, octaves))


def _kick(c: Character, rng: Rng) -> np.ndarray:
    return thump(
        _near(rng, c.kick_hz, 0.2), sweep_octaves=rng.uniform(1.2, 2.6), sweep_s=_near(rng, 0.018, 0.6),
        decay_s=_near(rng, c.kick_decay_s, 0.5), click=c.kick_click * rng.uniform(0.3, 1.3),
        drive=_near(rng, c.kick_drive, 0.4),
    )  # fmt: skip


def _snare(c: Character, rng: Rng) -> np.ndarray:
    noise_s = _near(rng, c.snare_noise_s, 0.6)
    return snare(rng, _near(rng, c.snare_hz, 0.25), _near(rng, 0.06, 0.5), noise_s, rng.uniform(0.5, 1.1))


def _hat(decay_scale: float) -> Callable[[Character, Rng], np.ndarray]:
    def make(c: Character, rng: Rng) -> np.ndarray:
        decay_s = _near(rng, c.hat_decay_s * decay_scale, 0.4)
        low_hz = _near(rng, 7_000, 0.3)
        hiss = noise_burst(rng, low_hz, 18_000, decay_s, min(6 * decay_s, 2.0))
        ring = metal(low_hz, 16_000, decay_s, _near(rng, 1, 0.3))
        return layered((1 - c.noise_in_metal, ring), (c.noise_in_metal, hiss))

    return make


def _cymbal(low_hz: float, decay_s: float, hiss: float) -> Callable[[Character, Rng], np.ndarray]:
    def make(c: Character, rng: Rng) -> np.ndarray:
        decay = _near(rng, decay_s, 0.4)
        bright = noise_burst(rng, low_hz, 17_000, decay, min(5 * decay, 3.0))
        return layered((1 - hiss, metal(low_hz, 15_000, decay, _near(rng, 1.1, 0.3))), (hiss, bright))

    return make


def _drum(low_hz: float, decay_s: float, sweep_octaves: float, click: float) -> Callable[[Character, Rng], np.ndarray]:
    def make(c: Character, rng: Rng) -> np.ndarray:
        sweep = sweep_octaves * rng.uniform(0.6, 1.4)
        return thump(_near(rng, low_hz, 0.12), sweep, 0.03, _near(rng, decay_s, 0.4), click, drive=1.2)

    return make


def _rattle(low_hz: float, decay_s: float) -> Callable[[Character, Rng], np.ndarray]:
    def make(c: Character, rng: Rng) -> np.ndarray:
        decay = _near(rng, decay_s, 0.4)
        return noise_burst(rng, _near(rng, low_hz, 0.3), 16_000, decay, 6 * decay)

    return make


def _tambourine(c: Character, rng: Rng) -> np.ndarray:
    decay_s = _near(rng, 0.06, 0.4)
    jingles = ping(tuple(_near(rng, hz, 0.1) for hz in (7_800, 9_300, 11_200)), decay_s)
    return layered((0.5, jingles), (0.7, noise_burst(rng, 6_000, 16_000, decay_s, 6 * decay_s)))


def _ride_bell(c: Character, rng: Rng) -> np.ndarray:
    bell = ping((_near(rng, 880, 0.2), _near(rng, 2_640, 0.2)), 0.25)
    return layered((0.5, _cymbal(5_000, 0.3, 0.2)(c, rng)), (0.6, bell))


MAKERS: dict[str, Callable[[Character, Rng], np.ndarray]] = {
    "kick": _kick,
    "snare": _snare,
    "rim": lambda c, rng: ping((_near(rng, 480, 0.2), _near(rng, 1_700, 0.2)), _near(rng, 0.012, 0.4)),
    "clap": lambda c, rng: clap(rng, _near(rng, 1_100, 0.3), _near(rng, 0.08, 0.5)),
    "closed_hat": _hat(1.0),
    "pedal_hat": _hat(0.8),
    "open_hat": _hat(8.0),
    "low_tom": _drum(82, 0.20, 0.8, 0.1),
    "mid_tom": _drum(120, 0.17, 0.8, 0.1),
    "high_tom": _drum(165, 0.14, 0.8, 0.1),
    "crash": _cymbal(3_000, 0.55, 0.6),
    "ride": _cymbal(4_500, 0.35, 0.3),
    "ride_bell": _ride_bell,
    "tambourine": _tambourine,
    "cowbell": lambda c, rng: cowbell(_near(rng, 1.0, 0.15), _near(rng, 0.06, 0.4)),
    "shaker": _rattle(5_500, 0.03),
    "conga_high": _drum(330, 0.07, 0.3, 0.2),
    "conga_low": _drum(220, 0.10, 0.3, 0.2),
    "bongo_high": _drum(520, 0.04, 0.25, 0.2),
    "bongo_low": _drum(390, 0.06, 0.25, 0.2),
    "clave": lambda c, rng: ping((_near(rng, 2_450, 0.1),), _near(rng, 0.018, 0.3)),
}
