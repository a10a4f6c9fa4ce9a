"""Many new people at once: files, bindings, invitations and the trail, made ready for one batch."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from models.administration.accounts.accounts import may_give_membership, open_account
from models.administration.accounts.invitations import OPEN, OPENED, WISHED, first_password_until, is_tail
from models.administration.passwords.password_rules import ID_TAIL
from models.administration.records import Account, Invitation
from models.core import clock, history
from models.core.db.batch import Batch
from models.core.events.outbox import Outbox
from models.core.security.actor import Actor
from models.organization.records import DECIDE_BINDINGS, Binding, Person
from models.training.certificates.registry_matching import certificates_of

Values = dict[str, Any]


def files_of(company: int, hashes: Iterable[str]) -> dict[str, Person]:
    """The unit's files of these humans, by the hash of the ID number."""
    rows = Person.select().where(Person.company == company, Person.id_hash.in_(list(hashes)))
    return {row.id_hash: row for row in rows}


def add_people(
    actor: Actor, company: int, rows: Mapping[str, Values], batch: Batch, kind: str | None = None
) -> None:
    """Add files and bindings of people who have none in the unit to the batch, what the registry knows of them, and
    invitations for those who shall have an account; by who may not review, those wait (Q05).

    `rows` as an import has them, by the hash of the ID number, some hundreds at most. `kind` of first password, where one
    was chosen. Reads only.
    """
    now = clock.now()
    wished = not actor.may(DECIDE_BINDINGS)
    wanted_keys = [key for key, row in rows.items() if row.get("open_account")]
    invited, elsewhere = _invited_before(company, wanted_keys), _with_account(wanted_keys)
    bound = {"state": "approved", "decided_at": now, "decided_by": actor.name[:60]}
    invitation = _invitation(actor, kind, wished=wished)
    names: history.Names = {}
    for key, row in rows.items():
        person = Person(
            company=company, name=row["name"], id_number=row["id_number"], id_hash=key, phone=row["phone"],
            site=row.get("site"), department=row.get("department"),
        )  # fmt: skip
        told = ("name", "phone", "site", "department")
        said = {name: row[name] for name in told if row.get(name) is not None}
        lines = history.differences(Person, {}, said, names)
        made = batch.create(actor, person, lines)
        wanted = bool(row.get("open_account"))
        state = {"state": "waiting"} if wanted and wished else bound
        batch.add(
            Binding, {"company": company, "person": made, "origin": "imported", "applied_at": now, **state}
        )
        for certificate in certificates_of(person):
            batch.add(type(certificate), {**certificate.__data__, "person": made})
        if key in invited:  # its file was deleted once: what was tried then stays counted
            batch.do(_open, actor, company, key, kind)
        elif wanted:
            whom = {"company_id": company, "person_id": made, "id_hash": key, "login": row["phone"]}
            batch.add(Invitation, {**invitation, **whom})
            if not wished and key in elsewhere:
                batch.add(Outbox, {"kind": OPENED, "company_id": company, "subject_id": made})


def _invitation(actor: Actor, kind: str | None, *, wished: bool) -> Values:
    """What new invitations have in common. An activation code is drawn when it is handed out: until then nothing opens
    them.
    """
    return {
        "state": WISHED if wished else OPEN,
        "member": may_give_membership(actor),
        "secret": ID_TAIL if is_tail(kind) else None,
        "expires_at": None if wished else first_password_until(),
        "created_at": clock.now(),
        "created_by": actor.name[:60],
        "tail_tries": 0,
    }


def _invited_before(company: int, hashes: list[str]) -> set[str]:
    rows = Invitation.select(Invitation.id_hash).where(
        Invitation.company_id == company, Invitation.id_hash.in_(hashes)
    )
    return {hashed for (hashed,) in rows.tuples()}


def _with_account(hashes: list[str]) -> set[str]:
    """Those who sign in already, wherever they work: they are asked (是我/不是我). Nobody else has a chat to ask in."""
    rows = Account.select(Account.id_hash).where(Account.id_hash.in_(hashes))
    return {hashed for (hashed,) in rows.tuples()}


def _open(actor: Actor, company: int, hashed: str, kind: str | None) -> None:
    open_account(actor, files_of(company, [hashed])[hashed], kind=kind)
