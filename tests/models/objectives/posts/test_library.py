"""Posts are made of standards: picked, pruned, remembered, and told of when the standard moves on (A03, J07)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest

from models.administration.accounts.actors import actor_for_account, system_actor
from models.administration.records import Account, Assignment
from models.administration.roles.roles import builtin
from models.core.db.connection import in_transaction
from models.core.errors import Conflict, Forbidden, Invalid, NotFound
from models.core.ledger import Ledger, ledger_named
from models.core.ledger.changes.actions import act
from models.core.ledger.library import updates
from models.core.ledger.library.declaration import PartLine, Standard, digest_of
from models.core.ledger.library.records import LibraryCopy
from models.core.ledger.library.shelf import shelf
from models.core.ledger.library.taking import PickedStandard, take
from models.core.ledger.reading.listing import list_rows
from models.core.ledger.reading.query import ListQuery
from models.core.security.actor import Actor
from models.objectives.posts.workflow import PUBLISHED
from models.objectives.records import Post, PostWork
from models.objectives.requirements.records import PostCertificate, PostFactor, PostTraining
from models.organization.records import Company
from models.tasks.publication import lifecycle
from models.training.certificate_types.records import CertificateType
from tests.models.objectives.conftest import Duties

FORKLIFT = "product:叉车司机"


def posts() -> Ledger:
    found = ledger_named("posts")
    assert found is not None
    return found


def picked(who: Actor, *picks: PickedStandard, company: Any = None) -> dict[str, Any]:
    answer: dict[str, Any] = in_transaction(take, who, posts(), list(picks), company)
    return answer


def item(who: Actor, source: str, company: Any = None) -> dict[str, Any] | None:
    items = in_transaction(shelf, who, posts(), company, write=False)["items"]
    return next((one for one in items if one["source"] == source), None)


def of_row(who: Actor, row: Any) -> Any:
    return in_transaction(updates.of_row, who, posts(), int(row), write=False)["copy"]


def decide(who: Actor, row: Any, *adopt: str, decline: Sequence[str] = ()) -> dict[str, Any]:
    answer: dict[str, Any] = in_transaction(updates.decide, who, posts(), int(row), list(adopt), decline)
    return answer


def column(who: Actor, row: Any) -> str | None:
    rows = list_rows(who, posts(), ListQuery())["items"]
    return next(one["values"]["standard"] for one in rows if one["id"] == str(row))


@pytest.fixture
def desk(duties: Duties) -> Actor:
    """Somebody who keeps the whole group's, working for its first company."""
    account = Account.create(company=duties.crowd.group, login="desk", name="集团安监")
    Assignment.create(account_id=account.id, role=builtin("administrator"), company_id=None)
    return actor_for_account(account, "console")


def test_a_post_is_copied_with_its_works_but_for_those_left_out(duties: Duties) -> None:
    offered = item(duties.officer, FORKLIFT)
    assert offered is not None and offered["sample"] and offered["there"] is None
    names = [line["label"] for line in offered["parts"]]
    assert names[:4] == ["叉车班前检查", "班组安全学习", "车辆伤害处置演练", "N1"]
    assert {"噪声", "消防安全培训"} < set(names)
    answer = picked(duties.officer, PickedStandard(FORKLIFT, frozenset({("works", "班组安全学习")})))
    assert answer["refused"] == []
    row = Post.get_by_id(int(answer["made"][0]["id"]))
    assert (row.company_id, row.name) == (duties.unit.id, "叉车司机")
    assert "班前看车" in row.duties
    works = PostWork.select().where(PostWork.post == row.id).order_by(PostWork.id)
    assert [work.name for work in works] == ["叉车班前检查", "车辆伤害处置演练"]
    assert works[0].next_on is not None  # by the ledger's own rule
    asked = PostCertificate.get(PostCertificate.post == row.id)
    assert (asked.company_id, asked.type.code, asked.sample) == (duties.unit.id, "N1", True)
    assert PostTraining.select().where(PostTraining.post == row.id).count() == 4
    assert PostFactor.select().where(PostFactor.post == row.id).count() == 2
    there = item(duties.officer, FORKLIFT)
    assert there is not None and there["there"] == {"id": str(row.id), "label": "叉车司机"}
    assert column(duties.officer, row.id) == "same"


def test_what_is_there_is_told_and_the_rest_is_copied(duties: Duties) -> None:
    duties.post("叉车司机")
    answer = picked(
        duties.officer,
        PickedStandard(FORKLIFT),
        PickedStandard("product:观光车司机"),
        PickedStandard("product:没有的"),
    )
    assert [one["label"] for one in answer["made"]] == ["观光车司机"]
    assert [one["name"] for one in answer["refused"]] == ["叉车司机", "product:没有的"]
    assert "已经有岗位" in answer["refused"][0]["why"]
    assert PostWork.select().where(PostWork.name == "叉车班前检查").count() == 0


