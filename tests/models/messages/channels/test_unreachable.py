"""Who stands in a preset or chain but is woken by nothing: each lack, each role, and whose preset names whom (X04)."""

from __future__ import annotations

from typing import Any

import pytest

from models.administration.records import Account
from models.core.security.actor import Actor
from models.core.security.rights import Scope
from models.messages.channels import reachability_facts as facts
from models.messages.channels.records import Contact, MailServer, SmsProvider
from models.messages.channels.unreachable import persons_without_way, warnings
from models.messages.escalation.records import READ_CHAINS, Chain, ChainStep, Preset, PresetPerson
from models.organization.records import Company, Person
from tests.support.people_to_tell import Crowd

pytestmark = pytest.mark.one_engine


def group_officer(crowd: Crowd) -> Actor:
    """Who sees the presets of the whole group."""
    companies = tuple(each.id for each in (crowd.group, crowd.unit, crowd.other))
    rights = {READ_CHAINS: Scope.GROUP}
    return Actor(None, "集团安全员", crowd.group.id, rights=rights, group_companies=companies)


def preset(
    company: Company | None, *people: Person, ways: tuple[str, ...] = ("card",), **values: Any
) -> Preset:
    """One that tells these people."""
    name = values.pop("name", f"预案{Preset.select().count()}")
    made = Preset.create(company=company, name=name, ways=list(ways), **{"level": "any", **values})
    for person in people:
        PresetPerson.create(preset=made, person=person)
    return made


def named(actor: Actor) -> set[str]:
    """Who would be woken by nothing."""
    return {one.name for one in persons_without_way(actor)}


def test_everybody_is_whom_the_preset_s_own_unit_has(crowd: Crowd) -> None:
    own, other, above = (
        crowd.person(unit=unit, card=None) for unit in (crowd.unit, crowd.other, crowd.group)
    )
    crowd.person()
    crowd.person(card=None, bound="ended")
    crowd.person(card=None, bound="waiting")
    officer = group_officer(crowd)
    made = preset(crowd.unit, everyone=True)
    assert named(officer) == {own.name}
    Preset.update(company=None).where(Preset.id == made.id).execute()
    assert named(officer) == {own.name, other.name, above.name}
    Preset.update(everyone=False).where(Preset.id == made.id).execute()
    assert named(officer) == set()


@pytest.mark.parametrize(
    ("person", "ways", "lack"),
    [
        ({"card": "ok"}, ("card",), None),
        ({"card": None}, ("card",), facts.NO_CHAT),
        ({"card": "unreachable"}, ("card",), facts.CHAT_AWAY),
        ({"card": "left"}, ("card",), facts.CHAT_AWAY),
        ({"card": "ok", "bound": "ended"}, ("card",), facts.GONE),
        ({"phone": "13900000001"}, ("sms",), None),
        ({"phone": ""}, ("sms",), facts.NO_PHONE),
        ({"email": True}, ("email",), None),
        ({"email": False}, ("email",), facts.NO_EMAIL),
        ({"card": None, "email": True}, ("card", "email"), None),
        ({"card": None, "phone": ""}, ("card", "sms"), facts.NO_CHAT),
        ({}, ("system",), "只有系统消息，不打开系统就看不到"),
    ],
)
def test_what_is_missing_of_somebody(
    crowd: Crowd, person: dict[str, Any], ways: tuple[str, ...], lack: str | None
) -> None:
    SmsProvider.create(company=crowd.unit, name="短信", provider="sandbox")
    MailServer.create(company=None, name="邮件", host="mail.example.com", sender="a@example.com")
    preset(crowd.unit, crowd.person(**person), ways=ways)
    found = warnings(crowd.officer())["items"]
    assert [one["lacks"][0]["why"] for one in found] == ([] if lack is None else [lack])


