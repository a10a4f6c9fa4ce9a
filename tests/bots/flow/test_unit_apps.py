"""A unit's app acts for that unit alone, the group's for all (I3); what the platform says of its address book hands nothing over."""

from __future__ import annotations

from typing import Any

import pytest

from models.administration.records import Account, Assignment, Session
from models.administration.roles import builtin_roles
from models.administration.roles.roles import builtin
from models.core.db.connection import in_transaction
from models.core.errors import Forbidden
from models.messages.channels.members import members_of
from models.messages.channels.records import ChatMember
from models.organization.records import Person
from tests.bots.flow.browsing import Browser
from tests.bots.flow.conftest import USERS
from tests.bots.flow.tied import (
    NEW,
    PASSWORD,
    account_of,
    another,
    entered,
    groups_app,
    is_over,
    newcomer,
    rows_of,
    told_to,
)
from tests.bots.flow.wired import Wired, last
from tests.support.account_ties import tie_chat

# -- a unit's app, and the group's


def two_units(wired: Wired) -> tuple[Account, Person, Person]:
    """Somebody who works in both companies, and is the group's supervisor besides."""
    number = "99010119900101777X"
    here = wired.crowd.person(card=None, number=number)
    there = wired.crowd.person(unit=wired.crowd.other, card=None, number=number)
    account = account_of(here)
    Assignment.create(account_id=account.id, role=builtin(builtin_roles.SUPERVISOR), company_id=None)
    return account, here, there


def test_what_comes_through_a_units_app_acts_for_that_unit_alone(wired: Wired, browser: Browser) -> None:
    account, here, _ = two_units(wired)
    tie_chat(here, wired.works.app, NEW)
    entered(wired, browser, NEW)
    session = Session.get(Session.account_id == account.id)
    assert (session.unit_id, session.origin) == (here.company_id, f"wecom:{wired.works.app.id}")
    said = browser.api("GET", "/session")[1]
    assert "group" not in said["rights"].values()
    found = in_transaction(members_of, wired.works.app.id, [NEW])[NEW]
    assert not isinstance(found, Forbidden)
    from models.messages.channels.members import actor_of

    actor = in_transaction(actor_of, found[0])
    assert (actor.unit_id, actor.company_id, actor.person_ids) == (
        here.company_id,
        here.company_id,
        (here.id,),
    )


def test_the_groups_app_opens_all_units_and_follows_to_a_new_one(wired: Wired, browser: Browser) -> None:
    account, here, there = two_units(wired)
    groups_app(wired)
    Person.update(account_id=None).where(Person.id == there.id).execute()
    tie_chat(here, wired.works.app, NEW)
    Person.update(account_id=account.id).where(Person.id == there.id).execute()  # they said 是我 since
    entered(wired, browser, NEW)
    assert Session.get(Session.account_id == account.id).unit_id is None
    assert rows_of(account) == [(here.id, NEW), (there.id, NEW)]


def test_a_new_password_without_the_old_one_only_by_the_groups_app_and_at_once(
    wired: Wired, browser: Browser, clock: Any
) -> None:
    account_of(wired.works.people[1])
    of_unit = entered(wired, browser)
    assert of_unit.api("GET", "/session")[1]["sets_password"] is False
    assert of_unit.api("POST", "/password", {"new": "Brand-New-Lake-5"})[0] == 403
    groups_app(wired)
    late = entered(wired, another(browser))
    clock.forward(minutes=11)
    assert (
        late.api("POST", "/password", {"new": "Brand-New-Lake-5"})[1]["error"]["code"] == "no_second_channel"
    )
    fresh = entered(wired, another(browser))
    assert fresh.api("GET", "/session")[1]["sets_password"] is True
    status, said = fresh.api("POST", "/password", {"new": "Brand-New-Lake-5"})
    assert status == 200, said
    assert is_over(late)
    by_password = another(browser)
    by_password.sign_in(account_of(wired.works.people[1]).login, PASSWORD)
    assert by_password.api("POST", "/password", {"new": "Brand-New-Lake-6"})[0] == 403


