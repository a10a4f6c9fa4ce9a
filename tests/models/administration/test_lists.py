"""What the lists of accounts, roles and logs show of each line: roles, locks, words of a change, colours (J02, J05)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from models.administration.accounts.actors import actor_for_account
from models.administration.ledgers import USERS
from models.administration.logs.ledgers import CHANGES, LOOKS, SIGN_INS
from models.administration.logs.retention import newest_seals, sweep_all
from models.administration.records import Account, Session, SignIn
from models.administration.roles.roles import assign
from models.administration.second_factor.records import HalfSession, SecondFactor
from models.core.clock import now
from models.core.config import config
from models.core.history import Change
from models.core.ledger.reading.listing import list_rows
from models.core.ledger.reading.query import ListQuery
from models.core.logs.access import Access
from models.core.logs.sealing import Seal
from models.core.security.actor import Actor
from tests.models.administration.conftest import House


@pytest.fixture
def auditor(house: House) -> Actor:
    return actor_for_account(
        house.account("audit", role="audit_administrator", company=house.group), "console"
    )


def lines(who: Actor, ledger: Any, **asked: Any) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = list_rows(who, ledger, ListQuery.parse(ledger, **asked))["items"]
    return found


def test_a_user_is_listed_with_the_roles_of_the_own_unit_and_of_everywhere(house: House) -> None:
    boss = actor_for_account(house.account("boss", role="company_administrator"), "console")
    far = house.node("海东物流", "company", house.group)
    account, plain = house.account(), house.account("plain", role="", name="陈二", state="disabled")
    for role, company in (("unit_member", house.company), ("safety_officer", far)):
        assign(account.id, role, company.id)
    SecondFactor.create(account_id=account.id, secret="x", confirmed_at=now())
    SecondFactor.create(account_id=plain.id, secret="x")
    told = {line["values"]["login"]: line for line in lines(boss, USERS)}
    mine, other = told["13800000001"], told["plain"]
    assert {role["label"] for role in mine["values"]["roles"]} == {"单位成员", "作业人员"}
    assert not other["values"].get("roles")
    assert (mine["values"]["second_factor"], other["values"]["second_factor"]) == (True, False)
    assert (mine["tone"], other["tone"]) == ("plain", "bad")


def test_who_is_locked_is_so_until_the_last_moment(house: House, clock: Any) -> None:
    boss = actor_for_account(house.account("boss", role="company_administrator"), "console")
    account = house.account()

    def locked() -> bool:
        return bool(lines(boss, USERS, q=account.login)[0]["values"]["locked"])

    for seconds, expected in ((1, True), (0, False), (-1, False)):
        Account.update(locked_until=now() + timedelta(seconds=seconds)).where(
            Account.id == account.id
        ).execute()
        assert locked() is expected, seconds


def change(**values: Any) -> None:
    wanted = {
        "table": "equipment",
        "row_id": 1,
        "action": "edited",
        "changes": [],
        "door": "console",
        "account_name": "系统",
    }
    Change.create(**{**wanted, **values})


def test_a_change_is_told_in_one_line_and_nothing_stands_for_what_is_not_there(
    house: House, auditor: Actor
) -> None:
    change(
        account_id=house.account("who", name="王一").id, company_id=house.company.id, changes=[
            {"title": "甲", "old": "1", "new": "2"}, {"title": "乙", "old": "1", "new": None},
            {"title": "丙", "old": None, "new": "2"}, {"title": "丁", "old": None, "new": None},
        ],
    )  # fmt: skip
    (line,) = lines(auditor, CHANGES)
    assert line["values"]["words"] == "甲 1 → 2；乙 1 → 空；丙 2；丁"
    assert (line["values"]["account"]["label"], line["values"]["company"]["label"]) == ("王一", "江南机械")


def test_a_line_names_who_it_was_also_when_the_account_is_gone_or_there_was_none(
    house: House, auditor: Actor
) -> None:
    change(account_id=10**9, account_name="走了的人")
    change(account_id=None)
    told = [line["values"] for line in lines(auditor, CHANGES)]
    assert [one["account"]["label"] for one in told] == ["系统", "走了的人"]
    assert [one.get("company") for one in told] == [None, None]
    SignIn.create(login="nobody", door="phone", outcome="wrong_password")
    SignIn.create(login="x", door="phone", outcome="ok", account_id=house.account("who", name="王一").id)
    told = [line["values"].get("account") for line in lines(auditor, SIGN_INS)]
    assert [one and one["label"] for one in told] == ["王一", None]


@pytest.mark.parametrize(
    ("outcome", "tone"),
    [
        ("ok", "plain"), ("second_factor_required", "plain"), ("account_locked", "bad"),
        ("second_factor_locked", "bad"), ("wrong_password", "warn"),
    ],
)  # fmt: skip
def test_a_try_to_sign_in_has_the_colour_of_what_came_of_it(
    house: House, auditor: Actor, outcome: str, tone: str
) -> None:
    SignIn.create(login="x", door="phone", outcome=outcome)
    assert [line["tone"] for line in lines(auditor, SIGN_INS)] == [tone]


def test_a_refused_look_is_red(house: House, auditor: Actor) -> None:
    for action in ("refused", "revealed"):
        Access.create(account_id=1, account_name="王一", action=action, door="console", at=now())
    assert sorted(line["tone"] for line in lines(auditor, LOOKS)) == ["bad", "plain"]


def test_sessions_and_half_sessions_stay_to_their_last_day(house: House, clock: Any) -> None:
    account, days = house.account(), timedelta(days=config().log_days)
    for place, at in enumerate((now() - days, now() - days - timedelta(seconds=1))):
        Session.create(token_hash=f"{place:064}", account_id=account.id, door="phone", expires_at=at)
    for place, at in enumerate((now() - timedelta(days=1), now() - timedelta(days=1, seconds=1))):
        HalfSession.create(
            token_hash=f"{place:064}", account_id=account.id, door="phone", step="code", expires_at=at
        )
    sweep_all()
    assert [row.token_hash[-1] for row in Session.select()] == ["0"]
    assert [row.token_hash[-1] for row in HalfSession.select()] == ["0"]


def test_the_newest_seal_is_that_of_each_log(house: House) -> None:
    for log, number in (("sign_in", 1), ("sign_in", 2), ("change_log", 1)):
        Seal.create(
            log=log, number=number, first_id=1, last_id=1, lines=1, content="c", digest=f"{log}{number}",
            sealed_at=now(),
        )  # fmt: skip
    assert [(seal.log, seal.number) for seal in newest_seals()] == [("sign_in", 2), ("change_log", 1)], (
        "log by log"
    )