@pytest.mark.parametrize(("whose", "enabled", "lacks"), [
    ("unit", True, False), (None, True, False), ("other", True, True), ("unit", False, True)
])  # fmt: skip
def test_a_service_serves_its_own_unit_or_all(
    crowd: Crowd, whose: str | None, enabled: bool, lacks: bool
) -> None:
    company = None if whose is None else getattr(crowd, whose)
    SmsProvider.create(company=company, name="短信", provider="sandbox", enabled=enabled)
    MailServer.create(
        company=company, name="邮", host="h.example.com", sender="a@example.com", enabled=enabled
    )
    person = crowd.person(email=True)
    found = facts.ReachabilityFacts([person.id])
    assert [found.lacks(person.id, way) for way in ("sms", "email")] == (
        [facts.NO_SMS, facts.NO_SERVER] if lacks else [None, None]
    )


def test_who_is_known_and_who_is_not(crowd: Crowd) -> None:
    person, without, off = crowd.person(), crowd.person(account=False), crowd.person()
    Account.update(state="disabled").where(Account.id == off.account_id).execute()
    deputy, superior = crowd.person(), crowd.person()
    Contact.create(company=crowd.unit, person=person, deputy=deputy, superior=superior)
    found = facts.ReachabilityFacts([person.id, without.id, off.id])
    assert [found.lacks(each.id, "system") for each in (person, without, off)] == [
        None, facts.NO_ACCOUNT, facts.NO_ACCOUNT
    ]  # fmt: skip
    assert [found.stands_in(person.id, who) for who in ("deputy", "superior")] == [deputy.id, superior.id]
    assert found.stands_in(without.id, "deputy") is None is found.stands_in(99_999, "deputy")
    assert (found.name(person.id), found.name(99_999)) == (person.name, "")
    assert found.lacks(99_999, "card") == facts.GONE


@pytest.mark.parametrize(
    ("who", "enabled", "place"),
    [("deputy", True, "代理人"), ("superior", True, "上级"), ("deputy", False, None), ("self", True, None)],
)
def test_who_stands_in_counts_where_a_running_chain_turns_to_them(
    crowd: Crowd, who: str, enabled: bool, place: str | None
) -> None:
    person, alone = crowd.person(), crowd.person()
    deputy, superior = crowd.person(card=None), crowd.person(card=None)
    Contact.create(company=crowd.unit, person=person, deputy=deputy, superior=superior)
    chain = Chain.create(company=crowd.unit, name="催", enabled=enabled)
    ChainStep.create(chain=chain, company=crowd.unit, sequence=1, wait_minutes=2, who=who, way="card")
    preset(crowd.unit, person, alone, name="夜班", chain=chain)
    found = {one.name: one.places for one in persons_without_way(crowd.officer())}
    stands_in = deputy if who == "deputy" else superior
    assert found == ({} if place is None else {stands_in.name: [f"夜班·{place}"]})


def test_the_chain_s_own_ways_count_for_those_it_turns_to(crowd: Crowd) -> None:
    SmsProvider.create(company=crowd.unit, name="短信", provider="sandbox")
    person = crowd.person(card=None)
    chain = Chain.create(company=crowd.unit, name="催")
    ChainStep.create(chain=chain, company=crowd.unit, sequence=1, wait_minutes=2, who="superior", way="sms")
    preset(crowd.unit, person, chain=chain)
    officer = crowd.officer()
    assert named(officer) == {person.name}, "the message would go to the superior"
    ChainStep.update(who="self").execute()
    assert named(officer) == set()


def test_only_people_of_companies_that_one_sees_whole_are_named_by_name(crowd: Crowd) -> None:
    mine, foreign = crowd.person(card=None, name="甲"), crowd.person(unit=crowd.other, card=None, name="乙")
    preset(None, mine, foreign, name="集团预案")
    officer = crowd.officer()
    assert named(officer) == {mine.name}
    whole = group_officer(crowd)
    assert [one.name for one in persons_without_way(whole)] == [mine.name, foreign.name]
    shown = warnings(whole, limit=1)
    assert (len(shown["items"]), shown["total"]) == (1, 2)
    assert shown["items"][0]["company"] == {"id": str(crowd.unit.id), "name": crowd.unit.name}
