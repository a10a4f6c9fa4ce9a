"""The way back of posts in editions, tried with several editions of one post, and up again (0056)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from models.core.db.connection import close_database, migrations, open_database
from models.objectives.records import Post, PostWork
from models.organization.records import Company

#: (key, name, standing, edition, series, replaces): what was replaced, is in force, is drawn beside it and was given up; a
#: name as long as it may be; and one that was withdrawn, whose name another one has now.
_LONG = "值" * 60
_POSTS = (
    (1, "叉车司机", "replaced", 1, None, None),
    (2, "叉车司机", "in_force", 2, 1, 1),
    (3, "叉车司机", "draft", 3, 1, 2),
    (4, "叉车司机", "dropped", 3, 1, None),
    (5, _LONG, "replaced", 1, None, None),
    (6, _LONG, "in_force", 2, 5, 5),
    (9, "起重指挥", "withdrawn", 1, None, None),
    (10, "起重指挥", "in_force", 1, None, None),
)


@pytest.fixture
def newest(new_database: Callable[[], str]) -> Any:
    """A database with everything; the runner, and the names of what it ran."""
    database = open_database(new_database())
    database.connect(reuse_if_open=True)
    runner = migrations()
    yield database, runner, runner.up()
    close_database()


def _plant() -> None:
    group = Company.create(name="集团", kind="group")
    for unit in (Company.create(name="江澜重工", kind="company", parent=group), None):
        shift = 0 if unit else 100
        for key, name, standing, edition, series, replaces in _POSTS:
            Post.insert(
                id=key + shift, company=unit, name=name, standing=standing, edition=edition,
                series=series and series + shift, replaces=replaces and replaces + shift,
            ).execute()  # fmt: skip
        if unit:
            PostWork.create(company=unit, post=2, kind="equipment", name="班前检查", period="day", day_of=1)


def test_several_editions_go_back_and_come_again(newest: Any) -> None:
    database, runner, names = newest
    _plant()
    gone = [name for name in names if name >= "0056"]
    for _ in gone:
        runner.down()
    told = dict(database.execute_sql("SELECT id, name FROM post").fetchall())
    assert len(told) == 2 * len(_POSTS)
    assert (told[2], told[6], told[10]) == ("叉车司机", _LONG, "起重指挥")  # in force: as it was called
    assert (told[1], told[3], told[9]) == ("叉车司机（1）", "叉车司机（3）", "起重指挥（9）")
    assert told[5] == f"{_LONG[:40]}（5）"
    assert (told[102], told[101]) == ("叉车司机", "叉车司机（101）")
    columns = {column.name for column in database.get_columns("post")}
    assert not columns & {"standing", "edition", "series", "replaces", "in_force_at"}
    assert any(
        index.unique and index.columns == ["company_id", "name"] for index in database.get_indexes("post")
    )
    assert runner.up() == gone
    standing = database.execute_sql("SELECT DISTINCT standing, edition FROM post").fetchall()
    assert [tuple(row) for row in standing] == [("in_force", 1)]
    assert database.execute_sql("SELECT post_id FROM post_work").fetchall()[0][0] == 2
