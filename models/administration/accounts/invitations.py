"""A company invites one of its people to an account (Q05): its yes, with a first password that opens it alone.

The holder signs in with login and first password and gets a session of that company that is good for one thing: to
make the account, or to bring the one they have (`accepting`). The end of an ID number is guessable: it may be tried
five times in all for each file, whatever is issued again; after that only an activation code works.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from models.administration.passwords import password_rules
from models.administration.records import Invitation, Session
from models.core import clock
from models.core.config import config
from models.core.db.queries import locked
from models.core.events.outbox import announce
from models.core.security.actor import Actor
from models.core.security.crypto import hash_token, new_token
from models.core.security.identifiers import squeeze
from models.organization.records import Binding, Company, Person

WISHED, OPEN, ACCEPTED, WITHDRAWN = "wished", "open", "accepted", "withdrawn"
#: What a first password may be, as the setting ANBAN_FIRST_PASSWORD names it and as whoever invites may choose.
CODE, TAIL = "activation_code", "id_tail"
#: The news of it: whoever has an account already is asked in their chat (models.messages.chat_accounts.file_question).
OPENED = "invitation.opened"
TAIL_TRIES = 5
_TAIL = re.compile(r"[0-9]{5}[0-9X]")


@dataclass(frozen=True)
class Issued:
    """What is to be told to the holder: the login, and the activation code unless it is the end of the ID number."""

    name: str
    login: str
    code: str = ""


def first_password_until() -> datetime:
    """When a first password that is given now dies."""
    return clock.now() + timedelta(days=config().first_password_days)


def is_tail(kind: str | None = None, tail_tries: int = 0) -> bool:
    """Whether a first password is the end of the ID number: as `kind` (CODE or TAIL) says, or else the setting.

    Never where the setting knows codes alone, nor after five wrong tries.
    """
    set_so = config().first_password
    return set_so == TAIL and (kind or set_so) == TAIL and tail_tries < TAIL_TRIES


def first_secret(tail_tries: int = 0, *, kind: str | None = None) -> tuple[str, str]:
    """What a first password is stored as, and the activation code if it is one. `kind` as in `is_tail`."""
    if is_tail(kind, tail_tries):
        return password_rules.ID_TAIL, ""
    code = password_rules.activation_code()
    return password_rules.hash_code(code), code


def invite(
    actor: Actor, person: Person, *, member: bool, kind: str | None = None, shown: bool = True
) -> Issued:
    """Invite the holder of a file, or give them a new first password in place of the one before.

    `kind`: CODE or TAIL, or what the setting says. The caller has checked the right. Wrong tries of the ID number's end
    stay counted. Where nobody would see an activation code (not `shown`) none is drawn yet: it is when it is handed out.
    """
    there = invitation_of(person)
    stored, code = first_secret(there.tail_tries if there is not None else 0, kind=kind)
    kept = stored if shown or not code else None
    values = {
        "person_id": person.id,
        "login": person.phone,
        "secret": kept,
        "state": OPEN,
        "member": member or bool(there is not None and there.state in (WISHED, OPEN) and there.member),
        "expires_at": first_password_until(),
        "created_at": clock.now(),
        "created_by": actor.name[:60],
    }
    _write(person, there, values)
    announce(OPENED, person)
    return Issued(person.name, person.phone, code if shown else "")


def wish(actor: Actor, person: Person, *, member: bool, kind: str | None = None) -> None:
    """Keep that an account was asked for by somebody who may not review: it opens nothing until one who may invites.

    Which first password it shall be is kept with it.
    """
    there = invitation_of(person)
    if there is not None and there.state == OPEN:
        return
    secret = password_rules.ID_TAIL if is_tail(kind, there.tail_tries if there is not None else 0) else None
    if kind is None and there is not None and there.state == WISHED:
        secret = there.secret
    values = {
        "person_id": person.id, "login": person.phone, "secret": secret, "state": WISHED, "member": member,
        "expires_at": None, "created_at": clock.now(), "created_by": actor.name[:60],
    }  # fmt: skip
    _write(person, there, values)


def _write(person: Person, there: Invitation | None, values: dict[str, Any]) -> None:
    if there is None:
        Invitation.create(company_id=person.company_id, id_hash=person.id_hash, **values)
        return
    end_sessions([there.id])
    Invitation.update(**values).where(Invitation.id == there.id).execute()


def invitation_of(person: Person) -> Invitation | None:
    """The invitation for a file, in whatever state."""
    found: Invitation | None = Invitation.get_or_none(
        Invitation.company_id == person.company_id, Invitation.id_hash == person.id_hash
    )
    return found


def withdraw(person: Person, *, state: str = WITHDRAWN) -> None:
    """The file's invitation is over, and what began with it; its count of wrong tries stays."""
    there = invitation_of(person)
    if there is not None and there.state in (OPEN, WISHED):
        end_sessions([there.id])
        Invitation.update(state=state, secret=None).where(Invitation.id == there.id).execute()


