"""Whatever way a row was changed, who follows it hears of it, once for a transaction, at a bounded price (H04, J05, X10)."""

from __future__ import annotations

from typing import Any

import pytest

from models.core import history
from models.core.db.connection import database, in_transaction
from models.core.errors import Conflict
from models.core.events.outbox import Outbox
from models.core.excel import read_sheet
from models.core.excel.imports import importing
from models.core.fields import Choice, Pick
from models.core.history import Change
from models.core.ledger import Column, Ledger, all_ledgers, declaration
from models.core.ledger.changes.editing import act
from models.equipment.records import Equipment, EquipmentType
from models.messages.records import Message
from models.objectives.records import Post
from models.organization.records import Binding
from models.tasks.notify.subscriptions import follow, follows, unfollow
from models.tasks.views import inbox
from tests.models.core.excel.uploads import book
from tests.models.tasks.relay import pass_all_on, told
from tests.models.tasks.things import READ_THINGS, Thing
from tests.models.tasks.units import Unit, approve
from tests.support.statement_log import listening

KIND = "equipment"


def ledger(name: str) -> Ledger:
    return next(one for one in all_ledgers() if one.name == name)


def crane(unit: Unit, name: str = "1号吊车", **values: Any) -> Equipment:
    kind = EquipmentType.select().first()
    made: Equipment = Equipment.create(
        **{
            "company": unit.company,
            "name": name,
            "type": kind,
            "state": "in_use",
            "label_code": name,
            **values,
        }
    )
    return made


def news() -> list[Outbox]:
    return list(Outbox.select().where(Outbox.kind == "row.changed").order_by(Outbox.id))


@pytest.fixture(autouse=True)
def _second_officer(unit: Unit) -> None:
    unit.join("副", unit.company, "safety_officer")


def imported(unit: Unit, names: list[str], duties: str) -> list[str]:
    """Posts brought in by the sheet, committed; gives the statements that were run."""
    posts, actor = ledger("posts"), unit.actor("副", "console")
    content = book(*([name, duties, 10] for name in names), titles=["岗位", "职责", "排序"])
    sheet = read_sheet(content, in_transaction(importing.import_columns, posts, actor))
    with listening() as said:
        in_transaction(importing.commit, actor, posts, sheet, lambda done, total: None)
    return said


def test_what_a_sheet_changed_is_heard(unit: Unit) -> None:
    """H04, Q05: of a row that was there; what an import makes anew nobody can follow yet."""
    imported(unit, ["司机", "起重工"], "旧")
    assert news() == []
    row = Post.get(Post.name == "司机", Post.company == unit.company)
    in_transaction(follow, unit.actor("管"), "posts", row.id)
    imported(unit, ["司机", "起重工", "焊工"], "新")
    assert [item.subject_id for item in news()] == [row.id]
    pass_all_on()
    assert told("row.changed") == [("【已修改】岗位：司机", ["管"])]
    assert Message.get(Message.kind == "row.changed").text == "操作人：副\n职责：有变化"


def test_many_rows_that_nobody_follows_cost_a_question_for_each_500(unit: Unit) -> None:
    """X10: an import writes no news that nobody is told of, and asks no row's followers alone."""
    names = [f"岗位{number}" for number in range(600)]
    asked = [sql for sql in imported(unit, names, "旧") if "follow" in sql]
    assert asked == [], "rows that are new are asked for by nobody"
    said = imported(unit, names, "新")
    assert len([sql for sql in said if "follow" in sql]) == 2
    assert news() == []
    in_transaction(follow, unit.actor("管"), "posts", Post.get(Post.name == "岗位7").id)
    said = imported(unit, names, "更新")
    assert len([sql for sql in said if "follow" in sql]) == 2
    assert len(news()) == 1


