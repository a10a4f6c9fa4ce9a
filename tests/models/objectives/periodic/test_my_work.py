"""My periodic work (K05), and doing one of it: with its form, with a note and photos, once (A05)."""

from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from models.core.clock import today
from models.core.config import Config, configure
from models.core.db.connection import in_transaction
from models.core.errors import AnbanError, Conflict, Forbidden, Invalid, NotFound
from models.core.files import photos
from models.core.files.attachments import Attachment
from models.core.security.actor import Actor
from models.objectives.periodic.my_work import mine
from models.objectives.records import PostWork
from models.objectives.workflow import PHOTOS
from models.organization.records import Person
from models.tasks.engine.decide import decide
from models.tasks.engine.reassignment import hand_on
from models.tasks.records import CaseEvent, Proxy, Task
from models.tasks.rights import ACT_TASKS
from models.tasks.views.decision_facts import words_alone
from models.tasks.views.task import task_view
from tests.models.objectives.conftest import Duties


@pytest.fixture(autouse=True)
def files(tmp_path: Path) -> Iterator[None]:
    configure(Config(data_dir=tmp_path))
    yield
    configure(Config())


@pytest.fixture
def morning(duties: Duties, clock: Any) -> tuple[Person, PostWork]:
    """Somebody whose check of the day has just come, with a form, and who has a yearly drill too."""
    post = duties.post()
    person = duties.holder(post)
    work = duties.work(
        post, off_days="anyway", at_hour="9", days_to_do="0", target="成品库叉车",
        result="*外观：完好/破损\n压力（数字）",
    )  # fmt: skip
    duties.work(post, kind="drill", name="年度演练", period="year", day_of="0", off_days="before")
    clock.set(2026, 11, 22, 9)
    duties.run()
    return person, work


def do(duties: Duties, person: Person, values: Any = None, task: Task | None = None, **more: Any) -> Task:
    task = task or Task.get(Task.person == person.id)
    who = duties.crowd.actor(person)
    return in_transaction(decide, who, task.id, "done", values=values, **more).task


def test_one_sees_what_when_next_done_and_late(
    duties: Duties, clock: Any, morning: tuple[Person, PostWork]
) -> None:
    person, work = morning
    who = duties.crowd.actor(person)
    found = mine(who)
    assert [(item["title"], item["rhythm"], item["next_on"]) for item in found["items"]] == [
        ("班前检查：成品库叉车", "每天", "2026-11-23"), ("年度演练", "每年最后一天", "2026-12-31"),
    ]  # fmt: skip
    assert found["items"][0]["last"]["state"] == "open"
    assert found["items"][1]["last"] is None
    assert found["counts"] == {"open": 1, "late": 0, "done": 0}
    clock.set(2026, 11, 23, 9)
    duties.run()
    found = mine(who)
    assert found["counts"] == {"open": 2, "late": 1, "done": 0}
    assert [task["late"] for task in found["open"]] == [True, False]
    do(duties, person, {name(work, "外观"): "完好"})
    found = mine(who)
    assert found["counts"] == {"open": 1, "late": 0, "done": 1}
    assert (found["done"][0]["late"], found["done"][0]["work"]) == (True, str(work.id))


def test_others_posts_and_other_units_are_not_mine(duties: Duties, morning: Any) -> None:
    other = duties.crowd.person()
    assert mine(duties.crowd.actor(other)) == {
        "items": [], "open": [], "done": [], "counts": {"open": 0, "late": 0, "done": 0},
    }  # fmt: skip


def name(work: PostWork, title: str) -> str:
    """The name of a form's field."""
    return next(str(item["name"]) for item in work.form if item["title"] == title)


def test_a_task_is_done_with_its_form_once(duties: Duties, morning: tuple[Person, PostWork]) -> None:
    person, work = morning
    look, pressure = name(work, "外观"), name(work, "压力")
    for wrong in ({}, {look: "还行"}, {look: "完好", pressure: "很高"}, {look: "完好", "x": 1}):
        with pytest.raises(Invalid):
            do(duties, person, wrong)
    done = do(duties, person, {look: "完好", pressure: "0.7", "note": "左后轮要补气"}, comment="已报修")
    assert (done.state, done.outcome_title, done.done_by_id) == ("done", "完成", person.id)
    assert done.values[look] == "完好"
    assert done.values["note"] == "左后轮要补气"
    again = do(duties, person, {look: "破损"}, task=done)  # the second time changes nothing
    assert again.values[look] == "完好"
    assert CaseEvent.select().where(CaseEvent.task_id == done.id, CaseEvent.act == "decided").count() == 1


def test_who_has_not_the_task_can_not_do_it(duties: Duties, morning: tuple[Person, PostWork]) -> None:
    person, work = morning
    task = Task.get(Task.person == person.id)
    with pytest.raises((NotFound, Forbidden)):
        do(duties, duties.crowd.person(), {name(work, "外观"): "完好"}, task=task)


def test_photos_hang_at_the_task_and_not_at_the_work(
    duties: Duties, morning: tuple[Person, PostWork]
) -> None:
    person, work = morning
    who = duties.crowd.actor(person)
    picture = io.BytesIO()
    Image.new("RGB", (40, 40), "white").save(picture, "PNG")
    photo = in_transaction(photos.upload, who, PHOTOS, ACT_TASKS, "轮胎.png", picture.getvalue())
    done = do(duties, person, {name(work, "外观"): "完好", "photos": [str(photo.id)]})
    kept = Attachment.get_by_id(photo.id)
    assert (kept.ledger, kept.row_id) == (PHOTOS, done.id)
    assert photos.read(who, photo.id)[0] == "轮胎.png"
    assert photos.read(duties.officer, photo.id)[0] == "轮胎.png"
    with pytest.raises(AnbanError):
        photos.read(duties.crowd.actor(duties.crowd.person()), photo.id)


