"""What a group offers of its own, what a copy knows of its standard, and how both are found again (J07)."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from models.administration.accounts.actors import actor_for_account
from models.administration.records import Account, Assignment
from models.administration.roles.roles import builtin
from models.core.db.connection import in_transaction
from models.core.errors import Conflict, Invalid, NotFound
from models.core.ledger import Ledger, ledger_named
from models.core.ledger.changes.actions import act
from models.core.ledger.library import offering, updates, versions
from models.core.ledger.library.declaration import CHOICES, digest_of
from models.core.ledger.library.planting import remember
from models.core.ledger.library.records import LibraryCopy, LibraryOffer
from models.core.ledger.library.shelf import rows_of, shelf
from models.core.ledger.library.taking import MOST, PickedStandard, take
from models.core.security.actor import Actor
from models.objectives.records import Post, PostWork
from models.training.certificate_types.records import CertificateType
from tests.models.objectives.conftest import Duties
from tests.support.people_to_tell import Crowd

DRIVER = "product:叉车司机"
SIGHTSEEING = "product:观光车司机"


@pytest.fixture
def duties(crowd: Crowd) -> Duties:
    return Duties(crowd)


@pytest.fixture
def desk(duties: Duties) -> Actor:
    """Somebody who keeps the whole group's."""
    account = Account.create(company=duties.crowd.group, login="desk", name="集团安监")
    Assignment.create(account_id=account.id, role=builtin("administrator"), company_id=None)
    return actor_for_account(account, "console")


def posts() -> Ledger:
    found = ledger_named("posts")
    assert found is not None
    return found


def picked(who: Actor, *sources: str, without: Any = (), company: Any = None) -> list[int]:
    picks = [PickedStandard(source, frozenset(without)) for source in sources]
    return [int(one["id"]) for one in in_transaction(take, who, posts(), picks, company)["made"]]


def offer(desk: Actor, *rows: int, action: str = "offer") -> Any:
    return in_transaction(act, desk, posts(), posts().action_named(action), [str(row) for row in rows], {})


def sources(who: Actor, company: Any = None) -> list[str]:
    return [one["source"] for one in in_transaction(shelf, who, posts(), company, write=False)["items"]]


def another_group(duties: Duties) -> Actor:
    top = duties.crowd.node("别的集团", "group", None)
    return duties.crowd.officer(duties.crowd.node("别的公司", "company", top))


def test_what_is_offered_reaches_the_other_companies_of_the_same_group(duties: Duties, desk: Actor) -> None:
    row, sister = duties.post("调度员"), duties.crowd.officer(duties.crowd.other)
    told = offer(desk, row.id)
    source = f"group:{row.id}"
    assert "1 " in told["message"] and "集团标准" in told["message"]
    assert source in sources(sister) and source not in sources(duties.officer)
    assert source not in sources(another_group(duties))
    assert sources(sister)[0] == source, "the group's own stand first"
    assert LibraryOffer.get().group_id == duties.crowd.group.id
    offer(desk, row.id)
    assert LibraryOffer.select().count() == 1
    offer(desk, row.id, action="offer_no_more")
    assert source not in sources(sister) and LibraryOffer.select().count() == 0
    assert offering.offered(posts(), None) == {}


def test_only_what_is_in_force_is_offered(duties: Duties, desk: Actor) -> None:
    draft, row = int(duties.create("posts", name="草稿岗")["id"]), duties.post("调度员")
    with pytest.raises(Conflict) as refused:
        offer(desk, row.id, draft)
    assert refused.value.code == "not_in_force" and LibraryOffer.select().count() == 0


def test_what_was_offered_and_is_in_force_no_more_is_not_on_the_shelf(duties: Duties, desk: Actor) -> None:
    row, sister = duties.post("调度员"), duties.crowd.officer(duties.crowd.other)
    offer(desk, row.id)
    assert offering.still_offered(posts(), [row.id]) != {} and offering.still_offered(posts(), []) == {}
    Post.update(standing="withdrawn").where(Post.id == row.id).execute()
    assert f"group:{row.id}" not in sources(sister)
    assert offering.still_offered(posts(), [row.id]) == {}


