"""The live board: who stands where, what the filters leave, and that ten thousand cost no more than a page (G02)."""

from __future__ import annotations

import time
from typing import Any

import orjson
import pytest

from models.accidents import rules
from models.accidents.display.board import PAGE, STATES, board
from models.accidents.records import Accident
from models.core import clock
from models.core.db.connection import in_transaction
from models.core.errors import Forbidden, Invalid, NotFound
from models.core.security import crypto
from models.core.security.actor import Actor
from models.messages.channels.records import Contact
from models.messages.escalation import running
from models.messages.escalation.records import Chain, ChainStep
from models.messages.inbox.answering_for_others import answer_for
from models.messages.inbox.answers import answer_by_person
from models.messages.records import Delivery, Escalation, Notice
from models.messages.tell import tell
from models.organization.records import Binding, Person
from tests.support.people_to_tell import Crowd


@pytest.fixture
def officer(crowd: Crowd) -> Actor:
    return crowd.officer()


@pytest.fixture
def accident(crowd: Crowd, officer: Actor) -> Accident:
    facts = {"what": "着火", "place": "一号厂", "happened_at": clock.now().isoformat()}
    made: Accident = in_transaction(rules.report, officer, facts, key="k")[0]
    return made


def _told(crowd: Crowd, accident: Accident, *people: Person, **values: Any) -> list[Notice]:
    message = crowd.tell(*people, subject_id=accident.id, **values)
    return list(Notice.select().where(Notice.message == message.id).order_by(Notice.id))


def _way(notice: Notice, state: str) -> None:
    Delivery.update(state=state).where(Delivery.notice == notice.id, Delivery.way != "system").execute()


def test_everybody_stands_in_one_place_and_who_needs_care_is_first(
    crowd: Crowd, officer: Actor, accident: Accident
) -> None:
    people = [crowd.person() for _ in range(6)]
    told, delivered, seen, answered, lost, help_ = _told(crowd, accident, *people)
    _way(delivered, "delivered")
    Notice.update(read_at=clock.now()).where(Notice.id == seen.id).execute()
    Notice.update(answer="received").where(Notice.id == answered.id).execute()
    _way(lost, "failed")
    Notice.update(answer="need_help").where(Notice.id == help_.id).execute()
    found = board(officer, accident.id)
    assert [row["notice"] for row in found["people"]] == [
        str(row.id) for row in (help_, lost, told, delivered, seen, answered)
    ]
    assert found["counts"] == {
        "told": 1, "delivered": 1, "seen": 1, "acknowledged": 2, "unreached": 1, "total": 6,
    }  # fmt: skip
    assert found["answers"] == {"received": 1, "on_site": 0, "need_help": 1}


def test_filters_and_pages(crowd: Crowd, officer: Actor, accident: Accident) -> None:
    people = [crowd.person(name=f"王{n}" if n % 2 else f"李{n}") for n in range(7)]
    notices = _told(crowd, accident, *people)
    Notice.update(answer="on_site").where(Notice.id << [notices[0].id, notices[1].id]).execute()

    def asked(**values: Any) -> tuple[list[str], int, int | None]:
        found = board(officer, accident.id, **values)
        return [row["person"]["name"] for row in found["people"]], found["matching"], found["next"]

    assert asked(answer="on_site") == (["李0", "王1"], 2, None)
    assert asked(q="王") == (["王3", "王5", "王1"], 3, None)
    assert asked(q="王", state="acknowledged") == (["王1"], 1, None)
    assert asked(q=people[2].phone[-4:])[0] == ["李2"]
    assert asked(limit=3) == (["李2", "王3", "李4"], 7, 3)
    assert asked(limit=3, offset=6) == (["王1"], 7, None)
    for wrong in ({"state": "gone"}, {"answer": "perhaps"}):
        with pytest.raises(Invalid):
            board(officer, accident.id, **wrong)


