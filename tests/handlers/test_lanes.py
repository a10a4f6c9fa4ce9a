"""A connection in the lane: what it answers, what goes to Tornado with all its bytes, what ends (Q09)."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator
from http import HTTPStatus
from typing import Any

import orjson
import pytest
from tornado.testing import bind_unused_port
from tornado.web import Application, RequestHandler

from handlers.web import lanes
from handlers.web.lanes import Headers, Lane, LaneServer

HOT = b"POST /hot HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\n{}"


class _Slow(RequestHandler):
    """What Tornado answers; says that it was Tornado."""

    def check_xsrf_cookie(self) -> None:
        """None is needed."""

    def post(self, path: str) -> None:
        """The body back."""
        self.write(b"tornado " + self.request.method.encode() + b" " + self.request.body)

    get = post


class House:
    """A lane server; `answer_now` is whether the lane answers at once or when told."""

    def __init__(self) -> None:
        self.served: list[tuple[Headers, bytes]] = []
        self.waiting: list[Lane] = []
        self.answer_now = True
        self.server = LaneServer(
            Application([(r"/(.*)", _Slow)], log_function=lambda _: None), path="/hot", serve=self._serve
        )
        sock, self.port = bind_unused_port()
        self.server.add_sockets([sock])

    def _serve(self, lane: Lane, headers: Headers, body: bytes) -> None:
        self.served.append((headers, body))
        if self.answer_now:
            self.reply(lane)
        else:
            self.waiting.append(lane)

    def reply(self, lane: Lane, content: bytes = b'"lane"') -> None:
        lane.answer(HTTPStatus.OK, content, "request-1")

    async def line(self) -> Line:
        return Line(*await asyncio.open_connection("127.0.0.1", self.port))


class Line:
    """A client's end of a connection."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader, self.writer = reader, writer

    async def send(self, *pieces: bytes) -> Line:
        """Send pieces, each in a packet of its own."""
        for piece in pieces:
            self.writer.write(piece)
            await self.writer.drain()
            await asyncio.sleep(0.02)
        return self

    async def answer(self) -> tuple[int, bytes]:
        """Status and body of the next answer."""
        head = await asyncio.wait_for(self.reader.readuntil(b"\r\n\r\n"), 5)
        length = int(head.lower().split(b"content-length: ")[1].split(b"\r\n")[0]) if b"ength" in head else 0
        return int(head.split()[1]), await self.reader.readexactly(length)

    async def ended(self) -> bool:
        """Whether the server closed it."""
        return await asyncio.wait_for(self.reader.read(), 5) == b""


@pytest.fixture
def house(io_loop: Any) -> Iterator[House]:
    """A lane server on the test's loop."""
    made: House = io_loop.run_sync(_made)
    yield made
    made.server.stop()
    io_loop.run_sync(made.server.close_all_connections, timeout=10)


async def _made() -> House:
    return House()


@pytest.mark.gen_test
async def test_one_connection_is_answered_again_and_again(house: House) -> None:
    line = await house.line()
    for _ in range(3):
        await line.send(HOT)
        assert await line.answer() == (200, b'"lane"')
    assert house.served[0] == ({"host": "a", "content-length": "2"}, b"{}")


@pytest.mark.gen_test
async def test_a_request_in_many_pieces_is_one_request(house: House) -> None:
    line = await house.line()
    await line.send(HOT[:9], HOT[9:30], HOT[30:-1], HOT[-1:])
    assert await line.answer() == (200, b'"lane"')


@pytest.mark.gen_test
@pytest.mark.parametrize(
    ("asked", "answered"),
    [
        (b"GET /other HTTP/1.1\r\nHost: a\r\n\r\n", b"tornado GET "),
        (b"POST /hot?x=1 HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\n{}", b"tornado POST {}"),
        (b"GET /hot HTTP/1.1\r\nHost: a\r\n\r\n", b"tornado GET "),
        (b"POST /hot HTTP/1.0\r\nHost: a\r\nContent-Length: 2\r\n\r\n{}", b"tornado POST {}"),
        (HOT.replace(b"Host: a", b"Host: a\r\nConnection: close"), b"tornado POST {}"),
        (HOT.replace(b"Host: a", b"Host: a\r\nX-A: 1\r\nX-A: 2"), b"tornado POST {}"),
        (b"POST /hot HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n",
         b"tornado POST {}"),
    ],
)  # fmt: skip
async def test_what_is_not_the_lanes_goes_to_tornado_with_all_its_bytes(
    house: House, asked: bytes, answered: bytes
) -> None:
    for pieces in ([asked], [asked[:20], asked[20:]]):
        line = await house.line()
        await line.send(*pieces)
        assert await line.answer() == (200, answered)
    assert house.served == []


@pytest.mark.gen_test
async def test_a_connection_that_went_to_tornado_stays_and_works(house: House) -> None:
    line = await house.line()
    await line.send(HOT)
    assert await line.answer() == (200, b'"lane"')
    await line.send(b"GET /page HTTP/1.1\r\nHost: a\r\n\r\n")
    assert await line.answer() == (200, b"tornado GET ")
    await line.send(HOT)
    assert await line.answer() == (200, b"tornado POST {}")


