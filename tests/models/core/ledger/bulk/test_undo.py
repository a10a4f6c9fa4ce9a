"""What was done to many rows is taken back for a while, row by row, where nobody changed them since (X21)."""

from __future__ import annotations

from copy import copy
from dataclasses import replace

import pytest

from models.core.clock import now
from models.core.db.connection import in_transaction
from models.core.errors import Conflict, Forbidden, Malformed, NotFound
from models.core.files import stored
from models.core.files.attachments import Attachment
from models.core.history import BULK
from models.core.jobs import jobs
from models.core.ledger import Derived, Rules, declaration, ledger_named
from models.core.ledger.bulk import acts, preview, retention, snapshots, undo
from models.core.ledger.bulk.records import ACT, DELETE, EDIT, BulkAct, BulkRow
from models.core.ledger.changes.default_rules import plain_edit
from models.core.ledger.changes.editing import history
from models.core.security.rights import Scope
from models.equipment.records import Equipment
from models.objectives.meetings.ledgers import MEETINGS
from models.objectives.meetings.records import Meeting
from models.organization.records import Person
from models.training.records import Certificate
from tests.models.core import small_ledgers
from tests.models.core.ledger.bulk.steps import AskedRows, begin, everything, ids
from tests.models.core.small_ledgers import CERTIFICATES, EQUIPMENT, PERSONS


@pytest.fixture(autouse=True)
def _stopped():
    yield
    jobs.stop()


def back(actor, told):
    """Take an act back, wait for its job, and give the act as it is then."""
    begun = in_transaction(undo.start, actor, int(told["id"]))
    if begun["job"] is not None:
        jobs.wait(int(begun["job"]["id"]))
    return acts.find(actor, int(told["id"]))


def columns(row):
    return {name: value for name, value in row.__data__.items() if name not in ("version", "updated_at")}


def test_removed_rows_come_back_whole(world):
    people = [small_ledgers.person(world.a, name) for name in ("甲", "乙", "丙")]
    before = {row.id: columns(Person.get_by_id(row.id)) for row in people}
    told = begin(world.in_a, PERSONS, DELETE, AskedRows(ids(*people)))
    assert (told["can_undo"], Person.select().count()) == (True, 0)
    told = back(world.in_a, told)
    assert (told["state"], told["back"], told["stays"], told["can_undo"]) == ("undone", 3, 0, False)
    assert {row.id: columns(row) for row in Person.select()} == before, "ID numbers and their hashes, too"
    assert Person.get_by_id(people[0].id).version == 2, "who has it open from before is told that it changed"
    line = history(world.in_a, PERSONS, people[0].id)["items"][0]
    assert (line["action"], line["title"]) == ("restored", "恢复")
    assert line["changes"][-1]["new"] == "撤销“批量删除 3 名人员”"


def _attach(ledger, row, tmp_path):
    path = stored.keep(stored.FILES, b"picture", ".png")
    return Attachment.create(
        ledger=ledger.name, row_id=row.id, company_id=row.company_id, name="图.png", size=7, mime="image/png",
        sha256="0" * 64, path=path, account_name="测试员",
    )  # fmt: skip


def test_attachments_come_back_and_are_out_of_reach_meanwhile(world, tmp_path):
    one = small_ledgers.person(world.a)
    file = _attach(PERSONS, one, tmp_path)
    told = begin(world.in_a, PERSONS, DELETE, AskedRows(ids(one)))
    assert Attachment.get_by_id(file.id).ledger == "~removed"
    assert ledger_named("~removed") is None
    back(world.in_a, told)
    there = Attachment.get_by_id(file.id)
    assert (there.ledger, there.row_id) == ("persons", one.id)
    assert stored.read(stored.FILES, file.path) == b"picture"


