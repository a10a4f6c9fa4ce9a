"""`anban make-migration`, as somebody uses it: in a copy of the code whose records were changed."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from peewee import Database

from models.core.db.connection import close_database, migrate, open_database
from models.core.db.schema import read_schema
from tests.support.forked_program import Stem

ROOT = Path(__file__).resolve().parents[3]
RUFF = Path(sys.executable).with_name("ruff")
ROOMS = ("server", "handlers", "miniprogram_api", "bots", "models", "tests/support")

NEW_RECORDS = '''

class Gathering(Record):
    """A gathering of a unit's people."""

    company = Link("单位", Company, to="companies", required=True)
    chair = Link("主持", "self", on_delete="SET NULL")
    title = Text("主题", max=80, required=True)
    held_at = Moment("时间", required=True)
    minutes = LongFacts("纪要")
    cost = Number("费用", places=2)
    public = Flag("公开")

    class Meta:
        table_name = "gathering"
        indexes = ((("company", "held_at"), False), (("company", "title"), True))


class GatheringSeat(Base):
    """A seat in one."""

    gathering = Link("会议", Gathering, required=True)
    number = SmallIntegerField(index=True)

    class Meta:
        table_name = "gathering_seat"
'''
#: What somebody changes: file, what stands there, what stands there afterwards.
CHANGES = (
    ("models/organization/records.py", "from peewee import BigIntegerField, CharField\n",
     "from peewee import BigIntegerField, CharField, SmallIntegerField\n"
     "from models.core.fields import LongFacts, Number\nfrom models.core.records import Base\n"),
    # a column that may be longer and empty, one that may not be empty any more, new ones, one that goes, a reference
    ("models/organization/records.py", 'leader = Text("负责人", max=30)', 'leader = Text("负责人", max=50)'),
    ("models/organization/records.py", 'address = Text("地址", max=120)', 'address = Text("地址", max=120, index=True)'),
    ("models/organization/records.py", '    phone = Phone("负责人电话")\n',
     '    phone = Phone("负责人电话", required=True, default="")\n'
     '    nick = Text("昵称", max=30, index=True)\n'
     '    rank = Integer("名次", max=9, required=True, default=3)\n'
     '    patron = Link("上门单位", "self", to="companies")\n'),
    ("models/administration/second_factor/records.py", "    opening = Json(null=True)\n", ""),
)  # fmt: skip


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """The code, to be changed; what was compiled of it is as good in the copy, whose files have the same times."""
    for room in ROOMS:
        shutil.copytree(ROOT / room, tmp_path / room)
    return tmp_path


class Copy:
    """The changed copy: its `anban` is started half a dozen times, each a fork of a process that has imported it."""

    def __init__(self, root: Path, url: str) -> None:
        self._root = root
        self._log = root / "printed"
        self._settings = {
            **os.environ,
            "ANBAN_DATA_DIR": str(root / "var"),
            "ANBAN_DATABASE_URL": url,
            "PYTHONPATH": str(root),
        }
        self._stem = Stem(self._settings, root)

    def anban(self, *arguments: str) -> str:
        """What `anban …` prints; it must end well."""
        self._log.unlink(missing_ok=True)
        started = self._stem.start(arguments, self._log, settings=self._settings, where=self._root)
        code, text = started.wait(120), self._log.read_text(encoding="utf-8")
        assert code == 0, text
        return text

    def close(self) -> None:
        """Start no more."""
        self._stem.close()


@pytest.fixture
def changed(copy: Path, url: str) -> Iterator[Copy]:
    """The copy, changed."""
    change(copy)
    made = Copy(copy, url)
    yield made
    made.close()


@pytest.fixture
def url(new_database: Callable[[], str]) -> str:
    """The address of an installation with one unit, as it is before the change."""
    address = new_database()
    open_database(address)
    migrate()
    close_database()
    plant(address)
    return address


def change(copy: Path) -> None:
    """Change the records as somebody would."""
    for name, before, after in CHANGES:
        file = copy / name
        text = file.read_text(encoding="utf-8")
        assert text.count(before) == 1, before
        file.write_text(text.replace(before, after), encoding="utf-8")
    with (copy / "models/organization/records.py").open("a", encoding="utf-8") as file:
        file.write(NEW_RECORDS)


def schema(url: str) -> object:
    """The tables of a database."""
    opened: Database = open_database(url)
    try:
        with opened.connection_context():
            return read_schema(opened)
    finally:
        close_database()


@pytest.mark.slow
def test_a_change_of_records_becomes_a_migration_that_goes_up_and_down(
    copy: Path, url: str, changed: Copy
) -> None:
    before = schema(url)
    told = changed.anban("make-migration", "Gatherings and teams")
    made = sorted((copy / "models/migrations").glob("*.py"))
    (file,) = [one for one in made if "gatherings_and_teams" in one.name]
    text = file.read_text(encoding="utf-8")
    assert str(file) in told
    assert "..." not in text, text
    assert subprocess.run([RUFF, "format", "--check", file], capture_output=True).returncode == 0, text
    assert f"applied {file.stem}" in changed.anban("migrate")
    assert "agree" in changed.anban("make-migration", "nothing"), text
    assert rows(url) == [("厂", 3, "", None)]
    changed.anban("migrate", "--down-to", older(file))
    assert schema(url) == before
    assert rows(url, "name") == [("厂",)]
    changed.anban("migrate")
    assert rows(url) == [("厂", 3, "", None)]


def plant(url: str) -> None:
    """A unit, as an installation has it before the change."""
    at = "2026-11-01 00:00:00"
    company = (
        "INSERT INTO company (id, version, created_at, updated_at, name, name_sort, kind, path, sequence,"
        f" refuses_overdue) VALUES (5, 1, '{at}', '{at}', '厂', '', 'company', '/5/', 0, 0)"
    )
    opened = open_database(url)
    with opened.connection_context():
        opened.execute_sql(company)
    close_database()


def rows(url: str, columns: str = "name, `rank`, phone, patron_id") -> list[tuple[object, ...]]:
    """What is in the table of units."""
    opened = open_database(url)
    try:
        with opened.connection_context():
            return list(opened.execute_sql(f"SELECT {columns} FROM company").fetchall())
    finally:
        close_database()


def older(file: Path) -> str:
    """The migration before this one."""
    names = sorted(one.stem for one in file.parent.glob("[0-9]*.py"))
    return names[names.index(file.stem) - 1]