@pytest.mark.parametrize(
    ("ways", "notice", "standing"),
    [
        ({}, {}, "told"),
        ({"card": "accepted"}, {}, "told"),
        ({"card": "accepted", "system": "failed"}, {}, "told"),
        ({"card": "delivered"}, {}, "delivered"),
        ({"card": "acknowledged"}, {}, "delivered"),
        ({"card": "failed", "sms": "delivered"}, {}, "delivered"),
        ({"system": "delivered"}, {}, "told"),
        ({"card": "failed"}, {}, "unreached"),
        ({"card": "suspected"}, {}, "unreached"),
        ({"card": "cancelled"}, {}, "told"),
        ({"card": "failed", "sms": "cancelled"}, {}, "unreached"),
        ({"card": "failed", "sms": "queued"}, {}, "told"),
        ({"card": "failed", "system": "delivered"}, {}, "unreached"),
        ({"system": "failed"}, {}, "unreached"),
        ({"system": "failed", "card": "queued"}, {}, "told"),
        ({"card": "seen"}, {}, "seen"),
        ({"system": "seen", "card": "failed"}, {}, "seen"),
        ({"card": "failed"}, {"read_at": True}, "seen"),
        ({"card": "failed"}, {"answer": "received"}, "acknowledged"),
        ({"card": "seen"}, {"answer": "on_site", "read_at": True}, "acknowledged"),
    ],
)
def test_what_the_ways_and_the_notice_say_of_somebody(
    crowd: Crowd,
    officer: Actor,
    accident: Accident,
    ways: dict[str, str],
    notice: dict[str, Any],
    standing: str,
) -> None:
    """The farthest that is known; the list of one's own messages reaches nobody by itself."""
    (row,) = _told(crowd, accident, crowd.person())
    Delivery.delete().where(Delivery.notice == row.id).execute()
    for way, state in ways.items():
        Delivery.create(
            company=crowd.unit, message=row.message_id, notice=row, person=row.person_id, way=way, state=state, once_key=way
        )  # fmt: skip
    values = {name: clock.now() if value is True else value for name, value in notice.items()}
    if values:
        Notice.update(**values).where(Notice.id == row.id).execute()
    found = board(officer, accident.id)
    assert [one["state"] for one in found["people"]] == [standing]
    assert found["counts"] == {**dict.fromkeys(STATES, 0), standing: 1, "total": 1}
    assert [board(officer, accident.id, state=each)["matching"] for each in STATES] == [
        int(each == standing) for each in STATES
    ]


def test_who_has_not_said_anything(crowd: Crowd, officer: Actor, accident: Accident) -> None:
    people = [crowd.person(name=f"甲{n}") for n in range(5)]
    notices = _told(crowd, accident, *people, why={people[4].id: "reporter"})
    Notice.update(answer="received").where(Notice.id == notices[0].id).execute()
    _way(notices[1], "failed")
    whole = board(officer, accident.id)
    assert (whole["unanswered"], whole["matching"], len(whole["people"])) == (3, 5, 5)

    def asked(**values: Any) -> tuple[list[str], int, int | None]:
        found = board(officer, accident.id, **values)
        return [row["person"]["name"] for row in found["people"]], found["matching"], found["next"]

    assert asked(state="unanswered") == (["甲1", "甲2", "甲3"], 3, None)
    assert asked(state="unanswered", limit=2) == (["甲1", "甲2"], 3, 2)
    assert asked(state="unanswered", limit=3) == (["甲1", "甲2", "甲3"], 3, None)
    assert asked(state="unanswered", q="甲2") == (["甲2"], 1, None)
    assert asked(state="acknowledged", answer="received") == (["甲0"], 1, None)
    assert asked(state="acknowledged", answer="on_site") == ([], 0, None)
    assert asked(answer="received", q="甲1") == ([], 0, None)
    assert asked(answer="received") == (["甲0"], 1, None)
    assert asked(state="told") == (["甲2", "甲3", "甲4"], 3, None)
    assert asked(q="  ") == asked()


def test_the_next_step_is_that_of_a_running_chain(crowd: Crowd, officer: Actor, accident: Accident) -> None:
    chain = Chain.create(company=crowd.unit, name="升级", stop_when="each")
    for place in (1, 2):
        ChainStep.create(
            company=crowd.unit, chain=chain, sequence=place, wait_minutes=place, who="self", way="sms"
        )
    _told(crowd, accident, crowd.person(), chain_id=chain.id)
    now = clock.now()
    for values, there in (
        ({"next_step": 0}, True),
        ({"next_step": 1}, True),
        ({"next_step": 2}, False),
        ({"next_step": 0, "next_at": None}, False),
        ({"next_at": now, "state": "finished"}, False),
        ({"state": "stopped", "stopped_why": "已有人到场"}, False),
    ):
        Escalation.update(**values).execute()
        found = board(officer, accident.id)
        (row,) = found["people"]
        assert (row["next"] is not None) is there, values
        assert row["stopped"] == ("已有人到场" if values.get("state") == "stopped" else None)
        running_ = values.get("state") is None and values.get("next_at", now) is not None
        assert (found["next_at"] is not None) is running_, values


def test_the_whole_number_is_for_who_sees_it_in_the_file_anyway(
    crowd: Crowd, officer: Actor, accident: Accident
) -> None:
    person, stranger = crowd.person(phone="13900001234"), crowd.person(unit=crowd.group, phone="13900005678")
    _told(crowd, accident, person, stranger)
    shown = {row["person"]["name"]: row["person"]["phone"] for row in board(officer, accident.id)["people"]}
    assert shown[person.name] == "13900001234"
    assert "*" in shown[stranger.name]


