"""Sheets are checked at every cell, imported all or nothing, and keep no ID number where it does not belong."""

from copy import copy
from dataclasses import replace
from datetime import date
from io import BytesIO

import pytest
from openpyxl import load_workbook

from models.core.db.connection import database as house_database
from models.core.errors import Forbidden, NotFound
from models.core.events.outbox import Outbox
from models.core.excel.imports import importing
from models.core.history import Change
from models.core.jobs import jobs
from models.core.security.rights import Scope
from models.equipment.records import Equipment
from models.organization.records import Person
from tests.models.core import small_ledgers
from tests.models.core.excel.uploads import (
    TITLES,
    book,
    check,
    equipment_book,
    faults,
    finish,
    id_number,
    line,
    refused,
    upload,
    with_import,
)


@pytest.fixture(autouse=True)
def _no_jobs_left():
    yield
    jobs.stop()


def test_template_asks_for_what_the_ledger_imports(world):
    made = load_workbook(BytesIO(importing.template(small_ledgers.PERSONS, world.in_a)))
    sheet = made.worksheets[0]
    titles = [cell.value for cell in sheet[1]]
    assert [title.rstrip(" *") for title in titles] == TITLES
    assert "姓名 *" in titles
    assert "单位" in titles  # left out, it is the actor's own
    lists = {str(rule.sqref).split("2:")[0]: rule.formula1 for rule in sheet.data_validations.dataValidation}
    assert lists["F"] == '"是,否"'
    assert "作业人员" in lists["E"]
    assert "甲公司" in lists["A"]
    assert "乙公司" not in lists["A"]
    with pytest.raises(Forbidden):
        importing.template(
            small_ledgers.PERSONS, small_ledgers.actor(world.a, rights={"persons.read": Scope.COMPANY})
        )


def test_the_template_filled_in_can_be_imported(world):
    made = load_workbook(BytesIO(importing.template(small_ledgers.PERSONS, world.in_a)))
    made.worksheets[0].append(line(1))
    target = BytesIO()
    made.save(target)
    found = check(world, target.getvalue())
    assert (found["good"], found["bad"], found["creates"]) == (1, 0, 1), found["errors"]


def test_every_fault_is_told_at_its_cell(world):
    there = small_ledgers.person(world.a)
    bad_id = id_number(3)[:-1] + ("0" if id_number(3)[-1] != "0" else "1")
    found = check(
        world,
        book(
            line(1),
            line(2, 身份证号=bad_id, 联系电话="1390000"),
            line(4, 姓名=""),
            line(5, 人员类型="老板", 允许审核="也许"),
            line(1, name="又一个"),
            line(6, 单位="乙公司"),
            line(7, 单位="没有的公司"),
            ["", "王大友", there.id_number, there.phone, "", "", ""],
        ),
    )
    assert faults(found) == [
        ("C3", "id_check"),
        ("D3", "mobile_length"),
        ("B4", "required"),
        ("E5", "no_such_choice"),
        ("F5", "not_a_flag"),
        ("C6", "twice_in_sheet"),
        ("A7", "no_such_row"),
        ("A8", "no_such_row"),
    ]
    assert (found["rows"], found["good"], found["bad"]) == (8, 2, 6)
    assert (found["creates"], found["updates"]) == (1, 1)
    assert found["errors_total"] == 8
    assert found["errors"][5]["message"] == "与第 2 行重复，请只留一行"
    assert found["errors"][0]["value"] == bad_id[0] + "*" * 16 + bad_id[-1]
    # Another company is as little there as one that nobody ever made.
    assert found["errors"][6]["message"].replace("乙公司", "") == found["errors"][7]["message"].replace(
        "没有的公司", ""
    )
    preview = found["preview"]
    assert preview["columns"] == TITLES
    assert [row["verdict"] for row in preview["rows"]] == ["create", *["error"] * 6, "update"]
    assert there.id_number not in str(found)
    assert preview["rows"][0]["values"][1] == "李四"


def test_a_row_that_its_rules_do_not_change_now_is_not_changed_by_a_sheet(world):
    there = small_ledgers.person(world.a)
    ledger = copy(small_ledgers.PERSONS)
    object.__setattr__(ledger, "rules", replace(ledger.rules, when={"may_review": ("true",)}))
    sheet = book(line(1), ["", "新名", there.id_number, there.phone, "", "", ""])
    assert faults(check(world, sheet, ledger)) == [("C3", "wrong_state")]
    Person.update(may_review=True).where(Person.id == there.id).execute()
    assert faults(check(world, sheet, ledger)) == []


