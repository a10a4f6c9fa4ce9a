"""A library, its updates, and many files at once, over HTTP: every answer as the OpenAPI has it (J07, B02)."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

import pytest
from PIL import Image

from models.core.ledger.library.declaration import digest_of
from models.core.ledger.library.records import LibraryCopy
from tests.models.administration.conftest import GOOD
from tests.models.organization.conftest import Town
from tests.support.doors import Answer, Desk
from tests.support.prepared_rows import lay_standards


@pytest.fixture
def town(app: Any) -> Town:
    lay_standards()
    return Town()


async def signed_in(desk: Callable[[], Desk], town: Town, role: str = "safety_officer") -> Desk:
    town.account(role, role=role, company=town.company)
    console = desk()
    assert (await console.sign_in(role, GOOD)).status == 200
    return console


def multipart(name: str, colour: str = "white") -> dict[str, Any]:
    paper = io.BytesIO()
    Image.new("RGB", (40, 40), colour).save(paper, "PNG")
    head = f'--b\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n\r\n'.encode()
    return {
        "json": head + paper.getvalue() + b"\r\n--b--\r\n",
        "headers": {"Content-Type": "multipart/form-data; boundary=b"},
    }


@pytest.mark.gen_test(timeout=60)
async def test_a_law_is_picked_gets_its_file_by_name_and_an_update_by_choice(
    desk: Callable[[], Desk], town: Town
) -> None:
    console = await signed_in(desk, town)
    shelf = (await console("GET", "/documents/library")).json
    assert len(shelf["items"]) > 100 and shelf["groups"][0] == "法律"
    taken = await console("POST", "/documents/library", json={"picks": [{"source": "product:FG001"}]})
    assert (taken.status, taken.json["refused"]) == (200, [])
    law = taken.json["made"][0]
    found: Answer = await console("POST", "/documents/files", **multipart("中华人民共和国安全生产法.png"))
    assert (found.status, found.json["rows"]) == (200, [law])
    lost = await console("POST", "/documents/files", **multipart("没有.png", "red"))
    assert (lost.status, lost.json["rows"]) == (200, [])
    copy = LibraryCopy.get(LibraryCopy.ledger == "documents")
    content = copy.content
    content["values"] |= {"issuer": "从前的", "number": "从前的"}
    LibraryCopy.update(content=content, digest=digest_of(content)).where(LibraryCopy.id == copy.id).execute()
    at = f"/documents/{law['id']}/standard"
    news = (await console("GET", at)).json["copy"]
    assert {one["key"] for one in news["changes"]} == {"issuer", "number"} and news["standing"] == "moved"
    assert (await console("POST", at, json={})).status == 409
    assert "还有 1 处没有处理" in (await console("POST", at, json={"adopt": ["number"]})).json["message"]
    assert (await console("POST", at, json={"decline": ["issuer"]})).status == 200
    left = (await console("GET", at)).json["copy"]
    assert (left["standing"], [one["declined"] for one in left["changes"]]) == ("declined", [True])


@pytest.mark.gen_test(timeout=60)
async def test_only_what_is_declared_is_offered(desk: Callable[[], Desk], town: Town) -> None:
    console = await signed_in(desk, town)
    assert (await console("GET", "/grid/library")).status in (404, 405, 422)  # a tree has a picker of its own
    assert (await console("POST", "/courses/files", **multipart("x.png"))).status in (404, 405, 422)
    reader = await signed_in(desk, town, "worker")
    assert (await reader("POST", "/documents/files", **multipart("x.png"))).status == 403