def test_what_is_carried_of_an_offered_row(duties: Duties, desk: Actor) -> None:
    """What a form takes, but for the unit and what is each unit's own; what belongs to everybody by its name or code."""
    row = duties.post("调度员")
    Post.update(duties="看屏幕", sequence=7).where(Post.id == row.id).execute()
    duties.work(row, name="交接班检查", text="看记录")
    coded = CertificateType.get(CertificateType.code.is_null(False))
    plain = CertificateType.get(CertificateType.name == "急救员证")
    for kind in (coded, plain):
        duties.create("post-certificates", post=str(row.id), type=str(kind.id))
    offer(desk, row.id)
    standard = offering.offered(posts(), duties.crowd.group.id)[row.id]
    assert standard.values == {"name": "调度员", "duties": "看屏幕"}
    (work,) = standard.parts["works"]
    assert (work.key, work.values["text"]) == ("交接班检查", "看记录")
    assert {"post", "company"} & set(work.values) == set()
    named = {line.key: line.values["type"] for line in standard.parts["certificates"]}
    assert named == {
        coded.code: {"label": coded.code},
        (plain.code or "急救员证"): {"label": plain.code or "急救员证"},
    }


def test_lines_of_another_unit_that_hang_on_everybodys_row_do_not_come_along(
    duties: Duties, desk: Actor
) -> None:
    row = duties.post("调度员")
    duties.work(row, name="交接班检查")
    work = duties.work(row, name="别家的活")
    PostWork.update(company=duties.crowd.other.id).where(PostWork.id == work.id).execute()
    offer(desk, row.id)
    standard = offering.offered(posts(), duties.crowd.group.id)[row.id]
    assert [line.key for line in standard.parts["works"]] == ["交接班检查"]


def _old(row: int, **values: Any) -> LibraryCopy:
    """As if the row had been copied when the standard said other duties."""
    copy = LibraryCopy.get(LibraryCopy.ledger == "posts", LibraryCopy.row_id == row)
    content = {**copy.content, "values": {**copy.content["values"], "duties": "开叉车"}}
    given = {"content": content, "digest": digest_of(content), **values}
    LibraryCopy.update(given).where(LibraryCopy.id == copy.id).execute()
    return LibraryCopy.get_by_id(copy.id)


def _found_as(standing: str) -> set[int]:
    query = Post.select(Post.id).where(versions.where(posts(), [standing]))
    return {row.id for row in query}


def test_rows_are_found_by_how_they_stand_to_their_standards(duties: Duties, desk: Actor) -> None:
    """Each row by the same word that its column shows: as it was, moved on, declined, withdrawn, offered itself, or none."""
    ((same,), (moved,), (gone,)) = (
        picked(desk, source, company=str(unit.id))
        for source, unit in (
            (DRIVER, duties.unit), (DRIVER, duties.crowd.other), (SIGHTSEEING, duties.unit),
        )
    )  # fmt: skip
    (declined,) = picked(desk, SIGHTSEEING, company=str(duties.crowd.other.id))
    _old(moved)
    LibraryCopy.update(source="product:撤下的").where(LibraryCopy.row_id == gone).execute()
    in_transaction(updates.decide, desk, posts(), _old(declined).row_id, [], ["duties"])
    offered, none = duties.post("调度员").id, duties.post("普通岗").id
    offer(desk, offered)
    rows = list(Post.select().where(Post.id.in_([same, moved, gone, declined, offered, none])))
    told = versions.standings(posts(), rows)
    assert told == {same: "same", moved: "moved", gone: "gone", declined: "declined", offered: "offered"}
    for choice in CHOICES:
        assert _found_as(choice.value) == {row for row, standing in told.items() if standing == choice.value}
    both = Post.select(Post.id).where(versions.where(posts(), ["offered", "moved"]))
    assert {row.id for row in both} == {offered, moved}
    # One that was copied and is offered now stands as offered.
    Post.update(standing="in_force").where(Post.id == same).execute()
    offer(desk, same)
    assert (_found_as("same"), _found_as("offered")) == (set(), {offered, same})
    assert versions.standings(posts(), [Post.get_by_id(same)]) == {same: "offered"}
    assert versions.standings(posts(), []) == {}


