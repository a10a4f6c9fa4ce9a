"""Who doesn't answer is told again, by the next way, then the deputy, then the superior; an answer ends it (X04)."""

from __future__ import annotations

from typing import Any

import pytest

from models.core.db.connection import in_transaction
from models.core.events.outbox import Outbox
from models.core.history import Change
from models.messages.channels.records import ChatMember, SmsProvider
from models.messages.escalation import running
from models.messages.escalation.records import ChainStep
from models.messages.records import Delivery, Escalation, EscalationStep, Message, Notice
from models.organization.records import Binding
from tests.support.alarms import Alarm, state, taken, told
from tests.support.clock_in_plant import Plant

FULL = ((5, "self", "sms"), (10, "deputy", "card"), (15, "superior", "sms"))


@pytest.fixture
def alarm(plant: Plant) -> Alarm:
    return Alarm(plant.units[0])


@pytest.fixture
def team(alarm: Alarm) -> tuple[Any, Any, Any]:
    boss, deputy = alarm.person("上级"), alarm.person("代理")
    return alarm.person("本人", deputy=deputy, superior=boss), deputy, boss


def test_a_silent_person_gets_every_step_in_its_time(alarm: Alarm, team: Any, clock: Any) -> None:
    worker, deputy, boss = team
    [notice] = alarm.tell(alarm.chain(*FULL), [worker])
    clock.forward(minutes=4, seconds=59)
    assert running.take_steps() == 0
    clock.forward(seconds=1)
    assert running.take_steps() == 1
    assert running.take_steps() == 0
    assert told(worker) == [("sms", 1)]
    clock.forward(minutes=10)
    running.take_steps()
    assert told(deputy) == [("card", 2)]
    assert (state(notice).state, state(notice).next_step) == ("running", 2)
    clock.forward(minutes=15)
    running.take_steps()
    assert told(boss) == [("sms", 3)]
    assert taken(notice) == [(1, 0, "taken"), (1, 1, "taken"), (1, 2, "taken")]
    assert (state(notice).state, state(notice).next_at) == ("finished", None)
    clock.forward(days=1)
    assert running.take_steps() == 0
    assert told(worker) == [("sms", 1)]


def test_who_stands_in_gets_a_notice_and_no_chain(alarm: Alarm, team: Any, clock: Any) -> None:
    worker, deputy, _ = team
    [notice] = alarm.tell(alarm.chain((0, "deputy", "card")), [worker])
    running.take_steps()
    theirs = Notice.get(Notice.person == deputy)
    assert (theirs.why, theirs.for_notice_id, theirs.message_id) == ("deputy", notice.id, notice.message_id)
    assert Delivery.get(Delivery.person == deputy, Delivery.step == 1).notice_id == theirs.id
    assert not Escalation.select().where(Escalation.notice_id == theirs.id).exists()


def test_an_answer_stops_all_that_is_still_to_come(alarm: Alarm, team: Any, clock: Any) -> None:
    worker, deputy, boss = team
    [notice] = alarm.tell(alarm.chain(*FULL), [worker])
    clock.forward(minutes=5)
    running.take_steps()
    assert alarm.answer(notice) == 1
    assert told(worker, ("cancelled",)) == [("sms", 1)]
    assert (state(notice).state, state(notice).stopped_why) == ("stopped", "已有人回应")
    clock.forward(days=1)
    assert running.take_steps() == 0
    assert told(deputy) + told(boss) + told(worker) == []
    assert alarm.answer(notice) == 0


def test_what_the_chain_queued_for_the_deputy_is_called_off_too(alarm: Alarm, team: Any, clock: Any) -> None:
    worker, deputy, _ = team
    [notice] = alarm.tell(alarm.chain((0, "deputy", "card"), (5, "superior", "sms")), [worker])
    running.take_steps()
    assert told(deputy) == [("card", 1)]
    alarm.answer(notice)
    assert told(deputy, ("cancelled",)) == [("card", 1)]


def test_the_deputys_answer_stops_the_one_they_stand_in_for(alarm: Alarm, team: Any, clock: Any) -> None:
    worker, deputy, boss = team
    [notice] = alarm.tell(alarm.chain(*FULL), [worker])
    clock.forward(minutes=5)
    running.take_steps()
    clock.forward(minutes=10)
    running.take_steps()
    assert alarm.answer(Notice.get(Notice.person == deputy)) == 1
    assert state(notice).state == "stopped"
    assert told(worker, ("cancelled",)) == [("sms", 1)]
    clock.forward(days=1)
    assert running.take_steps() == 0
    assert told(boss) == []


