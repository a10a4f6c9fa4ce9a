"""What is chosen for a sheet before it is imported, and what an import leaves, over HTTP (Q05)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from io import BytesIO
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook

from models.core.jobs import jobs
from tests.models.administration.conftest import GOOD
from tests.models.organization.conftest import Town, number
from tests.support.doors import Answer, Desk
from tests.support.told_document import told_document

TITLES = ["姓名", "身份证号", "联系电话", "是否添加账号"]


@pytest.fixture(autouse=True)
def _no_jobs_left() -> Iterator[None]:
    yield
    jobs.stop()


@pytest.fixture
def town(app: Any) -> Town:
    return Town()


def sheet(place: int) -> bytes:
    made = Workbook()
    for row in (TITLES, [f"工人{place}", number(place), f"1380000{place:04d}", "是"]):
        made.active.append(row)
    target = BytesIO()
    made.save(target)
    head = b'--b\r\nContent-Disposition: form-data; name="file"; filename="a.xlsx"\r\n\r\n'
    return head + target.getvalue() + b"\r\n--b--\r\n"


async def checked(console: Desk, place: int) -> str:
    """The address of a checked sheet."""
    headers = {"Content-Type": "multipart/form-data; boundary=b"}
    job = await console("POST", "/persons/imports", json=sheet(place), headers=headers)
    assert job.status == 202, job.body
    jobs.wait(job.json["id"])
    return f"/persons/imports/{job.json['id']}"


async def finished(console: Desk, begun: Answer) -> dict[str, Any]:
    assert begun.status == 202, begun.body
    jobs.wait(begun.json["id"])
    job: dict[str, Any] = (await console("GET", f"/jobs/{begun.json['id']}")).json
    assert job["state"] == "done", job["error"]
    return job


async def signed_in(desk: Callable[[], Desk], town: Town, role: str) -> Desk:
    town.account(role, role=role, company=town.company)
    console = desk()
    assert (await console.sign_in(role, GOOD)).status == 200
    return console


@pytest.mark.gen_test(timeout=60)
async def test_an_unknown_first_password_is_refused_at_the_option_and_the_right_one_leaves_a_sheet_of_codes(
    desk: Callable[[], Desk], town: Town
) -> None:
    console = await signed_in(desk, town, "reviewing_officer")
    path = await checked(console, 1)
    for options, field in (({"first_password": "1234"}, "first_password"), ({"shift": "day"}, "shift")):
        refused = await console("POST", f"{path}/commit", json={"options": options})
        assert (refused.status, list(refused.json["error"]["fields"])) == (422, [field])
    chosen = {"options": {"first_password": "activation_code"}}
    job = await finished(console, await console("POST", f"{path}/commit", json=chosen))
    assert job["result"]["options"] == {**chosen["options"], "bring_back": False, "move_login": True}
    offer = job["result"]["left"]["offer"]
    made = await finished(console, await console("POST", f"/persons/imports/{job['id']}/{offer['name']}"))
    file = await console("GET", f"/jobs/{made['id']}/file")
    (row,) = load_workbook(BytesIO(file.body)).worksheets[0].iter_rows(min_row=2, values_only=True)
    listed = await console("GET", "/jobs")
    assert row[2] not in listed.body.decode()
    assert row[:2] == ("工人1", "13800000001")


@pytest.mark.gen_test(timeout=60)
async def test_callers_that_send_no_body_or_no_option_go_on_as_before(
    desk: Callable[[], Desk], town: Town
) -> None:
    console = await signed_in(desk, town, "reviewing_officer")
    for place, body in ((1, None), (2, {})):
        path = await checked(console, place)
        job = await finished(console, await console("POST", f"{path}/commit", json=body))
        assert (job["result"]["created"], job["result"]["left"]["offer"]) == (1, None)


@pytest.mark.gen_test(timeout=60)
async def test_who_may_not_review_has_no_way_to_the_codes(desk: Callable[[], Desk], town: Town) -> None:
    console = await signed_in(desk, town, "safety_officer")
    path = await checked(console, 1)
    chosen = {"options": {"first_password": "activation_code"}}
    job = await finished(console, await console("POST", f"{path}/commit", json=chosen))
    assert job["result"]["left"]["offer"] is None
    assert (await console("POST", f"/persons/imports/{job['id']}/codes")).status == 403
    values = {**town.values(2, open_account=True), "first_password": "activation_code"}
    made = await console("POST", "/persons", json={"values": values})
    assert (made.status, "once" in made.json) == (201, False)


@pytest.mark.gen_test(timeout=60)
async def test_the_answer_of_creating_shows_the_code_once(desk: Callable[[], Desk], town: Town) -> None:
    console = await signed_in(desk, town, "reviewing_officer")
    values = {**town.values(2, open_account=True), "first_password": "activation_code"}
    made = await console("POST", "/persons", json={"values": values})
    code = made.json["once"].rpartition("激活码 ")[2]
    for path in ("", f"/{made.json['id']}", f"/{made.json['id']}/history"):
        assert code not in (await console("GET", f"/persons{path}")).body.decode()


def test_the_contract_names_the_options_and_their_choices() -> None:
    paths = told_document()["paths"]
    body = paths["/api/console/v1/persons/imports/{job}/commit"]["post"]["requestBody"]
    assert body["required"] is False
    schema = body["content"]["application/json"]["schema"]["properties"]["options"]
    assert schema["properties"]["first_password"]["enum"][:2] == ["activation_code", "id_tail"]
    equipment = paths["/api/console/v1/equipment/imports/{job}/commit"]["post"]["requestBody"]
    options = equipment["content"]["application/json"]["schema"]["properties"]["options"]
    assert (options["properties"], options["additionalProperties"]) == ({}, False)
    follow = paths["/api/console/v1/persons/imports/{job}/codes"]["post"]
    assert follow["x-right"] == "bindings.decide"
    assert "/api/console/v1/equipment/imports/{job}/codes" not in paths
