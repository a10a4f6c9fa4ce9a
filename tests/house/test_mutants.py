"""`make mutants` turns rules, one at a time, and nothing else (scripts/mutants)."""

from __future__ import annotations

import ast
import threading
from pathlib import Path
from typing import Any

from scripts.mutants import chapters, guessing, session, watching
from scripts.mutants.places import Place, places_of, rules

ROOT = Path(__file__).resolve().parents[2]
RULES = '''
"""No rule: 1 < 2 if x else y."""
from typing import TYPE_CHECKING
if TYPE_CHECKING:
    import this
    OLD = 1 < 2

def due(days, today, *, quiet=False):
    """Whether days == today."""
    assert days is not None
    if not quiet and days <= today:
        return True
    if quiet:
        log.info("quiet")
    while True:
        return [day for day in days if day] or (1 if today else days or [0])

class Row:
    @property
    @kept
    def late(self):
        return self.on < today

    def __repr__(self):
        return "Row" if self.on == 1 else ""

LATE = {"late": lambda row: row.late is None}
'''


def test_what_is_turned(tmp_path: Path) -> None:
    file = tmp_path / "rules.py"
    file.write_text(RULES, encoding="utf-8")
    assert [(place.line, place.function, place.before, place.after) for place in places_of(file)] == [
        (11, "due", "days <= today", "days < today"),
        (11, "due", "not quiet and days <= today", "not quiet or days <= today"),
        (11, "due", "not quiet and days <= today", "not (not quiet and days <= today)"),
        (16, "due", "day", "not day"),
        (16, "due", "today", "not today"),
        (16, "due", (each := "[day for day in days if day] or (1 if today else days or [0])"), each.replace("] or", "] and", 1)),
        (22, "Row.late", "self.on < today", "self.on <= today"),
        (27, "<lambda>", "row.late is None", "row.late is not None"),
    ]  # fmt: skip


def test_the_border_of_a_clock_that_runs_is_nobodys(tmp_path: Path) -> None:
    file = tmp_path / "waiting.py"
    file.write_text(
        "def over(until):\n    return time.monotonic() > until or clock.now() > until\n", encoding="utf-8"
    )
    turned = [place.after for place in places_of(file)]
    assert turned[:2] == ["time.monotonic() <= until", "clock.now() >= until"]


def test_each_turn_changes_one_thing(tmp_path: Path) -> None:
    file = tmp_path / "rules.py"
    file.write_text(RULES, encoding="utf-8")
    before = ast.unparse(ast.parse(RULES))
    turned = [place.turned(RULES) for place in places_of(file)]
    assert len({before, *turned}) == len(turned) + 1
    for text in turned:
        pairs = zip(before.splitlines(), text.splitlines(), strict=True)
        assert sum(old != new for old, new in pairs) == 1


def test_where_rules_stand() -> None:
    files = {str(file.relative_to(ROOT)) for file in rules(ROOT, "models")}
    assert "models/tasks/flow/conditions.py" in files and "models/desk/unit_today.py" in files
    assert not [file for file in files if file.startswith(("models/migrations/", "models/demo/"))]
    assert rules(ROOT, "models/tasks/flow/conditions.py") == [ROOT / "models/tasks/flow/conditions.py"]


NOTES = {
    "parts": {
        "models/a.py:due": "1",
        "models/a.py:": "2",
        "tests/models/core/test_a.py": "3",
        "tests/conftest.py": "4",
    },
    "tests": {
        "tests/models/core/test_a.py::one": {"functions": ["models/a.py:due"]},
        "tests/models/core/test_b.py::two": {
            "functions": ["models/a.py:due.<locals>.<lambda>", "models/a.py:<lambda>"]
        },
        "tests/models/core/test_c.py::three": {"functions": []},
    },
    "shared": ["models/a.py:<module>"],
}


def test_what_is_watched_again() -> None:
    def stale(*gone: str, **now: str) -> list[str]:
        parts = {**NOTES["parts"], "tests/models/core/test_b.py": "5", "tests/models/core/test_c.py": "6"}
        before = {**NOTES, "parts": parts}
        after = {part: text for part, text in {**parts, **now}.items() if part not in gone}
        return chapters._stale(before, after, "tests/models/core")

    a, b, c = (f"tests/models/core/test_{name}.py" for name in "abc")
    assert stale() == []
    assert stale(**{"models/a.py:due": "other"}) == [a, b]
    assert stale(**{"models/a.py:": "other"}) == [b], (
        "what stands outside of functions: those who run some of that"
    )
    assert stale(**{c: "other"}) == [c] and stale(c) == []
    assert stale(**{"tests/models/core/test_new.py": "new"}) == ["tests/models/core/test_new.py"]
    assert stale(**{"tests/conftest.py": "other"}) == ["tests/models/core"]
    assert stale(**{"tests/models/core/books.py": "new"}) == ["tests/models/core"]


