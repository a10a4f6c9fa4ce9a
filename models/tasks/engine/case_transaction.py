"""One act on one case: the case locked, what is known of it, and what is written and told of it at the end (H06)."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from functools import cached_property
from typing import Any, Self

from peewee import ModelSelect

from models.core import clock, history
from models.core.db.connection import database, is_sqlite
from models.core.db.queries import fetch, fetch_one, prepared
from models.core.db.writes import change_rows, insert_rows
from models.core.errors import AnbanError, Conflict, NotFound
from models.core.events import listeners
from models.core.events.outbox import announce_all
from models.core.records import Record
from models.core.security.actor import Actor
from models.core.security.rights import Scope
from models.core.text.date_words import when
from models.organization.records import Person
from models.tasks.flow.definition import APPROVE, FILL, Flowchart, StepDefinition
from models.tasks.people.finders import Scene
from models.tasks.records import DONE, OPEN, RUNNING, Case, CaseEvent, CaseStep, Flow, FlowVersion, Task
from models.tasks.rights import ACT_TASKS
from models.tasks.subjects import Served, served_kind

AHEAD, RETURNED, SKIPPED, CLOSED_WITHDRAWN = "ahead", "returned", "skipped", "withdrawn"
#: What somebody does because they began the case: see `_called`.
_AS_STARTER = frozenset({"withdrawn", "urged", "commented"})


class CaseTransaction:
    """An act on a case, in the running transaction. `finish` writes its events and its news.

    `actor` is who acts, as the case's own company sees them; `person_id` their file, `for_name` whom they stand in for.
    """

    def __init__(self, actor: Actor, case: Case) -> None:
        (version,) = _version(case.flow_version_id)
        self.case, self.chart = case, Flowchart(version.definition)
        self.flow: tuple[str, int] = (version.flow_name, version.number)
        self.served: Served = served_kind(case.kind)
        self.actor = within(actor, case.company_id, self.served.read)
        self.person_id: int | None = None
        self.for_name: str | None = None
        self._tasks: list[Task] | None = None
        self._events: list[dict[str, Any]] = []
        self._news: list[tuple[str, dict[str, Any]]] = []

    @classmethod
    def on(cls, actor: Actor, case_id: int) -> Self:
        """Lock the case: whoever acts on it next waits until this is committed. Raises NotFound."""
        found = fetch_one(Case, case_id, lock=True)
        if found is None:
            raise NotFound()
        return cls(actor, found)

    @classmethod
    def of_task(cls, actor: Actor, task_id: int) -> Self | None:
        """The same of the case that a task belongs to, found and locked at once; None for a task without a case."""
        found = _case_of(int(task_id))
        return cls(actor, found[0]) if found else None

    @classmethod
    def looking(cls, actor: Actor, case: Case) -> Self:
        """The case as it is, for who only looks: nothing is locked."""
        return cls(actor, case)

    @cached_property
    def subject(self) -> Any:
        """The subject's row, locked. Raises Conflict if it was deleted meanwhile."""
        found = fetch_one(self.served.record, self.case.subject_id, lock=True)
        if found is None:
            raise Conflict(
                f"这条{self.served.title}已经不在了",
                code="subject_gone",
                cause="它被删除了",
                advice="请撤回这个流程",
            )
        return found

    def look_at_subject(self) -> Any:
        """The subject as this act has it, or else as it is now, not locked; None if it was deleted."""
        if "subject" not in self.__dict__:
            found = fetch_one(self.served.record, self.case.subject_id)
            if found is None:
                return None
            self.subject = found
        return self.subject

    @cached_property
    def steps(self) -> list[CaseStep]:
        """Every step of the case that was opened, in order."""
        return fetch(CaseStep, "case", self.case.id, order=("id",))

    def step(self, step_id: int) -> CaseStep:
        """One of them."""
        return next(step for step in self.steps if step.id == step_id)

    @property
    def open_steps(self) -> list[CaseStep]:
        """The steps that somebody is to do now."""
        return [step for step in self.steps if step.state == OPEN]

    def plan(self, step: CaseStep) -> StepDefinition:
        """The definition of a step: of the flow, or what somebody put in."""
        return StepDefinition(step.added, step.position) if step.added else self.chart.plan(step.key)

    def path(self) -> list[str]:
        """The keys of the steps that the case came by, the present one last; a return forgets what came after."""
        path: list[str] = []
        for step in self.steps:
            if step.added or step.kind not in (APPROVE, FILL) or step.state in (SKIPPED, CLOSED_WITHDRAWN):
                continue
            if step.key in path:
                del path[path.index(step.key) + 1 :]
            else:
                path.append(step.key)
        return path

    def last(self, key: str) -> CaseStep | None:
        """The latest visit of a step that people were to do."""
        there = [step for step in self.steps if step.key == key and step.state != SKIPPED]
        return there[-1] if there else None

    def scene(self, holders: Sequence[int] = ()) -> Scene:
        """What finders of people may look at."""
        from models.tasks.people.separation_of_duties import barred_by_work

        return Scene(
            self.served, self.subject, self.case.company_id, self.case.starter_id, _Doers(self), holders,
            worked=lambda plan: barred_by_work(self, plan),
        )  # fmt: skip

    def doers(self) -> Mapping[str, int]:
        """Who did each step last, by its key."""
        done = Task.select(Task.done_by, CaseStep.key).join(CaseStep, on=(Task.step == CaseStep.id))
        done = done.where(CaseStep.case == self.case.id, Task.state == DONE).order_by(Task.done_at, Task.id)
        return {key: person for person, key in done.tuples()}

    def tasks(self, step: CaseStep) -> list[Task]:
        """All tasks of a step, by whose turn it is."""
        if self._tasks is not None:
            return [task for task in self._tasks if task.step_id == step.id]
        return fetch(Task, "step", step.id, order=("place", "id"))

    def all_tasks(self) -> list[Task]:
        """All tasks of all steps, by whose turn it is; read once, and again after `tasks_changed`."""
        if self._tasks is None:
            self._tasks = _tasks_of(self.case.id)
        return list(self._tasks)

    def tasks_changed(self) -> None:
        """Tasks of the case were changed by a statement: what was read of them holds no more. Nobody else changes any while
        the case is locked, so whoever does it here says so."""
        self._tasks = None

    def task_added(self, task: Task) -> None:
        """A task of the case was inserted."""
        if self._tasks is not None:
            self._tasks = sorted([*self._tasks, task], key=lambda one: (one.place, one.id))

    def must_run(self) -> None:
        """Raise Conflict if the case is over, with what became of it."""
        if self.case.state == RUNNING:
            return
        words = Case.state.title_of(self.case.state)
        raise Conflict(
            f"这个流程{words}，不用再办",
            code=f"case_{self.case.state}",
            cause=f"“{self.case.title}”在 {when(self.case.ended_at)} {words}",
            advice="请刷新列表；要再办一次，请重新发起",
            details={"state": self.case.state, "case": str(self.case.id)},
        )

    def note(
        self, act: str, title: str, *, step: CaseStep | None = None, task: Task | None = None, comment: str = "",
        **detail: Any,
    ) -> None:  # fmt: skip
        """Have an event written at the end."""
        self._events.append(
            event(
                self.actor, self.case, act, title, person_id=self.person_id, for_name=self.for_name,
                step_id=step and step.id, task_id=task and task.id, comment=comment or None, detail=detail or None,
            )
        )  # fmt: skip

    def tell(self, kind: str, step: CaseStep | None = None, **payload: Any) -> None:
        """Have news announced at the end: about the case, with the step and its version as they are then."""
        self._news.append((kind, {"at_step": step, **payload}))

    @contextmanager
    def trying(self) -> Iterator[None]:
        """A part of the act that may be refused: then nothing of it has happened, and the rest can still be done."""
        events, news = len(self._events), len(self._news)
        kept = [(row, dict(row.__data__)) for row in (self.case, *self.steps)]
        try:
            with database.atomic():
                yield
        except AnbanError:
            del self._events[events:], self._news[news:], self.steps[len(kept) - 1 :]
            for row, data in kept:
                row.__data__.update(data)
            self.__dict__.pop("subject", None)
            self.tasks_changed()
            raise

    def finish(self) -> None:
        """Write the events and announce the news of this act."""
        insert_rows(CaseEvent, self._events)
        for _, payload in self._news:
            step = payload.pop("at_step")
            if step is not None:
                payload |= {"step": step.id, "version": step.version}
            payload["by"] = _called(self.actor, self.case, {event["act"] for event in self._events})
        announce_all((kind, self.case, payload) for kind, payload in self._news)
        if {kind for kind, _ in self._news} & {"case.moved", "case.ended"}:
            # Who follows the subject hears that.
            listeners.speak_for(self.served.record._meta.table_name, self.case.subject_id)
        self._events, self._news = [], []

    def touch(self, step: CaseStep, **values: Any) -> None:
        """Change a step: whoever shows it must follow. Raises Conflict if it is not open any more as it was."""
        values["version"] = step.version + 1
        if change_rows(CaseStep, values, id=step.id, version=step.version) != 1:
            raise RuntimeError(f"step {step.id} was changed without its case being locked")
        for name, value in values.items():
            setattr(step, name, value)

    def move_subject(self, name: str, **values: Any) -> None:
        """Make a transition of the subject, and write it down in its trail."""
        record: Record = self.subject
        table = type(record).transitions
        assert table is not None
        old = dict(record.__data__)
        record.move(name, self.actor, **values)
        self._trail(name, old, (table.field, *values))

    def change_subject(self, **values: Any) -> None:
        """Write columns of the subject, and into its trail."""
        old = dict(self.subject.__data__)
        self.subject.change(**values)
        self._trail("edited", old, tuple(values))

    def _trail(self, action: str, old: dict[str, Any], names: Sequence[str]) -> None:
        new = {name: self.subject.__data__.get(name) for name in names}
        lines = history.differences(type(self.subject), old, new)
        history.note(self.actor, self.subject, action, lines)

    @property
    def subject_state(self) -> str | None:
        """The state of the subject now, None for a subject without a transition table."""
        table = self.served.record.transitions
        return None if table is None else getattr(self.subject, table.field)