def test_the_latest_that_became_of_each_group(crowd: Crowd, officer: Actor, accident: Accident) -> None:
    one, other = crowd.chat(crowd.unit), crowd.chat(crowd.unit)
    crowd.tell(groups=[one.id, other.id], ways=(), subject_id=accident.id)
    Delivery.update(state="failed", reason="没有送到").where(Delivery.group == one.id).execute()
    crowd.tell(groups=[other.id], ways=(), subject_id=accident.id)
    crowd.tell(groups=[one.id], ways=(), subject_id=accident.id + 1)
    Delivery.update(state="accepted").where(Delivery.group == other.id).execute()
    assert [(each["id"], each["state"], each["reason"]) for each in board(officer, accident.id)["groups"]] == [
        (str(one.id), "failed", "没有送到"), (str(other.id), "accepted", None)
    ]  # fmt: skip


def test_another_companys_board_is_not_there(crowd: Crowd, accident: Accident) -> None:
    with pytest.raises(NotFound):
        board(crowd.officer(crowd.other), accident.id)
    worker = crowd.person()
    _told(crowd, accident, worker)
    with pytest.raises(Forbidden):  # who was told sees the accident, not everybody's telephone
        board(crowd.actor(worker), accident.id)


def test_the_reporter_is_not_driven_to_answer(crowd: Crowd, officer: Actor, accident: Accident) -> None:
    chain = Chain.create(company=crowd.unit, name="升级", stop_when="each")
    ChainStep.create(company=crowd.unit, chain=chain, sequence=1, wait_minutes=2, who="self", way="sms")
    told, reporter = crowd.person(), crowd.person()
    _told(crowd, accident, told, reporter, chain_id=chain.id, why={reporter.id: "reporter"})
    waiting = {row["person"]["id"]: row["next"] for row in board(officer, accident.id)["people"]}
    assert waiting[str(told.id)]["way"] == "sms"
    assert waiting[str(reporter.id)] is None


def test_who_is_rung_no_more_has_the_reason_beside_the_name(
    crowd: Crowd, officer: Actor, accident: Accident, clock: Any
) -> None:
    worker, deputy = crowd.person(), crowd.person()
    Contact.create(company=crowd.unit, person=worker.id, deputy=deputy.id)
    chain = Chain.create(company=crowd.unit, name="升级", stop_when="each")
    ChainStep.create(company=crowd.unit, chain=chain, sequence=1, wait_minutes=2, who="deputy", way="card")
    _told(crowd, accident, worker, deputy, chain_id=chain.id)

    def theirs() -> dict[str, Any]:
        rows = board(officer, accident.id)["people"]
        return next(row for row in rows if row["person"]["id"] == str(worker.id))

    assert (theirs()["next"]["who"], theirs()["stopped"]) == ("deputy", None)
    in_transaction(answer_by_person, deputy.id, "accident", accident.id, "received", way="card")
    clock.forward(minutes=2)
    running.take_steps()
    assert theirs()["stopped"] is None, "that was for themselves"
    in_transaction(answer_for, [deputy.id], "accident", accident.id, int(theirs()["notice"]))
    assert (theirs()["next"], theirs()["stopped"]) == (None, f"代理人{deputy.name}已代为回应")


def test_ten_thousand_cost_a_page(crowd: Crowd, officer: Actor, accident: Accident) -> None:
    """240 ms on MariaDB and 60 KB were measured; a busy machine gets time, the size is what it is."""
    values = [
        {"company": crowd.unit, "name": f"工人{n}", "id_number": number, "id_hash": crypto.hash_id_number(number),
         "phone": f"138{n:08}", "role": "operator"}
        for n, number in ((n, f"33010219900101{n:04}") for n in range(10_000))
    ]  # fmt: skip
    for start in range(0, len(values), 1000):
        Person.insert_many(values[start : start + 1000]).execute()
    ids = [row.id for row in Person.select(Person.id)]
    bound = [{"company": crowd.unit, "person": id_, "state": "approved", "origin": "entered"} for id_ in ids]
    for start in range(0, len(bound), 1000):
        Binding.insert_many(bound[start : start + 1000]).execute()
    in_transaction(tell, crowd.telling(subject_id=accident.id, persons=ids))
    began = time.perf_counter()
    found = board(officer, accident.id)
    took = time.perf_counter() - began
    assert (len(found["people"]), found["next"], found["counts"]["total"]) == (PAGE, PAGE, 10_000)
    assert sum(found["counts"][name] for name in STATES) == 10_000
    assert len(orjson.dumps(found)) < 100_000
    assert took < 3, f"{took:.2f} s"
