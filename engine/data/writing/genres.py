"""All genres by name."""

from __future__ import annotations

from engine.data.writing import genres_band as band
from engine.data.writing import genres_electronic as electronic
from engine.data.writing import genres_groove as groove
from engine.data.writing import genres_hip_hop as hip_hop
from engine.data.writing.genre import Genre

_ROWS = (
    band.POP, band.ROCK, band.METAL, groove.FUNK, groove.SOUL, groove.DISCO, electronic.HOUSE, electronic.TECHNO, electronic.TRANCE,
    electronic.DRUM_AND_BASS, hip_hop.TRAP, hip_hop.LOFI_HIP_HOP, hip_hop.BOOM_BAP, groove.REGGAE, groove.SKA, groove.JAZZ_SWING,
    groove.BOSSA_NOVA, groove.BLUES, band.COUNTRY, band.FOLK, band.BALLAD, electronic.AMBIENT, electronic.SYNTHWAVE, groove.LATIN,
)  # fmt: skip
GENRES: dict[str, Genre] = {row.name: row for row in _ROWS}