def test_a_bulk_action_is_heard_of_the_rows_that_are_followed(unit: Unit) -> None:
    """X21, H04."""
    unit.join("经", unit.company, "company_administrator")
    names = ("白", "陈", "丁")
    people = [unit.id(name) for name in names]
    Binding.update(state="waiting").where(Binding.person.in_(people)).execute()
    in_transaction(follow, unit.actor("管"), "persons", people[1])
    ids = [str(number) for number in people]
    in_transaction(act, unit.actor("经", "console"), ledger("persons"), "approve", ids, {})
    pass_all_on()
    ((title, persons),) = told("row.changed")
    assert (title.split("】")[1], persons) == ("人员：陈", ["管"])


def noted(unit: Unit, row: Equipment, *actions: str, heard: bool = True) -> None:
    """What a rule outside of the ledger engine does: it writes the trail itself."""
    for action in actions:
        line = {"field": "state", "title": action, "old": "在用", "new": "停用"}
        history.note(unit.actor("副"), row, action, [line], heard=heard)


def test_a_rule_of_its_own_is_heard_once_with_all_its_lines(unit: Unit) -> None:
    """J05: two lines of one transaction are one piece of news; those of two are two."""
    row = crane(unit)
    in_transaction(follow, unit.actor("管"), KIND, row.id)
    in_transaction(noted, unit, row, "edited", "looked_after")
    pass_all_on()
    assert [persons for _, persons in told("row.changed")] == [["管"]]
    text = Message.get(Message.kind == "row.changed").text
    assert text == "操作人：副\nedited：在用 → 停用\nlooked_after：在用 → 停用"
    in_transaction(noted, unit, row, "edited")
    assert len(news()) == 2


def test_what_is_no_change_is_not_heard(unit: Unit) -> None:
    """H04: who looked, or a button that changes nothing of the row."""
    row = crane(unit)
    in_transaction(follow, unit.actor("管"), KIND, row.id)
    in_transaction(noted, unit, row, "created", "revealed")
    in_transaction(noted, unit, row, "printed", heard=False)
    assert news() == [] and Change.select().where(Change.row_id == row.id).count() == 3


def test_what_was_rolled_back_is_not_heard(unit: Unit) -> None:
    """J05: neither of a savepoint nor of the whole; what was tried again is heard once."""
    row, times = crane(unit), []

    def refused() -> None:
        noted(unit, row, "edited")
        raise Conflict("不行")

    def half() -> None:
        with pytest.raises(Conflict), database.atomic():
            refused()

    def later() -> None:
        noted(unit, row, "edited")
        times.append(1)
        if len(times) < 2:
            from peewee import OperationalError

            raise OperationalError(1213, "deadlock")

    in_transaction(follow, unit.actor("管"), KIND, row.id)
    in_transaction(half)
    with pytest.raises(Conflict):
        in_transaction(refused)
    assert news() == []
    in_transaction(later)
    assert (len(times), len(news())) == (2, 1)


def test_a_decision_asks_nothing_more_and_is_told_once(unit: Unit, monkeypatch: pytest.MonkeyPatch) -> None:
    """H05, H04: the case's own news go to who follows the subject, by either name; the trail's line is no second one."""
    monkeypatch.setattr(declaration, "_ledgers", {ledger.name: ledger for ledger in all_ledgers()})
    things()
    does = {"key": "agree", "title": "同意", "does": "praise", "next": "end:approved"}
    unit.flow(approve("one", unit.id("白"), outcomes=[does]))
    thing = unit.thing()
    case = unit.start(thing)
    in_transaction(follow, unit.actor("管"), "thing", thing.id)
    in_transaction(follow, unit.actor("副"), "things", thing.id)
    pass_all_on()
    with listening() as said:
        unit.does("白", case)
    assert not [sql for sql in said if "subject_kind IN" in sql and "subject_id IN" in sql]
    assert Change.select().where(Change.table == "test_thing", Change.row_id == thing.id).exists()
    assert news() == []
    pass_all_on()
    assert sorted(told("case.ended")[0][1]) == ["副", "安", "管"]
    in_transaction(history.note, unit.actor("白"), Thing.get_by_id(thing.id), "edited", [])
    pass_all_on()
    assert [sorted(persons) for _, persons in told("row.changed")] == [["副", "管"]], "what no case tells"


