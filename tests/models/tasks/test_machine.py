"""Anybody does anything, in any order, over flows of any shape: the invariants hold after every act (H05, H06)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from functools import partial
from random import Random
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, note, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)

from models.administration.records import Account
from models.core.clock import today
from models.core.db.connection import in_transaction
from models.core.errors import AnbanError, Conflict
from models.core.events.outbox import Outbox
from models.organization.records import Binding, Person
from models.tasks.engine.case_actions import add_signers, comment, hand_on, reassign, urge, withdraw
from models.tasks.engine.case_transaction import CaseTransaction
from models.tasks.engine.decide import decide, decide_for
from models.tasks.engine.reassignment import release
from models.tasks.engine.start import start
from models.tasks.flow.checks.transitions import Walk
from models.tasks.people.offboarding import left
from models.tasks.people.proxies import acting_for
from models.tasks.records import Case, CaseStep, Proxy, Task
from models.tasks.subjects import served_kind
from models.tasks.timing.audit import audit as gaps
from models.tasks.timing.audit import work as audit
from tests.models.tasks import invariants
from tests.models.tasks.random_flows import faultless_flow
from tests.models.tasks.test_rules import grid_of
from tests.models.tasks.things import Thing
from tests.models.tasks.units import Unit, answered
from tests.support.properties import tries

INSIDE = ("安", "白", "陈", "丁", "冯", "管")
NAMES = (*INSIDE, "外")
#: Why a holder may find that what they chose can't be done just now.
DEAD_ENDS = {"no_higher_level", "nowhere_back", "no_way_back", "wrong_state", "flow_loops"}
KEYS = ("pass", "refuse", "x0", "x1", "agree", "disagree", "back:s0", "back:s1", "?", "")
# What is done is drawn with the seed's own chance: hypothesis would try the same few acts again and again, to be able
# to make a failing run short. What happened is noted, act by act.
SEEDS = st.integers(0, 2**32 - 1)


class Machine(RuleBasedStateMachine):
    """One thing on a random flow, and everybody who may have to do with it."""

    def __init__(self, unit: Unit, clock: Any, node: int) -> None:
        super().__init__()
        self.unit, self.clock, self.node = unit, clock, node
        self.count = 0
        self.case_id = 0
        self.done: dict[int, tuple[Any, ...]] = {}

    @initialize(seed=SEEDS)
    def begin(self, seed: int) -> None:
        chance = Random(seed)
        Binding.update(state="approved").execute()
        Account.update(state="active").execute()
        Proxy.delete().execute()
        # What runs from the runs before would keep the auditor busy.
        Case.update(state="withdrawn", running_key=None).where(Case.state == "running").execute()
        CaseStep.update(state="withdrawn").where(CaseStep.state == "open").execute()
        definition = faultless_flow(chance, [self.unit.id(name) for name in NAMES])
        note(f"flow: {definition}")
        self.flow = self.unit.flow(*definition["steps"], own=definition["own"])
        thing = self.unit.thing(
            amount=chance.randint(0, 3), level="high", helper=self._helper(chance), grid=self.node
        )
        self.thing_id = thing.id
        self._start(chance.choice(INSIDE))

    def _helper(self, chance: Random) -> int | None:
        return self.unit.id(chance.choice(NAMES)) if chance.random() < 0.7 else None

    def _start(self, name: str) -> None:
        case = in_transaction(
            start, self.unit.actor(name), "thing", Thing.get_by_id(self.thing_id), flow_id=self.flow.id
        )
        self.case_id = case.id

    @rule(seed=SEEDS)
    def somebody_acts(self, seed: int) -> None:
        self.count += 1
        chance = Random(f"{seed}/{self.count}")
        if Case.get_by_id(self.case_id).state != "running" and chance.random() < 0.6:
            self.starts_again(chance)
            return
        acts: list[tuple[int, Callable[[Random], None]]] = [
            (14, self.holder_decides), (2, self.anybody_decides), (2, self.presses_a_card), (3, self.hands_on),
            (4, self.adds_signers), (1, self.withdraws), (1, self.urges), (1, self.comments), (2, self.reassigns),
            (1, self.is_gone), (2, self.comes_back), (1, self.stands_in), (1, self.subject_is_edited),
            (1, self.time_passes), (2, self.starts_again), (1, self.auditor_looks),
        ]  # fmt: skip
        chance.choices([act for _, act in acts], [weight for weight, _ in acts])[0](chance)

    def _tasks(self) -> list[Task]:
        steps = CaseStep.select(CaseStep.id).where(CaseStep.case == self.case_id)
        return list(Task.select().where(Task.step.in_(steps)).order_by(Task.id))

    def _task(self, chance: Random, *, holder: float) -> tuple[str, Task] | None:
        """A task, more often than not one that is open; and as likely as `holder` says, whose it is."""
        tasks = self._tasks()
        asked = [task for task in tasks if task.state == "open"]
        if asked and chance.random() < 0.8:
            tasks = asked
        if not tasks:
            return None
        task = chance.choice(tasks)
        return self._name(task.person_id) if chance.random() < holder else chance.choice(NAMES), task

    def _name(self, person_id: int) -> str:
        return str(Person.get_by_id(person_id).name)

    def _act(self, act: Callable[..., Any], name: str, *args: Any, **more: Any) -> Any:
        """Somebody tries something: it happens and is written down, or it is refused and nothing has happened."""
        before, wrote = invariants.print_of(self.case_id), invariants.written(self.case_id)
        note(f"{name}: {act.__name__} {args} {more}")
        try:
            result = in_transaction(act, self.unit.actor(name), *args, **more)
        except AnbanError as error:
            note(f"   refused: {error.code}")
            assert invariants.print_of(self.case_id) == before, "a refusal has changed something"
            assert invariants.written(self.case_id) == wrote
            return error
        events, news = invariants.written(self.case_id)
        if invariants.print_of(self.case_id) != before:
            assert events > wrote[0] and news > wrote[1], "a change that nobody hears of"
        return result

    def _looking(self) -> CaseTransaction:
        return CaseTransaction.looking(self.unit.house(), Case.get_by_id(self.case_id))

    def _may(self, name: str, task: Task) -> bool:
        person = self.unit.id(name)
        mine = task.person_id == person or task.person_id in acting_for([person])
        return task.state == "open" and mine and self._is_there(name)

    def _is_there(self, name: str) -> bool:
        here = (
            Binding.select().where(Binding.person == self.unit.id(name), Binding.state == "approved").exists()
        )
        return bool(here) and Account.get_by_id(self.unit.accounts[name].id).state == "active"

    def holder_decides(self, chance: Random) -> None:
        """Somebody whose turn it is (or who stands in for them) decides, mostly so that the case goes on."""
        asked = [task for task in self._tasks() if task.state == "open"]
        if not asked:
            return
        task = chance.choice(asked)
        proxy = (
            Proxy.select().where(Proxy.person == task.person_id).first() if chance.random() < 0.3 else None
        )
        turn = self._looking()
        known = [outcome.key for outcome in turn.plan(turn.step(task.step_id)).outcomes]
        known += [known[0], known[0], *(f"back:{key}" for key in turn.path()[:-1])]
        name = self._name(proxy.proxy_id if proxy is not None else task.person_id)
        self._decides(chance, name, task, chance.choice(known))

    def anybody_decides(self, chance: Random) -> None:
        found = self._task(chance, holder=0.3)
        if found is not None:
            self._decides(chance, *found, chance.choice(KEYS))

    def _decides(self, chance: Random, name: str, task: Task, key: str) -> None:
        turn = self._looking()
        path, plan = turn.path(), turn.plan(turn.step(task.step_id))
        outcome = plan.outcome(key)
        before = {step.id for step in turn.steps}
        may = self._may(name, task)
        filled = {"amount": chance.randint(0, 3), "level": chance.choice(["low", "high"]), "note": "说明"}
        values = {need: filled[need] for need in (outcome.needs if outcome else ())}
        found = self._act(answered, name, task.id, key, values=values, comment="意见")
        if isinstance(found, AnbanError):
            if found.code == "own_case":  # they stand in for somebody, and would approve what they asked for
                assert Case.get_by_id(self.case_id).starter_id == self.unit.id(name)
                return
            assert not (may and outcome) or found.code in DEAD_ENDS, (found.code, found.message)
            return
        if not found.first:
            assert task.state == "done" and task.done_by_id == self.unit.id(name)
            return
        assert may and found.task.done_by_id == self.unit.id(name) and found.outcome == key
        again = self._act(decide, name, task.id, "pass")
        assert not again.first and again.outcome == key
        if outcome is None or not outcome.restart:
            self._clock_goes_on(before, path)

    def _clock_goes_on(self, before: set[int], path: list[str]) -> None:
        """7: a step that the case came back to has the deadline that it had."""
        steps = list(CaseStep.select().where(CaseStep.case == self.case_id).order_by(CaseStep.id))
        for step in steps:
            if step.id in before or step.state != "open" or step.added or step.key not in path:
                continue
            visits = [
                one for one in steps if one.key == step.key and one.id < step.id and one.state != "skipped"
            ]
            assert step.due_at == visits[-1].due_at

    def presses_a_card(self, chance: Random) -> None:
        step = chance.choice(list(CaseStep.select().where(CaseStep.case == self.case_id)) or [None])
        if step is None:
            return
        name, key = chance.choice(NAMES), chance.choice(KEYS)

        def pressed(actor: Any) -> Any:
            return decide_for(self.unit.id(name), step.id, key, way="card")

        found = self._act(pressed, name) if self._is_there(name) else None
        assert found is None or isinstance(found, AnbanError) or found.task.done_by_id == self.unit.id(name)

    def hands_on(self, chance: Random) -> None:
        found = self._task(chance, holder=0.7)
        if found is not None:
            name, task = found
            may = self._may(name, task)
            answer = self._act(hand_on, name, task.id, self.unit.id(chance.choice(NAMES)), "请办")
            assert may or isinstance(answer, AnbanError)

    def adds_signers(self, chance: Random) -> None:
        found = self._task(chance, holder=0.8)
        if found is not None:
            name, task = found
            may = self._may(name, task)
            people = [self.unit.id(one) for one in chance.sample(INSIDE, chance.randint(1, 3))]
            answer = self._act(add_signers, name, task.id, people, before=chance.random() < 0.5)
            assert may or isinstance(answer, AnbanError)

    def withdraws(self, chance: Random) -> None:
        name = chance.choice(NAMES)
        found = self._act(withdraw, name, self.case_id, "不要了")
        assert isinstance(found, AnbanError) or self._starter_or_officer(name)

    def _starter_or_officer(self, name: str) -> bool:
        case = Case.get_by_id(self.case_id)
        # Who starts one without a file in the unit (they have left, and come back later) is known by their account.
        mine = case.starter_id is None and case.starter_account_id == self.unit.accounts[name].id
        return name == "管" or case.starter_id == self.unit.id(name) or mine

    def urges(self, chance: Random) -> None:
        name = chance.choice(NAMES)
        found = self._act(urge, name, self.case_id)
        assert isinstance(found, AnbanError) or self._starter_or_officer(name)

    def comments(self, chance: Random) -> None:
        name = chance.choice(NAMES)
        found = self._act(comment, name, self.case_id, "<b>看看</b>", [self.unit.id(chance.choice(NAMES))])
        assert isinstance(found, AnbanError) or name != "外"

    def reassigns(self, chance: Random) -> None:
        name = "管" if chance.random() < 0.7 else chance.choice(NAMES)
        found = self._task(chance, holder=1) if chance.random() < 0.4 else None
        people = chance.sample(NAMES, 1 if found else chance.randint(1, 3))
        ids, task_id = [self.unit.id(one) for one in people], found and found[1].id
        answer = self._act(reassign, name, self.case_id, ids, "调整", task_id=task_id)
        assert isinstance(answer, AnbanError) or name == "管"

    def is_gone(self, chance: Random) -> None:
        """Somebody leaves or is switched off, and the house does what it then does."""
        name = chance.choice(INSIDE)
        how = chance.choice(["leaves", "is switched off", "is let go"])
        note(f"{name} {how}")
        before, wrote = invariants.print_of(self.case_id), invariants.written(self.case_id)
        mine = [task for task in self._tasks() if task.person_id == self.unit.id(name)]
        held = [task for task in mine if task.state in ("open", "waiting")]
        if how == "leaves":
            self.unit.leave(name)
            binding = Binding.get(Binding.person == self.unit.id(name))
            in_transaction(left, Outbox(kind="binding.ended", subject_id=binding.id))
        else:
            self.unit.switch_off(name)
        if how == "is let go":
            for task in held:
                in_transaction(release, self.unit.house(), task.id)
        audit()
        events, news = invariants.written(self.case_id)
        if invariants.print_of(self.case_id) != before:
            assert events > wrote[0] and news > wrote[1]
        assert how == "is switched off" or not held or events > wrote[0]

    def auditor_looks(self, chance: Random) -> None:
        """Most of the time there is nothing to mend; a second look never finds anything more."""
        audit()
        before, wrote = invariants.print_of(self.case_id), invariants.written(self.case_id)
        assert audit() == 0
        assert invariants.print_of(self.case_id) == before and invariants.written(self.case_id) == wrote
        assert {gap.kind for gap in gaps()} <= {"stranded"}

    def comes_back(self, chance: Random) -> None:
        name = chance.choice(INSIDE)
        note(f"{name} is back")
        Binding.update(state="approved").where(Binding.person == self.unit.id(name)).execute()
        Account.update(state="active").where(Account.id == self.unit.accounts[name].id).execute()

    def stands_in(self, chance: Random) -> None:
        absent, proxy = chance.sample(INSIDE, 2)
        note(f"{proxy} stands in for {absent}")
        person = self.unit.id(absent)
        Proxy.delete().where(Proxy.person == person).execute()
        Proxy.create(
            company=self.unit.company, person=person, proxy=self.unit.id(proxy), starts_on=today(),
            ends_on=today() + timedelta(days=30),
        )  # fmt: skip

    def subject_is_edited(self, chance: Random) -> None:
        level = chance.choice(["low", "high"])
        Thing.get_by_id(self.thing_id).change(
            amount=chance.randint(0, 3), level=level, helper=self._helper(chance)
        )

    def time_passes(self, chance: Random) -> None:
        self.clock.forward(hours=chance.choice([0.1, 3, 30]))

    def starts_again(self, chance: Random) -> None:
        name = chance.choice(INSIDE)
        running = Case.get_by_id(self.case_id).state == "running"
        try:
            self._start(name)
        except Conflict:
            assert running
        except AnbanError:
            assert not self._is_there(name)
        else:
            assert not running

    @invariant()
    def the_checker_knew(self) -> None:
        """Where the case stands, with the state that its subject has there, is found by walking the flow (H07)."""
        if not self.case_id:
            return
        turn = self._looking()
        known = Walk(turn.chart.said, served_kind("thing"), Thing.transitions)
        for step in turn.steps:
            if step.state == "open" and not step.added:
                assert turn.subject_state in known.states(step.key), (step.key, turn.subject_state)

    @invariant()
    def holds(self) -> None:
        if not self.case_id:
            return
        invariants.check(self.case_id)
        for task in self._tasks():
            now = (task.outcome, task.done_by_id, task.done_at, task.comment)
            if task.state == "done":
                assert self.done.setdefault(task.id, now) == now, "what was done has changed"
            else:
                assert task.id not in self.done, "what was done is to be done again"


def test_whatever_anybody_does(unit: Unit, clock: Any, engine: str, grid_line: int) -> None:
    for name, superior in (("安", "丁"), ("白", "安"), ("陈", "白"), ("冯", "管")):
        unit.above(name, superior)
    run_state_machine_as_test(
        partial(Machine, unit, clock, grid_line),
        settings=settings(
            max_examples=40 if engine == "sqlite" else tries(4, 8), stateful_step_count=40, deadline=None,
            phases=(Phase.generate,), suppress_health_check=list(HealthCheck),
        ),
    )  # fmt: skip


@pytest.fixture
def grid_line(unit: Unit) -> int:
    """A node of the grid whose line of owners goes up through three people."""
    return int(grid_of(unit, "白", "陈", None, "丁").id)
