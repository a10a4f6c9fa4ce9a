"""Many new people at once: files, bindings, accounts and the trail, a statement for each table."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from models.administration import builtin_roles
from models.administration.accounts import (
    first_password,
    first_password_until,
    may_give_membership,
    open_account,
)
from models.administration.records import Account, Assignment
from models.administration.roles import builtin
from models.core import clock, history
from models.core.actor import Actor
from models.core.bulk import insert_new
from models.core.crypto import hash_id_number
from models.core.errors import Conflict
from models.core.history import Change
from models.organization.records import Binding, Person

Values = dict[str, Any]


def files_of(company: int, hashes: Iterable[str]) -> dict[str, Person]:
    """The unit's files of these humans, by the hash of the ID number."""
    rows = Person.select().where(Person.company == company, Person.id_hash.in_(list(hashes)))
    return {row.id_hash: row for row in rows}


def insert_people(actor: Actor, company: int, rows: Sequence[Values]) -> list[Person]:
    """Make files and bindings of people who have none in the unit, and accounts for those who shall have one.

    `rows` as an import has them, some hundreds at most. Raises Conflict if somebody else was quicker.
    """
    hashed = {hash_id_number(row["id_number"]): row for row in rows}
    insert(
        Person,
        [
            {
                "company": company,
                "name": row["name"],
                "id_number": row["id_number"],
                "id_hash": key,
                "phone": row["phone"],
            }
            for key, row in hashed.items()
        ],
    )
    persons = files_of(company, hashed)
    _require_all(len(persons), len(hashed))
    _bind(actor, company, persons.values())
    _tell(actor, persons.values())
    _open(actor, [persons[key] for key, row in hashed.items() if row.get("open_account")])
    return list(persons.values())


def insert(record: type[Any], rows: Sequence[Mapping[str, Any]]) -> None:
    """Insert rows of a record, defaults filled in; one that meets a key that is taken is left out.

    Peewee's own insert_many builds a tree of every value, five times as slow as the rest of an import.
    """
    if not rows:
        return
    fields = [field for field in record._meta.sorted_fields if field is not record._meta.primary_key]
    lines = []
    for row in rows:
        values = []
        for field in fields:
            value = row.get(field.name)
            if value is None and field.default is not None:
                value = field.default() if callable(field.default) else field.default
            stored = field.db_value(value)
            values.append(int(stored) if isinstance(stored, bool) else stored)
        lines.append(values)
    insert_new(record._meta.table_name, [field.column_name for field in fields], lines)


def _require_all(found: int, wanted: int) -> None:
    if found != wanted:
        raise Conflict(
            "没有导入",
            code="import_conflict",
            cause="导入的同时，有人录入了同样的人或账号",
            advice="请重新上传检查",
        )


def _bind(actor: Actor, company: int, persons: Iterable[Person]) -> None:
    now = clock.now()
    common = {
        "company": company,
        "state": "approved",
        "origin": "imported",
        "applied_at": now,
        "decided_at": now,
        "decided_by": actor.name[:60],
    }
    insert(Binding, [{**common, "person": person.id} for person in persons])


def _tell(actor: Actor, persons: Iterable[Person]) -> None:
    common = {
        "table": Person._meta.table_name,
        "account_id": actor.account_id,
        "account_name": actor.name[:60],
        "door": actor.door,
        "action": "created",
    }
    insert(
        Change,
        [
            {
                **common,
                "row_id": person.id,
                "company_id": person.company_id,
                "changes": history.differences(Person, {}, {"name": person.name, "phone": person.phone}),
            }
            for person in persons
        ],
    )


def _open(actor: Actor, persons: Sequence[Person]) -> None:
    hashes = [person.id_hash for person in persons]
    there = {row.id_hash for row in Account.select(Account.id_hash).where(Account.id_hash.in_(hashes))}
    for person in persons:
        if person.id_hash in there:
            open_account(actor, person)
    fresh = [person for person in persons if person.id_hash not in there]
    if not fresh:
        return
    until = first_password_until()
    insert(Account, [_account(person, until) for person in fresh])
    wanted = Account.id_hash.in_([person.id_hash for person in fresh])
    made = list(Account.select(Account.id, Account.company).where(wanted))
    _require_all(len(made), len(fresh))
    worker, member = builtin(builtin_roles.WORKER), builtin(builtin_roles.UNIT_MEMBER)
    given = [(worker, False)] + ([(member, True)] if may_give_membership(actor) else [])
    insert(
        Assignment,
        [
            {"account_id": row.id, "role": role.id, "company_id": row.company_id if here else None}
            for row in made
            for role, here in given
        ],
    )


def _account(person: Person, until: Any) -> Values:
    return {
        "company": person.company_id,
        "current_company": person.company_id,
        "login": person.phone,
        "name": person.name,
        "phone": person.phone,
        "id_number": person.id_number,
        "id_hash": person.id_hash,
        "password_hash": first_password()[0],
        "must_change_password": True,
        "first_password": True,
        "first_password_until": until,
    }
