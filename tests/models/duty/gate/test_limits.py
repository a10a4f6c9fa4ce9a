"""A certificate's restriction at every type of crane, entered by form and by sheet, through the gate itself (Q02, Q09).

The right answers are written down by hand: 注3 of the list of projects names seven kinds that a certificate may be
limited to; nothing asks for a code at a mast crane or a parking machine.
"""

from __future__ import annotations

from typing import Any

import pytest

from models.administration.accounts.actors import actor_for_account
from models.administration.roles.roles import builtin
from models.core.db.connection import in_transaction
from models.core.excel.imports import importing
from models.core.ledger.changes.editing import create
from models.core.security.actor import Actor
from models.duty.gate import Passed, clock_in
from models.duty.records import ClockIn
from models.equipment.records import Equipment, EquipmentType
from models.equipment.rules import derive_needs
from models.organization.records import Person
from models.training.ledgers import CERTIFICATES
from models.training.records import Certificate
from tests.models.core.excel.uploads import book
from tests.support.clock_in_plant import Plant

ALL = "41 42 43 44 47 48 49"
# What stands on the certificate, and the kinds that it leaves allowed.
WORDINGS = {
    "": ALL,
    "无": ALL,
    "——": ALL,
    "不限": ALL,
    "N/A": ALL,
    "限桥式起重机": "41",
    "（限桥门式起重机）": "41 42",
    "桥、门式": "41 42",
    "限门座式起重机": "47",
    "起重机司机（限流动式起重机）": "44",
    "限升降机；限缆索式起重机": "48 49",
    "除塔式起重机外": "41 42 44 47 48 49",
    "限轮胎起重机": "441",
}
TITLES = ["持证人", "证书编号", "作业项目代号", "有效期至", "限制范围"]


@pytest.fixture
def officer(plant: Plant) -> Actor:
    return actor_for_account(plant.account(1, plant.units[0], role=builtin("safety_officer")), "console")


@pytest.fixture
def cranes(plant: Plant) -> list[tuple[str, Equipment]]:
    made = []
    for kind in EquipmentType.select().where(EquipmentType.code.startswith("4")).order_by(EquipmentType.code):
        crane = plant.equipment(plant.units[0], kind.code)
        derive_needs(crane)
        crane.change(required_codes=crane.required_codes, mode=crane.mode)
        made.append((kind.code, crane))
    return made


def by_form(officer: Actor, limits: str, code: str = "Q2") -> None:
    create(officer, CERTIFICATES, {"person": str(Person.get(Person.name == "工人0").id), "number": "T1", "code": code,
                                   "valid_until": "2028-01-01", "limits": limits})  # fmt: skip


def by_sheet(officer: Actor, limits: str, code: str = "Q2") -> None:
    content = book(["工人0", "T1", code, "2028-01-01", limits], titles=TITLES)
    checked = importing.check(officer, CERTIFICATES, content, lambda done, total: None)
    assert not checked.errors, checked.errors
    assert checked.sheet is not None
    in_transaction(importing.commit, officer, CERTIFICATES, checked.sheet, lambda done, total: None)


def verdicts(plant: Plant, cranes: list[tuple[str, Equipment]]) -> dict[str, Any]:
    ClockIn.delete().execute()
    outcomes = in_transaction(clock_in, [plant.scan(0, crane) for _, crane in cranes])
    return {
        kind: outcome.record["evidence"]["reminders"] if isinstance(outcome, Passed) else outcome.code
        for (kind, _), outcome in zip(cranes, outcomes, strict=True)
    }


def expected(kind: str, allowed: str) -> bool | str:
    """Whether somebody is clocked in at the type, or the code of the refusal."""
    if kind.startswith(("4A", "4D")):
        return "no_operator_needed"
    own = kind.rstrip("0")
    if any(own.startswith(prefix) or prefix.startswith(own) for prefix in allowed.split()):
        return True
    return "certificate_limited"


@pytest.mark.parametrize("door", [by_form, by_sheet])
def test_every_wording_at_every_crane(plant: Plant, officer: Actor, cranes: Any, door: Any) -> None:
    for wording, allowed in WORDINGS.items():
        Certificate.delete().execute()
        door(officer, wording)
        told = verdicts(plant, cranes)
        right = {kind: expected(kind, allowed) for kind, _ in cranes}
        assert {kind: isinstance(said, list) or said for kind, said in told.items()} == right, wording
        # Where the type is coarser than the limit nobody can tell; it is said, and refuses nobody.
        coarse = {"4000", "4400"} if wording == "限轮胎起重机" else {"4000"} if allowed != ALL else set()
        assert {kind for kind, said in told.items() if isinstance(said, list) and said} == coarse, wording


@pytest.mark.parametrize("door", [by_form, by_sheet])
def test_a_limit_written_behind_the_code_counts(plant: Plant, officer: Actor, cranes: Any, door: Any) -> None:
    Certificate.delete().execute()
    door(officer, "", "N1、Q2（限桥式起重机）")
    assert [(row.code, row.limits) for row in Certificate.select()] == [("N1", None), ("Q2", "限桥式起重机")]
    told = verdicts(plant, cranes)
    assert {kind for kind, said in told.items() if isinstance(said, list)} == {
        kind for kind, _ in cranes if kind.startswith(("40", "41"))
    }


@pytest.mark.parametrize("wording", ["限老式起重机", "限本厂使用", "限桥式起重机以上"])
def test_words_that_nobody_understands_refuse_nobody(plant: Plant, cranes: Any, wording: str) -> None:
    Certificate.update(code="Q2", limits=wording).execute()
    bridge = dict(cranes)["4110"]
    outcome = in_transaction(clock_in, [plant.scan(0, bridge)])[0]
    assert isinstance(outcome, Passed)


@pytest.mark.parametrize(
    ("limits", "said"),
    [
        ("无", False),
        ("/", False),
        ("限叉车", False),
        ("3t以下", True),
        ("（限内燃叉车、蓄电池叉车）", True),
        ("限桥式起重机", True),
    ],
)
def test_what_stands_on_a_forklift_certificate_refuses_nobody(plant: Plant, limits: str, said: bool) -> None:
    Certificate.update(limits=limits).execute()
    outcome = in_transaction(clock_in, [plant.scan(0, plant.equipment(plant.units[0]))])[0]
    assert isinstance(outcome, Passed)
    assert bool(outcome.record["evidence"]["reminders"]) is said
    assert outcome.record["evidence"]["rules"] == {"limits": 1}, (
        "by which version it was judged stays with the record"
    )
