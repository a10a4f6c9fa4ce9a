"""My messages: all that was told to me in all my units, and nobody else's."""

from __future__ import annotations

from typing import Any

import pytest

from models.administration.records import Account, Assignment
from models.administration.roles.roles import builtin
from models.core.db.connection import in_transaction, is_sqlite
from models.core.errors import Forbidden, Invalid
from models.core.events.outbox import Outbox
from models.core.security.actor import Actor
from models.messages.inbox import mine
from models.messages.records import Notice
from models.organization.records import Binding
from tests.support.people_to_tell import Crowd, notice_of, states

NUMBER = "990101199001018888"


def titles(actor: Actor, **asked: Any) -> list[str]:
    return [item["title"] for item in mine.page(actor, **asked)["items"]]


def test_newest_first_page_by_page_with_shapes_as_agreed(crowd: Crowd) -> None:
    person = crowd.person()
    told = [crowd.tell(person, title=f"第{n}条", subject_id=n + 1) for n in range(5)]
    actor = crowd.actor(person)
    first = mine.page(actor, limit=2)
    assert [item["title"] for item in first["items"]] == ["第4条", "第3条"]
    assert first["unread"] == 5
    second = mine.page(actor, limit=2, cursor=first["next"])
    third = mine.page(actor, limit=2, cursor=second["next"])
    assert [item["title"] for item in second["items"] + third["items"]] == ["第2条", "第1条", "第0条"]
    assert third["next"] is None
    assert first["items"][0] == {
        "id": str(notice_of(told[4], person).id), "kind": "accident.reported", "title": "第4条",
        "text": "一号厂着火", "link": "/pages/accident/index?id=7", "created_at": "2026-11-22T08:00:00+08:00",
        "read_at": None, "needs_answer": True, "answer": None, "subject": {"kind": "accident", "id": "5"},
        "stands_for": [],
    }  # fmt: skip
    with pytest.raises(Invalid):
        mine.page(actor, cursor="x")


def test_a_message_of_yesterday_says_its_moments_as_today(crowd: Crowd, clock: Any) -> None:
    person = crowd.person()
    crowd.tell(person, title="【待办】班前检查 · 今天 23:59前")
    clock.forward(days=1)
    assert titles(crowd.actor(person)) == ["【待办】班前检查 · 昨天 23:59前"]


def test_of_all_my_units_and_from_before_i_had_an_account(crowd: Crowd) -> None:
    here = crowd.person(number=NUMBER, account=False)
    crowd.tell(here, title="早先")
    above = crowd.person(number=NUMBER, unit=crowd.group)
    crowd.tell(here, title="本单位")
    crowd.tell(above, title="集团")
    actor = crowd.actor(here)
    assert titles(actor) == ["集团", "本单位", "早先"]
    assert titles(actor, limit=2) == ["集团", "本单位"]
    assert mine.unread_count(actor) == 3
    assert mine.unread_of([actor]) == {actor.account_id: 3}


def test_nobody_elses_and_nothing_of_a_unit_that_i_have_left(crowd: Crowd) -> None:
    person, other = crowd.person(), crowd.person()
    crowd.tell(person)
    assert titles(crowd.actor(other)) == []
    Binding.update(state="ended").where(Binding.person == person.id).execute()
    actor = crowd.actor(person)
    assert titles(actor) == []
    assert (mine.unread_count(actor), mine.unread_of([actor])) == (0, {actor.account_id: 0})


def test_reading_some_then_all(crowd: Crowd, clock: Any) -> None:
    person, other = crowd.person(), crowd.person()
    first, second, third = (crowd.tell(person, other, title=f"{n}", subject_id=n + 1) for n in range(3))
    actor = crowd.actor(person)
    foreign = notice_of(first, other).id
    assert in_transaction(mine.mark_read, actor, [notice_of(first, person).id, foreign]) == 1
    assert titles(actor, unread=True) == ["2", "1"]
    assert titles(actor) == ["2", "1", "0"]
    assert notice_of(first, person).read_at == clock.moment
    assert notice_of(first, other).read_at is None
    assert (states(first, person)["system"], states(second, person)["system"]) == ("seen", "delivered")
    assert states(first, person)["card"] == "queued", "reading is no answer"
    clock.forward(minutes=1)
    assert in_transaction(mine.mark_read, actor, None) == 2
    assert in_transaction(mine.mark_read, actor, None) == 0
    assert mine.unread_count(actor) == 0
    assert (notice_of(third, person).read_at - notice_of(first, person).read_at).total_seconds() == 60
    assert mine.unread_count(crowd.actor(other)) == 3


