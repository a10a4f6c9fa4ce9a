"""A load client that presses buttons as the platform does: encrypted, signed callbacks over kept connections.

It knows the sandbox's crypto, nothing of the product's. What is sent is sealed beforehand; only the signature, which
carries the time, is made when it goes out. Answers are opened after the load.
"""

from __future__ import annotations

import asyncio
import random
import secrets
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from urllib.parse import urlencode, urlsplit

from bots.sandbox.callback_delivery import crypto, events, xml
from bots.sandbox.callback_delivery.callbacks import unwrap
from bots.sandbox.core.people import Agent
from scripts.drills.town import CORP

PATIENCE = 5.0  # seconds, after which the platform cuts a delivery


@dataclass
class Click:
    """One press: by whom, of which key on which card; then when it was due, how long the answer took, what it said."""

    user: str
    key: str
    task_id: str
    sealed: str = ""
    seconds: float = 0.0
    status: int = 0
    body: bytes = field(default=b"", repr=False)
    kind: str = ""
    note: str = ""

    @property
    def late(self) -> bool:
        """Whether the platform would have hung up."""
        return self.status == 0 or self.seconds > PATIENCE


def seal(agent: Agent, clicks: Iterable[Click]) -> None:
    """Encrypt what each click says."""
    for click in clicks:
        plain = events.card_event(
            CORP, click.user, time.time(), agent.agent_id, name="template_card_event", key=click.key,
            task_id=click.task_id, card_type="button_interaction", code=secrets.token_urlsafe(32),
        )  # fmt: skip
        click.sealed = crypto.encrypt(agent.aes_key, CORP, plain.encode())


def press(agent: Agent, clicks: Sequence[Click], *, within: float, connections: int = 64) -> float:
    """Deliver all clicks, spread at random over `within` seconds; gives the seconds that it took."""
    moments = sorted(random.uniform(0, within) for _ in clicks)
    return asyncio.run(_press(agent, list(zip(moments, clicks, strict=True)), connections))


async def _press(agent: Agent, due: list[tuple[float, Click]], connections: int) -> float:
    waiting: asyncio.Queue[tuple[float, Click] | None] = asyncio.Queue()
    began = time.perf_counter()
    lines = [asyncio.create_task(_line(agent, waiting)) for _ in range(connections)]
    for moment, click in due:
        wait = began + moment - time.perf_counter()
        if wait > 0:
            await asyncio.sleep(wait)
        # A click is late from the moment at which it was due, not from when a connection was free.
        waiting.put_nowait((began + moment, click))
    for _ in lines:
        waiting.put_nowait(None)
    await asyncio.gather(*lines)
    return time.perf_counter() - began


async def _line(agent: Agent, waiting: asyncio.Queue[tuple[float, Click] | None]) -> None:
    parts = urlsplit(agent.callback_url)
    streams = None
    while (item := await waiting.get()) is not None:
        due, click = item
        request = _request(agent, click, parts.netloc, parts.path)
        try:
            if streams is None:
                streams = await asyncio.open_connection(parts.hostname, parts.port)
            click.status, click.body = await asyncio.wait_for(_ask(*streams, request), 30)
        except (OSError, TimeoutError, asyncio.IncompleteReadError):
            if streams is not None:
                streams[1].close()
            streams = None
        click.seconds = time.perf_counter() - due
    if streams is not None:
        streams[1].close()


def _request(agent: Agent, click: Click, host: str, path: str) -> bytes:
    query = {"timestamp": str(int(time.time())), "nonce": str(secrets.randbelow(10**10))}
    query["msg_signature"] = crypto.signature(agent.token, query["timestamp"], query["nonce"], click.sealed)
    body = xml.write(
        [("ToUserName", CORP), ("AgentID", str(agent.agent_id)), ("Encrypt", click.sealed)]
    ).encode()
    head = (
        f"POST {path}?{urlencode(query)} HTTP/1.1\r\nHost: {host}\r\nContent-Type: text/xml\r\n"
        f"Content-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


async def _ask(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter, request: bytes
) -> tuple[int, bytes]:
    writer.write(request)
    head = (await reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")
    headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in head[1:])}
    return int(head[0].split()[1]), await reader.readexactly(int(headers.get("content-length", 0)))


def open_answers(agent: Agent, clicks: Iterable[Click]) -> None:
    """Decrypt what each was answered: the kind of the passive reply and what stands in the button's place."""
    for click in clicks:
        if click.status != 200 or not click.body:
            continue
        root = xml.read(unwrap(click.body, agent, CORP))
        click.kind = (root.findtext("MsgType") or "").strip()
        card = root.find("TemplateCard")
        if card is not None:
            click.note = (card.findtext("SubTitleText") or "") + (card.findtext("ReplaceText") or "")