def test_a_later_edition_stands_as_its_first(duties: Duties) -> None:
    (row,) = picked(duties.officer, DRIVER)
    _old(row)
    later = Post.create(company=duties.unit, name="叉车司机", series=row, edition=2, standing="draft")
    stranger = Post.create(company=duties.unit, name="别的岗", series=None)
    rows = [Post.get_by_id(each) for each in (row, later.id, stranger.id)]
    assert versions.standings(posts(), rows) == {row: "moved", later.id: "moved"}
    assert _found_as("moved") == {row, later.id}


def test_copies_of_before_refusals_had_names(duties: Duties) -> None:
    """They were declined as a whole version; what has no row of its own was left out."""
    (row,) = picked(duties.officer, DRIVER)
    copy = _old(row, refused=None, declined=None)
    standard = versions.current(posts(), [DRIVER])[DRIVER]
    assert versions.open_changes(copy, standard) == ["duties"]
    children = {**copy.children, "works": {}}
    copy = _old(row, refused=None, declined=standard.digest, children=children)
    assert (versions.open_changes(copy, standard), versions.standing(copy, {DRIVER: standard})) == (
        [],
        "declined",
    )
    copy = _old(row, refused=None, declined="another", children=children)
    assert versions.standing(copy, {DRIVER: standard}) == "moved"
    in_transaction(updates.decide, duties.officer, posts(), row, ["duties"])
    now = LibraryCopy.get(LibraryCopy.ledger == "posts", LibraryCopy.row_id == row)
    works = [line.key for line in standard.parts["works"]]
    assert now.refused == {f"works:{key}": "" for key in works}, "what was left out stays so"


def test_an_update_is_decided_by_name(duties: Duties) -> None:
    (row,) = picked(duties.officer, DRIVER)
    with pytest.raises(Conflict) as refused:
        in_transaction(updates.decide, duties.officer, posts(), row, ["duties"])
    assert refused.value.code == "nothing_new"
    _old(row)
    for adopt, decline in (([], []), (["name"], ["nothing"])):
        with pytest.raises(Conflict):
            in_transaction(updates.decide, duties.officer, posts(), row, adopt, decline)
    told = in_transaction(updates.decide, duties.officer, posts(), row, ["duties"], ["duties"])
    assert told["message"] == "已采用 1 处更新" and told["id"] == str(row), "who takes it does not decline it"
    own = duties.post("自己的岗")
    assert in_transaction(updates.of_row, duties.officer, posts(), own.id, write=False)["copy"] is None
    with pytest.raises(NotFound):
        in_transaction(updates.decide, duties.officer, posts(), own.id, ["duties"])


def test_a_line_that_the_unit_has_still_is_changed_and_one_that_it_removed_is_made(
    duties: Duties, monkeypatch: pytest.MonkeyPatch
) -> None:
    (row,) = picked(duties.officer, DRIVER, without={("works", "班组安全学习")})
    shipped = list(posts().library.product())  # type: ignore[union-attr]
    driver = next(one for one in shipped if one.key == "叉车司机")
    lines = tuple(replace(line, values={**line.values, "text": "照新的做"}) for line in driver.parts["works"])
    newer = replace(driver, parts={**driver.parts, "works": lines})
    monkeypatch.setitem(vars(posts().library), "product", lambda: [newer])
    works = {work.name: work for work in PostWork.select().where(PostWork.post == row)}
    gone = "车辆伤害处置演练"
    duties.delete("post-works", works.pop(gone).id)
    (kept,) = works.values()
    copy = in_transaction(updates.of_row, duties.officer, posts(), row, write=False)["copy"]
    told = {change["key"]: change for change in copy["changes"]}
    assert set(told) == {f"works:{kept.name}", f"works:{gone}"}
    assert (told[f"works:{kept.name}"]["mine"], told[f"works:{gone}"]["mine"]) == (
        kept.name,
        "（本单位已删除）",
    )
    assert told[f"works:{gone}"]["title"].endswith(f"：{gone}") and "照新的做" in told[f"works:{gone}"]["new"]
    in_transaction(updates.decide, duties.officer, posts(), row, list(told))
    now = {work.name: work for work in PostWork.select().where(PostWork.post == row)}
    assert {work.text for work in now.values()} == {"照新的做"} and set(now) == {kept.name, gone}
    assert now[kept.name].id == kept.id


