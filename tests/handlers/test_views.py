"""Views over HTTP: a statistic, its workbook and picture, a matrix; nothing of another company, nothing without the right."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from models.administration.roles.roles import builtin
from models.core.db.connection import in_transaction
from models.core.views import Statistic, all_views
from models.duty.gate import clock_in
from tests.support.clock_in_plant import Plant
from tests.support.doors import Desk

LOGIN, PASSWORD = "13800000001", "Anquan-2026"


@pytest.mark.gen_test(timeout=30)
async def test_what_one_may_read_is_counted_and_nothing_else(plant: Plant, desk: Callable[[], Desk]) -> None:
    here, there = plant.units[0], plant.unit("别家")
    plant.account(1, here, role=builtin("safety_officer"), password=PASSWORD)
    plant.certificate(plant.person(2, there))
    plant.account(2, there)
    machines = plant.equipment(here), plant.equipment(there)
    in_transaction(clock_in, [plant.scan(0, machines[0]), plant.scan(2, machines[1], there)])
    console = desk()
    await console.sign_in(LOGIN, PASSWORD)
    found = await console("GET", "/views/clock-in-statistic?by=company")
    assert found.status == 200, found.json
    assert found.json["total"] == [1, 0]
    assert [group["filters"]["company"] for group in found.json["groups"]] == [[str(here.id)]]
    for path in ("by=weather", "step=hour", "f.weather=rain", "f.day.from=gestern"):
        assert (await console("GET", f"/views/clock-in-statistic?{path}")).status == 422, path
    people = await console("GET", "/views/certificate-matrix")
    assert people.status == 200 and [row["label"] for row in people.json["rows"]] == ["工人0"]
    assert (await console("GET", f"/views/certificate-matrix?company={there.id}")).status == 404
    menu = (await console("GET", "/session")).json["menu"]
    named = {item["view"] for group in menu for item in group["items"] if "view" in item}
    assert named == {view.name for view in all_views()}
    counted = [view for view in all_views() if isinstance(view, Statistic) and not view.ranked]
    told = {group["title"]: [item.get("view") for item in group["items"]] for group in menu}
    assert set(told["统计分析"]) == {view.name for view in counted}, (
        "all that is counted is looked for in one place"
    )
    order = list(told)
    assert order.index("现场管理") < order.index("统计分析") < order.index("通知")
    assert told["目标职责"].index("points-ranking") > 0, "a ranking stays beside its ledger"


@pytest.mark.gen_test(timeout=30)
async def test_who_may_not_read_the_ledger_sees_no_number(plant: Plant, desk: Callable[[], Desk]) -> None:
    plant.account(1, plant.units[0], role=builtin("worker"), password=PASSWORD)
    console = desk()
    await console.sign_in(LOGIN, PASSWORD)
    for name in (
        "hazard-statistic/sheet.xlsx",
        "clock-in-statistic/sheet.xlsx",
        "certificate-matrix/sheet.xlsx",
    ):
        assert (await console("GET", f"/views/{name}")).status == 403, name


@pytest.mark.gen_test(timeout=30)
async def test_a_tree_shows_the_own_branch_and_what_one_may_read_of_it(
    plant: Plant, desk: Callable[[], Desk]
) -> None:
    here, there = plant.units[0], plant.unit("别家")
    plant.account(1, here, role=builtin("safety_officer"), password=PASSWORD)
    plant.account(2, there, role=builtin("worker"), password=PASSWORD)
    console = desk()
    await console.sign_in(LOGIN, PASSWORD)
    found = await console("GET", "/views/company-tree")
    assert found.status == 200, found.json
    assert {node["name"] for node in found.json["nodes"]} == {here.name} and "别家".encode() not in found.body
    count = {each["title"]: each for each in found.json["counts"]}["人员"]
    rows = await console("GET", f"/persons?f.{count['inside']}={found.json['nodes'][0]['id']}")
    assert rows.json["count"]["value"] == found.json["nodes"][0]["numbers"][0] == 1
    foreign = await console("GET", f"/persons?f.{count['inside']}={there.id}")
    assert foreign.json["count"]["value"] == 0, "a branch of another company holds nothing"
    assert (await console("GET", "/views/company-tree/sheet.xlsx")).status == 200
    assert (await console("GET", "/views/company-tree/picture.png")).status == 404
    folders = await console("GET", "/views/folder-tree")
    assert [node["name"] for node in folders.json["nodes"]][:1] == ["法规标准"]
    other = desk()
    await other.sign_in("13800000002", PASSWORD)
    assert (await other("GET", "/views/company-tree")).status == 403
