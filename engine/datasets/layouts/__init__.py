"""How multi-track songs lie on disk: one file a layout, each of which knows its songs and what they are made of."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from engine.datasets.layouts import moisesdb, musdb, plain, slakh
from engine.datasets.layouts.sources import Sources


@dataclass(frozen=True)
class Layout:
    """claims: whether a folder, with the names of the folders and files in it, is a song of this layout;
    sources: what such a song consists of, raising BadInput if it is broken; whole: whether what lies deeper in the
    folder belongs to the song, so that no other songs are to be looked for there.
    """

    claims: Callable[[Path, Sequence[str], Sequence[str]], bool]
    sources: Callable[[Path], Sources]
    whole: bool


LAYOUTS: tuple[Layout, ...] = (
    Layout(plain.claims, plain.sources, whole=False),
    Layout(musdb.claims, musdb.sources, whole=False),
    Layout(slakh.claims, slakh.sources, whole=True),
    Layout(moisesdb.claims, moisesdb.sources, whole=True),
)


def layout_of(path: Path, folders: Sequence[str], files: Sequence[str]) -> Layout | None:
    """The layout a folder is a song of, if it is one."""
    return next((layout for layout in LAYOUTS if layout.claims(path, folders, files)), None)
