"""Two companies side by side, with a row of every ledger each, for tests that look over a company's fence (J04)."""

from __future__ import annotations

from typing import Any

import pytest
from tornado.web import Application

from models.administration.records import Account, Session
from models.core.db.connection import in_transaction
from models.duty.gate import clock_in
from models.duty.records import ClockIn
from models.equipment.records import Equipment
from models.hazards.records import Hazard
from models.organization.records import Binding, Company, Person
from models.tasks.records import FlowVersion
from tests.support.clock_in_plant import Plant
from tests.support.ledger_rows import RowMaker, Rows

FOREIGN = "别家"  # stands in every text of the other company, and must never be seen


@pytest.fixture
def makers(plant: Plant, app: Application) -> dict[str, RowMaker]:
    """Who makes rows for two companies: `own` and `other`."""
    return {
        "own": maker_for(plant, plant.units[0], 1, "自家"),
        "other": maker_for(plant, plant.unit(f"{FOREIGN}水务"), 2, FOREIGN),
    }


@pytest.fixture
def two(makers: dict[str, RowMaker]) -> dict[str, Rows]:
    """Two companies with a row of every ledger each: `own` and `other`."""
    return {side: maker.rows() for side, maker in makers.items()}


def maker_for(plant: Plant, unit: Company, who: int, word: str) -> RowMaker:
    """Who makes rows for a unit of the plant; `word` stands in every text, `who` is one of the plant's people."""
    site = Company.create(
        name=f"{word}厂站", kind="site", parent=unit, company_root=unit.id, path=f"{unit.path}9{who}/"
    )
    person = plant.person(who, unit, name=f"{word}工人", site=site)
    account = plant.account(who, unit)
    truck = plant.equipment(unit, name=f"{word}叉车", site=site)
    plant.certificate(person, number=f"{word}-N1")
    passed: Any = in_transaction(clock_in, [plant.scan(who, truck, unit)])[0]
    session = Session.get(Session.account_id == account.id)
    Session.update(company_id=unit.id, device=f"{word}手机").where(Session.id == session.id).execute()
    there: dict[type[Any], Any] = {
        Company: unit, Person: person, Binding: Binding.get(Binding.person == person), Equipment: truck,
        Account: Account.get_by_id(account.id), ClockIn: ClockIn.get_by_id(passed.record["id"]), Session: session,
        FlowVersion: FlowVersion.get(),  # what is drawn is no field that could be filled by itself
    }  # fmt: skip
    return RowMaker(
        unit,
        site,
        word,
        there,
        {
            "flow_case.kind": "hazard",
            "task.kind": "case",
            "task.subject_kind": "hazard",
            "document.standing": "in_force",  # drafts are not there for who may not write them
            "post.standing": "in_force",
            "flow_case.subject_id": Hazard,
            "task.subject_id": Hazard,
        },
    )