@prepared
def _version(version_id: int) -> ModelSelect:
    """A version of a flow, with the flow's name as it is now."""
    query = FlowVersion.select(FlowVersion, Flow.name.alias("flow_name")).join(Flow)
    return query.where(FlowVersion.id == version_id).objects()


@prepared
def _case_of(task_id: int) -> ModelSelect:
    """The case of a task, locked; of the task itself and its step nothing is, which whoever writes them locks after it."""
    at = CaseStep.select(CaseStep.case).join(Task, on=(Task.step == CaseStep.id)).where(Task.id == task_id)
    query = Case.select().where(Case.id == at)
    return query if is_sqlite() else query.for_update()


@prepared
def _tasks_of(case_id: int) -> ModelSelect:
    steps = CaseStep.select(CaseStep.id).where(CaseStep.case == case_id)
    return Task.select().where(Task.step.in_(steps)).order_by(Task.place, Task.id)


class _Doers(Mapping[str, int]):
    """Who did each step last, asked of the database only where a rule of the flow does."""

    def __init__(self, turn: CaseTransaction) -> None:
        self._turn = turn

    @cached_property
    def _known(self) -> Mapping[str, int]:
        return self._turn.doers()

    def __getitem__(self, key: str) -> int:
        return self._known[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self._known)

    def __len__(self) -> int:
        return len(self._known)