def test_their_files_go_when_the_time_is_over(world, tmp_path, clock):
    one = small_ledgers.person(world.a)
    file = _attach(PERSONS, one, tmp_path)
    told = begin(world.in_a, PERSONS, DELETE, AskedRows(ids(one)))
    clock.forward(hours=23)
    assert retention.sweep() == 0
    assert stored.exists(stored.FILES, file.path)
    clock.forward(hours=2)
    with pytest.raises(Conflict) as caught:
        back(world.in_a, told)
    assert caught.value.code == "no_undo"
    assert retention.sweep() == 1
    assert not stored.exists(stored.FILES, file.path)
    assert (Attachment.select().count(), BulkRow.select().count()) == (0, 0)
    assert acts.find(world.in_a, int(told["id"]))["done"] == 1, "how many it was is known after that"
    clock.forward(days=31)
    retention.sweep()
    assert BulkAct.select().count() == 0


def test_a_changed_value_is_what_it_was(world):
    rows = [small_ledgers.equipment(world.a, f"{number}号", location=f"库{number}") for number in range(3)]
    told = begin(
        world.in_a, EQUIPMENT, EDIT, AskedRows(ids(*rows), values={"location": "东门", "state": "stopped"})
    )
    told = back(world.in_a, told)
    assert (told["back"], told["stays"]) == (3, 0)
    assert [(row.location, row.state) for row in Equipment.select().order_by(Equipment.id)] == [
        ("库0", "in_use"), ("库1", "in_use"), ("库2", "in_use")
    ]  # fmt: skip
    assert history(world.in_a, EQUIPMENT, rows[0].id)["items"][0]["changes"][-1]["field"] == BULK


@pytest.mark.parametrize("kind", [EDIT, DELETE])
def test_what_is_closed_since_by_another_row_stays(world, monkeypatch, kind):
    """The row itself is as it was, but what it hangs on was approved meanwhile: nobody changes it any more."""
    stands = {"now": "open"}
    made = copy(EQUIPMENT)
    at = Derived(
        "plan",
        "计划",
        "text",
        load=lambda actor, rows: dict.fromkeys([one.id for one in rows], stands["now"]),
    )
    rules = replace(EQUIPMENT.rules, when={"plan": ("open",)})
    for name, value in (("derived", (*EQUIPMENT.derived, at)), ("rules", rules)):
        object.__setattr__(made, name, value)
    monkeypatch.setitem(declaration._ledgers, "equipment", made)
    row = small_ledgers.equipment(world.a, location="库")
    told = begin(
        world.in_a, made, kind, AskedRows(ids(row), values={"location": "东门"} if kind == EDIT else {})
    )
    stands["now"] = "approved"
    told = back(world.in_a, told)
    assert (told["back"], told["stays"]) == (0, 1)
    assert told["not_back"][0]["code"] == "wrong_state"
    assert [one.location for one in Equipment.select()] == (["东门"] if kind == EDIT else [])


def test_what_was_empty_is_empty_again(world):
    rows = [small_ledgers.person(world.a, name) for name in ("甲", "乙")]
    before = {row.id: columns(Person.get_by_id(row.id)) for row in rows}
    told = begin(world.in_a, PERSONS, EDIT, AskedRows(ids(*rows), values={"note": "夜班组"}))
    assert [row.note for row in Person.select()] == ["夜班组", "夜班组"]
    told = back(world.in_a, told)
    assert (told["back"], told["stays"]) == (2, 0)
    assert {row.id: columns(row) for row in Person.select()} == before


def test_every_kind_of_field_can_be_put_back_to_nothing(world):
    values = {"location": "东门", "next_inspection_on": "2027-01-02", "site": str(world.site.id)}
    one = small_ledgers.equipment(world.a, "1号", **dict.fromkeys(values))
    told = begin(world.in_a, EQUIPMENT, EDIT, AskedRows(ids(one), values=values))
    assert (told["done"], back(world.in_a, told)["back"]) == (1, 1)
    assert {getattr(Equipment.get_by_id(one.id), name) for name in values} == {None}


def test_a_choice_that_was_given_up_since_stays_and_is_said(world, monkeypatch):
    rows = [small_ledgers.equipment(world.a, f"{number}号") for number in range(2)]
    Equipment.update(location="库").where(Equipment.id == rows[1].id).execute()
    told = begin(
        world.in_a, EQUIPMENT, EDIT, AskedRows(ids(*rows), values={"location": "东门", "state": "stopped"})
    )

    def given_up(value):
        raise Malformed("choice", "没有这个选项")

    monkeypatch.setattr(Equipment.state, "clean", given_up)
    told = back(world.in_a, told)
    assert (told["back"], told["stays"]) == (0, 2)
    assert told["not_back"][0]["reason"] == "“使用状态”原来的内容现在填不进去了：没有这个选项"


