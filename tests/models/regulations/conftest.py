"""A unit with a maker, its safety office and leader, a group desk, and short ways to write and decide documents."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from models.administration.accounts.actors import actor_for_account
from models.administration.records import Account, Assignment
from models.administration.roles.roles import builtin
from models.core.config import Config, configure
from models.core.db.connection import in_transaction
from models.core.files import attachments
from models.core.ledger import Ledger, ledger_named
from models.core.ledger.changes.actions import act
from models.core.ledger.changes.editing import create, edit, get
from models.core.ledger.reading.listing import list_rows
from models.core.ledger.reading.query import ListQuery
from models.core.security.actor import Actor
from models.grid.records import GridNode
from models.organization.records import Company, Person
from models.regulations.records import Document, Folder
from models.tasks.engine.decide import Decided
from models.tasks.records import OPEN, Case, CaseStep, Task
from tests.models.tasks.units import answered
from tests.support.people_to_tell import Crowd


class Library:
    """Documents of one unit, as people write, decide and read them."""

    def __init__(self, crowd: Crowd) -> None:
        self.crowd, self.unit, self.group = crowd, crowd.unit, crowd.group
        self.shop = self._below("车间")
        self.maker = crowd.person(name="编制人")
        self.safety, self.leader = (crowd.person(name=name) for name in ("安全科长", "总经理"))
        self.worker = crowd.person(name="工人", department=self.shop)
        self.desk = crowd.person(name="集团安监", unit=self.group)
        self.stranger = crowd.person(name="外人", unit=crowd.other)
        self.grant(self.maker, "safety_officer")
        self.grant(self.safety, "reviewing_officer")
        self.grant(self.stranger, "safety_officer", crowd.other)
        self.grant(self.desk, "group_safety", None)
        top = GridNode.create(
            company=self.unit, name="清源水务", level="2", owner=self.leader, label_code="G000000001"
        )
        GridNode.update(path=f"/{top.id}/").where(GridNode.id == top.id).execute()
        root = Account.create(company=self.group, login="root", name="系统管理员")
        Assignment.create(account_id=root.id, role=builtin("administrator"), company_id=None)
        self.admin = actor_for_account(root, "console")

    def _below(self, name: str) -> Company:
        node = Company.create(
            name=name, kind="department", parent=self.unit, company_root=self.unit.id, path="/"
        )
        Company.update(path=f"{self.unit.path}{node.id}/").where(Company.id == node.id).execute()
        return Company.get_by_id(node.id)

    def grant(self, person: Person, role: str, unit: Company | str | None = "own") -> None:
        company = self.unit if unit == "own" else unit
        account = Account.get(Account.id == person.account_id)
        Assignment.create(account_id=account.id, role=builtin(role), company_id=company and company.id)  # type: ignore[union-attr]

    def actor(self, who: Person | Actor | None = None) -> Actor:
        if isinstance(who, Actor):
            return who
        account_id = Person.get_by_id((who or self.maker).id).account_id
        return actor_for_account(Account.get(Account.id == account_id), "console")

    @property
    def ledger(self) -> Ledger:
        found = ledger_named("documents")
        assert found is not None
        return found

    def folder(self, level: str = "company") -> str:
        return str(Folder.get(Folder.level == level, Folder.parent.is_null()).id)

    def draft(self, name: str = "叉车安全操作规程", who: Any = None, **values: Any) -> Document:
        wanted = {
            "company": str(self.unit.id), "folder": self.folder(), "name": name, "number": "Q/AQ-003", "kind": "procedure",
            "content": "限速 5 公里。", **values,
        }  # fmt: skip
        made = in_transaction(create, self.actor(who), self.ledger, wanted)
        return self.again(made["id"])

    def edit(self, row: Any, who: Any = None, **values: Any) -> dict[str, Any]:
        row = self.again(row)
        return in_transaction(edit, self.actor(who), self.ledger, row.id, row.version, values)

    def act(self, row: Any, name: str, who: Any = None, **values: Any) -> dict[str, Any]:
        row_id = str(getattr(row, "id", row))
        return in_transaction(act, self.actor(who), self.ledger, name, [row_id], values)

    def decide(self, who: Person, outcome: str = "agree", comment: str = "") -> Decided:
        task = Task.get(Task.person == who.id, Task.state == OPEN)
        return answered(self.actor(who), task.id, outcome, comment=comment)

    def approved(self, row: Document) -> Document:
        """Sent off and agreed to by all."""
        self.act(row, "submit")
        self.decide(self.safety)
        self.decide(self.leader)
        return self.again(row)

    def in_force(self, name: str = "叉车安全操作规程", **values: Any) -> Document:
        return self.approved(self.draft(name, **values))

    def revised(self, row: Document, why: str = "事故后降速", **values: Any) -> Document:
        """The draft of the next edition."""
        self.act(row, "revise", why=why)
        made = Document.get(Document.replaces == row.id)
        if values:
            self.edit(made, **values)
        return self.again(made)

    def again(self, row: Any) -> Document:
        return Document.get_by_id(int(getattr(row, "id", row)))

    def waiting(self) -> list[tuple[str, str]]:
        """(step, person) of every open task."""
        rows = Task.select().where(Task.state == OPEN, Task.step.is_null(False)).order_by(Task.id)
        return [
            (CaseStep.get_by_id(task.step_id).key, Person.get_by_id(task.person_id).name) for task in rows
        ]

    def case(self, row: Document) -> Case:
        return Case.select().where(Case.subject_id == row.id).order_by(Case.id.desc()).get()

    def listed(self, who: Any = None, **filters: Any) -> list[tuple[str, int]]:
        """(name, edition) of the rows that a list shows."""
        query = ListQuery.parse(self.ledger, filters=filters)
        found = in_transaction(list_rows, self.actor(who), self.ledger, query, write=False)["items"]
        return [(row["values"]["name"], row["values"]["edition"]) for row in found]

    def seen(self, row: Any, who: Any = None) -> dict[str, Any]:
        return in_transaction(get, self.actor(who), self.ledger, int(getattr(row, "id", row)))

    def attach(self, row: Document, name: str = "规程.png", colour: str = "white") -> dict[str, Any]:
        paper = io.BytesIO()
        Image.new("RGB", (40, 40), colour).save(paper, "PNG")
        return in_transaction(attachments.add, self.actor(), self.ledger, row.id, name, paper.getvalue())


@pytest.fixture
def library(crowd: Crowd, tmp_path: Path) -> Iterator[Library]:
    configure(Config(data_dir=tmp_path))
    yield Library(crowd)
    configure(Config())
