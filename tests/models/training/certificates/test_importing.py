"""A sheet of certificates: what is wrong in it, what is made and what is brought up to date (C02)."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from models.core import history
from models.core.db.batch import Batch
from models.core.db.connection import in_transaction
from models.core.errors import NotFound
from models.training.certificates import importing
from models.training.records import Certificate
from models.training.rules import add_certificate
from tests.models.organization.conftest import Town

UNTIL = date(2028, 1, 1)


@pytest.fixture
def town(database: Any, clock: Any) -> Town:
    return Town()


def row(person: int, number: str = "T1", code: str = "N1", **more: Any) -> dict[str, Any]:
    return {"person": person, "number": number, "code": code, "valid_until": UNTIL, "issuer": None, **more}


def written(town: Town, *rows: dict[str, Any]) -> tuple[int, int]:
    def write() -> tuple[int, int]:
        batch = Batch()
        counts = importing.prepare(town.officer, list(rows), batch)
        batch.put()
        return counts

    return in_transaction(write)


def test_what_is_wrong_stands_at_its_row_and_field(town: Town) -> None:
    someone, other = (town.worker(place, account=False).person.id for place in (1, 2))
    faults = importing.check(
        town.officer,
        [
            row(someone),
            row(someone, code="N9"),
            row(someone, number="t1", code="ｎ1"),
            row(other),
            row(someone, code="Q2"),
            row(someone, number="T2"),
            row(someone, number="T2", code="N2、N1"),
            row(someone, number="无"),
        ],
    )
    assert {place: list(found) for place, found in faults.items()} == {
        1: ["code"], 2: ["number"], 6: ["number"], 7: ["number"],
    }  # fmt: skip
    assert (faults[2]["number"].code, faults[7]["number"].code) == ("twice", "wrong")


def test_what_is_to_be_held_against_the_certificate_is_said_of_right_rows(town: Town) -> None:
    someone = town.worker(1, account=False).person.id
    rows = [
        row(someone),
        row(someone, number="T2", issued_on=date(2026, 1, 5)),
        row(someone, number="T3", as_is=True),
    ]
    said = importing.remarks(town.officer, rows)
    assert {place: remark.text[:6] for place, remark in said.items()} == {0: "没有发证日期"}


def test_made_or_brought_up_to_date(town: Town) -> None:
    someone, other = (town.worker(place, account=False).person.id for place in (1, 2))
    kept = add_certificate(town.officer, row(someone, issuer="省局"))
    assert written(town, row(someone, number="t1", code="N1、N2"), row(other)) == (2, 1)
    same = Certificate.get_by_id(kept.id)
    assert (same.source, same.issuer) == ("entered", "省局"), (
        "an empty cell takes nothing away, and nothing changed"
    )
    later = row(someone, valid_until=date(2028, 6, 1))
    assert written(town, later) == (0, 1)
    changed = Certificate.get_by_id(kept.id)
    assert (changed.valid_until, changed.source, changed.issuer) == (date(2028, 6, 1), "imported", "省局")
    rows = Certificate.select().order_by(Certificate.id)
    assert [(one.person_id, one.code, one.source, one.company_id) for one in rows] == [
        (someone, "N1", "imported", town.company.id),
        (someone, "N2", "imported", town.company.id),
        (other, "N1", "imported", town.company.id),
    ]
    noted = history.Change.select().where(
        history.Change.table == "certificate", history.Change.row_id == kept.id
    )
    assert noted.count() == 2, "entered, and the new date"


def test_nobody_of_another_company(town: Town) -> None:
    stranger = town.worker(1, by=town.neighbour, account=False).person.id
    with pytest.raises(NotFound):
        written(town, row(stranger))
    assert not Certificate.select().exists()
