"""All genres by name."""

from __future__ import annotations

from engine.music.styles import genres_band as band
from engine.music.styles import genres_dance as dance
from engine.music.styles import genres_electronic as electronic
from engine.music.styles import genres_groove as groove
from engine.music.styles import genres_hip_hop as hip_hop
from engine.music.styles import genres_jazz as jazz
from engine.music.styles import genres_roots as roots
from engine.music.styles import genres_song as song
from engine.music.styles.genre import Genre

_ROWS = (
    *(band.POP, band.ROCK, band.METAL, band.BALLAD, band.COUNTRY, band.FOLK),
    *(groove.FUNK, groove.SOUL, groove.DISCO, groove.REGGAE, groove.SKA),
    *(jazz.JAZZ_SWING, jazz.BOSSA_NOVA, jazz.BLUES, jazz.LATIN),
    *(hip_hop.LOFI_HIP_HOP, hip_hop.BOOM_BAP, hip_hop.TRAP),
    *(electronic.HOUSE, electronic.TECHNO, electronic.TRANCE, electronic.DRUM_AND_BASS),
    *(electronic.SYNTHWAVE, electronic.AMBIENT),
    *(dance.REGGAETON, dance.AFROBEAT, dance.UK_GARAGE, dance.DUBSTEP),
    *(roots.PUNK, roots.BLUEGRASS, roots.GOSPEL, roots.SALSA),
    *(song.R_AND_B, song.SINGER_SONGWRITER, song.WALTZ, song.FILM_SCORE),
)
GENRES: dict[str, Genre] = {row.name: row for row in _ROWS}
