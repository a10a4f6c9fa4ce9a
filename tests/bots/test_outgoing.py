"""No request of ours goes where it may not (I5): foreign addresses, names that lead into the house, redirects."""

from __future__ import annotations

import http.server
import ssl
import threading
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from bots.delivery import outgoing
from bots.wecom.client import Wecom
from bots.wecom.protocol.errors import WecomError
from bots.wecom.protocol.wire import WecomConnections
from bots.wecom.robot import Robot, text
from models.core.config import config, configure
from models.messages.channels import allowed_addresses


class Ear(threading.Thread):
    """Listens on a port of this machine, and counts who comes; HTTP is answered with `answer`."""

    def __init__(self) -> None:
        super().__init__(daemon=True)
        ear = self
        self.asked: list[str] = []
        self.answer: tuple[int, dict[str, str], bytes] = (200, {}, b'{"errcode":0}')

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                ear.asked.append(self.path)
                status, headers, body = ear.answer
                self.send_response(status)
                for name, value in headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def do_POST(self) -> None:
                self.rfile.read(int(self.headers.get("Content-Length") or 0))
                self.do_GET()

            def log_message(self, format: str, *args: Any) -> None:
                """Nothing: the test looks at `asked`."""

        class Server(http.server.ThreadingHTTPServer):
            def process_request(self, request: Any, client_address: Any) -> None:
                ear.reached += 1
                super().process_request(request, client_address)

        self.reached = 0
        self._server = Server(("127.0.0.1", 0), Handler)
        self.port = self._server.server_address[1]

    def run(self) -> None:
        self._server.serve_forever(poll_interval=0.05)

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()


@pytest.fixture
def ear() -> Iterator[Ear]:
    """Somebody on this machine who must not hear of us."""
    made = Ear()
    made.start()
    yield made
    made.close()


@pytest.fixture
def nothing_named() -> Iterator[None]:
    """The server's settings name no host of their own, as it is without them."""
    before = config()
    configure(replace(before, outside_hosts=()))
    yield
    configure(before)


def _localhost_is_known(monkeypatch: pytest.MonkeyPatch) -> None:
    """As if the name of a known platform led to this machine."""
    hosts = {
        kind: frozenset({"localhost"})
        for kind in (allowed_addresses.WECOM, allowed_addresses.SMS, allowed_addresses.MAIL)
    }
    monkeypatch.setattr(allowed_addresses, "platforms", lambda: hosts)


def test_an_app_with_a_base_url_of_its_own_is_not_called(ear: Ear, nothing_named: None, store: Any) -> None:
    client = Wecom("ww1", 7, "secret", f"http://127.0.0.1:{ear.port}", store)
    with pytest.raises(WecomError) as refused:
        client.send({"msgtype": "text", "text": {"content": "你好"}}, ["wangjian"])
    assert refused.value.kind == "setup"
    assert "127.0.0.1" in refused.value.reason
    assert allowed_addresses.SETTING in refused.value.reason
    with pytest.raises(WecomError):
        client.authorize_url("http://anban.example/back", "s")  # nor is anybody's browser sent there
    with pytest.raises(WecomError):
        client.download("media")
    with pytest.raises(WecomError):
        Robot("key", f"http://127.0.0.1:{ear.port}").send(text("你好"))
    assert ear.reached == 0


@pytest.mark.parametrize(
    "address",
    [
        "http://169.254.169.254", "http://10.0.0.5:8080", "http://[::1]", "http://2130706433", "http://0x7f.1",
        "http://localhost", "https://qyapi.weixin.qq.com@127.0.0.1", "https://127.0.0.1#qyapi.weixin.qq.com",
        "https://127.0.0.1\\@qyapi.weixin.qq.com", "https://qyapi.weixin.qq.com.evil.example", "http://qyapi.weixin.qq.com",
        "https://qyapi.weixin.qq.com:8443", "https://ｑyapi.weixin.qq.com", "https://qyapi.weixin.qq.com/../x",
        "//qyapi.weixin.qq.com", "file:///etc/passwd", "gopher://127.0.0.1", "https://qyapi.weixin.qq.com\n.evil", "",
        "https://qyapi.weixin.qq.com?x=", "https://qyapi.weixin.qq.com/%2e%2e",
    ],
)  # fmt: skip
def test_what_only_looks_like_the_platform_is_not_called(address: str, nothing_named: None) -> None:
    assert allowed_addresses.allowed(allowed_addresses.WECOM, address) is None
    with pytest.raises(outgoing.AddressRefused):
        outgoing.place_of(allowed_addresses.WECOM, address)


