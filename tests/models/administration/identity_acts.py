"""What officers and humans do in the machine of identity, and what is truly given by it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random
from typing import Any

from models.administration.accounts import accept_invitation, account_ties
from models.administration.accounts.accounts import (
    create_user,
    disable_account,
    edit_user,
    enable_account,
    renew_first_password,
)
from models.administration.accounts.actors import actor_for_token
from models.administration.passwords.password_changes import change_password, reset_password
from models.administration.records import Account, AccountClaim, Invitation
from models.administration.sign_in.sign_in import sign_in
from models.administration.sign_in.tickets import issue, redeem
from models.core.db.batch import Batch
from models.core.db.connection import in_transaction
from models.core.errors import AnbanError
from models.core.security.actor import Actor
from models.organization.records import Binding, Company, Person
from models.personnel.bindings import bindings, claims
from models.personnel.importing import check
from models.personnel.people import add_person, delete_person, edit_person
from tests.models.administration.conftest import House

WORKERS = ("甲", "乙")


@dataclass
class Entry:
    """An open session, and the human who opened it."""

    token: str
    human: str
    guest_of: int | None = None  # the file whose company handed out the secret that it began with


@dataclass
class Truth:
    """Who was truly given what."""

    files: set[tuple[str, int]] = field(default_factory=set)  # a company gave a human this file
    codes: dict[str, tuple[set[str], int]] = field(default_factory=dict)  # code: who knows it, for which file
    passwords: dict[tuple[int, str], set[str]] = field(
        default_factory=dict
    )  # (account, password): who knows it
    handed: dict[tuple[int, str], int] = field(default_factory=dict)  # a reset password: by which company
    claimed: dict[tuple[int, int], str] = field(default_factory=dict)  # (file, account): who said so
    chats: set[tuple[str, int]] = field(default_factory=set)  # a human tied their chat to an account
    sessions: list[Entry] = field(default_factory=list)


class Acts:
    """Two companies, their officers, and people who have an account, or several, or none."""

    house: House
    serial = 0
    count = 0
    truth: Truth
    units: list[Company]
    staff: dict[str, Actor]
    numbers: dict[str, str]
    phones: dict[str, str]
    chief: int

    def _officer(self, chance: Random, person: Person | None = None) -> tuple[str, Actor, Company]:
        """Somebody who may do it, more often than not: of the file's company, with review."""
        unit = chance.choice(self.units)
        if person is not None and chance.random() < 0.8:
            unit = next(one for one in self.units if one.id == person.company_id)
        name = f"{'审' if chance.random() < 0.6 else chance.choice('安管')}{unit.id}"
        return name, self.staff[name], unit

    def _files(self) -> list[Person]:
        return list(
            Person.select().where(Person.company.in_([unit.id for unit in self.units])).order_by(Person.id)
        )

    def _file(self, chance: Random) -> Person:
        files = self._files()
        if not files:
            raise AnbanError("没有人", code="nobody")
        return chance.choice(files)

    def _entry(self, chance: Random, *, guests: bool) -> tuple[Entry, Actor]:
        """A session that is open, and its actor now."""
        open_now = []
        for entry in self.truth.sessions:
            actor = self._now(entry)
            if actor is not None and (actor.account_id is None) == guests:
                open_now.append((entry, actor))
        if not open_now:
            raise AnbanError("没有登录", code="nobody")
        return chance.choice(open_now)

    def _now(self, entry: Entry) -> Actor | None:
        try:
            return actor_for_token(entry.token, "phone")
        except AnbanError:
            return None

    def _human_of(self, person: Person) -> str:
        return next(name for name, number in self.numbers.items() if number == person.id_number)

    # -- companies

    def enters(self, chance: Random) -> Any:
        officer, actor, unit = self._officer(chance)
        who = chance.choice(list(self.numbers))
        values = {
            "company": unit.id, "name": who, "id_number": self.numbers[who], "phone": self.phones[who],
            "role": chance.choice(("operator", "operator", "safety_officer")), "may_review": chance.random() < 0.5,
            "open_account": chance.random() < 0.7,
        }  # fmt: skip
        in_transaction(add_person, actor, values)
        return officer, who

    def imports(self, chance: Random) -> Any:
        officer, actor, _ = self._officer(chance)
        who = chance.choice(list(self.numbers))
        row = {"name": who, "id_number": self.numbers[who], "phone": self.phones[who], "open_account": True}
        faults = in_transaction(check.check, actor, [row], write=False)
        if not faults:
            batch = Batch()
            check.prepare(actor, [row], batch)
            in_transaction(batch.put)
        return officer, who, bool(faults)

    def edits(self, chance: Random) -> Any:
        person = self._file(chance)
        officer, actor, _ = self._officer(chance, person)
        values: dict[str, Any] = {"job_number": str(self.count), "open_account": chance.random() < 0.3}
        if chance.random() < 0.4:
            values |= {
                "role": chance.choice(("operator", "safety_officer")),
                "may_review": chance.random() < 0.5,
            }
        in_transaction(edit_person, actor, person, values)
        return officer, person.id, values

    def issues(self, chance: Random) -> Any:
        """A first password: its officer keeps it, or hands it to the one whose file it is, too."""
        person = self._file(chance)
        officer, actor, unit = self._officer(chance, person)
        issued = in_transaction(renew_first_password, actor, person)
        knows = {officer} | ({self._human_of(person)} if chance.random() < 0.7 else set())
        if person.account_id is None:
            self.truth.codes[issued.code] = (knows, person.id)
        else:
            self._handed_out(person.account_id, issued.code, knows, unit)
        return officer, person.id, sorted(knows)

    def _handed_out(self, account_id: int, secret: str, knows: set[str], unit: Company) -> None:
        """From now on the account is whoever's who uses this, and what was proven for it before is over."""
        self.truth.passwords[account_id, secret] = knows
        self.truth.handed[account_id, secret] = unit.id
        self.truth.claimed = {key: who for key, who in self.truth.claimed.items() if key[1] != account_id}
        self.truth.chats = {(who, account) for who, account in self.truth.chats if account != account_id}

    def resets(self, chance: Random) -> Any:
        account = self._account(chance)
        files = list(Person.select().where(Person.account_id == account.id))
        officer, actor, unit = self._officer(chance, files[0] if files else None)
        officer, actor = (
            (f"管{unit.id}", self.staff[f"管{unit.id}"]) if chance.random() < 0.5 else (officer, actor)
        )
        password = in_transaction(reset_password, actor, account)
        knows = {officer} | ({self._human_of(files[0])} if files and chance.random() < 0.6 else set())
        self._handed_out(account.id, password, knows, unit)
        return officer, account.id, sorted(knows)

    def _account(self, chance: Random) -> Account:
        ids = [account for account, _ in self.truth.passwords] + [self.chief]
        account: Account = Account.get_by_id(chance.choice(ids))
        return account

    def confirms(self, chance: Random) -> Any:
        person = self._claimed(chance)
        officer, actor, _ = self._officer(chance, person)
        return officer, in_transaction(self._let_in, person, lambda: claims.confirm(actor, person))

    def _claimed(self, chance: Random) -> Person:
        waiting = AccountClaim.select(AccountClaim.person_id).where(AccountClaim.state == "waiting")
        files = [person for person in self._files() if person.id in {row.person_id for row in waiting}]
        if not files:
            raise AnbanError("没有人", code="nobody")
        return chance.choice(files)

    def _let_in(self, person: Person, act: Callable[[], Any]) -> str:
        before = Person.get_by_id(person.id).account_id
        act()
        after = Person.get_by_id(person.id).account_id
        if after is not None and before is None:
            self._gave(person.id, self.truth.claimed.get((person.id, after), ""))
        return f"{person.id} → {after}"

    def _gave(self, person_id: int, human: str) -> None:
        self.truth.files.add((human, person_id))

    def approves(self, chance: Random) -> Any:
        person = self._file(chance)
        officer, actor, _ = self._officer(chance, person)
        binding = Binding.get(Binding.person == person.id)
        return officer, in_transaction(self._let_in, person, lambda: bindings.approve(actor, binding))

    def refuses(self, chance: Random) -> Any:
        person = self._claimed(chance)
        officer, actor, _ = self._officer(chance, person)
        return officer, in_transaction(claims.refuse, actor, person).id

    def unties(self, chance: Random) -> Any:
        person = self._file(chance)
        officer, actor, _ = self._officer(chance, person)
        in_transaction(account_ties.untie, actor, person)
        self._taken_back(person.id)
        return officer, person.id

    def _taken_back(self, person_id: int) -> None:
        self.truth.files = {(human, file) for human, file in self.truth.files if file != person_id}

    def ends(self, chance: Random) -> Any:
        person = self._file(chance)
        officer, actor, _ = self._officer(chance, person)
        in_transaction(bindings.end, actor, Binding.get(Binding.person == person.id))
        return officer, person.id

    def restores(self, chance: Random) -> Any:
        person = self._file(chance)
        officer, actor, _ = self._officer(chance, person)
        in_transaction(bindings.restore, actor, Binding.get(Binding.person == person.id))
        return officer, person.id

    def deletes(self, chance: Random) -> Any:
        person = self._file(chance)
        officer, actor, _ = self._officer(chance, person)
        in_transaction(delete_person, actor, person)
        self._taken_back(person.id)
        self.truth.codes = {code: known for code, known in self.truth.codes.items() if known[1] != person.id}
        self.truth.claimed = {key: who for key, who in self.truth.claimed.items() if key[0] != person.id}
        return officer, person.id

    def makes_a_user(self, chance: Random) -> Any:
        """An account with somebody's ID number, whose password the administrator then knows."""
        officer, actor, unit = self._officer(chance)
        who = chance.choice(list(self.numbers))
        login = f"u{type(self).serial}.{self.count}"
        values = {"login": login, "name": who, "id_number": self.numbers[who], "phone": self.phones[who]}
        account = in_transaction(create_user, actor, values)
        password = in_transaction(reset_password, actor, account)
        self._handed_out(account.id, password, {officer}, unit)
        return officer, who, account.id

    def switches(self, chance: Random) -> Any:
        officer, actor, _ = self._officer(chance)
        account = self._account(chance)
        act = chance.choice(
            (disable_account, enable_account, lambda a, one: edit_user(a, one, {"name": "改名"}))
        )
        in_transaction(act, actor, account)
        return officer, account.id

    # -- humans

    def enters_a_code(self, chance: Random) -> Any:
        """Whoever knows a code signs in with it, also an officer who kept it."""
        if not self.truth.codes:
            return None
        code = chance.choice(list(self.truth.codes))
        knows, file = self.truth.codes[code]
        human = chance.choice(sorted(knows))
        invitation = Invitation.get(Invitation.person_id == file)
        try:
            signed = sign_in(invitation.login, code, door="phone", address=f"10.0.{self.count}.1")
        except AnbanError:
            del self.truth.codes[code]  # spent, or another took its place
            raise
        self.truth.sessions.append(Entry(signed.token, human, file))
        return human, file

    def accepts(self, chance: Random) -> Any:
        entry, actor = self._entry(chance, guests=True)
        password = f"Own#pass-{self.count}x"
        login = f"own{type(self).serial}.{self.count}" if chance.random() < 0.4 else None
        accept_invitation.accept(actor, password, login=login)
        return self._entered(entry, password)

    def _entered(self, entry: Entry, password: str | None) -> Any:
        assert entry.guest_of is not None
        self._gave(entry.guest_of, entry.human)
        account = self._now(entry)
        assert account is not None
        if password is not None:
            self.truth.passwords[int(account.account_id or 0), password] = {entry.human}
        return entry.human, entry.guest_of, account.account_id

    def joins(self, chance: Random) -> Any:
        """A guest brings the account that they say is theirs: one whose password they know, or they guess at another's."""
        entry, actor = self._entry(chance, guests=True)
        if not self.truth.passwords:
            return None
        (account_id, password), knows = chance.choice(list(self.truth.passwords.items()))
        typed = password if entry.human in knows else "guess"
        accept_invitation.join(actor, Account.get_by_id(account_id).login, typed)
        return self._entered(entry, None)

    def signs_in(self, chance: Random) -> Any:
        if not self.truth.passwords:
            return None
        (account_id, password), knows = chance.choice(list(self.truth.passwords.items()))
        human = chance.choice(sorted(knows))
        login = Account.get_by_id(account_id).login
        signed = sign_in(login, password, door="phone", address=f"10.1.{self.count}.1")
        self.truth.sessions.append(Entry(signed.token, human))
        self._used(account_id, password, human)
        return human, account_id

    def _used(self, account_id: int, password: str, human: str) -> None:
        """Who uses what a company handed out was given that company's files of the account by it."""
        unit = self.truth.handed.get((account_id, password))
        files = Person.select(Person.id).where(Person.account_id == account_id, Person.company == unit)
        for person in files:
            self._gave(person.id, human)

    def sets_a_password(self, chance: Random) -> Any:
        entry, actor = self._entry(chance, guests=False)
        mine = [
            key
            for key, knows in self.truth.passwords.items()
            if key[0] == actor.account_id and entry.human in knows
        ]
        if not mine:
            return None
        password = f"New#pass-{self.count}x"
        change_password(actor, chance.choice(mine)[1], password)
        self.truth.passwords[int(actor.account_id or 0), password] = {entry.human}
        return entry.human, actor.account_id

    def answers(self, chance: Random) -> Any:
        """A unit asks; its holder says yes or no, or gives any code that they know."""
        entry, actor = self._entry(chance, guests=False)
        asked = claims.questions_of(actor)
        if actor.must_change_password or not asked:
            return None
        question = chance.choice(asked)["id"]
        file = Invitation.get_by_id(int(question)).person_id
        mine = [code for code, (knows, _) in self.truth.codes.items() if entry.human in knows]
        secret = chance.choice(mine) if mine and chance.random() < 0.5 else ""
        state = in_transaction(claims.try_answer, actor, question, mine=chance.random() < 0.8, secret=secret)
        if state == "confirmed":
            assert self.truth.codes[secret][1] == file, "another file's code was taken for a proof"
            self._gave(file, entry.human)
        elif state == "waiting":
            self.truth.claimed[file, int(actor.account_id or 0)] = entry.human
        return entry.human, file, str(state)

    def applies(self, chance: Random) -> Any:
        entry, actor = self._entry(chance, guests=False)
        if actor.must_change_password:
            return None
        unit = chance.choice(self.units)
        binding, created = in_transaction(bindings.apply, actor, unit.id)
        if created:
            self.truth.claimed[binding.person_id, int(actor.account_id or 0)] = entry.human
        return entry.human, unit.id, binding.person_id

    def ties_a_chat(self, chance: Random) -> Any:
        """Somebody signs in once inside the group's chat app."""
        entry, actor = self._entry(chance, guests=False)
        if not actor.must_change_password:
            self.truth.chats.add((entry.human, int(actor.account_id or 0)))
        return entry.human, actor.account_id

    def comes_by_chat(self, chance: Random) -> Any:
        """By a ticket of the group's app, or of a unit's own, which is good for that unit alone."""
        if not self.truth.chats:
            return None
        human, account_id = chance.choice(sorted(self.truth.chats))
        unit = chance.choice((None, *[unit.id for unit in self.units]))
        account = Account.get_by_id(account_id)
        ticket = in_transaction(issue, account, origin="wecom:1", unit_id=unit)
        signed = in_transaction(redeem, ticket.text, secret=ticket.secret, door="phone")
        self.truth.sessions.append(Entry(signed.token, human))
        return human, account_id, unit
