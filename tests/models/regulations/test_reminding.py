"""Who has not read it is asked once more; and a document is reviewed without being changed (B02, B03)."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from models.core import clock as time
from models.core.db.connection import in_transaction
from models.core.errors import Conflict, Forbidden, Invalid, NotFound
from models.core.history import Change
from models.messages.records import Message, Notice
from models.organization.records import Person
from models.regulations.records import Document
from models.tasks.publication import reading
from models.tasks.publication.reading import TO_READ
from tests.models.regulations.conftest import Library
from tests.models.tasks.relay import pass_all_on


def told(start: str) -> list[str]:
    """The names of who got such a message, of those whose title begins so."""
    messages = Message.select().where(Message.kind == TO_READ, Message.title.startswith(start))
    ids = [
        notice.person_id for notice in Notice.select().where(Notice.message.in_([one.id for one in messages]))
    ]
    return sorted(Person.get_by_id(row_id).name for row_id in ids)


def read(library: Library, who: Person, row: Document) -> None:
    in_transaction(reading.mark, library.actor(who), library.ledger, row.id)


def test_who_has_not_read_it_is_told_again_once_a_day(library: Library, clock: Any) -> None:
    row = library.in_force(must_read=True)
    pass_all_on()
    everybody = told("【请阅读】")
    assert "工人" in everybody
    read(library, library.worker, row)
    answer = library.act(row, "remind_readers")
    assert answer["message"] == f"已提醒 {len(everybody) - 1} 个还没有读的人"
    pass_all_on()
    assert told("【催阅】") == sorted(set(everybody) - {"工人"})
    with pytest.raises(Conflict) as again:
        library.act(row, "remind_readers")
    assert again.value.cause == "今天已经提醒过"
    clock.forward(hours=19, minutes=59)
    with pytest.raises(Conflict):
        library.act(row, "remind_readers")
    clock.forward(minutes=1)
    library.act(row, "remind_readers")
    assert Change.select().where(Change.action == "remind_readers").count() == 2


def test_nobody_is_reminded_where_nobody_has_to_read(library: Library) -> None:
    row = library.in_force()
    with pytest.raises(Conflict) as nobody:
        library.act(row, "remind_readers")
    assert nobody.value.cause == "这一版没有要求阅读"
    with pytest.raises((Forbidden, NotFound)):
        library.act(row, "remind_readers", library.worker)
    with pytest.raises((Forbidden, NotFound)):
        library.act(row, "remind_readers", library.stranger)


def test_of_a_group_document_each_unit_reminds_its_own_and_the_others_day_is_no_matter(
    library: Library,
) -> None:
    rule = library.draft(
        "集团责任制", library.admin, company=None, folder=library.folder("group"), kind="rule", must_read=True
    )
    library.act(rule, "submit", library.admin)
    library.decide(library.desk)
    pass_all_on()
    read(library, library.worker, rule)
    library.act(rule, "remind_readers", library.maker)
    pass_all_on()
    assert told("【催阅】") == ["安全科长", "总经理", "编制人"]
    library.act(rule, "remind_readers", library.stranger)
    pass_all_on()
    assert told("【催阅】") == ["外人", "安全科长", "总经理", "编制人"]


def test_a_review_without_a_next_day_leaves_the_day_that_is_there(library: Library) -> None:
    day = time.today() + timedelta(days=5)
    row = library.in_force(review_on=day.isoformat())
    library.act(row, "review", result="revise", opinion="限速要改")
    library.act(row, "review", result="end", opinion="并入另一个", next_on=day.isoformat())
    kept: list[Any] = [
        change.changes for change in Change.select().where(Change.action == "review").order_by(Change.id)
    ]
    assert [[line["new"] for line in lines] for lines in kept] == [
        ["需要修订", "限速要改"],
        ["应当废止", "并入另一个"],
    ]
    assert (library.again(row).review_on, library.again(row).version) == (day, row.version)


def test_a_review_is_kept_and_says_when_the_next_one_is(library: Library) -> None:
    row = library.in_force(review_on=(time.today() + timedelta(days=5)).isoformat())
    later = time.today() + timedelta(days=365)
    with pytest.raises(Invalid) as refused:
        library.act(row, "review", result="keep", opinion="仍然适用")
    assert "next_on" in refused.value.fields
    with pytest.raises(Invalid):
        library.act(row, "review", result="keep", opinion="仍然适用", next_on=time.today().isoformat())
    library.act(row, "review", result="keep", opinion="安全部、车间看过，仍然适用", next_on=later.isoformat())
    kept = library.again(row)
    assert (kept.review_on, kept.standing, kept.edition, kept.content) == (later, "in_force", 1, row.content)
    lines: Any = Change.get(Change.action == "review").changes
    assert [(line["title"], line["new"]) for line in lines][:2] == [
        ("评审结论", "继续有效"),
        ("评审意见", "安全部、车间看过，仍然适用"),
    ]
    library.act(row, "review", result="revise", opinion="限速要改")
    assert Change.select().where(Change.action == "review").count() == 2
    with pytest.raises((Forbidden, NotFound)):
        library.act(
            row, "review", library.worker, result="keep", opinion="看过", next_on=date(2099, 1, 1).isoformat()
        )
