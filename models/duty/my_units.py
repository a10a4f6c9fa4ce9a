"""The units that a person belongs to, as the phone shows them: chosen, waiting, refused (Q06, Q08)."""

from __future__ import annotations

from typing import Any

from models.administration.accounts import invitations
from models.administration.passwords import reset_by_second_channel
from models.administration.records import Account, AccountClaim, Session
from models.core.errors import NotFound
from models.core.fields import moment_text
from models.core.ledger.reading.describe import kinds
from models.core.security import identifiers
from models.core.security.actor import Actor
from models.organization.records import Binding, Company, Person
from models.personnel.bindings import claims

_STATE_ORDER = {"approved": 0, "waiting": 1, "refused": 2, "ended": 3}


def units_with_state(actor: Actor) -> list[dict[str, Any]]:
    """My units, the ones I may work for first; exactly one approved unit is current, if there is one."""
    account = Account.get_by_id(actor.account_id)
    rows = [row for row in _files(account) if actor.unit_id in (None, row.person.company.id)]
    approved = [row.person.company.id for row in rows if row.state == "approved"]
    chosen = account.__data__.get("current_company")
    current = chosen if chosen in approved else (approved[0] if approved else None)
    asked = [] if actor.unit_id is not None else _applications(account)
    sites = {row.person.__data__["site"] for row in rows} - {None}
    names = {c.id: c.name for c in Company.select().where(Company.id.in_(sites or (0,)))}
    return [
        {
            "id": str(row.person.company.id),
            "name": row.person.company.name,
            "state": row.state,
            "role": row.person.role,
            "current": row.person.company.id == current,
            "site": names.get(row.person.__data__["site"]),
        }
        for row in rows
    ] + [
        # Of a file that is not mine (yet) nothing is told but what I asked for.
        {**_unit_of(claim), "state": "waiting", "role": "operator", "current": False, "site": None}
        for claim in asked
        if claim.state == "waiting"
    ]


def _applications(account: Account) -> list[AccountClaim]:
    """Units that the account asked to join and is not in, the newest first."""
    rows = AccountClaim.select().where(
        AccountClaim.account_id == account.id, AccountClaim.state.in_(("waiting", "refused"))
    )
    return list(rows.order_by(AccountClaim.made_at.desc(), AccountClaim.id.desc()))


def _unit_of(claim: AccountClaim) -> dict[str, str]:
    return {"id": str(claim.company_id), "name": Company.get_by_id(claim.company_id).name}


def _files(account: Account) -> list[Binding]:
    """All that ever tied the account's human to a unit, with person and company; what holds comes first."""
    rows = list(
        Binding.select(Binding, Person, Company)
        .join(Person)
        .join(Company, on=(Person.company == Company.id))
        .where(Person.account_id == account.id)
    )
    return sorted(rows, key=lambda row: (_STATE_ORDER[row.state], -row.id))


def session(actor: Actor) -> dict[str, Any]:
    """The session as the phone keeps it."""
    found = Session.get_by_id(actor.session_id)
    if actor.account_id is None:
        return _invited(actor, found)
    account = Account.get_by_id(actor.account_id)
    return {
        "expires_at": moment_text(found.expires_at),
        "person": {
            "id": str(account.id),
            "name": account.name,
            "phone": identifiers.mask_phone(account.phone) if account.phone else None,
            "login": account.login,
        },
        "units": units_with_state(actor),
        "rights": actor.rights_told(),
        "must_change_password": actor.must_change_password,
        "sets_password": reset_by_second_channel.is_open(actor),
        "invitation": None,
        "questions": claims.questions_of(actor),
        "kinds": kinds(),
    }


def _invited(actor: Actor, session: Session) -> dict[str, Any]:
    """Somebody who was invited and has no account yet (Q05)."""
    invitation = invitations.described(actor)
    assert invitation is not None, "a session without an account began with an invitation"
    return {
        "expires_at": moment_text(session.expires_at),
        "person": {"id": "", "name": actor.name, "phone": None, "login": invitation["login"]},
        "units": [],
        "rights": {},
        "must_change_password": True,
        "sets_password": False,
        "invitation": invitation,
        "questions": [],
        "kinds": kinds(),
    }


def choose_unit(actor: Actor, unit: int) -> list[dict[str, Any]]:
    """Work for `unit` from now on (Q08). Raises NotFound for a unit that is not one of mine, or not yet."""
    mine = {item["id"]: item for item in units_with_state(actor)}
    if mine.get(str(unit), {}).get("state") != "approved":
        raise NotFound(
            "不能切换到这个单位", cause="您还没有绑定它，或者还在审核", advice="请先申请绑定，通过后再切换"
        )
    if actor.unit_id is None:  # a session of one unit works for that one, and decides nothing for the others
        Account.update(current_company=unit).where(Account.id == actor.account_id).execute()
    return units_with_state(actor)


def application(actor: Actor, binding: Binding) -> dict[str, Any]:
    """What came of an application, as the applicant sees it: of a file that is not theirs only their own claim."""
    person = Person.get_by_id(binding.__data__["person"])
    if person.account_id == actor.account_id:
        return binding_json(binding)
    return _claim_json(
        AccountClaim.get(AccountClaim.person_id == person.id, AccountClaim.account_id == actor.account_id)
    )


def _claim_json(claim: AccountClaim) -> dict[str, Any]:
    binding = Binding.get_or_none(Binding.person == claim.person_id)
    refused = claim.state == "refused"
    return {
        "id": f"a{claim.id}",  # the binding's would say by its age whether the unit had a file before
        "unit": _unit_of(claim),
        "state": claim.state,
        "applied_at": moment_text(claim.made_at),
        "decided_at": moment_text(claim.decided_at),
        "reason": binding.reason if refused and binding is not None and binding.state == "refused" else None,
    }


def binding_json(binding: Binding) -> dict[str, Any]:
    """A binding as its own person sees it."""
    company = Company.get_by_id(binding.__data__["company"])
    return {
        "id": str(binding.id),
        "unit": {"id": str(company.id), "name": company.name},
        "state": binding.state,
        "applied_at": moment_text(binding.applied_at),
        "decided_at": moment_text(binding.decided_at),
        "reason": binding.reason,
    }


def bindings(actor: Actor) -> list[dict[str, Any]]:
    """My applications, newest first (Q06); in a session of one unit what I am in that one."""
    account = Account.get_by_id(actor.account_id)
    told = [binding_json(row) for row in _files(account) if actor.unit_id in (None, row.person.company.id)]
    told += [_claim_json(claim) for claim in _applications(account) if actor.unit_id is None]
    return sorted(told, key=lambda item: str(item["applied_at"]), reverse=True)
