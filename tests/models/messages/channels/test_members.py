"""Whom a chat member stands for, by what somebody can be reached, and presets whose parts are of another unit (L01, X04)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from models.administration.records import Assignment
from models.administration.roles.roles import builtin
from models.core import clock as house_clock
from models.core.db.connection import in_transaction
from models.core.errors import Conflict, Forbidden, Invalid
from models.messages.channels import members, set_up
from models.messages.channels.reachability import Reachability, line_of, means_of
from models.messages.channels.records import CARD, EMAIL, SMS, SYSTEM, ChatMember, Contact
from models.messages.escalation.records import Chain, ChainStep, Preset, PresetGroup, PresetPerson
from models.organization.records import Binding, Person
from tests.support.account_ties import tie_chat
from tests.support.people_to_tell import Crowd

pytestmark = pytest.mark.one_engine


def _member(person: Person) -> ChatMember:
    return ChatMember.get(ChatMember.person == person.id)


def _refusal(crowd: Crowd, user: str) -> str:
    with pytest.raises(Forbidden) as refused:
        members.member_of(crowd.app.id, user)
    return refused.value.code


def test_a_user_id_is_one_human_however_it_is_written(crowd: Crowd) -> None:
    person, other = crowd.person(), crowd.person()
    user = _member(person).user_id
    assert members.member_of(crowd.app.id, user.upper()).person.id == person.id
    found = members.members_of(crowd.app.id, [user, "nobody", _member(other).user_id])
    assert found[user][0].person.id == person.id and found[_member(other).user_id][0].person.id == other.id
    assert found["nobody"].code == "unknown_member"  # type: ignore[union-attr]
    assert _refusal(crowd, "") == "unknown_member"
    assert members.members_of(crowd.wecom(crowd.other).id, [user])[user].code == "unknown_member"  # type: ignore[union-attr]


def test_who_writes_is_in_reach_again_and_nobody_else(crowd: Crowd) -> None:
    writes, silent = crowd.person(card="unreachable"), crowd.person(card="unreachable")
    ChatMember.update(reason="没有关注").execute()
    members.member_of(crowd.app.id, _member(writes).user_id)
    assert [(_member(each).state, _member(each).reason) for each in (writes, silent)] == [
        ("ok", None), ("unreachable", "没有关注")
    ]  # fmt: skip


def test_who_left_and_whose_tie_is_not_proven(crowd: Crowd) -> None:
    left, unbound, without, other = (
        crowd.person(card="left"),
        crowd.person(),
        crowd.person(account=False),
        crowd.person(),
    )
    Binding.update(state="ended").where(Binding.person == unbound.id).execute()
    assert _refusal(crowd, _member(left).user_id) == "left_unit"
    assert _refusal(crowd, _member(unbound).user_id) == "left_unit"
    assert _refusal(crowd, _member(without).user_id) == "unknown_member"
    Person.update(account_id=None).where(Person.id == other.id).execute()
    assert _refusal(crowd, _member(other).user_id) == "unknown_member", "the file has no account any more"


def test_a_user_id_that_two_proved_is_the_later_ones(crowd: Crowd) -> None:
    first, second = crowd.person(card=None), crowd.person(card=None)
    tie_chat(first, crowd.app, "same", tied_at=house_clock.now() - timedelta(days=1))
    tie_chat(second, crowd.app, "SAME", tied_at=house_clock.now())
    found = members.members_of(crowd.app.id, ["same"])["same"]
    assert [row.person.id for row in found] == [second.id]  # type: ignore[union-attr]


def test_what_one_app_opens(crowd: Crowd) -> None:
    person = crowd.person(card=None)
    own = tie_chat(person, crowd.app, "a")
    whole = tie_chat(person, crowd.wecom(None), "a")
    assert (members.unit_of(own), members.unit_of(whole)) == (crowd.unit.id, None)
    assert members.account_of(own).id == own.account_id
    with pytest.raises(Forbidden):
        members.account_of(ChatMember(account_id=99_999))


def test_what_the_platform_says_of_reach(crowd: Crowd) -> None:
    one, two, gone = crowd.person(), crowd.person(), crowd.person(card="left")
    users = [_member(each).user_id for each in (one, two, gone)]
    assert members.out_of_reach(crowd.app.id, users[0].upper(), "没有关注") == 1
    assert members.out_of_reach(crowd.app.id, users[0], "没有关注") == 0, "it was so already"
    members.reached(crowd.app.id, users, {users[1]: "停用"})
    assert [_member(each).state for each in (one, two, gone)] == ["ok", "unreachable", "left"]
    assert [_member(each).reason for each in (one, two)] == [None, "停用"]
    members.reached(crowd.app.id, [], {})
    members.reached(crowd.wecom(crowd.other).id, users, {})
    assert _member(two).state == "unreachable", "another app's reach is its own"


def test_a_user_id_that_was_made_anew_is_somebody_elses(crowd: Crowd) -> None:
    moment = datetime(2026, 11, 20, tzinfo=UTC)
    before, exactly, unknown = crowd.person(card=None), crowd.person(card=None), crowd.person(card=None)
    for person, tied in ((before, moment - timedelta(seconds=1)), (exactly, moment), (unknown, None)):
        tie_chat(person, crowd.app, f"u-{person.id}", tied_at=tied)
    ended = [
        in_transaction(members.made_anew, crowd.app, f"u-{each.id}", int(moment.timestamp()))
        for each in (before, exactly, unknown)
    ]
    assert ended == [1, 0, 1]


def test_another_name_ends_a_tie_and_a_longer_one_does_not(crowd: Crowd) -> None:
    person = crowd.person(name="王大友")
    user = _member(person).user_id
    assert in_transaction(members.called, crowd.app, user, "  ") == 0
    assert in_transaction(members.called, crowd.app, user, "王大友（叉车）") == 0
    assert in_transaction(members.called, crowd.app, user, "李四") == 1


def test_a_new_user_id_is_taken_over_unless_it_is_anothers(crowd: Crowd) -> None:
    one, other, third = crowd.person(), crowd.person(), crowd.person()
    assert in_transaction(members.renamed, crowd.app, _member(one).user_id, "new") == 1
    assert _member(one).user_id == "new"
    assert in_transaction(members.renamed, crowd.app, _member(other).user_id, "NEW") == 0
    assert _member(one).account_id is not None and not ChatMember.select().where(
        ChatMember.person == other.id
    )
    assert _member(third).account_id is not None


@pytest.mark.parametrize(
    ("after", "lacks", "way"),
    [
        (CARD, (), SMS),
        (CARD, (SMS,), EMAIL),
        (CARD, (SMS, EMAIL), None),
        (SMS, (), EMAIL),
        (EMAIL, (), None),
        (SYSTEM, (), None),
    ],
)
def test_the_way_after_one_that_reached_nobody(after: str, lacks: tuple[str, ...], way: str | None) -> None:
    assert Reachability(1, 1, dict.fromkeys(lacks, ("x", "y"))).next_way(after) == way


def test_why_somebody_is_not_reached(crowd: Crowd) -> None:
    whole = crowd.person(email=True)
    nothing = crowd.person(card=None, account=False, phone="")
    left, away = crowd.person(card="left"), crowd.person(card="unreachable")
    ChatMember.update(reason="没有关注").where(ChatMember.person == away.id).execute()
    found = means_of(crowd.unit.id, [away.id, whole.id, nothing.id, left.id, whole.id])
    assert list(found) == [away.id, whole.id, nothing.id, left.id]
    assert found[whole.id].lacks == {}
    assert {way: code for way, (code, _) in found[nothing.id].lacks.items()} == {
        SYSTEM: "no_account", CARD: "no_member", SMS: "no_phone", EMAIL: "no_email"
    }  # fmt: skip
    assert found[left.id].lacks[CARD] == ("member_left", "已从企业微信离职")
    assert found[away.id].lacks[CARD] == ("member_unreachable", "企业微信收不到：没有关注")
    crowd.app.enabled = False
    crowd.app.save()
    assert means_of(crowd.unit.id, [whole.id])[whole.id].lacks[CARD][0] == "no_member"


def test_news_of_a_unit_is_for_those_in_its_line(crowd: Crowd) -> None:
    assert line_of(crowd.unit.id) == {crowd.group.id, crowd.unit.id}
    assert line_of(crowd.group.id) == {crowd.group.id, crowd.unit.id, crowd.other.id}
    assert line_of(99_999) == {99_999}
    above, stranger = crowd.person(unit=crowd.group), crowd.person(unit=crowd.other)
    waiting = crowd.person(bound="waiting")
    people = [above.id, stranger.id, waiting.id]
    assert list(means_of(crowd.unit.id, people)) == [above.id]
    assert list(means_of(crowd.unit.id, people, told=True)) == [above.id, stranger.id]
    assert list(means_of(crowd.unit.id, people, read="accidents.read")) == [above.id]
    sees_all = crowd.person(unit=crowd.other)
    Assignment.create(account_id=sees_all.account_id, role=builtin("group_safety"), company_id=crowd.group.id)
    people = [stranger.id, sees_all.id]
    assert list(means_of(crowd.unit.id, people, read="accidents.read")) == [sees_all.id]
    assert list(means_of(crowd.unit.id, people, read="ways.set_up")) == [], "another right"
    assert list(means_of(crowd.unit.id, people)) == []


def test_a_contact_names_others_of_the_unit(crowd: Crowd) -> None:
    person, stranger = crowd.person(), crowd.person(unit=crowd.other)
    for values, wrong in (
        ({"deputy": person.id}, {"deputy"}),
        ({"superior": person.id}, {"superior"}),
        ({"company": crowd.other.id}, {"person"}),
    ):
        with pytest.raises(Invalid) as refused:
            set_up._check_contact(values.get("company", crowd.unit.id), person.id, values)
        assert set(refused.value.fields) == wrong
    set_up._check_contact(crowd.unit.id, person.id, {"deputy": stranger.id, "superior": None})
    set_up._check_contact(None, person.id, {})
    set_up._check_contact(crowd.unit.id, 99_999, {})
    assert Contact.select().count() == 0


@pytest.mark.parametrize(
    ("persons", "groups", "everyone", "wrong"),
    [
        (["own"], None, False, set()),
        (["own", "foreign"], None, False, {"persons"}),
        (["own", "gone"], None, False, {"persons"}),
        (None, ["own"], False, set()),
        (None, ["whole"], False, set()),
        (None, ["foreign"], False, {"groups"}),
        (None, ["gone"], False, {"groups"}),
        (None, None, True, set()),
        ([], [], False, {"persons"}),
        (None, None, False, {"persons"}),
        ([], ["own"], False, set()),
    ],
)
def test_who_may_stand_in_a_preset(
    crowd: Crowd, persons: Any, groups: Any, everyone: bool, wrong: set[str]
) -> None:
    people = {"own": crowd.person().id, "foreign": crowd.person(unit=crowd.other).id, "gone": 99_999}
    chats = {
        "own": crowd.chat(crowd.unit).id,
        "whole": crowd.chat(None).id,
        "foreign": crowd.chat(crowd.other).id,
        "gone": 99,
    }
    given = (
        None if persons is None else [people[each] for each in persons],
        None if groups is None else [chats[each] for each in groups],
    )
    if wrong:
        with pytest.raises(Invalid) as refused:
            set_up._check_preset(crowd.unit.id, *given, everyone)
        assert set(refused.value.fields) == wrong
    else:
        set_up._check_preset(crowd.unit.id, *given, everyone)
    if persons == ["own", "foreign"]:
        set_up._check_preset(None, *given, everyone)


def test_the_parts_of_a_preset_are_its_own(crowd: Crowd) -> None:
    first, second = (
        Preset.create(company=crowd.unit, name=level, level=level, ways=["card"]) for level in ("any", "一般")
    )
    one, two, chat = crowd.person(), crowd.person(), crowd.chat(crowd.unit)
    for preset in (first, second):
        set_up._keep(preset.id, [one.id], [chat.id])
    set_up._keep(first.id, [two.id], None)
    assert [row.person_id for row in PresetPerson.select().where(PresetPerson.preset == first.id)] == [two.id]
    set_up._keep(first.id, None, [])
    kept = [
        model.select().where(model.preset == each.id).count()
        for model in (PresetPerson, PresetGroup)
        for each in (first, second)
    ]
    assert kept == [1, 1, 0, 1]


@pytest.mark.parametrize(
    ("level", "chain", "fine"),
    [("一般", 1, True), (None, 1, True), ("hazard", None, True), ("hazard.major", 1, False)],
)
def test_news_of_hazards_has_no_chain(level: str | None, chain: int | None, fine: bool) -> None:
    level = level and level.replace("hazard", set_up.HAZARD)
    if fine:
        set_up._check_chain(level, chain)
    else:
        with pytest.raises(Invalid):
            set_up._check_chain(level, chain)


def test_a_chain_that_a_preset_uses_stays_and_another_goes_with_its_steps(crowd: Crowd) -> None:
    officer = crowd.officer()
    used, free = (Chain.create(company=crowd.unit, name=name) for name in ("在用", "没用"))
    for chain in (used, free):
        set_up._keep_steps(chain, [{"wait_minutes": 1, "who": "self", "way": "sms"}])
    set_up._keep_steps(used, [{"wait_minutes": 2, "who": "self", "way": "card"}])
    assert [(row.chain_id, row.wait_minutes) for row in ChainStep.select().order_by(ChainStep.chain)] == [
        (used.id, 2), (free.id, 1)
    ]  # fmt: skip
    Preset.create(company=crowd.unit, name="夜班预案", level="any", ways=["card"], chain=used)
    with pytest.raises(Conflict, match="在用"):
        in_transaction(set_up.delete_chain, officer, used)
    in_transaction(set_up.delete_chain, officer, free)
    assert [row.chain_id for row in ChainStep.select()] == [used.id]


@pytest.mark.parametrize(("whose", "before", "after", "refused"), [
    ("nobody", None, "new@example.com", False),
    ("greater", None, "new@example.com", True),
    ("greater", "a@example.com", "a@example.com", False),
    ("greater", "a@example.com", None, True),
    ("greater", "", None, False),
    ("lesser", None, "new@example.com", False),
])  # fmt: skip
def test_another_address_of_somebody_greater_is_not_one_s_to_set(
    crowd: Crowd, whose: str, before: str | None, after: str | None, refused: bool
) -> None:
    officer, person = crowd.officer(), crowd.person()
    if whose == "greater":
        role = builtin("company_administrator")
        Assignment.create(account_id=person.account_id, role=role, company_id=crowd.unit.id)
    who = 99_999 if whose == "nobody" else person.id
    if refused:
        with pytest.raises(Forbidden):
            set_up._check_email(officer, who, before, after)
    else:
        set_up._check_email(officer, who, before, after)
