"""Whatever happens in whatever order: who has answered is not told again, and every notice keeps its entry."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from models.core.db.connection import in_transaction
from models.core.errors import Conflict
from models.core.security.actor import Actor
from models.messages.delivery import deliveries
from models.messages.delivery.deliveries import Failure
from models.messages.inbox import mine
from models.messages.inbox.answers import RANK, answer_by_person
from models.messages.records import DELIVERY_STATES, ENDED, Delivery, Message, Notice, Sending
from models.organization.records import Person
from tests.support.people_to_tell import Crowd, take

STATES = {choice.value for choice in DELIVERY_STATES}
FAILURES = (
    Failure("network", "没有应答", 1.0),
    Failure("limited", "太快", 30.0),
    Failure("81013", "不可见", None, next_way=True),
)
_who = st.integers(0, 2)
_some = st.integers(1, 4)
STEPS = st.one_of(
    st.tuples(st.just("tell"), st.integers(1, 7)),
    st.tuples(st.just("take"), _some),
    st.tuples(st.just("accept"), _some),
    st.tuples(st.just("fail"), st.sampled_from(FAILURES)),
    st.tuples(st.just("postpone"), _some),
    st.tuples(st.just("deliver"), _some),
    st.tuples(st.just("see"), _some),
    st.tuples(st.just("suspect"), _some),
    st.tuples(st.just("wait"), st.sampled_from([1, 60, 200, 4000])),
    st.tuples(st.just("answer"), st.tuples(_who, st.sampled_from(RANK), st.sampled_from(["card", "system"]))),
    st.tuples(
        st.just("press"),
        st.tuples(st.sampled_from(RANK), st.sampled_from(["fail", "accept", "postpone", "lose"])),
    ),
    st.tuples(st.just("read"), _who),
    st.tuples(st.just("resend"), _some),
)


class World:
    """Three people, a sender that may forget what it holds, and everything that can happen to its work."""

    def __init__(
        self, crowd: Crowd, clock: Any, people: list[Person], actors: list[Actor], by: Actor
    ) -> None:
        self.crowd, self.clock, self.people, self.actors, self.by = crowd, clock, people, actors, by
        self.held: list[int] = []
        self.out: list[int] = []
        self.answered: set[int] = set()
        self.best: dict[int, int] = {}

    def step(self, name: str, what: Any) -> None:
        getattr(self, f"do_{name}")(what)
        self.check()

    def do_tell(self, bits: int) -> None:
        chosen = [person for n, person in enumerate(self.people) if bits >> n & 1]
        self.crowd.tell(*chosen, ways=("card", "sms"))

    def do_take(self, limit: int) -> None:
        rows = take(limit)
        again = self.answered & {row.notice_id for row in rows}
        assert not again, "told again after the answer"
        self.held = list({*self.held, *(row.id for row in rows)})

    def _hand(self, count: int) -> list[int]:
        given, self.held = self.held[:count], self.held[count:]
        return given

    def do_accept(self, count: int) -> None:
        ids = self._hand(count)
        if ids:
            message = Delivery.get_by_id(ids[0]).message_id
            number = Sending.select().count()
            sending = Sending.create(message_id=message, way="card", task_id=f"t{number}")
            in_transaction(deliveries.accepted, ids, sending.id)
            self.out += ids

    def do_fail(self, failure: Failure) -> None:
        in_transaction(deliveries.failed, self._hand(2), failure)

    def do_postpone(self, count: int) -> None:
        in_transaction(deliveries.postpone, self._hand(count), 5)

    def do_deliver(self, count: int) -> None:
        in_transaction(deliveries.delivered, self.out[:count])

    def do_see(self, count: int) -> None:
        in_transaction(deliveries.seen, self.out[-count:])

    def do_suspect(self, count: int) -> None:
        in_transaction(deliveries.suspected, self.out[:count])

    def do_wait(self, seconds: int) -> None:
        self.clock.forward(seconds=seconds)

    def do_answer(self, what: tuple[int, str, str]) -> None:
        who, value, way = what
        person = self.people[who]
        told = [row.id for row in Notice.select().where(Notice.person == person.id)]
        if told:
            in_transaction(answer_by_person, person.id, "accident", 7, value, way=way)
            self.answered |= set(told)
            for notice in told:
                self.best[notice] = max(self.best.get(notice, 0), RANK.index(value))

    def do_press(self, what: tuple[str, str]) -> None:
        """Somebody answers while the sender holds what is for them; then comes of it what may."""
        value, outcome = what
        self.do_take(3)
        if not self.held:
            return
        row = Delivery.get_by_id(self.held[0])
        who = next(n for n, person in enumerate(self.people) if person.id == row.person_id)
        self.do_answer((who, value, "card"))
        if outcome == "fail":
            self.do_fail(FAILURES[0])
        elif outcome == "lose":
            self.do_wait(200)
        else:
            getattr(self, f"do_{outcome}")(2)

    def do_read(self, who: int) -> None:
        in_transaction(mine.mark_read, self.actors[who], None)

    def do_resend(self, place: int) -> None:
        dead = list(
            Delivery.select().where(Delivery.state.in_(("failed", "suspected"))).order_by(Delivery.id)
        )
        if dead:
            row = dead[place % len(dead)]
            try:
                new = in_transaction(deliveries.resend, self.by, row.id)
            except Conflict:
                return
            assert new.notice_id not in self.answered

    def check(self) -> None:
        rows = list(Delivery.select())
        for row in rows:
            assert row.state in STATES
            assert (row.lease_until is not None) == (row.state == "sending"), row.state
            assert row.attempts >= 0
            assert not (row.state == "queued" and row.notice_id in self.answered), "still to come"
        entries = [row.notice_id for row in rows if row.way == "system"]
        notices = {row.id: row for row in Notice.select()}
        assert sorted(entries) == sorted(notices), "one entry in my messages for each"
        for notice, rank in self.best.items():
            assert notices[notice].answer == RANK[rank], "the strongest answer stands"
            assert notices[notice].read_at is not None

    def settle(self) -> None:
        """A sender that works from now on empties the queue."""
        for _ in range(60):
            self.clock.forward(hours=1)
            rows = take()
            assert not self.answered & {row.notice_id for row in rows}
            if rows:
                sending = Sending.create(
                    message_id=rows[0].message_id, way="card", task_id=f"s{Sending.select().count()}"
                )
                in_transaction(deliveries.accepted, [row.id for row in rows], sending.id)
        left = {row.state for row in Delivery.select()}
        assert left <= {*ENDED, "accepted", "suspected"}, "nothing is stuck"


@pytest.fixture
def worlds(crowd: Crowd, clock: Any, database: Any) -> Callable[[], Any]:
    people = [crowd.person(), crowd.person(card=None), crowd.person(email=True)]
    actors = [crowd.actor(person) for person in people]
    by = crowd.officer()

    @contextmanager
    def world() -> Iterator[World]:
        clock.set(2026, 11, 22)
        for record in (Delivery, Sending, Notice, Message):
            record.delete().execute()
        yield World(crowd, clock, people, actors, by)

    return world


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=st.lists(STEPS, min_size=4, max_size=25))
def test_any_order(worlds: Callable[[], Any], steps: list[tuple[str, Any]]) -> None:
    with worlds() as world:
        world.step("tell", 7)
        for name, what in steps:
            world.step(name, what)
        world.settle()
        world.check()
