"""Recorded drum kits: which files play which drum. Only kits that let users sell what they make are listed.

Sonic Pi's samples are CC0: Debian's package sonic-pi-samples, or the npm package supersonic-scsynth-samples. The Rumpf
kit by Emanuel Rumpf is CC-BY-3.0: Debian's package hydrogen-drumkits. That package's other kits are under the GPL or
share-alike, or of unclear origin (Audiophob), and are not used.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

# A drum as soft and hard layers; each layer has one or more takes, which are played in turn.
Layers = tuple[tuple[str, ...], ...]


@dataclass(frozen=True, eq=False)
class RecordedKit:
    """drums: hit -> drums to choose from, one for a song. variable: environment variable that names another folder."""

    folder: Path
    variable: str
    drums: dict[str, tuple[Layers, ...]]


def _one_of(*names: str) -> tuple[Layers, ...]:
    """Drums of one layer and one take each."""
    return tuple(((name,),) for name in names)


def _soft_hard(name: str) -> Layers:
    return ((f"{name}_soft",), (f"{name}_hard",))


_SONIC_PI = Path("/usr/share/sonic-pi/samples"), "COMPOSER_SONIC_PI_SAMPLES"
_ROCK = RecordedKit(*_SONIC_PI, {
    "kick": (_soft_hard("drum_bass"), _soft_hard("drum_bass"), *_one_of("drum_heavy_kick", "bd_sone")),
    "snare": (_soft_hard("drum_snare"), _soft_hard("drum_snare"), *_one_of("sn_dolf")),
    "closed_hat": _one_of("drum_cymbal_closed"),
    "pedal_hat": _one_of("drum_cymbal_pedal"),
    "open_hat": _one_of("drum_cymbal_open"),
    "low_tom": (_soft_hard("drum_tom_lo"),),
    "mid_tom": (_soft_hard("drum_tom_mid"),),
    "high_tom": (_soft_hard("drum_tom_hi"),),
    "crash": (_soft_hard("drum_cymbal"), _soft_hard("drum_splash")),
    "cowbell": _one_of("drum_cowbell"),
})  # fmt: skip
_ELECTRONIC = RecordedKit(*_SONIC_PI, {
    "kick": _one_of("bd_haus", "bd_klub", "bd_tek", "bd_fat", "bd_zum", "bd_zome", "bd_ada", "bd_gas", "bd_808"),
    "snare": _one_of("sn_dub", "sn_zome", "elec_hi_snare", "elec_mid_snare", "elec_lo_snare", "elec_snare"),
    "closed_hat": _one_of("drum_cymbal_closed", "elec_tick"),
    "open_hat": _one_of("drum_cymbal_open", "elec_cymbal"),
    "crash": (_soft_hard("drum_splash"),),
})  # fmt: skip
_RUMPF = RecordedKit(Path("/usr/share/hydrogen/data/drumkits/rumpf_kit_z01_h2"), "COMPOSER_RUMPF_KIT", {
    "kick": ((("beats_01-17", "beats_01-23"),), *_one_of("beats_01-10", "beats_06-38")),
    "snare": (*_one_of("beats_01-21", "beats_06-25"), (("beats_01-30", "beats_01-34"),)),
    "clap": _one_of("beats_01-26"),
    "closed_hat": _one_of("beats_09-10"),
    "open_hat": _one_of("beats_09-11"),
    "low_tom": ((("beats_02-10", "beats_02-11"),), *_one_of("beats_08-17")),
    "mid_tom": _one_of("beats_02-15"),
    "high_tom": _one_of("beats_02-12"),
    "shaker": ((("beats_05-11", "beats_05-12"),),),
    "cowbell": ((("beats_06-19", "beats_06-20"),),),
})  # fmt: skip

# Instrument -> the recorded kits that may play it.
RECORDED_KITS: dict[str, tuple[RecordedKit, ...]] = {
    "acoustic kit": (_ROCK, _RUMPF),
    "room kit": (_ROCK, _RUMPF),
    "power kit": (_ROCK,),
    "electronic kit": (_ELECTRONIC,),
}
