"""People from the Excel sheet 使用单位导入人员 (Q05): what is wrong across rows, and saving them in bulk."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from typing import Any

from models.administration.accounts import login_taken, open_account
from models.administration.records import Account
from models.core import history
from models.core.actor import Actor
from models.core.crypto import hash_id_number
from models.core.errors import Malformed
from models.organization import bindings
from models.organization.inserting import files_of, insert_people
from models.organization.membership import sync_roles
from models.organization.records import IMPORT_PERSONS, Binding, Person
from models.training.matching import attach_from_registry, has_registry

Values = dict[str, Any]
Faults = Mapping[int, Mapping[str, Malformed]]
_CHUNK = 400


def check(actor: Actor, rows: list[Values]) -> Faults:
    """Faults that only show beside other rows or the database: another name on file, a login that is taken."""
    company = own_company(actor)
    if company is None:
        fault = Malformed("no_company", "请用本单位的账号导入人员，集团账号请先切换到一家公司")
        return {place: {"name": fault} for place in range(len(rows))}
    hashes = [hash_id_number(row["id_number"]) if row.get("id_number") else "" for row in rows]
    faults: dict[int, dict[str, Malformed]] = {}
    _other_names(company, rows, hashes, faults)
    _logins(rows, hashes, faults)
    return faults


def own_company(actor: Actor) -> int | None:
    """The company that an import is for: the one that the actor works for, if it may import there."""
    return actor.company_id if actor.company_id in actor.companies(IMPORT_PERSONS) else None


def _other_names(
    company: int, rows: Sequence[Values], hashes: Sequence[str], faults: dict[int, dict[str, Malformed]]
) -> None:
    there = _files(company, hashes)
    for place, hashed in enumerate(hashes):
        person = there.get(hashed)
        if person is not None and person.name != rows[place].get("name"):
            told = f"名单里这个身份证号的姓名是“{person.name}”，请核对姓名或身份证号"
            faults.setdefault(place, {})["name"] = Malformed("other_name", told)


def _logins(rows: Sequence[Values], hashes: Sequence[str], faults: dict[int, dict[str, Malformed]]) -> None:
    """Phones that would be logins: each may be one human's only, in the sheet and in the database."""
    wanted = {
        place: row["phone"] for place, row in enumerate(rows) if row.get("open_account") and row.get("phone")
    }
    owners = {}
    for part in _parts(sorted(set(wanted.values()))):
        for account in Account.select(Account.login, Account.id_hash).where(Account.login.in_(part)):
            owners[account.login] = account.id_hash
    own = set()
    for part in _parts(sorted({hashed for hashed in hashes if hashed})):
        own |= {row.id_hash for row in Account.select(Account.id_hash).where(Account.id_hash.in_(part))}
    seen: dict[str, str] = {}
    for place, phone in wanted.items():
        hashed = hashes[place]
        if hashed in own:
            continue  # this human signs in already, under whatever login
        if phone in owners:
            faults.setdefault(place, {})["phone"] = Malformed("login_taken", login_taken(phone))
        elif seen.setdefault(phone, hashed) != hashed:
            told = "这个手机号在表里给两个人开账号，一个手机号只能开一个"
            faults.setdefault(place, {})["phone"] = Malformed("login_twice", told)


def _files(company: int, hashes: Sequence[str]) -> dict[str, Person]:
    found: dict[str, Person] = {}
    for part in _parts(sorted({hashed for hashed in hashes if hashed})):
        found |= files_of(company, part)
    return found


def _parts(items: Sequence[Any]) -> Iterator[list[Any]]:
    left = iter(items)
    while part := list(islice(left, _CHUNK)):
        yield part


def save(actor: Actor, rows: list[Values]) -> tuple[int, int]:
    """Write all rows; gives how many people were made and how many brought up to date.

    Somebody who is in the files already gets the new phone, is bound again if they had left, and gets an
    account where the sheet asks for one.
    """
    company = own_company(actor)
    assert company is not None, "check() has refused this"
    actor.require(IMPORT_PERSONS, Person(company=company))
    there = _files(company, [hash_id_number(row["id_number"]) for row in rows])
    fresh = []
    updated = 0
    for row in rows:
        person = there.get(hash_id_number(row["id_number"]))
        if person is None:
            fresh.append(row)
        else:
            _update(actor, person, row)
            updated += 1
    for part in _parts(fresh):
        made = insert_people(actor, company, part)
        if has_registry():
            for person in made:
                attach_from_registry(person)
    return len(fresh), updated


def _update(actor: Actor, person: Person, row: Values) -> None:
    old = {"phone": person.phone}
    if person.phone != row["phone"]:
        person.change(phone=row["phone"])
        history.note(actor, person, "edited", history.differences(Person, old, {"phone": row["phone"]}))
    binding = Binding.get(Binding.person == person.id)
    if binding.state in ("ended", "refused"):
        bindings.restore(actor, binding)
    elif binding.state == "waiting":
        bindings.approve(actor, binding)
    if row.get("open_account"):
        open_account(actor, person)
    sync_roles(person)
