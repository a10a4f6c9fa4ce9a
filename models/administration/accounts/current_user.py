"""Who is signed in, as the console's frame shows it."""

from __future__ import annotations

from typing import Any

from models.administration.accounts import invitations
from models.administration.accounts.actors import role_names
from models.administration.records import Account
from models.core import clock
from models.core.config import config
from models.core.fields import moment_text
from models.core.ledger.reading.describe import kinds, pages_for
from models.core.security.actor import Actor
from models.core.views.describe import menu
from models.organization.records import Company


def describe(actor: Actor) -> dict[str, Any]:
    """Account, company, roles, rights and menu of an actor."""
    if actor.account_id is None:
        return _invited(actor)
    account = Account.get_by_id(actor.account_id)
    names = {
        row.id: row.name
        for row in Company.select(Company.id, Company.name).where(
            Company.id.in_([*actor.group_companies, actor.company_id or 0]), Company.kind == "company"
        )
    }
    company = actor.company_id
    return {
        "account": {"id": str(account.id), "name": account.name, "login": account.login},
        "company": {"id": str(company), "name": names[company]} if company in names else None,
        "companies": [{"id": str(key), "name": name} for key, name in names.items()],
        "roles": role_names(actor),
        "rights": actor.rights_told(),
        "must_change_password": actor.must_change_password,
        "demo": config().demo,
        "installation": "安班",
        "idle_minutes": config().console_idle_minutes,
        "server_time": moment_text(clock.now()),
        "menu": [] if actor.must_change_password else menu(actor),
        "own": [] if actor.must_change_password else pages_for(actor, "", "menu"),
        "kinds": kinds(),
        "invitation": None,
    }


def _invited(actor: Actor) -> dict[str, Any]:
    """Somebody who was invited and has no account yet (Q05)."""
    invitation = invitations.described(actor)
    assert invitation is not None, "a session without an account began with an invitation"
    return {
        "account": {"id": "", "name": actor.name, "login": invitation["login"]},
        "company": invitation["unit"],
        "companies": [],
        "roles": [],
        "rights": {},
        "must_change_password": True,
        "demo": config().demo,
        "installation": "安班",
        "server_time": moment_text(clock.now()),
        "menu": [],
        "own": [],
        "kinds": [],
        "invitation": invitation,
    }
