"""Many rows at once: which ones, what would come of it, what did; and what happens when the process dies (X21)."""

from __future__ import annotations

from dataclasses import replace
from io import BytesIO

import pytest
from openpyxl import load_workbook

from models.core.db.connection import in_transaction
from models.core.errors import Conflict, Forbidden, Invalid, NotFound
from models.core.files import stored
from models.core.files.attachments import Attachment
from models.core.history import BULK, Change
from models.core.jobs import jobs
from models.core.ledger.bulk import acts, preview, running
from models.core.ledger.bulk.chosen import count_of
from models.core.ledger.bulk.offered import fields_for_many, for_many
from models.core.ledger.bulk.reasons import together
from models.core.ledger.bulk.records import ACT, DELETE, EDIT, BulkAct, BulkRow
from models.core.ledger.changes.editing import history
from models.core.ledger.reading.query import ListQuery
from models.core.security.rights import Scope
from models.equipment.records import Equipment
from models.organization.records import Person
from tests.models.core import small_ledgers
from tests.models.core.ledger.bulk.steps import AskedRows, begin, everything, ids
from tests.models.core.small_ledgers import CERTIFICATES, EQUIPMENT, PERSONS


@pytest.fixture(autouse=True)
def _stopped():
    yield
    jobs.stop()


@pytest.fixture
def forklifts(world):
    """Thirty of company A, ten of company B."""
    mine = [small_ledgers.equipment(world.a, f"{number}号叉车") for number in range(30)]
    theirs = [small_ledgers.equipment(world.b, f"乙{number}号叉车") for number in range(10)]
    return mine, theirs


def test_few_ticked_rows_are_changed_at_once(world, forklifts):
    mine, _ = forklifts
    begun = in_transaction(
        running.start, world.in_a, EQUIPMENT, EDIT, AskedRows(ids(*mine[:3]), values={"location": "东门"})
    )
    assert begun["job"] is None
    told = begun["act"]
    assert (told["title"], told["state"], told["done"], told["refused"]) == (
        "批量修改 3 台设备",
        "done",
        3,
        0,
    )
    assert {row.location for row in Equipment.select().where(Equipment.id.in_(ids(*mine[:3])))} == {"东门"}
    assert Equipment.get_by_id(mine[3].id).location != "东门"


def test_the_history_names_the_bulk_act(world, forklifts):
    mine, _ = forklifts
    begin(world.in_a, EQUIPMENT, EDIT, AskedRows(ids(*mine[:3]), values={"location": "东门"}))
    (line,) = history(world.in_a, EQUIPMENT, mine[0].id)["items"]
    assert line["action"] == "edited"
    assert line["changes"][-1] == {
        "field": BULK,
        "title": "批量操作",
        "old": None,
        "new": "批量修改 3 台设备",
    }


def test_all_that_match_are_a_job_and_nobody_elses_are_touched(world, forklifts):
    told = begin(world.in_a, EQUIPMENT, EDIT, everything(30, values={"location": "东门"}))
    assert (told["total"], told["done"], told["waiting"]) == (30, 30, 0)
    assert Equipment.select().where(Equipment.location == "东门").count() == 30
    assert not Equipment.select().where(Equipment.company == world.b, Equipment.location == "东门").exists()


def test_the_filter_is_asked_again_and_its_change_moves_no_row_out_of_it(world, forklifts):
    """What is changed is what is filtered by: still all of them are changed, none twice."""
    told = begin(
        world.in_a,
        EQUIPMENT,
        EDIT,
        everything(30, filters={"state": ["in_use"]}, values={"state": "stopped"}),
    )
    assert told["done"] == 30
    assert Equipment.select().where(Equipment.state == "stopped").count() == 30


def test_another_number_of_rows_than_one_saw_is_said(world, forklifts):
    small_ledgers.equipment(world.a, "新来的")
    with pytest.raises(Conflict) as caught:
        in_transaction(running.start, world.in_a, EQUIPMENT, DELETE, everything(30))
    assert (caught.value.code, caught.value.details) == ("count_changed", {"count": 31})
    assert "刚才是 30 台，现在是 31 台" in caught.value.message
    assert Equipment.select().where(Equipment.company == world.a).count() == 31
    told = preview.preview(world.in_a, EQUIPMENT, DELETE, everything(30))
    assert (told["count"], told["seen"]) == (31, 30)