@pytest.fixture
def types(crowd: Crowd) -> Ledger:
    found = ledger_named("certificate-types")
    assert found is not None
    return found


def test_an_installation_is_told_of_its_rows_once(types: Ledger, duties: Duties) -> None:
    everybodys = (LibraryCopy.ledger == types.name) & LibraryCopy.company_id.is_null()
    told = LibraryCopy.select().where(everybodys).count()
    assert told and remember(types) == 0
    first = LibraryCopy.get(everybodys)
    LibraryCopy.delete().where(LibraryCopy.id == first.id).execute()
    LibraryCopy.create(
        ledger=types.name, row_id=10**6, company_id=duties.unit.id, source=first.source, name=first.name,
        digest=first.digest, content=first.content, children={},
    )  # fmt: skip
    LibraryCopy.create(
        ledger="posts", row_id=10**6, source=first.source, name="", digest="", content={}, children={}
    )
    assert remember(types) == 1
    again = LibraryCopy.get(everybodys, LibraryCopy.source == first.source)
    assert (again.row_id, again.digest, again.name) == (first.row_id, first.digest, first.name)
    assert (again.content, again.children) == (first.content, {})
    assert remember(types) == 0


def test_rows_that_nobody_has_are_not_remembered(types: Ledger, monkeypatch: pytest.MonkeyPatch) -> None:
    shipped = list(types.library.product())  # type: ignore[union-attr]
    unknown = replace(shipped[0], key="新", values={**shipped[0].values, "name": "没有的证", "code": "X9"})
    monkeypatch.setitem(vars(types.library), "product", lambda: [*shipped, unknown])
    assert remember(types) == 0


def test_how_many_may_be_picked_at_once_and_for_whom(duties: Duties, desk: Actor) -> None:
    for picks in ([], [PickedStandard(DRIVER)] * (MOST + 1)):
        with pytest.raises(Invalid) as refused:
            in_transaction(take, duties.officer, posts(), picks)
        assert list(refused.value.fields) == ["picks"]
    told = in_transaction(take, duties.officer, posts(), [PickedStandard(DRIVER)] * MOST)
    assert (len(told["made"]), len(told["refused"])) == (1, MOST - 1)
    assert "都是草稿" in told["message"] and f"{MOST - 1} 个没有引用" in told["message"]
    none = in_transaction(take, duties.officer, posts(), [PickedStandard("product:没有")])
    assert "草稿" not in none["message"] and none["made"] == []
    for source, unit in ((SIGHTSEEING, None), ("product:电工", ""), (DRIVER, str(duties.crowd.other.id))):
        for row in picked(desk if unit else duties.officer, source, company=unit):
            assert Post.get_by_id(row).company_id == (int(unit) if unit else duties.unit.id)


def test_whose_rows_stand_as_the_units_own(duties: Duties) -> None:
    mine, everybodys = duties.post("甲岗"), Post.create(company=None, name="人人岗", standing="in_force")
    theirs = Post.create(company=duties.crowd.other, name="别家岗", standing="in_force")
    gone = Post.create(company=duties.unit, name="旧岗", standing="withdrawn")
    ids = {mine.id, everybodys.id, theirs.id, gone.id}
    assert {row.id for row in rows_of(posts(), duties.unit.id)} & ids == {mine.id}
    assert {row.id for row in rows_of(posts(), None)} & ids == {everybodys.id}
    types = ledger_named("certificate-types")
    assert types is not None and types.library is not None and types.library.shared
    assert {row.id for row in rows_of(types, None)} <= {row.id for row in rows_of(types, duties.unit.id)}
