"""A post is given up: what was open because of it is cancelled or goes on, and all concerned hear of it (A04, A05)."""

from __future__ import annotations

from typing import Any

import pytest

from models.administration.records import Account, Assignment
from models.administration.roles import builtin_roles
from models.administration.roles.roles import builtin
from models.core.events.outbox import Outbox
from models.objectives.records import PersonPost, PostWork
from models.organization.records import Person
from models.tasks.records import CaseEvent, Task
from tests.models.objectives.conftest import Duties
from tests.models.tasks.relay import pass_all_on, told


@pytest.fixture
def morning(duties: Duties, clock: Any) -> PostWork:
    """A daily work of a post that two hold, given out this morning."""
    post = duties.post()
    for name in ("甲", "乙"):
        duties.holder(post, name=name)
    work = duties.work(post, off_days="anyway", at_hour="9")
    clock.set(2026, 11, 22, 9)
    assert duties.run() == 1
    pass_all_on()
    return work


def give_up(duties: Duties, name: str) -> Person:
    person = Person.get(Person.name == name)
    duties.delete("person-posts", PersonPost.get(PersonPost.person == person.id).id)
    pass_all_on()
    return person


def states(work: PostWork) -> list[tuple[str, str]]:
    rows = Task.select(Person.name, Task.state).join(Person, on=(Task.person == Person.id))
    return list(rows.where(Task.subject_id == work.id).order_by(Task.id).tuples())


def test_who_has_colleagues_with_the_same_work_need_not_do_it(duties: Duties, morning: PostWork) -> None:
    give_up(duties, "甲")
    assert states(morning) == [("甲", "cancelled"), ("乙", "open")]
    ((title, names),) = told("post.left")
    assert ("不再任叉车司机" in title, names) == (True, ["甲"])
    assert told("post.passed") == told("post.empty") == []
    event = CaseEvent.get(CaseEvent.act == "released")
    assert event.title == "甲不再任叉车司机，不用办了"


def test_who_came_later_takes_it_over_once(duties: Duties, morning: PostWork, clock: Any) -> None:
    late = duties.holder(duties.again(morning).post, name="丙")
    clock.forward(hours=1)
    give_up(duties, "甲")
    assert states(morning) == [("丙", "open"), ("乙", "open")]
    task = Task.get(Task.person == late.id)
    assert task.handed_from_id == Person.get(Person.name == "甲").id
    assert [names for _, names in told("post.passed")] == [["丙"]]
    give_up(duties, "乙")
    assert states(morning) == [("丙", "open"), ("乙", "cancelled")], "once is enough"


def test_nobody_holds_it_any_more(duties: Duties, morning: PostWork) -> None:
    keeper = duties.crowd.person(unit=duties.unit, name="管")
    account = Account.get(Account.id_hash == keeper.id_hash)
    role = builtin(builtin_roles.REVIEWING_OFFICER)
    Assignment.create(account_id=account.id, role=role.id, company_id=duties.unit.id)
    give_up(duties, "甲")
    give_up(duties, "乙")
    assert {state for _, state in states(morning)} == {"cancelled"}
    assert told("post.empty") == [("【岗位空缺】叉车司机没有人了", ["管"])]


def test_what_is_done_or_of_another_post_stays(duties: Duties, morning: PostWork, clock: Any) -> None:
    first = Person.get(Person.name == "甲")
    Task.update(state="done").where(Task.person == first.id).execute()
    other = duties.post("安全员")
    duties.hold(first, other)
    more = duties.work(other, name="巡查", off_days="anyway", at_hour="10")
    clock.set(2026, 11, 22, 10)
    duties.run()
    duties.delete(
        "person-posts", PersonPost.get(PersonPost.person == first.id, PersonPost.post != other.id).id
    )
    pass_all_on()
    assert states(morning)[0] == ("甲", "done")
    assert states(more) == [("甲", "open")]
    assert told("post.left") == []
    assert Outbox.select().where(Outbox.kind == "post.left").count() == 0
