"""Values that the lists of people and bindings work out for a whole page at once."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from models.administration import builtin_roles
from models.administration.records import Account, Assignment, Role
from models.core import clock
from models.core.actor import Actor
from models.core.ledger.references import load_rows
from models.organization.records import Binding, Person
from models.training.records import Certificate
from models.training.states import TITLES, standing

Loaded = dict[int, Any]


def binding_states(actor: Actor, records: Sequence[Person]) -> Loaded:
    """The state of each person's binding."""
    rows = Binding.select(Binding.person, Binding.state).where(
        Binding.person.in_([row.id for row in records])
    )
    return {row.person_id: row.state for row in rows}


def bound_so(values: Sequence[str]) -> Any:
    """The condition that a person's binding is in one of the states."""
    return Person.id.in_(Binding.select(Binding.person).where(Binding.state.in_(list(values))))


def certificates(actor: Actor, records: Sequence[Person]) -> Loaded:
    """Each person's codes with their standing: `N1 有效、Q2 快到期`."""
    day = clock.today()
    rows = Certificate.select(
        Certificate.person, Certificate.code, Certificate.valid_until, Certificate.state
    ).where(Certificate.person.in_([row.id for row in records]))
    told: dict[int, list[str]] = {}
    for row in rows.order_by(Certificate.code, Certificate.valid_until.desc()):
        told.setdefault(row.person_id, []).append(f"{row.code} {TITLES[standing(row, day)]}")
    return {key: "、".join(parts) for key, parts in told.items()}


def _accounts(records: Sequence[Person]) -> dict[str, Account]:
    hashes = [row.id_hash for row in records if row.id_hash]
    columns = (Account.id, Account.login, Account.name, Account.id_hash, Account.company)
    rows = Account.select(*columns).where(Account.id_hash.in_(hashes))
    return {row.id_hash: row for row in rows}


def logins(actor: Actor, records: Sequence[Person]) -> Loaded:
    """The login of each person's account, if this unit looks after it or lets it work here."""
    accounts, known = _accounts(records), has_login(actor, records)
    return {row.id: accounts[row.id_hash].login for row in records if known[row.id]}


def has_login(actor: Actor, records: Sequence[Person]) -> Loaded:
    """Whether each person has an account that is this unit's business; one of elsewhere is not told."""
    accounts, members = _accounts(records), has_account(actor, records)
    homes = {hashed: account.company_id for hashed, account in accounts.items()}
    return {row.id: members[row.id] or homes.get(row.id_hash) == row.company_id for row in records}


def has_account(actor: Actor, records: Sequence[Person]) -> Loaded:
    """Whether each person's account is a member of this unit, more than somebody who only clocks in."""
    accounts = _accounts(records)
    rows = (
        Assignment.select(Assignment.account_id, Assignment.company_id)
        .join(Role, on=(Assignment.role == Role.id))
        .where(Assignment.account_id.in_([account.id for account in accounts.values()]))
        .where(Assignment.company_id.is_null(False) | (Role.code != builtin_roles.WORKER))
    )
    held = {(row.account_id, row.company_id) for row in rows}
    return {
        row.id: row.id_hash in accounts and (accounts[row.id_hash].id, row.company_id) in held
        for row in records
    }


def person_hints(actor: Actor, records: Sequence[Person]) -> Loaded:
    """What the reviewer of a waiting person should look at."""
    waiting = {key for key, state in binding_states(actor, records).items() if state == "waiting"}
    return _differing([row for row in records if row.id in waiting])


def _differing(persons: Sequence[Person]) -> Loaded:
    accounts = _accounts(persons)
    return {
        row.id: f"申请账号的姓名是“{accounts[row.id_hash].name}”，名单里是“{row.name}”，请核对"
        for row in persons
        if row.id_hash in accounts and accounts[row.id_hash].name != row.name
    }


def _persons(records: Sequence[Binding]) -> dict[int, Person]:
    return load_rows(Person, {row.person_id for row in records})


def binding_phones(actor: Actor, records: Sequence[Binding]) -> Loaded:
    """The phone of each binding's person."""
    persons = _persons(records)
    return {row.id: persons[row.person_id].phone for row in records}


def binding_hints(actor: Actor, records: Sequence[Binding]) -> Loaded:
    """What the reviewer of each waiting binding should look at."""
    waiting = [row for row in records if row.state == "waiting"]
    differing = _differing(list(_persons(waiting).values()))
    return {row.id: differing[row.person_id] for row in waiting if row.person_id in differing}


def binding_label(row: Binding) -> str:
    """A binding by the name of its person."""
    return str(row.person.name)