def test_a_required_column_that_is_missing_is_told(world):
    found = check(world, book(["x", "13800000000"], titles=["姓名", "联系电话"]))
    assert (found["rows"], found["bad"]) == (0, 1)
    assert found["errors"][0]["code"] == "header_missing"
    assert "身份证号" in found["errors"][0]["message"]


def test_what_is_no_sheet_is_told(world):
    for content in (b"PK\x03\x04nonsense", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1old", b"name,phone\n"):
        found = check(world, content)
        assert found["bad"] == 1
        assert found["errors"][0]["message"]


def test_an_import_makes_and_changes_rows_with_a_trail(world, clock):
    there = small_ledgers.person(world.a, "旧名", job_number="老", note="留着")
    job = upload(
        world, book(line(1, 允许审核="是"), ["", "新名", there.id_number, there.phone, "安全管理员", "", ""])
    )
    assert job.result["bad"] == 0, job.result["errors"]
    assert (job.result["creates"], job.result["updates"]) == (1, 1)
    assert Person.select().count() == 1  # so far nothing was written
    done = finish(importing.start_commit(world.in_a, small_ledgers.PERSONS, job.id))
    assert done.result == {"created": 1, "updated": 1}
    made = Person.get(Person.name == "李四")
    assert (made.company_id, made.id_number, made.may_review, made.version) == (
        world.a.id,
        id_number(1),
        True,
        1,
    )
    assert Person.get(Person.id_hash == made.id_hash).id == made.id
    changed = Person.get_by_id(there.id)
    assert (changed.name, changed.role, changed.job_number, changed.note) == (
        "新名",
        "safety_officer",
        "老",
        "留着",
    )
    assert changed.version == 2
    lines = {line.row_id: line for line in Change.select()}
    assert (lines[made.id].action, lines[made.id].door) == ("created", "import")
    assert (lines[there.id].action, lines[there.id].account_name) == ("edited", "测试员")
    told = {change["title"]: (change["old"], change["new"]) for change in lines[there.id].changes}
    assert told == {"姓名": ("旧名", "新名"), "人员类型": ("作业人员", "安全管理员")}
    created = {change["title"]: change["new"] for change in lines[made.id].changes}
    assert created["单位"] == "甲公司"
    assert "*" in created["身份证号"]


def test_no_id_number_stands_in_the_database_in_clear(world, tmp_path):
    number = id_number(1)
    bad = number[:-1] + ("0" if number[-1] != "0" else "1")
    job = upload(world, book(line(1), line(2, 身份证号=bad)))
    texts = str(house_database.execute_sql("SELECT * FROM job").fetchall())
    assert number not in texts
    assert bad not in texts
    job2 = upload(world, book(line(1)))
    assert len(list((tmp_path / "imports").iterdir())) == 3  # both sheets, one with its faults beside
    finish(importing.start_commit(world.in_a, small_ledgers.PERSONS, job2.id))
    assert not (tmp_path / "imports" / job2.upload).exists()  # gone as soon as it is in
    assert (tmp_path / "imports" / job.upload).exists()
    for table in ("job", "change_log", "person", "outbox"):
        assert number not in str(house_database.execute_sql(f"SELECT * FROM {table}").fetchall())


def test_the_workbook_of_errors_has_the_cells_and_no_number(world):
    number = id_number(9)
    job = upload(world, book(line(9), line(2, 姓名="")))
    content = importing.errors_workbook(world.in_a, small_ledgers.PERSONS, job.id)
    sheet = load_workbook(BytesIO(content)).active
    assert "请填写姓名" in sheet["H3"].value
    assert sheet["C2"].value == number[0] + "*" * 16 + number[-1]
    right = upload(world, book(line(1)))
    for job_id in (right.id, 99999, "x"):
        with pytest.raises(NotFound):
            importing.errors_workbook(world.in_a, small_ledgers.PERSONS, job_id)
    with pytest.raises(NotFound):
        importing.errors_workbook(replaced(world), small_ledgers.PERSONS, job.id)


def replaced(world):
    from dataclasses import replace

    return replace(world.in_a, account_id=8)


def test_a_sheet_with_errors_is_not_imported(world):
    job = upload(world, book(line(1), line(2, 姓名="")))
    assert refused(world, job.id) == "import_has_errors"
    assert Person.select().count() == 0


def test_a_sheet_is_imported_once_and_by_its_owner(world):
    job = upload(world, book(line(1)))
    assert refused(world, job.id, NotFound, actor=replaced(world)) == "not_found"
    commit = importing.start_commit(world.in_a, small_ledgers.PERSONS, job.id)
    assert refused(world, job.id) in ("import_used", "import_expired")
    assert finish(commit).state == "done"
    assert refused(world, job.id) == "import_used"
    assert refused(world, commit["id"], NotFound) == "not_found"
    assert Person.select().count() == 1


def test_who_was_entered_by_hand_since_the_check_is_changed_instead(world):
    job = upload(world, book(*(line(n) for n in range(1, 6))))
    small_ledgers.person(world.a, "李四", id_number=id_number(3))
    done = finish(importing.start_commit(world.in_a, small_ledgers.PERSONS, job.id))
    assert done.result == {"created": 4, "updated": 1}


def test_all_or_nothing_when_the_data_changed_since_the_check(world):
    small_ledgers.forklift()
    job = upload(world, equipment_book(5), ledger=with_import())
    assert job.result["bad"] == 0, job.result["errors"]
    world.site.change(name="改名的厂")
    done = finish(importing.start_commit(world.in_a, with_import(), job.id))
    assert done.state == "failed"
    assert done.error["code"] == "import_has_errors"
    assert "第 2 行" in done.error["cause"]
    assert len(done.error["details"]["errors"]) == 5
    assert Equipment.select().count() == 0


def test_nothing_is_left_of_an_import_that_fails_half_way(world, monkeypatch):
    job = upload(world, book(*(line(n) for n in range(1, 6))))
    from models.core.excel.imports import saving

    def broken(*args):
        raise RuntimeError("the disk is full")

    monkeypatch.setattr(saving, "tell_of_many", broken)
    done = finish(importing.start_commit(world.in_a, small_ledgers.PERSONS, job.id))
    assert done.state == "failed"
    assert done.error["code"] == "server_error"
    assert "disk" not in str(done.error)
    assert Person.select().count() == 0
    assert Change.select().count() == 0
    monkeypatch.undo()
    from models.core.ledger import declaration

    monkeypatch.setattr(declaration, "_ledgers", {ledger.name: ledger for ledger in small_ledgers.LEDGERS})
    again = finish(importing.start_commit(world.in_a, small_ledgers.PERSONS, job.id))  # it may be tried again
    assert again.result == {"created": 5, "updated": 0}


def test_a_key_taken_at_the_last_moment_stops_the_whole_import(world, monkeypatch):
    """What two imports at once do to each other: the check saw nothing, the unique key does."""
    from models.core.excel.imports import check as imports_check

    small_ledgers.person(world.a, "先到", id_number=id_number(3))
    monkeypatch.setattr(imports_check, "find_known", lambda ledger, lines: iter(()))
    job = upload(world, book(*(line(n) for n in range(1, 6))))
    done = finish(importing.start_commit(world.in_a, small_ledgers.PERSONS, job.id))
    assert done.state == "failed"
    assert done.error["code"] == "import_conflict"
    assert "身份证号" in done.error["cause"]
    assert Person.select().count() == 1


def test_lists_that_live_are_told_once_for_an_import(world):
    small_ledgers.forklift()
    job = upload(world, equipment_book(20), ledger=with_import())
    assert job.result["bad"] == 0, job.result["errors"]
    done = finish(importing.start_commit(world.in_a, with_import(), job.id))
    assert done.result == {"created": 20, "updated": 0}
    assert [(news.kind, news.company_id, news.payload) for news in Outbox.select()] == [
        ("ledger.changed", world.a.id, {"ledger": "equipment"})
    ]
    row = Equipment.get(Equipment.name == "3号叉车")
    assert (row.type_id, row.site_id, row.next_inspection_on) == (
        small_ledgers.forklift().id,
        world.site.id,
        date(2027, 1, 4),
    )
    assert (row.quick_open, row.state) == (None, "in_use")
    assert row.label_code  # by the ledger's own rule
