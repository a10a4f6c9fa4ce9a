"""Photos in the result of a given task: asked for, sent, seen by who reviews, replaced after a return (H03)."""

from __future__ import annotations

import io
from typing import Any

import pytest
from PIL import Image

from models.administration.records import Assignment
from models.administration.roles.roles import builtin
from models.core.db.connection import in_transaction
from models.core.errors import Invalid, NotFound
from models.core.files import photos
from models.tasks.assigned import given_tasks
from models.tasks.assigned.progress import given_view
from models.tasks.engine.case_actions import comment
from models.tasks.records import Case, Errand, GivenTask
from models.tasks.views.task import task_view
from tests.models.tasks.units import Unit

FORM = [
    {"title": "台数", "kind": "integer"},
    {"title": "压力表", "kind": "photos", "required": True},
    {"title": "铭牌", "kind": "photos"},
]


@pytest.fixture
def errand(unit: Unit) -> Errand:
    data = {"title": "清点灭火器", "persons": [unit.id("白")], "form": FORM}
    in_transaction(given_tasks.give, unit.actor("管"), data)
    return Errand.get()


def shot(unit: Unit, name: str, shade: int, ledger: str = "errands") -> str:
    """A photo that somebody has uploaded."""
    content = io.BytesIO()
    Image.new("RGB", (8, 8), (shade, 0, 0)).save(content, "JPEG")
    kept = in_transaction(photos.upload_for, unit.actor(name), ledger, "a.jpg", content.getvalue())
    return str(kept.id)


def case_of(errand: Errand) -> Case:
    return Case.get(Case.kind == "errand", Case.subject_id == errand.id)


def seen(unit: Unit, name: str, errand: Errand) -> Any:
    task = unit.task(name, case_of(errand))
    return in_transaction(task_view, unit.actor(name, "console"), task.id)


def test_a_required_photo_is_asked_for_and_seen_by_who_reviews(unit: Unit, errand: Errand) -> None:
    (outcome,) = seen(unit, "白", errand)["outcomes"]
    asked = {
        field["title"]: (field["kind"], field["required"], field.get("to")) for field in outcome["fields"]
    }
    assert asked["压力表"] == ("photos", True, "errands") and asked["铭牌"] == ("photos", False, "errands")
    assert asked["台数"][0] == "integer"
    with pytest.raises(Invalid) as refusal:
        unit.does("白", case_of(errand), "submit", values={"f1": 3})
    assert list(refusal.value.fields) == ["f2"]
    first, second = shot(unit, "白", 10), shot(unit, "白", 20)
    unit.does("白", case_of(errand), "submit", values={"f1": 3, "f2": [first, second]})
    review = seen(unit, "管", errand)
    assert review["shown"]["pictures"] == [f"/api/console/v1/photos/{each}" for each in (first, second)]
    assert ["办理人", "白"] in review["shown"]["facts"] and ["台数", "3"] in review["shown"]["facts"]
    told = in_transaction(given_view, unit.actor("管", "console"), GivenTask.get())["persons"][0]["values"]
    assert [(one["title"], one["value"], len(one["pictures"])) for one in told] == [
        ("台数", 3, 0), ("压力表", None, 2), ("铭牌", None, 0),
    ]  # fmt: skip


def test_the_next_result_takes_the_place_of_the_returned_one(unit: Unit, errand: Errand) -> None:
    old, new = shot(unit, "白", 10), shot(unit, "白", 20)
    unit.does("白", case_of(errand), "submit", values={"f2": [old]})
    unit.does("管", case_of(errand), "send_back", comment="看不清")
    assert seen(unit, "白", errand)["shown"]["pictures"] == []
    unit.does("白", case_of(errand), "submit", values={"f2": [new]})
    assert seen(unit, "管", errand)["shown"]["pictures"] == [f"/api/console/v1/photos/{new}"]


def test_who_has_no_part_in_it_sees_no_photo(unit: Unit, errand: Errand) -> None:
    mine = shot(unit, "白", 10)
    with pytest.raises(NotFound):
        in_transaction(photos.read, unit.actor("管"), mine)
    unit.does("白", case_of(errand), "submit", values={"f2": [mine]})
    for name in ("白", "管"):
        assert in_transaction(photos.read, unit.actor(name), mine)[1] == "image/jpeg"
    for name in ("陈", "外"):
        with pytest.raises(NotFound):
            in_transaction(photos.read, unit.actor(name), mine)


@pytest.mark.parametrize(
    ("name", "sees"),
    [("白", True), ("管", True), ("组长", True), ("丁", True), ("陈", False), ("外管", False), ("外", False)],
)
def test_who_sees_the_photos_of_a_result(unit: Unit, errand: Errand, name: str, sees: bool) -> None:
    """Who did it, who gave it, who gives tasks in that unit, and whoever was called into it."""
    unit.join("组长", unit.company, "safety_officer")
    unit.join("外管", unit.other, "safety_officer")
    photo = shot(unit, "白", 10)
    unit.does("白", case_of(errand), "submit", values={"f2": [photo]})
    in_transaction(comment, unit.actor("白"), case_of(errand).id, "请看", [unit.id("丁")])
    if sees:
        assert in_transaction(photos.read, unit.actor(name), photo)[1] == "image/jpeg"
    else:
        with pytest.raises(NotFound):
            in_transaction(photos.read, unit.actor(name), photo)


def test_who_gave_it_and_gives_no_more_tasks_still_sees_what_came_of_it(unit: Unit, errand: Errand) -> None:
    photo = shot(unit, "白", 10)
    unit.does("白", case_of(errand), "submit", values={"f2": [photo]})
    Assignment.delete().where(
        Assignment.account_id == unit.accounts["管"].id, Assignment.role == builtin("safety_officer")
    ).execute()
    assert in_transaction(photos.read, unit.actor("管"), photo)[1] == "image/jpeg"


def test_anothers_photo_and_one_for_something_else_are_refused(unit: Unit, errand: Errand) -> None:
    for wrong in (shot(unit, "陈", 10), shot(unit, "白", 20, ledger="tasks"), "999999", "x"):
        with pytest.raises(Invalid) as refusal:
            unit.does("白", case_of(errand), "submit", values={"f2": [wrong]})
        assert list(refusal.value.fields) == ["f2"]
    assert Errand.get().state == "doing"
