"""Presets for hazards: people and chats that are told of grave ones, by severity, until the end (E09, G02)."""

from __future__ import annotations

from typing import Any

import pytest

from models.core.db.connection import in_transaction
from models.core.errors import Invalid
from models.core.text.regulation_names import short_basis
from models.hazards.records import Hazard, MajorCriterion, basis_of
from models.hazards.treatment.withdraw import withdraw
from models.messages.channels import set_up
from models.messages.channels.records import ChatGroup
from models.messages.escalation.records import Chain, Preset, PresetGroup
from models.messages.records import Delivery, Message, Notice
from models.organization.records import Person
from tests.models.hazards.grid_company import Land
from tests.models.tasks.relay import pass_all_on


def chat(name: str, company: Any = None) -> ChatGroup:
    made: ChatGroup = ChatGroup.create(company=company, name=name, kind="robot", webhook_key=name)
    return made


def preset(level: str, *groups: ChatGroup, company: Any = None, **more: Any) -> Preset:
    made: Preset = Preset.create(company=company, name=level, level=f"hazard.{level}", ways=["card"], **more)
    for group in groups:
        PresetGroup.create(preset=made.id, group=group.id)
    return made


def heard(group: ChatGroup) -> list[str]:
    """The titles that went to a chat, oldest first."""
    rows = (
        Delivery.select(Message.title).join(Message, on=(Delivery.message == Message.id))
        .where(Delivery.group == group.id).order_by(Delivery.id).tuples()
    )  # fmt: skip
    return [title for (title,) in rows]


def heads(group: ChatGroup) -> list[str]:
    return [title.partition("】")[0] + "】" for title in heard(group)]


@pytest.fixture
def chats(land: Land) -> tuple[ChatGroup, ChatGroup]:
    """The whole group's chat, and the company's own, both named for major hazards."""
    whole, own = chat("集团群"), chat("公司群", land.company)
    preset("major", whole)
    preset("major", own, company=land.company)
    return whole, own


def test_both_chats_hear_of_a_major_one_and_of_its_end(
    land: Land, chats: tuple[ChatGroup, ChatGroup]
) -> None:
    hazard = land.snap()
    land.judge(hazard, level="major")
    pass_all_on()
    for group in chats:
        assert heads(group) == ["【重大隐患】"]
    message = Message.get(Message.kind == "hazard.confirmed")
    basis = f"判定依据：{short_basis(basis_of(MajorCriterion.get()))}"
    for said in (hazard.number, "单位：", "位置：", "期限：安排整改，", "总正在安排整改", basis):
        assert said in (message.text or ""), said
    land.plan(hazard, "总", duty_note="设备部", funds="年度", plan_note="停用")
    land.submit(hazard)
    land.does("总", land.case_of(hazard), "pass")
    pass_all_on()
    for group in chats:
        assert heads(group) == ["【重大隐患】", "【重大隐患 · 已闭环】"]
    pass_all_on()
    assert Message.select().where(Message.kind == "hazard.closed").count() == 1


def test_a_general_one_is_told_where_a_preset_says_so(land: Land, chats: tuple[ChatGroup, ChatGroup]) -> None:
    land.judge(land.snap())
    pass_all_on()
    assert [heard(group) for group in chats] == [[], []]
    preset("general", chats[1], company=land.company, everyone=True)
    land.judge(land.snap())
    pass_all_on()
    assert heads(chats[1]) == ["【一般隐患】"]
    told = Message.get(Message.kind == "hazard.confirmed")
    everyone = Person.select().where(Person.company == land.company).count()
    assert Notice.select().where(Notice.message == told.id).count() == everyone


def test_who_was_told_hears_that_it_is_none_or_less_grave(
    land: Land, chats: tuple[ChatGroup, ChatGroup]
) -> None:
    hazard = land.snap()
    land.judge(hazard, level="major")
    pass_all_on()
    land.does("总", land.case_of(hazard), "again", comment="请核对等级")
    land.judge(hazard, level="general")
    pass_all_on()
    assert heads(chats[0]) == ["【重大隐患】", "【一般隐患】"]
    land.does("站", land.case_of(hazard), "again", comment="请再看")
    land.judge(hazard, outcome="no", reason="是备用的")
    pass_all_on()
    assert heads(chats[0])[-1] == "【一般隐患 · 不是隐患】"
    quiet = land.snap()
    land.judge(quiet, outcome="no", reason="是备用的")
    pass_all_on()
    assert len(heard(chats[0])) == 3, "nobody had been told that it was one"


def test_one_that_is_withdrawn_before_it_was_passed_on_is_not_told(
    land: Land, chats: tuple[ChatGroup, ChatGroup]
) -> None:
    hazard = land.snap()
    land.judge(hazard, level="major")
    in_transaction(withdraw, land.house(), hazard.id, "看错了")
    assert Hazard.get_by_id(hazard.id).state == "withdrawn"
    pass_all_on()
    assert heard(chats[0]) == []


def test_a_chain_has_no_use_where_nothing_is_to_be_answered(land: Land) -> None:
    chain = Chain.create(company=land.company, name="链")
    values = {"company": land.company.id, "name": "隐患", "level": "hazard.major", "ways": ["card"],
              "everyone": True, "chain": chain.id}  # fmt: skip
    with pytest.raises(Invalid) as refused:
        in_transaction(set_up.create_preset, land.house(), values)
    assert set(refused.value.fields) == {"chain"}
    made = in_transaction(set_up.create_preset, land.house(), {**values, "chain": None})
    with pytest.raises(Invalid):
        in_transaction(set_up.edit_preset, land.house(), made, {"chain": chain.id})