def test_a_delivery_that_was_called_off_for_one_comes_back_for_another(alarm: Alarm, clock: Any) -> None:
    """B's deputy answers in B's stead, so B is urged no more; but B is A's deputy at the same step."""
    c = alarm.person("丙")
    b = alarm.person("乙", deputy=c)
    a = alarm.person("甲", deputy=b)
    first = alarm.chain((0, "deputy", "card"), (5, "self", "sms"))
    [of_b] = alarm.tell(first, [b])
    running.take_steps()
    clock.forward(minutes=5)
    running.take_steps()
    assert told(b) == [("sms", 2)]
    alarm.answer(Notice.get(Notice.person == c))
    assert told(b, ("cancelled",)) == [("sms", 2)]
    late = Notice.create(company=alarm.company, message=of_b.message_id, person=a)
    second = alarm.chain((0, "self", "card"), (0, "deputy", "sms"))
    in_transaction(running.begin, of_b.message_id, second.id, [(late.id, a.id)])
    running.take_steps()
    running.take_steps()
    assert told(b) == [("sms", 2)]


def test_nobody_to_tell_or_no_way_to_makes_the_next_step_due_at_once(alarm: Alarm, clock: Any) -> None:
    boss = alarm.person("上级")
    worker = alarm.person("本人", superior=boss)
    SmsProvider.update(enabled=False).execute()
    ChatMember.update(state="unreachable").where(ChatMember.person == worker).execute()
    steps = ((5, "self", "sms"), (60, "self", "card"), (60, "deputy", "card"), (60, "superior", "email"))
    [notice] = alarm.tell(alarm.chain(*steps), [worker])
    clock.forward(minutes=5)
    running.take_steps()
    assert told(boss) == [("email", 4)]
    assert [outcome for _, _, outcome in taken(notice)] == ["no_way", "no_way", "no_way", "taken"]
    details = [row.detail for row in EscalationStep.select().order_by(EscalationStep.step)]
    assert details[0] == "本人本人单位没有启用短信服务，不能用短信"
    assert "收不到" in details[1]
    assert details[2] == "没有指定代理人"
    assert state(notice).state == "finished"


def test_who_left_the_unit_is_told_nothing(alarm: Alarm, team: Any, clock: Any) -> None:
    worker, deputy, _ = team
    Binding.update(state="ended").where(Binding.person == deputy).execute()
    [notice] = alarm.tell(alarm.chain((0, "deputy", "card"), (5, "self", "sms")), [worker])
    running.take_steps()
    assert told(deputy) == []
    assert taken(notice) == [(1, 0, "no_way"), (1, 1, "taken")]


def test_somebody_on_site_stops_the_rest_where_the_chain_says_so(alarm: Alarm, clock: Any) -> None:
    people = [alarm.person() for _ in range(3)]
    for stop_when, left in (("on_site", []), ("each", [("sms", 1)])):
        notices = alarm.tell(
            alarm.chain((5, "self", "sms"), (5, "self", "email"), stop_when=stop_when), people
        )
        message = notices[0].message_id
        clock.forward(minutes=5)
        running.take_steps()
        # The first telling of one still waits to go out: it goes out.
        Delivery.update(state="queued").where(
            Delivery.message == message, Delivery.step == 0, Delivery.person == people[2]
        ).execute()
        alarm.answer(notices[0], "received")
        assert state(notices[1]).state == "running"
        alarm.answer(notices[1], "on_site")
        query = Delivery.select().where(Delivery.message == message, Delivery.person == people[2])
        waiting = [(row.way, row.step) for row in query.order_by(Delivery.id) if row.state == "queued"]
        assert waiting == [("card", 0), *left]
        assert state(notices[2]).state == ("running" if left else "stopped")


def test_a_later_edit_of_the_chain_changes_nothing_that_runs(alarm: Alarm, team: Any, clock: Any) -> None:
    worker = team[0]
    chain = alarm.chain((5, "self", "sms"), (5, "self", "email"))
    alarm.tell(chain, [worker])
    ChainStep.delete().where(ChainStep.chain == chain).execute()
    chain.change(enabled=False)
    for _ in range(2):
        clock.forward(minutes=5)
        running.take_steps()
    assert told(worker) == [("sms", 1), ("email", 2)]
    assert alarm.tell(chain, [worker])
    assert Escalation.select().count() == 1


def test_a_chain_without_steps_begins_nothing(alarm: Alarm, team: Any) -> None:
    alarm.tell(alarm.chain(), [team[0]])
    assert Escalation.select().count() == 0


