"""Bodies, queries and forms that are made to break their reader are refused, and by no recursion (issue 9, X10)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import orjson
import pytest

from handlers.web.requests.bodies import DEEPEST, BadRequest, BodyTooLarge, parse_json
from tests.support.clock_in_plant import Plant
from tests.support.doors import Call, Desk


@pytest.mark.parametrize(
    "body",
    [
        b"[" * 5000 + b"]" * 5000, b'{"a":' * 1000 + b"1" + b"}" * 1000, b"[" * (DEEPEST + 1) + b"]" * (DEEPEST + 1),
        b"[" * 5000, b"\xff\xfe", b"", b"NaN", b'{"a":1,}', b'"\\ud800"', b"1" * 5000 + b"e",
    ],
)  # fmt: skip
def test_what_is_no_json_of_ours(body: bytes) -> None:
    with pytest.raises(BadRequest):
        parse_json(body)


def test_what_is_deep_enough_and_wide_is_read() -> None:
    deep: Any = 1
    for _ in range(DEEPEST - 1):
        deep = [deep, {}]
    assert parse_json(orjson.dumps(deep)) == deep
    wide = {"a": [{"b": number} for number in range(5000)]}
    assert parse_json(orjson.dumps(wide)) == wide
    with pytest.raises(BodyTooLarge):
        parse_json(b" " * (1024 * 1024 + 1))


@pytest.fixture
def token(plant: Plant) -> str:
    return plant.tokens[0]


@pytest.mark.gen_test(timeout=60)
async def test_at_the_doors(phone: Call, desk: Callable[[], Desk], token: str) -> None:
    deep = b'{"a":' * 900 + b"1" + b"}" * 900
    for path in ("/clock-ins", "/accidents", "/hazards", "/session", "/units/current"):
        answer = await phone("POST", path, token=token, json=deep)
        assert answer.status in (400, 404, 405, 413), (path, answer.status, answer.body[:200])
    console = desk()
    assert (await console("POST", "/session", json=deep)).status in (400, 413)
    many = "&".join(f"k{number}=1" for number in range(1000))
    answer = await phone("GET", f"/today?{many}", token=token)
    assert answer.status < 500
    answer = await phone("GET", f"/today?{'a[' * 1500}", token=token)
    assert answer.status < 500
    parts = b"".join(
        b'--b\r\nContent-Disposition: form-data; name="p%d"\r\n\r\nx\r\n' % n for n in range(300)
    )
    headers = {"Content-Type": "multipart/form-data; boundary=b"}
    answer = await phone("POST", "/photos", token=token, json=parts + b"--b--\r\n", headers=headers)
    assert answer.status in (400, 413), answer.status