def test_what_somebody_changed_since_stays_and_is_said(world):
    rows = [small_ledgers.equipment(world.a, f"{number}号", location="库") for number in range(2)]
    told = begin(world.in_a, EQUIPMENT, EDIT, AskedRows(ids(*rows), values={"location": "东门"}))
    Equipment.get_by_id(rows[0].id).change(name="改了名")
    told = back(world.in_a, told)
    assert (told["back"], told["stays"]) == (1, 1)
    assert [(one["code"], one["reason"]) for one in told["not_back"]] == [("changed_since", "之后又被修改过")]
    assert [row.location for row in Equipment.select().order_by(Equipment.id)] == ["东门", "库"]


def test_a_row_whose_number_was_given_to_another_one_stays_away(world):
    one = small_ledgers.person(world.a)
    number = Person.get_by_id(one.id).id_number
    told = begin(world.in_a, PERSONS, DELETE, AskedRows(ids(one)))
    small_ledgers.person(world.a, "别人", id_number=number)
    told = back(world.in_a, told)
    assert (told["back"], told["stays"]) == (0, 1)
    assert told["not_back"][0]["reason"] == "同样的内容之后又登记了一条"
    assert Person.select().count() == 1


def test_a_row_whose_own_row_is_gone_stays_away(world):
    one = small_ledgers.person(world.a)
    held = Certificate.create(company=world.a, person=one, number="T1", code="N1", valid_until="2030-01-01")
    told = begin(world.in_a, CERTIFICATES, DELETE, AskedRows(ids(held)))
    Person.delete().where(Person.id == one.id).execute()
    told = back(world.in_a, told)
    assert (told["stays"], told["not_back"][0]["code"]) == (1, "reference_gone")


def test_sub_rows_come_back_with_their_row(world, monkeypatch):
    monkeypatch.setitem(declaration._ledgers, "meetings", MEETINGS)
    people = [small_ledgers.person(world.a, name) for name in ("甲", "乙")]
    held = Meeting.create(company=world.a, name="例会", held_at=now(), topic="安全", chair=people[0])
    attended = Meeting.sub_rows["attended"].table
    for one in people:
        attended.create(row=held.id, item=one.id)
    said = preview.preview(world.in_a, MEETINGS, DELETE, AskedRows(ids(held)))
    assert {"title": Meeting.sub_rows["attended"].field.title, "count": 2} in said["goes_along"]
    told = begin(world.in_a, MEETINGS, DELETE, AskedRows(ids(held)))
    assert attended.select().count() == 0
    told = back(world.in_a, told)
    assert told["back"] == 1
    assert [row.item_id for row in attended.select().order_by(attended.id)] == [one.id for one in people]


def _with_rules(ledger, rules):
    made = copy(ledger)
    object.__setattr__(made, "rules", rules)
    return made


def test_a_removal_with_a_rule_of_its_own_says_beforehand_that_it_stays(world, monkeypatch):
    def delete(actor, row):
        Equipment.delete().where(Equipment.id == row.id).execute()

    own = _with_rules(EQUIPMENT, Rules(edit=plain_edit(Equipment), delete=delete))
    monkeypatch.setitem(declaration._ledgers, "equipment", own)
    row = small_ledgers.equipment(world.a)
    said = preview.preview(world.in_a, own, DELETE, AskedRows(ids(row)))
    assert said["why_no_undo"] == "删除设备会连带别的变化，删了不能撤销"
    told = begin(world.in_a, own, DELETE, AskedRows(ids(row)))
    assert (told["can_undo"], told["why_not"]) == (False, said["why_no_undo"])
    with pytest.raises(Conflict):
        back(world.in_a, told)


