"""Posts take effect after approval; holders and works stand on the edition in force, and nothing is stranded (A03, A04)."""

from __future__ import annotations

from typing import Any

import pytest

from models.administration.accounts.actors import actor_for_account
from models.administration.records import Account, Assignment
from models.administration.roles.roles import builtin
from models.core.db.connection import in_transaction
from models.core.errors import Conflict, Invalid
from models.core.ledger import ledger_named
from models.core.ledger.changes.actions import act
from models.core.ledger.reading.options import options
from models.core.ledger.reading.related import related_lists
from models.core.security.actor import Actor
from models.core.views.matrix import AskedMatrix, matrix
from models.grid.records import GridNode
from models.objectives.posts.holder_finder import post_holders
from models.objectives.posts.views import BY_POST
from models.objectives.posts.workflow import POST
from models.objectives.records import PersonPost, Post, PostWork
from models.objectives.requirements.records import HazardFactor, PostFactor
from models.organization.records import Person
from models.tasks.people.finders import Scene
from models.tasks.publication import reading
from models.tasks.records import OPEN, Task
from tests.models.objectives.conftest import Duties
from tests.models.tasks.units import answered


class Office:
    """The unit's office: who approves posts, and short ways to have them approved."""

    def __init__(self, duties: Duties) -> None:
        self.duties, crowd = duties, duties.crowd
        self.safety, self.leader = (crowd.person(name=name) for name in ("安全科长", "总经理"))
        account = Account.get(Account.id == Person.get_by_id(self.safety.id).account_id)
        Assignment.create(account_id=account.id, role=builtin("reviewing_officer"), company_id=duties.unit.id)
        top = GridNode.create(
            company=duties.unit, name="清源水务", level="2", owner=self.leader, label_code="G000000001"
        )
        GridNode.update(path=f"/{top.id}/").where(GridNode.id == top.id).execute()

    def draft(self, name: str = "叉车司机", duties: str = "开叉车") -> Post:
        return Post.get_by_id(int(self.duties.create("posts", name=name, duties=duties)["id"]))

    @property
    def administrator(self) -> Actor:
        """Who may take what is in force away."""
        account = Account.create(company=self.duties.unit, login="unit-admin", name="单位管理员")
        Assignment.create(
            account_id=account.id, role=builtin("administrator"), company_id=self.duties.unit.id
        )
        return actor_for_account(account, "console")

    def act(self, row: Post, name: str, who: Actor | None = None, **values: Any) -> Any:
        action = ledger_named("posts").action_named(name)  # type: ignore[union-attr]
        assert action is not None
        return in_transaction(
            act, who or self.duties.officer, ledger_named("posts"), action, [str(row.id)], values
        )

    def decide(self, who: Person, outcome: str = "agree", comment: str = "") -> None:
        task = Task.get(Task.person == who.id, Task.state == OPEN)
        account = Account.get(Account.id == Person.get_by_id(who.id).account_id)
        answered(actor_for_account(account, "console"), task.id, outcome, comment=comment)

    def approved(self, row: Post) -> Post:
        self.act(row, "submit")
        self.decide(self.safety)
        self.decide(self.leader)
        return Post.get_by_id(row.id)


@pytest.fixture
def office(duties: Duties) -> Office:
    return Office(duties)


def choosable(duties: Duties, ledger: str) -> list[str]:
    found = in_transaction(options, duties.officer, ledger_named(ledger), "post", write=False)
    return [one["label"] for one in found["items"]]


def test_a_post_is_held_only_once_it_was_approved(office: Office, duties: Duties) -> None:
    row = office.draft()
    person = duties.crowd.person()
    assert choosable(duties, "person-posts") == []
    assert choosable(duties, "post-works") == ["叉车司机"]  # what it does is written before
    work = duties.work(row)
    with pytest.raises(Invalid):
        duties.create("person-posts", person=str(person.id), post=str(row.id))
    row = office.approved(row)
    assert row.standing == "in_force"
    duties.create("person-posts", person=str(person.id), post=str(row.id))
    assert PostWork.get_by_id(work.id).post_id == row.id


