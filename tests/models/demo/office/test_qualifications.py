"""The demo's certificates of companies: every standing that one comes to see, on the list and on the first screen (A11)."""

from __future__ import annotations

from typing import Any

import pytest

from models import demo
from models.administration.accounts.actors import actor_for_account
from models.administration.records import Account
from models.core import clock as clocks
from models.core.db.connection import in_transaction
from models.demo.invented_names import mobile
from models.demo.office.qualifications import plant_qualifications
from models.desk.home import home
from models.objectives.qualifications.ledgers import QUALIFICATIONS
from models.objectives.qualifications.records import Qualification
from models.organization.records import Company
from tests.support.prepared_rows import lay_standards


@pytest.fixture
def planted(database: Any, clock: Any) -> None:
    clock.set(2026, 11, 25, 17, 0)
    lay_standards()
    in_transaction(demo.plant)
    assert in_transaction(plant_qualifications)


def test_every_standing_is_there_in_every_company(planted: None) -> None:
    expires = QUALIFICATIONS.expires
    assert expires is not None
    for company in Company.select().where(Company.kind == "company"):
        rows = list(Qualification.select().where(Qualification.company == company))
        stood = [expires.standing(row, clocks.today()) for row in rows]
        assert sorted(stood) == ["expired", "expiring", "replaced", "valid", "valid", "valid"]
        assert all(row.keeper.company_id == company.id for row in rows)


def test_an_officer_sees_them_among_the_numbers_of_the_first_screen(planted: None) -> None:
    actor = actor_for_account(Account.get(Account.login == mobile(1)), "console")
    numbers = {
        one["name"]: one["value"]
        for group in home(actor)
        for one in group["numbers"]
        if one["ledger"] == "qualifications"
    }
    assert numbers == {"expired": 1, "expiring": 1}


@pytest.mark.one_engine
def test_planting_again_adds_nothing(planted: None) -> None:
    count = Qualification.select().count()
    assert not in_transaction(plant_qualifications)
    assert Qualification.select().count() == count
