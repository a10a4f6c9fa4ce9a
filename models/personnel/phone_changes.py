"""Corrected phones go on to the accounts and the invitations that were opened under them (Q04, Q05).

Those of one sheet go on together: where two have swapped their phones, each signs in with the other's from then on.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from models.administration.accounts.standing_changes import units_of
from models.administration.records import Account, Invitation
from models.core import history
from models.core.events.outbox import announce
from models.core.security.actor import Actor
from models.organization.records import Person

_WAITING = ("open", "wished")
_CHUNK = 400


@dataclass(frozen=True)
class NewPhone:
    """A file whose phone was `old`; `login`: what its holder signs in with shall follow."""

    person: Person
    old: str
    login: bool = True


@dataclass
class _Move:
    """An account that shall sign in with `login` from now on, and the file that says so."""

    account: Account
    person: Person
    login: str


def follow_phone(actor: Actor, person: Person, old: str, *, login: bool = True) -> None:
    """As `follow_phones`, of one file."""
    follow_phones(actor, [NewPhone(person, old, login)])


def follow_phones(actor: Actor, changes: Iterable[NewPhone]) -> None:
    """What was opened under the old phones of files goes on under their new ones.

    An account of this unit alone gets the new phone and, where its login was the old one and that shall follow, signs in
    with the new one; its holder is told. An invitation that nobody has taken up moves too: its first password stays.
    Where somebody else signs in with the new phone and keeps it, the sign-in stays as it was, and follows when that
    somebody's phone changes too.
    """
    moves: dict[int, _Move] = {}
    changed = [one for one in changes if one.person.phone != one.old]
    _move_invitations(changed)
    for one in changed:
        account = _own_account(one.person)
        if account is None:
            continue  # what other companies know of its holder is not changed from here
        if account.phone == one.old:
            _write(actor, account, phone=one.person.phone)
        if one.login and account.login == one.old:
            moves[account.id] = _Move(account, one.person, one.person.phone)
    _move_logins(actor, moves)


def signs_in_with(person: Person) -> bool:
    """Whether a changed phone of this file would be a changed sign-in: of an account of this unit alone."""
    account = _own_account(person)
    return account is not None and account.login == person.phone


def keeps_login(wanted: dict[int, str]) -> dict[int, str]:
    """Of files (by id) whose sign-ins shall follow these new phones: whose can't, and who signs in with it, by name.

    A holder whom the unit does not know is named by nobody, and left out.
    """
    files = {row.id: row for row in _rows(Person, Person.id, wanted)}
    holders = {row.login: row.id for row in _rows(Account, Account.login, wanted.values())}
    going = {row.account_id for row in files.values()}
    stuck: dict[int, int] = {}
    while True:
        found = {
            person_id: holders[phone]
            for person_id, phone in wanted.items()
            if person_id not in stuck and phone in holders and holders[phone] not in going
        }
        if not found:
            break
        stuck |= found
        going -= {files[person_id].account_id for person_id in found}
    companies = {row.company_id for row in files.values()}
    known = (row for row in _rows(Person, Person.account_id, stuck.values()) if row.company_id in companies)
    names = {row.account_id: row.name for row in known}
    return {person_id: names[holder] for person_id, holder in stuck.items() if holder in names}


def _own_account(person: Person) -> Account | None:
    account: Account | None = Account.get_or_none(Account.id == person.account_id)
    return account if account is not None and units_of(account.id) == {person.company_id} else None


def _move_logins(actor: Actor, moves: dict[int, _Move]) -> None:
    holders = {row.login: row for row in _rows(Account, Account.login, (one.login for one in moves.values()))}
    for move in list(moves.values()):
        _take_along(holders.get(move.login), moves)
    ready = _without_stuck(moves, holders)
    given = {move.login for move in ready}
    for move in ready:
        if move.account.login in given:  # out of the way of who comes there, until it has its own
            Account.update(login=f"~{move.account.id}").where(Account.id == move.account.id).execute()
    for move in ready:
        _write(actor, move.account, login=move.login)
        announce("person.login_moved", move.person, by=actor.name[:60])


def _take_along(holder: Account | None, moves: dict[int, _Move]) -> None:
    """Who signs in with what is another's phone by now, and whose own phone's login becomes free only now, follows too."""
    if holder is None or holder.id in moves:
        return
    person = Person.get_or_none(Person.account_id == holder.id)
    freed = {one.account.login for one in moves.values()}
    if person is not None and person.phone in freed and units_of(holder.id) == {person.company_id}:
        moves[holder.id] = _Move(holder, person, person.phone)


def _without_stuck(moves: dict[int, _Move], holders: dict[str, Account]) -> list[_Move]:
    """The moves that can be made: nobody else has the login, or has it and moves away as well."""
    left: dict[str, _Move] = {}
    for move in moves.values():
        left.setdefault(move.login, move)  # of two who want the same, the first
    while True:
        going = {one.account.id for one in left.values()}
        stuck = [login for login in left if login in holders and holders[login].id not in going]
        if not stuck:
            return list(left.values())
        for login in stuck:
            del left[login]


def _write(actor: Actor, account: Account, **values: Any) -> None:
    before = {name: getattr(account, name) for name in values}
    account.change(**values)
    history.note(actor, account, "edited", history.differences(Account, before, values))


def _move_invitations(changes: Sequence[NewPhone]) -> None:
    """Those that wait move with their files; where another file's stands under the new phone and stays, it stays too."""
    files = {one.person.id: one for one in changes}
    mine = {
        row.person_id: row for row in _rows(Invitation, Invitation.person_id, files) if row.state in _WAITING
    }
    moving = {
        person_id: files[person_id].person.phone
        for person_id, row in mine.items()
        if row.login == files[person_id].old
    }
    there = [row for row in _rows(Invitation, Invitation.login, moving.values()) if row.state in _WAITING]
    for person_id, phone in moving.items():
        company = files[person_id].person.company_id
        others = (row for row in there if row.company_id == company and row.login == phone)
        if all(row.person_id == person_id or row.person_id in moving for row in others):
            Invitation.update(login=phone).where(Invitation.id == mine[person_id].id).execute()


def _rows(model: Any, column: Any, values: Iterable[Any]) -> Iterator[Any]:
    wanted = sorted({value for value in values if value is not None})
    for start in range(0, len(wanted), _CHUNK):
        yield from model.select().where(column.in_(wanted[start : start + _CHUNK]))


__all__ = ["NewPhone", "follow_phone", "follow_phones", "keeps_login", "signs_in_with"]
