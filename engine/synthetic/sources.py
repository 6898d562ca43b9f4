"""The sounds that play the songs, with their licences. All but the last let users sell what they make."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Source:
    """A source of sounds. package: where it comes from; it is not bundled."""

    sounds: str
    package: str
    author: str
    licence: str
    use: str


SOURCES = (
    Source("FluidR3 GM soundfont", "Debian fluid-soundfont-gm", "Frank Wen and contributors", "MIT", "training"),
    Source("MuseScore General soundfont", "Debian musescore-general-soundfont", "S. Christian Collins, Frank Wen, "
           "Michael Cowgill, Versilian Studios and contributors", "MIT, parts CC0 or public domain", "training"),
    Source("drums of Sonic Pi (drum, bd, sn, elec)", "Debian sonic-pi-samples", "contributors of freesound.org",
           "CC0-1.0", "training"),
    Source("Rumpf kit", "Debian hydrogen-drumkits", "Emanuel Rumpf", "CC-BY-3.0", "training"),
    Source("synthesised voices, drum machines, amplifiers and rooms", "this repository", "the Composer authors",
           "Apache-2.0", "training"),
    Source("TimGM6mb soundfont", "Debian timgm6mb-soundfont", "Tim Brechbill, David Bolton", "GPL-2",
           "evaluation only"),
)  # fmt: skip
