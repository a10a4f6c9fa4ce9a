"""What every answer says and none tells: headers, cookies, versions, metrics, addresses (issue 9.3)."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from tornado.httputil import HTTPHeaders
from tornado.web import Application
from tornado.websocket import websocket_connect

from handlers.web.guards.addresses import Proxies
from models.administration.records import Account, SignIn
from models.administration.roles.roles import builtin
from server import __version__
from tests.support.clock_in_plant import Plant
from tests.support.doors import Answer, Desk

LOGIN, PASSWORD = "13800000001", "Anquan-2026"
EVERYWHERE = [
    "/", "/console/", "/console/ledgers/persons", "/console/assets/none.js", "/m/", "/e/ABCDE", "/g/ABCDE", "/health",
    "/metrics", "/nowhere", "/api/nowhere", "/api/openapi.json", "/api/console/v1/session", "/api/mp/v1/session",
    "/api/mp/v1/clock-ins", "/bots/wecom/1", "/bots/pictures/1/99999/00000000000000000000000000000000", "/bots/nowhere",
    "/api/console/v1/live", "/../etc/passwd", "/%00",
]  # fmt: skip


@pytest.fixture
def fronts(tmp_path: Path) -> None:
    """Two front ends, as small as can be."""
    for front in ("console", "m"):
        (tmp_path / "dist" / front).mkdir(parents=True)
        (tmp_path / "dist" / front / "index.html").write_text("<title>安班</title>")


@pytest.fixture
def ask(fronts: None, app: Application, http_client: Any, base_url: str) -> Callable[..., Any]:
    """Asks for any address."""

    async def call(path: str, method: str = "GET", **headers: str) -> Answer:
        found = await http_client.fetch(
            base_url + path, method=method, headers={name.replace("_", "-"): text for name, text in headers.items()},
            body=b"" if method == "POST" else None, raise_error=False, follow_redirects=False,
        )  # fmt: skip
        return Answer(found.code, None, found.headers, found.body or b"")

    return call


@pytest.mark.gen_test(timeout=30)
async def test_no_answer_names_software_or_version_and_each_is_guarded(ask: Any) -> None:
    for path in EVERYWHERE:
        for method in ("GET", "POST", "DELETE", "OPTIONS"):
            answer = await ask(path, method)
            told = "\n".join(f"{name}: {text}" for name, text in answer.headers.get_all())
            assert "Server" not in answer.headers, path
            assert not re.search(
                r"tornado|python", told + answer.body.decode("utf-8", "replace"), re.IGNORECASE
            ), path
            assert __version__ not in told + answer.body.decode("utf-8", "replace"), path
            assert answer.headers["X-Content-Type-Options"] == "nosniff", path
            assert "frame-ancestors" in answer.headers["Content-Security-Policy"], path
            assert answer.headers["Referrer-Policy"] in ("no-referrer", "same-origin"), path
            assert "Strict-Transport-Security" not in answer.headers, "people come without TLS"


@pytest.mark.gen_test(timeout=20)
@pytest.mark.installed(public_url="https://anban.example.com")
async def test_over_tls_browsers_are_told_to_stay_there(ask: Any) -> None:
    for path in EVERYWHERE:
        assert (await ask(path)).headers["Strict-Transport-Security"] == "max-age=31536000", path


@pytest.mark.gen_test(timeout=20)
async def test_pages_load_nothing_from_elsewhere(ask: Any) -> None:
    for path in ("/console/", "/m/", "/"):
        answer = await ask(path, Host="anban.example.com")
        policy = answer.headers["Content-Security-Policy"]
        assert "default-src 'self'" in policy
        assert "connect-src 'self' ws://anban.example.com wss://anban.example.com;" in policy
        for part in ("object-src 'none'", "base-uri 'self'", "form-action 'self'", "frame-ancestors 'self'"):
            assert part in policy
        assert not re.search(r"script-src|unsafe-eval|\*", policy)
        assert "camera=(self)" in answer.headers["Permissions-Policy"]


@pytest.mark.gen_test(timeout=20)
async def test_no_address_of_a_page_is_a_failure_and_each_refusal_is_a_sentence(ask: Any) -> None:
    for name in ("a" * 300, "a" * 5000, "%00", "a" * 300 + ".js", "a/" * 2000, "assets", "%C3%A4" * 300):
        for front in ("/console/", "/m/"):
            assert (await ask(front + name)).status in (200, 404), name[:20]
    refused = [("/console/x.js", "GET"), ("/console/%ff", "GET"), ("/console//etc/passwd", "GET"), ("/", "DELETE"),
               ("/e/%ff", "GET"), ("/health", "POST"), ("/metrics", "GET"), ("/nowhere", "GET")]  # fmt: skip
    for path, method in refused:
        answer = await ask(path, method)
        assert 400 <= answer.status < 500, path
        assert answer.headers["Content-Type"] == "text/plain; charset=UTF-8"
        assert answer.body.decode().endswith("。\n"), path


@pytest.mark.gen_test(timeout=20)
async def test_a_forged_host_gets_nothing_into_the_policy(ask: Any) -> None:
    answer = await ask("/console/", Host="a.example; script-src *")
    assert answer.status == 400 or "script-src" not in answer.headers["Content-Security-Policy"]


@pytest.mark.gen_test(timeout=20)
@pytest.mark.installed(public_url="https://anban.example.com")
async def test_over_tls_cookies_are_held_for_this_host_alone(plant: Plant, desk: Callable[[], Desk]) -> None:
    plant.account(1, plant.units[0], role=builtin("safety_officer"), password=PASSWORD)
    console = desk()
    await console("GET", "/session")
    console.cookies["_xsrf"] = console.cookies["__Host-_xsrf"]
    answer = await console.sign_in(LOGIN, PASSWORD)
    assert answer.status == 200
    lines = {line.partition("=")[0]: line for line in answer.headers.get_list("Set-Cookie")}
    assert set(lines) == {"__Host-anban_session", "__Host-anban_device", "__Host-_xsrf"}
    for name, line in lines.items():
        assert "Secure" in line
        assert "Path=/" in line
        assert "SameSite=Lax" in line
        assert "Domain" not in line
        assert ("HttpOnly" in line) is (name != "__Host-_xsrf")
    assert (await console("GET", "/session")).status == 200


@pytest.mark.gen_test(timeout=20)
async def test_health_says_no_more_than_that(ask: Any) -> None:
    assert (await ask("/health")).body == b'{"status": "ok"}'


@pytest.mark.gen_test(timeout=20)
async def test_metrics_are_off_unless_the_settings_say_so(ask: Any) -> None:
    assert (await ask("/metrics")).status == 404


@pytest.mark.gen_test(timeout=20)
@pytest.mark.installed(metrics="loopback")
async def test_metrics_for_this_machine_are_not_for_who_comes_by_a_proxy(ask: Any) -> None:
    assert b"anban_requests_total" in (await ask("/metrics")).body
    assert (await ask("/metrics", X_Forwarded_For="203.0.113.7")).status == 404


@pytest.mark.gen_test(timeout=20)
@pytest.mark.installed(metrics="token", metrics_token="a-token-of-sixteen")
async def test_metrics_by_token(ask: Any) -> None:
    assert (await ask("/metrics")).status == 404
    assert (await ask("/metrics", Authorization="Bearer another")).status == 404
    assert (await ask("/metrics", Authorization="Bearer a-token-of-sixteen")).status == 200


def test_a_short_token_for_metrics_is_refused_at_the_start(tmp_path: Path) -> None:
    from server.settings import Settings

    with pytest.raises(ValueError, match="ANBAN_METRICS_TOKEN"):
        Settings(data_dir=tmp_path, metrics="token", metrics_token="short")


@pytest.mark.gen_test(timeout=20)
async def test_nobody_is_believed_about_addresses(plant: Plant, desk: Callable[[], Desk]) -> None:
    await desk()("POST", "/session", json={"login": "x", "password": "y"}, headers=FORGED)
    assert SignIn.get().address == "127.0.0.1"


FORGED = {"X-Forwarded-For": "198.51.100.1, 203.0.113.7", "X-Real-Ip": "198.51.100.2"}


@pytest.mark.gen_test(timeout=20)
@pytest.mark.installed(trusted_proxies=["127.0.0.0/8"])
async def test_the_proxy_that_the_settings_name_is(plant: Plant, desk: Callable[[], Desk]) -> None:
    await desk()("POST", "/session", json={"login": "x", "password": "y"}, headers=FORGED)
    assert SignIn.get().address == "203.0.113.7", "the last one, which the proxy itself wrote"


@pytest.mark.parametrize(
    ("peer", "chain", "client"),
    [
        ("10.0.0.1", "203.0.113.7", "203.0.113.7"),
        ("10.0.0.1", "1.1.1.1, 203.0.113.7, 10.0.0.9", "203.0.113.7"),
        ("::ffff:10.0.0.1", "203.0.113.7", "203.0.113.7"),
        ("10.0.0.1", "", "10.0.0.1"),
        ("10.0.0.1", "1.1.1.1, junk", "10.0.0.1"),
        ("10.0.0.1", "10.0.0.3, 10.0.0.2", "10.0.0.1"),
        ("192.0.2.1", "203.0.113.7", "192.0.2.1"),
        ("fd00::1", "2001:db8::5", "2001:db8::5"),
    ],
)
def test_of_a_chain_the_last_stranger_counts(peer: str, chain: str, client: str) -> None:
    headers = HTTPHeaders({"X-Forwarded-For": chain} if chain else {})
    assert Proxies(["10.0.0.0/8", "fd00::/8"]).client_of(peer, headers) == client


@pytest.mark.gen_test(timeout=20)
async def test_the_token_of_another_session_or_of_before_the_sign_in_changes_nothing(
    plant: Plant, desk: Callable[[], Desk]
) -> None:
    plant.account(1, plant.units[0], role=builtin("safety_officer"), password=PASSWORD)
    mine, other = desk(), desk()
    await mine("GET", "/session")
    before = mine.cookies["_xsrf"]
    await mine.sign_in(LOGIN, PASSWORD)
    await other.sign_in(LOGIN, PASSWORD)
    for token in (before, other.cookies["_xsrf"], "", "forged"):
        # Also where a page managed to set the cookie: it is bound to the session, not to the cookie.
        console = desk()
        console.cookies.update(mine.cookies, _xsrf=token)
        answer = await console("DELETE", "/session", headers={"X-XSRFToken": token})
        assert (answer.status, answer.code) == (403, "xsrf"), token
    renewed = desk()
    renewed.cookies.update(mine.cookies, _xsrf="x" * 40)
    await renewed("GET", "/session")
    assert renewed.cookies["_xsrf"] == mine.cookies["_xsrf"], "any GET gives the right one"
    assert (await renewed("DELETE", "/session")).status == 204


@pytest.mark.gen_test(timeout=20)
@pytest.mark.installed(console_idle_minutes=30)
async def test_a_console_that_nobody_uses_is_signed_out_after_half_an_hour(
    plant: Plant, desk: Callable[[], Desk], clock: Any
) -> None:
    plant.account(1, plant.units[0], role=builtin("safety_officer"), password=PASSWORD)
    console = desk()
    me = await console.sign_in(LOGIN, PASSWORD)
    assert me.json["idle_minutes"] == 30
    for _ in range(4):
        clock.forward(minutes=29)
        assert (await console("GET", "/persons")).status == 200, "use keeps it"
    for _ in range(6):
        clock.forward(minutes=5)
        assert (await console("GET", "/messages/count", headers={"X-Anban-Background": "1"})).status == 200
    clock.forward(minutes=1, seconds=1)
    for headers in ({"X-Anban-Background": "1"}, {}):
        answer = await console("GET", "/messages/count", headers=headers)
        assert (answer.status, answer.code) == (401, "session_idle"), "what the page asks by itself is no use"


@pytest.mark.gen_test(timeout=20)
@pytest.mark.installed(console_idle_minutes=0)
async def test_the_idle_time_can_be_switched_off(plant: Plant, desk: Callable[[], Desk], clock: Any) -> None:
    plant.account(1, plant.units[0], role=builtin("safety_officer"), password=PASSWORD)
    console = desk()
    await console.sign_in(LOGIN, PASSWORD)
    clock.forward(hours=11)
    assert (await console("GET", "/session")).status == 200


@pytest.mark.gen_test(timeout=20)
async def test_the_phone_keeps_its_own_length(plant: Plant, phone: Any, clock: Any) -> None:
    plant.account(1, plant.units[0], password=PASSWORD)
    clock.forward(days=29)
    assert (await phone("GET", "/session", token=plant.tokens[1])).status == 200


@pytest.mark.gen_test(timeout=30)
async def test_of_live_connections_an_account_keeps_the_latest(
    plant: Plant, app: Application, base_url: str, http_server: Any, monkeypatch: Any
) -> None:
    plant.account(1, plant.units[0], password=PASSWORD)
    app.settings["hub"].of_account.most = 3
    app.settings["hub"].strangers.most = 3
    url = base_url.replace("http", "ws", 1) + "/api/mp/v1/live"
    known = []
    for _ in range(4):
        socket = await websocket_connect(url, subprotocols=["anban", f"bearer.{plant.tokens[1]}"])
        assert b"hello" in (await socket.read_message()).encode()  # type: ignore[union-attr]
        known.append(socket)
    messages = []
    while (message := await known[0].read_message()) is not None:
        messages.append(message)
    assert known[0].close_code == 1013
    strangers = [await websocket_connect(url) for _ in range(4)]
    assert await strangers[0].read_message() is None
    assert strangers[0].close_code == 1013
    assert Account.select().where(Account.login == LOGIN).exists()
    for socket in (*known, *strangers):
        socket.close()
