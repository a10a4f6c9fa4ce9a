"""Bodies and connections: nothing is read before it is known who sends it, and nothing half-open is held (issue 9.2)."""

from __future__ import annotations

import asyncio
import io
import resource
import socket
from collections.abc import Callable
from typing import Any

import orjson
import pytest
from PIL import Image
from tornado.web import Application

from handlers.web import lanes
from handlers.web.guards import bounded, receiving
from handlers.web.guards.connections import Connections, descriptors
from handlers.web.guards.receiving import BodyBudget, Receiver
from models.administration.records import Session
from models.administration.roles.roles import builtin
from models.core.errors import TooMany
from models.core.security.crypto import hash_token
from tests.support.clock_in_plant import Plant
from tests.support.doors import Call, Desk

MB = 1024 * 1024
LOGIN, PASSWORD = "13800000001", "Anquan-2026"


class Line:
    """A bare connection, to send what no client sends."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader, self.writer = reader, writer

    async def send(self, data: bytes) -> None:
        self.writer.write(data)
        await self.writer.drain()

    async def head(self) -> tuple[int, bytes]:
        """Status and head of the next answer."""
        head = await asyncio.wait_for(self.reader.readuntil(b"\r\n\r\n"), 5)
        return int(head.split()[1]), head

    async def answer(self) -> tuple[int, Any]:
        """Status and JSON of the next answer."""
        status, head = await self.head()
        length = int(head.lower().split(b"content-length: ")[1].split(b"\r\n")[0])
        return status, orjson.loads(await self.reader.readexactly(length))

    async def ended(self, within: float = 5) -> bool:
        """Whether the server closes it."""
        try:
            return await asyncio.wait_for(self.reader.read(), within) == b""
        except ConnectionError:
            return True


@pytest.fixture
def line(app: Application, http_server: Any, http_port: int) -> Callable[[], Any]:
    """Opens bare connections to the application."""

    async def connect() -> Line:
        return Line(*await asyncio.open_connection("127.0.0.1", http_port))

    return connect


def head(method: str, path: str, length: int, more: str = "") -> bytes:
    return (
        f"{method} {path} HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n"
        f"Content-Length: {length}\r\n{more}\r\n"
    ).encode()


@pytest.mark.gen_test(timeout=20)
@pytest.mark.parametrize(
    "path", ["/api/mp/v1/photos?ledger=accidents", "/api/mp/v1/accidents", "/api/nowhere"]
)
async def test_who_is_not_signed_in_is_refused_before_the_body_comes(path: str, line: Any, app: Any) -> None:
    mine = await line()
    await mine.send(head("POST", path, 31 * MB))
    status, told = await mine.answer()
    assert (status, told["error"]["code"]) in [(401, "unauthenticated"), (404, "not_found")]
    assert app.settings["budget"].used == 0
    await mine.send(b"x" * MB)  # is dropped: the answer arrived all the same


@pytest.mark.gen_test(timeout=20)
async def test_who_lacks_the_right_is_refused_before_the_body_comes(
    plant: Plant, desk: Callable[[], Desk], line: Any, app: Any
) -> None:
    plant.account(1, plant.units[0], password=PASSWORD)
    console = desk()
    await console.sign_in(LOGIN, PASSWORD)
    cookies = "; ".join(f"{name}={value}" for name, value in console.cookies.items())
    mine = await line()
    more = f"Cookie: {cookies}\r\nX-XSRFToken: {console.cookies['_xsrf']}\r\n"
    await mine.send(head("POST", "/api/console/v1/roles", 900_000, more))
    status, told = await mine.answer()
    assert (status, told["error"]["code"]) == (403, "forbidden")
    assert app.settings["budget"].used == 0


@pytest.mark.gen_test(timeout=20)
@pytest.mark.parametrize(
    ("path", "length", "most"),
    [
        ("/api/mp/v1/session", 5000, "4 KB"),
        ("/api/mp/v1/clock-ins", 100_000, "64 KB"),
        ("/api/mp/v1/clock-ins", 31 * MB, "64 KB"),
    ],
)
async def test_what_anybody_may_send_is_small(path: str, length: int, most: str, line: Any) -> None:
    mine = await line()
    await mine.send(head("POST", path, length))
    status, told = await mine.answer()
    assert (status, told["error"]["code"]) == (413, "too_large")
    assert most in told["error"]["cause"]


@pytest.mark.gen_test(timeout=20)
async def test_a_body_without_a_length_is_cut_where_it_is_too_large(line: Any, app: Any) -> None:
    mine = await line()
    await mine.send(
        b"POST /api/mp/v1/session HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
        + b"1000\r\n" + b" " * 4096 + b"\r\n" + b"1000\r\n" + b" " * 4096 + b"\r\n0\r\n\r\n"
    )  # fmt: skip
    status, told = await mine.answer()
    assert (status, told["error"]["code"]) == (413, "too_large")
    assert app.settings["budget"].used == 0


OTHERS = (
    "/bots/wecom/1",
    "/bots/wecom/1/open",
    "/console/",
    "/nowhere",
    "/health",
    "/metrics",
    "/",
    "/e/AB12CD34",
)
SMALL = ("/api/mp/v1/session", "/api/mp/v1/clock-ins", "/api/mp/v1/session/visitor")


def told_of(raw: bytes) -> tuple[int, str]:
    """Status and code of the one whole answer in what came until the server closed, or as far as it is said to go."""
    head, _, content = raw.partition(b"\r\n\r\n")
    length = int(head.lower().split(b"content-length: ")[1].split(b"\r\n")[0])
    return int(head.split()[1]), orjson.loads(content[:length])["error"]["code"]


def sent_whole(port: int, path: str, size: int, chunked: bool) -> bytes:
    """What a client reads that sends all of its body first, as most do: a reset connection would raise."""
    length = "Transfer-Encoding: chunked" if chunked else f"Content-Length: {size}"
    start = f"POST {path} HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n{length}\r\n\r\n".encode()
    with socket.create_connection(("127.0.0.1", port), timeout=10) as plain:
        plain.sendall(start)
        for _ in range(size // 10_000):
            plain.sendall(b"2710\r\n" + b" " * 10_000 + b"\r\n" if chunked else b" " * 10_000)
        if chunked:
            plain.sendall(b"0\r\n\r\n")
        plain.shutdown(socket.SHUT_WR)
        return b"".join(iter(lambda: plain.recv(65_536), b""))


@pytest.mark.gen_test(timeout=60)
@pytest.mark.parametrize("chunked", [False, True])
@pytest.mark.parametrize("size", [70_000, 3_000_000, 40_000_000])
async def test_what_is_too_much_is_refused_in_words_that_the_client_can_read(
    size: int, chunked: bool, app: Any, http_server: Any, http_port: int
) -> None:
    loop = asyncio.get_running_loop()
    for path in (*OTHERS, *SMALL) if size < 40_000_000 else (OTHERS[0], OTHERS[2], SMALL[0]):
        raw = await loop.run_in_executor(None, sent_whole, http_port, path, size, chunked)
        assert told_of(raw) == (413, "too_large"), (path, raw[:300])
        assert "一次最多".encode() in raw
    assert app.settings["budget"].used == 0


@pytest.mark.gen_test(timeout=20)
@pytest.mark.parametrize("path", [OTHERS[0], OTHERS[2], SMALL[0]])
async def test_it_is_said_before_the_rest_has_come_and_the_connection_goes_on_after_it(
    path: str, line: Any
) -> None:
    for more in (
        head("POST", path, 3 * MB),
        ENDLESS.format(path).encode() + (b"4000\r\n" + b" " * 16_384 + b"\r\n") * 5,
    ):
        mine = await line()
        await mine.send(more)
        status, told = await mine.answer()
        assert (status, told["error"]["code"]) == (413, "too_large")
        await mine.send(b"0\r\n\r\n" if b"chunked" in more else b" " * 3 * MB)
        await mine.send(b"GET /health HTTP/1.1\r\nHost: a\r\n\r\n")
        assert (await mine.head())[0] == 200


ENDLESS = "POST {} HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"


@pytest.mark.gen_test(timeout=20)
@pytest.mark.parametrize("path", [OTHERS[0], SMALL[0]])
async def test_what_never_ends_is_dropped_for_a_while_and_closed(
    path: str, line: Any, monkeypatch: Any
) -> None:
    monkeypatch.setattr(receiving, "DROPPED_FOR", 0.2)
    monkeypatch.setattr(bounded, "DROPPED_FOR", 0.2)
    mine = await line()
    await mine.send(head("POST", path, 3 * MB))
    assert (await mine.answer())[0] == 413
    assert await mine.ended()


@pytest.mark.gen_test(timeout=20)
async def test_a_page_that_asks_before_it_sends_is_told_at_once(line: Any) -> None:
    mine = await line()
    await mine.send(head("POST", "/bots/wecom/1", MB, "Expect: 100-continue\r\n"))
    assert (await mine.answer())[0] == 413
    assert await mine.ended()


@pytest.mark.gen_test(timeout=20)
async def test_a_body_that_stops_coming_is_waited_for_no_longer_than_its_time(
    line: Any, app: Any, monkeypatch: Any
) -> None:
    monkeypatch.setattr(receiving, "PATIENCE", 0.2)
    mine = await line()
    await mine.send(head("POST", "/api/mp/v1/session", 4000) + b"{")
    monkeypatch.setattr(lanes, "PATIENCE", 0.1)
    assert await mine.ended()
    await asyncio.sleep(0.05)
    assert app.settings["budget"].used == 0


@pytest.mark.gen_test(timeout=20)
async def test_headers_that_never_end_are_cut_off(line: Any, monkeypatch: Any) -> None:
    monkeypatch.setattr(lanes, "PATIENCE", 0.1)
    mine = await line()
    await mine.send(b"POST /api/mp/v1/clock-ins HTTP/1.1\r\nHost: a\r\nX-A: ")
    assert await mine.ended()


@pytest.mark.gen_test(timeout=20)
async def test_who_asks_for_nothing_is_closed_and_no_longer_counted(
    line: Any, http_server: Any, monkeypatch: Any
) -> None:
    monkeypatch.setattr(lanes, "FIRST_WITHIN", 0.05)
    silent = [await line() for _ in range(5)]
    await asyncio.sleep(0.1)
    assert http_server.counted.total == 5
    http_server._sweep()
    assert all([await each.ended() for each in silent])
    assert http_server.counted.total == 0


@pytest.mark.gen_test(timeout=20)
async def test_one_address_holds_so_many_connections_and_the_silent_one_goes_for_the_next(
    line: Any, http_server: Any
) -> None:
    http_server.counted = Connections(per_address=3)
    first = [await line() for _ in range(3)]
    await asyncio.sleep(0.05)
    fourth = await line()
    assert await first[0].ended()
    await fourth.send(b"GET /health HTTP/1.1\r\nHost: a\r\n\r\n")
    assert (await fourth.head())[0] == 200
    assert http_server.counted.total == 3


@pytest.mark.gen_test(timeout=20)
async def test_connections_that_tornado_took_over_are_counted_until_they_close(
    line: Any, http_server: Any
) -> None:
    mine = await line()
    await mine.send(b"GET /health HTTP/1.1\r\nHost: a\r\n\r\n")
    assert (await mine.head())[0] == 200
    assert http_server.counted.total == 1
    mine.writer.close()
    await asyncio.sleep(0.1)
    assert http_server.counted.total == 0


@pytest.mark.gen_test(timeout=30)
async def test_an_upload_of_who_may_send_it_arrives_whole(
    plant: Plant, desk: Callable[[], Desk], app: Any
) -> None:
    plant.account(1, plant.units[0], role=builtin("safety_officer"), password=PASSWORD)
    console = desk()
    await console.sign_in(LOGIN, PASSWORD)
    drawn = io.BytesIO()
    Image.effect_noise((1500, 1500), 80).save(drawn, "PNG")
    content = drawn.getvalue()
    assert len(content) > MB
    body = (
        b'--b\r\nContent-Disposition: form-data; name="file"; filename="a.png"\r\n'
        b"Content-Type: image/png\r\n\r\n" + content + b"\r\n--b--\r\n"
    )
    person = (await console("GET", "/persons?limit=1")).json["items"][0]["id"]
    answer = await console(
        "POST",
        f"/persons/{person}/attachments",
        json=body,
        headers={"Content-Type": "multipart/form-data; boundary=b"},
    )
    assert answer.status == 201, answer.json
    assert answer.json["name"] == "a.png"
    assert app.settings["budget"].used == 0


@pytest.mark.gen_test(timeout=20)
async def test_a_session_that_ended_is_said_while_the_file_is_still_being_sent(
    plant: Plant, phone: Call, line: Any
) -> None:
    plant.account(1, plant.units[0], password=PASSWORD)
    token = plant.tokens[1]
    Session.delete().where(Session.token_hash == hash_token(token)).execute()
    mine = await line()
    length = 3 * MB
    await mine.send(
        head("POST", "/api/mp/v1/photos?ledger=accidents", length, f"Authorization: Bearer {token}\r\n")
    )
    for _ in range(3):
        await mine.send(b"x" * MB)
    status, told = await mine.answer()
    assert (status, told["error"]["code"]) == (401, "unauthenticated")
    await mine.send(b"GET /health HTTP/1.1\r\nHost: a\r\n\r\n")
    assert (await mine.head())[0] == 200, "whatever was sent was read, and the connection goes on"


def test_all_bodies_share_one_budget() -> None:
    budget = BodyBudget(most=10)
    first = Receiver(budget, 8, 6)
    with pytest.raises(TooMany):
        Receiver(budget, 8, 6)
    unsaid = Receiver(budget, 8, None)
    unsaid.add(b"1234")
    unsaid.add(b"5")
    with pytest.raises(TooMany):
        unsaid.whole()
    first.add(b"123456")
    assert first.whole() == b"123456"
    first.drop()
    assert budget.used == 0


@pytest.mark.gen_test(timeout=20)
async def test_who_asks_before_sending_is_refused_and_never_told_to_go_on(line: Any) -> None:
    mine = await line()
    await mine.send(head("POST", "/api/mp/v1/accidents", MB, "Expect: 100-continue\r\n"))
    status, told = await mine.answer()
    assert (status, told["error"]["code"]) == (401, "unauthenticated")
    assert await mine.ended(), "and nothing comes after it"


@pytest.mark.parametrize(
    ("soft", "hard", "asked", "may"),
    [
        (1024, 524_288, (65_536, 524_288), 65_280),
        (1024, 4096, (4096, 4096), 3840),
        (4096, 4096, None, 3840),
        (1024, resource.RLIM_INFINITY, (65_536, resource.RLIM_INFINITY), 65_280),
        (resource.RLIM_INFINITY, resource.RLIM_INFINITY, None, 65_280),
        (100, 100, None, 64),
    ],
)
def test_as_many_connections_as_the_system_lets_it(
    soft: int, hard: int, asked: Any, may: int, monkeypatch: Any
) -> None:
    set_to: list[Any] = []
    monkeypatch.setattr(resource, "getrlimit", lambda _: (soft, hard))
    monkeypatch.setattr(resource, "setrlimit", lambda _, limits: set_to.append(limits))
    assert descriptors() == may
    assert set_to == ([] if asked is None else [asked])


@pytest.mark.gen_test(timeout=20)
async def test_a_refusal_leaves_the_connection_open_for_what_is_asked_next(line: Any) -> None:
    """Without a word that it closes, a client sends its next request into a dead connection and loses it."""
    mine = await line()
    asked = [
        (head("GET", "/api/console/v1/persons", 0).replace(b"Content-Length: 0\r\n", b""), 401),
        (head("GET", "/api/mp/v1/today", 0).replace(b"Content-Length: 0\r\n", b""), 401),
        (head("DELETE", "/api/mp/v1/session", 0), 401),
        (head("GET", "/api/nowhere", 0), 404),
        (head("PUT", "/api/mp/v1/session", 0), 405),
        (head("POST", "/api/mp/v1/accidents", 2) + b"{}", 401),
        (head("POST", "/api/nowhere", 2) + b"{}", 404),
        (head("GET", "/api/mp/v1/session", 0), 401),
    ]
    for request, expected in asked:
        await mine.send(request)
        assert (await mine.answer())[0] == expected