def test_what_would_lose_a_tie_is_said_row_by_row(world, monkeypatch):
    """An accident keeps its equipment by SET NULL: brought back, the equipment would not be in it any more."""
    free, tied = small_ledgers.equipment(world.a, "自由"), small_ledgers.equipment(world.a, "相连")
    monkeypatch.setattr(
        "models.core.ledger.bulk.one_row.not_whole",
        lambda ledger, row: (
            "还有事故连着它，会断开" if row.id == tied.id else snapshots.not_whole(ledger, row)
        ),
    )
    said = preview.preview(world.in_a, EQUIPMENT, DELETE, AskedRows(ids(free, tied)))
    assert said["not_back"] == [{"reason": "还有事故连着它，会断开", "count": 1}]
    told = begin(world.in_a, EQUIPMENT, DELETE, AskedRows(ids(free, tied)))
    told = back(world.in_a, told)
    assert (told["back"], told["stays"]) == (1, 1)
    assert told["not_back"][0]["reason"] == "还有事故连着它，会断开"


def test_many_are_taken_back_by_a_job(world):
    for number in range(30):
        small_ledgers.equipment(world.a, f"{number}号叉车")
    told = begin(world.in_a, EQUIPMENT, DELETE, everything(30))
    assert Equipment.select().count() == 0
    begun = in_transaction(undo.start, world.in_a, int(told["id"]))
    jobs.wait(int(begun["job"]["id"]))
    assert jobs.find(world.in_a, int(begun["job"]["id"]))["result"]["message"] == "撤销 30 台。"
    assert Equipment.select().count() == 30


def test_it_is_taken_back_once(world):
    row = small_ledgers.equipment(world.a)
    told = begin(world.in_a, EQUIPMENT, DELETE, AskedRows(ids(row)))
    back(world.in_a, told)
    with pytest.raises(Conflict) as caught:
        back(world.in_a, told)
    assert caught.value.cause == "已经撤销过了"


def _as(actor, account, *without):
    rights = {name: reach for name, reach in actor.rights.items() if name not in without}
    return replace(actor, account_id=account, name="另一人", rights=rights)


def test_who_may_take_back_what_others_did(world):
    row = small_ledgers.equipment(world.a)
    told = begin(world.in_a, EQUIPMENT, DELETE, AskedRows(ids(row)))
    for other in (
        _as(world.in_a, 8, "bulk.undo"),
        _as(world.in_a, 8, "equipment.delete"),
        _as(world.in_b, 7),
    ):
        with pytest.raises((NotFound, Forbidden)):
            in_transaction(undo.start, other, int(told["id"]))
    assert back(_as(world.in_a, 8), told)["undone_by"] == "另一人"


def test_who_reaches_less_sees_nothing_of_what_reached_farther(world):
    """It names refused rows of all companies that it reached: not for who may undo in one of them."""
    row = small_ledgers.equipment(world.a)
    wide = dict.fromkeys(("equipment.read", "equipment.edit"), Scope.GROUP)
    companies = (world.a.id, world.b.id)
    group = replace(world.in_a, rights={**world.in_a.rights, **wide}, group_companies=companies)
    told = begin(group, EQUIPMENT, EDIT, AskedRows(ids(row), values={"location": "东门"}))
    narrow = _as(world.in_a, 8)
    assert acts.mine(narrow) == []
    for call in (acts.find, undo.start):
        with pytest.raises(NotFound):
            in_transaction(call, narrow, int(told["id"]))
    assert back(_as(group, 8), told)["back"] == 1


def test_who_lost_the_right_takes_nothing_back(world):
    row = small_ledgers.equipment(world.a)
    told = begin(world.in_a, EQUIPMENT, EDIT, AskedRows(ids(row), values={"location": "东门"}))
    with pytest.raises((NotFound, Forbidden)):
        in_transaction(undo.start, _as(world.in_a, 7, "equipment.edit"), int(told["id"]))


def test_a_button_is_not_taken_back(world):
    row = small_ledgers.equipment(world.a)
    told = begin(world.in_a, EQUIPMENT, ACT, AskedRows(ids(row), values={"location": "x"}), action="move")
    with pytest.raises(Conflict):
        back(world.in_a, told)
