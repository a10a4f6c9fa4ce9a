"""The table of results: on the screen, in docs/benchmarks/latest.md, and as JSON beside it."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

FOLDER = Path(__file__).resolve().parents[2] / "docs" / "benchmarks"


@dataclass
class Line:
    """One figure: what it is against, what was measured, what is to be reached, and whether it was.

    `details` are the single measurements, for the JSON file.
    """

    what: str
    floor: str
    product: str
    ratio: str
    goal: str
    reached: bool
    details: Any = field(default=None, repr=False)


HEADINGS = ("what", "floor", "Anban", "ratio", "to reach", "")


def show(console: Console, lines: list[Line], notes: list[str]) -> None:
    """Print the table."""
    table = Table(title="Anban against its floors", title_justify="left")
    for heading in HEADINGS:
        table.add_column(heading, overflow="fold")
    for line in lines:
        table.add_row(*_cells(line), style=None if line.reached else "red")
    console.print(table)
    for note in notes:
        console.print(note, style="yellow")


def write(lines: list[Line], notes: list[str], machine: dict[str, Any], command: str) -> Path:
    """Write both files and give the readable one's path."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    content = {"machine": machine, "command": command, "notes": notes, "lines": [asdict(x) for x in lines]}
    (FOLDER / "latest.json").write_text(json.dumps(content, ensure_ascii=False, indent=1) + "\n")
    rows = [HEADINGS, tuple("---" for _ in HEADINGS), *map(_cells, lines)]
    packages = ", ".join(f"{name} {number}" for name, number in machine["packages"].items())
    text = [
        "# Benchmark",
        "",
        *("| " + " | ".join(row) + " |" for row in rows),
        "",
        f"- When: {machine['at']}, commit {machine['commit']}",
        f"- Machine: {machine['cores']} cores of {machine['processor']}, {machine['memory_gb']} GB, "
        f"{machine['system']}; servers, database and load client share it",
        f"- Versions: Python {machine['python']}, {machine['mariadb']}; {packages}",
        f"- Repeat: `{command}`",
        *(f"- {note}" for note in notes),
        "",
        "Each figure is the median of its rounds; the sides run in turns, and a ratio is the median of the ratios"
        " within a round. Single measurements: `latest.json`. How it is measured: `scripts/bench/`.",
    ]
    path = FOLDER / "latest.md"
    path.write_text("\n".join(text) + "\n")
    return path


def _cells(line: Line) -> tuple[str, ...]:
    return (line.what, line.floor, line.product, line.ratio, line.goal, "yes" if line.reached else "NO")