def things() -> Ledger:
    """A ledger of things, for the time of the test."""
    return Ledger(
        name="things", record=Thing, title="试验", group="试验", system="H04", noun="事项", empty="没有。",
        columns=(Column("name"),), rights={"read": READ_THINGS},
    )  # fmt: skip


def test_what_is_private_is_not_spoken_out(unit: Unit, monkeypatch: pytest.MonkeyPatch) -> None:
    """X11: of somebody's health the news say that it changed; of the field beside it, to what."""
    monkeypatch.setattr(declaration, "_ledgers", {ledger.name: ledger for ledger in all_ledgers()})
    things()
    assert Pick("体检结论", [Choice("fit", "合格")], private=True).private
    assert not Pick("体检结论", [Choice("fit", "合格")]).private
    monkeypatch.setattr(Thing._meta.fields["level"], "private", True)
    thing = unit.thing(level="low", amount=1)
    in_transaction(follow, unit.actor("管"), "things", thing.id)

    def rule() -> None:
        old = dict(thing.__data__)
        thing.change(level="high", amount=2)
        lines = history.differences(Thing, old, {"level": "high", "amount": 2})
        history.note(unit.actor("副"), thing, "edited", lines)

    in_transaction(rule)
    pass_all_on()
    assert Message.get(Message.kind == "row.changed").text == "操作人：副\n等级：有变化\n数量：1 → 2"


def box(unit: Unit) -> list[tuple[str, str]]:
    items = in_transaction(inbox.page, unit.actor("管"), "followed")["items"]
    return [(item["state"], item["state_text"]) for item in items]


def test_what_was_deleted_says_so_and_can_be_taken_away(unit: Unit) -> None:
    """H04: in the box of 关注; if the row comes back, it is followed as before."""
    row = crane(unit)
    in_transaction(follow, unit.actor("管"), KIND, row.id)
    assert box(unit) == [("", "")]
    kept = dict(row.__data__)
    row.delete_instance()
    assert box(unit) == [("gone", "已删除")]
    Equipment.insert(**kept).execute()
    assert box(unit) == [("", "")]
    in_transaction(noted, unit, row, "edited")
    pass_all_on()
    assert [persons for _, persons in told("row.changed")] == [["管"]]
    row.delete_instance()
    assert in_transaction(unfollow, unit.actor("管"), KIND, row.id)
    assert box(unit) == []


def test_another_row_that_got_the_number_is_not_followed(unit: Unit, clock: Any) -> None:
    """H04: SQLite gives the last number anew; who followed the deleted row hears nothing of the new one."""
    row = crane(unit)
    in_transaction(follow, unit.actor("管"), KIND, row.id)
    row.delete_instance()
    clock.forward(hours=1)
    other = crane(unit, "2号吊车")
    Equipment.update(id=row.id).where(Equipment.id == other.id).execute()
    other = Equipment.get_by_id(row.id)
    assert box(unit) == [("gone", "已删除")]
    assert not in_transaction(follows, unit.actor("管"), KIND, row.id)
    in_transaction(noted, unit, other, "edited")
    pass_all_on()
    assert told("row.changed") == []
    in_transaction(follow, unit.actor("管"), KIND, row.id)
    assert box(unit) == [("", "")]


def test_a_thing_followed_by_its_ledger_is_followed_as_a_subject(
    unit: Unit, monkeypatch: pytest.MonkeyPatch
) -> None:
    """H04: one follow, whichever name it goes by."""
    monkeypatch.setattr(declaration, "_ledgers", {ledger.name: ledger for ledger in all_ledgers()})
    things()
    thing, officer = unit.thing(), unit.actor("管")
    first = in_transaction(follow, officer, "things", thing.id)
    assert in_transaction(follow, officer, "thing", thing.id).id == first.id
    assert in_transaction(follows, officer, "thing", thing.id)
    assert in_transaction(unfollow, officer, "thing", thing.id)
    assert not in_transaction(follows, officer, "things", thing.id)
