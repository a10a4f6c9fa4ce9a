"""What a list shows goes into a sheet: all of it, in its order, as words, and nothing that runs."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from io import BytesIO

import pytest
from openpyxl import load_workbook

from models.core.db.connection import database as house_database
from models.core.errors import Forbidden, Invalid, NotFound
from models.core.excel import export
from models.core.files import stored
from models.core.jobs import jobs
from models.core.ledger.reading.query import ListQuery
from models.core.security.rights import Scope
from models.equipment.records import Equipment
from tests.models.core import small_ledgers

START = datetime(2026, 11, 1, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _no_jobs_left():
    yield
    jobs.stop()


def exported(actor, ledger, tmp_path, columns=(), **asked):
    """The cells of an export, as the file has them."""
    target = tmp_path / "export.xlsx"
    told = []
    names = export.checked_columns(ledger, list(columns))
    query = ListQuery.parse(ledger, **asked)
    export.export(actor, ledger, query, names, target, lambda done, total: told.append((done, total)))
    sheet = load_workbook(target).active
    return [[cell.value for cell in row] for row in sheet.iter_rows()], sheet, told


def test_cells_are_what_people_read(world, clock, tmp_path):
    small_ledgers.equipment(
        world.a, site=world.site, lng="120.5", quick_open=True, next_inspection_on=date(2027, 1, 1)
    )
    names = [
        "name",
        "company",
        "site",
        "type",
        "state",
        "quick_open",
        "lng",
        "next_inspection_on",
        "created_at",
    ]
    rows, _, told = exported(world.in_a, small_ledgers.EQUIPMENT, tmp_path, names)
    assert rows[0] == [
        "设备名称",
        "单位",
        "厂站",
        "设备种类",
        "使用状态",
        "快开门式",
        "经度",
        "下次检验日期",
        "登记时间",
    ]
    assert rows[1] == [
        "1号叉车", "甲公司", "甲一厂", small_ledgers.forklift().name, "在用", "是", 120.5,
        datetime(2027, 1, 1), datetime(2026, 11, 22, 8, 0),
    ]  # fmt: skip
    assert told[-1] == (1, 1)


def test_derived_values_and_labels_of_references_are_words(world, tmp_path):
    someone = small_ledgers.person(world.a, "李小云")
    from models.training.records import Certificate

    Certificate.create(company=world.a, person=someone, number="1", code="N1", valid_until=date(2027, 1, 1))
    small_ledgers.equipment(world.a, "四个字的")
    rows, _, _ = exported(world.in_a, small_ledgers.EQUIPMENT, tmp_path, ["scans", "name", "state"])
    assert rows == [["上岗次数", "设备名称", "使用状态"], [4, "四个字的", "在用"]]
    rows, _, _ = exported(world.in_a, certificates(), tmp_path, ["person", "number"])
    assert rows[1] == ["李小云", "1"]


def certificates():
    ledger = object.__new__(type(small_ledgers.CERTIFICATES))
    ledger.__dict__.update(small_ledgers.CERTIFICATES.__dict__)
    ledger.__dict__["rights"] = {**small_ledgers.CERTIFICATES.rights, "export": "certificates.export"}
    return ledger


def test_id_numbers_leave_the_house_masked(world, tmp_path):
    someone = small_ledgers.person(world.a)
    rows, _, _ = exported(world.in_a, small_ledgers.PERSONS, tmp_path, ["name", "id_number"])
    assert rows[1] == ["王大友", someone.id_number[0] + "*" * 16 + someone.id_number[-1]]


EVIL = [
    "=1+1", "+1", "-1", "@SUM(A1)", "=HYPERLINK(\"http://x\")", "\t=1", "＝1+1", "|calc", "%0A=1", "#REF!",
    "_x0041_", "'=1", " =cmd",
]  # fmt: skip


@pytest.mark.parametrize("derived", [False, True])
def test_no_cell_becomes_a_formula(world, tmp_path, derived):
    for text in EVIL:
        small_ledgers.equipment(world.a, text)
    columns = ["name", "scans"] if derived else ["name", "state"]
    rows, sheet, _ = exported(world.in_a, small_ledgers.EQUIPMENT, tmp_path, columns, sort="created_at")
    # Excel reads _x005F_ as the underscore that it stands for; openpyxl leaves it.
    assert sorted(row[0].replace("_x005F_", "_") for row in rows[1:]) == sorted(EVIL)
    for row in sheet.iter_rows(min_row=2, max_col=1):
        assert row[0].data_type != "f"


@pytest.mark.parametrize("derived", [False, True])
@pytest.mark.parametrize("chunk", [1, 3, 7])
def test_chunks_lose_and_double_nothing(world, tmp_path, monkeypatch, derived, chunk):
    monkeypatch.setattr(export, "CHUNK", chunk)
    with house_database.atomic():
        for number in range(7):
            unit = [world.a, world.b][number % 2]
            small_ledgers.equipment(unit, f"{number}", created_at=START + timedelta(seconds=number // 3))
    columns = ["name", "scans"] if derived else ["name"]
    rows, _, told = exported(world.over, small_ledgers.EQUIPMENT, tmp_path, columns, sort="-created_at")
    order = Equipment.select(Equipment.name).order_by(Equipment.created_at.desc(), Equipment.id.desc())
    assert [row[0] for row in rows[1:]] == [row.name for row in order]
    assert told[-1] == (7, 7)


def test_the_list_s_filters_and_the_actor_s_sight_hold(world, tmp_path):
    small_ledgers.equipment(world.a, "停", state="stopped")
    small_ledgers.equipment(world.a, "用")
    small_ledgers.equipment(world.b, "他们的", state="stopped")
    rows, _, _ = exported(
        world.in_a, small_ledgers.EQUIPMENT, tmp_path, ["name"], filters={"state": ["stopped"]}
    )
    assert rows[1:] == [["停"]]
    rows, _, _ = exported(
        world.in_a, small_ledgers.EQUIPMENT, tmp_path, ["name"], filters={"company": [str(world.b.id)]}
    )
    assert rows[1:] == []
    rows, _, _ = exported(world.over, small_ledgers.EQUIPMENT, tmp_path, ["name"], q="他们")
    assert rows[1:] == [["他们的"]]
    # Who may export for the company but only see a site's rows, exports the site's.
    narrow = small_ledgers.actor(
        world.a,
        rights={"equipment.read": Scope.SITE, "equipment.export": Scope.COMPANY},
        sites=(world.site.id,),
    )
    small_ledgers.equipment(world.a, "厂里", site=world.site)
    rows, _, _ = exported(narrow, small_ledgers.EQUIPMENT, tmp_path, ["name"])
    assert rows[1:] == [["厂里"]]


def test_an_export_is_a_job_with_a_file(world, clock, tmp_path):
    small_ledgers.equipment(world.a)
    job = export.start_export(world.in_a, small_ledgers.EQUIPMENT, "", {}, "", [])
    jobs.wait(job["id"])
    told = jobs.find(world.in_a, job["id"])
    assert (told["state"], told["result"], told["done"], told["total"]) == ("done", {"rows": 1}, 1, 1)
    assert told["file"]["name"] == "设备 2026-11-22 0800.xlsx"
    _name, mime, kept = jobs.file_of(world.in_a, job["id"])
    content = stored.read(stored.JOBS, kept)
    assert len(content) == told["file"]["size"]
    assert mime == export.XLSX
    header = [cell.value for cell in next(load_workbook(BytesIO(content)).active.iter_rows())]
    assert "经度" not in header  # a column that waits in the column choice
    assert header[0] == "设备名称"
    with pytest.raises(NotFound):
        jobs.file_of(replace(world.in_a, account_id=8), job["id"])


def test_what_cannot_be_exported_is_said_before_the_job(world):
    for columns in (["label_code"], ["nothing"], "name", [1], ["id"]):
        with pytest.raises(Invalid):
            export.start_export(world.in_a, small_ledgers.EQUIPMENT, "", {}, "", columns)
    with pytest.raises(Invalid):
        export.start_export(world.in_a, small_ledgers.EQUIPMENT, "", {"x": ["1"]}, "", [])
    with pytest.raises(Forbidden):
        export.start_export(
            small_ledgers.actor(world.a, rights={"equipment.read": Scope.COMPANY}),
            small_ledgers.EQUIPMENT,
            "",
            {},
            "",
            [],
        )
    assert jobs.Job.select().count() == 0
