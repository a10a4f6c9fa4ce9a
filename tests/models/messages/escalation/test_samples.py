"""Sample chains and presets become the unit's own, with the people whom it has for them (X04, G02, J07)."""

from __future__ import annotations

from typing import Any

import pytest

from models.administration.accounts.actors import actor_for_account
from models.administration.records import Account, Assignment
from models.administration.roles.roles import builtin
from models.core.db.connection import in_transaction
from models.core.ledger import ledger_named
from models.core.ledger.library.shelf import shelf
from models.core.ledger.library.taking import PickedStandard, take
from models.core.ledger.library.versions import standings
from models.core.security.actor import Actor
from models.grid.records import GridNode
from models.messages.channels.records import Contact
from models.messages.escalation.records import Chain, ChainStep, Preset, PresetPerson
from models.organization.records import Binding, Person
from tests.support.people_to_tell import Crowd


@pytest.fixture
def keeper(crowd: Crowd) -> Actor:
    """Somebody who sets up how the unit is told."""
    account = Account.create(
        company=crowd.unit, login="keeper", name="公司管理员", current_company=crowd.unit
    )
    Assignment.create(account_id=account.id, role=builtin("company_administrator"), company_id=crowd.unit.id)
    return actor_for_account(account, "console")


def pick(keeper: Actor, ledger: str, *keys: str) -> Any:
    found: Any = ledger_named(ledger)
    return in_transaction(take, keeper, found, [PickedStandard(f"product:{key}") for key in keys], None)


def owner(crowd: Crowd, level: int, name: str, unit: Any = None) -> Person:
    person = crowd.person(unit=unit or crowd.unit, name=name)
    GridNode.create(
        company=unit or crowd.unit,
        level=str(level),
        name=name,
        owner=person,
        path="/",
        label_code=f"T{person.id}",
    )
    return person


def told(preset: Preset) -> set[str]:
    query = PresetPerson.select(Person.name).join(Person).where(PresetPerson.preset == preset.id)
    return {name for (name,) in query.tuples()}


def test_a_sample_chain_says_what_it_does_and_is_taken_with_its_steps(crowd: Crowd, keeper: Actor) -> None:
    chains: Any = ledger_named("chains")
    item = in_transaction(shelf, keeper, chains, None, write=False)["items"][0]
    facts = {fact["title"]: fact["text"] for fact in item["facts"]}
    assert item["sample"]
    assert facts["步骤"].startswith("1. 5 分钟，找谁：上级，方式：聊天卡片；2. 0 分钟")
    assert "董事长" in facts["还要自己安排"]
    assert pick(keeper, "chains", "accident_flash")["refused"] == []
    chain = Chain.get(Chain.company == crowd.unit)
    steps = ChainStep.select().where(ChainStep.chain == chain.id).order_by(ChainStep.sequence)
    assert [(step.wait_minutes, step.who, step.way) for step in steps] == [
        (5, "superior", "card"), (0, "superior", "sms"),
    ]  # fmt: skip
    assert (chain.stop_when, chain.reopen_minutes) == ("each", 240)
    assert standings(chains, [chain]) == {chain.id: "same"}


def test_a_sample_preset_brings_the_people_of_the_unit_and_nobody_elses(crowd: Crowd, keeper: Actor) -> None:
    leader, site = owner(crowd, 2, "总经理"), owner(crowd, 3, "站长")
    owner(crowd, 4, "班长")
    owner(crowd, 3, "别家站长", crowd.other)
    left = owner(crowd, 3, "离职站长")
    officer, boss = crowd.person(name="安全员"), crowd.person(name="分管")
    assert officer.account_id is not None
    Assignment.create(
        account_id=officer.account_id, role=builtin("reviewing_officer"), company_id=crowd.unit.id
    )
    Contact.update(superior=boss.id).where(Contact.person == officer.id).execute()
    if not Contact.select().where(Contact.person == officer.id).exists():
        Contact.create(company=crowd.unit, person=officer, superior=boss)
    Binding.update(state="ended").where(Binding.person == left.id).execute()
    pick(keeper, "chains", "accident_flash")
    answer = pick(keeper, "presets", "一般", "hazard.major")
    assert answer["refused"] == [] and "请逐个核对" in answer["message"]
    accident = Preset.get(Preset.level == "一般")
    assert told(accident) == {leader.name, site.name, officer.name, boss.name}
    assert (accident.ways, accident.chain.name) == (["system", "card", "sms"], "事故快报")
    assert Preset.get(Preset.level == "hazard.major").chain_id is None
    # There is one of that level now.
    presets: Any = ledger_named("presets")
    items = in_transaction(shelf, keeper, presets, None, write=False)["items"]
    assert {one["name"] for one in items if one["there"]} == {"一般事故", "重大隐患"}
    assert standings(presets, [accident]) == {accident.id: "same"}


def test_a_unit_without_anybody_for_it_is_told_what_to_do(crowd: Crowd, keeper: Actor) -> None:
    answer = pick(keeper, "presets", "一般")
    assert answer["made"] == [] and "请先在“网格”里定责任人" in answer["refused"][0]["why"]
    assert Preset.select().count() == 0
