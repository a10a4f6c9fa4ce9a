"""A unit full of people who decide, a second one of strangers, and flows to walk; made with the real records."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from models.administration.accounts.actors import actor_for_account, system_actor
from models.administration.records import Account, Assignment
from models.administration.roles.roles import builtin
from models.core.db.connection import in_transaction
from models.core.events.outbox import Outbox
from models.core.security.actor import Actor
from models.messages.channels.records import Contact
from models.organization.records import Binding, Company, Person
from models.tasks.engine.decide import Decided, decide
from models.tasks.engine.start import start
from models.tasks.records import Case, CaseEvent, CaseStep, Flow, FlowVersion, Task
from models.tasks.views.task import task_view
from tests.models.core.small_ledgers import id_number
from tests.models.tasks.things import Thing


def answered(actor: Actor, task_id: int, outcome: str, **more: Any) -> Decided:
    """A decision, committed: what it is answered with is the task as whoever opens it afterwards sees it."""

    def answer() -> tuple[Decided, dict[str, Any]]:
        done = decide(actor, task_id, outcome, **more)
        return done, task_view(actor, done.task.id, turn=done.turn)

    done, told = in_transaction(answer)
    assert told == in_transaction(task_view, actor, done.task.id, write=False)
    return done


class Unit:
    """People by name; every one is a worker with an account, some are more."""

    NAMES = ("安", "白", "陈", "丁", "冯", "高")

    def __init__(self) -> None:
        self.group = self._company("集团", "group", None)
        self.company = self._company("清源水务", "company", self.group)
        self.other = self._company("碧泉水务", "company", self.group)
        self.people: dict[str, Person] = {}
        self.accounts: dict[str, Account] = {}
        for name in self.NAMES:
            self.join(name, self.company)
        self.join("外", self.other)
        self.join("管", self.company, "safety_officer")

    def _company(self, name: str, kind: str, parent: Company | None) -> Company:
        row = Company.create(name=name, kind=kind, parent=parent, path="/")
        path = f"{parent.path if parent else '/'}{row.id}/"
        root = row.id if kind == "company" else None
        Company.update(path=path, company_root=root).where(Company.id == row.id).execute()
        found: Company = Company.get_by_id(row.id)
        return found

    def join(self, name: str, company: Company, role: str | None = None) -> Person:
        """Somebody new in a company, with an account and, beside being a worker, a role there."""
        number = len(self.people) + 1
        person = Person.create(
            company=company, name=name, id_number=id_number(number), phone=f"1390000{number:04}"
        )
        Binding.create(company=company, person=person, state="approved")
        account = Account.create(
            company=company,
            login=person.phone,
            name=name,
            id_number=person.id_number,
            current_company=company,
        )
        person.change(account_id=account.id)
        Assignment.create(account_id=account.id, role=builtin("worker"), company_id=None)
        if role:
            Assignment.create(account_id=account.id, role=builtin(role), company_id=company.id)
        self.people[name], self.accounts[name] = person, account
        return person

    def id(self, name: str) -> int:
        """A person's id."""
        return int(self.people[name].id)

    def actor(self, name: str, door: str = "phone") -> Actor:
        """Somebody, signed in."""
        return actor_for_account(Account.get_by_id(self.accounts[name].id), door)

    def administrator(self) -> Actor:
        """The unit's administrator, at the console; has no file."""
        account = Account.create(
            company=self.company, login="gongsi", name="公司管理员", current_company=self.company
        )
        Assignment.create(
            account_id=account.id, role=builtin("company_administrator"), company_id=self.company.id
        )
        return actor_for_account(account, "console")

    def house(self) -> Actor:
        """The house itself."""
        return replace(system_actor(), company_id=self.company.id)

    def leave(self, name: str) -> None:
        """Somebody leaves the unit."""
        Binding.update(state="ended").where(Binding.person == self.id(name)).execute()

    def switch_off(self, name: str) -> None:
        """Somebody's account is switched off."""
        Account.update(state="disabled").where(Account.id == self.accounts[name].id).execute()

    def above(self, name: str, superior: str) -> None:
        """`superior` is above somebody."""
        Contact.create(company=self.company, person=self.id(name), superior=self.id(superior))

    def thing(self, **values: Any) -> Thing:
        """Something for a flow to be about."""
        made: Thing = Thing.create(
            **{"company": self.company, "name": "试验", "maker": self.id("安"), **values}
        )
        return made

    def flow(self, *steps: dict[str, Any], **said: Any) -> Flow:
        """A published flow of things."""
        flow = Flow.create(kind="thing", name="试验流程", published=1)
        FlowVersion.create(flow=flow, number=1, definition={"steps": list(steps), **said})
        return flow

    def start(self, thing: Thing, by: str = "安", **more: Any) -> Case:
        """A thing sets out, committed."""
        return in_transaction(start, self.actor(by), "thing", thing, **more)

    def decide(self, name: str, task: Task | int, outcome: str = "agree", **more: Any) -> Decided:
        """Somebody does a task, committed."""
        return answered(self.actor(name), getattr(task, "id", task), outcome, **more)

    def does(self, name: str, case: Case, outcome: str = "agree", **more: Any) -> Decided:
        """Somebody does their own open task of a case."""
        return self.decide(name, self.task(name, case), outcome, **more)

    def task(self, name: str, case: Case, state: str = "open") -> Task:
        """The task of somebody in a case."""
        found: Task = (
            Task.select()
            .join(CaseStep)
            .where(CaseStep.case == case.id, Task.person == self.id(name), Task.state == state)
            .order_by(Task.id.desc())
            .get()
        )
        return found

    def asked(self, case: Case) -> dict[str, str]:
        """Who has an open task of a case, and in which step."""
        rows = Task.select(Task, CaseStep, Person).join(CaseStep).switch(Task).join(Person)
        rows = rows.where(CaseStep.case == case.id, Task.state == "open").order_by(Task.place, Task.id)
        return {row.person.name: row.step.key for row in rows}

    def case(self, case: Case) -> Case:
        """The case as it is now."""
        found: Case = Case.get_by_id(case.id)
        return found

    def thing_state(self, case: Case) -> str:
        """The state of what the case is about."""
        return str(Thing.get_by_id(case.subject_id).state)

    def news(self, kind: str) -> list[dict[str, Any]]:
        """What was announced of a kind."""
        rows = Outbox.select().where(Outbox.kind == kind).order_by(Outbox.id)
        return [dict(row.payload or {}) for row in rows]

    def acts(self, case: Case) -> list[str]:
        """What happened in a case, in order."""
        rows = CaseEvent.select(CaseEvent.act).where(CaseEvent.case_id == case.id).order_by(CaseEvent.id)
        return [row.act for row in rows]


def approve(key: str, *people: int, **said: Any) -> dict[str, Any]:
    """A step in which persons approve."""
    who = [{"by": "person", "id": person} for person in people]
    return {"key": key, "title": f"步骤{key}", "kind": "approve", "who": who, **said}