@pytest.mark.gen_test
async def test_a_large_body_goes_to_tornado(house: House) -> None:
    body = orjson.dumps("x" * 200_000)
    line = await house.line()
    head = b"POST /hot HTTP/1.1\r\nHost: a\r\nContent-Length: %d\r\n\r\n" % len(body)
    await line.send(head + body)
    assert await line.answer() == (200, b"tornado POST " + body)


@pytest.mark.gen_test
async def test_requests_sent_ahead_are_answered_in_their_order(house: House) -> None:
    line = await house.line()
    await line.send(HOT + HOT.replace(b"{}", b"[]"))
    assert [await line.answer(), await line.answer()] == [
        (200, b"tornado POST {}"),
        (200, b"tornado POST []"),
    ]
    house.answer_now = False
    other = await house.line()
    await other.send(HOT, HOT.replace(b"{}", b"[]"))
    assert len(house.waiting) == 1  # the second waits until the first is answered
    house.reply(house.waiting.pop())
    house.reply(house.waiting.pop())
    assert [await other.answer(), await other.answer()] == [(200, b'"lane"')] * 2


@pytest.mark.gen_test
@pytest.mark.parametrize("cut", [1, 4, 12, 40, 55])
async def test_a_request_sent_ahead_in_pieces_loses_none_of_them(house: House, cut: int) -> None:
    line = await house.line()
    ahead = b"GET /other HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer b\r\n\r\n"
    await line.send(HOT + ahead[:cut], ahead[cut:])
    assert [await line.answer(), await line.answer()] == [(200, b"tornado POST {}"), (200, b"tornado GET ")]
    assert all("authorization" not in headers for headers, _ in house.served)


@pytest.mark.gen_test
async def test_who_never_takes_the_lanes_answer_is_closed(house: House) -> None:
    house.answer_now = False
    line = await house.line()
    await line.send(HOT)
    house.reply(house.waiting.pop(), bytes(12_000_000))
    for lane in house.server._lanes:
        lane.since = time.monotonic() - 40
    house.server._sweep()
    assert not house.server._lanes


@pytest.mark.gen_test
@pytest.mark.parametrize(
    "nonsense",
    [
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n",
        b"POST /hot HTTP/1.1\r\nHost: a\r\nContent-Length: two\r\n\r\n{}",
        b"POST /hot HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n{}",
        b"POST /hot HTTP/1.1\r\nHost : a\r\nContent-Length: 2\r\n\r\n{}",
    ],
)
async def test_nonsense_is_refused_and_closed(house: House, nonsense: bytes) -> None:
    line = await house.line()
    await line.send(nonsense)
    assert (await line.answer())[0] == 400
    assert await line.ended()
    assert house.served == []


@pytest.mark.gen_test
async def test_a_request_that_never_ends_is_left_to_tornado(house: House, monkeypatch: Any) -> None:
    monkeypatch.setattr(lanes, "PATIENCE", 0.05)
    line = await house.line()
    await line.send(HOT[:-1])
    await asyncio.sleep(0.2)
    assert not house.server._lanes
    await line.send(HOT[-1:])
    assert await line.answer() == (200, b"tornado POST {}")


@pytest.mark.gen_test
async def test_a_client_that_left_disturbs_nobody(house: House) -> None:
    house.answer_now = False
    gone, stays = await house.line(), await house.line()
    await gone.send(HOT)
    await stays.send(HOT)
    gone.writer.close()
    await asyncio.sleep(0.05)
    for lane in house.waiting:
        house.reply(lane)
    assert await stays.answer() == (200, b'"lane"')
    assert len(house.server._lanes) == 1


@pytest.mark.gen_test
async def test_an_answer_larger_than_the_buffers_arrives_whole(house: House) -> None:
    house.answer_now = False
    line = await house.line()
    await line.send(HOT)
    content = orjson.dumps("x" * 8_000_000)
    house.reply(house.waiting.pop(), content)
    assert await line.answer() == (200, content)


@pytest.mark.gen_test
async def test_idle_connections_are_closed_and_busy_ones_are_not(house: House) -> None:
    house.answer_now = False
    idle, busy = await house.line(), await house.line()
    await busy.send(HOT)
    for lane in house.server._lanes:
        lane.since = time.monotonic() - 4_000
    house.server._sweep()
    assert await idle.ended()
    house.reply(house.waiting.pop())
    assert await busy.answer() == (200, b'"lane"')


@pytest.mark.gen_test
async def test_the_end_of_the_server_waits_for_answers(house: House) -> None:
    house.answer_now = False
    line = await house.line()
    await line.send(HOT)
    ending = asyncio.ensure_future(house.server.close_all_connections())
    await asyncio.sleep(0.1)
    house.reply(house.waiting.pop())
    assert await line.answer() == (200, b'"lane"')
    await asyncio.wait_for(ending, 5)
    assert await line.ended()
