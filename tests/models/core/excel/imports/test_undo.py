"""What an import that is taken back leaves: a line for every row, and nothing that lies there without one (issue 10, §5)."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from models.core.db.connection import in_transaction
from models.core.errors import Conflict
from models.core.excel.imports import importing, undo
from models.core.files import attachments
from models.core.history import Change
from models.core.jobs import jobs
from models.organization.records import Person
from tests.models.core import small_ledgers
from tests.models.core.excel.uploads import book, finish, line, upload


@pytest.fixture(autouse=True)
def _no_jobs_left() -> Any:
    yield
    jobs.stop()


def imported(world: Any, *rows: Any, actor: Any = None) -> jobs.Job:
    by = actor or world.in_a
    job = upload(world, book(*rows), actor=by)
    assert job.result["bad"] == 0, job.result["errors"]
    return finish(importing.start_commit(by, small_ledgers.PERSONS, job.id))


def test_every_row_that_is_taken_back_has_a_line_in_the_trail(world: Any) -> None:
    imported(world, line(1, name="原来的"))
    done = imported(world, line(1, name="改过的"), line(2, name="新来的"))
    assert done.result == {"created": 1, "updated": 1}
    before = Change.select().count()
    finish(undo.start_undo(world.in_a, small_ledgers.PERSONS, done.id))
    assert [row.name for row in Person.select()] == ["原来的"]
    lines = {row.action: row.changes for row in Change.select().order_by(Change.id).offset(before)}
    assert lines.keys() == {"edited", "deleted"}
    assert [(one["old"], one["new"]) for one in lines["edited"]] == [("改过的", "原来的")]
    assert "新来的" in str(lines["deleted"])


def test_a_cell_that_was_empty_before_the_import_is_empty_again(world: Any) -> None:
    imported(world, line(1, 工号=""))
    assert Person.get().job_number is None
    done = imported(world, line(1, 工号="g1"))
    assert Person.get().job_number == "g1"
    told = finish(undo.start_undo(world.in_a, small_ledgers.PERSONS, done.id))
    assert (told.state, Person.get().job_number) == ("done", None)


def test_a_file_that_was_attached_since_keeps_the_import(world: Any) -> None:
    done = imported(world, line(1))
    row = Person.get()
    file = attachments.look(b"%PDF-1.4\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n")
    in_transaction(attachments.add, world.in_a, small_ledgers.PERSONS, row.id, "合同.pdf", file)
    with pytest.raises(Conflict) as caught:
        undo.start_undo(world.in_a, small_ledgers.PERSONS, done.id)
    assert (caught.value.code, "附件" in caught.value.cause) == ("import_in_use", True)


def test_who_does_not_reach_a_changed_row_any_more_changes_nothing_back(world: Any) -> None:
    small_ledgers.person(world.b, "乙的", id_number=line(1)[2])
    done = imported(world, line(1, name="改过的", 单位="乙公司"), actor=world.over)
    assert done.result == {"created": 0, "updated": 1}
    less = replace(world.over, group_companies=(world.a.id,))
    with pytest.raises(Conflict) as caught:
        undo.start_undo(less, small_ledgers.PERSONS, done.id)
    assert "不归您管" in caught.value.cause
    assert Person.get().name == "改过的"
