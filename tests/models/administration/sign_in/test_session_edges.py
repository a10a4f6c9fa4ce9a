"""Sessions of one unit alone, tickets, and the last moment at which a session still counts (I3, J02)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from models.administration.accounts import actors
from models.administration.accounts.actors import (
    actor_for_account,
    actor_for_token,
    arrive,
    role_names,
    touch,
)
from models.administration.accounts.current_user import describe
from models.administration.ledgers import DEVICES, ROLES
from models.administration.passwords.password_history import OldPassword
from models.administration.passwords.reset_by_second_channel import WITHIN, is_open, set_password
from models.administration.records import Account, Role, Session
from models.administration.roles.roles import assign
from models.administration.sign_in import tickets
from models.administration.sign_in.session_limits import end_oldest
from models.administration.sign_in.session_list import end_all_of, end_my_others, mine
from models.administration.sign_in.sign_in import sign_in
from models.core.clock import now
from models.core.config import Config, configure
from models.core.db.connection import in_transaction
from models.core.errors import Forbidden, Invalid, Unauthenticated
from models.core.history import Change
from models.core.ledger.reading.listing import list_rows
from models.core.ledger.reading.query import ListQuery
from models.core.security import crypto
from models.core.security.actor import Actor
from models.core.security.rights import Scope
from models.organization.records import Binding, Company, Person
from tests.models.administration.conftest import GOOD, House

LOGIN = "13800000001"
NEW, OLD = "Quite#another-92", "Long#forgotten-70"


def session(account: Account, **values: Any) -> Session:
    wanted = {"door": "phone", "expires_at": now() + timedelta(days=1), **values}
    return Session.create(token_hash=f"{Session.select().count():064}", account_id=account.id, **wanted)


def running() -> list[int]:
    return [row.id for row in Session.select().where(Session.revoked_at.is_null()).order_by(Session.id)]


def bound(house: House, company: Company, account: Account) -> Person:
    person = Person.create(
        company=company, name="陈一", id_number="330102199003070019", phone=LOGIN, role="operator",
        account_id=account.id,
    )  # fmt: skip
    Binding.create(company=company, person=person, state="approved", origin="entered")
    return person


# -- a session of one unit


def test_a_session_of_one_unit_draws_on_what_that_unit_gave_alone(house: House) -> None:
    far = house.node("海东物流", "company", house.group)
    account = house.account(role="worker", id_number="330102199003070019")
    near, other = bound(house, house.company, account), bound(house, far, account)
    assign(account.id, "unit_member", house.company.id)
    assign(account.id, "reviewing_officer", far.id)
    assign(account.id, "supervisor", None)
    whole, alone = (
        actor_for_account(account, "phone"),
        actor_for_account(account, "phone", unit_id=house.company.id),
    )
    assert set(whole.person_ids) == {near.id, other.id} and whole.rights["clock-ins.read"] == Scope.GROUP
    assert alone.person_ids == (near.id,) and alone.rights["clock-ins.read"] == Scope.COMPANY
    assert not alone.may("persons.create") and alone.may("clock-ins.create")
    there = actor_for_account(account, "phone", unit_id=far.id)
    assert there.may("persons.create") and there.person_ids == (other.id,) and there.company_id == far.id
    assert set(role_names(there)) == {
        "安全管理员（可审核）",
        "监察",
        "作业人员",
    } or "单位成员" not in role_names(there)


def test_in_a_session_of_one_unit_only_those_of_that_unit_are_seen_and_ended(house: House) -> None:
    far = house.node("海东物流", "company", house.group)
    account = house.account()
    whole, here = session(account), session(account, unit_id=house.company.id)
    beside, there = session(account, unit_id=house.company.id), session(account, unit_id=far.id)
    actor = actor_for_account(account, "phone", session_id=here.id, unit_id=house.company.id)
    assert {row["id"] for row in mine(actor)} == {str(here.id), str(beside.id)}
    assert end_my_others(actor) == 1
    assert running() == [whole.id, here.id, there.id]
    assert end_my_others(actor) == 0
    assert Change.select().where(Change.action == "other_sessions_ended").count() == 1
    owner = actor_for_account(account, "phone", session_id=whole.id)
    assert {row["id"] for row in mine(owner)} == {str(whole.id), str(here.id), str(there.id)}
    assert end_my_others(owner) == 2 and running() == [whole.id]


# -- the last moment


def test_a_session_counts_until_its_last_moment(house: House, clock: Any) -> None:
    account = house.account()
    signed = sign_in(LOGIN, GOOD, door="phone")
    until = Session.get_by_id(signed.session.id).expires_at
    clock.moment = until - timedelta(seconds=1)
    actor = actor_for_token(signed.token, "phone")
    assert len(mine(actor)) == 1
    clock.moment = until
    with pytest.raises(Unauthenticated) as caught:
        actor_for_token(signed.token, "phone")
    assert caught.value.code == "session_expired"
    assert mine(actor) == []
    admin = actor_for_account(house.account("admin", role="administrator", company=house.group), "console")
    told = list_rows(admin, DEVICES, ListQuery.parse(DEVICES))["items"]
    assert [row["values"]["state"] for row in told if row["values"]["account"]["id"] == str(account.id)] == [
        "over"
    ]
    assert [row["values"]["account"]["label"] for row in told] == ["陈一"]
    for state, count in (("over", 1), ("on", 0)):
        asked = ListQuery.parse(DEVICES, filters={"state": [state]})
        assert len(list_rows(admin, DEVICES, asked)["items"]) == count


def test_a_guests_session_ends_like_any_other(house: House, clock: Any) -> None:
    person = house.invited()
    signed = sign_in(person.phone, person.id_number[-6:], door="phone")
    until = Session.get_by_id(signed.session.id).expires_at
    clock.moment = until - timedelta(seconds=1)
    assert actor_for_token(signed.token, "phone").account_id is None
    with pytest.raises(Unauthenticated):
        actor_for_token(signed.token, "console")
    clock.moment = until
    with pytest.raises(Unauthenticated) as caught:
        actor_for_token(signed.token, "phone")
    assert caught.value.code == "session_expired"


def test_one_that_is_over_is_none_too_many(house: House, clock: Any) -> None:
    configure(Config(sessions_per_account=2))
    try:
        account = house.account()
        over, on, new = (session(account, expires_at=now() + timedelta(hours=hours)) for hours in (1, 2, 3))
        clock.forward(hours=1)
        assert end_oldest(new) == 0
        Session.update(expires_at=now() + timedelta(seconds=1)).where(Session.id == over.id).execute()
        assert end_oldest(new) == 1 and running() == [on.id, new.id]
    finally:
        configure(Config())


def test_a_console_nobody_uses_is_left_after_its_minutes_and_one_more(house: House, clock: Any) -> None:
    configure(Config(console_idle_minutes=30))
    try:
        house.account()
        console, phone = (sign_in(LOGIN, GOOD, door=door) for door in ("console", "phone"))
        began = now()
        clock.moment = began + timedelta(minutes=31, seconds=-1)
        assert actor_for_token(console.token, "console").account_id
        clock.moment = began + timedelta(minutes=31)
        with pytest.raises(Unauthenticated) as caught:
            actor_for_token(console.token, "console")
        assert caught.value.code == "session_idle"
        assert actor_for_token(phone.token, "phone").account_id
        Session.update(seen_at=None).execute()
        with pytest.raises(Unauthenticated):
            actor_for_token(console.token, "console")
        Session.update(seen_at=now()).execute()
        assert actor_for_token(console.token, "console").account_id
    finally:
        configure(Config())


def test_what_a_page_asks_by_itself_keeps_no_session_alive(house: House, clock: Any) -> None:
    house.account()
    signed = sign_in(LOGIN, GOOD, door="console")
    before = Session.get_by_id(signed.session.id).seen_at
    clock.forward(minutes=5)
    arrive(signed.token, "console", used=False)
    assert Session.get_by_id(signed.session.id).seen_at == before
    arrive(signed.token, "console")
    assert Session.get_by_id(signed.session.id).seen_at == now()


def test_use_is_noted_once_a_minute_for_each_session(house: House, clock: Any) -> None:
    account = house.account()
    one, other = session(account), session(account)
    touch(one.id)
    first = now()
    for seconds, seen in ((59, first), (1, first + timedelta(seconds=60))):
        clock.forward(seconds=seconds)
        touch(one.id)
        assert Session.get_by_id(one.id).seen_at == seen
    touch(None)
    assert Session.get_by_id(other.id).seen_at is None


def test_what_could_not_be_noted_is_noted_with_the_next_request(
    house: House, clock: Any, monkeypatch: Any
) -> None:
    """While somebody writes for long, nobody who only reads waits for that."""
    row = session(house.account())
    with monkeypatch.context() as busy:
        busy.setattr(actors, "when_idle", lambda write: False)
        touch(row.id)
    assert Session.get_by_id(row.id).seen_at is None
    touch(row.id)
    assert Session.get_by_id(row.id).seen_at == now()


# -- ended by others


def test_all_of_an_account_are_ended_but_the_one_that_does_it(house: House) -> None:
    account, other = house.account(), house.account("other")
    boss = actor_for_account(house.account("boss", role="company_administrator"), "console")
    session(account)
    stays = session(other)
    end_all_of(boss, account)
    assert running() == [stays.id]
    assert Change.select().where(Change.action == "sessions_ended").count() == 1
    end_all_of(boss, account)
    assert Change.select().where(Change.action == "sessions_ended").count() == 1, "there was none"


# -- tickets, and a password by a second channel


def test_a_ticket_opens_a_session_of_its_unit_once_within_a_minute(house: House, clock: Any) -> None:
    account, other = house.account(), house.account("other")
    ticket = tickets.issue(account, origin="wecom:3", unit_id=house.company.id)
    tickets.issue(other, origin="wecom:3")
    clock.forward(seconds=59)
    assert tickets.visitor(ticket.text, secret=ticket.secret) == (account, house.company.id)
    opened = tickets.redeem(ticket.text, secret=ticket.secret, door="phone")
    row = Session.get_by_id(opened.session.id)
    assert (row.account_id, row.unit_id, row.origin) == (account.id, house.company.id, "wecom:3")
    assert Account.get_by_id(other.id).last_sign_in_at is None
    for wrong in ((ticket.text, ticket.secret), ("x", ticket.secret), (ticket.text, None)):
        for use in (
            lambda t, s: tickets.redeem(t, secret=s, door="phone"),
            lambda t, s: tickets.visitor(t, secret=s),
        ):
            with pytest.raises(Unauthenticated) as caught:
                use(*wrong)
            assert caught.value.code == "ticket_spent"
    late = tickets.issue(account, origin="wecom:3")
    clock.forward(minutes=1)
    with pytest.raises(Unauthenticated):
        tickets.redeem(late.text, secret=late.secret, door="phone")


def test_a_ticket_of_who_is_switched_off_or_gone_opens_nothing(house: House) -> None:
    account = house.account()
    ticket = tickets.issue(account, origin="wecom:3")
    Account.update(state="disabled").execute()
    account = Account.get_by_id(account.id)
    for act in (
        lambda: tickets.issue(account, origin="x"),
        lambda: tickets.redeem(ticket.text, secret=ticket.secret, door="phone"),
    ):
        with pytest.raises(Unauthenticated) as caught:
            act()
        assert caught.value.code == "account_disabled"


def by_chat(house: House, **values: Any) -> Actor:
    account = Account.get_or_none(Account.login == LOGIN) or house.account()
    row = session(account, origin="wecom:3", created_at=now(), **values)
    return actor_for_account(account, "phone", session_id=row.id, unit_id=row.unit_id)


def test_who_has_just_come_from_the_groups_chat_sets_a_password_without_the_old_one(
    house: House, clock: Any
) -> None:
    actor, beside = by_chat(house), by_chat(house)
    with pytest.raises(Invalid) as caught:
        set_password(actor, "short")
    assert list(caught.value.fields) == ["new"]
    OldPassword.create(account_id=actor.account_id, password_hash=crypto.hash_password(OLD))
    configure(Config(password_history=3))
    try:
        with pytest.raises(Invalid) as caught:
            set_password(actor, OLD)
        assert "最近 3 次" in caught.value.fields["new"]
    finally:
        configure(Config())
    set_password(actor, NEW)
    assert sign_in(LOGIN, NEW, door="phone").token
    assert Session.get_by_id(beside.session_id).revoked_at is not None


def test_no_other_session_is_such_a_channel(house: House, clock: Any) -> None:
    good = by_chat(house)
    assert in_transaction(is_open, good)
    for actor in (by_chat(house, unit_id=house.company.id), actor_for_account(Account.get(), "phone")):
        assert not in_transaction(is_open, actor)
        with pytest.raises(Forbidden) as caught:
            set_password(actor, NEW)
        assert caught.value.code == "no_second_channel"
    other = house.account("other")
    Session.update(account_id=other.id).where(Session.id == good.session_id).execute()
    assert not in_transaction(is_open, good)
    plain = by_chat(house)
    Session.update(origin=None).where(Session.id == plain.session_id).execute()
    assert not in_transaction(is_open, plain)
    late = by_chat(house)
    clock.forward(seconds=WITHIN.total_seconds() - 1)
    assert in_transaction(is_open, late)
    clock.forward(seconds=1)
    assert not in_transaction(is_open, late)


# -- what the console is told of who is signed in


def test_the_console_is_told_the_units_it_may_look_at(house: House) -> None:
    far = house.node("海东物流", "company", house.group)
    boss = describe(actor_for_account(house.account("boss", role="company_administrator"), "console"))
    assert boss["company"]["name"] == "江南机械" and [one["name"] for one in boss["companies"]] == [
        "江南机械"
    ]
    assert boss["roles"] == ["公司管理员"] and boss["menu"] and boss["account"]["login"] == "boss"
    group = house.account("admin", role="administrator", company=house.group, must_change_password=True)
    told = describe(actor_for_account(group, "console"))
    assert told["company"] is None and told["menu"] == [], "first a password of one's own"
    assert {one["id"] for one in told["companies"]} == {str(house.company.id), str(far.id)}
    guest = describe(house.guest(house.invited()))
    assert guest["invitation"]["login"] == "13800000002" and guest["must_change_password"]


def test_how_many_hold_a_role_is_told_of_the_own_unit_alone(house: House) -> None:
    far = house.node("海东物流", "company", house.group)
    boss = actor_for_account(house.account("boss", role="company_administrator"), "console")
    admin = actor_for_account(house.account("admin", role="administrator", company=house.group), "console")
    assign(house.account("mine", role="").id, "unit_member", house.company.id)
    for login in ("one", "two"):
        assign(house.account(login, role="", company=far).id, "unit_member", far.id)
    role = Role.get(Role.code == "unit_member")
    for who, count in ((boss, 1), (admin, 3)):
        told = list_rows(who, ROLES, ListQuery.parse(ROLES, q=role.name))["items"]
        assert [row["values"]["holders"] for row in told if row["id"] == str(role.id)] == [count]
