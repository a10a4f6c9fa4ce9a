"""The demo's periodic work comes this morning for a hundred people, and a plan waits for its approval (A05, A07)."""

from __future__ import annotations

from typing import Any

from models import demo
from models.core.db.connection import in_transaction
from models.objectives.periodic import periodic_work
from models.objectives.records import InvestmentPlan
from models.organization.records import Binding, Person
from models.tasks.records import OPEN, Task
from tests.support.prepared_rows import lay_standards


def test_this_morning_a_hundred_people_have_something_to_do(database: Any, clock: Any) -> None:
    clock.set(2026, 11, 22, 10, 30)
    lay_standards()
    in_transaction(demo.plant)
    assert in_transaction(demo.plant_duties)
    assert not in_transaction(demo.plant_duties)
    assert periodic_work.work(200) >= 5
    made = Task.select().where(Task.kind == "periodic", Task.state == OPEN)
    people = {task.person_id for task in made}
    assert 100 <= len(people) <= 200
    bound = Binding.select(Binding.person).where(Binding.state == "approved")
    assert people <= {row.person_id for row in bound}
    assert periodic_work.work(200) == 0
    plan = InvestmentPlan.get()
    assert (plan.state, f"{plan.total_wan:.2f}") == ("asked", "52.15")
    waiting = Task.select().where(Task.kind == "case", Task.subject_kind == "investment_plan")
    assert [Person.get_by_id(task.person_id).name for task in waiting] == ["陈安澜"]
