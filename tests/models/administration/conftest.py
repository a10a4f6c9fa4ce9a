"""A prepared house with one company and ways to make accounts in it."""

from __future__ import annotations

from typing import Any

import pytest

from models.administration.accounts import invitations
from models.administration.accounts.actors import actor_for_token, system_actor
from models.administration.records import Account
from models.administration.roles.roles import assign
from models.administration.sign_in.sign_in import sign_in
from models.core.security import crypto
from models.core.security.actor import Actor
from models.organization.records import Binding, Company, Person
from tests.support.prepared_rows import lay_standards

GOOD = "Long#enough-81"


class House:
    """One group with a company in it, and accounts as a test wants them."""

    def __init__(self) -> None:
        lay_standards()
        self.group = self.node("集团", "group", None)
        self.company = self.node("江南机械", "company", self.group)

    def node(self, name: str, kind: str, parent: Company | None) -> Company:
        row = Company.create(name=name, kind=kind, parent=parent)
        row.path = f"{parent.path if parent else '/'}{row.id}/"
        row.company_root = row.id if kind == "company" else (parent.company_root if parent else None)
        row.save()
        return row

    def account(
        self, login: str = "13800000001", *, password: str | None = GOOD, role: str = "worker", **values: Any
    ) -> Account:
        account = Account.create(
            **{
                "company": self.company,
                "login": login,
                "name": "陈一",
                "password_hash": None if password is None else crypto.hash_password(password),
                **values,
            }
        )
        if role:
            assign(account.id, role, None if role == "worker" else account.company_id)
        return account

    def invited(
        self,
        phone: str = "13800000002",
        *,
        id_number: str = "330102199003070019",
        company: Company | None = None,
    ) -> Person:
        """Somebody on file whom the company invites, by what the settings say."""
        person = Person.create(
            company=company or self.company, name="陈二", id_number=id_number, phone=phone, role="operator"
        )
        Binding.create(company=person.company_id, person=person, state="approved", origin="entered")
        self.code = invitations.invite(system_actor(), person, member=False).code
        return person

    def guest(self, person: Person) -> Actor:
        """Somebody invited who has signed in with the first password."""
        password = self.code or person.id_number[-6:]
        return actor_for_token(sign_in(person.phone, password, door="phone").token, "phone")


@pytest.fixture
def house(database: Any) -> House:
    return House()