def contact(wired: Wired, change: str, user: str, *, at: int | None = None, **more: str) -> str:
    """A callback that says that the address book changed; gives what became of it."""
    from models.core import clock

    stamp = int(clock.now().timestamp()) if at is None else at
    fields = {"ToUserName": wired.sandbox.seed.corp_id, "FromUserName": "sys", "CreateTime": stamp, "MsgType": "event",
              "Event": "change_contact", "ChangeType": change, "UserID": user, **more}  # fmt: skip
    plain = "<xml>" + "".join(f"<{name}>{value}</{name}>" for name, value in fields.items()) + "</xml>"
    assert wired.post(plain).status == 200
    wired.work()
    return str(last().result)


def test_a_units_app_with_the_groups_corp_renames_and_removes_none_of_the_groups_ties(wired: Wired) -> None:
    """Whoever runs an app of their own forges its callbacks."""
    groups = wired.crowd.wecom(None, corp_id=wired.sandbox.seed.corp_id, agent_id=77)
    person = wired.works.people[1]
    row = tie_chat(person, groups, USERS[1])
    assert contact(wired, "update_user", USERS[1], NewUserID="thief") == "renamed:1"
    assert ChatMember.get_by_id(row.id).user_id == USERS[1]
    contact(wired, "delete_user", USERS[1])
    contact(wired, "create_user", USERS[1])
    assert ChatMember.get_by_id(row.id).account_id == person.account_id


def test_a_rename_is_told_and_hands_over_nothing(wired: Wired) -> None:
    person, account = wired.works.people[1], account_of(wired.works.people[1])
    assert contact(wired, "update_user", USERS[1], NewUserID="lifang2") == "renamed:1"
    assert rows_of(account) == [(person.id, "lifang2")]
    wired.work()
    assert "改成了 lifang2" in told_to(person)[-1]
    # Onto a user id that somebody else has proven: neither gets the other's.
    theirs = account_of(wired.works.people[0])
    assert contact(wired, "update_user", "lifang2", NewUserID=USERS[0]) == "renamed:0"
    assert rows_of(account) == []
    assert rows_of(theirs) == [(wired.works.people[0].id, USERS[0])]


@pytest.mark.parametrize("how", ["deleted and made anew", "made anew", "renamed to another's name"])
def test_a_user_id_that_is_used_again_inherits_nothing(
    wired: Wired, browser: Browser, clock: Any, how: str
) -> None:
    account = account_of(wired.works.people[1])
    phone = entered(wired, another(browser))
    clock.forward(seconds=5)
    if how.startswith("deleted"):
        assert contact(wired, "delete_user", USERS[1]) == "left:1"
        clock.forward(seconds=5)
    if how.startswith("renamed"):
        assert contact(wired, "update_user", USERS[1], Name="新来的人") == "called:1"
    else:
        contact(wired, "create_user", USERS[1], Name="新来的人")
    assert is_over(phone)
    assert rows_of(account) == []
    assert "ticket" not in browser.press_link(wired.works.app.id, USERS[1])


def test_old_news_of_a_user_id_ends_no_newer_tie(wired: Wired, clock: Any) -> None:
    account = account_of(wired.works.people[1])
    before = int(clock().timestamp()) - 60
    assert contact(wired, "create_user", USERS[1], at=before) == "made_anew:0"
    assert rows_of(account)


def test_who_proved_a_user_id_last_has_it_and_who_had_it_istold_to(wired: Wired, browser: Browser) -> None:
    had, now = account_of(wired.works.people[1]), newcomer(wired)[1]
    phone = entered(wired, another(browser))
    browser.sign_in(now.login, PASSWORD)
    code = browser.api("POST", "/chat-ties/code", {})[1]["code"]
    wired.phone(USERS[1]).say(f"绑定 {code}")
    wired.work()
    assert (rows_of(had), len(rows_of(now))) == ([], 1)
    assert is_over(phone)
    assert any("不再绑定您的账号" in text for text in told_to(wired.works.people[1]))