def old_version(row: int) -> None:
    """As if the row had been copied when the standard said less."""
    copy = LibraryCopy.get(LibraryCopy.ledger == "posts", LibraryCopy.row_id == row)
    content = copy.content
    content["values"]["duties"] = "开叉车"
    content["parts"]["works"].pop("车辆伤害处置演练")
    children = {
        "works": {key: one for key, one in copy.children["works"].items() if key != "车辆伤害处置演练"}
    }
    PostWork.delete().where(PostWork.name == "车辆伤害处置演练").execute()
    LibraryCopy.update(content=content, children=children, digest=digest_of(content)).where(
        LibraryCopy.id == copy.id
    ).execute()
    Post.update(duties="开叉车，晚班也开").where(Post.id == row).execute()


def test_a_standard_that_moved_on_is_said_and_taken_by_choice(duties: Duties) -> None:
    row = int(picked(duties.officer, PickedStandard(FORKLIFT))["made"][0]["id"])
    assert of_row(duties.officer, row)["changes"] == []
    old_version(row)
    assert column(duties.officer, row) == "moved"
    found = list_rows(duties.officer, posts(), ListQuery.parse(posts(), filters={"standard": ["moved"]}))[
        "items"
    ]
    assert [one["id"] for one in found] == [str(row)]
    copy = of_row(duties.officer, row)
    assert [change["key"] for change in copy["changes"]] == ["duties", "works:车辆伤害处置演练"]
    assert (copy["changes"][0]["old"], copy["changes"][0]["mine"]) == ("开叉车", "开叉车，晚班也开")
    answer = decide(duties.officer, row, "works:车辆伤害处置演练")
    assert PostWork.select().where(PostWork.post == row, PostWork.name == "车辆伤害处置演练").count() == 1
    assert Post.get_by_id(row).duties == "开叉车，晚班也开"
    # What was not named stays offered.
    assert "还有 1 处没有处理" in answer["message"]
    assert column(duties.officer, row) == "moved"
    assert found_as(duties.officer, "moved") == [str(row)]
    left = of_row(duties.officer, row)
    assert [(change["key"], change["declined"]) for change in left["changes"]] == [("duties", False)]
    decide(duties.officer, row, decline=["duties"])
    assert column(duties.officer, row) == "declined"
    assert (found_as(duties.officer, "moved"), found_as(duties.officer, "declined")) == ([], [str(row)])


def test_what_was_left_out_is_not_offered_though_the_standard_changes_it(
    duties: Duties, monkeypatch: pytest.MonkeyPatch
) -> None:
    without = frozenset({("works", "班组安全学习")})
    row = int(picked(duties.officer, PickedStandard(FORKLIFT, without))["made"][0]["id"])
    shipped = list(posts().library.product())  # type: ignore[union-attr]
    moves_on(monkeypatch, shipped, works={"班组安全学习": {"text": "每周学一次"}})
    assert column(duties.officer, row) == "same"
    assert found_as(duties.officer, "same") == [str(row)]
    # Declined by name: said again when it says yet something else, not when another thing changes.
    moves_on(monkeypatch, shipped, works={"叉车班前检查": {"text": "看轮胎"}})
    decide(duties.officer, row, decline=["works:叉车班前检查"])
    assert column(duties.officer, row) == "declined"
    moves_on(monkeypatch, shipped, duties="多一条", works={"叉车班前检查": {"text": "看轮胎"}})
    changes = of_row(duties.officer, row)["changes"]
    assert {one["key"]: one["declined"] for one in changes} == {"duties": False, "works:叉车班前检查": True}
    decide(duties.officer, row, "duties")
    assert column(duties.officer, row) == "declined"
    moves_on(monkeypatch, shipped, duties="多一条", works={"叉车班前检查": {"text": "看轮胎和货叉"}})
    assert column(duties.officer, row) == "moved"
    decide(duties.officer, row, "works:叉车班前检查")
    assert PostWork.get(PostWork.post == row, PostWork.name == "叉车班前检查").text == "看轮胎和货叉"
    assert (column(duties.officer, row), of_row(duties.officer, row)["changes"]) == ("same", [])


def moves_on(monkeypatch: pytest.MonkeyPatch, shipped: Sequence[Standard], works: Any, **values: Any) -> None:
    """The program ships the standard of forklift drivers with other words."""

    def changed(one: Standard) -> Standard:
        if one.key != "叉车司机":
            return one
        lines = [
            PartLine(line.key, {**line.values, **works.get(line.key, {})}) for line in one.parts["works"]
        ]
        parts = {**one.parts, "works": tuple(lines)}
        return replace(one, values={**one.values, **values}, parts=parts)

    monkeypatch.setitem(vars(posts().library), "product", lambda: [changed(one) for one in shipped])


def found_as(who: Actor, standing: str) -> list[str]:
    query = ListQuery.parse(posts(), filters={"standard": [standing]})
    return [one["id"] for one in list_rows(who, posts(), query)["items"]]


def test_an_update_that_is_not_wanted_is_not_said_again(duties: Duties) -> None:
    row = int(picked(duties.officer, PickedStandard(FORKLIFT))["made"][0]["id"])
    old_version(row)
    decide(duties.officer, row, decline=["duties", "works:车辆伤害处置演练"])
    assert column(duties.officer, row) == "declined"
    assert len(of_row(duties.officer, row)["changes"]) == 2  # and may still be taken
    with pytest.raises(Conflict):
        decide(duties.officer, row)
    decide(duties.officer, row, "duties")
    assert "班前看车" in Post.get_by_id(row).duties


