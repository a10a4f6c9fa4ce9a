"""The demo plant is what the issue asks for, right by every check, and the same every time."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from models import demo
from models.administration.sign_in.sign_in import sign_in
from models.core import clock as house_clock
from models.core.config import Config, configure
from models.core.db.connection import in_transaction
from models.core.security import identifiers
from models.demo.people.registry import newcomers
from models.duty.records import ClockIn
from models.equipment.qr import scanned_text
from models.equipment.records import Equipment
from models.organization.records import Binding, Company, Person
from models.training.certificates import registry
from models.training.records import Certificate
from tests.support.prepared_rows import lay_standards


@pytest.fixture
def planted(database: Any, clock: Any) -> dict[str, int]:
    clock.set(2026, 11, 22, 10, 30)
    lay_standards()
    return in_transaction(demo.plant)


def test_there_is_as_much_as_promised(planted: dict[str, int]) -> None:
    assert (planted["people"], planted["equipment"]) == (200, 40)
    assert Counter(row.kind for row in Company.select()) == Counter(
        group=1, plate=2, company=2, site=4, department=9
    )
    assert Person.select().count() == 200
    assert {row.state for row in Equipment.select()} == {"in_use", "stopped", "scrapped"}
    assert {row.state for row in Binding.select()} == {"approved", "waiting", "refused", "ended"}
    assert planted["clock_ins"] == ClockIn.select().count() > 2500


@pytest.mark.one_engine
def test_numbers_pass_every_check(planted: dict[str, int]) -> None:
    for person in Person.select():
        assert identifiers.resident_id(person.id_number) == person.id_number
        assert identifiers.mobile(person.phone) == person.phone
    for company in Company.select().where(Company.credit_code.is_null(False)):
        assert identifiers.credit_code(company.credit_code) == company.credit_code
    for item in Equipment.select():
        assert scanned_text.parse(item.use_cert_no).kind == "use_cert_no"
        assert scanned_text.parse(item.code).kind == "device_code"
        assert scanned_text.parse(item.label_code).kind == scanned_text.OWN_LABEL


def test_clock_ins_are_such_as_the_gate_would_let_pass(planted: dict[str, int]) -> None:
    today = house_clock.today()
    machines = {row.id: row for row in Equipment.select()}
    people = {row.id: row for row in Person.select()}
    held = {(row.person_id, row.number, row.code): row for row in Certificate.select()}
    for row in ClockIn.select():
        machine = machines[row.equipment_id]
        certificate = held[row.person_id, row.certificate_number, row.code]
        assert machine.company_id == row.company_id == people[row.person_id].company_id
        assert row.code in machine.required_codes.split(",")
        assert certificate.issued_on <= row.day <= certificate.valid_until
        assert today - timedelta(days=30) <= row.day <= today
        assert house_clock.local(row.scanned_at).date() == row.day
        assert row.scanned_at <= row.received_at <= house_clock.now()
        assert row.evidence["equipment"]["label"] == machine.label_code
    assert ClockIn.select().where(ClockIn.day == today).count() >= 10


@pytest.mark.one_engine
def test_who_can_be_played_has_a_month_behind_and_today_before_them(planted: dict[str, int]) -> None:
    """Their calendar has days to show (Q10), and the first scan of today is still to be tried."""
    today = house_clock.today()
    for name, some in (
        ("王大友", True),
        ("吴双江", True),
        ("钱久安", False),
        ("李小满", False),
        ("孙初晴", False),
    ):
        days = [row.day for row in ClockIn.select(ClockIn.day).where(ClockIn.person_name == name)]
        assert bool(days) == some and len(set(days)) == len(days), name
        assert today not in days, name


@pytest.mark.one_engine
def test_weekdays_are_busier_than_sundays(planted: dict[str, int]) -> None:
    days = Counter(row.day for row in ClockIn.select(ClockIn.day))
    sundays = [count for day, count in days.items() if day.weekday() == 6]
    mondays = [count for day, count in days.items() if day.weekday() == 0]
    assert max(sundays) * 3 < min(mondays)


@pytest.mark.one_engine
def test_everybody_on_the_list_can_sign_in(planted: dict[str, int]) -> None:
    for who, login, password, advice in demo.demo_sign_ins():
        signed = sign_in(login, password, door="console")
        assert (signed.account is None) == ("初始密码" in who), f"{who}: an invitation, and no account yet"
        assert advice


@pytest.mark.one_engine
def test_same_seed_same_plant(planted: dict[str, int], database_url: str) -> None:
    def seen() -> list[Any]:
        rows = ClockIn.select(ClockIn.once_key, ClockIn.scanned_at).order_by(ClockIn.scanned_at, ClockIn.id)
        names = [(row.name, row.id_number) for row in Person.select().order_by(Person.id)]
        return [
            names,
            [row.scanned_at for row in rows],
            [row.label_code for row in Equipment.select().order_by(Equipment.id)],
        ]

    first = seen()
    for record in (ClockIn, Certificate, Binding, Person):
        record.delete().execute()
    from models.administration.records import Account, Assignment, Session
    from models.equipment.records import EquipmentAlias

    for record in (Session, Assignment, Account, EquipmentAlias, Equipment):
        record.delete().execute()
    Company.update(parent=None).execute()
    Company.delete().execute()
    in_transaction(demo.plant)
    assert seen() == first


@pytest.mark.one_engine
def test_real_data_never_gets_a_demo_password(planted: dict[str, int]) -> None:
    assert not demo.is_empty()
    with pytest.raises(RuntimeError):
        in_transaction(demo.plant)


@pytest.mark.one_engine
def test_the_registry_knows_newcomers(planted: dict[str, int], tmp_path: Path) -> None:
    path = tmp_path / "registry.xlsx"
    demo.write_registry(path)
    configure(Config(registry_path=path))
    try:
        source = registry.current()
        assert source is not None
        for _, number, code in newcomers():
            assert [entry.code for entry in source.find(number)] == [code]
        assert source.report().problems == ()  # type: ignore[attr-defined]
    finally:
        configure(Config())
