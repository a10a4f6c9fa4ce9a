"""Meetings (A06): people and decisions in tables of their own, in lists, filters, forms and trails."""

from __future__ import annotations

from typing import Any

import pytest

from models.core.db.connection import in_transaction
from models.core.errors import Conflict, Invalid
from models.core.ledger import Ledger, ledger_named
from models.core.ledger.changes.editing import get, history
from models.core.ledger.reading.describe import describe
from models.core.ledger.reading.listing import list_rows
from models.core.ledger.reading.options import options
from models.core.ledger.reading.query import ListQuery
from models.objectives.meetings.records import Meeting
from models.organization.records import Person
from tests.support.statement_log import listening

AT = "2026-11-05T09:00:00+08:00"


def ledger() -> Ledger:
    found = ledger_named("meetings")
    assert found is not None
    return found


def sent(people: list[Person], **values: Any) -> dict[str, Any]:
    """What a form sends about a meeting that the first of `people` chairs and all but the last attend."""
    ids = [str(person.id) for person in people]
    decisions = [{"what": "更换软管", "who": ids[1], "until": "2026-11-20"}, {"what": "补齐标识"}]
    return {
        "name": "十一月安全例会", "held_at": AT, "chair": ids[0], "attended": ids[:-1], "absent": ids[-1:],
        "decisions": decisions, **values,
    }  # fmt: skip


@pytest.fixture
def people(duties: Any) -> list[Person]:
    return [duties.crowd.person(unit=duties.unit) for _ in range(4)]


def listed(duties: Any, **filters: list[str]) -> list[dict[str, Any]]:
    query = ListQuery.parse(ledger(), filters=filters)
    found = in_transaction(list_rows, duties.officer, ledger(), query, write=False)["items"]
    assert isinstance(found, list)
    return found


def test_a_meeting_has_its_people_and_decisions(duties: Any, people: list[Person]) -> None:
    row = duties.create("meetings", **sent(people))
    values = row["values"]
    assert [one["label"] for one in values["attended"]] == [person.name for person in people[:3]]
    assert [one["id"] for one in values["absent"]] == [str(people[3].id)]
    assert values["decisions"] == [
        {
            "what": "更换软管",
            "who": {"id": str(people[1].id), "label": people[1].name},
            "until": "2026-11-20",
        },
        {"what": "补齐标识", "who": None, "until": None},
    ]
    assert "decisions.who" not in values
    assert listed(duties)[0]["values"]["attended"] == values["attended"]


def test_in_which_meetings_was_she(duties: Any, people: list[Person]) -> None:
    first = duties.create("meetings", **sent(people))["id"]
    second = duties.create("meetings", **sent(people[:2], name="专题会议", decisions=[]))["id"]
    assert {row["id"] for row in listed(duties, attended=[str(people[0].id)])} == {first, second}
    assert [row["id"] for row in listed(duties, attended=[str(people[2].id)])] == [first]
    assert [row["id"] for row in listed(duties, absent=[str(people[1].id)])] == [second]
    assert [row["id"] for row in listed(duties, **{"decisions.who": [str(people[1].id)]})] == [first]
    assert listed(duties, **{"decisions.who": [str(people[0].id)]}) == []


def test_a_change_is_told_in_words(duties: Any, people: list[Person]) -> None:
    row = duties.create("meetings", **sent(people))
    again = duties.edit(
        "meetings", row["id"], absent=[], decisions=[{"what": "更换软管", "who": str(people[2].id)}]
    )
    assert again["version"] == row["version"] + 1
    told = in_transaction(history, duties.officer, ledger(), row["id"])["items"][0]["changes"]
    lines = {line["title"]: (line["old"], line["new"]) for line in told}
    assert lines["缺席人员"] == (people[3].name, None)
    assert lines["决定"] == (
        f"1. 更换软管，负责人：{people[1].name}，完成期限：2026-11-20；2. 补齐标识",
        f"1. 更换软管，负责人：{people[2].name}",
    )
    assert "参加人员" not in lines
    kept = duties.edit("meetings", row["id"], place="二楼")["values"]
    assert len(kept["attended"]) == 3, "what is not sent stays"


def test_rules_across_fields(duties: Any, people: list[Person]) -> None:
    ids = [str(person.id) for person in people]
    with pytest.raises(Invalid) as refused:
        duties.create("meetings", **sent(people, absent=ids))
    assert refused.value.fields == {"absent": "有 3 人同时在参加人员里，请只留一处"}
    with pytest.raises(Invalid) as refused:
        duties.create("meetings", **sent(people, decisions=[{"what": "一", "until": "2026-11-04"}]))
    assert "第 1 项" in refused.value.fields["decisions"]
    row = duties.create("meetings", **sent(people))
    with pytest.raises(Invalid):  # beside what the row has already
        duties.edit("meetings", row["id"], absent=ids[:1])
    with pytest.raises(Invalid) as refused:
        duties.create("meetings", **sent(people, attended=[]))
    assert refused.value.fields == {"attended": "请选择参加人员"}


def test_who_is_named_is_kept_and_goes_with_the_meeting(duties: Any, people: list[Person]) -> None:
    row = duties.create("meetings", **sent(people))
    with pytest.raises(Conflict) as refused:
        duties.delete("persons", people[1].id)
    assert refused.value.code == "still_used"
    assert "1 次会议" in refused.value.cause, "who was there and has to do something is named by one meeting"
    duties.delete("meetings", row["id"])
    for sub in Meeting.sub_rows.values():
        assert sub.table.select().count() == 0


def test_a_page_takes_as_many_queries_as_a_row(duties: Any, people: list[Person]) -> None:
    duties.create("meetings", **sent(people))
    with listening() as one:
        listed(duties)
    for number in range(5):
        duties.create("meetings", **sent(people, name=f"例会{number}"))
    with listening() as many:
        assert len(listed(duties)) == 6
    assert len(many) == len(one)


def test_the_box_of_a_line_is_picked_and_filtered(duties: Any, people: list[Person]) -> None:
    found = in_transaction(options, duties.officer, ledger(), "decisions.who", people[2].name, write=False)[
        "items"
    ]
    assert str(people[2].id) in {one["id"] for one in found}
    fields = {field["name"]: field for field in describe(ledger(), duties.officer)["fields"]}
    assert fields["decisions.who"]["title"] == "决定：负责人"
    assert fields["decisions.who"]["readonly"]
    assert fields["attended"]["kind"] == "references"
    assert [part["name"] for part in fields["decisions"]["fields"]] == ["what", "who", "until"]


def test_the_same_sent_again_changes_nothing(duties: Any, people: list[Person]) -> None:
    row = duties.create("meetings", **sent(people))
    before = [each.id for each in Meeting.sub_rows["decisions"].table.select()]
    duties.edit(
        "meetings", row["id"], **{key: sent(people)[key] for key in ("attended", "absent", "decisions")}
    )
    assert [each.id for each in Meeting.sub_rows["decisions"].table.select()] == before
    shown = in_transaction(get, duties.officer, ledger(), row["id"])["values"]
    assert shown["attended"] == row["values"]["attended"]
