"""News of steps and hazards in the chat that ask for no press: urging, deadlines, the group's own chat (H05, E09, L01)."""

from __future__ import annotations

from typing import Any

import pytest

from models.core.db.connection import in_transaction
from models.messages.channels.records import CARD, ChatGroup
from models.messages.escalation.records import Preset, PresetGroup, PresetPerson
from models.tasks.engine.case_actions import urge
from models.tasks.notify.subscriptions import follow
from tests.bots.flow.playing import FORM, Play, links, live, text, title
from tests.bots.flow.wired import Wired


@pytest.fixture
def play(wired: Wired) -> Play:
    return Play(wired)


def test_an_urging_rings_as_a_note_that_ends_with_what_it_was_about(play: Play, clock: Any) -> None:
    hazard = play.snap()
    clock.forward(hours=2)
    in_transaction(urge, play.actor("工"), play.case(hazard).id)
    play.wired.work()
    card = play.card("班")
    assert title(card).startswith("【催办 · 待确认】")
    assert live(card) == [], "it is decided on the step's own card"
    assert len(play.phone("班").cards()) == 2
    assert links(card) == {"去办理": f"{FORM}?id={play.task('班', hazard).id}"}
    play.does("班", hazard, "hazard", level="general")
    for dead in play.phone("班").cards()[:2]:
        assert links(dead) == {}
        assert live(dead) == []
        assert title(dead).startswith("【确认 · 已办】")
        assert "选了“是隐患”" in text(dead)
        assert "安排整改（等站办）" in text(dead)


def test_a_deadline_that_has_passed_is_told_as_the_ladder_says(play: Play, clock: Any) -> None:
    from models.tasks.timing import deadlines

    play.snap()
    clock.forward(hours=49)
    play.wired.sandbox.clock.forward(hours=49)
    for _ in range(3):
        deadlines.work(50)
        play.wired.work()
    assert any(each.startswith("【超时 · 待确认】") for each in play.titles("班"))
    assert any(each.startswith("【超时 · 待确认】") for each in play.titles("站")), "the superior hears of it"


def test_a_major_hazard_is_told_to_the_group_and_notes_of_it_can_be_sent(play: Play, clock: Any) -> None:
    play.promote("外", "group_safety", everywhere=True)
    hazard = play.snap()
    play.judge_major("班", hazard)
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
    play.judge_major("班", hazard)
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


def test_who_decides_gets_one_card_of_it_though_they_follow_it(play: Play, clock: Any) -> None:
    hazard = play.snap()
    for name in ("班", "站"):
        in_transaction(follow, play.actor(name), "hazard", hazard.id)
    before = len(play.titles("班"))
    play.press("班", "是隐患")
    clock.forward(minutes=31)
    play.wired.sandbox.clock.forward(minutes=31)
    play.wired.work()
    mine = [title for title in play.titles("班")[before:] if "进展" in title or "条新消息" in title]
    assert mine == [], "the card that was pressed says what was decided"
    assert any("进展" in title for title in play.titles("站")), "others who follow it hear of it"
