"""Who can be given a task, and what a flow can be drawn with (H03, H07)."""

from __future__ import annotations

from typing import Any

import pytest

from models.core.db.connection import in_transaction
from models.core.errors import Forbidden, NotFound
from models.objectives.records import Post
from models.organization.records import Binding, Person
from models.tasks.views import pickers
from tests.models.core.small_ledgers import id_number
from tests.models.tasks.units import Unit, approve


def names(unit: Unit, by: str, *what: Any, **more: Any) -> set[str]:
    found = in_transaction(pickers.people, unit.actor(by), *what, write=False, **more)
    return {person["name"] for person in found}


def test_who_belongs_now_by_part_of_the_name(unit: Unit) -> None:
    unit.leave("陈")
    everybody = {"安", "白", "丁", "冯", "高", "管"}
    assert names(unit, "管") == names(unit, "白") == everybody
    assert names(unit, "管", "白") == {"白"} and names(unit, "管", " 白　") == {"白"}
    assert names(unit, "管", "没有的人") == set()
    assert names(unit, "管", company=unit.company.id) == everybody
    assert names(unit, "外") == {"外"}
    for by, company in (("管", unit.other.id), ("白", unit.other.id), ("陈", unit.company.id)):
        with pytest.raises(NotFound):
            names(unit, by, company=company)


def test_the_unit_of_a_case_and_nobody_elses(unit: Unit) -> None:
    unit.flow(approve("one", unit.id("白")))
    case = unit.start(unit.thing())
    assert names(unit, "白", "", case.id) == {"安", "白", "陈", "丁", "冯", "高", "管"}
    with pytest.raises(NotFound):
        names(unit, "外", "", case.id)


def test_at_most_twenty_with_role_and_place(unit: Unit) -> None:
    site = unit._company("一号厂", "site", unit.company)
    Person.update(site=site).where(Person.id == unit.id("白")).execute()
    (found,) = in_transaction(pickers.people, unit.actor("管"), "白", write=False)
    assert (found["id"], found["site"], found["role"]) == (
        str(unit.id("白")), "一号厂", Person.role.title_of(unit.people["白"].role),
    )  # fmt: skip
    (other,) = in_transaction(pickers.people, unit.actor("管"), "丁", write=False)
    assert other["site"] is None
    for place in range(25):
        row = Person.create(
            company=unit.company, name=f"众{place}", id_number=id_number(50 + place), phone=f"1370000{place:04}",
        )  # fmt: skip
        Binding.create(company=unit.company, person=row, state="approved")
    assert len(names(unit, "管", "众")) == 20


def test_posts_in_force_are_offered_in_their_order(unit: Unit) -> None:
    for name, company, standing, sequence in (
        ("值班长", unit.company, "in_force", 2), ("叉车司机", None, "in_force", 1), ("草稿岗", unit.company, "draft", 0),
        ("旧岗", unit.company, "replaced", 0), ("别家岗", unit.other, "in_force", 0),
    ):  # fmt: skip
        Post.create(company=company, name=name, standing=standing, sequence=sequence)
    found = in_transaction(pickers.kind, unit.actor("管"), "thing", write=False)
    offered = next(way for way in found["who"] if way["by"] == "post")["choices"]["id"]
    assert [one["title"] for one in offered] == ["叉车司机", "值班长"]


def test_what_a_flow_of_a_kind_may_name(unit: Unit) -> None:
    found = in_transaction(pickers.kind, unit.actor("管"), "thing", write=False)
    assert [one["value"] for one in found["moment_fields"]] == ["created_at", "updated_at"]
    assert [one["value"] for one in found["transitions"]] == ["work", "rest", "praise", "blame", "reset"]
    assert found["effects"] == [{"value": "count", "title": "数一数", "needs": []}]
    assert {"name": "pictures", "title": "照片", "kind": "photos"} in found["inputs"]
    assert found["has_grid"] is True
    ways = {way["by"]: way for way in found["who"]}
    assert ways["role"]["choices"]["code"] and ways["starter"]["choices"] == {}
    hazard = in_transaction(pickers.kind, unit.actor("管"), "hazard", write=False)
    persons = {one["value"] for one in hazard["person_fields"]}
    assert "reporter" in persons and not persons & {"company", "site", "grid", "level"}
    errand = in_transaction(pickers.kind, unit.actor("管"), "errand", write=False)
    assert errand["has_grid"] is False and [one["value"] for one in errand["moment_fields"]] != []
    with pytest.raises(NotFound):
        in_transaction(pickers.kind, unit.actor("管"), "nothing", write=False)
    with pytest.raises(Forbidden):
        in_transaction(pickers.kinds, unit.actor("外"), write=False)
