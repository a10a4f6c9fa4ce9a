"""Whose file a member of the address book is, what may be tied, and how ties end and spread (I4, I6)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from models.administration.records import Session, SignInTicket
from models.core import clock as house_clock
from models.core import history
from models.core.db.connection import in_transaction
from models.core.errors import Conflict, Forbidden, NotFound
from models.core.history import Change
from models.messages.channels.records import BY_BOOK, SIGNED_IN, ChatMember
from models.messages.chat_accounts import address_book, ties
from models.messages.chat_accounts.address_book import BookMember, Unasked
from models.messages.chat_accounts.records import CHANGED, READY, SEVERAL, TAKEN, TIED, UNASKED, BookMatch
from models.organization.records import Binding, Person
from tests.support.account_ties import tie_chat
from tests.support.people_to_tell import Crowd

pytestmark = pytest.mark.one_engine


def _nobody(phone: str) -> str | None:
    return None


def _verdicts(
    crowd: Crowd, *entries: BookMember, ask: Callable[[str], str | None] = _nobody
) -> list[tuple[int, str]]:
    files = address_book._files(crowd.app)
    return [
        (file.person_id, verdict) for _, file, verdict in address_book.compare(crowd.app, entries, files, ask)
    ]


def _entry(person: Person, user: str = "", **values: Any) -> BookMember:
    return BookMember(
        **{"user_id": user or f"u-{person.id}", "name": person.name, "phone": person.phone, **values}
    )


def test_name_and_phone_both_make_a_file_somebodys(crowd: Crowd) -> None:
    one, other = crowd.person(card=None, name="王大友"), crowd.person(card=None)
    spelled = _entry(one, name="王 大友", phone=f"+86 {one.phone}")
    assert _verdicts(crowd, _entry(one), _entry(other)) == [(one.id, READY), (other.id, READY)]
    assert _verdicts(crowd, spelled) == [(one.id, READY)]
    for wrong in (
        _entry(one, name="李四"),
        _entry(one, name=""),
        _entry(one, phone=other.phone),
        _entry(one, phone="12"),
    ):
        assert _verdicts(crowd, wrong) == []


def test_where_no_phone_is_shown_the_platform_is_asked(crowd: Crowd) -> None:
    one = crowd.person(card=None)
    crowd.person(card=None, name=one.name, phone="")
    asked: list[str] = []

    def ask(phone: str) -> str | None:
        asked.append(phone)
        return f"U-{one.id}"

    assert _verdicts(crowd, _entry(one, phone=""), ask=ask) == [(one.id, READY)]
    assert asked == [one.phone], "a file without a phone is nobody's"
    assert _verdicts(crowd, _entry(one, phone="", user_id="x"), ask=ask) == []
    assert _verdicts(crowd, _entry(one, phone="")) == []

    def refused(phone: str) -> str | None:
        raise Unasked

    assert _verdicts(crowd, _entry(one, phone=""), ask=refused) == [(one.id, UNASKED)]


def test_several_of_one_and_one_of_several(crowd: Crowd) -> None:
    one = crowd.person(card=None)
    twin = crowd.person(card=None, name=one.name, phone=one.phone)
    assert [verdict for _, verdict in _verdicts(crowd, _entry(one))] == [SEVERAL]
    Binding.update(state="ended").where(Binding.person == twin.id).execute()
    assert _verdicts(crowd, _entry(one, "a"), _entry(one, "b")) == [(one.id, SEVERAL)] * 2


def test_what_is_tied_already_and_what_is_anothers(crowd: Crowd) -> None:
    one, other = crowd.person(card=None), crowd.person(card=None)
    tie_chat(one, crowd.app, "Mine")
    assert _verdicts(crowd, _entry(one, "mine")) == [(one.id, TIED)]
    assert _verdicts(crowd, _entry(one, "else")) == [(one.id, TAKEN)]
    assert _verdicts(crowd, _entry(other, "MINE")) == [(other.id, TAKEN)]
    assert _verdicts(crowd, _entry(other, "free")) == [(other.id, READY)]


@pytest.mark.parametrize(
    ("trail", "changed"),
    [
        ([], False),
        ([("edited", "phone", 1)], True),
        ([("edited", "name", 1)], True),
        ([("edited", "role", 1)], False),
        ([("created", "phone", 1)], False),
        ([("edited", "phone", 40), ("tied", "user_id", 35)], False),
        ([("edited", "phone", 29), ("tied", "user_id", 20)], True),
        ([("edited", "phone", 40)], True),
        ([("tied", "user_id", 40), ("edited", "phone", 35)], True),
        ([("edited", "phone", 30), ("tied", "user_id", 1)], False),
    ],
)
def test_a_file_that_was_changed_is_left_to_its_holder(crowd: Crowd, trail: list[Any], changed: bool) -> None:
    person = crowd.person(card=None)
    officer = crowd.officer()
    for action, field, days in trail:
        history.note(officer, person, action, [{"field": field, "title": "x", "old": 1, "new": 2}])
        newest = Change.select().order_by(Change.id.desc()).get()
        Change.update(at=house_clock.now() - timedelta(days=days, seconds=1 if days == 30 else 0)).where(
            Change.id == newest.id
        ).execute()
    assert _verdicts(crowd, _entry(person)) == [(person.id, CHANGED if changed else READY)]


def test_files_of_the_units_that_an_app_serves(crowd: Crowd) -> None:
    mine, foreign = crowd.person(card=None), crowd.person(unit=crowd.other, card=None)
    crowd.person(card=None, account=False)
    crowd.person(card=None, bound="waiting")
    assert [file.person_id for file in address_book._files(crowd.app)] == [mine.id]
    whole = [file.person_id for file in address_book._files(crowd.wecom(None))]
    assert whole == [mine.id, foreign.id]


def _matches(crowd: Crowd, *entries: BookMember) -> list[int]:
    files = address_book._files(crowd.app)
    address_book._keep(crowd.app, address_book.compare(crowd.app, entries, files, _nobody))
    return [row.id for row in BookMatch.select().order_by(BookMatch.id)]


def _setter(crowd: Crowd) -> Any:
    from models.core.security.rights import Scope, all_rights

    return replace(
        crowd.officer(),
        door="system",
        rights={right.name: Scope.GROUP for right in all_rights()},
        group_companies=(crowd.unit.id, crowd.other.id),
    )


def test_what_was_found_is_tied_where_it_is_still_so(crowd: Crowd) -> None:
    ready, tied, moved = (crowd.person(card=None) for _ in range(3))
    ids = _matches(crowd, *map(_entry, (ready, tied, moved)))
    tie_chat(tied, crowd.app, "another")
    Person.update(account_id=None).where(Person.id == moved.id).execute()
    actor = _setter(crowd)
    assert in_transaction(address_book.tie_matches, actor, ids) == 1
    assert [row.verdict for row in BookMatch.select().order_by(BookMatch.id)] == [TIED, CHANGED, CHANGED]
    made = ChatMember.get(ChatMember.person == ready.id)
    assert (made.user_id, made.how) == (f"u-{ready.id}", BY_BOOK)
    assert in_transaction(address_book.tie_matches, actor, ids) == 0
    assert in_transaction(address_book.tie_matches, actor, []) == 0


def test_a_reading_takes_the_place_of_the_one_before_of_the_same_app(crowd: Crowd) -> None:
    one, other = crowd.person(card=None), crowd.person(card=None)
    elsewhere = crowd.wecom(crowd.unit, agent_id=99)
    address_book._keep(
        elsewhere, address_book.compare(elsewhere, [_entry(one)], address_book._files(elsewhere), _nobody)
    )
    _matches(crowd, _entry(one))
    _matches(crowd, _entry(other))
    rows = [
        (row.__data__["app"], row.__data__["person"]) for row in BookMatch.select().order_by(BookMatch.id)
    ]
    assert sorted(rows) == sorted([(elsewhere.id, one.id), (crowd.app.id, other.id)])


def test_an_app_that_is_off_is_not_read(crowd: Crowd) -> None:
    crowd.app.enabled = False
    crowd.app.save()
    actor = _setter(crowd)
    with pytest.raises(Conflict, match="没有启用"):
        address_book.start(actor, crowd.app)
    assert address_book.tie_all(actor) is None


def test_a_tie_takes_the_user_id_from_another_and_gives_the_old_one_up(crowd: Crowd) -> None:
    one, other = crowd.person(card=None), crowd.person(card=None)
    tie_chat(other, crowd.app, "wanted")
    tie_chat(one, crowd.app, "old")
    in_transaction(ties.tie, crowd.actor(one), crowd.app, "Wanted", SIGNED_IN)
    assert [(row.__data__["person"], row.user_id) for row in ChatMember.select()] == [(one.id, "Wanted")]


def test_a_tie_is_the_holders_own_and_reaches_no_farther_than_the_session(crowd: Crowd) -> None:
    person = crowd.person(card=None)
    actor = crowd.actor(person)
    for refused in (replace(actor, account_id=None), replace(actor, must_change_password=True)):
        with pytest.raises(Forbidden) as caught:
            ties.tie(refused, crowd.app, "u", SIGNED_IN)
        assert caught.value.code == "no_account"
    narrow = replace(actor, unit_id=crowd.unit.id)
    with pytest.raises(Forbidden) as caught:
        ties.tie(narrow, crowd.wecom(None), "u", SIGNED_IN)
    assert caught.value.code == "unit_session"
    assert len(in_transaction(ties.tie, narrow, crowd.app, "u", SIGNED_IN)) == 1
    with pytest.raises(Conflict) as nowhere:
        in_transaction(ties.tie, actor, crowd.wecom(crowd.other), "u", SIGNED_IN)
    assert nowhere.value.code == "no_file"


def test_an_untied_account_ends_what_began_with_it_and_nothing_else(crowd: Crowd) -> None:
    person, other = crowd.person(), crowd.person()
    now = house_clock.now()
    row = ChatMember.get(ChatMember.person == person.id)
    foreign = ChatMember.get(ChatMember.person == other.id)
    for account, origin in ((row.account_id, ties.origin_of(crowd.app.id)), (row.account_id, "password"),
                            (foreign.account_id, ties.origin_of(crowd.app.id))):  # fmt: skip
        Session.create(account_id=account, token_hash=f"{account}{origin}", origin=origin, door="phone",
                       expires_at=now + timedelta(days=1), seen_at=now)  # fmt: skip
    with pytest.raises(NotFound):
        in_transaction(ties.untie_own, crowd.actor(person), foreign.id)
    in_transaction(ties.untie_own, crowd.actor(person), row.id)
    ended = {(each.account_id, each.origin) for each in Session.select() if each.revoked_at is not None}
    assert ended == {(row.account_id, ties.origin_of(crowd.app.id))}
    assert SignInTicket.select().count() == 0
    assert [each.id for each in ChatMember.select()] == [foreign.id]
    assert ties.own(crowd.actor(person)) == [] and len(ties.own(crowd.actor(other))) == 1
    assert ties.own(replace(crowd.actor(other), account_id=None)) == []


def test_a_tie_spreads_to_files_that_came_since(crowd: Crowd) -> None:
    whole = crowd.wecom(None)
    person = crowd.person(card=None)
    member = tie_chat(person, whole, "u")
    in_transaction(ties.spread, member)
    assert ChatMember.select().count() == 1
    new = crowd.person(unit=crowd.other, card=None, number="990101199001010001")
    assert Person.get_by_id(new.id).account_id == Person.get_by_id(person.id).account_id
    ChatMember.update(tied_at=member.tied_at - timedelta(days=9)).execute()
    in_transaction(ties.spread, ChatMember.get_by_id(member.id))
    assert {row.__data__["person"] for row in ChatMember.select()} == {person.id, new.id}
    assert {row.tied_at for row in ChatMember.select()} == {member.tied_at - timedelta(days=9)}, "as proven"
    officer = crowd.officer()
    in_transaction(ties.drop_file, officer, new.id, member.account_id)
    assert [row.id for row in ChatMember.select()] == [member.id], "the other file keeps its tie"
    in_transaction(ties.drop_file, officer, person.id, member.account_id)
    assert ChatMember.select().count() == 0
