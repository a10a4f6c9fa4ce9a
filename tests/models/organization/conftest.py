"""A house with two companies, an officer in each, and a sheet of numbers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from models.administration.accounts import invitations
from models.administration.accounts.account_ties import tie
from models.administration.accounts.actors import actor_for_account
from models.administration.records import Account
from models.core.security.actor import Actor
from models.core.security.identifiers import id_check_character
from models.organization.records import Company, Person
from models.personnel.people import Added, add_person
from tests.models.administration.conftest import House


def number(place: int) -> str:
    """A valid ID number for each place."""
    first17 = f"99010819900307{place:03d}"
    return first17 + id_check_character(first17)


class Town(House):
    """Two companies and their officers; `officer` works for the first."""

    def __init__(self) -> None:
        super().__init__()
        self.other = self.node("海东物流", "company", self.group)
        self.site = self.node("一号厂", "site", self.company)
        self.department = self.node("装配车间", "department", self.site)
        self.officer = self.acting("officer", "reviewing_officer", self.company)
        self.boss = self.acting("boss", "company_administrator", self.company)
        self.neighbour = self.acting("neighbour", "reviewing_officer", self.other)

    def acting(self, login: str, role: str, company: Company, **values: Any) -> Actor:
        """The actor of a new account with a role."""
        return actor_for_account(
            self.account(login, password=None, role=role, company=company, **values), "console"
        )

    def values(self, place: int, **changes: Any) -> dict[str, Any]:
        """A form for a person."""
        filled = {
            "name": f"工人{place}",
            "id_number": number(place),
            "phone": f"1380000{place:04d}",
            "role": "operator",
        }
        return {**filled, **changes}

    def worker(self, place: int, *, by: Actor | None = None, account: bool = True, **changes: Any) -> Added:
        """A person who was entered, with an account."""
        values = self.values(place, open_account=account, **changes)
        return add_person(by or self.officer, values)

    def working(
        self, place: int, *, by: Actor | None = None, account: Account | None = None, **changes: Any
    ) -> tuple[Person, Account]:
        """A person who was invited and has taken it up: with an account of their own, or the one given."""
        person = self.worker(place, by=by, **changes).person
        account = account or self.account(
            person.phone, company=person.company_id, name=person.name, role="", id_number=person.id_number,
            current_company=person.company_id,
        )  # fmt: skip
        member = invitations.invitation_of(person)
        assert member is not None
        tie(by or self.officer, person, account, member=member.member)
        return Person.get_by_id(person.id), Account.get_by_id(account.id)

    def phone(self, account: Account) -> Actor:
        """The account's actor on the phone, as it is now."""
        return actor_for_account(Account.get_by_id(account.id), "phone")


@pytest.fixture
def town(database: Any) -> Town:
    return Town()


Make = Callable[..., Any]
