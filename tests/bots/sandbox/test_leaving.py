"""Who leaves before the answer is there is no error (L07)."""

from __future__ import annotations

import socket
import time
from typing import Any

import pytest

from tests.bots.sandbox.calling import Rest
from tests.support.chat_sandbox import ChatSandbox


@pytest.mark.parametrize("path", ["/cgi-bin/agent/get?access_token=x", "/sandbox/api/state"])
def test_hanging_up_leaves_no_trace_of_an_error(
    sandbox: ChatSandbox, rest: Rest, caplog: Any, path: str
) -> None:
    sandbox.fault("slow", "/cgi-bin/agent/*", seconds=0.2)
    for _ in range(20):
        with socket.create_connection(("127.0.0.1", sandbox.port)) as line:
            line.sendall(f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{sandbox.port}\r\n\r\n".encode())
    time.sleep(0.6)
    assert rest.say("还在")["errcode"] == 0
    assert not [record for record in caplog.records if record.exc_info]


def test_what_was_refused_unread_is_shown_in_the_wire_all_the_same(sandbox: ChatSandbox, rest: Rest) -> None:
    sandbox.revoke_tokens()
    rest.say("没读就拒了")
    line = sandbox.wire("message/send")[-1]
    assert line["answer"]["errcode"] == 40014
    assert line["request"]["text"] == {"content": "没读就拒了"}
