"""Sign-ins of the demo: managers, the cast, and everybody who clocks in."""

from __future__ import annotations

from typing import Any

from models.administration import builtin_roles
from models.administration.accounts import first_password_until
from models.administration.passwords import ID_TAIL
from models.administration.records import Account, Assignment
from models.administration.roles import builtin
from models.core import clock, crypto
from models.demo.organisation import Organisation
from models.demo.sign_ins import MANAGERS, PASSWORD
from models.demo.workforce import Worker


def open_accounts(organisation: Organisation, workers: list[Worker]) -> dict[str, int]:
    """Make all accounts; gives their ids by the hash of the ID number. One password is hashed once."""
    hashed = crypto.hash_password(PASSWORD)
    for who, login, role, _ in MANAGERS:
        company = organisation.factory.company if role == builtin_roles.UNIT else organisation.group
        _manager(who.split("·")[0].strip(), login, role, company.id, hashed)
    people: dict[str, Worker] = {}
    for worker in workers:
        people.setdefault(worker.id_hash, worker)
    Account.insert_many([_account(worker, hashed) for worker in people.values()]).execute()
    ids = {
        row.id_hash: row.id
        for row in Account.select(Account.id, Account.id_hash).where(Account.id_hash.is_null(False))
    }
    _assign(workers, ids)
    return ids


def _manager(name: str, login: str, role: str, company_id: int, hashed: str) -> None:
    account = Account.get_or_none(Account.login == login) or Account(login=login)
    account.company, account.name, account.password_hash = company_id, name, hashed
    account.must_change_password = account.first_password = False
    account.first_password_until = None
    account.save(force_insert=account.id is None)
    everywhere = role != builtin_roles.UNIT
    there = Assignment.select().where(
        Assignment.account_id == account.id, Assignment.role == builtin(role).id
    )
    if not there.exists():
        Assignment.create(
            account_id=account.id, role=builtin(role).id, company_id=None if everywhere else company_id
        )


def _account(worker: Worker, hashed: str) -> dict[str, Any]:
    first = worker.part is not None and worker.part.first
    return {
        "company": worker.unit.company.id,
        "current_company": worker.unit.company.id if worker.state == "approved" else None,
        "login": worker.phone,
        "name": worker.name,
        "phone": worker.phone,
        "id_number": worker.id_number,
        "id_hash": worker.id_hash,
        "password_hash": ID_TAIL if first else hashed,
        "must_change_password": first,
        "first_password": first,
        "first_password_until": first_password_until() if first else None,
        "last_sign_in_at": None if first else clock.now(),
    }


def _assign(workers: list[Worker], ids: dict[str, int]) -> None:
    roles = {
        code: builtin(code).id
        for code in (
            builtin_roles.WORKER,
            builtin_roles.UNIT_MEMBER,
            builtin_roles.SAFETY_OFFICER,
            builtin_roles.REVIEWING_OFFICER,
        )
    }
    rows: set[tuple[int, int, int | None]] = set()
    for worker in workers:
        account, company = ids[worker.id_hash], worker.unit.company.id
        rows.add((account, roles[builtin_roles.WORKER], None))
        if worker.state != "approved":
            continue
        if worker.role == "safety_officer":
            officer = builtin_roles.REVIEWING_OFFICER if worker.may_review else builtin_roles.SAFETY_OFFICER
            rows.add((account, roles[officer], company))
        elif worker.part is not None and worker.part.first:
            rows.add((account, roles[builtin_roles.UNIT_MEMBER], company))
    Assignment.insert_many(
        [
            {"account_id": account, "role": role, "company_id": company, "node_id": None}
            for account, role, company in sorted(rows, key=str)
        ]
    ).execute()
