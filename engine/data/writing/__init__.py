"""The score writer: endless four-track pieces with exact metadata, each the same for the same seed."""

from engine.data.writing.genre import Genre
from engine.data.writing.genres import GENRES
from engine.data.writing.held_out import is_held_out
from engine.data.writing.write import write_score

__all__ = ["GENRES", "Genre", "is_held_out", "write_score"]
