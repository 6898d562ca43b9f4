"""The tree of a session as the page draws it. Branches stand under the step that they left; long runs are folded."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import TypedDict

from sessions.tree import Node, Tree

RECENT = 12  # steps before the present one that are always shown
NEWEST_TIPS = 20
NEWEST_NAMES = 100
NOT_WORTH_FOLDING = 3
UNFOLDED_AT_ONCE = 50
MOST_UNFOLDED = 1000
Span = tuple[int, int]  # first and last number of steps that were folded and shall be shown


class StepItem(TypedDict):
    """A step. level: how deep its branch lies, from 1. branch: whether it is the first item of a branch.

    on_line: whether it lies on the way from the first step to the present one.
    """

    number: int
    step: str
    name: str
    saved_at: str
    level: int
    branch: bool
    on_line: bool


class FoldItem(TypedDict):
    """Steps that are not shown. folded: how many; unfold: the newest of them, as `read_spans` reads it."""

    folded: int
    unfold: str
    level: int
    branch: bool


class HistoryView(TypedDict):
    """items: in the order of drawing. After a branch, the line that it left goes on below, on its own level."""

    present: int
    count: int
    items: list[StepItem | FoldItem]


def history_view(tree: Tree, unfolded: Sequence[Span] = ()) -> HistoryView:
    """The tree with the steps that are always shown and those of the unfolded spans."""
    shown = _shown(tree, unfolded)
    folds = _folds(tree, shown)
    small = {number for members in folds.values() if len(members) <= NOT_WORTH_FOLDING for number in members}
    if small:
        shown = _with_forks(tree, shown | small)
        folds = _folds(tree, shown)
    return {"present": tree.present, "count": len(tree.nodes), "items": _items(tree, shown, folds)}


def read_spans(text: str) -> list[Span]:
    """'120-170,300-350' -> the spans, the first thousand steps of them. Raises ValueError for anything else."""
    spans: list[Span] = []
    for part in filter(None, text.split(",")):
        first, last = (int(end) for end in part.split("-"))
        spans.append((first, min(last, first + MOST_UNFOLDED)))
    return spans[: MOST_UNFOLDED // UNFOLDED_AT_ONCE]


def path_to(tree: Tree, number: int) -> list[int]:
    """The steps from a node back to the first, the node itself in front."""
    path = [number]
    while (parent := tree.nodes[path[-1]].parent) is not None:
        path.append(parent)
    return path


def _shown(tree: Tree, unfolded: Sequence[Span]) -> set[int]:
    """The steps that are always shown: the present and recent ones, named ones, forks and ends of branches."""
    parents = {node.parent for node in tree.nodes.values()}
    tips = [number for number in tree.nodes if number not in parents]
    named = [node.number for node in tree.nodes.values() if node.name]
    asked = [number for first, last in unfolded for number in range(first, last + 1) if number in tree.nodes]
    wanted = {min(tree.nodes), *tips[-NEWEST_TIPS:], *named[-NEWEST_NAMES:], *asked}
    return _with_forks(tree, wanted.union(path_to(tree, tree.present)[: RECENT + 1]))


def _with_forks(tree: Tree, wanted: set[int]) -> set[int]:
    """These steps, the forks on the ways to them, and the first step after each fork."""
    ways = _ways(tree, wanted)
    forks = [number for number, children in ways.items() if len(children) > 1]
    return wanted.union(forks, *(ways[number] for number in forks))


def _ways(tree: Tree, wanted: set[int]) -> dict[int, list[int]]:
    """By step, its children that are wanted or lead to a wanted step."""
    ways: dict[int, list[int]] = defaultdict(list)
    for number in reversed(tree.nodes):  # children before their parents
        parent = tree.nodes[number].parent
        if parent is not None and (number in wanted or number in ways):
            ways[parent].append(number)
    return ways


Fold = tuple[int, int | None]  # the shown step above it, and the shown step that it leads to, if any


def _folds(tree: Tree, shown: set[int]) -> dict[Fold, list[int]]:
    """The hidden steps of each fold, oldest first."""
    ways = _ways(tree, shown)
    end: dict[int, int] = {}  # of a hidden step on the way to a shown one: that one
    for number in reversed(tree.nodes):
        if number not in shown and number in ways:
            child = ways[number][0]  # the only one: where ways part, the step is shown
            end[number] = end.get(child, child)
    place: dict[int, Fold] = {}
    folds: dict[Fold, list[int]] = defaultdict(list)
    for number, node in tree.nodes.items():
        if number in shown or node.parent is None:
            continue
        if node.parent in shown:
            place[number] = (node.parent, end.get(number))
        else:
            place[number] = place[node.parent]
        folds[place[number]].append(number)
    return folds


def _items(tree: Tree, shown: set[int], folds: dict[Fold, list[int]]) -> list[StepItem | FoldItem]:
    above = {below: fold for fold in folds if (below := fold[1]) is not None}
    lines: dict[int, list[int]] = defaultdict(list)  # by shown step, the shown steps next below it
    for number in sorted(shown):
        parent = above[number][0] if number in above else tree.nodes[number].parent
        if parent is not None:
            lines[parent].append(number)
    line = set(path_to(tree, tree.present))
    newest = _newest_below(tree)
    items: list[StepItem | FoldItem] = []
    waiting = [(min(tree.nodes), 1, False)]
    while waiting:
        number, level, branch = waiting.pop()
        if number in above:
            items.append(_fold(folds[above[number]], level, branch))
            branch = False
        items.append(_step(tree.nodes[number], level, branch, number in line))
        if aside := folds.get((number, None)):
            items.append(_fold(aside, level + 1, True))
        if lines[number]:
            *sides, main = sorted(lines[number], key=lambda child: (child in line, newest[child]))
            waiting.append((main, level, False))
            waiting += [(side, level + 1, True) for side in sorted(sides, reverse=True)]
    return items


def _newest_below(tree: Tree) -> dict[int, int]:
    """By step, the newest number among it and all steps below it."""
    newest: dict[int, int] = {}
    for number in reversed(tree.nodes):
        newest.setdefault(number, number)
        parent = tree.nodes[number].parent
        if parent is not None:
            newest[parent] = max(newest.get(parent, parent), newest[number])
    return newest


def _step(node: Node, level: int, branch: bool, on_line: bool) -> StepItem:
    return {
        "number": node.number,
        "step": node.step,
        "name": node.name,
        "saved_at": node.saved_at.isoformat(),
        "level": level,
        "branch": branch,
        "on_line": on_line,
    }


def _fold(members: list[int], level: int, branch: bool) -> FoldItem:
    newest = members[-UNFOLDED_AT_ONCE:]
    return {"folded": len(members), "unfold": f"{newest[0]}-{newest[-1]}", "level": level, "branch": branch}
