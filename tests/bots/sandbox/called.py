"""An app that is called back: what it heard, and what it answers."""

from __future__ import annotations

import threading
import time
import urllib.parse
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from xml.etree import ElementTree

from bots.sandbox.callback_delivery import crypto
from tests.support.chat_sandbox import ChatSandbox


class Heard:
    """One callback: `values` is the plain XML, flat; `body` and `query` as they came."""

    def __init__(self, app: App, query: dict[str, str], body: bytes) -> None:
        self.at, self.query, self.body = time.monotonic(), query, body
        sealed = ElementTree.fromstring(body).findtext("Encrypt") or ""
        self.signed = crypto.signature(app.agent.token, query["timestamp"], query["nonce"], sealed)
        plain = crypto.decrypt(app.agent.aes_key, app.sandbox.seed.corp_id, sealed)
        self.root = ElementTree.fromstring(plain)
        self.values = {child.tag: child.text or "" for child in self.root}


class App:
    """A program at a callback address. `replies` are asked in turn, then `b""`: (status, seconds to wait, body)."""

    def __init__(self, sandbox: ChatSandbox) -> None:
        self.sandbox, self.agent = sandbox, sandbox.agent
        self.heard: list[Heard] = []
        self.replies: list[tuple[int, float, bytes]] = []
        self.echo: Callable[[dict[str, str]], bytes] = self._echo
        app = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                self._answer(200, app.echo(self._query()))

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                app.heard.append(Heard(app, self._query(), body))
                status, seconds, reply = app.replies.pop(0) if app.replies else (200, 0, b"")
                time.sleep(seconds)
                self._answer(status, reply)

            def _query(self) -> dict[str, str]:
                return dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(self.path).query))

            def _answer(self, status: int, body: bytes) -> None:
                try:
                    self.send_response(status)
                    self.send_header("Content-Length", str(len(body)))
                    self.end_headers()
                    self.wfile.write(body)
                except OSError:
                    return  # cut

            def log_message(self, *_: Any) -> None:
                """Nothing is printed."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()
        self.url = f"http://127.0.0.1:{self._server.server_port}/bots/wecom/1"

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()

    def _echo(self, query: dict[str, str]) -> bytes:
        return crypto.decrypt(self.agent.aes_key, self.sandbox.seed.corp_id, query["echostr"])

    def answers(self, *inside: str) -> None:
        """Reply to the next callbacks with these elements, sealed and signed."""
        for each in inside:
            self.replies.append((200, 0, self.sealed(f"<xml>{each}</xml>")))

    def sealed(self, plain: str) -> bytes:
        encrypted = crypto.encrypt(self.agent.aes_key, self.sandbox.seed.corp_id, plain.encode())
        stamp, nonce = str(int(time.time())), "7"
        signed = crypto.signature(self.agent.token, stamp, nonce, encrypted)
        return (
            f"<xml><Encrypt><![CDATA[{encrypted}]]></Encrypt><MsgSignature>{signed}</MsgSignature>"
            f"<TimeStamp>{stamp}</TimeStamp><Nonce>{nonce}</Nonce></xml>"
        ).encode()

    def wait(self, count: int = 1, seconds: float = 10) -> list[Heard]:
        end = time.monotonic() + seconds
        while len(self.heard) < count:
            assert time.monotonic() < end, f"heard {len(self.heard)} of {count}"
            time.sleep(0.01)
        return self.heard