def test_a_post_without_duties_is_not_sent_off(office: Office) -> None:
    with pytest.raises(Invalid) as caught:
        office.act(office.draft(duties=""), "submit")
    assert set(caught.value.fields) == {"duties"}


def test_a_new_edition_takes_over_holders_works_and_what_is_asked(office: Office, duties: Duties) -> None:
    old = office.approved(office.draft())
    person, work = duties.holder(old), duties.work(old)
    duties.create("post-factors", post=str(old.id), factor=factor())
    office.act(old, "revise", why="换了车型")
    new = Post.get(Post.replaces == old.id)
    duties.edit("posts", new.id, duties="开电动叉车")
    assert choosable(duties, "post-works") == ["叉车司机"]  # the one in force, not the draft beside it
    assert PersonPost.get(PersonPost.person == person.id).post_id == old.id
    new = office.approved(new)
    assert (Post.get_by_id(old.id).standing, new.standing) == ("replaced", "in_force")
    assert PersonPost.get(PersonPost.person == person.id).post_id == new.id
    assert PostWork.get_by_id(work.id).post_id == PostFactor.get().post_id == new.id
    # A flow that was drawn with the old edition finds who holds it now, and nobody of another post or company.
    duties.holder(office.approved(office.draft("电工")))
    far = duties.crowd.person(unit=duties.crowd.other)
    PersonPost.create(standing="in_force", company=duties.crowd.other, person=far, post=new)
    scene = Scene(POST, new, duties.unit.id, None)
    assert list(post_holders({"by": "post", "id": str(old.id)}, scene)) == [person.id]
    assert list(post_holders({"by": "post", "id": str(10**9)}, scene)) == []


def factor() -> str:
    return str(HazardFactor.get(HazardFactor.name == "噪声").id)


def test_a_post_is_withdrawn_when_nothing_hangs_on_it(office: Office, duties: Duties) -> None:
    row = office.approved(office.draft())
    person, work = duties.holder(row), duties.work(row)
    who = office.administrator
    with pytest.raises(Conflict) as caught:
        office.act(row, "withdraw", who, reason="撤岗")
    assert caught.value.cause == "还有 1 人任这个岗位、1 项定期工作在执行"
    duties.delete("person-posts", PersonPost.get(PersonPost.person == person.id).id)
    duties.edit("post-works", work.id, enabled=False)
    office.act(row, "withdraw", who, reason="撤岗")
    assert Post.get_by_id(row.id).standing == "withdrawn"
    assert office.draft().name == row.name  # the name is free again


def test_who_holds_a_post_reads_what_is_in_force(office: Office, duties: Duties) -> None:
    row = office.approved(office.draft())
    holder, other = duties.holder(row), duties.crowd.person()
    publication = reading.publication_of(ledger_named("posts"))  # type: ignore[arg-type]
    asked = [one.id for one in reading.concerned(publication, row, [duties.unit.id])]
    assert asked == [holder.id] and other.id not in asked
    mine = reading.to_read(duties.crowd.actor(holder))
    assert [(found.id, state) for _, found, state in mine] == [(row.id, "unread")]
    in_transaction(reading.mark, duties.crowd.actor(holder), ledger_named("posts"), row.id)
    assert [state for _, _, state in reading.to_read(duties.crowd.actor(holder))] == ["read"]


def test_a_draft_is_in_nobodys_matrix_and_a_person_shows_posts(office: Office, duties: Duties) -> None:
    row = office.approved(office.draft())
    holder = duties.holder(row)
    duties.work(row)
    duties.work(office.draft("电工"), name="看配电柜")
    assert [one.label for one in matrix(duties.officer, BY_POST, AskedMatrix()).rows] == ["叉车司机"]
    lists = in_transaction(related_lists, duties.officer, ledger_named("persons"), holder.id, write=False)
    posts = next(one for one in lists if one["ledger"] == "person-posts")
    assert [one["values"]["post"]["label"] for one in posts["items"]] == ["叉车司机"]


def test_two_posts_of_a_name_are_one_too_many(office: Office) -> None:
    office.draft()
    with pytest.raises(Invalid):
        office.draft()
