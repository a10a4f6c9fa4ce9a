"""My posts and what they ask of me (K02), my certificates (K03) and my training (K04), on the phone."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from models.core.clock import now
from models.core.db.connection import in_transaction
from models.core.errors import Malformed
from models.objectives.holding.refresh import refresh
from models.objectives.records import PersonPost, Post
from models.objectives.requirements.records import HazardFactor, PostCertificate, PostFactor, PostTraining
from models.organization.records import Company, Person
from models.training.archive.records import Training
from models.training.certificate_types.records import CertificateType
from models.training.courses.records import Course, TrainingType
from tests.support.clock_in_plant import Plant
from tests.support.doors import Call


def driver(plant: Plant, who: int = 1, **account: Any) -> tuple[Company, Person, Post]:
    """Somebody who holds a post that asks for N1, a yearly training of 8 hours, and meets noise."""
    unit = plant.units[0]
    person = plant.person(who, unit)
    plant.account(who, unit, **account)
    post = Post.create(company=unit, name="叉车司机", duties="班前看车")
    PersonPost.create(company=unit, person=person, post=post)
    PostCertificate.create(company=unit, post=post, type=CertificateType.get(CertificateType.code == "N1"))
    kind = TrainingType.get(TrainingType.name == "特种设备作业人员培训")
    PostTraining.create(company=unit, post=post, type=kind, hours="8", period="year")
    PostFactor.create(
        company=unit, post=post, factor=HazardFactor.get(HazardFactor.name == "噪声"), detail="叉车"
    )
    in_transaction(refresh, unit.id)
    return unit, person, post


def train(unit: Company, person: Person, hours: int, ago: int, result: str = "passed") -> None:
    day = (now() - timedelta(days=ago)).date()
    Training.create(
        company=unit, person=person, course=Course.get(Course.code == "PX12"), held_on=day, hours=hours, score=90,
        result=result,
    )  # fmt: skip


@pytest.mark.gen_test(timeout=30)
async def test_my_posts_say_what_they_ask_and_how_that_stands(plant: Plant, phone: Call) -> None:
    _, person, _ = driver(plant)
    (post,) = (await phone("GET", "/my-posts", token=plant.tokens[1])).json["items"]
    assert (post["name"], post["duties"]) == ("叉车司机", "班前看车")
    assert [(one["title"], one["state_title"]) for one in post["certificates"]] == [("N1 叉车司机", "缺失")]
    assert [(one["title"], one["state_title"]) for one in post["trainings"]] == [
        ("特种设备作业人员培训", "未参加")
    ]
    assert post["factors"] == [{"title": "噪声", "detail": "叉车"}] and post["works"] == []
    asked = (await phone("GET", "/certificates", token=plant.tokens[1])).json
    assert [(one["title"], one["posts"], one["state"]) for one in asked["asked"]] == [
        ("N1 叉车司机", "叉车司机", "missing")
    ]
    assert asked["sent"] == [] and person.id


@pytest.mark.gen_test(timeout=30)
async def test_my_training_counts_hours_that_still_count(plant: Plant, phone: Call) -> None:
    unit, person, _ = driver(plant)

    async def mine() -> Any:
        return (await phone("GET", "/my-training", token=plant.tokens[1])).json

    train(unit, person, 8, ago=400)
    train(unit, person, 8, ago=30, result="failed")
    (asked,) = (await mine())["asked"]
    assert asked["state"] == "missing", (
        "what is older than its period, and what was not passed, count no more"
    )
    train(unit, person, 5, ago=20)
    assert (await mine())["asked"][0]["state"] == "short"
    train(unit, person, 3, ago=10)
    found = await mine()
    (asked,) = found["asked"]
    assert (asked["state"], asked["posts"]) == ("done", "叉车司机") and "已完成 8 学时" in asked["detail"]
    assert [(one["hours"], one["result"]) for one in found["done"]] == [
        (3, "passed"), (5, "passed"), (8, "failed"), (8, "passed"),
    ]  # fmt: skip


@pytest.mark.gen_test(timeout=30)
async def test_my_training_leads_to_where_a_course_is_learned(plant: Plant, phone: Call) -> None:
    unit, person, _ = driver(plant)
    train(unit, person, 8, ago=10)
    mine = (await phone("GET", "/my-training", token=plant.tokens[1])).json
    assert mine["asked"][0]["links"] == [] and mine["done"][0]["address"] is None
    course: Any = Course.select().where(Course.name == mine["done"][0]["course"]).get()
    address = "https://exam.example.cn/course/7"
    Course.update(address=address).where(Course.id == course.id).execute()
    others = plant.unit("别的单位")
    Course.create(
        company=others,
        name="别家的课",
        type=course.type_id,
        mode="online",
        hours=1,
        period="year",
        address=address,
    )
    mine = (await phone("GET", "/my-training", token=plant.tokens[1])).json
    assert mine["asked"][0]["links"] == [{"title": course.name, "address": address}]
    assert mine["done"][0]["address"] == address
    Course.update(enabled=False).where(Course.id == course.id).execute()
    assert (await phone("GET", "/my-training", token=plant.tokens[1])).json["asked"][0]["links"] == []


@pytest.mark.parametrize(
    "address", ["javascript:alert(1)", "exam.example.cn", "https://a b", 'https://a"onclick']
)
def test_only_a_whole_web_address_is_one(address: str) -> None:
    with pytest.raises(Malformed):
        Course._meta.fields["address"].clean(address)


@pytest.mark.gen_test(timeout=30)
async def test_nobody_sees_anything_of_others(plant: Plant, phone: Call) -> None:
    driver(plant)
    plant.person(2, plant.units[0])
    plant.account(2, plant.units[0])
    assert (await phone("GET", "/my-posts", token=plant.tokens[2])).json == {"items": []}
    assert (await phone("GET", "/my-training", token=plant.tokens[2])).json == {
        "asked": [],
        "done": [],
        "hours": 0,
    }
