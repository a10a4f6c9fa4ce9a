"""The words of who sent a step back, on or to somebody else stand in the first lines of its card (H05)."""

from __future__ import annotations

import pytest

from models.core.db.connection import in_transaction
from models.tasks.engine.reassignment import hand_on
from tests.bots.flow.playing import Play
from tests.bots.flow.wired import Wired
from tests.support.chat_sandbox import Entry

WHY = "只换了面板，里面的线还是焦的，要重新穿线"


@pytest.fixture
def play(wired: Wired) -> Play:
    return Play(wired)


def lines(card: Entry) -> list[str]:
    """What stands below a card's title, line by line."""
    return str(card["content"]["sub_title_text"]).split("\n")


def test_who_gets_it_back_reads_why_first(play: Play) -> None:
    hazard = play.snap()
    play.press("班", "是隐患")
    play.plan(hazard)
    play.submit(hazard)
    play.does("站", hazard, "send_back", comment=WHY)
    assert f"站 退回整改：{WHY}" in lines(play.card("电"))[:2]


def test_who_is_sent_a_case_up_reads_why_first(play: Play) -> None:
    hazard = play.snap()
    play.does("班", hazard, "up", comment="本班处理不了，要停产")
    assert "班 上报上级：本班处理不了，要停产" in lines(play.card("站"))[:2]


def test_to_whom_it_is_handed_on_reads_why_first(play: Play) -> None:
    hazard = play.snap()
    in_transaction(
        hand_on, play.actor("班"), play.task("班", hazard).id, play.people["站"].id, "我出差，请代看"
    )
    play.wired.work()
    first = lines(play.card("站"))[0]
    assert "班转交给您" in first and "我出差，请代看" in first
