"""Tables that compare columns, such as models or methods, on several kinds of sound."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

from engine.evaluation.reporting.table import number

ComparisonTable = dict[str, dict[str, dict[str, float]]]  # metric -> kind of sound -> column -> value


def comparison_text(table: ComparisonTable, columns: Sequence[str]) -> str:
    """One line for each metric and kind of sound; – for missing values."""
    lines = [f"{'metric':16} {'sound':18}" + "".join(f"{column[:20]:>22}" for column in columns)]
    for metric, kinds in table.items():
        for kind, values in kinds.items():
            shown = "".join(f"{number(values.get(column, float('nan'))):>22}" for column in columns)
            lines.append(f"{metric:16} {kind:18}{shown}")
    return "\n".join(lines)


def write_comparison(folder: Path, table: ComparisonTable, columns: Sequence[str]) -> None:
    """Write table.txt and report.json into a folder, and print the table."""
    text = comparison_text(table, columns)
    (folder / "table.txt").write_text(text + "\n", encoding="utf-8")
    (folder / "report.json").write_text(json.dumps(table, indent=1), encoding="utf-8")
    print(text)
