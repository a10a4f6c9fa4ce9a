"""News of steps and hazards in the chat that ask for no press: urging, deadlines, the group's own chat (H05, E09, L01)."""

from __future__ import annotations

from typing import Any

import pytest

from models.core.database import in_transaction
from models.messages.chains import Preset, PresetGroup, PresetPerson
from models.messages.ways import CARD, ChatGroup
from models.tasks.acts import urge
from tests.bots.flow.playing import FORM, Play, links, live, text, title
from tests.bots.flow.wired import Wired


@pytest.fixture
def play(wired: Wired) -> Play:
    return Play(wired)


def test_an_urging_rings_as_a_note_that_offers_nothing_to_press(play: Play, clock: Any) -> None:
    hazard = play.snap()
    clock.forward(hours=2)
    in_transaction(urge, play.actor("工"), play.case(hazard).id)
    play.wired.work()
    card = play.card("班")
    assert title(card).startswith("【催办 · 待确认】")
    assert live(card) == []
    assert len(play.phone("班").cards()) == 2
    assert links(card) == {}
    assert FORM in text(card) or "tasks%2Ftask" in text(card)


def test_a_deadline_that_has_passed_is_told_as_the_ladder_says(play: Play, clock: Any) -> None:
    from models.tasks import timers

    play.snap()
    clock.forward(hours=49)
    play.wired.sandbox.clock.forward(hours=49)
    for _ in range(3):
        timers.work(50)
        play.wired.work()
    assert any(each.startswith("【超时 · 待确认】") for each in play.titles("班"))
    assert any(each.startswith("【超时 · 待确认】") for each in play.titles("站")), "the superior hears of it"


def test_a_major_hazard_is_told_to_the_group_and_notes_of_it_can_be_sent(play: Play, clock: Any) -> None:
    play.promote("外", "group_safety", everywhere=True)
    hazard = play.snap()
    play.press("班", "是隐患", {"level": ["major"]})
    copied = play.card("外")
    assert "【抄送】" in title(copied)
    assert "重大隐患" in text(copied)
    assert live(copied) == []
    clock.forward(hours=2)
    in_transaction(urge, play.actor("工"), play.case(hazard).id)
    play.wired.work()
    assert title(play.card("总")).startswith("【催办"), (
        "a tone that the platform has no colour for broke the card"
    )


def test_the_groups_chat_hears_of_a_major_hazard_and_of_its_end(play: Play) -> None:
    """A broadcast by its robot: facts, picture, place, deadline, nothing to press; people of the preset get it as a card."""
    chat = ChatGroup.create(
        name="集团安全群", kind="robot", webhook_key="sandbox-robot-one", app=play.wired.works.app
    )
    preset = Preset.create(name="重大隐患", level="hazard.major", ways=[CARD])
    PresetGroup.create(preset=preset.id, group=chat.id)
    PresetPerson.create(preset=preset.id, person=play.people["外"].id)
    hazard = play.snap()
    play.press("班", "是隐患", {"level": ["major"]})
    (first,) = play.wired.sandbox.group("wr-yishuichang")
    assert first["content"]["card_type"] == "news_notice"
    assert title(first).startswith("【重大隐患】")
    for said in (hazard.number, "配电室", "安排整改，", "总正在安排整改"):
        assert said in text(first), said
    assert live(first) == []
    assert title(play.card("外")).startswith("【重大隐患】")
    play.plan(hazard, "总", duty_note="设备部", funds="年度", plan_note="停用")
    play.submit(hazard)
    play.does("总", hazard, "pass")
    _, last = play.wired.sandbox.group("wr-yishuichang")
    assert "已闭环" in title(last)
    assert "电已整改完成" in text(last)
    assert "已闭环" in title(play.card("外"))
