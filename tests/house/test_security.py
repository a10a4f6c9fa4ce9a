"""docs/security.md names only what there is, and says of every item either how it is met or that it is not."""

import ast
import re
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
ROWS = [
    [cell.strip() for cell in line.strip("|").split("|")]
    for line in (ROOT / "docs" / "security.md").read_text(encoding="utf-8").splitlines()
    if line.startswith("|") and not re.match(r"\|[-|]+\|?$", line)
]
ITEMS = [row for row in ROWS if row[0] != "item" and not row[0].startswith("条目")]
_NOT_MET = ("未做", "not met")


@cache
def functions(path: str) -> set[str]:
    """The names of the test functions in a file."""
    tree = ast.parse((ROOT / path).read_text(encoding="utf-8"))
    return {node.name for node in ast.walk(tree) if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef))}


def named(cell: str) -> list[str]:
    """The files and tests that a cell lists."""
    return [part.strip() for part in cell.split(",") if part.strip()]


def test_the_tables_were_read() -> None:
    assert len(ITEMS) > 60
    assert {len(row) for row in ITEMS} == {5}


@pytest.mark.parametrize("row", ITEMS, ids=lambda row: row[0][:40])
def test_every_place_and_every_test_exists(row: list[str]) -> None:
    missing = [place for place in named(row[3]) if not (ROOT / place).is_file()]
    for test in named(row[4]):
        path, _, name = test.partition("::")
        if not (ROOT / path).is_file() or (name and name not in functions(path)):
            missing.append(test)
    assert missing == []


@pytest.mark.parametrize("row", ITEMS, ids=lambda row: row[0][:40])
def test_every_item_is_shown_or_said_to_be_missing(row: list[str]) -> None:
    assert row[2]
    shown = bool(named(row[3])) and bool(named(row[4]))
    assert shown or any(word in row[2] for word in _NOT_MET)
