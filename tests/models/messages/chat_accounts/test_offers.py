"""The two ways to tie a chat account oneself: a page that the chat opened, and a code; how long, how often, whose (I4)."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from models.administration.accounts.actors import actor_for_account
from models.administration.records import Account, Session
from models.core import clock as clocks
from models.core.db.connection import in_transaction
from models.core.errors import Conflict, Forbidden, Invalid, NotFound, TooMany
from models.core.security.actor import Actor
from models.messages.channels.records import BY_CODE, SIGNED_IN, ChatMember
from models.messages.chat_accounts import offers
from models.messages.chat_accounts.records import CODE, VISIT, WRONG, TieOffer
from models.organization.records import Person
from tests.support.people_to_tell import Crowd

pytestmark = pytest.mark.one_engine
TEN = {"minutes": 10}


def signed_in(person: Person) -> Actor:
    """The person at their phone, in a session that is there for a day."""
    account = Account.get_by_id(Person.get_by_id(person.id).account_id)
    session = Session.create(
        account_id=account.id, token_hash=f"s{Session.select().count()}", door="phone",
        expires_at=clocks.now() + timedelta(days=1), seen_at=clocks.now(),
    )  # fmt: skip
    return replace(actor_for_account(account, "phone"), session_id=session.id)


def wrong(crowd: Crowd, code: str, *, app: int | None = None, user: str = "me") -> None:
    """Sending this code ties nothing."""
    with pytest.raises(Invalid) as refused:
        in_transaction(offers.send_code, app or crowd.app.id, user, code)
    assert refused.value.code == offers.WRONG_CODE


def test_a_code_is_good_once_however_it_is_typed(crowd: Crowd) -> None:
    person = crowd.person(card=None)
    code, until = in_transaction(offers.show_code, signed_in(person))
    assert len(code) == 8 and until == clocks.now() + timedelta(minutes=10)
    full_width = "".join(chr(ord(letter) + 0xFEE0) for letter in code.lower())
    (row,) = in_transaction(offers.send_code, crowd.app.id, "Me", f" {full_width[:4]} {full_width[4:]}\n")
    assert (row.person.id, row.user_id, row.how) == (person.id, "Me", BY_CODE)
    wrong(crowd, code)
    assert ChatMember.select().count() == 1


def test_only_the_code_that_was_shown_last_is_good_and_nobody_else_s_goes(crowd: Crowd) -> None:
    one, other = signed_in(crowd.person(card=None)), signed_in(crowd.person(card=None))
    first, theirs = (in_transaction(offers.show_code, actor)[0] for actor in (one, other))
    in_transaction(offers.offer_visit, crowd.app.id, "somebody")
    offers.count_wrong(crowd.app.id, "me")
    second, _ = in_transaction(offers.show_code, one)
    assert sorted(row.kind for row in TieOffer.select()) == sorted([CODE, CODE, VISIT, WRONG])
    wrong(crowd, first)
    for code in (second, theirs):
        assert in_transaction(offers.send_code, crowd.app.id, f"u{code}", code)


@pytest.mark.parametrize(("seconds", "good"), [(0, True), (599, True), (600, False)])
def test_a_code_and_a_visit_live_for_ten_minutes(crowd: Crowd, clock: Any, seconds: int, good: bool) -> None:
    actor = signed_in(crowd.person(card=None))
    code, _ = in_transaction(offers.show_code, actor)
    secret = in_transaction(offers.offer_visit, crowd.app.id, "visitor")
    clock.forward(seconds=seconds)
    if good:
        assert offers.pending(secret)["user_id"] == "visitor"
        assert in_transaction(offers.send_code, crowd.app.id, "me", code)
        return
    wrong(crowd, code)
    for ask in (lambda: offers.pending(secret), lambda: offers.take_visit(actor, secret)):
        with pytest.raises(NotFound) as refused:
            in_transaction(ask)
        assert refused.value.code == "no_offer"


@pytest.mark.parametrize("ended", ["revoked", "expired", "gone", "another's", "none"])
def test_a_code_falls_with_the_session_that_showed_it(crowd: Crowd, ended: str) -> None:
    actor = signed_in(crowd.person(card=None))
    if ended == "none":
        actor = replace(actor, session_id=None)
    code, _ = in_transaction(offers.show_code, actor)
    now = clocks.now()
    if ended == "revoked":
        Session.update(revoked_at=now).execute()
    elif ended == "expired":
        Session.update(expires_at=now).execute()
    elif ended == "another's":
        Session.update(account_id=crowd.person().account_id).execute()
    else:
        Session.delete().execute()
    wrong(crowd, code)


def test_who_is_not_signed_in_as_themselves_is_shown_no_code(crowd: Crowd) -> None:
    actor = signed_in(crowd.person(card=None))
    for nobody in (replace(actor, account_id=None), replace(actor, must_change_password=True)):
        with pytest.raises(Forbidden) as refused:
            offers.show_code(nobody)
        assert refused.value.code == "no_account"
    assert TieOffer.select().count() == 0


def test_the_secret_of_a_page_is_no_code_and_a_code_opens_no_page(crowd: Crowd) -> None:
    actor = signed_in(crowd.person(card=None))
    secret = in_transaction(offers.offer_visit, crowd.app.id, "visitor")
    code, _ = in_transaction(offers.show_code, actor)
    wrong(crowd, secret)
    TieOffer.update(secret_hash=offers.hash_token("ABCDEFGH")).where(TieOffer.kind == VISIT).execute()
    wrong(crowd, "ABCDEFGH")
    for none in (code, "", "else"):
        with pytest.raises(NotFound):
            offers.pending(none)


def test_after_five_wrong_codes_of_one_user_id_nobody_looks_for_an_hour(crowd: Crowd, clock: Any) -> None:
    code, _ = in_transaction(offers.show_code, signed_in(crowd.person(card=None)))
    for user, app in (("Me", crowd.app.id), ("other", crowd.app.id), ("me", 99_999)):
        for _ in range(4):
            offers.count_wrong(app, user)
    in_transaction(offers.offer_visit, crowd.app.id, "me")
    wrong(crowd, "ABCDEFGH")
    offers.count_wrong(crowd.app.id, "mE")
    with pytest.raises(TooMany) as refused:
        in_transaction(offers.send_code, crowd.app.id, "ME", code)
    assert refused.value.code == "too_many_codes"
    assert TieOffer.select().where(TieOffer.used_at.is_null(False)).count() == 0
    clock.forward(minutes=59, seconds=59)
    with pytest.raises(TooMany):
        in_transaction(offers.send_code, crowd.app.id, "me", code)
    clock.forward(seconds=1)
    again, _ = in_transaction(offers.show_code, signed_in(Person.get()))
    assert in_transaction(offers.send_code, crowd.app.id, "me", again)


def test_who_signs_in_where_the_chat_opened_the_page_is_tied_once(crowd: Crowd) -> None:
    person, other = crowd.person(card=None), crowd.person(card=None)
    secret = in_transaction(offers.offer_visit, crowd.app.id, "visitor")
    assert offers.pending(secret)["app"] == crowd.app.name
    (row,) = in_transaction(offers.take_visit, signed_in(person), secret)
    assert (row.person.id, row.user_id, row.how) == (person.id, "visitor", SIGNED_IN)
    with pytest.raises(NotFound):
        in_transaction(offers.take_visit, signed_in(other), secret)
    assert [each.person.id for each in ChatMember.select()] == [person.id]


def test_two_who_use_one_offer_at_the_same_time_tie_once(crowd: Crowd) -> None:
    in_transaction(offers.offer_visit, crowd.app.id, "visitor")
    row = TieOffer.get()
    offers._spend(row)
    with pytest.raises(Conflict) as refused:
        offers._spend(row)
    assert refused.value.code == "offer_spent"


def test_an_app_that_is_off_or_gone_ties_nobody(crowd: Crowd) -> None:
    actor = signed_in(crowd.person(card=None))
    secret = in_transaction(offers.offer_visit, crowd.app.id, "visitor")
    gone = in_transaction(offers.offer_visit, 99_999, "visitor")
    crowd.app.enabled = False
    crowd.app.save()
    for each in (secret, gone):
        with pytest.raises(NotFound, match="没有这个应用"):
            in_transaction(offers.take_visit, actor, each)


def test_a_code_of_a_session_for_one_unit_ties_for_that_unit_alone(crowd: Crowd) -> None:
    person = crowd.person(card=None, number="990101199001010001")
    crowd.person(unit=crowd.other, card=None, number="990101199001010001", account=False)
    actor = replace(signed_in(person), unit_id=crowd.unit.id)
    code, _ = in_transaction(offers.show_code, actor)
    with pytest.raises(Forbidden) as refused:
        in_transaction(offers.send_code, crowd.wecom(None).id, "me", code)
    assert refused.value.code == "unit_session"
    assert [row.person.id for row in in_transaction(offers.send_code, crowd.app.id, "me", code)] == [
        person.id
    ]


@pytest.mark.parametrize(("days", "stays"), [(1, True), (1 + 1 / 86400, False)])
def test_what_was_offered_is_forgotten_a_day_after_it_ended(
    crowd: Crowd, clock: Any, days: float, stays: bool
) -> None:
    in_transaction(offers.offer_visit, crowd.app.id, "old")
    clock.forward(minutes=10, seconds=round(86400 * days))
    in_transaction(offers.offer_visit, crowd.app.id, "new")
    assert ("old" in [row.user_id for row in TieOffer.select()]) == stays