def test_ids_of_another_company_do_not_exist(world, forklifts):
    mine, theirs = forklifts
    told = begin(
        world.in_a, EQUIPMENT, EDIT, AskedRows(ids(*mine[:2], *theirs[:3]), values={"location": "东门"})
    )
    assert (told["done"], told["refused"]) == (2, 3)
    assert [(one["code"], one["count"], one["example"]) for one in told["refusals"]] == [
        ("not_found", 3, None)
    ]
    assert not Equipment.select().where(Equipment.company == world.b, Equipment.location == "东门").exists()


def test_a_row_that_one_may_not_read_is_none_whatever_is_refused(world):
    """A right to press a button may end nearer or farther than the right to read: no name of a row comes out by it."""
    hidden = small_ledgers.equipment(world.a, "看不见的", state="scrapped")
    rights = {**world.in_a.rights, "equipment.read": Scope.SITE}
    blind = replace(world.in_a, rights=rights, sites=())
    asked = AskedRows(ids(hidden), values={"location": "东门"})
    for kind, options in ((EDIT, {}), (ACT, {"action": "move"})):
        (why,) = preview.preview(blind, EQUIPMENT, kind, asked, **options)["refusals"]
        assert (why["code"], why["example"]) == ("not_found", None)


def test_a_value_of_another_company_is_refused_before_anything_begins(world):
    one = small_ledgers.person(world.a)
    foreign = small_ledgers.company("乙一厂", world.b, "site")
    with pytest.raises(Invalid) as caught:
        begin(world.in_a, PERSONS, EDIT, AskedRows(ids(one), values={"site": str(foreign.id)}))
    assert "site" in caught.value.fields
    assert BulkAct.select().count() == 0


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({}, "values"),
        ({"name": None}, "name"),
        ({"state": "melted"}, "state"),
        ({"company": "1"}, "company"),
        ({"nothing": "1"}, "nothing"),
        ({"label_code": "1"}, "label_code"),
        ("x", "values"),
    ],
)
def test_wrong_values_stand_at_their_fields(world, forklifts, values, field):
    with pytest.raises(Invalid) as caught:
        begin(world.in_a, EQUIPMENT, EDIT, AskedRows(ids(forklifts[0][0]), values=values))
    assert field in caught.value.fields


@pytest.mark.parametrize("given", [(), None, ["x"], "1", [True], [-1], ["9" * 30]])
def test_what_are_no_ids(world, given):
    with pytest.raises(Invalid):
        begin(world.in_a, EQUIPMENT, DELETE, AskedRows(given))


def test_too_many_are_said(world, forklifts, monkeypatch):
    monkeypatch.setattr("models.core.ledger.bulk.chosen.MAX_ROWS", 29)
    with pytest.raises(Invalid) as caught:
        begin(world.in_a, EQUIPMENT, DELETE, everything(30))
    assert "最多 29 台" in caught.value.message
    assert count_of(world.in_a, EQUIPMENT, ListQuery()) == {"value": 29, "exact": False}


def test_the_count_is_counted_to_the_end(world, forklifts, monkeypatch):
    monkeypatch.setattr("models.core.ledger.reading.listing.COUNT_CAP", 5)
    assert count_of(world.in_a, EQUIPMENT, ListQuery()) == {"value": 30, "exact": True}
    assert count_of(world.over, EQUIPMENT, ListQuery()) == {"value": 40, "exact": True}


def _without(actor, *rights):
    return replace(actor, rights={name: reach for name, reach in actor.rights.items() if name not in rights})