@pytest.mark.one_engine
def test_who_has_it_handed_on_reads_why(duties: Duties, morning: tuple[Person, PostWork]) -> None:
    person, _ = morning
    other, third = (duties.holder(duties.post(name)) for name in ("副值长", "值长"))
    task = Task.get(Task.person == person.id)
    assert words_alone(task) == ()
    for giver, to, why in ((person, other, "我休假"), (other, third, "")):
        task = in_transaction(hand_on, duties.crowd.actor(giver), task.id, to.id, why)
    assert [(said.name, said.text) for said in words_alone(Task.get_by_id(task.id))] == [
        (person.name, "我休假")
    ]


def test_a_cancelled_task_is_not_done_and_goes_to_nobody_else(
    duties: Duties, morning: tuple[Person, PostWork]
) -> None:
    person, work = morning
    other = duties.holder(duties.post("副值长"))
    task = Task.get(Task.person == person.id)
    with pytest.raises(Invalid) as one_way:
        in_transaction(decide, duties.crowd.actor(person), task.id, "refuse", values=None)
    assert set(one_way.value.fields) == {"outcome"}
    Task.update(state="cancelled").where(Task.person == person.id).execute()
    with pytest.raises(Conflict) as gone:
        do(duties, person, {name(work, "外观"): "完好"}, task=task)
    assert gone.value.code == "moved_on"
    with pytest.raises(Conflict) as held:
        in_transaction(hand_on, duties.crowd.actor(person), task.id, other.id, "")
    assert held.value.code == "moved_on"


def stand_in(duties: Duties, absent: Person, instead: Person) -> None:
    """Somebody stands in for another today."""
    Proxy.create(company=duties.unit, person=absent, proxy=instead, starts_on=today(), ends_on=today())


def test_what_one_did_the_other_hears_of_and_a_stranger_does_not(
    duties: Duties, morning: tuple[Person, PostWork]
) -> None:
    person, work = morning
    mate, stranger = (duties.crowd.person() for _ in range(2))
    stand_in(duties, person, mate)
    done = do(duties, mate, {name(work, "外观"): "完好"}, task=Task.get(Task.person == person.id))
    assert (done.person_id, done.done_by_id) == (person.id, mate.id)
    assert CaseEvent.get(CaseEvent.task_id == done.id, CaseEvent.act == "decided").for_name == person.name
    with pytest.raises(Conflict) as told:
        do(duties, person, {name(work, "外观"): "破损"}, task=done)
    assert told.value.code == "done_already" and told.value.details["by"] == mate.name
    with pytest.raises((NotFound, Forbidden)):
        do(duties, stranger, {name(work, "外观"): "破损"}, task=done)
    assert Task.get_by_id(done.id).values[name(work, "外观")] == "完好"


def test_who_sees_a_task_that_stands_alone(duties: Duties, morning: tuple[Person, PostWork]) -> None:
    """Whose it is, who did it, who handed it on, and who reads all tasks of the unit."""
    person, work = morning
    mate, did = (duties.crowd.person() for _ in range(2))
    task = Task.get(Task.person == person.id)

    def sees(*who: Person | Actor) -> list[bool]:
        found = []
        for one in who:
            actor = one if isinstance(one, Actor) else duties.crowd.actor(one)
            try:
                task_view(actor, task.id)
                found.append(True)
            except NotFound:
                found.append(False)
        return found

    other_officer = duties.crowd.officer(duties.crowd.other)
    assert sees(person, mate, did, duties.officer, other_officer) == [True, False, False, True, False]
    in_transaction(hand_on, duties.crowd.actor(person), task.id, mate.id, "")
    assert sees(person, mate, did) == [True, True, False]
    stand_in(duties, mate, did)
    do(duties, did, {name(work, "外观"): "完好"}, task=task)
    Proxy.delete().execute()
    assert sees(person, mate, did) == [True, True, True]
    seen = task_view(duties.crowd.actor(did), task.id)
    assert (seen["case"], seen["outcomes"], seen["may"]["comment"], seen["done"]["by"]) == (
        None,
        [],
        False,
        did.name,
    )


def test_it_is_handed_on_to_somebody_else_of_the_unit_who_is_there(
    duties: Duties, morning: tuple[Person, PostWork]
) -> None:
    person, work = morning
    mate = duties.crowd.person(name="同班")
    task = Task.get(Task.person == person.id)
    who = duties.crowd.actor(person)
    for wrong in (person, duties.crowd.person(bound="ended"), duties.crowd.person(unit=duties.crowd.other)):
        with pytest.raises(Invalid) as refused:
            in_transaction(hand_on, who, task.id, wrong.id, "请代办")
        assert set(refused.value.fields) == {"person"}
    with pytest.raises((NotFound, Forbidden)):
        in_transaction(hand_on, duties.crowd.actor(mate), task.id, mate.id, "给我")
    in_transaction(hand_on, who, task.id, mate.id, "")
    given = Task.get_by_id(task.id)
    assert (given.person_id, given.handed_from_id, given.due_at) == (mate.id, person.id, task.due_at)
    event = CaseEvent.get(CaseEvent.task_id == task.id, CaseEvent.act == "handed")
    assert (event.comment, event.detail) == (None, {"to": "同班"})
    assert do(duties, mate, {name(work, "外观"): "完好"}, task=given).done_by_id == mate.id


def test_a_changed_form_is_what_is_asked_for_from_then_on(
    duties: Duties, morning: tuple[Person, PostWork]
) -> None:
    person, work = morning
    duties.edit("post-works", work.id, result="")
    done = do(duties, person)
    assert done.state == "done"
    assert date.fromisoformat(done.once_key[-10:]) == date(2026, 11, 22)
