"""What attacks on identity have in common: who attacks, and what they attack."""

from __future__ import annotations

from typing import Any

import pytest

from models.administration.accounts.actors import actor_for_account, actor_for_token
from models.administration.records import (
    Account,
    Session,
)
from models.administration.sign_in.sign_in import open_session
from models.core.config import Config, configure
from models.core.db.batch import Batch
from models.core.security.actor import Actor
from models.organization.records import Person
from models.personnel.importing.check import prepare
from tests.models.organization.conftest import Town, number

TAIL = number(1)[-6:]


@pytest.fixture
def plain(town: Town) -> Actor:
    """A safety officer who may not review."""
    return town.acting("plain", "safety_officer", town.company)


@pytest.fixture
def far(town: Town) -> Actor:
    """The administrator of another company: no right is greater there."""
    return town.acting("far", "company_administrator", town.other)


@pytest.fixture
def coded() -> Any:
    configure(Config(first_password="activation_code"))
    yield
    configure(Config())


def save(actor: Actor, rows: list[dict[str, Any]]) -> None:
    """Import rows."""
    batch = Batch()
    prepare(actor, rows, batch)
    batch.put()


def session_of(account: Account, *, unit_id: int | None = None) -> str:
    opened = open_session(account, door="phone")
    Session.update(unit_id=unit_id).where(Session.id == opened.session.id).execute()
    return opened.token


def companies_seen(account: Account) -> set[int]:
    actor = town_actor(account)
    return {Person.get_by_id(person).company_id for person in actor.person_ids}


def town_actor(account: Account) -> Actor:
    return actor_for_account(Account.get_by_id(account.id), "phone")


@pytest.fixture
def double(town: Town) -> tuple[Person, Person, Account]:
    """A human of two companies, whose account the first looks after."""
    here, account = town.working(1)
    there, _ = town.working(1, by=town.neighbour, account=account, phone="13911112222")
    return here, there, account


def asked(town: Town) -> tuple[Account, Person, Actor]:
    """Somebody of the first company whom the second one invites."""
    _, account = town.working(1)
    there = town.worker(1, by=town.neighbour, phone="13911112222").person
    return account, there, actor_for_token(session_of(account), "phone")


def with_session(account: Account) -> Actor:
    return actor_for_token(session_of(account), "phone")
