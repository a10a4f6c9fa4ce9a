"""A small plant to clock in at: two units, people, certificates and equipment, made with the real records."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from models.administration.records import Account, Assignment, Role, Session
from models.administration.roles.roles import builtin
from models.core.clock import now
from models.core.labels.label_codes import new_label_code
from models.core.security import crypto
from models.duty.gate import Scan
from models.equipment.records import Equipment, EquipmentType, OperatorCode
from models.organization.records import Binding, Company, Person
from models.training.records import Certificate
from tests.support.account_ties import tie
from tests.support.prepared_rows import laid, lay_standards

NUMBERS = [
    "330102199003070019",
    "330203198511121238",
    "330782199506150023",
    "440300198802290033",
    "11010519491231002X",
]


@dataclass
class Plant:
    """Everything a gate test needs, and short ways to change it."""

    units: list[Company] = field(default_factory=list)
    tokens: dict[int, str] = field(default_factory=dict)
    accounts: dict[int, Account] = field(default_factory=dict)
    keys: int = 0

    def unit(self, name: str) -> Company:
        unit = Company.create(name=name, kind="company", path="/", credit_code=None)
        Company.update(company_root=unit.id, path=f"/{unit.id}/").where(Company.id == unit.id).execute()
        unit = Company.get_by_id(unit.id)
        self.units.append(unit)
        return unit

    def person(self, who: int, unit: Company, *, state: str = "approved", **values: Any) -> Person:
        number = NUMBERS[who]
        wanted: dict[str, Any] = {
            "name": f"工人{who}", "id_number": number, "phone": f"1380000000{who}", "role": "operator", **values,
        }  # fmt: skip
        person = Person.create(company=unit, **wanted)
        Binding.create(company=unit, person=person, state=state, origin="entered")
        tie(number)
        return Person.get_by_id(person.id)

    def account(
        self, who: int, unit: Company, *, role: Role | None = None, password: str = "", **values: Any
    ) -> Account:
        if password:
            values["password_hash"] = crypto.hash_password(password)
        account = Account.create(
            company=unit, login=f"1380000000{who}", name=f"工人{who}", phone=f"1380000000{who}",
            id_number=NUMBERS[who], **values,
        )  # fmt: skip
        # As in the house: the worker's role goes wherever one works, any other is of a company.
        Assignment.create(
            account_id=account.id, role=role or builtin("worker"), company_id=unit.id if role else None
        )
        token = crypto.new_token()
        Session.create(
            token_hash=crypto.hash_token(token), account_id=account.id, door="phone",
            expires_at=now() + timedelta(days=30),
        )  # fmt: skip
        self.tokens[who], self.accounts[who] = token, account
        tie(NUMBERS[who])
        return account

    def certificate(self, person: Person, code: str = "N1", **values: Any) -> Certificate:
        wanted: dict[str, Any] = {"number": f"T{person.id}{code}", "valid_until": date(2028, 1, 1), **values}
        return Certificate.create(company=person.company, person=person, code=code, **wanted)

    def equipment(
        self, unit: Company, type_code: str = "5110", codes: str = "N1", **values: Any
    ) -> Equipment:
        kind = EquipmentType.get(EquipmentType.code == type_code)
        wanted: dict[str, Any] = {
            "mode": "clock_in",
            "label_code": new_label_code(),
            "name": f"{kind.name} 1 号",
            **values,
        }
        return Equipment.create(company=unit, type=kind, required_codes=codes, **wanted)

    def scan(self, who: int, what: Equipment | str, unit: Company | None = None, **values: Any) -> Scan:
        self.keys += 1
        qr = what if isinstance(what, str) else f"http://127.0.0.1:8888/e/{what.label_code}"
        at: datetime = values.pop("at", None) or now()
        wanted: dict[str, Any] = {
            "token_hash": crypto.hash_token(self.tokens[who]), "key": f"k{self.keys}", "qr": qr,
            "unit": (unit or self.units[0]).id, "scanned_at": at, "received_at": now(), **values,
        }  # fmt: skip
        return Scan(**wanted)


@pytest.fixture
def plant(database: Any, clock: Any) -> Plant:
    """An installation with standards and roles, one unit, one worker with an N1 certificate."""
    lay_standards()
    assert OperatorCode.select().count() > 10
    return laid("plant", _small_plant)


def _small_plant() -> Plant:
    plant = Plant()
    unit = plant.unit("清源水务")
    plant.certificate(plant.person(0, unit))
    plant.account(0, unit)
    return plant