def test_beginning_twice_begins_once_and_never_for_who_has_answered(alarm: Alarm, clock: Any) -> None:
    people = [alarm.person() for _ in range(3)]
    chain = alarm.chain((5, "self", "sms"))
    notices = alarm.tell(alarm.chain(), people)
    Notice.update(answer="received", answered_at=clock.moment).where(Notice.id == notices[2].id).execute()
    pairs = [(notice.id, notice.person_id) for notice in notices]
    assert in_transaction(running.begin, notices[0].message_id, chain.id, pairs) == 2
    assert in_transaction(running.begin, notices[0].message_id, chain.id, pairs) == 0
    assert Escalation.select().count() == 2


def test_ten_thousand_begin_with_few_statements(alarm: Alarm, team: Any, caplog: Any) -> None:
    message = Message.create(
        company_id=alarm.company.id,
        kind="x",
        subject_kind="accident",
        subject_id=1,
        title="x",
        text="x",
        card={},
    )
    # A notice for each of many people: what counts here is the notices, so the people are made plainly.
    person = team[0]
    plain = {**person.__data__, "account_id": None}
    rows = [{**plain, "id": 10_000_000 + n, "id_hash": f"h{n}"} for n in range(10_000)]
    from models.organization.records import Person

    for start in range(0, len(rows), 500):
        Person.insert_many(rows[start : start + 500]).execute()
        told = [
            {"company": alarm.company, "message": message, "person": row["id"]}
            for row in rows[start : start + 500]
        ]
        Notice.insert_many(told).execute()
    pairs = list(Notice.select(Notice.id, Notice.person).where(Notice.message == message).tuples())
    with caplog.at_level("DEBUG", "peewee"):
        assert in_transaction(running.begin, message.id, alarm.chain(*FULL).id, pairs) == 10_000
    statements = [record for record in caplog.records if "INSERT INTO escalation (" in record.msg[0]]
    assert len(statements) == 10
    assert Escalation.select().where(Escalation.state == "running").count() == 10_000


def test_an_answer_that_nothing_follows_opens_the_chain_again(alarm: Alarm, team: Any, clock: Any) -> None:
    worker, deputy, _ = team
    [notice] = alarm.tell(alarm.chain((5, "self", "sms"), (10, "deputy", "card"), reopen=30), [worker])
    clock.forward(minutes=1)
    alarm.answer(notice)
    clock.forward(minutes=29, seconds=59)
    assert running.reopen() == 0
    clock.forward(seconds=1)
    assert running.reopen() == 1
    assert running.reopen() == 0
    asked = Notice.get_by_id(notice.id)
    assert (asked.answer, asked.answered_at) == (None, None), "asked anew, as for the first time"
    [line] = Change.select().where(Change.table == "notice", Change.row_id == notice.id)
    assert (line.action, line.changes[0]["old"]) == ("reopened", "收到")
    assert running.take_steps() == 1
    assert told(worker) == [("sms", 1)]
    assert (state(notice).rounds, state(notice).state) == (2, "running")
    assert Delivery.get(Delivery.person == worker, Delivery.step == 1).once_key.endswith(".sms.1.2")
    clock.forward(minutes=10)
    running.take_steps()
    assert told(deputy) == [("card", 2)]
    assert taken(notice) == [(2, 0, "taken"), (2, 1, "taken")]
    # It is answered again, and again nothing follows.
    alarm.answer(notice)
    assert state(notice).state == "stopped"
    clock.forward(minutes=30)
    assert running.reopen() == 1
    assert state(notice).rounds == 3


def test_the_same_step_of_another_round_tells_again(alarm: Alarm, team: Any, clock: Any) -> None:
    [notice] = alarm.tell(alarm.chain((5, "self", "sms"), reopen=10), [team[0]])
    clock.forward(minutes=5)
    running.take_steps()
    assert state(notice).state == "finished"
    Delivery.update(state="accepted").execute()
    alarm.answer(notice)
    clock.forward(minutes=10)
    running.reopen()
    running.take_steps()
    assert told(team[0], ("accepted", "queued")) == [("sms", 1), ("sms", 1)]
    assert taken(notice) == [(1, 0, "taken"), (2, 0, "taken")]


@pytest.mark.parametrize("who", [0, 1])
def test_follow_up_by_who_answered_keeps_it_closed(alarm: Alarm, team: Any, clock: Any, who: int) -> None:
    [notice] = alarm.tell(alarm.chain((0, "deputy", "card"), (5, "self", "sms"), reopen=30), [team[0]])
    running.take_steps()
    theirs = Notice.get(Notice.person == team[who])
    alarm.answer(theirs)
    clock.forward(minutes=10)
    Notice.update(followed_up_at=clock.moment).where(Notice.id == theirs.id).execute()
    clock.forward(minutes=30)
    assert running.reopen() == 0
    clock.forward(days=1)
    assert running.reopen() == 0
    assert state(notice).state == "stopped"


