"""My posts, certificates and training in the console, as the phone has them (K02, K03, K04); of nobody else."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from models.administration.roles.roles import builtin
from models.organization.records import Person
from models.training.certificate_types.records import CertificateType
from tests.miniprogram_api.test_my_posts import driver, train
from tests.support.clock_in_plant import Plant
from tests.support.doors import Call, Desk

PASSWORD = "Anquan-2026"
DAYS = {"valid_until": "2028-10-01"}


@pytest.mark.gen_test(timeout=30)
async def test_the_desk_says_of_me_what_the_phone_says(
    plant: Plant, desk: Callable[[], Desk], phone: Call
) -> None:
    unit, person, _ = driver(plant, role=builtin("safety_officer"), password=PASSWORD)
    train(unit, person, 5, 10)
    plant.certificate(person)
    plant.certificate(plant.person(2, unit))
    plant.account(3, unit, role=builtin("safety_officer"), password=PASSWORD)
    console = desk()
    await console.sign_in("13800000001", PASSWORD)
    for here, there in (
        ("my-posts", "my-posts"), ("my-certificates", "certificates"), ("my-training", "my-training"), ("my-reading", "reading"),
    ):  # fmt: skip
        mine, told = await console("GET", f"/{here}"), await phone("GET", f"/{there}", token=plant.tokens[1])
        assert mine.status == told.status == 200, (here, mine.json)
        assert mine.json == told.json, here
    (post,) = (await console("GET", "/my-posts")).json["items"]
    assert post["name"] == "叉车司机" and post["trainings"][0]["state"] == "short"
    held = (await console("GET", "/my-certificates")).json["items"]
    assert len(held) == 1, "nobody else's"
    own = {page["name"] for page in (await console("GET", "/session")).json["own"]}
    assert {"my-work", "my-posts", "my-certificates", "my-training"} <= own
    other = desk()
    await other.sign_in("13800000003", PASSWORD)
    assert (await other("GET", "/my-posts")).json == {"items": []}


@pytest.mark.gen_test(timeout=30)
async def test_what_i_send_in_at_the_desk_waits_for_somebody_else(
    plant: Plant, desk: Callable[[], Desk]
) -> None:
    _, person, _ = driver(plant, role=builtin("safety_officer"), password=PASSWORD)
    console = desk()
    await console.sign_in("13800000001", PASSWORD)
    (asked,) = (await console("GET", "/my-certificates")).json["asked"]
    assert asked["state"] == "missing"
    kind = CertificateType.get(CertificateType.code == "N1")
    assert asked["type"] == str(kind.id)
    number = f"T{Person.get_by_id(person.id).id_number}"
    values = {"type": asked["type"], "number": number, **DAYS}
    made = await console("POST", "/certificate-uploads", json={"values": values})
    assert made.status == 201, made.json
    (sent,) = (await console("GET", "/my-certificates")).json["sent"]
    assert (sent["id"], sent["state"], sent["title"]) == (made.json["id"], "waiting", asked["title"])


@pytest.mark.gen_test(timeout=30)
async def test_who_may_only_look_has_nothing_of_their_own(plant: Plant, desk: Callable[[], Desk]) -> None:
    plant.account(1, plant.units[0], role=builtin("supervisor"), password=PASSWORD)
    console = desk()
    await console.sign_in("13800000001", PASSWORD)
    for name in ("my-posts", "my-certificates", "my-training", "my-reading"):
        assert (await console("GET", f"/{name}")).status == 403, name
