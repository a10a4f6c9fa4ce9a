"""The whole loop of a hazard, played in the sandbox over HTTP: from a photo in the chat to the reporter who hears (E07, E09, L01)."""

from __future__ import annotations

from typing import Any

import pytest

from models.core.files import photos
from models.hazards.records import Hazard
from models.hazards.report.open_hazard import LEDGER
from models.messages.records import Message, Notice
from models.tasks.records import CaseEvent
from tests.bots.flow.playing import FORM, Play, links, live, photo, text, title
from tests.bots.flow.wired import Wired


@pytest.fixture
def play(wired: Wired) -> Play:
    return Play(wired)


def heard(play: Play, name: str) -> list[str]:
    """All that stands on somebody's cards, with what waited for others to come along."""
    play.wired.work()
    return [text(card) for card in play.phone(name).cards()]


def test_from_a_photo_in_the_chat_to_the_end(play: Play, clock: Any) -> None:
    worker = play.phone("工")
    worker.send_place(120.1001, 30.1001)
    worker.send_photo(photo())
    play.wired.work()
    assert title(play.card("工")) == "这张照片是什么？"
    worker.say("电缆裸露")
    play.wired.work()
    hazard = Hazard.get()

    judge = play.card("班")
    assert title(judge).startswith("【待确认】配电室")
    assert judge["content"]["quote_area"]["url"]
    assert live(judge) == ["是隐患"]
    clock.forward(minutes=10)
    assert "您 今天 08:10 选了“是隐患”" in text(play.press("班", "是隐患"))

    plan = play.card("站")
    assert title(plan).startswith("【待安排整改】")
    assert links(plan)["安排整改"] == f"{FORM}?id={play.task('站', hazard).id}&outcome=assign"
    clock.forward(minutes=10)
    play.plan(hazard)
    assert "选了“安排整改”" in text(play.again("站", plan))

    work = play.card("电")
    assert title(work).startswith("【待整改】")
    assert "整改人" in text(work)
    assert links(work)["提交整改"].endswith("&outcome=submit")
    clock.forward(minutes=10)
    play.submit(hazard)
    assert "您 今天 08:30 选了“提交整改”" in text(play.again("电", work))

    review = play.card("站")
    assert title(review).startswith("【待复核】")
    assert live(review) == ["复核通过"]
    assert links(review)["退回整改"].endswith("&outcome=send_back")
    (after,) = [row.id for row in photos.of(LEDGER, [hazard.id]) if row.stage == "after"]
    (before,) = [row.id for row in photos.of(LEDGER, [hazard.id]) if row.stage != "after"]
    quote = review["content"]["quote_area"]
    assert f"/pictures/{before}-{after}/" in quote["url"], "how it was and how it is, beside each other"
    assert quote["title"] == "整改前后照片"
    assert "整改措施" in text(review) and "整改情况" in text(review)
    clock.forward(minutes=10)
    done = play.press("站", "复核通过")
    assert "流程已完成" in text(done)

    assert Hazard.get_by_id(hazard.id).state == "closed"
    acts = CaseEvent.select().where(CaseEvent.act == "decided").order_by(CaseEvent.id)
    assert [(row.name, row.door) for row in acts] == [
        ("班", "chat"),
        ("站", "phone"),
        ("电", "phone"),
        ("站", "chat"),
    ]
    for name in ("班", "站", "电"):
        assert [live(card) for card in play.phone(name).cards()] == [[]] * len(play.phone(name).cards())

    clock.forward(hours=1)  # small news come together
    ended = [each for each in heard(play, "工") if "已整改完成" in each]
    assert len(ended) == 1
    assert "谢谢您" in ended[0]


def test_the_reporter_hears_of_every_step_in_plain_words(play: Play) -> None:
    hazard = play.snap()
    play.press("班", "是隐患")
    play.plan(hazard)
    play.submit(hazard)
    play.press("站", "复核通过")
    mine = (
        Message.select()
        .join(Notice, on=(Notice.message == Message.id))
        .where(Notice.person == play.people["工"].id)
        .order_by(Message.id)
    )
    said = [line for row in mine for line in (row.text or "").split("\n")[1:2]]
    assert any("确认是一般隐患，站正在安排整改" in each for each in said)
    assert any("电正在整改" in each for each in said)
    assert any("电已整改，等站复核" in each for each in said)
    assert said[-1].startswith("电已整改完成")
    assert "谢谢您" in said[-1]


def test_the_reporter_hears_why_it_is_none(play: Play) -> None:
    hazard = play.snap()
    play.does("班", hazard, "no", reason="是备用电缆，已断电")
    card = play.card("工")
    assert title(card).endswith("电缆裸露")
    assert "判定不是隐患：是备用电缆，已断电" in text(card)
    assert live(card) == []
    assert card["content"]["card_action"]["url"].endswith(f"hazard%3Fid%3D{hazard.id}")