def test_my_other_screens_hear_of_it(crowd: Crowd) -> None:
    person = crowd.person()
    crowd.tell(person)
    actor = crowd.actor(person)
    in_transaction(mine.mark_read, actor, None)
    heard = {row.kind: row.payload for row in Outbox.select()}
    assert heard == {
        "message.read": {"account": actor.account_id}, "message.seen": {"ledger": "accidents", "id": 7},
    }  # fmt: skip


def test_without_the_right_nothing_is_shown(crowd: Crowd) -> None:
    person = crowd.person()
    crowd.tell(person)
    Assignment.delete().execute()
    actor = crowd.actor(person)
    for call in (mine.page, mine.unread_count):
        with pytest.raises(Forbidden):
            call(actor)
    assert mine.unread_of([actor]) == {}


def test_every_built_in_role_may_see_its_own(crowd: Crowd) -> None:
    from models.administration.roles.builtin_roles import builtin_roles
    from models.core.security.rights import Scope

    assert {role.code: role.reach.get("messages.read") for role in builtin_roles()} == {
        role.code: Scope.SELF for role in builtin_roles()
    }


def test_a_role_of_the_whole_company_shows_no_more_than_mine(crowd: Crowd) -> None:
    person, boss = crowd.person(), crowd.person()
    crowd.tell(person)
    account = Account.get(Account.id_hash == boss.id_hash)
    Assignment.create(account_id=account.id, role=builtin("company_administrator"), company_id=crowd.unit.id)
    assert titles(crowd.actor(boss)) == []


def test_counts_of_many_take_two_questions(crowd: Crowd, caplog: pytest.LogCaptureFixture) -> None:
    people = [crowd.person() for _ in range(6)]
    crowd.tell(*people[:4])
    actors = [crowd.actor(person) for person in people]
    with caplog.at_level("DEBUG", "peewee"):
        counts = mine.unread_of(actors)
    assert list(counts.values()) == [1, 1, 1, 1, 0, 0]
    assert len(caplog.records) == 2


def test_the_unread_count_is_served_by_an_index(
    crowd: Crowd, database: Any, caplog: pytest.LogCaptureFixture
) -> None:
    people = [crowd.person() for _ in range(20)]
    for n in range(20):
        crowd.tell(*people, subject_id=n)
    database.execute_sql("ANALYZE" if is_sqlite() else "ANALYZE TABLE notice")
    actor = crowd.actor(people[0])
    with caplog.at_level("DEBUG", "peewee"):
        assert mine.unread_count(actor) == 20
    assert Notice.select().count() == 400
    sql, values = next(record.msg for record in caplog.records if "account_id" in record.msg[0])
    explained = ("EXPLAIN QUERY PLAN " if is_sqlite() else "EXPLAIN ") + sql
    told = str(database.execute_sql(explained, values).fetchall())
    assert "notice_account_id" in told or "notice_person" in told, told


def test_what_waits_for_my_answer(crowd: Crowd) -> None:
    """Asked and not answered, not what I reported myself, and nothing any more of what is over (K01)."""
    person = crowd.person()
    crowd.tell(person, title="要回应", subject_id=1)
    answered = crowd.tell(person, title="已回应", subject_id=2)
    Notice.update(answer="received").where(Notice.message == answered.id).execute()
    crowd.tell(person, title="我报的", subject_id=3, why={person.id: "reporter"})
    crowd.tell(person, title="只是告知", subject_id=4, needs_answer=False)
    crowd.tell(person, title="过去了", subject_id=5)
    crowd.tell(person, title="结束", subject_id=5, kind="accident.closed", needs_answer=False)
    actor = crowd.actor(person)
    assert titles(actor, waiting=True) == ["要回应"]
    asked = {item["title"]: item["needs_answer"] for item in mine.page(actor)["items"]}
    assert [title for title, waits in asked.items() if waits] == ["已回应", "要回应"]
