"""My periodic work over HTTP: one's own, in the unit worked for, and nothing without signing in (K05)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest

from models.administration.roles.roles import builtin
from models.objectives.records import PersonPost, Post, PostWork
from tests.support.clock_in_plant import Plant
from tests.support.doors import Desk

PASSWORD = "Anquan-2026"


@pytest.mark.gen_test(timeout=30)
async def test_everybody_sees_their_own_work_and_nobody_elses(plant: Plant, desk: Callable[[], Desk]) -> None:
    unit = plant.units[0]
    post = Post.create(company=unit, name="叉车司机", duties="驾驶", standing="in_force")
    PostWork.create(
        company=unit, post=post, kind="equipment", name="班前检查", period="day", next_on=date(2026, 12, 1)
    )
    people = {who: plant.person(who, unit) for who in (1, 2)}
    PersonPost.create(company=unit, person=people[1], post=post)
    for who in people:
        plant.account(who, unit, role=builtin("worker"), password=PASSWORD)
    told = {}
    for who in people:
        console = desk()
        await console.sign_in(f"1380000000{who}", PASSWORD)
        answer = await console("GET", "/work")
        assert answer.status == 200, answer.json
        told[who] = [one["post"]["name"] for one in answer.json["items"]]
    assert told == {1: ["叉车司机"], 2: []}
    assert (await desk()("GET", "/work")).status == 401
