"""All followers of rows that changed at once are told, each of their own row, in whatever steps the database counts (H04)."""

from __future__ import annotations

from models.core import history
from models.core.db.connection import in_transaction
from models.core.events.outbox import Outbox
from models.core.excel import read_sheet
from models.core.excel.imports import importing
from models.core.history import Change
from models.objectives.records import Post
from models.tasks.notify.subscriptions import follow
from tests.models.core.excel.uploads import book
from tests.models.tasks.notify.test_changed_rows import ledger
from tests.models.tasks.units import Unit


def test_every_follower_of_rows_that_changed_at_once_is_told(unit: Unit) -> None:
    """Once five of eight were not."""
    unit.join("副", unit.company, "safety_officer")
    posts, actor = ledger("posts"), unit.actor("副", "console")
    rows = [Post.create(company=unit.company, name=f"岗位{number}", duties="旧") for number in range(8)]
    for row in rows:
        in_transaction(follow, unit.actor("管"), "posts", row.id)
    content = book(*([row.name, "新", 10] for row in rows), titles=["岗位", "职责", "排序"])
    sheet = read_sheet(content, in_transaction(importing.import_columns, posts, actor))
    in_transaction(importing.commit, actor, posts, sheet, lambda done, total: None)
    news = list(Outbox.select().where(Outbox.kind == "row.changed"))
    assert {item.subject_id for item in news} == {row.id for row in rows}
    for item in news:
        (line,) = (Change.get_by_id(number) for number in item.payload["lines"])
        assert (line.table, line.row_id) == ("post", item.subject_id)


def test_lines_of_many_rows_are_heard_at_their_own(unit: Unit) -> None:
    """What a rule writes in one go (`history.write`), made and changed rows mixed."""
    unit.join("副", unit.company, "safety_officer")
    rows = [Post.create(company=unit.company, name=f"岗位{number}") for number in range(5)]
    follower, doer = unit.actor("管"), unit.actor("副", "console")
    for row in rows[1::2]:
        in_transaction(follow, follower, "posts", row.id)
    change = [{"field": "duties", "title": "职责", "old": None, "new": "新"}]
    lines = [
        history.line_of(doer, row, "created" if place % 2 == 0 else "edited", change)
        for place, row in enumerate(rows)
    ]
    in_transaction(history.write, lines)
    for item in Outbox.select().where(Outbox.kind == "row.changed"):
        assert [Change.get_by_id(number).row_id for number in item.payload["lines"]] == [item.subject_id]
    assert Outbox.select().where(Outbox.kind == "row.changed").count() == 2
