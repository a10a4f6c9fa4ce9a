"""The gate at the very edge of a rule: the last minute that counts, the one code that is enough, who is told whom to call."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from models.administration.records import AccountClaim
from models.core.clock import now
from models.core.config import config
from models.core.db.connection import in_transaction
from models.core.errors import AnbanError, Forbidden
from models.duty.gate import Passed, clock_in
from models.duty.gate.contacts import add_contacts
from models.duty.records import ClockIn
from models.duty.settings import LATE_MINUTES, SCAN_TOO_OLD_HOURS
from models.equipment.qr.scanned_text import alias_key
from models.equipment.records import EquipmentAlias
from models.organization.records import Binding, Company
from models.training.records import Certificate
from tests.support.clock_in_plant import Plant


def one(scan: Any) -> Any:
    return in_transaction(clock_in, [scan])[0]


def code(scan: Any) -> str:
    outcome = one(scan)
    return "passed" if isinstance(outcome, Passed) else outcome.code


def test_a_phones_clock_may_be_off_by_the_whole_of_what_is_allowed(plant: Plant) -> None:
    skew = timedelta(minutes=config().clock_skew_minutes)
    for values in ({"at": now() + skew}, {"sent_at": now() + skew}, {"sent_at": now() - skew}):
        assert code(plant.scan(0, plant.equipment(plant.units[0]), **values)) == "passed", values
        past = {name: at + timedelta(seconds=1 if at > now() else -1) for name, at in values.items()}
        assert code(plant.scan(0, plant.equipment(plant.units[0]), **past)) == "clock_wrong", values


def test_a_scan_waits_for_the_line_as_long_as_is_allowed(plant: Plant) -> None:
    longest = timedelta(hours=SCAN_TOO_OLD_HOURS.of(None))
    assert code(plant.scan(0, plant.equipment(plant.units[0]), at=now() - longest)) == "passed"
    over = plant.scan(0, plant.equipment(plant.units[0]), at=now() - longest - timedelta(seconds=1))
    assert code(over) == "scan_too_old"


@pytest.mark.parametrize(("more", "late"), [(0, False), (1, True)])
def test_late_is_what_came_after_the_minutes_that_are_allowed(plant: Plant, more: int, late: bool) -> None:
    at = now() - timedelta(minutes=LATE_MINUTES.of(plant.units[0].id), seconds=more)
    assert isinstance(one(plant.scan(0, plant.equipment(plant.units[0]), at=at)), Passed)
    assert ClockIn.get().late is late


def test_a_certificate_counts_from_the_day_of_its_issue(plant: Plant) -> None:
    Certificate.update(issued_on=date(2026, 11, 22)).execute()
    assert code(plant.scan(0, plant.equipment(plant.units[0]))) == "passed"


def test_one_that_ends_today_and_is_issued_tomorrow_is_not_over(plant: Plant) -> None:
    Certificate.update(issued_on=date(2026, 11, 23), valid_until=date(2026, 11, 22)).execute()
    assert "2026-11-23" in one(plant.scan(0, plant.equipment(plant.units[0]))).cause


def test_equipment_without_a_code_or_without_scans_is_for_nobody_to_clock_in_at(plant: Plant) -> None:
    unit = plant.units[0]
    for mode, codes in (("clock_in", ""), ("none", "N1")):
        assert code(plant.scan(0, plant.equipment(unit, codes=codes, mode=mode))) == "no_operator_needed"


def test_a_boiler_of_one_code_needs_no_reminder_of_its_use(plant: Plant) -> None:
    Certificate.update(code="G1").execute()
    one(plant.scan(0, plant.equipment(plant.units[0], "1100", "G1")))
    one(plant.scan(0, plant.equipment(plant.units[0], "1100", "G1,G2")))
    told = [row.evidence["reminders"] for row in ClockIn.select().order_by(ClockIn.id)]
    assert told[0] == [] and "工业锅炉还是电站锅炉" in told[1][0]


def test_the_evidence_names_the_registration_by_its_certificate_or_its_code(plant: Plant) -> None:
    unit = plant.units[0]
    for values in ({"use_cert_no": "车11浙C04567(24)"}, {"register_code": "R-1"}, {}):
        one(plant.scan(0, plant.equipment(unit, **values)))
    told = [row.evidence["equipment"]["register_no"] for row in ClockIn.select().order_by(ClockIn.id)]
    assert told == ["车11浙C04567(24)", "R-1", None]


def test_a_label_that_nobody_has_is_unknown_unless_it_is_attached_somewhere(plant: Plant) -> None:
    old, truck = "http://127.0.0.1:8888/e/0123456789", plant.equipment(plant.units[0])
    gone = plant.equipment(plant.units[0])
    text = plant.scan(0, gone).qr
    gone.delete_instance()
    for qr in (old, text):
        assert code(plant.scan(0, qr)) == "unknown_qr"
    EquipmentAlias.create(company=plant.units[0], equipment=truck, key=alias_key(text), content=text)
    assert one(plant.scan(0, text)).record["equipment_id"] == truck.id


def test_refused_and_left_are_told_apart(plant: Plant) -> None:
    told = []
    for state in ("refused", "ended"):
        Binding.update(state=state).execute()
        told.append(one(plant.scan(0, plant.equipment(plant.units[0]))).title)
    assert told == ["绑定申请未通过", "您已不在这个单位"]


def test_who_has_applied_is_told_whom_to_call_and_a_stranger_is_not(plant: Plant) -> None:
    other = plant.unit("碧泉水务")
    plant.person(1, other, role="safety_officer", may_review=True)
    file, truck = plant.person(3, other), plant.equipment(other)
    assert "contact" not in one(plant.scan(0, truck, other)).details
    AccountClaim.create(
        company_id=other.id, person_id=file.id, account_id=plant.accounts[0].id, origin="applied",
        state="waiting",
    )  # fmt: skip
    assert one(plant.scan(0, truck, other)).details["contact"]["name"] == "工人1"


def contact(unit: Company, account: int | None) -> str | None:
    error: AnbanError = Forbidden("不行", cause="没有", advice="请问")
    add_contacts([(unit.id, error, account)])
    return (error.details.get("contact") or {}).get("name")


def test_an_officer_is_given_a_colleague_who_reviews_before_others(plant: Plant) -> None:
    unit = plant.units[0]
    plant.person(1, unit, role="safety_officer", may_review=True)
    own = plant.account(1, unit).id
    assert contact(unit, own) is None, "never their own number"
    assert contact(unit, None) == contact(unit, plant.accounts[0].id) == "工人1"
    plant.person(2, unit, role="safety_officer", state="waiting", may_review=True)
    plant.person(3, unit, role="safety_officer")
    assert contact(unit, own) == "工人3" and contact(unit, None) == "工人1"
    assert contact(plant.unit("南岸水务"), None) is None


def test_who_has_no_account_is_given_an_officer_who_has_none_either(plant: Plant) -> None:
    plant.person(3, plant.units[0], role="safety_officer")
    assert contact(plant.units[0], None) == "工人3"
