"""A unit with posts, people who hold them, and a safety officer who keeps them; short ways to make work."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import pytest

from models.core.clock import now
from models.core.db.connection import in_transaction
from models.core.ledger import ledger_named
from models.core.ledger.changes.editing import create, delete, edit
from models.core.security.actor import Actor
from models.objectives.periodic import periodic_work
from models.objectives.records import PersonPost, Post, PostWork
from models.organization.records import Binding, Person
from models.tasks.publication.records import IN_FORCE
from models.tasks.records import Task
from tests.support.people_to_tell import Crowd


class Duties:
    """The unit of the crowd, with an officer; rows are made by the ledgers, as people make them."""

    def __init__(self, crowd: Crowd) -> None:
        self.crowd, self.unit = crowd, crowd.unit
        self.officer: Actor = crowd.officer()

    def create(self, ledger: str, who: Actor | None = None, **values: Any) -> dict[str, Any]:
        return in_transaction(create, who or self.officer, ledger_named(ledger), values)

    def edit(self, ledger: str, row: Any, who: Actor | None = None, **values: Any) -> dict[str, Any]:
        record = ledger_named(ledger).record.get_by_id(int(row))  # type: ignore[union-attr]
        return in_transaction(
            edit, who or self.officer, ledger_named(ledger), record.id, record.version, values
        )

    def delete(self, ledger: str, row: Any, who: Actor | None = None) -> None:
        in_transaction(delete, who or self.officer, ledger_named(ledger), row)

    def post(self, name: str = "叉车司机") -> Post:
        """A post in force: its approval is no matter here."""
        made = int(self.create("posts", name=name)["id"])
        Post.update(standing=IN_FORCE, in_force_at=now()).where(Post.id == made).execute()
        return Post.get_by_id(made)

    def work(self, post: Post, **values: Any) -> PostWork:
        wanted = {"post": str(post.id), "kind": "equipment", "name": "班前检查", "period": "day", **values}
        return PostWork.get_by_id(int(self.create("post-works", **wanted)["id"]))

    def holder(self, post: Post, since: datetime | None = None, **values: Any) -> Person:
        person = self.crowd.person(unit=self.unit, **values)
        self.hold(person, post, since)
        return person

    def hold(self, person: Person, post: Post, since: datetime | None = None) -> None:
        PersonPost.create(
            standing="in_force", company=self.unit, person=person, post=post, created_at=since or now()
        )

    def leave(self, person: Person) -> None:
        Binding.update(state="ended").where(Binding.person == person.id).execute()

    def run(self) -> int:
        return periodic_work.work(100)

    def made(self, work: PostWork | None = None) -> list[tuple[int, date]]:
        """(person, day) of every task that was made, in order."""
        query = Task.select().where(Task.kind == "periodic").order_by(Task.id)
        if work is not None:
            query = query.where(Task.subject_id == work.id)
        return [(task.person_id, date.fromisoformat(task.once_key.rpartition(":")[2])) for task in query]

    def again(self, work: PostWork) -> PostWork:
        return PostWork.get_by_id(work.id)


@pytest.fixture
def duties(crowd: Crowd) -> Duties:
    return Duties(crowd)
