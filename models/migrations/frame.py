"""The file of a migration, written from the differences between records and schema."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from models.migrations.columns import names_in, written
from models.migrations.differences import Differences, slug

_OWN = {"Key", "LongText", "Moment", "Reference"}
_BODY = '''

def up(migrator, db):
    """Rows that are there keep what they have."""
    apply(migrator, db, STEPS)


def down(migrator, db):
    """What was added goes."""
    take_back(migrator, db, STEPS)
'''


def next_number(folder: Path) -> int:
    """The number after the newest migration's."""
    return 1 + max((int(file.name[:4]) for file in folder.glob("[0-9][0-9][0-9][0-9]_*.py")), default=0)


def write_frame(folder: Path, name: str, found: Differences, number: int | None = None) -> Path:
    """Write the migration that makes up for what was `found`, and give its path.

    `number` is the next free one if none is given. Raises ValueError for a name that says nothing and for a number that
    is taken.
    """
    number = next_number(folder) if number is None else number
    if list(folder.glob(f"{number:04}_*.py")):
        raise ValueError(f"there is a migration {number:04} already")
    path = folder / f"{number:04}_{slug(name)}.py"
    path.write_text(text_of(name, found), encoding="utf-8")
    return path


def text_of(name: str, found: Differences) -> str:
    """The migration's text."""
    used = set().union(*(names_in(step) for step in found.steps)) if found.steps else set()
    steps = {one for one in used if re.match(r"(Add|Drop|Change|Rename)[A-Z]", one)}
    lines = [f'"""{name.strip().rstrip(".").capitalize()}."""', ""]
    lines += _imports("peewee", used - steps - _OWN)
    lines += _imports("models.migrations.steps", steps | (used & _OWN) | {"apply", "take_back"})
    lines += [f"# To be written by hand: {said}." for said in found.by_hand]
    lines += [""] if found.by_hand else []
    if "..." in "".join(written(step) for step in found.steps):
        lines += ["# fill=...: say what the rows that are there get.", ""]
    steps_text = written(tuple(found.steps), before="STEPS = ")
    return "\n".join([*lines, steps_text, _BODY]) if found.steps else "\n".join([*lines, "STEPS = ()", _BODY])


def _imports(module: str, names: set[str]) -> list[str]:
    if not names:
        return []
    ordered: Any = sorted(names, key=lambda name: (not name[0].isupper(), name))
    line = f"from {module} import {', '.join(ordered)}"
    if len(line) <= 110:
        return [line, ""]
    return [f"from {module} import (", *(f"    {name}," for name in ordered), ")", ""]
