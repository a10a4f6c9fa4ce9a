"""What my posts ask of me and how I stand with it, on the phone (K02, K03, K04)."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from models.core import clock
from models.core.security.actor import Actor
from models.core.security.rights import Scope
from models.objectives.holding import my_posts
from models.objectives.holding.my_training import my_training, standing_of_types
from models.objectives.holding.records import RequiredCertificate
from models.objectives.holding.refresh import _insert
from models.objectives.records import READ_POSTS, Post, PostWork
from models.objectives.requirements.records import PostTraining
from models.organization.records import Person
from models.training.archive.records import READ_TRAININGS, Training
from models.training.courses.records import Course, TrainingType
from models.training.uploads.records import CertificateUpload
from tests.models.objectives.conftest import Duties
from tests.models.objectives.holding.test_required import ENGINEER, ask, certify, hold, kind
from tests.support.clocks import Clock


@pytest.fixture(autouse=True)
def _(clock: Clock) -> None:
    clock.set(2026, 11, 22, 8)


def me(duties: Duties, *people: Person) -> Actor:
    rights = {READ_POSTS: Scope.SELF, READ_TRAININGS: Scope.SELF}
    return Actor(1, "我", duties.unit.id, rights, person_ids=tuple(person.id for person in people))


def day(days: int) -> str:
    return str((clock.today() + timedelta(days=days)).isoformat())


def test_what_i_must_hold_stands_by_what_lacks_first(duties: Duties) -> None:
    post, person = duties.post(), duties.crowd.person(unit=duties.unit, name="黄志强")
    numbers = {}
    for code, until in (("N1", 1000), ("N2", 20), ("Q2", -1), ("Q1", None)):
        ask(duties, post, kind(code, code))
        if until is not None:
            numbers[code] = certify(duties, person, code, until).number
    ask(duties, post, kind(ENGINEER, None), must=False)
    hold(duties, person, post)
    asked = my_posts.asked_of_me(me(duties, person))
    assert [(one["state"], one["until"], one["number"]) for one in asked] == [
        ("missing", None, ""),
        ("expired", day(-1), numbers["Q2"]),
        ("expiring", day(20), numbers["N2"]),
        ("valid", day(1000), numbers["N1"]),
    ]
    (shown,) = my_posts.my_posts(me(duties, person))
    assert [(one["state"], one["until"]) for one in shown["certificates"]] == [
        ("valid", day(1000)), ("expiring", day(20)), ("expired", day(-1)), ("missing", None), ("wished", None),
    ]  # fmt: skip
    stranger = duties.crowd.person(unit=duties.unit)
    assert my_posts.asked_of_me(me(duties, stranger)) == my_posts.my_posts(me(duties, stranger)) == []


def test_only_my_units_works_that_are_switched_on_are_mine(duties: Duties) -> None:
    post = Post.create(standing="in_force", company=None, name="专职安全员")
    for company, name, enabled in (
        (duties.unit, "班前检查", True),
        (duties.unit, "停用", False),
        (duties.crowd.other, "别家", True),
    ):
        PostWork.create(
            company=company, post=post, name=name, enabled=enabled, kind="equipment", period="day"
        )
    person = duties.holder(post)
    (shown,) = my_posts.my_posts(me(duties, person))
    assert [one["title"] for one in shown["works"]] == ["班前检查"]


def test_what_i_sent_in_stands_there_until_it_is_accepted(duties: Duties) -> None:
    person, other = (duties.crowd.person(unit=duties.unit) for _ in range(2))
    for whose, state, number in (
        (person, "waiting", "1"), (person, "refused", "2"), (person, "accepted", "3"), (other, "waiting", "4"),
    ):  # fmt: skip
        CertificateUpload.create(
            company=duties.unit,
            person=whose,
            type=kind(),
            number=number,
            state=state,
            valid_until=clock.today(),
        )
    sent = my_posts.sent_by_me(me(duties, person))
    assert [(one["number"], one["state"]) for one in sent] == [("2", "refused"), ("1", "waiting")]


def course(of: str, name: str = "课程") -> Course:
    found = TrainingType.get_or_none(TrainingType.name == of) or TrainingType.create(
        company=None, name=of, code=of
    )
    return Course.create(company=None, type=found, code=f"{of}{Course.select().count()}", name=name, hours=8)


def train(duties: Duties, person: Person, what: Course, hours: Any, ago: int = 0, **values: Any) -> None:
    wanted = {"held_on": clock.today() - timedelta(days=ago), "hours": hours, "result": "passed", **values}
    Training.create(company=duties.unit, person=person, course=what, **wanted)


@pytest.mark.parametrize(
    ("period", "hours", "ago", "state", "until"),
    [
        ("year", None, 0, "missing", None),
        ("year", "7.5", 1, "short", None),
        ("year", "8", 1, "done", "2027-11-21"),
        ("year", "8", 364, "done", "2026-11-23"),
        ("year", "8", 365, "missing", None),  # a year ago to the day
        ("before", "8", 4000, "done", None),
        ("before", "7.5", 4000, "short", None),
        ("need", "8", 1, "need", None),
        ("need", None, 0, "need", None),
    ],
)
def test_hours_count_as_long_as_the_period_lasts(
    duties: Duties, period: str, hours: str | None, ago: int, state: str, until: str | None
) -> None:
    person, safety, other = duties.crowd.person(unit=duties.unit), course("安全"), course("消防")
    if hours is not None:
        train(duties, person, safety, Decimal(hours), ago)
    train(duties, person, other, 20)
    train(duties, person, safety, 20, ago=3, result="failed")
    train(duties, duties.crowd.person(unit=duties.unit), safety, 20)
    need = PostTraining.create(
        company=duties.unit, post=duties.post(), type=safety.type_id, period=period, hours=8
    )
    stands = standing_of_types([person.id], [PostTraining.get_by_id(need.id)])[need.id]
    assert (stands["state"], stands["until"]) == (state, until)


def test_the_hours_of_this_year_are_those_that_were_passed(duties: Duties) -> None:
    person, safety = duties.crowd.person(unit=duties.unit), course("安全")
    for hours, on, result in (
        (1, "2026-01-01", "passed"), (2, "2025-12-31", "passed"), (4, "2026-11-21", "failed"), (8, "2026-11-22", "passed"),
    ):  # fmt: skip
        train(duties, person, safety, hours, held_on=date.fromisoformat(on), result=result)
    elsewhere = duties.crowd.person(unit=duties.crowd.other)
    train(duties, elsewhere, safety, 16)
    found = my_training(me(duties, person, elsewhere))
    assert (found["hours"], len(found["done"])) == (9, 4), "of the unit worked for alone"


def test_of_two_posts_the_one_that_asks_most_stands_and_both_are_named(duties: Duties) -> None:
    person, safety, fire = duties.crowd.person(unit=duties.unit), course("安全"), course("消防")
    for name, asked in (("叉车司机", 8), ("班长", 16)):
        post = duties.post(name)
        duties.hold(person, post)
        PostTraining.create(company=duties.unit, post=post, type=safety.type_id, period="year", hours=asked)
        if name == "班长":
            PostTraining.create(company=duties.unit, post=post, type=fire.type_id, period="year", hours=4)
    train(duties, person, safety, 10, 1)
    train(duties, person, fire, 4, 1)
    asked = my_training(me(duties, person))["asked"]
    assert [(one["title"], one["posts"], one["state"]) for one in asked] == [
        ("安全", "叉车司机、班长", "short"), ("消防", "班长", "done"),
    ]  # fmt: skip


def test_rows_that_somebody_else_has_just_put_in_hold_nobody_up(duties: Duties) -> None:
    people = [duties.crowd.person(unit=duties.unit) for _ in range(3)]
    rows = [
        {
            "company": duties.unit, "person": person.id, "type": kind().id, "posts": "叉车司机", "code": "N1",
            "held": "missing", "number": None, "certificate_id": None, "ends_on": clock.today(),
        }
        for person in people
    ]  # fmt: skip
    _insert([dict(rows[1])])
    _insert([dict(row) for row in rows])
    _insert([dict(rows[0])])
    assert sorted(row.person_id for row in RequiredCertificate.select()) == [one.id for one in people]