def event(
    actor: Actor, case: Case, act: str, title: str, *, person_id: int | None, for_name: str | None = None,
    **values: Any,
) -> dict[str, Any]:  # fmt: skip
    """The row of one event, for `CaseEvent.insert_many`."""
    name = _called(actor, case, {act})
    return {
        "company_id": case.company_id, "case_id": case.id, "subject_kind": case.kind,
        "subject_id": case.subject_id, "act": act, "title": title[:60], "account_id": actor.account_id,
        "person_id": person_id if name == actor.name else None, "name": name[:60], "for_name": for_name,
        "door": actor.door[:16], "at": clock.now(), **values,
    }  # fmt: skip


def _called(actor: Actor, case: Case, acts: Collection[str]) -> str:
    """The name of who does this, as the case shows it: who began it without their name has none as its starter later on.

    What they decide as one of its people stands under their name, as their task does: without it one would know them.
    """
    nameless = case.starter_id is None and case.starter_account_id is not None
    if nameless and case.starter_account_id == actor.account_id and not _AS_STARTER.isdisjoint(acts):
        return str(case.starter_name or actor.name)
    return actor.name


def within(actor: Actor, company_id: int, read: str) -> Actor:
    """The actor as somebody with a part in a case of the company: that alone lets them act on its subject, by what the
    flow says; whether they have a part, and may act on tasks at all, every act asks before. So it is with the house.

    Who works for another company just now brings none of their rights there along.
    """
    if actor.company_id == company_id:
        wide = max(actor.rights.get(ACT_TASKS, Scope.COMPANY), Scope.COMPANY)
        rights = {**actor.rights, ACT_TASKS: wide}
    else:
        group = {name: scope for name, scope in actor.rights.items() if scope == Scope.GROUP}
        rights = {ACT_TASKS: Scope.COMPANY, read: Scope.COMPANY, **group}
    return replace(actor, company_id=company_id, rights=rights)


def file_in_company(actor: Actor, company_id: int) -> Person | None:
    """The actor's own file in a company."""
    found: Person | None = Person.get_or_none(
        Person.id.in_(actor.person_ids or (0,)), Person.company == company_id
    )
    return found
