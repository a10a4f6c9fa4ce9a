"""Whatever the program asks of others goes through `bots/delivery/outgoing.py`, which knows where it may go (I5)."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
ROOMS = ("models", "handlers", "miniprogram_api", "bots", "server")
#: The place itself; the sandbox, which is the platform and calls us; a database's own driver calls by other names.
OWN = ("bots/delivery/outgoing.py", "bots/sandbox/")
#: What opens a connection, by the last parts of its name.
CALLS = {
    "requests.get", "requests.post", "requests.put", "requests.request", "requests.Session", "requests.session",
    "smtplib.SMTP", "smtplib.SMTP_SSL", "smtplib.LMTP", "request.urlopen", "request.urlretrieve", "urlopen",
    "client.HTTPConnection", "client.HTTPSConnection", "httpclient.AsyncHTTPClient", "AsyncHTTPClient",
    "simple_httpclient.SimpleAsyncHTTPClient", "socket.create_connection", "asyncio.open_connection", "httpx.get",
    "httpx.post", "httpx.Client", "httpx.AsyncClient", "websocket_connect", "ftplib.FTP",
}  # fmt: skip


def _calls(path: Path) -> Iterator[tuple[int, str]]:
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Call):
            yield node.lineno, ".".join(ast.unparse(node.func).split(".")[-2:])


def found_in(folder: Path, rooms: tuple[str, ...] = ROOMS) -> list[str]:
    """Every place in the rooms that opens a connection of its own."""
    found = []
    for path in sorted(each for room in rooms for each in (folder / room).rglob("*.py")):
        name = path.relative_to(folder).as_posix()
        if not name.startswith(OWN):
            found += [f"{name}:{line} {call}" for line, call in _calls(path) if call in CALLS]
    return found


def test_nothing_but_the_one_place_opens_a_connection() -> None:
    assert found_in(ROOT) == []


def test_one_that_does_is_found(tmp_path: Path) -> None:
    (tmp_path / "models").mkdir()
    (tmp_path / "models" / "fetching.py").write_text(
        "import requests\nimport urllib.request\n\n\ndef fetch(url):\n"
        "    urllib.request.urlopen(url)\n    return requests.get(url)\n"
    )
    assert found_in(tmp_path, ("models",)) == [
        "models/fetching.py:6 request.urlopen",
        "models/fetching.py:7 requests.get",
    ]
