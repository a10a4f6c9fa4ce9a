"""What I have to read on the phone: the list, one edition with its files, and 我已阅读 (B02)."""

from __future__ import annotations

import pytest
from tornado.web import Application

from models.organization.records import Binding
from models.tasks.publication.records import EditionRead
from tests.miniprogram_api.test_messages import token_of
from tests.models.regulations.conftest import Library
from tests.support.doors import Call
from tests.support.people_to_tell import Crowd


@pytest.mark.gen_test(timeout=30)
async def test_a_worker_reads_a_new_edition_and_says_so(app: Application, crowd: Crowd, phone: Call) -> None:
    library = Library(crowd)
    draft = library.draft(must_read=True)
    library.attach(draft)
    row = library.approved(draft)
    draft = library.draft("还没批")
    token = token_of(library.worker)
    found = (await phone("GET", "/reading", token=token)).json
    assert found["unread"] == 1
    assert [(one["id"], one["title"], one["state"]) for one in found["items"]] == [
        (str(row.id), "叉车安全操作规程", "unread")
    ]
    path = f"/reading/documents/{row.id}"
    one = (await phone("GET", path, token=token)).json
    assert one["may_mark"] and {"title": "正文或摘要", "text": "限速 5 公里。"} in one["texts"]
    assert one["changes"] == [], "a first edition changes nothing"
    assert not {"要求阅读", "名称", "正文或摘要"} & {fact["title"] for fact in one["facts"]}
    assert "要求阅读" not in [fact["title"] for fact in one["facts"]]
    (file,) = one["files"]
    fetched = await phone("GET", f"{path}/files/{file['id']}", token=token)
    assert (fetched.status, fetched.headers["Content-Type"]) == (200, "image/png")
    read = await phone("POST", path, json={}, token=token)
    assert (read.status, read.json["state"]) == (200, "read")
    assert (await phone("POST", path, json={}, token=token)).json["state"] == "read"
    assert (await phone("GET", "/reading", token=token)).json["unread"] == 0
    hidden = f"/reading/documents/{draft.id}"
    assert (await phone("GET", hidden, token=token)).status == 404
    assert (await phone("POST", hidden, json={}, token=token)).status == 404
    assert (await phone("GET", f"/reading/persons/{library.worker.id}", token=token)).status == 404


@pytest.mark.gen_test(timeout=30)
async def test_a_new_edition_says_what_is_different(app: Application, crowd: Crowd, phone: Call) -> None:
    library = Library(crowd)
    first = library.in_force(must_read=True)
    second = library.approved(library.revised(first, content="限速 3 公里。"))
    one = (await phone("GET", f"/reading/documents/{second.id}", token=token_of(library.worker))).json
    assert one["changes"] == [{"title": "正文或摘要", "old": "限速 5 公里。", "new": "限速 3 公里。"}]
    assert (one["edition"], one["why"]) == (2, "事故后降速")


@pytest.mark.gen_test(timeout=30)
async def test_who_has_left_reads_nothing(app: Application, crowd: Crowd, phone: Call) -> None:
    library = Library(crowd)
    row = library.in_force(must_read=True)
    token = token_of(library.worker)
    Binding.update(state="ended").where(Binding.person == library.worker.id).execute()
    assert (await phone("GET", "/reading", token=token)).json["items"] == []
    refused = await phone("POST", f"/reading/documents/{row.id}", json={}, token=token)
    assert refused.status in (403, 404)
    assert refused.json["error"]["title"] and refused.json["error"]["advice"]
    assert not EditionRead.select().exists()


@pytest.mark.gen_test(timeout=30)
async def test_another_companys_edition_is_not_there(app: Application, crowd: Crowd, phone: Call) -> None:
    library = Library(crowd)
    draft = library.draft(must_read=True)
    file = library.attach(draft)
    row = library.approved(draft)
    token = token_of(library.stranger)
    assert (await phone("GET", "/reading", token=token)).json == {"items": [], "unread": 0}
    path = f"/reading/documents/{row.id}"
    for method, rest in (("GET", ""), ("POST", ""), ("GET", f"/files/{file['id']}")):
        sent = {} if method == "POST" else None
        assert (await phone(method, path + rest, json=sent, token=token)).status == 404
