"""Layouts of multi-track data sets on disk. Each layout has a file that recognises its songs and finds their stems."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from engine.datasets.layouts import moisesdb, musdb, plain, slakh
from engine.datasets.layouts.sources import Sources


@dataclass(frozen=True)
class Layout:
    """One layout.

    matches: (folder, names of its subfolders, names of its files) -> whether the folder is a song of this layout;
    sources: the stems of such a folder, or BadInput for a broken one; owns_subfolders: whether subfolders belong to
    the song, so that no other songs are searched in them.
    """

    matches: Callable[[Path, Sequence[str], Sequence[str]], bool]
    sources: Callable[[Path], Sources]
    owns_subfolders: bool


LAYOUTS: tuple[Layout, ...] = (
    Layout(plain.matches, plain.sources, owns_subfolders=False),
    Layout(musdb.matches, musdb.sources, owns_subfolders=False),
    Layout(slakh.matches, slakh.sources, owns_subfolders=True),
    Layout(moisesdb.matches, moisesdb.sources, owns_subfolders=True),
)


def detect_layout(path: Path, folders: Sequence[str], files: Sequence[str]) -> Layout | None:
    """The layout of a song folder; None if the folder is no song."""
    return next((layout for layout in LAYOUTS if layout.matches(path, folders, files)), None)
