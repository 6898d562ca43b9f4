"""The score writer: endless four-track pieces with exact metadata, each the same for the same seed."""

from engine.music.styles.genre import Genre
from engine.music.styles.genres import GENRES
from engine.synthetic.writing.held_out import is_held_out
from engine.synthetic.writing.write import write_score

__all__ = ["GENRES", "Genre", "is_held_out", "write_score"]