def test_each_function_is_a_part_and_what_is_left_another() -> None:
    parts = chapters._functions("a.py", RULES)
    assert set(parts) == {"a.py:due", "a.py:Row.late", "a.py:Row.__repr__", "a.py:"}
    assert (
        b"days <= today" in parts["a.py:due"]
        and b"LATE" in parts["a.py:"]
        and b"late(self)" not in parts["a.py:"]
    )
    assert b"@property" in parts["a.py:Row.late"]


def test_a_turn_leaves_every_line_where_it_was(tmp_path: Path) -> None:
    file = tmp_path / "rules.py"
    file.write_text(RULES, encoding="utf-8")
    for place in places_of(file):
        pairs = list(session._changed(place, RULES))
        assert all(old.co_firstlineno == new.co_firstlineno for old, new in pairs)
        names = {old.co_qualname for old, _ in pairs}
        assert place.function in names or any(name.startswith(place.function) for name in names)


def test_what_nobody_watched_is_taken_by_how_near_its_imports_are(tmp_path: Path) -> None:
    for name, text in {
        "models/core/dates.py": "",
        "models/core/calendar.py": "from models.core.dates import read",
        "models/core/late.py": "import models.core.calendar",
        "tests/models/core/test_a.py": "from models.core.late import late",
        "tests/models/core/test_b.py": "from models.core.dates import read",
        "tests/models/core/test_c.py": "from models.core import calendar",
        "tests/models/core/test_other.py": "",
        "tests/models/core/words/test_dates.py": "",
    }.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    files = [str(file.relative_to(tmp_path)) for file in sorted((tmp_path / "tests").rglob("test_*.py"))]
    every = [f"{file}::test[{number}]" for file in files for number in range(17)]
    guessed = guessing.Guessed("tests/models/core", [*every, "tests/models/tasks/test_dates.py::test"])
    place = Place(tmp_path / "models/core/dates.py", 1, 0, "a < b", "a <= b", "read")
    chosen = guessed.chosen(tmp_path, place)
    first = [next(test.split("::")[0] for test in chosen if test.startswith(file)) for file in files]
    assert sorted(first, key=lambda file: [test.split("::")[0] for test in chosen].index(file)) == [
        f"tests/models/core/{name}.py"
        for name in ("test_b", "test_c", "test_a", "words/test_dates", "test_other")
    ]
    assert chosen.index("tests/models/core/test_c.py::test[0]") < chosen.index(
        "tests/models/core/test_b.py::test[16]"
    )
    few = [test.split("::")[0].rpartition("/")[2] for test in guessed.few(tmp_path, place, 10)]
    assert few == ["test_b.py"] * 16 + ["test_c.py"] * 4, (
        "its own tests, then some of what imports what imports it"
    )


def test_notes_tell_what_each_test_ran_also_in_threads(tmp_path: Path) -> None:
    models = tmp_path / "models"
    models.mkdir()
    (models / "rules.py").write_text(
        "def due():\n    return 1\n\ndef late():\n    return due()\n", encoding="utf-8"
    )
    space: dict[str, Any] = {}
    exec(compile((models / "rules.py").read_text(encoding="utf-8"), str(models / "rules.py"), "exec"), space)
    calls = watching._Calls(tmp_path)
    calls.begin()
    try:
        assert calls.taken() == set()
        space["due"]()
        assert calls.taken() == {"models/rules.py:due"}
        thread = threading.Thread(target=space["late"])
        thread.start()
        thread.join()
        assert calls.taken() == {"models/rules.py:due", "models/rules.py:late"}
        assert calls.taken() == set()
    finally:
        calls.end()


def test_the_process_that_has_all_tests_loaded_ends_with_who_asks(tmp_path: Path) -> None:
    (tmp_path / "scripts").symlink_to(ROOT / "scripts")
    (tmp_path / "models").mkdir()
    (tmp_path / "test_one.py").write_text("def test_one(): pass\n", encoding="utf-8")
    made = session.Session(tmp_path, ["test_one.py"], [])
    assert made.every == ["test_one.py::test_one"]
    assert made.tried(None, "", made.every, 60) == session.Answer()
    made._ours.close()
    made._process.join(60)
    assert made._process.exitcode == 0
