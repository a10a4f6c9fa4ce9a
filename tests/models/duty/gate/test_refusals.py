"""Every refusal of the gate, and who may pass (Q09): each with its code, its cause and its way out."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from models.administration.records import Account, AccountClaim, Assignment, Session
from models.core.clock import now
from models.core.db.connection import in_transaction
from models.core.errors import AnbanError
from models.core.events.outbox import Outbox
from models.core.security import crypto
from models.duty.gate import Passed, clock_in
from models.duty.records import ClockIn
from models.equipment.qr.scanned_text import alias_key
from models.equipment.records import EquipmentAlias
from models.organization.records import Binding, Company
from models.training.records import Certificate
from tests.support.clock_in_plant import Plant


def one(scan: Any) -> Any:
    return in_transaction(clock_in, [scan])[0]


def refused(scan: Any, code: str) -> AnbanError:
    outcome = one(scan)
    assert isinstance(outcome, AnbanError), outcome
    assert outcome.code == code
    assert outcome.title and outcome.cause and outcome.advice, "wrong, why, what to do"
    assert ClockIn.select().count() == 0
    return outcome


def test_a_worker_with_everything_in_order_is_clocked_in(plant: Plant) -> None:
    truck = plant.equipment(plant.units[0])
    outcome = one(plant.scan(0, truck, place={"lng": 120.1, "lat": 30.2, "accuracy": 12.0}))
    assert isinstance(outcome, Passed) and outcome.created
    row = ClockIn.get()
    assert (row.person_name, row.equipment_name, row.code, row.late) == ("工人0", truck.name, "N1", False)
    assert row.day == date(2026, 11, 22)
    assert row.evidence["binding"]["state"] == "approved"
    assert row.evidence["certificate"]["valid_until"] == "2028-01-01"
    assert row.evidence["certificate"]["project"] == "叉车司机"
    assert row.evidence["equipment"]["state"] == "in_use"
    assert row.evidence["place"]["lng"] == 120.1
    news = Outbox.get()
    assert (news.kind, news.subject_id, news.company_id) == ("clock_in.created", row.id, plant.units[0].id)


def test_the_evidence_stays_what_it_was(plant: Plant) -> None:
    """X02: what changes afterwards does not change what was true at the scan."""
    truck = plant.equipment(plant.units[0])
    one(plant.scan(0, truck))
    before = ClockIn.get().evidence
    Certificate.update(valid_until=date(2020, 1, 1)).execute()
    Binding.update(state="ended").execute()
    truck.change(state="scrapped", name="别的")
    assert ClockIn.get().evidence == before


@pytest.mark.parametrize(
    "text", ["别的二维码", "https://weixin.qq.com/r/abc", "\x00\x01", "x" * 600, "ABCDE-FGH1J"]
)
def test_unknown_qr(plant: Plant, text: str) -> None:
    error = refused(plant.scan(0, text), "unknown_qr")
    assert error.details["action"]["kind"] == "type_code"


def test_equipment_of_another_unit_is_not_named(plant: Plant) -> None:
    other = plant.unit("南岸水务")
    truck = plant.equipment(other, name="对方的叉车")
    error = refused(plant.scan(0, truck), "equipment_other_unit")
    assert "对方" not in error.message and "南岸" not in error.message
    assert error.details["action"]["kind"] == "retry_scan", (
        "no unit of theirs has it: switching leads nowhere"
    )
    assert "切换" not in error.message + error.advice


def test_equipment_of_my_other_unit_is_one_press_away(plant: Plant) -> None:
    other = plant.unit("南岸水务")
    plant.certificate(plant.person(0, other))
    truck = plant.equipment(other)
    error = refused(plant.scan(0, truck), "equipment_other_unit")
    assert error.details["unit"] == {"id": str(other.id), "name": "南岸水务"}
    assert error.details["action"] == {"kind": "switch_unit", "label": "切换单位并上岗"}
    Binding.update(state="ended").where(Binding.company == other.id).execute()
    assert "unit" not in refused(plant.scan(0, truck), "equipment_other_unit").details, (
        "no unit of mine any more"
    )
    Binding.update(state="approved").execute()
    assert isinstance(one(plant.scan(0, truck, other)), Passed)


@pytest.mark.parametrize("state", ["stopped", "scrapped"])
def test_equipment_not_in_use(plant: Plant, state: str) -> None:
    refused(plant.scan(0, plant.equipment(plant.units[0], state=state)), f"equipment_{state}")


def test_not_bound(plant: Plant) -> None:
    other = plant.unit("南岸水务")
    truck = plant.equipment(other)
    assert refused(plant.scan(0, truck, other), "not_bound").details["action"]["kind"] == "bind"


@pytest.mark.parametrize(
    ("state", "code"),
    [("waiting", "binding_waiting"), ("refused", "binding_refused"), ("ended", "binding_refused")],
)
def test_bindings_that_do_not_hold(plant: Plant, state: str, code: str) -> None:
    Binding.update(state=state).execute()
    refused(plant.scan(0, plant.equipment(plant.units[0])), code)


def test_a_refused_worker_is_told_whom_to_call(plant: Plant) -> None:
    officer = plant.person(1, plant.units[0], role="safety_officer", may_review=True)
    Binding.update(state="waiting").where(Binding.person != officer).execute()
    error = refused(plant.scan(0, plant.equipment(plant.units[0])), "binding_waiting")
    assert error.details["contact"] == {"name": "工人1", "phone": "13800000001"}


def test_no_certificate_of_the_code(plant: Plant) -> None:
    crane = plant.equipment(plant.units[0], "4110", "Q2")
    assert "Q2" in refused(plant.scan(0, crane), "certificate_missing").cause


def test_certificate_expired_yesterday_and_valid_to_the_end_of_today(plant: Plant) -> None:
    truck = plant.equipment(plant.units[0])
    Certificate.update(valid_until=date(2026, 11, 21)).execute()
    cause = refused(plant.scan(0, truck), "certificate_expired").cause
    assert "2026-11-21" in cause
    assert "您的 N1（叉车司机）证" in cause, "a code says little without its name"
    Certificate.update(valid_until=date(2026, 11, 22)).execute()
    assert isinstance(one(plant.scan(0, truck)), Passed)


def test_certificate_revoked(plant: Plant) -> None:
    Certificate.update(state="revoked").execute()
    error = refused(plant.scan(0, plant.equipment(plant.units[0])), "certificate_revoked")
    assert "N1（叉车司机）" in error.cause


def test_certificate_not_issued_yet(plant: Plant) -> None:
    Certificate.update(issued_on=date(2026, 11, 23)).execute()
    assert (
        "2026-11-23" in refused(plant.scan(0, plant.equipment(plant.units[0])), "certificate_missing").cause
    )


def test_certificate_of_the_old_catalogue_means_something_else(plant: Plant) -> None:
    Certificate.update(catalogue="2011").execute()
    assert "旧目录" in refused(plant.scan(0, plant.equipment(plant.units[0])), "certificate_missing").cause


def test_a_limited_crane_certificate_covers_its_kind_alone(plant: Plant) -> None:
    Certificate.update(code="Q2", limits="限桥式起重机、塔式起重机").execute()
    bridge = plant.equipment(plant.units[0], "4110", "Q2")
    gantry = plant.equipment(plant.units[0], "4210", "Q2")
    assert "Q2（起重机司机）" in refused(plant.scan(0, gantry), "certificate_limited").cause
    assert isinstance(one(plant.scan(0, bridge)), Passed)


def test_elevators_count_through_the_maintenance_scan(plant: Plant) -> None:
    lift = plant.equipment(plant.units[0], "3110", "T", mode="maintenance")
    refused(plant.scan(0, lift), "use_maintenance_scan")


def test_equipment_that_needs_no_operator(plant: Plant) -> None:
    refused(plant.scan(0, plant.equipment(plant.units[0], "2150", "", mode="none")), "no_operator_needed")


@pytest.mark.parametrize(
    "values",
    [{"at": timedelta(minutes=6)}, {"sent_at": timedelta(minutes=6)}, {"sent_at": -timedelta(minutes=6)}],
)
def test_clock_of_the_phone_wrong(plant: Plant, values: dict[str, timedelta]) -> None:
    scan = plant.scan(
        0, plant.equipment(plant.units[0]), **{name: now() + span for name, span in values.items()}
    )
    assert refused(scan, "clock_wrong").details["action"]["kind"] == "fix_clock"


def test_a_late_scan_counts_for_its_own_day_and_is_flagged(plant: Plant) -> None:
    truck = plant.equipment(plant.units[0])
    scan = plant.scan(0, truck, at=now() - timedelta(hours=20), sent_at=now())
    assert isinstance(one(scan), Passed)
    row = ClockIn.get()
    assert row.late and row.day == date(2026, 11, 21)


def test_a_scan_that_waited_too_long(plant: Plant) -> None:
    refused(plant.scan(0, plant.equipment(plant.units[0]), at=now() - timedelta(hours=73)), "scan_too_old")


def test_who_is_not_signed_in(plant: Plant) -> None:
    truck = plant.equipment(plant.units[0])
    refused(plant.scan(0, truck, token_hash=crypto.hash_token("nobody")), "unauthenticated")
    Session.update(revoked_at=now()).execute()
    refused(plant.scan(0, truck), "session_expired")
    Session.update(revoked_at=None, expires_at=now()).execute()
    refused(plant.scan(0, truck), "session_expired")
    Session.update(expires_at=now() + timedelta(days=1), door="console").execute()
    refused(plant.scan(0, truck), "unauthenticated")


def test_who_may_not(plant: Plant) -> None:
    truck = plant.equipment(plant.units[0])
    Account.update(must_change_password=True).execute()
    refused(plant.scan(0, truck), "must_change_password")
    Account.update(must_change_password=False, state="disabled").execute()
    refused(plant.scan(0, truck), "account_disabled")
    Account.update(state="active").execute()
    Assignment.delete().execute()
    assert refused(plant.scan(0, truck), "forbidden").details["right"] == "clock-ins.create"


def test_other_codes_that_stand_for_the_equipment(plant: Plant) -> None:
    """A government QR attached to it, its 设备代码, its 使用登记证编号 typed with full-width brackets."""
    truck = plant.equipment(plant.units[0], code="51103301520250123", use_cert_no="车11浙C04567(24)")
    content = "https://gov.example/eq?x=9f"
    EquipmentAlias.create(company=plant.units[0], equipment=truck, key=alias_key(content), content=content)
    first = one(plant.scan(0, content))
    assert isinstance(first, Passed) and first.created
    for text in ("51103301520250123", " 车11浙C04567（24） ", truck.label_code.lower(), content):
        again = one(plant.scan(0, text))
        assert isinstance(again, Passed) and not again.created, text
        assert again.record["id"] == first.record["id"]


def test_of_two_units_with_the_same_number_the_own_one_is_meant(plant: Plant) -> None:
    other: Company = plant.unit("南岸水务")
    plant.equipment(other, code="51103301520250123")
    own = plant.equipment(plant.units[0], code="51103301520250123")
    outcome = one(plant.scan(0, "51103301520250123"))
    assert isinstance(outcome, Passed) and outcome.record["equipment_id"] == own.id


def test_who_has_applied_is_told_that_they_wait_and_nothing_of_the_file(plant: Plant) -> None:
    other = plant.unit("碧泉水务")
    person = plant.person(3, other, state="approved")
    account = plant.accounts[0]
    scan = plant.scan(0, plant.equipment(other), other)
    assert one(scan).code == "not_bound"
    AccountClaim.create(
        company_id=other.id, person_id=person.id, account_id=account.id, origin="applied", state="waiting"
    )
    assert one(plant.scan(0, plant.equipment(other), other)).code == "binding_waiting"
