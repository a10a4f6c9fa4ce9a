"""A corrected phone goes on to the account and the invitation that were opened under it (Q04, Q05)."""

from __future__ import annotations

from models.administration.accounts.standing_changes import units_of
from models.administration.records import Account, Invitation
from models.core import history
from models.core.events.outbox import announce
from models.core.security.actor import Actor
from models.organization.records import Person

_WAITING = ("open", "wished")


def follow_phone(actor: Actor, person: Person, old: str, *, login: bool = True) -> bool:
    """What was opened under the `old` phone of a file goes on under its new one; says whether a sign-in changed.

    An account of this unit alone gets the new phone and, where its login was the old one and `login` says so, signs in
    with the new one; its holder is told. An invitation that nobody has taken up moves too: its first password stays.
    Where somebody else signs in with the new phone, the sign-in stays as it was.
    """
    if person.phone == old:
        return False
    invited = _move_invitation(person, old)
    account = Account.get_or_none(Account.id == person.account_id)
    if account is None or units_of(account.id) != {person.company_id}:
        return invited  # what other companies know of its holder is not changed from here
    values = {"phone": person.phone} if account.phone == old else {}
    if login and account.login == old and not _is_taken(person.phone):
        values["login"] = person.phone
    if not values:
        return invited
    before = {name: getattr(account, name) for name in values}
    account.change(**values)
    history.note(actor, account, "edited", history.differences(Account, before, values))
    if "login" in values:
        announce("person.login_moved", person, by=actor.name[:60])
    return "login" in values or invited


def signs_in_with(person: Person) -> bool:
    """Whether a changed phone of this file would be a changed sign-in: of an account of this unit alone."""
    account = Account.get_or_none(Account.id == person.account_id)
    return (
        account is not None and account.login == person.phone and units_of(account.id) == {person.company_id}
    )


def _move_invitation(person: Person, old: str) -> bool:
    mine = (Invitation.company_id == person.company_id) & (Invitation.person_id == person.id)
    waiting = mine & Invitation.state.in_(_WAITING) & (Invitation.login == old)
    taken = Invitation.select().where(
        Invitation.company_id == person.company_id,
        Invitation.person_id != person.id,
        Invitation.state.in_(_WAITING),
        Invitation.login == person.phone,
    )
    if taken.exists():
        return False
    return bool(Invitation.update(login=person.phone).where(waiting).execute())


def _is_taken(login: str) -> bool:
    return bool(Account.select().where(Account.login == login).exists())


__all__ = ["follow_phone", "signs_in_with"]
