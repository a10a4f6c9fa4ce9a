"""Frames between server and reader: whole, empty, too long, broken off; requests go with their file."""

from __future__ import annotations

import socket
from collections.abc import Iterator

import pytest

from models.core.files.readers import wire

Pair = tuple[socket.socket, socket.socket]


@pytest.fixture
def pair() -> Iterator[Pair]:
    """Both ends; none waits for ever."""
    ours, theirs = socket.socketpair()
    for end in (ours, theirs):
        end.settimeout(5)
    with ours, theirs:
        yield ours, theirs


@pytest.mark.parametrize("content", [b"", b"x", b"[1]" * 5_000])
def test_a_frame_comes_as_it_was_sent(pair: Pair, content: bytes) -> None:
    wire.send(pair[0], wire.BYTES, content)
    wire.send(pair[0], wire.DONE)
    assert wire.receive(pair[1]) == (wire.BYTES, content)
    assert wire.receive(pair[1]) == (wire.DONE, b"")


def test_the_longest_frame_is_taken_and_one_byte_more_is_not(pair: Pair) -> None:
    wire.send(pair[0], wire.JSON, b"12345")
    assert wire.receive(pair[1], 5) == (wire.JSON, b"12345")
    wire.send(pair[0], wire.JSON, b"123456")
    with pytest.raises(wire.TooMuch):
        wire.receive(pair[1], 5)


@pytest.mark.parametrize("sent", [b"", b"J\0\0", b"J\0\0\0\3ab"])
def test_who_goes_in_the_midst_is_gone(pair: Pair, sent: bytes) -> None:
    pair[0].sendall(sent)
    pair[0].close()
    with pytest.raises(wire.Closed):
        wire.receive(pair[1])


def test_a_request_comes_with_its_file_from_its_beginning(pair: Pair) -> None:
    with wire.as_file(b"content") as file:
        wire.ask(pair[0], file.fileno(), {"kind": "sheet"})
    request, there = wire.asked(pair[1]) or ({}, None)
    assert request == {"kind": "sheet"} and there is not None
    with there:
        assert there.read() == b"content"


def test_no_request_where_nobody_asks_any_more_or_no_file_comes_along(pair: Pair) -> None:
    pair[0].sendall(b"F")
    assert wire.asked(pair[1]) is None
    pair[0].close()
    assert wire.asked(pair[1]) is None
