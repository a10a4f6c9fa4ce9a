"""Telling an app: an encrypted POST, three deliveries of the same bytes at most, each cut after five seconds."""

from __future__ import annotations

import asyncio
import secrets
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode, urlsplit

from tornado.httpclient import HTTPClientError, HTTPRequest
from tornado.simple_httpclient import HTTPTimeoutError, SimpleAsyncHTTPClient

from bots.sandbox.callback_delivery import crypto, xml
from bots.sandbox.core.faults import CALLBACK, Fate
from bots.sandbox.core.people import Agent
from bots.sandbox.core.wire import WireLine

if TYPE_CHECKING:
    from bots.sandbox.core.platform import Platform

DELIVERIES = 3
PATIENCE = 5.0  # seconds until a delivery is cut
AWAY = "连不上应用，它可能没有运行"


@dataclass
class Delivered:
    """How telling went: every try, and what the app answered (`reply` is its XML, decrypted)."""

    ok: bool = False
    tries: list[dict[str, Any]] = field(default_factory=list)
    reply: bytes = b""
    problem: str = ""
    line: WireLine | None = None

    def as_json(self) -> dict[str, Any]:
        """For the page."""
        return {"ok": self.ok, "tries": self.tries, "problem": self.problem}


class Callbacks:
    """Deliveries to apps. `patience` is in seconds of the real clock."""

    def __init__(self, platform: Platform) -> None:
        self._platform = platform
        self.patience = PATIENCE
        self._client = SimpleAsyncHTTPClient(force_instance=True, max_clients=1000)
        self._next: asyncio.Event = asyncio.Event()
        self._wakers: set[asyncio.Task[Any]] = set()

    def close(self) -> None:
        """Let go of the connections."""
        self._client.close()

    async def tell(self, agent: Agent, plain: str) -> Delivered:
        """Deliver one event."""
        if not agent.called_back:
            return Delivered(problem="这个应用没有设置回调地址")
        fate = self._platform.faults.meet(CALLBACK)
        if not fate.copies:
            self._note(agent, plain, Delivered(problem="故障：没有送出"), fate)
            return Delivered(problem="故障：没有送出")
        if fate.reorder:
            await self._wait_for_another()
        body, query = self._envelope(agent, plain)
        if fate.copies > 1:
            twin = asyncio.create_task(self._deliver(agent, plain, body, query, Fate(names=fate.names)))
            self._wakers.add(twin)
            twin.add_done_callback(self._wakers.discard)
        delivered = await self._deliver(agent, plain, body, query, fate)
        self._next.set()
        self._next = asyncio.Event()
        return delivered

    async def _wait_for_another(self) -> None:
        try:
            await asyncio.wait_for(self._next.wait(), timeout=3)
        except TimeoutError:
            return

    def _stamp(self) -> float:
        """The present as the receiver knows it: the sandbox's where Anban goes by that, else the system's."""
        clock = self._platform.clock
        return clock.now() if clock.shared else time.time()

    def _envelope(self, agent: Agent, plain: str) -> tuple[bytes, dict[str, str]]:
        corp_id = self._platform.people.corp_id
        sealed = crypto.encrypt(agent.aes_key, corp_id, plain.encode())
        # The envelope's own time is the real one: the other side compares it with its own clock.
        query = {
            "timestamp": str(int(self._stamp())),
            "nonce": str(secrets.randbelow(10**10)),
        }
        query["msg_signature"] = crypto.signature(agent.token, query["timestamp"], query["nonce"], sealed)
        items = [("ToUserName", corp_id), ("AgentID", str(agent.agent_id)), ("Encrypt", sealed)]
        return xml.write(items).encode(), query

    async def _deliver(
        self, agent: Agent, plain: str, body: bytes, query: dict[str, str], fate: Fate
    ) -> Delivered:
        delivered = Delivered()
        for number in range(1, DELIVERIES + 1):
            if number > 1:
                fate = self._platform.faults.meet(CALLBACK)
            began = time.monotonic()
            if fate.slow:
                await asyncio.sleep(fate.slow)
            status, answer, problem = await self._try(agent, body, query, fate)
            seconds = time.monotonic() - began
            delivered.tries.append({"status": status, "seconds": round(seconds, 3), "problem": problem})
            if status == 200 and not problem:
                delivered.ok = True
                self._open(agent, answer, delivered)
                break
            delivered.problem = problem or f"应用回答了 HTTP {status}"
            self._note(agent, plain, delivered, fate)
            if number < DELIVERIES:  # what failed at once is tried again when the five seconds are over
                await asyncio.sleep(max(0.0, self.patience - (time.monotonic() - began)))
        if delivered.ok:
            self._note(agent, plain, delivered, fate)
        return delivered

    async def _try(
        self, agent: Agent, body: bytes, query: dict[str, str], fate: Fate
    ) -> tuple[int, bytes, str]:
        if fate.token:
            query = {**query, "msg_signature": "0" * 40}
        joint = "&" if urlsplit(agent.callback_url).query else "?"
        url = f"{agent.callback_url}{joint}{urlencode(query)}"
        if fate.cut:
            return 0, b"", await _cut(url, body)
        request = HTTPRequest(
            url,
            "POST",
            {"Content-Type": "text/xml; charset=utf-8"},
            body,
            request_timeout=self.patience,
            connect_timeout=self.patience,
            follow_redirects=False,
        )
        try:
            answer = await self._client.fetch(request, raise_error=False)
        except HTTPClientError as failed:
            return 0, b"", self._lost(failed)
        except (OSError, ValueError):
            return 0, b"", AWAY
        if answer.code == 599:
            return 0, b"", self._lost(answer.error)
        lost = "故障：回答丢失" if fate.error else ""
        return answer.code, answer.body or b"", lost

    def _lost(self, error: BaseException | None) -> str:
        if isinstance(error, HTTPTimeoutError):
            return f"{self.patience:g} 秒内没有回答，已断开"
        return "应用断开了连接，没有回答"

    def _open(self, agent: Agent, answer: bytes, delivered: Delivered) -> None:
        if not answer.strip() or answer.strip() == b"success":
            return
        try:
            delivered.reply = unwrap(answer, agent, self._platform.people.corp_id)
        except ValueError as broken:
            delivered.problem = f"被动回复看不懂：{broken}"

    def _note(self, agent: Agent, plain: str, delivered: Delivered, fate: Fate) -> None:
        last = delivered.tries[-1] if delivered.tries else {"status": 0, "seconds": 0}
        delivered.line = self._platform.wire.note(
            self._platform.clock.now(),
            "out",
            "POST",
            urlsplit(agent.callback_url).path,
            query={"应用": agent.name, "第几次": str(len(delivered.tries))},
            request=plain,
            status=last["status"],
            answer=delivered.reply.decode(errors="replace") or delivered.problem or "（空）",
            milliseconds=last["seconds"] * 1000,
            faults=list(fate.names),
            notes=[delivered.problem] if delivered.problem else [],
        )

    async def verify(self, agent: Agent) -> str:
        """What the console does when an address is saved: GET with an echostr. Gives the problem, or nothing."""
        words = str(secrets.randbelow(10**18)).encode()
        sealed = crypto.encrypt(agent.aes_key, self._platform.people.corp_id, words)
        query = {
            "timestamp": str(int(self._stamp())),
            "nonce": str(secrets.randbelow(10**10)),
        }
        query["msg_signature"] = crypto.signature(agent.token, query["timestamp"], query["nonce"], sealed)
        joint = "&" if urlsplit(agent.callback_url).query else "?"
        url = f"{agent.callback_url}{joint}{urlencode(query | {'echostr': sealed})}"
        try:
            answer = await self._client.fetch(
                HTTPRequest(url, request_timeout=self.patience), raise_error=False
            )
        except (OSError, ValueError, HTTPClientError):
            return AWAY
        if answer.code != 200 or answer.body != words:
            return f"HTTP {answer.code}，回答不是 echostr 的明文"
        return ""


def unwrap(answer: bytes, agent: Agent, corp_id: str) -> bytes:
    """The XML in an encrypted passive reply. Raises ValueError if it is not signed and sealed as it must be."""
    root = xml.read(answer)
    parts = {child.tag: (child.text or "").strip() for child in root}
    sealed = parts.get("Encrypt", "")
    signed = crypto.signature(agent.token, parts.get("TimeStamp", ""), parts.get("Nonce", ""), sealed)
    if not sealed or signed != parts.get("MsgSignature"):
        raise crypto.Broken("签名不对")
    return crypto.decrypt(agent.aes_key, corp_id, sealed)


async def _cut(url: str, body: bytes) -> str:
    """Send a request and hang up before the answer."""
    parts = urlsplit(url)
    head = (
        f"POST {parts.path or '/'}?{parts.query} HTTP/1.1\r\nHost: {parts.netloc}\r\n"
        f"Content-Type: text/xml\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    try:
        _, writer = await asyncio.open_connection(parts.hostname, parts.port or 80)
        writer.write(head.encode() + body)
        await writer.drain()
        writer.close()
    except OSError:
        return AWAY
    return "故障：连接中断"
