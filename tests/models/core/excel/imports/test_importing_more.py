"""Imports find rows and references within sight, and refuse what can't be trusted."""

from io import BytesIO

import pytest
from openpyxl import Workbook

from models.core import clock
from models.core.db.connection import in_transaction
from models.core.errors import Invalid, NotFound
from models.core.excel.imports import importing
from models.core.files import encryption
from models.core.files.keeping import IMPORT_ROWS
from models.core.history import Change
from models.core.jobs import jobs, retention
from models.core.security.rights import Scope
from models.organization.records import Person
from tests.models.core import small_ledgers
from tests.models.core.excel.uploads import (
    TITLES,
    book,
    check,
    faults,
    finish,
    line,
    refused,
    upload,
    with_import,
)
from tests.support.company_settings import set_to


@pytest.fixture(autouse=True)
def _no_jobs_left():
    yield
    jobs.stop()


def test_references_are_found_by_name_code_and_number_within_sight(world):
    kind = small_ledgers.forklift()
    small_ledgers.company("乙一厂", world.b, "site")
    small_ledgers.company("乙二厂", world.b, "site")
    titles = ["设备名称", "设备种类", "厂站"]
    found = check(
        world,
        book(
            ["a", kind.code, "甲一厂"],
            ["b", kind.name, ""],
            ["c", "飞船", ""],
            ["d", kind.name, "乙一厂"],
            titles=titles,
        ),
        ledger=with_import(),
    )
    assert faults(found) == [("B4", "no_such_row"), ("C5", "no_such_row")]


def test_a_name_that_several_have_is_not_guessed(world):
    small_ledgers.company("同名", world.a, "site")
    small_ledgers.company("同名", world.site, "site")
    found = check(
        world,
        book(["a", small_ledgers.forklift().name, "同名"], titles=["设备名称", "设备种类", "厂站"]),
        ledger=with_import(),
    )
    assert faults(found) == [("C2", "ambiguous")]


def test_who_has_a_right_over_a_site_changes_only_its_people(world):
    inside = small_ledgers.person(world.a, "里面", site=world.site)
    outside = small_ledgers.person(world.a, "外面")
    keeper = small_ledgers.actor(world.a, scope=Scope.SITE, sites=(world.site.id,))
    rows = [["", "改名", one.id_number, one.phone, "", "", ""] for one in (inside, outside)]
    found = check(world, book(*rows), actor=keeper)
    assert faults(found) == [("C3", "not_yours")]


def test_rows_of_another_company_are_new_here(world):
    theirs = small_ledgers.person(world.b, "他们的")
    job = upload(world, book(["", "也是我们的", theirs.id_number, theirs.phone, "", "", ""]))
    assert (job.result["creates"], job.result["updates"]) == (1, 0)
    assert finish(importing.start_commit(world.in_a, small_ledgers.PERSONS, job.id)).result["created"] == 1
    assert Person.get_by_id(theirs.id).name == "他们的"


def test_who_sees_two_companies_imports_into_the_one_named(world):
    job = upload(world, book(line(1, 单位="乙公司"), line(1), line(2)), actor=world.over)
    assert job.result["bad"] == 0, job.result["errors"]
    finish(importing.start_commit(world.over, small_ledgers.PERSONS, job.id))
    assert sorted(Person.select(Person.company).tuples()) == [(world.a.id,), (world.a.id,), (world.b.id,)]


def test_formulas_and_merged_cells_are_told(world):
    made = Workbook()
    made.active.append(TITLES)
    made.active.append(line(1))
    made.active["B2"] = '=HYPERLINK("http://x","张三")'
    target = BytesIO()
    made.save(target)
    assert faults(check(world, target.getvalue())) == [("B2", "formula")]


def test_a_file_too_large_is_refused_at_once(world, monkeypatch):
    monkeypatch.setattr(importing, "MAX_BYTES", 10)
    with pytest.raises(Invalid) as caught:
        importing.start_check(world.in_a, small_ledgers.PERSONS, "x.xlsx", b"x" * 11)
    assert (caught.value.code, caught.value.status) == ("too_large", 413)


def test_more_rows_than_allowed_are_refused(world):
    set_to(IMPORT_ROWS, None, 100)
    found = check(world, book(*(line(n) for n in range(1, 102))))
    assert found["errors"][0]["code"] == "too_many_rows"


def test_uploads_are_swept_when_their_time_is_over(world, clock, tmp_path):
    job = upload(world, book(line(1), line(2, 姓名="")))
    for kept in (tmp_path / "imports").iterdir():
        assert kept.read_bytes().startswith(encryption.MAGIC), (
            "as long as it lies there, nobody else can read it"
        )
    told = jobs.find(world.in_a, job.id)["result"]
    assert told["errors"]
    assert told["preview"]["rows"]
    clock.forward(hours=25)
    assert retention.sweep() == 2  # the sheet and the workbook of its errors
    assert list((tmp_path / "imports").iterdir()) == []
    after = jobs.find(world.in_a, job.id)["result"]
    assert after == {**told, "errors": [], "preview": {"columns": [], "rows": []}}, (
        "how many there were stays"
    )
    with pytest.raises(NotFound):
        importing.errors_workbook(world.in_a, small_ledgers.PERSONS, job.id)
    fine = upload(world, book(line(1)))
    clock.forward(hours=25)
    retention.sweep()
    assert refused(world, fine.id) == "import_expired"


def test_the_same_sheet_again_changes_nothing(world):
    content = book(*(line(n) for n in range(1, 4)))
    for created, updated in ((3, 0), (0, 3)):
        job = upload(world, content)
        result = finish(importing.start_commit(world.in_a, small_ledgers.PERSONS, job.id)).result
        assert result == {"created": created, "updated": updated}
    assert {person.version for person in Person.select()} == {1}
    assert Change.select().count() == 3


def test_commit_joins_the_running_transaction(world):
    """A caller that fails afterwards takes the import back with it."""
    from models.core.excel import read_sheet
    from models.core.excel.ledger_columns import import_columns

    sheet = read_sheet(book(line(1)), import_columns(small_ledgers.PERSONS, world.in_a))

    def work():
        importing.commit(world.in_a, small_ledgers.PERSONS, sheet, lambda done, total: None)
        raise RuntimeError

    with pytest.raises(RuntimeError):
        in_transaction(work)
    assert Person.select().count() == 0
    assert clock.now()