def test_a_group_offers_its_own_to_its_companies_alone(duties: Duties, desk: Actor) -> None:
    row = duties.post("调度员")
    duties.work(row, name="交接班检查")
    kind = CertificateType.get(CertificateType.name == "急救员证")
    duties.create("post-certificates", post=str(row.id), type=str(kind.id))
    with pytest.raises(Forbidden):
        in_transaction(act, duties.officer, posts(), posts().action_named("offer"), [str(row.id)], {})
    in_transaction(act, desk, posts(), posts().action_named("offer"), [str(row.id)], {})
    source = f"group:{row.id}"
    assert column(duties.officer, row.id) == "offered"
    query = ListQuery.parse(posts(), filters={"standard": ["offered"]})
    assert [one["id"] for one in list_rows(duties.officer, posts(), query)["items"]] == [str(row.id)]
    assert item(duties.officer, source) is None  # its own
    sister = duties.crowd.officer(duties.crowd.other)
    offered = item(sister, source)
    assert offered is not None
    assert [line["label"] for line in offered["parts"]] == ["交接班检查", "急救员证"]
    stranger = foreign_officer(duties)
    assert item(stranger, source) is None
    assert picked(stranger, PickedStandard(source))["made"] == []
    made = int(picked(sister, PickedStandard(source))["made"][0]["id"])
    assert Post.get_by_id(made).company_id == duties.crowd.other.id
    assert PostWork.get(PostWork.post == made).name == "交接班检查"
    assert column(sister, made) == "same"
    revise(duties, row, "看屏幕")
    assert column(sister, made) == "moved"
    decide(sister, made, "duties")
    assert (Post.get_by_id(made).duties, column(sister, made)) == ("看屏幕", "same")
    in_transaction(act, desk, posts(), posts().action_named("offer_no_more"), [str(row.id)], {})
    assert column(sister, made) == "gone"


@pytest.mark.parametrize("typed", ["²", "٣", "1_0", "9" * 20, "-1"])
def test_what_is_no_unit_is_none(duties: Duties, typed: str) -> None:
    with pytest.raises(Invalid) as caught:
        item(duties.officer, FORKLIFT, typed)
    assert "company" in caught.value.fields


def revise(duties: Duties, row: Post, text: str) -> Post:
    """The next edition of a post, in force: its approval is no matter here."""
    draft = in_transaction(lifecycle.revise, PUBLISHED, duties.officer, Post.get_by_id(row.id), "改")
    duties.edit("posts", draft.id, duties=text)
    Post.update(standing="approved").where(Post.id == draft.id).execute()
    in_transaction(lifecycle.enforce, PUBLISHED, system_actor(), Post.get_by_id(draft.id), "enforce")
    return Post.get_by_id(draft.id)


def foreign_officer(duties: Duties) -> Actor:
    top = duties.crowd.node("别的集团", "group", None)
    return duties.crowd.officer(duties.crowd.node("别的集团的公司", "company", top))


def test_a_copy_in_force_takes_an_update_by_a_draft_beside_it(duties: Duties) -> None:
    row = int(picked(duties.officer, PickedStandard(FORKLIFT))["made"][0]["id"])
    old_version(row)
    Post.update(standing="in_force").where(Post.id == row).execute()
    answer = decide(duties.officer, row, "duties")
    draft = Post.get_by_id(int(answer["id"]))
    assert (draft.replaces, draft.standing, draft.edition) == (row, "draft", 2)
    assert "班前看车" in draft.duties
    assert Post.get_by_id(row).duties == "开叉车，晚班也开"
    assert column(duties.officer, draft.id) == column(duties.officer, row) == "moved"  # a work is left
    decide(duties.officer, draft.id, "works:车辆伤害处置演练")
    assert column(duties.officer, draft.id) == column(duties.officer, row) == "same"


def test_who_may_not_write_posts_there_takes_nothing(duties: Duties, desk: Actor) -> None:
    other = str(duties.crowd.other.id)
    with pytest.raises(Invalid):
        picked(duties.officer, PickedStandard(FORKLIFT), company=other)
    made = picked(desk, PickedStandard(FORKLIFT), company=other)["made"]
    assert Post.get_by_id(int(made[0]["id"])).company_id == duties.crowd.other.id
    with pytest.raises(NotFound):
        of_row(duties.officer, made[0]["id"])
    worker = duties.crowd.actor(duties.crowd.person())
    with pytest.raises(Forbidden):
        picked(worker, PickedStandard(FORKLIFT))
    assert Company.select().where(Company.name == "别家").count() == 1


@pytest.mark.parametrize("company", ["²", "٣", "1_0", " 1", "9" * 20])
def test_what_can_be_no_unit_is_none(duties: Duties, company: str) -> None:
    with pytest.raises(Invalid) as refused:
        in_transaction(shelf, duties.officer, posts(), company, write=False)
    assert "company" in refused.value.fields
