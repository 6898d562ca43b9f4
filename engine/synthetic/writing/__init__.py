"""The score writer: composes four-track pieces with exact metadata. The same seed gives the same piece."""

from engine.music.styles.genre import Genre
from engine.music.styles.genres import GENRES
from engine.synthetic.writing.held_out import is_held_out
from engine.synthetic.writing.write import write_score

__all__ = ["GENRES", "Genre", "is_held_out", "write_score"]
