"""The first screen: every number is that of the list behind it, and only of what one may read (H01)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from models.administration.accounts.actors import actor_for_account
from models.administration.records import Account
from models.core import clock as clocks
from models.core.ledger import all_ledgers, ledger_named
from models.core.ledger.reading import listing
from models.core.ledger.reading.query import ListQuery
from models.core.security.actor import Actor
from models.desk.home import GROUPS, home, numbers_of
from models.duty.records import ClockIn
from models.equipment.records import Equipment
from models.organization.records import Binding, Company
from tests.models.desk.test_expiring import certificate, machine, officer
from tests.support.people_to_tell import Crowd


@pytest.fixture(autouse=True)
def _(clock: Any) -> None:
    clock.set(2026, 11, 22, 8)


def clocked_in(equipment: Equipment, *, days_ago: int = 0) -> None:
    at = clocks.now() - timedelta(days=days_ago)
    key = f"k{ClockIn.select().count()}"
    ClockIn.create(
        id=ClockIn.select().count() + 1, company=equipment.company_id, person_id=1, person_name="李明", equipment_id=equipment.id,
        equipment_name=equipment.name, code="N1", certificate_number="T1", day=clocks.local(at).date(), scanned_at=at,
        received_at=at, late=False, evidence={}, once_key=key, request_key=key,
    )  # fmt: skip


def desk_of(crowd: Crowd, **values: Any) -> Actor:
    return actor_for_account(Account.get(Account.id == officer(crowd, **values).account_id), "console")


def shown(actor: Actor) -> dict[tuple[str, str], dict[str, Any]]:
    return {
        (number["ledger"], number["name"]): number for group in home(actor) for number in group["numbers"]
    }


def values(actor: Actor) -> dict[tuple[str, str], int]:
    return {key: number["value"] for key, number in shown(actor).items() if number["value"]}


def test_every_number_of_every_ledger_can_be_asked_for() -> None:
    for ledger in all_ledgers():
        numbers = list(numbers_of(ledger))
        assert len({number.name for number in numbers}) == len(numbers)
        for number in numbers:
            assert number.group in GROUPS
            ListQuery.parse(ledger, filters=dict(number.asked()))


def test_what_ends_is_counted_as_the_list_behind_it_and_nothing_of_another_company(crowd: Crowd) -> None:
    boss = officer(crowd)
    actor = actor_for_account(Account.get(Account.id == boss.account_id), "console")
    for days in (-3, 5, 20, 200):
        machine(crowd.unit, days)
        machine(crowd.other, days)
    certificate(boss, 60)
    assert values(actor) == {
        ("equipment", "expired"): 1, ("equipment", "expiring"): 2, ("equipment", "unmanned"): 4,
        ("certificates", "expiring"): 1,
    }  # fmt: skip
    for (name, _), number in shown(actor).items():
        ledger = ledger_named(name)
        assert ledger is not None
        page = listing.list_rows(actor, ledger, ListQuery.parse(ledger, filters=number["filters"]))
        assert page["count"] == {"value": number["value"], "exact": True}
    title = shown(actor)["equipment", "expired"]["title"]
    assert title == "设备检验已过期"


def test_nobody_at_a_machine_is_a_number_until_somebody_scans(crowd: Crowd) -> None:
    actor = desk_of(crowd)
    lonely, manned = machine(crowd.unit, None), machine(crowd.unit, None)
    machine(crowd.other, None)
    Equipment.create(
        company=crowd.unit, name="气瓶", type=lonely.type, mode="none", label_code="E0000901", state="in_use"
    )
    Equipment.create(
        company=crowd.unit, name="备用叉车", type=lonely.type, mode="clock_in", label_code="E0000902",
        state="in_use", exempt_reason="只在厂内演示",
    )  # fmt: skip
    clocked_in(manned, days_ago=1)
    assert values(actor) == {("equipment", "unmanned"): 2}
    clocked_in(manned)
    assert values(actor) == {("equipment", "unmanned"): 1, ("clock-ins", "today"): 1}
    filters = shown(actor)["equipment", "unmanned"]["filters"]
    rows = listing.list_rows(actor, ledger_named("equipment"), ListQuery(filters=filters))["items"]  # type: ignore[arg-type]
    assert [(row["id"], row["values"]["manned"]) for row in rows] == [(str(lonely.id), "no")]
    both = listing.list_rows(actor, ledger_named("equipment"), ListQuery(filters={"manned": ["yes", "no"]}))  # type: ignore[arg-type]
    assert both["count"]["value"] == 4


def test_who_cant_decide_about_applications_is_not_troubled_with_their_number(crowd: Crowd) -> None:
    waiting = crowd.person()
    Binding.update(state="waiting").where(Binding.person == waiting).execute()
    assert values(desk_of(crowd)) == {("bindings", "waiting"): 1}
    assert ("bindings", "waiting") not in shown(desk_of(crowd, role="safety_officer"))


def test_who_may_read_nothing_sees_no_number(crowd: Crowd) -> None:
    machine(crowd.unit, -1)
    assert home(Actor(1, "无", Company.get().id)) == []
