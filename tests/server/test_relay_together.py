"""At shift change the relay tells of many clock-ins at once: each once, the same as by itself, and none is forgotten."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest
from tornado.web import Application

from models.administration.accounts.actors import actor_for_account
from models.administration.records import Account
from models.administration.roles import builtin_roles
from models.administration.roles.roles import builtin
from models.core.db.connection import in_transaction
from models.core.errors import Unavailable
from models.core.events import outbox
from models.core.events.outbox import Outbox
from models.duty.gate import clock_in
from models.messages import tell_together, tellers
from models.messages.records import Delivery, Message, Notice
from models.organization.records import Person
from models.tasks.notify.subscriptions import follow
from server.relay import Relay
from tests.support.clock_in_plant import Plant
from tests.support.statement_log import listening

KIND = "clock_in.created"
_SAME = ("company_id", "kind", "subject_kind", "subject_version", "ends_with", "thread", "title", "text", "card", "link",
         "urgency", "needs_answer")  # fmt: skip
_SENT = ("company_id", "person_id", "group_id", "way", "step", "urgency", "state", "attempts", "error_code", "reason",
         "due_at", "sent_at", "version")  # fmt: skip


class Heard:
    """Stands where Redis would: keeps what was published."""

    def __init__(self) -> None:
        self.news: list[dict[str, Any]] = []

    async def publish(self, news: dict[str, Any]) -> None:
        self.news.append(news)


class Shift:
    """Two officers follow what the driver is about to drive: one the driver, one every truck."""

    def __init__(self, plant: Plant, app: Application) -> None:
        self.plant, self.unit, self.app = plant, plant.units[0], app
        self.driver = Person.get(Person.name == "工人0")
        self.officers = [self._officer(1, "陈安澜"), self._officer(2, "周海")]
        self.follow(0, "persons", self.driver.id)

    def _officer(self, who: int, name: str) -> Person:
        person = self.plant.person(who, self.unit, name=name)
        account = self.plant.account(who, self.unit, role=builtin(builtin_roles.SAFETY_OFFICER))
        Person.update(account_id=account.id).where(Person.id == person.id).execute()
        return Person.get_by_id(person.id)

    def accounts(self) -> list[int]:
        return sorted(Person.get_by_id(one.id).account_id for one in self.officers)

    def follow(self, officer: int, kind: str, row_id: int) -> None:
        account = Person.get_by_id(self.officers[officer].id).account_id
        in_transaction(follow, actor_for_account(Account.get_by_id(account), "console"), kind, row_id)

    def scans(self, count: int) -> list[Outbox]:
        """So many clock-ins of the driver, whose news wait."""
        trucks = [self.plant.equipment(self.unit, name=f"{number}号叉车") for number in range(count)]
        for truck in trucks:
            self.follow(1, "equipment", truck.id)
        in_transaction(clock_in, [self.plant.scan(0, truck) for truck in trucks])
        return list(Outbox.select().where(Outbox.kind == KIND, Outbox.state == outbox.WAITING))

    def relay(self) -> tuple[Relay, Heard]:
        heard = Heard()
        return Relay(self.app.settings["caller"], heard), heard  # type: ignore[arg-type]


@pytest.fixture
def shift(plant: Plant, app: Application) -> Shift:
    return Shift(plant, app)


def told() -> Counter[tuple[int, int]]:
    """How often each person was told of each clock-in."""
    rows = Notice.select(Message.subject_id, Notice.person).join(Message, on=(Notice.message == Message.id))
    return Counter(rows.where(Message.kind == KIND).tuples())


def each_once(shift: Shift, news: list[Outbox]) -> Counter[tuple[int, int]]:
    return Counter((row.subject_id, officer.id) for row in news for officer in shift.officers)


@pytest.mark.gen_test(timeout=30)
async def test_each_is_told_once_and_the_screens_hear_of_it_together(shift: Shift) -> None:
    news = shift.scans(5)
    relay, heard = shift.relay()
    assert await relay.once() == len(Outbox.select())
    assert told() == each_once(shift, news)
    assert {row.state for row in Outbox.select()} == {outbox.DONE}
    assert [item for item in heard.news if "accounts" in item] == [{"accounts": shift.accounts()}]
    assert await relay.once() == 0
    assert told() == each_once(shift, news)


@pytest.mark.gen_test(timeout=30)
async def test_what_is_written_is_what_one_alone_writes(shift: Shift, clock: Any) -> None:
    """Message for message and delivery for delivery; so is who can't be reached and why."""
    (alone, beside) = shift.scans(2)
    Outbox.update(state=outbox.DONE).where(Outbox.id == alone.id).execute()
    in_transaction(tellers.tell_of, alone)
    await shift.relay()[0].once()
    one, two = (Message.get(Message.outbox_id == row.id) for row in (alone, beside))
    different = {name for name in _SAME if getattr(one, name) != getattr(two, name)}
    assert different == {"title", "card"}, "the truck's name and the clock-in's number"
    assert one.card.keys() == two.card.keys()
    wanted, found = (
        [
            [getattr(row, name) for name in _SENT]
            for row in Delivery.select().where(Delivery.message == message.id)
        ]
        for message in (one, two)
    )
    assert sorted(found, key=repr) == sorted(wanted, key=repr) != []
    assert all(row.once_key.startswith(f"{row.message_id}.p{row.person_id}.") for row in Delivery.select())
    assert {
        (row.account_id, row.why, row.version) for row in Notice.select().where(Notice.message == two.id)
    } == {(row.account_id, row.why, row.version) for row in Notice.select().where(Notice.message == one.id)}


