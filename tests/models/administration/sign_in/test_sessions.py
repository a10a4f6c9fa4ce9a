"""Sessions seen and ended by their holder and by who manages the account, and how many there may be (J02)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from models.administration.accounts.actors import actor_for_account, actor_for_token
from models.administration.ledgers import DEVICES, USERS
from models.administration.records import Account, Session
from models.administration.sign_in.session_list import end_mine, end_my_others, mine
from models.administration.sign_in.sign_in import sign_in
from models.core.config import config, configure
from models.core.errors import Conflict, Forbidden, NotFound, Unauthenticated
from models.core.history import Change
from models.core.ledger.changes import actions
from models.core.ledger.reading.listing import list_rows
from models.core.ledger.reading.query import ListQuery
from tests.models.administration.conftest import GOOD, House

LOGIN = "13800000001"


def enter(door: str = "console", login: str = LOGIN, **more: Any) -> Any:
    return sign_in(login, GOOD, door=door, **more)


@pytest.fixture
def at_most_two() -> Iterator[None]:
    before = config()
    configure(replace(before, sessions_per_account=2))
    yield
    configure(before)


def test_a_holder_sees_where_they_are_signed_in(house: House, clock: Any) -> None:
    house.account()
    enter("phone", device="HUAWEI P30", address="10.12.3.4")
    clock.forward(minutes=3)
    here = enter(device="Firefox", address="2001:db8:1:2::5")
    house.account("13800000002")
    enter(login="13800000002")
    seen = mine(actor_for_token(here.token, "console"))
    assert [(row["door"], row["device"], row["address"], row["this"]) for row in seen] == [
        ("console", "Firefox", "2001:db8:*", True),
        ("phone", "HUAWEI P30", "10.12.*.*", False),
    ]
    assert all(row["since"] and row["seen"] for row in seen)


def test_a_holder_ends_one_and_all_others(house: House) -> None:
    house.account()
    lost, other, here = enter("phone"), enter("phone"), enter()
    actor = actor_for_token(here.token, "console")
    end_mine(actor, lost.session.id)
    with pytest.raises(Unauthenticated):
        actor_for_token(lost.token, "phone")
    assert actor_for_token(other.token, "phone")
    assert end_my_others(actor) == 1
    with pytest.raises(Unauthenticated):
        actor_for_token(other.token, "phone")
    assert [row["this"] for row in mine(actor)] == [True]
    assert {row.action for row in Change.select()} >= {"session_ended", "other_sessions_ended"}


@pytest.mark.parametrize("named", ["another's", "nonsense", "over", "this"])
def test_a_holder_ends_none_but_their_own_running_ones(house: House, named: str) -> None:
    house.account()
    here, over = enter(), enter("phone")
    house.account("13800000002")
    foreign = enter(login="13800000002")
    actor = actor_for_token(here.token, "console")
    end_mine(actor, over.session.id)
    session = {"another's": foreign.session.id, "nonsense": 2**63 - 1, "over": over.session.id}.get(
        named, here.session.id
    )
    with pytest.raises(Conflict if named == "this" else NotFound):
        end_mine(actor, session)
    assert actor_for_token(foreign.token, "console")


def test_an_administrator_sees_and_ends_those_of_the_own_company(house: House) -> None:
    other = house.node("海东物流", "company", house.group)
    house.account()
    house.account("13800000002", company=other)
    first, foreign = enter("phone", address="10.12.3.4"), enter(login="13800000002")
    boss = actor_for_account(house.account("boss", role="company_administrator"), "console")
    page = list_rows(boss, DEVICES, ListQuery.parse(DEVICES, filters={"state": ["on"]}))
    assert [row["id"] for row in page["items"]] == [str(first.session.id)]
    assert page["items"][0]["values"]["where"] == "10.12.*.*"
    assert "10.12.3.4" not in str(page)
    actions.act(boss, DEVICES, "end", [str(first.session.id)], {})
    with pytest.raises(Unauthenticated):
        actor_for_token(first.token, "phone")
    with pytest.raises(NotFound):
        actions.act(boss, DEVICES, "end", [str(foreign.session.id)], {})


def test_nobody_ends_sessions_of_somebody_greater(house: House) -> None:
    house.account(role="administrator")
    great = enter()
    lesser = actor_for_account(house.account("unit", role="unit"), "console")
    with pytest.raises(Forbidden):
        actions.act(lesser, DEVICES, "end", [str(great.session.id)], {})
    with pytest.raises(Forbidden):
        actions.act(lesser, USERS, "end-sessions", [str(great.account.id)], {})
    assert actor_for_token(great.token, "console")


def test_all_sessions_of_an_account_end_at_once(house: House) -> None:
    account = house.account()
    tokens = [enter("phone").token for _ in range(3)]
    boss = actor_for_account(house.account("boss", role="company_administrator"), "console")
    actions.act(boss, USERS, "end-sessions", [str(account.id)], {})
    for token in tokens:
        with pytest.raises(Unauthenticated):
            actor_for_token(token, "phone")


def test_the_one_unused_longest_ends_when_there_are_too_many(
    house: House, at_most_two: None, clock: Any
) -> None:
    house.account()
    opened = []
    for _ in range(3):
        opened.append(enter("phone"))
        clock.forward(minutes=2)
    with pytest.raises(Unauthenticated):
        actor_for_token(opened[0].token, "phone")
    assert actor_for_token(opened[1].token, "phone") and actor_for_token(opened[2].token, "phone")
    assert Session.select().where(Session.revoked_at.is_null()).count() == 2


def test_a_session_remembers_from_where_it_came(house: House) -> None:
    account = house.account()
    session = enter(address="192.0.2.7", device="x").session
    assert (session.address, session.company_id) == ("192.0.2.7", account.company_id)
    assert Account.get_by_id(session.account_id).login == LOGIN
