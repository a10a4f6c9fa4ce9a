"""What a tie leaves behind: its trail, whose sessions and tickets end with it, and who is told (I4, I6)."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from models.administration.records import Session, SignInTicket
from models.core import clock as clocks
from models.core.db.connection import in_transaction
from models.core.errors import Forbidden, NotFound
from models.core.events.outbox import Outbox
from models.core.events.reactions import react
from models.core.history import Change
from models.core.jobs import jobs
from models.core.security.rights import Scope, all_rights
from models.messages.channels.records import SIGNED_IN, ChatMember
from models.messages.chat_accounts import address_book, ties
from models.messages.chat_accounts.records import CHANGED, READY, TIED, BookMatch
from models.organization.records import Person
from tests.support.people_to_tell import Crowd

pytestmark = pytest.mark.one_engine


def trail(table: str, row_id: int) -> list[tuple[str, Any, Any]]:
    """What the history of a row says of chat accounts: what was done, the user id before, and what came of it."""
    rows = Change.select().where(Change.table == table, Change.row_id == row_id, Change.action != "created")
    return [
        (row.action, line["old"], line["new"]) for row in rows.order_by(Change.id) for line in row.changes
    ]


def news(kind: str) -> list[dict[str, Any]]:
    return [row.payload for row in Outbox.select().where(Outbox.kind == kind).order_by(Outbox.id)]


def test_tying_is_written_down_with_the_chat_account_and_with_the_file(crowd: Crowd) -> None:
    person, other = crowd.person(card=None), crowd.person(card=None)
    (row,) = in_transaction(ties.tie, crowd.actor(person), crowd.app, "first", SIGNED_IN)
    assert trail("chat_member", row.id) == [("tied", None, "first")]
    assert trail("person", person.id) == [("chat_tied", None, "first")]
    in_transaction(ties.tie, crowd.actor(person), crowd.app, "second", SIGNED_IN)
    assert trail("person", person.id)[1:] == [("chat_tied", "first", "second")]
    assert trail("person", other.id) == []
    assert [(each["before"], each["person"]) for each in news(ties.TIED)] == [
        ("", person.id),
        ("first", person.id),
    ]


def test_the_same_user_id_once_more_is_no_news(crowd: Crowd) -> None:
    person = crowd.person(card=None)
    for user in ("Same", "same", "SAME"):
        in_transaction(ties.tie, crowd.actor(person), crowd.app, user, SIGNED_IN)
    assert len(news(ties.TIED)) == 1 and news(ties.UNTIED) == []
    assert [row.user_id for row in ChatMember.select()] == ["SAME"]


def test_what_ends_with_a_tie_is_its_own_account_s_and_app_s(crowd: Crowd) -> None:
    """Sessions with their sockets, and tickets that nobody has used: those of others, and by another app, go on."""
    person, other = crowd.person(), crowd.person()
    now, long = clocks.now(), clocks.now() + timedelta(days=1)
    mine, elsewhere = ties.origin_of(crowd.app.id), ties.origin_of(crowd.app.id + 1)
    rows = [(person.account_id, mine), (other.account_id, mine), (person.account_id, elsewhere)]
    for n, (account, origin) in enumerate(rows):
        Session.create(
            account_id=account, token_hash=f"s{n}", origin=origin, door="phone", expires_at=long, seen_at=now
        )
        SignInTicket.create(account_id=account, ticket_hash=f"t{n}", origin=origin, expires_at=long)
    early = now - timedelta(hours=1)
    Session.create(account_id=person.account_id, token_hash="s9", origin=mine, door="phone", expires_at=long,
                   seen_at=now, revoked_at=early)  # fmt: skip
    SignInTicket.create(
        account_id=person.account_id,
        ticket_hash="t9",
        origin=mine,
        expires_at=long,
        used_at=early,
    )
    ties.end_sessions(person.account_id, crowd.app.id)
    ended = {row.token_hash: row.revoked_at for row in Session.select() if row.revoked_at}
    used = {row.ticket_hash: row.used_at for row in SignInTicket.select() if row.used_at}
    assert ended == {"s0": now, "s9": early}
    assert used == {"t0": now, "t9": early}


@pytest.mark.parametrize("proven", [True, False])
def test_an_officer_takes_a_tie_off(crowd: Crowd, proven: bool) -> None:
    person, other = crowd.person(), crowd.person()
    row = ChatMember.get(ChatMember.person == person.id)
    if not proven:
        ChatMember.update(account_id=None).where(ChatMember.id == row.id).execute()
    in_transaction(ties.untie, crowd.officer(), ChatMember.get_by_id(row.id))
    assert [each.person.id for each in ChatMember.select()] == [other.id]
    assert [each["user_id"] for each in news(ties.UNTIED)] == ([row.user_id] if proven else [])
    assert Change.select().where(Change.table == "chat_member", Change.action == "untied").count() == 1


def test_nobody_takes_off_what_is_not_theirs_to_take(crowd: Crowd) -> None:
    person, other = crowd.person(), crowd.person()
    row = ChatMember.get(ChatMember.person == person.id)
    with pytest.raises(Forbidden):
        in_transaction(ties.untie, crowd.actor(other), row)
    with pytest.raises(NotFound):
        in_transaction(ties.untie, crowd.officer(crowd.other), row)
    assert ChatMember.select().count() == 2


def test_one_s_own_chat_accounts_are_shown_once_for_each_app(crowd: Crowd) -> None:
    number = "990101199001010001"
    person = crowd.person(card=None, number=number)
    crowd.person(unit=crowd.other, card=None, number=number)
    whole = crowd.wecom(None)
    in_transaction(ties.tie, crowd.actor(person), whole, "me", SIGNED_IN)
    in_transaction(ties.tie, crowd.actor(person), crowd.app, "mine", SIGNED_IN)
    ChatMember.update(state="unreachable").where(ChatMember.user_id == "mine").execute()
    assert [(each["user_id"], each["reached"], each["how"]) for each in ties.own(crowd.actor(person))] == [
        ("me", True, "本人在聊天里登录"), ("mine", False, "本人在聊天里登录")
    ]  # fmt: skip


def test_a_file_that_is_deleted_takes_its_own_ties_along(crowd: Crowd) -> None:
    person, other, unproven = crowd.person(), crowd.person(), crowd.person(account=False)
    officer = crowd.officer()
    for each in (person, unproven):
        in_transaction(ties.drop_deleted, officer, Person.get_by_id(each.id))
    assert [row.person.id for row in ChatMember.select()] == [other.id]
    assert [each["person"] for each in news(ties.UNTIED)] == [person.id]


def test_ties_that_fall_stay_as_a_mark_or_go(crowd: Crowd) -> None:
    stays, goes, never = crowd.person(), crowd.person(), crowd.person(account=False)
    by = {row.person.id: row for row in ChatMember.select()}
    actor = ties.chat_actor(None)
    assert in_transaction(ties.fall, actor, [by[stays.id]], "离职", state="left") == 1
    assert in_transaction(ties.fall, actor, [by[goes.id], by[never.id]], "换人") == 1
    left = {row.person.id: (row.state, row.account_id, row.reason) for row in ChatMember.select()}
    assert left == {stays.id: ("left", None, "离职"), never.id: ("ok", None, None)}
    assert in_transaction(ties.fall, actor, [by[stays.id]], "离职") == 0, "it has fallen already"
    assert [(each["why"], each["own"]) for each in news(ties.UNTIED)] == [("离职", False), ("换人", False)]


def test_all_that_may_be_tied_of_what_one_may_set_up_is_tied(crowd: Crowd) -> None:
    ready, changed, foreign = (
        crowd.person(card=None),
        crowd.person(card=None),
        crowd.person(unit=crowd.other, card=None),
    )
    for person, verdict in ((ready, READY), (changed, CHANGED), (foreign, READY)):
        BookMatch.create(
            company=person.__data__["company"], person=person, app=crowd.app, account_id=person.account_id,
            user_id=f"u{person.id}", verdict=verdict,
        )  # fmt: skip
    rights = {right.name: Scope.COMPANY for right in all_rights()}
    actor = replace(crowd.officer(), door="system", rights=rights)
    job = address_book.tie_all(actor)
    assert job is not None and job["count"] == 1
    jobs.wait(job["id"])
    assert [row.verdict for row in BookMatch.select().order_by(BookMatch.id)] == [TIED, CHANGED, READY]
    assert address_book.tie_all(actor) is None


def test_a_file_that_joins_is_served_by_the_groups_apps_that_its_account_is_tied_to(crowd: Crowd) -> None:
    number = "990101199001010001"
    whole, second = crowd.wecom(None), crowd.wecom(None)
    person, other = crowd.person(card=None, number=number), crowd.person(card=None)
    for who, app in ((person, whole), (person, crowd.app), (other, second)):
        in_transaction(ties.tie, crowd.actor(who), app, f"u{who.id}", SIGNED_IN)
    new = crowd.person(unit=crowd.other, card=None, number=number)
    in_transaction(
        react, Outbox(kind="person.tied", subject_id=new.id, payload={"account": person.account_id})
    )
    theirs = [row.__data__["app"] for row in ChatMember.select().where(ChatMember.person == new.id)]
    assert theirs == [whole.id]
    in_transaction(
        react, Outbox(kind="person.untied", subject_id=new.id, payload={"account": person.account_id})
    )
    assert not ChatMember.select().where(ChatMember.person == new.id).exists()
    assert ChatMember.select().count() == 3
