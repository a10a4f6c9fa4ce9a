"""Who took part in a safety activity has points once, as long as they stand among the people (A09, A12)."""

from __future__ import annotations

from typing import Any

import pytest

from models.administration.records import Assignment
from models.administration.roles.roles import builtin
from models.core.ledger import ledger_named
from models.core.ledger.reading.listing import list_rows
from models.core.ledger.reading.query import ListQuery
from models.objectives.points import points
from models.objectives.records import Point
from tests.models.objectives.conftest import Duties
from tests.models.tasks.relay import pass_all_on, told


@pytest.fixture
def rule(duties: Duties) -> None:
    duties.create("point-rules", what="activity.joined", points="3")


def held(duties: Duties, *people: Any, **values: Any) -> dict[str, Any]:
    return duties.create(
        "activities", name="零伤害班组创建", kind="zero_injury", held_at="2026-11-05T09:00:00+08:00",
        people=[str(one.id) for one in people], **values,
    )  # fmt: skip


def total(duties: Duties, person: Any) -> int:
    return int(points.mine(duties.crowd.actor(person))["total"])


def test_everybody_who_took_part_has_them_once(duties: Duties, rule: None) -> None:
    first, second, third = (duties.crowd.person() for _ in range(3))
    row = held(duties, first, second)
    assert [total(duties, one) for one in (first, second, third)] == [3, 3, 0]
    duties.edit("activities", row["id"], people=[str(second.id), str(third.id)], summary="很好")
    assert [total(duties, one) for one in (first, second, third)] == [0, 3, 3]
    pass_all_on()
    assert [names for _, names in told("points.taken")] == [[first.name]]
    duties.edit("activities", row["id"], people=[str(one.id) for one in (first, second, third)])
    assert [total(duties, one) for one in (first, second, third)] == [3, 3, 3]
    duties.edit("activities", row["id"], earns=False)
    assert [total(duties, one) for one in (first, second, third)] == [0, 0, 0]


def test_each_point_leads_to_its_activity_and_goes_with_it(duties: Duties, rule: None) -> None:
    person = duties.crowd.person()
    row = held(duties, person)
    ledger = ledger_named("points")
    assert ledger is not None
    told_of = list_rows(duties.officer, ledger, ListQuery())["items"][0]["values"]
    assert told_of["reason"] == {"id": row["id"], "label": "零伤害班组创建", "to": "activities"}
    assert (told_of["what"], told_of["why"]) == ("activity.joined", "参加安全活动：零伤害班组创建")
    duties.delete("activities", row["id"])
    assert total(duties, person) == 0
    assert list_rows(duties.officer, ledger, ListQuery())["items"][0]["values"]["reason"] is None


def test_nobody_earns_by_what_they_write_down_themselves(duties: Duties, rule: None) -> None:
    writer = duties.crowd.person(unit=duties.unit)
    role = Assignment.create(
        account_id=writer.account_id, role=builtin("safety_officer"), company_id=duties.unit.id
    )
    made = duties.create(
        "activities", duties.crowd.actor(writer, "console"), name="宣讲", held_at="2026-11-05T09:00:00+08:00",
        people=[str(writer.id)],
    )  # fmt: skip
    assert role and made and Point.select().count() == 0
