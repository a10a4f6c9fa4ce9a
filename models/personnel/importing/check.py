"""People from the Excel sheet 使用单位导入人员 (Q05): what is wrong across rows, and saving them in bulk."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from typing import Any

from models.administration.accounts import invitations
from models.administration.accounts.accounts import login_taken, may_give_membership
from models.administration.records import Account, Assignment, Invitation
from models.administration.roles.builtin_roles import UNIT_MEMBER
from models.administration.roles.roles import builtin
from models.core.db.batch import Batch
from models.core.errors import Malformed
from models.core.ledger import Remark
from models.core.security.actor import Actor
from models.core.security.crypto import hash_id_number
from models.core.text.folding import same_name
from models.organization.records import (
    DECIDE_BINDINGS,
    IMPORT_PERSONS,
    READ_PERSONS,
    REVEAL_IDS,
    Binding,
    Person,
)
from models.personnel.importing.insert import add_people, files_of
from models.personnel.importing.update import LEFT, new_values, update
from models.personnel.phone_changes import NewPhone, follow_phones, keeps_login, signs_in_with

Values = dict[str, Any]
Faults = Mapping[int, Mapping[str, Malformed]]
_CHUNK = 400
_REMARKED = 500  # sign-ins that are looked at one by one; more are not told row by row


def check(actor: Actor, rows: list[Values], options: Values | None = None) -> Faults:
    """Faults that only show beside other rows or the database: another name on file, a login that is taken."""
    company = own_company(actor)
    if company is None:
        fault = Malformed("no_company", "请用本单位的账号导入人员，集团账号请先切换到一家公司")
        return {place: {"name": fault} for place in range(len(rows))}
    hashes = [hash_id_number(row["id_number"]) if row.get("id_number") else "" for row in rows]
    faults: dict[int, dict[str, Malformed]] = {}
    there = _files(company, hashes)
    _other_names(actor, there, rows, hashes, faults)
    _logins(company, rows, hashes, faults)
    if not actor.may(DECIDE_BINDINGS):
        _left(there, hashes, faults)
    return faults


def own_company(actor: Actor) -> int | None:
    """The company that an import is for: the one that the actor works for, if it may import for all of it."""
    return actor.company_id if actor.company_id in actor.whole_companies(IMPORT_PERSONS) else None


def _left(
    there: Mapping[str, Person], hashes: Sequence[str], faults: dict[int, dict[str, Malformed]]
) -> None:
    """People who have left are taken back in by who may review."""
    places = {person.id: place for place, hashed in enumerate(hashes) if (person := there.get(hashed))}
    for part in _parts(sorted(places)):
        rows = Binding.select(Binding.person).where(Binding.person.in_(part), Binding.state.in_(LEFT))
        for row in rows:
            told = "他已移出本单位或没有通过审核，重新绑定要由可审核的人来做，请先从表里去掉"
            faults.setdefault(places[row.person_id], {})["name"] = Malformed("left", told)


def _other_names(
    actor: Actor,
    there: Mapping[str, Person],
    rows: Sequence[Values],
    hashes: Sequence[str],
    faults: dict[int, dict[str, Malformed]],
) -> None:
    for place, hashed in enumerate(hashes):
        person = there.get(hashed)
        if person is not None and not same_name(person.name, rows[place].get("name") or ""):
            known = actor.may(REVEAL_IDS, person) and actor.may(READ_PERSONS, person)
            told = (
                f"名单里这个身份证号的姓名是“{person.name}”"
                if known
                else "名单里这个身份证号登记的是另一个姓名"
            )
            faults.setdefault(place, {})["name"] = Malformed("other_name", f"{told}，请核对姓名或身份证号")


def _logins(
    company: int, rows: Sequence[Values], hashes: Sequence[str], faults: dict[int, dict[str, Malformed]]
) -> None:
    """Phones that would be logins: each may be one human's only, in the sheet and in the unit.

    What other units have is not said: where a login is taken there, the holder settles it when they sign in.
    """
    wanted = {
        place: row["phone"] for place, row in enumerate(rows) if row.get("open_account") and row.get("phone")
    }
    owners: dict[str, str] = {}
    for part in _parts(sorted(set(wanted.values()))):
        tied = (
            Person.select(Account.login, Person.id_hash)
            .join(Account, on=(Account.id == Person.account_id))
            .where(Person.company == company, Account.login.in_(part))
        )
        owners |= dict(tied.tuples())
        invited = Invitation.select(Invitation.login, Invitation.id_hash).where(
            Invitation.company_id == company,
            Invitation.login.in_(part),
            Invitation.state.in_((invitations.OPEN, invitations.WISHED)),
        )
        owners |= dict(invited.tuples())
    own = set()
    for part in _parts(sorted({hashed for hashed in hashes if hashed})):
        mine = Person.select(Person.id_hash).where(
            Person.company == company, Person.id_hash.in_(part), Person.account_id.is_null(False)
        )
        own |= {hashed for (hashed,) in mine.tuples()}
    seen: dict[str, str] = {}
    for place, phone in wanted.items():
        hashed = hashes[place]
        if hashed in own:
            continue  # this human signs in already, under whatever login
        if owners.get(phone, hashed) != hashed:
            faults.setdefault(place, {})["phone"] = Malformed("login_taken", login_taken(phone))
        elif seen.setdefault(phone, hashed) != hashed:
            told = "这个手机号在表里给两个人开账号，一个手机号只能开一个"
            faults.setdefault(place, {})["phone"] = Malformed("login_twice", told)


def _files(company: int, hashes: Sequence[str]) -> dict[str, Person]:
    found: dict[str, Person] = {}
    for part in _parts(sorted({hashed for hashed in hashes if hashed})):
        found |= files_of(company, part)
    return found


def _parts(items: Sequence[Any]) -> Iterator[list[Any]]:
    left = iter(items)
    while part := list(islice(left, _CHUNK)):
        yield part


def prepare(actor: Actor, rows: list[Values], batch: Batch, options: Values | None = None) -> tuple[int, int]:
    """Write all rows; gives how many people are made and how many brought up to date.

    Somebody who is in the files already gets the new phone and place, and an account where the sheet asks for one: with
    the `first_password` that was chosen, else as the setting says. Who has left stays as they are, unless `bring_back` was
    chosen. A new phone is the login too, unless `move_login` was not.
    """
    chosen = options or {}
    company = own_company(actor)
    assert company is not None, "check() has refused this"
    actor.require(IMPORT_PERSONS, Person(company=company))
    hashes = [hash_id_number(row["id_number"]) for row in rows]
    there = _files(company, hashes)
    fresh = {hashed: row for hashed, row in zip(hashes, rows, strict=True) if hashed not in there}
    known = [(there[hashed], row) for hashed, row in zip(hashes, rows, strict=True) if hashed in there]
    gone = set() if chosen.get("bring_back") else _gone([person.id for person, _ in known])
    known = [(person, row) for person, row in known if person.id not in gone]
    settled = _settled(actor, [person for person, _ in known])
    phones: list[NewPhone] = []
    changed = False
    for person, row in known:
        if new_values(person, row) or person.id not in settled[bool(row.get("open_account"))]:
            batch.do(update, actor, person, row, chosen, phones)
            changed = True
    if changed:
        batch.do(follow_phones, actor, phones)  # together, as people may have swapped theirs
    for part in _parts(list(fresh)):
        add_people(
            actor, company, {hashed: fresh[hashed] for hashed in part}, batch, chosen.get("first_password")
        )
    return len(fresh), len(known)


def _gone(person_ids: Sequence[int]) -> set[int]:
    """Who of them has left the unit, or was not let in."""
    found = set[int]()
    for part in _parts(sorted(person_ids)):
        rows = Binding.select(Binding.person).where(Binding.person.in_(part), Binding.state.in_(LEFT))
        found |= {person_id for (person_id,) in rows.tuples()}
    return found


def _settled(actor: Actor, people: Sequence[Person]) -> tuple[set[int], set[int]]:
    """Whom an import with the same phone changes nothing of: without, and with an account asked for.

    They are bound; and sign in, as a member of the unit where the actor may make them one.
    """
    bound, signed_in = set[int](), set[int]()
    member = builtin(UNIT_MEMBER) if may_give_membership(actor) and actor.may(DECIDE_BINDINGS) else None
    for part in _parts([person.id for person in people]):
        approved = Binding.select(Binding.person).where(Binding.person.in_(part), Binding.state == "approved")
        bound |= {person_id for (person_id,) in approved.tuples()}
        tied = Person.select(Person.id).where(Person.id.in_(part), Person.account_id.is_null(False))
        if member is not None:
            given = (Assignment.account_id == Person.account_id) & (Assignment.company_id == Person.company)
            tied = tied.join(Assignment, on=given).where(Assignment.role == member.id)
        signed_in |= {person_id for (person_id,) in tied.tuples()}
    return bound, bound & signed_in


def asks(rows: list[Values]) -> bool:
    """Whether anybody in the sheet is to have an account: else no first password is to be chosen."""
    return any(row.get("open_account") for row in rows)


def _known(actor: Actor, rows: list[Values]) -> dict[int, Person]:
    """Who of a checked sheet is in the files already, by the place of their row."""
    company = own_company(actor)
    if company is None:
        return {}
    hashes = [hash_id_number(row["id_number"]) for row in rows]
    there = _files(company, hashes)
    return {place: there[hashed] for place, hashed in enumerate(hashes) if hashed in there}


def concerned(actor: Actor, rows: list[Values]) -> set[str]:
    """Which of the options matter for these rows."""
    known = _known(actor, rows)
    gone = _gone([person.id for person in known.values()])
    moved = any(
        person.phone != rows[place]["phone"] and person.id not in gone and signs_in_with(person)
        for place, person in known.items()
    )
    names = {"first_password": asks(rows), "bring_back": bool(gone), "move_login": moved}
    return {name for name, matters in names.items() if matters}


def remarks(actor: Actor, rows: list[Values]) -> dict[int, Remark]:
    """What whoever imports these rows should know: who has left, and whose sign-in would change."""
    known = _known(actor, rows)
    gone = _gone([person.id for person in known.values()])
    told: dict[int, Remark] = {}
    moved: dict[int, Person] = {}
    for place, person in known.items():
        if person.id in gone:
            text = f"{person.name} 已移出本单位或没有通过审核，不会改动；要恢复，请选“把已移出单位的人重新绑定”。"
            told[place] = Remark(text, left_out=True)
        elif len(moved) < _REMARKED and person.phone != rows[place]["phone"] and signs_in_with(person):
            moved[place] = person
    kept = keeps_login({person.id: rows[place]["phone"] for place, person in moved.items()})
    for place, person in moved.items():
        if person.id in kept:
            text = (
                f"{person.name} 换了手机号，但{kept[person.id]}正用这个新手机号登录，所以他仍用旧手机号登录。"
            )
        else:
            text = (
                f"{person.name} 换了手机号，登录账号也会改成新手机号（别人正用它登录的除外）；"
                "不要改，请关掉上面的选项。"
            )
        told[place] = Remark(text)
    return told
