"""60 reports by one account: none is refused, none is lost, and not everybody's phone rings 60 times (G02)."""

from __future__ import annotations

import pytest

from models.accidents.records import Accident, AccidentDuty
from models.accidents.report import bursts
from models.accidents.rules import close, pass_on, supplement
from models.core.db.connection import in_transaction
from models.core.errors import Conflict, Forbidden
from models.messages.records import Message, Notice
from models.messages.tellers import tell_of
from tests.models.accidents.conftest import Scene


def told(scene: Scene) -> dict[str, int]:
    """Tell all news that wait, as the relay does; how many notices of each kind of thing there are by now."""
    from models.core.events.outbox import Outbox

    for row in Outbox.select().where(Outbox.kind.startswith("accident.")).order_by(Outbox.id):
        in_transaction(tell_of, row)
    rows = Notice.select(Message.subject_kind).join(Message).tuples()
    found: dict[str, int] = {}
    for (kind,) in rows:
        found[kind] = found.get(kind, 0) + 1
    return found


def many(scene: Scene, number: int, who: int = 0) -> list[Accident]:
    return [scene.report(who, key=f"k{n}", what=f"第 {n} 起", place=f"{n} 号房") for n in range(number)]


def test_all_are_kept_with_number_and_clocks(scene: Scene) -> None:
    made = many(scene, 12)
    assert len({row.number for row in made}) == 12
    assert {duty.accident_id for duty in AccidentDuty.select()} == {row.id for row in made}
    held = [row.id for row in Accident.select() if row.burst_id is not None]
    assert held == [row.id for row in made[bursts.USUAL.most :]]


def test_beyond_the_usual_those_who_judge_get_one_card_that_rings_every_tenth_time(scene: Scene) -> None:
    many(scene, 60)
    found = told(scene)
    officers = 2
    usual = bursts.USUAL.most * (officers + 1)  # the reporter's own entry is no card
    assert found == {"accident": usual, "accident_burst": officers * 6}
    newest = Message.select().where(Message.subject_kind == bursts.BURST).order_by(Message.id.desc()).get()
    assert newest.needs_answer and "1 小时内又报了" in newest.title
    assert "只告诉安全管理员" in (newest.text or "")


def test_one_press_tells_everybody_as_usual(scene: Scene) -> None:
    made = many(scene, bursts.USUAL.most + 2)
    told(scene)
    last = made[-1]
    passed = in_transaction(pass_on, scene.actor(1), last.id)
    assert passed.burst_id is None
    told(scene)
    about = Message.select().where(Message.subject_kind == "accident", Message.subject_id == last.id)
    assert [message.needs_answer for message in about] == [True]
    assert bursts.of_burst(made[-2].burst_id) == [Accident.get_by_id(made[-2].id)]
    (mine,) = (
        Notice.select()
        .join(Message)
        .where(Message.subject_kind == bursts.BURST, Notice.person == scene.officer.id)
    )
    assert mine.answer == "received", "who has judged is not reminded"
    with pytest.raises(Conflict, match="已经通知"):
        in_transaction(pass_on, scene.actor(1), last.id)
    with pytest.raises(Forbidden):
        in_transaction(pass_on, scene.actor(), made[-2].id)


def test_what_is_learnt_of_a_held_report_is_not_told_to_everybody(scene: Scene) -> None:
    made = many(scene, bursts.USUAL.most + 1)
    before = told(scene)["accident"]
    in_transaction(supplement, scene.actor(), made[-1].id, {"note": "还在冒烟"}, 1)
    assert told(scene)["accident_burst"] == 2, "it is on the card; nobody's phone rings"
    in_transaction(supplement, scene.actor(), made[-1].id, {"deaths": 4}, 2)
    found = told(scene)
    assert found["accident"] == before
    assert found["accident_burst"] == 2 * 2, "the first, and again as the level rose"
    in_transaction(close, scene.actor(1), made[-1].id, "误报")
    assert told(scene)["accident"] == before


def test_where_nobody_can_judge_everybody_is_told(scene: Scene) -> None:
    for person in (scene.officer, scene.second):
        scene.leave(person)
    many(scene, bursts.USUAL.most + 3)
    assert Accident.select().where(Accident.burst_id.is_null(False)).count() == 0


def test_an_hour_later_it_is_as_usual(scene: Scene, clock: object) -> None:
    many(scene, bursts.USUAL.most + 1)
    clock.forward(minutes=61)  # type: ignore[attr-defined]
    assert scene.report(key="later").burst_id is None


def test_a_repeat_of_a_request_is_no_further_report(scene: Scene) -> None:
    many(scene, bursts.USUAL.most)
    for _ in range(10):
        scene.report(key="k0", what="第 0 起", place="0 号房")
    assert Accident.select().count() == bursts.USUAL.most
    assert Accident.select().where(Accident.burst_id.is_null(False)).count() == 0


def test_the_card_names_what_waits_and_ends_when_all_is_judged(scene: Scene) -> None:
    from bots.cards import card_of

    made = many(scene, bursts.USUAL.most + 7)
    head = made[bursts.USUAL.most]
    told(scene)
    card = card_of(bursts.BURST, head.id, person_id=scene.officer.id)
    assert card.title == f"请核实：{scene.worker.name} 1 小时内又报了 7 起事故"
    assert made[-1].number in card.lead and "还有 2 起" in card.lead
    assert [button.text for button in card.buttons] == ["这一起属实", "收到", "去核实"]
    version = card.version
    for row in made[bursts.USUAL.most :]:
        in_transaction(pass_on, scene.actor(1), row.id)
        newer = card_of(bursts.BURST, head.id).version
        assert newer > version
        version = newer
    assert card_of(bursts.BURST, head.id).outcome.startswith("都处理完了")


def test_who_reports_is_told_that_the_officers_look_first(scene: Scene) -> None:
    from models.accidents.display.accident_json import accident_json

    made = many(scene, bursts.USUAL.most + 1)
    assert accident_json(scene.actor(), made[0])["held"] is False
    assert accident_json(scene.actor(), made[-1])["held"] is True
    assert accident_json(scene.actor(1), made[-1])["can"]["tell_all"] is True
    assert accident_json(scene.actor(), made[-1])["can"]["tell_all"] is False
