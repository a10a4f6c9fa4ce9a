"""Certificates at the edge of their rules: the day that just counts, the entry that is there twice, the number that names a man."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from models.core.errors import Invalid
from models.core.ledger.changes import editing
from models.training.ledgers import CERTIFICATES
from models.training.records import Certificate
from models.training.rules import add_certificate, delete_certificate, edit_certificate, settle
from tests.models.organization.conftest import Town, number


@pytest.fixture
def town(database: Any, clock: Any) -> Town:
    return Town()


def entered(town: Town, *, person: Any = None, **changes: Any) -> Certificate:
    person = person or town.worker(1, account=False).person
    values = {"person": person.id, "number": "T1", "code": "N1", "valid_until": date(2028, 1, 1), **changes}
    return add_certificate(town.officer, values)


def test_one_may_be_issued_today_and_must_last_a_day_at_least(town: Town) -> None:
    today = date(2026, 11, 22)
    person = town.worker(1, account=False).person
    with pytest.raises(Invalid) as caught:
        entered(town, person=person, issued_on=today, valid_until=today)
    assert caught.value.fields == {"valid_until": "有效期至要晚于发证日期"}
    made = entered(town, person=person, issued_on=today, valid_until=date(2026, 11, 23))
    assert made.issued_on == today


def test_a_corrected_number_must_not_be_one_that_is_there(town: Town) -> None:
    person = town.worker(1, account=False).person
    made, other = entered(town, person=person), entered(town, person=person, number="T2")
    with pytest.raises(Invalid) as caught:
        edit_certificate(town.officer, other, {"number": "T1"})
    assert list(caught.value.fields) == ["number"]
    assert edit_certificate(town.officer, made, {"number": "T1", "issuer": "省局"}).issuer == "省局"
    assert edit_certificate(town.officer, other, {"number": "T3"}).number == "T3"


def test_what_is_deleted_is_one_entry(town: Town) -> None:
    person = town.worker(1, account=False).person
    made, other = entered(town, person=person), entered(town, person=person, number="T2")
    delete_certificate(town.officer, made)
    assert [row.id for row in Certificate.select()] == [other.id]


def test_an_identity_number_in_a_certificates_number_is_never_stored(town: Town) -> None:
    person = town.worker(1, account=False).person
    typed = entered(town, person=person, number=f"T{number(7)}")
    stored = Certificate.create(
        company=town.company, person=person, number=f"Q{number(7)}", code="Q2", valid_until=date(2028, 1, 1)
    )
    for row in (typed, stored):
        assert (
            number(7) not in Certificate.get_by_id(row.id).number
            and "****" in Certificate.get_by_id(row.id).number
        )


def test_the_list_says_which_are_to_be_checked(town: Town) -> None:
    made = entered(town)
    told = editing.get(town.boss, CERTIFICATES, made.id)["values"]
    assert told["in_doubt"] == "yes" and "没有发证日期" in told["doubts"]
    settle(town.officer, made)
    told = editing.get(town.boss, CERTIFICATES, made.id)["values"]
    assert (told["in_doubt"], told["doubts"]) == ("no", None)
