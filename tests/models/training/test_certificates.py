"""Certificates: what is taken, how they stand day by day, who may change them (C02)."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.core.errors import Conflict, Forbidden, Invalid, NotFound
from models.training.records import Certificate
from models.training.rules import (
    add_certificate,
    delete_certificate,
    edit_certificate,
    fault_of_code,
    reinstate_certificate,
    revoke_certificate,
)
from models.training.states import standing, stands
from tests.models.organization.conftest import Town

TODAY = date(2026, 11, 22)


@pytest.fixture
def town(database: Any, clock: Any) -> Town:
    return Town()


def values(town: Town, place: int = 1, **changes: Any) -> dict[str, Any]:
    person = changes.pop("person", None) or town.worker(place, account=False).person
    filled = {"person": person.id, "number": "t330 1021", "code": "ｎ1", "valid_until": date(2028, 1, 1)}
    return {**filled, **changes}


def test_numbers_and_codes_are_kept_in_one_spelling(town: Town) -> None:
    made = add_certificate(town.officer, values(town))
    assert (made.number, made.code, made.company_id, made.source) == (
        "T3301021",
        "N1",
        town.company.id,
        "entered",
    )


def test_the_same_entry_is_there_once(town: Town) -> None:
    person = town.worker(1, account=False).person
    add_certificate(town.officer, values(town, person=person))
    with pytest.raises(Invalid) as caught:
        add_certificate(town.officer, values(town, person=person, number="T3301021"))
    assert list(caught.value.fields) == ["number"]
    assert add_certificate(town.officer, values(town, person=person, code="Q2")).code == "Q2"


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"code": "N9"}, "code"),
        ({"issued_on": date(2026, 11, 23)}, "issued_on"),
        ({"issued_on": date(2026, 1, 1), "valid_until": date(2025, 1, 1)}, "valid_until"),
    ],
)
def test_faults_stand_at_their_field(town: Town, changes: dict[str, Any], field: str) -> None:
    with pytest.raises(Invalid) as caught:
        add_certificate(town.officer, values(town, **changes))
    assert list(caught.value.fields) == [field]


def test_welders_codes_are_put_together_freely() -> None:
    assert fault_of_code("SMAW-FeIV-6G-3/159-Fef3J", {"N1"}) == ""
    assert fault_of_code("N1", {"N1"}) == ""
    assert fault_of_code("N11", {"N1"})


def test_other_companies_certificates_do_not_exist(town: Town) -> None:
    made = add_certificate(town.officer, values(town))
    for doing in (
        lambda: edit_certificate(town.neighbour, made, {"number": "T2"}),
        lambda: delete_certificate(town.neighbour, made),
        lambda: add_certificate(town.neighbour, {**values(town, 2)}),
    ):
        with pytest.raises((NotFound, Forbidden)):
            doing()


def test_what_was_corrected_by_hand_counts_as_entered(town: Town) -> None:
    made = add_certificate(town.officer, values(town))
    Certificate.update(source="registry").where(Certificate.id == made.id).execute()
    same = edit_certificate(town.officer, Certificate.get_by_id(made.id), {"code": "N1"})
    assert same.source == "registry"
    assert edit_certificate(town.officer, same, {"valid_until": date(2029, 1, 1)}).source == "entered"


def test_withdrawn_and_back(town: Town) -> None:
    made = add_certificate(town.officer, values(town))
    assert revoke_certificate(town.officer, made).state == "revoked"
    with pytest.raises(Conflict):
        revoke_certificate(town.officer, made)
    assert reinstate_certificate(town.officer, made).state == "valid"


@given(days=st.integers(-400, 400), revoked=st.booleans())
def test_standing_changes_on_the_right_day(days: int, revoked: bool) -> None:
    record = Certificate(valid_until=TODAY + timedelta(days=days), state="revoked" if revoked else "valid")
    expected = "revoked" if revoked else "expired" if days < 0 else "expiring" if days <= 90 else "valid"
    assert standing(record, TODAY) == expected


def test_the_filter_finds_what_the_standing_says(town: Town) -> None:
    person = town.worker(1, account=False).person
    for place, days in enumerate((-1, 0, 1, 89, 90, 91, 400)):
        for state in ("valid", "revoked"):
            Certificate.create(
                company=town.company, person=person, number=f"T{place}{state}", code="N1", state=state,
                valid_until=TODAY + timedelta(days=days),
            )  # fmt: skip
    for name in ("valid", "expiring", "expired", "revoked"):
        found = {row.number for row in Certificate.select().where(stands([name], TODAY))}
        assert found == {row.number for row in Certificate.select() if standing(row, TODAY) == name}