def test_the_platforms_themselves_are_called(nothing_named: None) -> None:
    assert allowed_addresses.allowed(
        allowed_addresses.WECOM, "https://qyapi.weixin.qq.com/"
    ) == allowed_addresses.AllowedHost("qyapi.weixin.qq.com", 443, False)
    assert allowed_addresses.allowed(allowed_addresses.SMS, "https://dysmsapi.aliyuncs.com") is not None
    assert allowed_addresses.allowed(allowed_addresses.MAIL, "smtp.exmail.qq.com:465") is not None
    assert (
        allowed_addresses.allowed(allowed_addresses.WECOM, "https://smtp.exmail.qq.com") is None
    )  # each for its own end


def test_a_setting_may_name_a_port_alone() -> None:
    before = config()
    configure(replace(before, outside_hosts=("mail.works.example:2525", "10.1.2.3")))
    try:
        assert allowed_addresses.allowed(allowed_addresses.MAIL, "mail.works.example:2525") is not None
        assert allowed_addresses.allowed(allowed_addresses.MAIL, "mail.works.example:22") is None
        assert allowed_addresses.allowed(
            allowed_addresses.WECOM, "http://10.1.2.3:99"
        ) == allowed_addresses.AllowedHost("10.1.2.3", 99, True)
        assert allowed_addresses.allowed(allowed_addresses.WECOM, "http://10.1.2.33:99") is None
    finally:
        configure(before)


def test_a_name_of_a_platform_that_leads_into_the_house_is_not_called(
    ear: Ear, nothing_named: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """DNS that points to 127.0.0.1; `localhost` is such a name that every resolver has."""
    _localhost_is_known(monkeypatch)
    with pytest.raises(WecomError) as refused:
        WecomConnections("https://localhost").ask("get", "gettoken")
    assert "内部网络" in refused.value.reason
    with pytest.raises(outgoing.AddressRefused):
        outgoing.post(allowed_addresses.SMS, "https://localhost", "/", data={})
    with pytest.raises(outgoing.AddressRefused):
        outgoing.smtp("localhost", ear.port, tls=False, context=ssl.create_default_context(), seconds=2)
    with pytest.raises(outgoing.AddressRefused):
        outgoing.smtp("localhost", ear.port, tls=True, context=ssl.create_default_context(), seconds=2)
    assert ear.reached == 0


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "10.1.1.1", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.0", "224.0.0.1",
        "::1", "::", "fe80::1%eth0", "fd00::1", "::ffff:127.0.0.1", "64:ff9b::7f00:1", "2002:7f00:1::",
    ],
)  # fmt: skip
def test_addresses_of_the_house_are_not_outside(address: str) -> None:
    assert not outgoing._is_outside(address)


def test_addresses_of_the_world_are_outside() -> None:
    assert all(map(outgoing._is_outside, ("8.8.8.8", "2001:4860:4860::8888", "64:ff9b::808:808")))


@pytest.mark.parametrize("place", ["http://127.0.0.1:{port}/stolen", "//127.0.0.1:{port}/stolen", "/stolen"])
def test_a_redirect_is_not_followed(ear: Ear, store: Any, place: str) -> None:
    other = Ear()
    other.start()
    try:
        ear.answer = (302, {"Location": place.format(port=other.port)}, b"")
        with pytest.raises(WecomError):
            WecomConnections(f"http://127.0.0.1:{ear.port}").ask("get", "gettoken")
        with pytest.raises(WecomError):
            WecomConnections(f"http://127.0.0.1:{ear.port}").fetch("media/get", params={})
        status, said = outgoing.post(
            allowed_addresses.SMS, f"http://127.0.0.1:{ear.port}", "/", data={"a": "b"}
        )
        assert (status, said) == (302, {})
        assert len(ear.asked) == 3
        assert other.reached == 0
    finally:
        other.close()


def test_an_answer_without_end_is_given_up(ear: Ear, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outgoing, "LARGEST", 1000)
    ear.answer = (200, {}, b'{"errcode":0,"x":"' + b"x" * 2000 + b'"}')
    with pytest.raises(WecomError) as refused:
        WecomConnections(f"http://127.0.0.1:{ear.port}").ask("get", "gettoken")
    assert refused.value.code == 45001
    assert outgoing.post(allowed_addresses.SMS, f"http://127.0.0.1:{ear.port}", "/", data={}) == (200, {})