def test_without_the_right_nothing_begins_and_nothing_is_offered(world, forklifts):
    mine, _ = forklifts
    looking = _without(world.in_a, "equipment.edit", "equipment.delete")
    for kind, options in ((EDIT, {}), (DELETE, {}), (ACT, {"action": "move"})):
        for call in (preview.preview, running.start):
            with pytest.raises(Forbidden):
                call(looking, EQUIPMENT, kind, AskedRows(ids(mine[0]), values={"location": "x"}), **options)
    assert for_many(EQUIPMENT, looking) == {"edit": [], "delete": False, "actions": []}
    assert for_many(EQUIPMENT, world.in_a)["actions"] == ["move"]
    with pytest.raises(NotFound):
        running.start(world.in_a, EQUIPMENT, ACT, AskedRows(ids(mine[0])), action="nothing")


def test_a_right_of_a_site_ends_there_row_by_row(world):
    inside = small_ledgers.equipment(world.a, "一厂的", site=world.site)
    outside = small_ledgers.equipment(world.a, "别厂的")
    rights = {**world.in_a.rights, "equipment.edit": Scope.SITE}
    officer = replace(world.in_a, rights=rights, sites=(world.site.id,))
    told = begin(officer, EQUIPMENT, EDIT, AskedRows(ids(inside, outside), values={"location": "东门"}))
    assert (told["done"], told["refused"]) == (1, 1)
    assert told["refusals"][0]["code"] == "forbidden"
    assert Equipment.get_by_id(outside.id).location != "东门"


def test_what_is_refused_is_told_by_reason_before_and_after(world, forklifts):
    mine, _ = forklifts
    for one in mine[:4]:
        small_ledgers.clock_in(world.a, equipment_id=one.id)
    said = preview.preview(world.in_a, EQUIPMENT, DELETE, everything(30))
    assert (said["count"], said["tried"], said["refused"]) == (30, 30, 4)
    (why,) = said["refusals"]
    assert (why["code"], why["count"]) == ("still_used", 4)
    assert Equipment.select().where(Equipment.company == world.a).count() == 30, "it was only tried"
    told = begin(world.in_a, EQUIPMENT, DELETE, everything(30))
    assert (told["done"], told["refused"]) == (26, 4)
    assert [(one["code"], one["count"]) for one in told["refusals"]] == [("still_used", 4)]
    kept = {row.id for row in Equipment.select().where(Equipment.company == world.a)}
    assert kept == {one.id for one in mine[:4]}


def test_reasons_that_differ_in_a_number_are_one():
    told = together(
        [
            ("held", "他有 18 条记录，留 2 年", 3, "甲"),
            ("held", "他有 1,024 条记录，留 2 年", 4, None),
            ("x", "别的", 1, None),
        ]
    )
    assert [(one["reason"], one["count"], one["example"]) for one in told] == [
        ("他有 18～1024 条记录，留 2 年", 7, "甲"),
        ("别的", 1, None),
    ]


def test_the_refused_ones_can_be_downloaded(world, forklifts):
    mine, _ = forklifts
    small_ledgers.clock_in(world.a, equipment_id=mine[0].id)
    begun = in_transaction(running.start, world.in_a, EQUIPMENT, DELETE, everything(30))
    job = int(begun["job"]["id"])
    jobs.wait(job)
    told = jobs.find(world.in_a, job)
    assert told["result"]["message"] == "办好 29 台，1 台没有办好。"
    assert told["file"]["name"] == "没有办成的设备.xlsx"
    kept = jobs.file_of(world.in_a, job)[2]
    head, (number, label, reason) = load_workbook(BytesIO(stored.read(stored.JOBS, kept))).active.values
    assert head == ("编号", "设备", "原因") and (number, label) == (str(mine[0].id), mine[0].name) and reason


def test_of_a_row_that_one_does_not_see_only_that_is_said(world, forklifts):
    mine, _ = forklifts
    begun = in_transaction(running.start, world.in_a, EQUIPMENT, DELETE, everything(30))
    jobs.wait(int(begun["job"]["id"]))
    act = BulkAct.get()
    BulkRow.update(state=acts.REFUSED, label=None, reason="没有这条").where(
        BulkRow.row_id == mine[0].id
    ).execute()
    handle = jobs.JobHandle(1)
    acts._write_sheet(EQUIPMENT, act.id, acts.REFUSED, handle)
    _, row = load_workbook(BytesIO(stored.read(stored.JOBS, handle.file[0]))).active.values
    assert [cell or "" for cell in row] == ["", "", "没有这条"]


