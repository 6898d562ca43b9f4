"""The report as an HTML page with a table, pictures and audio players. It needs only the files beside it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from engine.evaluation.reporting.scored_case import COLUMNS
from engine.evaluation.reporting.table import ReportRow, number

TEMPLATE = "page.html.j2"


@dataclass(frozen=True)
class Example:
    """One take to listen to.

    words: how it was asked for; sounds: row of the players -> column -> file; picture: file of the spectrograms. Files
    are relative to the page.
    """

    title: str
    words: str
    sounds: Mapping[str, Mapping[str, str]]
    picture: str

    @property
    def columns(self) -> list[str]:
        return list(dict.fromkeys(column for sounds in self.sounds.values() for column in sounds))


def write_page(
    path: Path, facts: Mapping[str, str], rows: Sequence[ReportRow], picture: str, examples: Sequence[Example]
) -> None:
    """Write the page. facts: shown as a list; picture: file of `draw_metrics`, relative to the page."""
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent), autoescape=True, undefined=StrictUndefined
    )
    environment.filters["number"] = number
    template = environment.get_template(TEMPLATE)
    page = template.render(facts=facts, rows=rows, columns=COLUMNS, picture=picture, examples=examples)
    path.write_text(page, encoding="utf-8")
