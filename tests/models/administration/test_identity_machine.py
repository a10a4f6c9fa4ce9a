"""Random officers of two companies do anything, in any order; nobody ever holds what was not given to them (I1 to I6).

The test keeps, beside the house, who was truly given what: which human knows which secret (an officer knows whatever was
shown to them, and may keep it for themselves), and to whom a company gave a file, by the code that was handed out, the
password that was reset, or the claim that was confirmed. After every act each open session is looked at: it holds no file
and no right that its human was not given by the company concerned.

Codes are activation codes: that the end of an ID number is no secret is known (docs/decisions/identity.md).
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from random import Random
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, note, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    rule,
    run_state_machine_as_test,
)

from models.administration.accounts import accept_invitation, invitations
from models.administration.accounts.accounts import renew_first_password
from models.administration.accounts.actors import actor_for_account, actor_for_token
from models.administration.roles.roles import assign
from models.administration.sign_in.sign_in import sign_in
from models.core.config import Config, configure
from models.core.db.connection import in_transaction
from models.core.errors import AnbanError
from models.core.security.actor import Actor
from models.core.security.identifiers import id_check_character
from models.organization.records import Company, Person
from models.personnel.people import add_person
from tests.models.administration.conftest import House
from tests.models.administration.identity_acts import WORKERS, Acts, Entry, Truth

SEEDS = st.integers(0, 2**32 - 1)
ACTS = 4  # at a step


class Machine(Acts, RuleBasedStateMachine):
    """Two companies with a reviewer, an officer without review and an administrator each, and three workers."""

    def __init__(self, house: House) -> None:
        super().__init__()
        self.house = house
        self.count = 0
        self.truth = Truth()

    @initialize()
    def begin(self) -> None:
        Machine.serial += 1
        self.units = [
            self.house.node(f"单位{Machine.serial}.{n}", "company", self.house.group) for n in (1, 2)
        ]
        self.staff: dict[str, Actor] = {}
        for unit in self.units:
            for name, role in (
                ("审", "reviewing_officer"),
                ("安", "safety_officer"),
                ("管", "company_administrator"),
            ):
                account = self.house.account(f"{name}{unit.id}", password=None, role=role, company=unit)
                self.staff[f"{name}{unit.id}"] = actor_for_account(account, "console")
        self.numbers = {name: self._number(n) for n, name in enumerate((*WORKERS, "监"))}
        self.phones = {name: f"13{Machine.serial:04d}{n:05d}" for n, name in enumerate((*WORKERS, "监"))}
        chief = self.house.account(
            f"chief{Machine.serial}",
            password=None,
            role="",
            company=self.house.group,
            id_number=self.numbers["监"],
        )
        assign(chief.id, "supervisor", None)
        self.chief = chief.id
        for unit, who in ((self.units[0], "甲"), (self.units[1], "甲"), (self.units[1], "乙")):
            self._hire(unit, who)

    def _hire(self, unit: Company, who: str) -> None:
        """Most runs begin with people: 甲 has an account in the first company, and the second invites them too."""
        reviewer = f"审{unit.id}"
        values = {
            "company": unit.id, "name": who, "id_number": self.numbers[who], "phone": self.phones[who],
            "role": "operator", "open_account": True,
        }  # fmt: skip
        person = in_transaction(add_person, self.staff[reviewer], values).person
        code = in_transaction(renew_first_password, self.staff[reviewer], person).code
        self.truth.codes[code] = ({reviewer, who}, person.id)
        if unit is self.units[0]:
            signed = sign_in(self.phones[who], code, door="phone", address="10.9.0.1")
            entry = Entry(signed.token, who, person.id)
            self.truth.sessions.append(entry)
            accept_invitation.accept(actor_for_token(signed.token, "phone"), "First#pass-1x")
            self._entered(entry, "First#pass-1x")

    def _number(self, n: int) -> str:
        born = date(1950, 1, 1) + timedelta(days=Machine.serial)
        first = f"990101{born:%Y%m%d}{n:03d}"
        return first + id_check_character(first)

    # -- what may happen

    @rule(seed=SEEDS)
    def somebody_acts(self, seed: int) -> None:
        self.count += 1
        chance = Random(f"{seed}/{self.count}")
        acts: list[tuple[int, Callable[[Random], Any]]] = [
            (5, self.enters), (2, self.imports), (3, self.edits), (7, self.issues), (7, self.enters_a_code),
            (7, self.accepts), (4, self.joins), (4, self.signs_in), (4, self.sets_a_password), (5, self.answers),
            (3, self.applies), (5, self.confirms), (3, self.approves), (1, self.refuses), (4, self.resets),
            (2, self.unties), (1, self.ends), (2, self.restores), (1, self.deletes), (1, self.makes_a_user),
            (1, self.switches), (3, self.ties_a_chat), (3, self.comes_by_chat),
        ]  # fmt: skip
        done = 0
        for act in chance.choices([one for _, one in acts], [weight for weight, _ in acts], k=10 * ACTS):
            self.count += 1
            try:
                said = act(chance)
            except AnbanError as error:
                said = f"{error.code} {error.fields}"
                done += error.code != "nobody"
            else:
                done += said is not None
            note(f"{act.__name__}: {said}")
            self.look()
            if done >= ACTS:
                break

    # -- what must hold

    def look(self) -> None:
        """Everything that must hold, after every act."""
        self.nobody_holds_what_was_not_given()
        self.a_file_is_tied_only_where_it_was_given()
        self.no_account_has_a_role_where_it_has_no_file()

    def nobody_holds_what_was_not_given(self) -> None:
        self.truth.sessions = [entry for entry in self.truth.sessions if self._now(entry) is not None]
        for entry in self.truth.sessions:
            actor = self._now(entry)
            assert actor is not None
            files = [Person.get_by_id(id_) for id_ in actor.person_ids]
            for person in files:
                assert (entry.human, person.id) in self.truth.files, (
                    f"{entry.human} holds file {person.id} of {person.company_id} by account {actor.account_id}"
                )
                assert actor.unit_id in (None, person.company_id), "a session of one unit sees another's file"
            assert actor.account_id != self.chief, "somebody is the group's supervisor"
            assert actor.group_companies == (), "a right reaches the group"
            if actor.may("persons.edit") and not actor.must_change_password:
                officers = {file for human, file in self.truth.files if human == entry.human} & {
                    person.id for person in self._files() if person.company_id == actor.company_id
                }
                assert officers, f"{entry.human} edits people of {actor.company_id}"

    def a_file_is_tied_only_where_it_was_given(self) -> None:
        for person in self._files():
            if person.account_id is not None:
                assert any(file == person.id for _, file in self.truth.files), (
                    f"{person.id} was given to nobody"
                )

    def no_account_has_a_role_where_it_has_no_file(self) -> None:
        for entry in self.truth.sessions:
            actor = self._now(entry)
            if actor is None or actor.account_id is None or actor.company_id is None:
                continue
            if actor.may("console.use") and not actor.must_change_password:
                mine = Person.select().where(
                    Person.account_id == actor.account_id, Person.company == actor.company_id
                )
                assert mine.exists(), f"{actor.account_id} has a role in {actor.company_id}"


@pytest.mark.slow
def test_no_session_ever_holds_more_than_its_human_was_given(house: House) -> None:
    configure(Config(first_password="activation_code"))
    try:
        run_state_machine_as_test(
            lambda: Machine(house),
            settings=settings(
                max_examples=14, stateful_step_count=18, derandomize=True, deadline=None, database=None,
                phases=[Phase.generate], suppress_health_check=list(HealthCheck),
            ),
        )  # fmt: skip
    finally:
        configure(Config())


def test_the_machine_draws_codes_and_nothing_is_open_before(house: House) -> None:
    """What the machine takes for granted: an invitation by code opens nothing until the code was handed out."""
    configure(Config(first_password="activation_code"))
    try:
        person = house.invited()
        assert house.code
        invitation = invitations.invitation_of(person)
        assert invitation is not None
        assert invitation.secret != house.code
    finally:
        configure(Config())
