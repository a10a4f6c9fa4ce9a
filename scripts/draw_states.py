"""Draw the transition tables of all records into docs/states.md. `--check` only compares."""

from __future__ import annotations

import sys
from pathlib import Path

from models.core.chapters import load
from models.core.records import Record
from models.core.security.rights import right

TARGET = Path(__file__).resolve().parent.parent / "docs" / "states.md"


def with_states() -> list[type[Record]]:
    """Every record that has a transition table."""
    load("records")
    found, waiting = [], [Record]
    while waiting:
        for kind in waiting.pop().__subclasses__():
            waiting.append(kind)
            if kind.transitions is not None and kind.__module__.startswith("models."):
                found.append(kind)
    return sorted(found, key=lambda kind: kind.__name__)


def drawing(kind: type[Record]) -> str:
    """One record's table as a state diagram and as rows."""
    table = kind.transitions
    assert table is not None
    titles = {choice.value: choice.title for choice in kind._meta.fields[table.field].options}
    lines = [f"## {kind.__name__}", "", "```mermaid", "stateDiagram-v2"]
    lines += [f"    {value}: {title}" for value, title in titles.items()]
    lines += [f"    {start} --> {item.to}: {item.title}" for item in table.items for start in item.start]
    lines += ["```", "", "| change | from | to | right |", "|---|---|---|---|"]
    for item in table.items:
        start = "、".join(titles[value] for value in item.start)
        lines.append(
            f"| {item.title} `{item.name}` | {start} | {titles[item.to]} | {right(item.right).title} |"
        )
    return "\n".join(lines)


def text() -> str:
    """The whole page."""
    head = "# States\n\nDrawn from the transition tables by `python -m scripts.draw_states`.\n\n"
    return head + "\n\n".join(drawing(kind) for kind in with_states()) + "\n"


def main() -> int:
    """Write the page, or say whether it is up to date."""
    if "--check" in sys.argv:
        return 0 if TARGET.exists() and TARGET.read_text("utf-8") == text() else 1
    TARGET.write_text(text(), "utf-8")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
