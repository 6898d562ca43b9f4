"""The report as a page: table, picture, and players of what was heard. Relative files only, no server, no script."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path

from engine.evaluation.reporting.scored_case import COLUMNS
from engine.evaluation.reporting.table import ReportRow, number

STYLE = """
:root { color-scheme: light dark; font: 15px/1.5 system-ui, sans-serif; }
body { max-width: 72rem; margin: 2rem auto; padding: 0 1rem; }
table { border-collapse: collapse; width: 100%; }
th, td { text-align: left; padding: .2rem .6rem; border-bottom: 1px solid #8884; }
td.number, th.number { text-align: right; font-variant-numeric: tabular-nums; }
.missed { font-weight: 700; }
img { max-width: 100%; background: #fff; }
audio { width: 15rem; height: 2rem; vertical-align: middle; }
"""


@dataclass(frozen=True)
class Example:
    """sounds: line -> column -> file; picture: of the spectrograms. Paths as seen from the page."""

    title: str
    words: str
    sounds: Mapping[str, Mapping[str, str]]
    picture: str


def write_page(
    path: Path, facts: Mapping[str, str], rows: Sequence[ReportRow], picture: str, examples: Sequence[Example]
) -> None:
    """Write one HTML file that needs nothing but the files it names."""
    told = "".join(f"<li>{escape(name)}: {escape(value)}</li>" for name, value in facts.items())
    heard = "".join(_section(example) for example in examples)
    path.write_text(
        f'<!doctype html><html lang="en"><meta charset="utf-8"><title>Composer: evaluation</title>'
        f'<meta name="viewport" content="width=device-width"><style>{STYLE}</style>'
        f"<h1>How good is it</h1><ul>{told}</ul>{_table(rows)}"
        f'<h2>All figures</h2><img src="{escape(picture)}" alt="The rows of the table as marks on a line each">'
        f"<h2>Listen</h2>{heard}</html>",
        encoding="utf-8",
    )


def _table(rows: Sequence[ReportRow]) -> str:
    head = "".join(f'<th class="number">{column}</th>' for column in COLUMNS)
    body = "".join(_line(row) for row in rows)
    return f"<table><tr><th>figure</th><th>where</th>{head}<th>bar</th><th></th></tr>{body}</table>"


def _line(row: ReportRow) -> str:
    values = "".join(f'<td class="number">{number(getattr(row, column))}</td>' for column in COLUMNS)
    verdict = {None: "<td></td>", True: "<td>met</td>", False: '<td class="missed">not met</td>'}[row.met]
    return (
        f"<tr><td>{escape(row.figure)}</td><td>{escape(row.where)}</td>{values}<td>{escape(row.bar)}</td>{verdict}</tr>"
    )


def _section(example: Example) -> str:
    columns = list(dict.fromkeys(column for sounds in example.sounds.values() for column in sounds))
    head = "".join(f"<th>{escape(column)}</th>" for column in columns)
    lines = "".join(
        f"<tr><td>{escape(name)}</td>{''.join(_player(name, column, sounds) for column in columns)}</tr>"
        for name, sounds in example.sounds.items()
    )
    image = f'<img src="{escape(example.picture)}" alt="Spectrograms of the stems">'
    return (
        f"<h3>{escape(example.title)}</h3><p>{escape(example.words)}</p>"
        f"<table><tr><th></th>{head}</tr>{lines}</table><details><summary>Spectrograms</summary>{image}</details>"
    )


def _player(name: str, column: str, sounds: Mapping[str, str]) -> str:
    if column not in sounds:
        return "<td>kept</td>"
    label = escape(f"{name}, {column}")
    return f'<td><audio controls preload="none" src="{escape(sounds[column])}" aria-label="{label}"></audio></td>'
