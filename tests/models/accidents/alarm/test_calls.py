"""需要支援 reaches those who can come, at once and by name; who pressed it hears who is coming. Worse news rings again (G02)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from bots.cards import card_of
from models.accidents.access import HELP, SUBJECT
from models.accidents.alarm.calls import COMING
from models.accidents.display.accident_json import accident_json
from models.accidents.display.board import board
from models.accidents.records import Accident
from models.accidents.rules import answer, close, supplement
from models.core.db.connection import in_transaction
from models.core.events.outbox import Outbox
from models.core.security.actor import Actor
from models.grid.records import GridNode
from models.messages.channels.records import ChatGroup, Contact
from models.messages.escalation.records import Preset, PresetGroup, PresetPerson
from models.messages.inbox import mine
from models.messages.inbox.answers import answer_by_person
from models.messages.records import Delivery, Message, Notice
from models.messages.tellers import tell_of
from models.organization.records import Person
from tests.models.accidents.conftest import Scene


def tell() -> None:
    """Tell all news of accidents that wait, as the relay does."""
    for row in Outbox.select().where(Outbox.kind.startswith("accident.")).order_by(Outbox.id):
        in_transaction(tell_of, row)


def told(kind: str) -> list[list[int]]:
    """Of each message about that kind of thing: which persons were told."""
    return [
        sorted(row.person_id for row in Notice.select().where(Notice.message == message.id))
        for message in Message.select().where(Message.subject_kind == kind).order_by(Message.id)
    ]


class Alarm:
    """An accident at a place of the grid, told to a preset of five people and a group."""

    def __init__(self, scene: Scene) -> None:
        self.scene, unit = scene, scene.unit
        self.owner = scene.plant.person(4, unit, name="罗网格")
        self.chief = Person.create(
            company=unit, name="厂长", id_number="330102197001010018", phone="13800000077", role="operator"
        )
        self._bind(self.chief)
        Contact.create(company=unit, person=scene.boss.id, superior=self.chief.id)
        node = GridNode.create(
            company=unit,
            name="2号泵房",
            level="3",
            path="/",
            enabled=True,
            label_code="AAAAAAAAAA",
            owner=self.owner,
        )
        GridNode.update(path=f"/{node.id}/").where(GridNode.id == node.id).execute()
        preset = Preset.create(company=unit, name="一律", level="any", ways=["system", "card"], everyone=True)
        group = ChatGroup.create(company=unit, name="应急群", kind="robot", webhook_key="k")
        PresetGroup.create(preset=preset, group=group)
        self.preset = preset
        self.accident = scene.report(place="", grid=str(node.id))
        tell()

    def _bind(self, person: Person) -> None:
        from models.organization.records import Binding

        Binding.create(company=self.scene.unit, person=person, state="approved", origin="entered")

    def press(self, person: Person, value: str, kind: str = "accident") -> None:
        in_transaction(answer_by_person, person.id, kind, self.accident.id, value, way="card")
        tell()


@pytest.fixture
def alarm(scene: Scene) -> Alarm:
    return Alarm(scene)


def test_a_call_reaches_reporter_officers_leader_owner_and_group(alarm: Alarm, scene: Scene) -> None:
    alarm.press(scene.boss, "need_help")
    (called,) = told(HELP)
    everybody_who_acts = {scene.worker, scene.officer, scene.second, alarm.owner, alarm.chief}
    assert set(called) >= {person.id for person in everybody_who_acts} and scene.boss.id not in called
    message = Message.get(Message.subject_kind == HELP)
    assert message.title == f"沈立新 需要支援：{alarm.accident.place}" and "2号泵房" in message.title
    assert (message.urgency, message.needs_answer) == (2, True)
    assert Delivery.select().where(Delivery.message == message.id, Delivery.group.is_null(False)).count() == 1


def test_the_same_press_again_calls_nobody_again_and_another_call_is_a_new_one(
    alarm: Alarm, scene: Scene, clock: Any
) -> None:
    alarm.press(scene.boss, "need_help")
    alarm.press(scene.boss, "need_help")
    assert len(told(HELP)) == 1
    alarm.press(scene.officer, "received")
    clock.forward(minutes=1)
    alarm.press(scene.officer, "need_help")
    assert len(told(HELP)) == 2, "an answer may be raised"
    card = card_of(HELP, alarm.accident.id)
    assert "陈安澜、沈立新" in card.title and "2号泵房" in card.title and card.tone == "alarm"
    assert [button.text for button in card.buttons] == ["我马上到", "已在现场", "查看详情"]
    assert "需要支援：陈安澜、沈立新" in card_of("accident", alarm.accident.id).lead


def test_who_pressed_it_hears_who_is_coming(alarm: Alarm, scene: Scene) -> None:
    alarm.press(scene.boss, "need_help")
    alarm.press(scene.officer, "received", HELP)
    alarm.press(scene.second, "on_site", HELP)
    assert told(COMING) == [[scene.boss.id]] * 2
    newest = Message.select().where(Message.subject_kind == COMING).order_by(Message.id.desc()).get()
    assert newest.text == "正在赶来：陈安澜；已在现场：周守正"
    assert "陈安澜" in card_of(COMING, newest.subject_id, person_id=scene.boss.id).title
    (call,) = accident_json(scene.actor(1), alarm.accident)["help"]
    assert (call["name"], [one["name"] for one in call["coming"]]) == ("沈立新", ["陈安澜", "周守正"])
    assert call["called"] == len(told(HELP)[0]) and call["phone"] == scene.boss.phone
    mine_now = card_of(HELP, alarm.accident.id, person_id=scene.officer.id)
    assert "我马上到" in mine_now.outcome and not mine_now.buttons


def test_who_comes_to_a_call_has_heard_of_the_accident(alarm: Alarm, scene: Scene) -> None:
    alarm.press(scene.boss, "need_help")
    alarm.press(scene.officer, "on_site", HELP)
    alarm.press(scene.officer, "on_site", HELP)
    own = Notice.get(
        Notice.person == scene.officer,
        Notice.message << Message.select().where(Message.subject_kind == SUBJECT),
    )
    assert (own.answer, own.answered_by_way) == ("on_site", "card")
    there = board(scene.actor(1), alarm.accident.id)
    assert (there["answers"]["on_site"], there["answers"]["need_help"]) == (1, 1)
    assert not card_of(SUBJECT, alarm.accident.id, person_id=scene.officer.id).buttons
    # It raises what was said, lowers nothing, and says nothing for anybody else.
    alarm.press(scene.second, "received")
    alarm.press(scene.second, "on_site", HELP)
    alarm.press(scene.officer, "need_help")
    alarm.press(alarm.owner, "received", HELP)
    answers = dict(
        Notice.select(Notice.person, Notice.answer)
        .join(Message)
        .where(Message.subject_kind == SUBJECT)
        .tuples()
    )
    assert [answers[each.id] for each in (scene.second, scene.officer, alarm.owner, alarm.chief)] == [
        "on_site", "need_help", "received", None,
    ]  # fmt: skip


def test_many_who_come_ring_the_caller_few_times(alarm: Alarm, scene: Scene) -> None:
    alarm.press(scene.boss, "need_help")
    for person in Person.select().where(Person.id.in_(told(HELP)[0])).order_by(Person.id):
        alarm.press(person, "received", HELP)
    assert len(told(HELP)[0]) >= 5
    assert len(told(COMING)) == 4, "the first three, and the fifth"


def test_when_it_is_over_nobody_is_asked_to_come(alarm: Alarm, scene: Scene) -> None:
    alarm.press(scene.boss, "need_help")
    in_transaction(close, scene.actor(1), alarm.accident.id, "已处置")
    card = card_of(HELP, alarm.accident.id, person_id=scene.officer.id)
    assert "已结束" in card.outcome and not card.buttons
    waits = mine.page(scene.actor(1), waiting=True)["items"]
    assert [item for item in waits if item["subject"]["kind"] == HELP] == []
    alarm.press(scene.worker, "need_help")
    assert len(told(HELP)) == 1, "over"


def test_a_call_by_the_only_officer_reaches_the_others(alarm: Alarm, scene: Scene) -> None:
    scene.leave(scene.second)
    alarm.press(scene.officer, "need_help")
    (called,) = told(HELP)
    assert called and scene.officer.id not in called and scene.second.id not in called


def test_of_a_preset_with_few_people_all_are_called(alarm: Alarm, scene: Scene) -> None:
    Preset.update(everyone=False).where(Preset.id == alarm.preset.id).execute()
    PresetPerson.create(preset=alarm.preset, person=scene.worker.id)
    alarm.press(scene.boss, "need_help")
    assert scene.worker.id in told(HELP)[0]


def _supplement(alarm: Alarm, **values: object) -> Message:
    actor: Actor = alarm.scene.actor(1)
    there = Accident.get_by_id(alarm.accident.id)
    in_transaction(supplement, actor, there.id, values, there.versions)
    tell()
    message: Message = (
        Message.select().where(Message.subject_kind == "accident").order_by(Message.id.desc()).get()
    )
    return message


@pytest.mark.parametrize(
    ("news", "said"),
    [
        ({"deaths": 1}, "死亡 1 人"),
        ({"serious_injuries": 10}, "等级上调为较大"),
        ({"needs": "吊车、救护车"}, "需要吊车、救护车"),
        ({"deaths": 3}, "死亡 3 人，等级上调为较大"),
    ],
)
def test_worse_news_is_a_new_alarm_to_everybody(alarm: Alarm, news: dict[str, object], said: str) -> None:
    in_transaction(
        answer_by_person, alarm.scene.boss.id, "accident", alarm.accident.id, "received", way="card"
    )
    message = _supplement(alarm, **news)
    assert said in message.title and message.needs_answer and message.urgency == 2
    first = Message.select().where(Message.subject_kind == "accident").order_by(Message.id).get()
    everybody = {row.person_id for row in Notice.select().where(Notice.message == first.id)}
    assert {row.person_id for row in Notice.select().where(Notice.message == message.id)} == everybody
    card = card_of("accident", alarm.accident.id, person_id=alarm.scene.boss.id, kind=message.kind)
    assert said in card.title and [button.text for button in card.buttons][:1] == ["收到"], "asked anew"
    assert Delivery.select().where(Delivery.message == message.id, Delivery.group.is_null(False)).count() == 1


@pytest.mark.parametrize(
    "news", [{"minor_injuries": 2}, {"note": "已控制"}, {"deaths": 0}, {"serious_injuries": 1}]
)
def test_other_news_rings_nobody_again(alarm: Alarm, news: dict[str, object]) -> None:
    assert not _supplement(alarm, **news).needs_answer


def test_the_same_need_and_the_same_dead_ring_once(alarm: Alarm) -> None:
    assert _supplement(alarm, deaths=2, needs="吊车").needs_answer
    assert not _supplement(alarm, deaths=1, correction=True, note="核实为 1 人").needs_answer
    assert not _supplement(alarm, needs="吊车", measures="已封锁").needs_answer
    assert _supplement(alarm, deaths=2).needs_answer


def test_worse_news_leaves_a_call_standing_until_its_caller_says_otherwise(
    alarm: Alarm, scene: Scene
) -> None:
    """Everybody is asked anew; who called for help has not been helped by that, and who is coming is still coming."""
    alarm.press(scene.boss, "need_help")
    alarm.press(scene.officer, "received", HELP)
    assert _supplement(alarm, deaths=1).needs_answer
    accident = Accident.get_by_id(alarm.accident.id)
    (call,) = accident_json(scene.actor(1), accident)["help"]
    assert (call["name"], [one["name"] for one in call["coming"]]) == ("沈立新", ["陈安澜"])
    assert "需要支援：沈立新" in card_of(SUBJECT, accident.id).lead
    alarm.press(scene.boss, "on_site")
    assert accident_json(scene.actor(1), accident)["help"] == []
    assert "需要支援" not in card_of(SUBJECT, accident.id).lead


def test_help_is_called_from_the_phone_too(alarm: Alarm, scene: Scene) -> None:
    in_transaction(answer, scene.actor(1), alarm.accident.id, "need_help")
    tell()
    (called,) = told(HELP)
    assert scene.boss.id in called or scene.worker.id in called
    assert scene.officer.id not in called
    assert Accident.get_by_id(alarm.accident.id).reported_at + timedelta(hours=1) > alarm.accident.reported_at
