"""What goes out compressed, and that no secret does (docs/decisions/compression.md)."""

from __future__ import annotations

import gzip
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from tornado.httputil import HTTPHeaders, HTTPServerRequest, RequestStartLine
from tornado.web import Application

from handlers.web.guards.compressing import LEAST, accepted
from models.administration.roles.roles import builtin
from models.core.fields import Secret
from server import application
from tests.support.clock_in_plant import Plant
from tests.support.told_document import told_document

SCRIPT = "let words = '上岗'\n" * 200
BUILT = {"br": b"packed by brotli", "gzip": gzip.compress(SCRIPT.encode()), "": SCRIPT.encode()}
LOGIN, PASSWORD = "13800000001", "Anquan-2026"
#: What opens something, as it is called in the shapes of this house.
SECRET = re.compile(r"token|secret|password|recovery|activation|ticket|otp|(^|_)key$|tie_code", re.I)
#: Called so, and opening nothing: when and how often, a choice, the half of a key that is a name, which alarm it is.
NO_SECRETS = {
    "recovery_codes_left", "first_password", "first_password_used_at", "first_password_until", "password_changed_at",
    "must_change_password", "access_key", "key",
}  # fmt: skip


@pytest.fixture
def fronts(tmp_path: Path) -> None:
    """A front end with a script that was packed, and one that was not."""
    built = tmp_path / "dist" / "m" / "assets"
    built.mkdir(parents=True)
    (built.parent / "index.html").write_text("<title>安班</title>")
    (built / "a.js").write_text(SCRIPT)
    (built / "a.js.br").write_bytes(BUILT["br"])
    (built / "a.js.gz").write_bytes(BUILT["gzip"])
    (built / "plain.css").write_text("a{}")


@pytest.mark.parametrize(
    ("asked", "given"),
    [
        ("gzip, deflate, br, zstd", ["br", "gzip"]),
        ("gzip", ["gzip"]),
        ("GZIP;q=0.5, br;q=0", ["gzip"]),
        ("*", ["br", "gzip"]),
        ("*;q=0, gzip", ["gzip"]),
        ("identity", []),
        ("gzip;q=often", []),
        ("", []),
    ],
)
def test_what_is_accepted(asked: str, given: list[str]) -> None:
    headers = HTTPHeaders({"Accept-Encoding": asked, "Host": "a"})
    request = HTTPServerRequest(start_line=RequestStartLine("GET", "/", "HTTP/1.1"), headers=headers)
    assert accepted(request) == given


@pytest.mark.gen_test
async def test_built_files_go_out_as_they_were_packed(
    fronts: None, app: Application, http_client: Any, base_url: str
) -> None:
    tags = set()
    for asked, coding in (("br, gzip", "br"), ("gzip", "gzip"), ("identity", "")):
        answer = await http_client.fetch(
            f"{base_url}/m/assets/a.js", headers={"Accept-Encoding": asked}, decompress_response=False
        )
        assert answer.headers.get("Content-Encoding", "") == coding
        assert answer.body == BUILT[coding]
        assert answer.headers["Content-Type"] == "text/javascript"
        assert answer.headers["Vary"] == "Accept-Encoding"
        assert "immutable" in answer.headers["Cache-Control"]
        tags.add(answer.headers["Etag"])
    assert len(tags) == 3  # a cache never takes one for the other
    plain = await http_client.fetch(
        f"{base_url}/m/assets/plain.css", headers={"Accept-Encoding": "br"}, decompress_response=False
    )
    assert "Content-Encoding" not in plain.headers
    assert plain.body == b"a{}"


@pytest.mark.gen_test(timeout=30)
async def test_json_is_packed_for_pages_of_ours_and_secrets_are_not(
    app: Application, http_client: Any, base_url: str
) -> None:
    async def ask(path: str, **headers: str) -> Any:
        return await http_client.fetch(
            base_url + path, raise_error=False, decompress_response=False,
            headers={name.replace("_", "-"): text for name, text in headers.items()},
        )  # fmt: skip

    whole = await ask("/api/openapi.json")
    for site in ({"Sec_Fetch_Site": "same-origin"}, {}):
        answer = await ask("/api/openapi.json", Accept_Encoding="br, gzip", **site)
        assert answer.headers["Content-Encoding"] == "gzip"
        assert answer.headers["Vary"] == "Accept-Encoding"
        assert len(answer.body) == int(answer.headers["Content-Length"]) < len(whole.body) / 8
        assert gzip.decompress(answer.body) == whole.body
    for foreign in ("cross-site", "same-site", "none"):
        answer = await ask("/api/openapi.json", Accept_Encoding="gzip", Sec_Fetch_Site=foreign)
        assert "Content-Encoding" not in answer.headers
    small = await ask("/api/console/v1/session", Accept_Encoding="gzip")
    assert len(small.body) < LEAST
    assert "Content-Encoding" not in small.headers


@pytest.mark.gen_test(timeout=30)
async def test_the_answer_that_carries_a_token_is_never_packed(
    app: Application, http_client: Any, base_url: str, plant: Plant
) -> None:
    plant.account(1, plant.units[0], role=builtin("safety_officer"), password=PASSWORD)
    body = json.dumps({"provider": "password", "login": LOGIN, "password": PASSWORD})
    answer = await http_client.fetch(
        f"{base_url}/api/mp/v1/session", method="POST", body=body,
        headers={"Accept-Encoding": "br, gzip"}, decompress_response=False,
    )  # fmt: skip
    assert len(json.loads(answer.body)["token"]) > 20
    assert len(answer.body) > LEAST  # long enough to be packed, if it were
    assert "Content-Encoding" not in answer.headers


def _names(shape: Any, named: dict[str, Any], seen: set[str]) -> Iterator[str]:
    """The names of all properties in a JSON schema that are not just yes or no, also of those that it points at."""
    if isinstance(shape, dict):
        name = str(shape.get("$ref", "")).removeprefix("#/components/schemas/")
        if name and name not in seen:
            seen.add(name)
            yield from _names(named[name], named, seen)
        properties = shape.get("properties", {})
        yield from (name for name, of in properties.items() if of.get("type") != "boolean")
        for part in shape.values():
            yield from _names(part, named, seen)
    elif isinstance(shape, list):
        for part in shape:
            yield from _names(part, named, seen)


def _given() -> dict[str, set[str]]:
    """What a GET of each path gives when it succeeds, by name."""
    document = told_document()
    named = document["components"]["schemas"]
    return {
        path: {
            name
            for status, answer in operations["get"]["responses"].items()
            if status.startswith("2")
            for name in _names(answer, named, set())
        }
        for path, operations in document["paths"].items()
        if "get" in operations
    }


def test_no_get_gives_a_secret() -> None:
    names = _given()
    masked = {
        (route.path, field)
        for route in application.routes()
        if route.ledger is not None
        for field, of in route.ledger.record._meta.fields.items()
        if isinstance(of, Secret) and of.plain("x") == Secret.MASK
    }
    found = [
        (path, name)
        for path, all_names in names.items()
        for name in sorted(all_names - NO_SECRETS)
        if SECRET.search(name) and (path, name) not in masked
    ]
    assert sum(map(len, names.values())) > 500
    assert masked, "the keys of chat apps are masked"
    assert found == []