def test_a_preview_leaves_nothing_behind(world, forklifts):
    before = Change.select().count(), BulkAct.select().count(), BulkRow.select().count()
    preview.preview(world.in_a, EQUIPMENT, EDIT, everything(30, values={"location": "东门"}))
    preview.preview(world.in_a, EQUIPMENT, ACT, everything(30, values={"location": "东门"}), action="move")
    assert (Change.select().count(), BulkAct.select().count(), BulkRow.select().count()) == before
    assert not Equipment.select().where(Equipment.location == "东门").exists()


def test_what_goes_along_is_said_in_numbers(world):
    one, two = small_ledgers.person(world.a, "甲"), small_ledgers.person(world.a, "乙")
    for number, row in enumerate((one, one, two)):
        _attach(PERSONS, row, f"{number}.png")
    said = preview.preview(world.in_a, PERSONS, DELETE, AskedRows(ids(one)))
    assert said["goes_along"] == [{"title": "附件", "count": 2}]
    said = preview.preview(world.in_a, PERSONS, DELETE, everything())
    assert said["goes_along"] == [{"title": "附件", "count": 3}]


def _attach(ledger, row, path):
    return Attachment.create(
        ledger=ledger.name, row_id=row.id, company_id=row.company_id, name=path, size=1, mime="image/png",
        sha256="0" * 64, path=path, account_name="测试员",
    )  # fmt: skip


def test_a_button_is_pressed_for_each_row_by_itself(world, forklifts):
    mine, _ = forklifts
    Equipment.update(state="scrapped").where(Equipment.id == mine[0].id).execute()
    asked = everything(30, values={"location": "西门"})
    said = preview.preview(world.in_a, EQUIPMENT, ACT, asked, action="move")
    assert (said["refused"], said["why_no_undo"]) == (1, "这个操作按它自己的规则办，办了不能撤销")
    told = begin(world.in_a, EQUIPMENT, ACT, asked, action="move")
    assert (told["title"], told["done"], told["refused"]) == ("搬走 30 台设备", 29, 1)
    assert told["can_undo"] is False
    with pytest.raises(Invalid) as caught:
        begin(world.in_a, EQUIPMENT, ACT, everything(30), action="move")
    assert "location" in caught.value.fields


def test_a_row_that_somebody_changes_in_between_is_changed_as_it_is_then(world, forklifts):
    """The values are given to the row as it stands, not as it was when it was ticked."""
    mine, _ = forklifts
    asked = AskedRows(ids(mine[0]), values={"location": "东门"})
    Equipment.get_by_id(mine[0].id).change(name="改了名")
    assert begin(world.in_a, EQUIPMENT, EDIT, asked)["done"] == 1
    row = Equipment.get_by_id(mine[0].id)
    assert (row.name, row.location) == ("改了名", "东门")


def test_a_row_that_goes_in_between_is_said_to_be_gone(world, forklifts):
    mine, _ = forklifts
    asked = AskedRows(ids(*mine[:2]), values={"location": "东门"})
    Equipment.delete().where(Equipment.id == mine[0].id).execute()
    told = begin(world.in_a, EQUIPMENT, EDIT, asked)
    assert (told["done"], told["refused"]) == (1, 1)


def test_which_fields_many_rows_may_be_given(world):
    assert set(fields_for_many(PERSONS)) == {"role", "may_review", "site", "note"}
    assert "valid_until" in fields_for_many(CERTIFICATES)
    assert not {"lng", "lat", "company", "name"} & set(fields_for_many(EQUIPMENT))


def test_people_of_another_company_are_never_in_all_of_them(world):
    small_ledgers.person(world.a)
    small_ledgers.person(world.b)
    told = begin(world.in_a, PERSONS, DELETE, everything())
    assert told["done"] == 1
    assert Person.select().count() == 1
