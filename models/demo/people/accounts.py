"""Sign-ins of the demo: managers, the cast, and everybody who clocks in."""

from __future__ import annotations

from typing import Any

from models.administration.accounts.invitations import first_password_until
from models.administration.passwords.password_rules import ID_TAIL
from models.administration.records import Account, AccountClaim, Assignment, Invitation
from models.administration.roles import builtin_roles
from models.administration.roles.roles import builtin
from models.core import clock
from models.core.security import crypto
from models.demo.organisation import Organisation
from models.demo.people.workforce import Worker
from models.demo.sign_ins import MANAGERS, PASSWORD
from models.organization.records import Binding, Person


def open_accounts(organisation: Organisation, workers: list[Worker]) -> dict[str, int]:
    """Make all accounts; gives their ids by the hash of the ID number. One password is hashed once."""
    hashed = crypto.hash_password(PASSWORD)
    for who, login, role, _ in MANAGERS:
        company = organisation.factory.company if role == builtin_roles.UNIT else organisation.group
        _manager(who.split("·")[0].strip(), login, role, company.id, hashed)
    people: dict[str, Worker] = {}
    for worker in workers:
        if not _only_invited(worker):
            people.setdefault(worker.id_hash, worker)
    Account.insert_many([_account(worker, hashed) for worker in people.values()]).execute()
    ids = {
        row.id_hash: row.id
        for row in Account.select(Account.id, Account.id_hash).where(Account.id_hash.is_null(False))
    }
    _assign([worker for worker in workers if not _only_invited(worker)], ids)
    _tie()
    _ask([worker for worker in workers if worker.state in ("waiting", "refused")], ids)
    _invite([worker for worker in workers if _only_invited(worker)])
    return ids


def _only_invited(worker: Worker) -> bool:
    """Whether somebody has not signed in yet: an invitation, and no account."""
    return worker.part is not None and worker.part.first


def _tie() -> None:
    """Each file is its human's, but for those who only apply."""
    mine = Account.select(Account.id).where(Account.id_hash == Person.id_hash)
    theirs = Binding.select(Binding.person).where(Binding.state.in_(("approved", "ended")))
    Person.update(account_id=mine).where(Person.id.in_(theirs)).execute()


def _ask(workers: list[Worker], ids: dict[str, int]) -> None:
    """Who applied says by that whose file it is."""
    for worker in workers:
        assert worker.person is not None
        AccountClaim.create(
            company_id=worker.unit.company.id, person_id=worker.person.id, account_id=ids[worker.id_hash],
            origin="applied", state=worker.state,
        )  # fmt: skip


def _invite(workers: list[Worker]) -> None:
    for worker in workers:
        assert worker.person is not None
        Invitation.create(
            company_id=worker.unit.company.id, id_hash=worker.id_hash, person_id=worker.person.id, login=worker.phone,
            secret=ID_TAIL, state="open", member=True, expires_at=first_password_until(),
        )  # fmt: skip


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
    return {
        "company": worker.unit.company.id,
        "current_company": worker.unit.company.id if worker.state == "approved" else None,
        "login": worker.phone,
        "name": worker.name,
        "phone": worker.phone,
        "id_number": worker.id_number,
        "id_hash": worker.id_hash,
        "password_hash": hashed,
        "must_change_password": False,
        "first_password": False,
        "last_sign_in_at": clock.now(),
    }


def _assign(workers: list[Worker], ids: dict[str, int]) -> None:
    roles = {
        code: builtin(code).id
        for code in (
            builtin_roles.WORKER,
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
    Assignment.insert_many(
        [
            {"account_id": account, "role": role, "company_id": company, "node_id": None}
            for account, role, company in sorted(rows, key=str)
        ]
    ).execute()