def end_sessions(invitation_ids: Iterable[int], *, but: int | None = None) -> None:
    """End the sessions that began with these invitations and have made no account yet (but the one)."""
    Session.update(revoked_at=clock.now()).where(
        Session.invitation_id.in_(list(invitation_ids) or [0]),
        Session.revoked_at.is_null(),
        Session.id != (but or 0),
    ).execute()


def matching(login: str, password: str) -> Invitation | None:
    """The open invitation that login and first password are of. In a transaction that writes: wrong ends are counted.

    Looking does not spend it: it works until its holder has set a password, or its days are over.
    """
    found = None
    for row in (
        Invitation.select().where(Invitation.login == login, Invitation.state == OPEN).order_by(Invitation.id)
    ):
        if proves(row, password) and found is None:
            found = row
    return found


def proves(invitation: Invitation, password: str) -> bool:
    """Whether it is the invitation's first password; a wrong end of the ID number is counted. See also `is_over`."""
    if invitation.state != OPEN:
        return False
    typed = squeeze(password.encode("utf-8", "replace").decode())
    if invitation.secret != password_rules.ID_TAIL:
        return password_rules.is_code(invitation.secret, typed)
    if not _TAIL.fullmatch(typed):
        return False
    mine = Invitation.id == invitation.id
    now = locked(Invitation, invitation.id)  # so that however many try at once, five is five
    if now.tail_tries >= TAIL_TRIES or now.state != OPEN or now.secret != password_rules.ID_TAIL:
        return False
    person = file_of(invitation)
    if person is not None and password_rules.same(typed, person.id_number[-6:]):
        return True
    Invitation.update(tail_tries=Invitation.tail_tries + 1).where(mine).execute()
    return False


def is_over(invitation: Invitation) -> bool:
    """Whether the days of its first password are over."""
    return invitation.expires_at is None or invitation.expires_at <= clock.now()


def file_of(invitation: Invitation) -> Person | None:
    """The file that an invitation is for, if the company still lets its holder in."""
    found: Person | None = (
        Person.select()
        .join(Binding, on=(Binding.person == Person.id))
        .where(
            Person.id == invitation.person_id,
            Person.company == invitation.company_id,
            Binding.state == "approved",
        )
        .first()
    )
    return found


def begin(
    invitation: Invitation, *, door: str, device: str | None, address: str | None, lasts: timedelta
) -> tuple[str, Session]:
    """A session of the inviting company without an account, and its token."""
    now, token = clock.now(), new_token()
    session = Session.create(
        token_hash=hash_token(token), account_id=None, unit_id=invitation.company_id, invitation_id=invitation.id,
        company_id=invitation.company_id, address=address,
        door=door, device=device, created_at=now, expires_at=now + lasts, seen_at=now,
    )  # fmt: skip
    return token, session


def guest(session: Session, door: str) -> Actor | None:
    """Who a session without an account is: somebody invited, who may make their account and nothing else."""
    invitation = Invitation.get_or_none(Invitation.id == session.invitation_id, Invitation.state == OPEN)
    person = None if invitation is None else file_of(invitation)
    if person is None:
        return None
    return Actor(
        account_id=None, name=person.name, company_id=person.company_id, door=door, must_change_password=True,
        session_id=session.id, unit_id=person.company_id,
    )  # fmt: skip


def of_guest(actor: Actor) -> Invitation | None:
    """The invitation that the actor's session began with, if it has no account yet."""
    session = Session.get_or_none(Session.id == actor.session_id, Session.account_id.is_null())
    if session is None:
        return None
    found: Invitation | None = Invitation.get_or_none(Invitation.id == session.invitation_id)
    return found


def described(actor: Actor) -> dict[str, Any] | None:
    """What a guest is told of the invitation: the company, their name there, the login, and whether somebody has it."""
    from models.administration.records import Account

    invitation = of_guest(actor)
    if invitation is None:
        return None
    taken = Account.select().where(
        Account.login == invitation.login,
        (Account.id != (invitation.account_id or 0)) | Account.password_hash.is_null(False),
    )
    return {
        "unit": {"id": str(invitation.company_id), "name": Company.get_by_id(invitation.company_id).name},
        "name": actor.name,
        "login": invitation.login,
        "login_taken": bool(taken.exists()),
    }


__all__ = [
    "ACCEPTED", "CODE", "OPEN", "TAIL", "TAIL_TRIES", "WISHED", "WITHDRAWN", "Issued", "begin", "described", "file_of",
    "first_password_until", "first_secret", "guest", "invitation_of", "invite", "is_over", "is_tail", "matching", "of_guest", "proves",
    "wish", "withdraw",
]  # fmt: skip
