"""The tree of a session: every step that was ever saved, each behind the one it was made on."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class Node:
    """One step, without its state. parent: the step it was made on, None for the first.

    name: what the musician calls it; "" for nothing.
    """

    number: int
    parent: int | None
    step: str
    name: str
    saved_at: datetime

    @property
    def title(self) -> str:
        return self.name or self.step


@dataclass(frozen=True)
class Tree:
    """nodes: by number, in the order of saving, so that a parent stands before its children. present: where we are."""

    nodes: dict[int, Node]
    present: int


@dataclass(frozen=True)
class SavedStep:
    """What the tree is made of: one row of the undo line. See tables.RevisionRow."""

    number: int
    previous: int | None
    revisits: int | None
    step: str
    name: str
    saved_at: datetime


def grow(steps: Iterable[SavedStep], present: int) -> Tree:
    """The tree of these steps, given in the order of saving.

    A step that only goes back to another is no node of its own: what was made after it grows on the one it went to.
    """
    place: dict[int, int] = {}  # number of a step -> number of the node that holds its state
    nodes: dict[int, Node] = {}
    for step in steps:
        place[step.number] = step.revisits or step.number
        if step.revisits is None:
            parent = None if step.previous is None else place[step.previous]
            nodes[step.number] = Node(step.number, parent, step.step, step.name, step.saved_at)
    return Tree(nodes, place[present])