def test_a_closed_subject_stops_everything_and_nothing_opens_again(alarm: Alarm, clock: Any) -> None:
    people = [alarm.person() for _ in range(2)]
    chain = alarm.chain((5, "self", "sms"), (5, "self", "email"), reopen=10)
    quiet, answered = alarm.tell(chain, people)
    [other] = alarm.tell(chain, [people[0]], subject=2)
    alarm.answer(answered)
    clock.forward(minutes=5)
    running.take_steps()
    assert in_transaction(running.close, "accident", 1) == 1
    clock.forward(days=1)
    assert running.reopen() == 0
    assert running.take_steps() == 1
    assert taken(quiet) == [(1, 0, "taken")]
    assert taken(other) == [(1, 0, "taken"), (1, 1, "taken")]
    assert in_transaction(running.close, "accident", 99) == 0


def test_a_stop_calls_off_what_waits(alarm: Alarm, team: Any, clock: Any) -> None:
    [notice] = alarm.tell(alarm.chain((5, "self", "sms"), (5, "self", "email")), [team[0]])
    clock.forward(minutes=5)
    running.take_steps()
    assert in_transaction(running.stop, [notice.id], "已更正") == 1
    assert told(team[0], ("cancelled",)) == [("sms", 1)]
    # The rule of answers calls both: the second finds nothing left to stop, and spoils nothing.
    assert in_transaction(running.answered, notice.message_id, [notice.id], "received") == 0
    clock.forward(days=1)
    assert (running.reopen(), running.take_steps()) == (0, 0)
    assert state(notice).stopped_why == "已更正"


def test_an_answer_that_did_not_reach_the_chain_still_counts(alarm: Alarm, team: Any, clock: Any) -> None:
    [notice] = alarm.tell(alarm.chain((5, "self", "sms")), [team[0]])
    Notice.update(answer="received", answered_at=clock.moment).where(Notice.id == notice.id).execute()
    clock.forward(minutes=5)
    running.take_steps()
    assert (state(notice).state, taken(notice)) == ("stopped", [])


def test_a_worker_that_dies_has_done_nothing(alarm: Alarm, team: Any, clock: Any, monkeypatch: Any) -> None:
    """Killed after any of its writes, and done again: one delivery, one step."""
    from models.messages.escalation import steps as escalation_steps

    class Killed(BaseException):
        pass

    [notice] = alarm.tell(alarm.chain((5, "deputy", "sms"), (5, "self", "sms")), [team[0]])
    clock.forward(minutes=5)
    real = escalation_steps._insert
    for writes in range(3):
        left = [writes]

        def dying(table: str, columns: Any, rows: Any, left: list[int] = left) -> None:
            real(table, columns, rows)
            left[0] -= 1
            if left[0] < 0:
                raise Killed

        monkeypatch.setattr(escalation_steps, "_insert", dying)
        with pytest.raises(Killed):
            running.take_steps()
        monkeypatch.setattr(escalation_steps, "_insert", real)
        assert (taken(notice), told(team[1]), state(notice).next_step) == ([], [], 0)
    assert running.take_steps() == 1
    assert told(team[1]) == [("sms", 1)]
    # Somebody puts the chain back by hand: what was taken is not taken again.
    Escalation.update(next_step=0, next_at=clock.moment, state="running").execute()
    running.take_steps()
    assert told(team[1]) == [("sms", 1)]
    assert taken(notice) == [(1, 0, "taken")]


def test_the_clock_of_a_late_worker_gives_everybody_their_time(alarm: Alarm, team: Any, clock: Any) -> None:
    """After an hour without workers the steps do not all come at once: each waits for an answer to the one before."""
    [notice] = alarm.tell(alarm.chain(*FULL), [team[0]])
    clock.forward(hours=1)
    running.take_steps()
    assert running.take_steps() == 0
    assert (state(notice).next_at - clock.moment).total_seconds() == 600


@pytest.mark.parametrize(
    ("kind", "told_on"),
    [("accident", ["accidents"]), ("hazard", ["hazards"]), ("post", []), ("nothing", [])],
)
def test_a_step_is_told_on_the_board_of_a_thing_whose_list_is_live(
    alarm: Alarm, team: Any, kind: str, told_on: list[str]
) -> None:
    alarm.tell(alarm.chain((0, "self", "sms")), [team[0]])
    Message.update(subject_kind=kind).execute()
    Outbox.delete().execute()
    assert running.take_steps() == 1
    news = Outbox.select().where(Outbox.kind == "ledger.changed")
    assert [(row.payload["ledger"], row.subject_id) for row in news] == [(name, 1) for name in told_on]
