"""Fills the product's own tables from the world, with everything that its rules look at."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from models.administration.records import Account, Assignment, Session
from models.administration.roles import builtin_roles
from models.administration.roles.roles import builtin
from models.core import clock
from models.core.db.connection import in_transaction
from models.core.security import crypto
from models.core.security.identifiers import id_check_character
from models.equipment.operator_codes.codes import need_of, scanned_codes
from models.equipment.records import Equipment, EquipmentType
from models.organization.records import Binding, Company, Person
from models.training.records import Certificate
from scripts.bench.load import Names
from scripts.bench.world import World

Rows = list[dict[str, Any]]


def seed(world: World, public_url: str) -> Names:
    """Plant the world in the open, migrated and otherwise empty database; gives how the load calls things.

    Every person has a file with an encrypted ID number, an approved binding, a certificate of their trade, an
    account with the roles that opening one gives, and a phone that is signed in.
    """
    units = in_transaction(_companies, world)
    in_transaction(_people, world, units)
    in_transaction(_equipment, world, units)
    return Names(
        token=world.token,
        qr=lambda number: f"{public_url}/e/{world.equipment_code(number)}",
        unit=lambda company: str(units[company]),
    )


def id_number(number: int) -> str:
    """A valid resident ID number that is nobody's: region 330199 is not in use."""
    first17 = f"330199{date(1970, 1, 1) + timedelta(days=number % 10_000):%Y%m%d}{number // 10_000:03d}"
    return first17 + id_check_character(first17)


def _companies(world: World) -> list[int]:
    group = Company.create(name="压测集团", kind="group")
    Company.update(path=f"/{group.id}/").where(Company.id == group.id).execute()
    units = []
    for number in range(world.companies):
        unit = Company.create(name=f"第{number + 1}分公司", kind="company", parent=group)
        path = f"/{group.id}/{unit.id}/"
        Company.update(company_root=unit.id, path=path).where(Company.id == unit.id).execute()
        units.append(unit.id)
    return units


def _people(world: World, units: list[int]) -> None:
    numbers = {n: id_number(n) for n in range(world.persons)}
    hashes = {n: crypto.hash_id_number(text) for n, text in numbers.items()}
    phones = {n: f"139{n:08d}" for n in numbers}
    common = {
        n: {
            "company": units[world.company_of(n)], "name": f"工人{n:04d}", "phone": phones[n],
            "id_number": text, "id_hash": hashes[n],
        }
        for n, text in numbers.items()
    }  # fmt: skip
    _insert(Person, ({**values, "role": "operator"} for values in common.values()))
    persons = dict(Person.select(Person.id_hash, Person.id).tuples())
    _insert(
        Binding,
        ({"company": values["company"], "person": persons[hashes[n]], "state": "approved",
          "decided_at": clock.now()} for n, values in common.items()),
    )  # fmt: skip
    _insert(Certificate, (_certificate(world, n, common[n], persons[hashes[n]]) for n in numbers))
    _insert(Account, ({**values, "login": phones[n]} for n, values in common.items()))
    Person.update(account_id=Account.select(Account.id).where(Account.id_hash == Person.id_hash)).execute()
    accounts = dict(Account.select(Account.id_hash, Account.id).tuples())
    _sign_in(world, {n: accounts[hashes[n]] for n in numbers}, units)


def _certificate(world: World, number: int, values: dict[str, Any], person: int) -> dict[str, Any]:
    return {
        "company": values["company"], "person": person, "number": f"T{values['id_number']}",
        "code": world.trade_of(number)[0], "issuer": "杭州市市场监督管理局",
        "issued_on": clock.today() - timedelta(days=400), "valid_until": clock.today() + timedelta(days=900),
    }  # fmt: skip


def _sign_in(world: World, accounts: dict[int, int], units: list[int]) -> None:
    worker, member = builtin(builtin_roles.WORKER).id, builtin(builtin_roles.UNIT_MEMBER).id
    _insert(
        Assignment, ({"account_id": id_, "role": worker, "company_id": None} for id_ in accounts.values())
    )
    _insert(
        Assignment,
        ({"account_id": id_, "role": member, "company_id": units[world.company_of(n)]}
         for n, id_ in accounts.items()),
    )  # fmt: skip
    until = clock.now() + timedelta(days=30)
    _insert(
        Session,
        ({"token_hash": crypto.hash_token(world.token(n)), "account_id": id_, "door": "phone",
          "expires_at": until} for n, id_ in accounts.items()),
    )  # fmt: skip


def _equipment(world: World, units: list[int]) -> None:
    names = {row.name: row for row in EquipmentType.select()}
    codes = scanned_codes()
    rows: Rows = []
    for number in range(world.equipment):
        kind = names[world.trade_of(number)[2]]
        need = need_of(kind.code, quick_open=False, codes=codes)
        rows.append(
            {
                "company": units[world.company_of(number)], "name": f"{number:04d}号{kind.name}", "type": kind.id,
                "code": f"{kind.code}33010{number:08d}", "use_cert_no": f"车11浙A{number:05d}(24)",
                "location": f"{number % 20}号车间", "required_codes": ",".join(need.codes), "mode": need.mode,
                "label_code": world.equipment_code(number),
            }
        )  # fmt: skip
    _insert(Equipment, rows)


def _insert(record: Any, rows: Iterable[dict[str, Any]], *, size: int = 500) -> None:
    waiting = list(rows)
    for start in range(0, len(waiting), size):
        record.insert_many(waiting[start : start + size]).execute()