@pytest.mark.gen_test(timeout=30)
async def test_twenty_cost_as_many_statements_as_two(shift: Shift) -> None:
    """X10: what a followed clock-in costs must not be thirty statements and a commit."""
    spent = []
    for count in (2, 20):
        shift.scans(count)
        relay, _ = shift.relay()
        with listening() as said:
            await relay.once()
        spent.append(len(said))
    assert spent[1] <= spent[0] < 50, spent


@pytest.mark.gen_test(timeout=30)
async def test_a_relay_that_dies_while_it_tells_is_followed_by_one_that_tells_each_once(
    shift: Shift, clock: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing of an unfinished transaction is there, and the rows are given out again."""
    news = shift.scans(4)
    relay, _ = shift.relay()

    class Killed(BaseException):
        pass

    def dies(*_: Any) -> None:
        raise Killed

    with monkeypatch.context() as patched:
        patched.setattr(tell_together, "insert_planned", dies)
        with pytest.raises(Killed):
            await relay.once()
    assert told() == Counter()
    assert {row.state for row in Outbox.select().where(Outbox.kind == KIND)} == {outbox.TAKEN}
    clock.forward(minutes=2)
    await shift.relay()[0].once()
    assert told() == each_once(shift, news)


@pytest.mark.gen_test(timeout=30)
async def test_what_was_told_already_keeps_no_other_from_being_told(shift: Shift) -> None:
    """The mark of one was lost; the message's unique key still knows."""
    news = shift.scans(3)
    in_transaction(tellers.tell_of, news[1])
    await shift.relay()[0].once()
    assert told() == each_once(shift, news)
    assert Delivery.select().count() == Delivery.select(Delivery.once_key).distinct().count()
    assert {row.state for row in Outbox.select()} == {outbox.DONE}


@pytest.mark.gen_test(timeout=30)
async def test_what_another_relay_was_done_with_meanwhile_is_told_by_it_alone(
    shift: Shift, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its lease ran out while a slow one still had it."""
    news = shift.scans(3)
    real = tellers.tellings_of_many

    def slowly(rows: list[Outbox]) -> Any:
        found = real(rows)
        in_transaction_of_another(news[0])
        return found

    def in_transaction_of_another(row: Outbox) -> None:
        Outbox.update(state=outbox.DONE).where(Outbox.id == row.id).execute()

    monkeypatch.setattr(tellers, "tellings_of_many", slowly)
    await shift.relay()[0].once()
    assert told() == each_once(shift, news[1:])


@pytest.mark.gen_test(timeout=30)
async def test_one_that_breaks_is_tried_again_and_the_others_are_told(
    shift: Shift, clock: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from models.duty import notifications

    news, real = shift.scans(3), notifications._telling

    def odd(record: Any, persons: Any) -> Any:
        if record.id == news[1].subject_id:
            raise RuntimeError("odd")
        return real(record, persons)

    with monkeypatch.context() as patched:
        patched.setattr(notifications, "_telling", odd)
        await shift.relay()[0].once()
    assert told() == each_once(shift, [news[0], news[2]])
    assert Outbox.get_by_id(news[1].id).state == outbox.WAITING
    clock.forward(minutes=2)
    await shift.relay()[0].once()
    assert told() == each_once(shift, news)


@pytest.mark.gen_test(timeout=30)
async def test_a_database_that_goes_away_meanwhile_costs_no_try(
    shift: Shift, monkeypatch: pytest.MonkeyPatch
) -> None:
    news, real, away = shift.scans(2), outbox.end_all, [Unavailable(), Unavailable()]

    def comes_and_goes(ids: list[int]) -> bool:
        if away:
            raise away.pop()
        return real(ids)

    monkeypatch.setattr(outbox, "end_all", comes_and_goes)
    await shift.relay()[0].once()
    assert told() == each_once(shift, news)
    assert {row.attempts for row in Outbox.select().where(Outbox.kind == KIND)} == {1}


@pytest.mark.gen_test(timeout=30)
async def test_what_more_people_follow_than_are_told_in_a_moment_is_told_piece_by_piece(
    shift: Shift, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tell_together, "FIRST_PIECE", 1)
    news = shift.scans(3)
    await shift.relay()[0].once()
    assert told() == each_once(shift, news)
    assert {row.state for row in Outbox.select()} == {outbox.DONE}


def test_rows_are_ended_all_or_none(shift: Shift) -> None:
    ids = [row.id for row in shift.scans(3)]
    assert not in_transaction(outbox.end_all, ids), "nobody has taken them"
    in_transaction(outbox.take, 100)
    in_transaction(outbox.finish, ids[:1])
    assert not in_transaction(outbox.end_all, ids)
    assert [Outbox.get_by_id(one).state for one in ids] == [outbox.DONE, outbox.TAKEN, outbox.TAKEN]
    assert in_transaction(outbox.end_all, ids[1:])
    assert not in_transaction(outbox.end_all, ids[1:])
    assert {Outbox.get_by_id(one).state for one in ids} == {outbox.DONE}
