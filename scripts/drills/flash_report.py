"""A flash report to everybody: how long until the first and the last were handed to the platform (G02).

    python -m scripts.drills.flash_report [--people 10000] [--groups 20] [--workers 2]

The report goes in by the phone's door over HTTP. The platform's own record says when each call arrived. The floor is a
bare client that hands the very same calls (the same receivers, the same cards and broadcasts) to the same sandbox, as
many at a time as the product does, and keeps nothing. The platform's limits hold up none of these calls, so what they
allow is measured by `scripts.drills.limits`; here the bare client shows what durable rows cost.
"""

from __future__ import annotations

import http.client
import json
import secrets
import statistics
import time
import uuid
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import click
import requests

from models.core import clock
from models.core.db.connection import database
from models.messages.channels.records import CARD, GROUP
from models.messages.records import Delivery, Message
from scripts.drills.standing import Standing, standing
from scripts.drills.town import AGENT, CORP, SECRET

FIRST_GOAL = 1.0
AT_ONCE = 8
_SEND, _ROBOT = "/cgi-bin/message/send", "/cgi-bin/webhook/send"


@dataclass
class Told:
    """One report: seconds from its commit (as the reporter saw the answer begin) to the first and the last call."""

    answered: float
    first: float
    last: float
    calls: int
    floor: float = 0.0
    stages: dict[str, float] = field(default_factory=dict)

    @property
    def ratio(self) -> float:
        """How near to the platform's own pace it came."""
        return self.floor / self.last


def post(stand: Standing, number: int, what: str, receivers: dict[str, Any] | None = None) -> dict[str, Any]:
    """Person `number` reports on the phone's door (None: to everybody); gives the accident. Raises RuntimeError."""
    body = {"what": what, "place": "演练场", "happened_at": clock.local(clock.now()).isoformat()}
    answer = requests.post(
        f"{stand.url}/api/mp/v1/accidents",
        json=body if receivers is None else {**body, "receivers": receivers},
        headers={
            "Authorization": f"Bearer {stand.town.world.token(number)}", "Idempotency-Key": uuid.uuid4().hex,
        },
        timeout=60,
    )  # fmt: skip
    if answer.status_code != 201:
        raise RuntimeError(f"the report was refused: {answer.status_code} {answer.text[:300]}")
    return dict(answer.json())


def tell(stand: Standing, what: str, seconds: float = 120) -> tuple[Told, Message]:
    """One report to everybody; returns once the platform has it all."""
    seen = _newest(stand)
    began = time.time()
    accident = post(stand, 0, what)
    answered = time.time() - began
    committed = clock.now().fromisoformat(accident["reported_at"]).timestamp()
    _wait(stand, seen, seconds)
    message = _message(stand, int(accident["id"]), seconds)
    lines = [line for line in _wire(stand) if line["id"] > seen and line["errcode"] == 0]
    if any(line["notes"] for line in lines):
        raise RuntimeError(f"the platform held something back: {[line['notes'] for line in lines]}")
    moments = [line["at"] for line in lines]
    return Told(answered, min(moments) - committed, max(moments) - committed, len(lines)), message


def _wire(stand: Standing) -> list[dict[str, Any]]:
    lines = requests.get(f"{stand.sandbox_url}/sandbox/api/wire?path=/send", timeout=30).json()["lines"]
    return [line for line in lines if line["path"] in (_SEND, _ROBOT)]


def _newest(stand: Standing) -> int:
    return max((line["id"] for line in _wire(stand)), default=0)


def _wait(stand: Standing, seen: int, seconds: float) -> None:
    """Until the platform has taken as many calls as it takes; asking it costs the database nothing."""
    calls = -(-len(stand.town.persons) // 1000) + stand.town.groups
    until = time.monotonic() + seconds
    while len([line for line in _wire(stand) if line["id"] > seen and line["errcode"] == 0]) < calls:
        if time.monotonic() > until:
            raise RuntimeError(f"not everybody was told in {seconds:.0f} s")
        time.sleep(0.25)


def _message(stand: Standing, accident_id: int, seconds: float) -> Message:
    """The message of the report, once it is written down that every card and broadcast of it was taken."""
    wanted = len(stand.town.persons) + stand.town.groups
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        with database.connection_context():
            found = Message.get_or_none(Message.subject_kind == "accident", Message.subject_id == accident_id)
            rows = Delivery.select().where(
                Delivery.message == (found and found.id), Delivery.way.in_((CARD, GROUP)),
                Delivery.state.in_(("accepted", "acknowledged")),
            )  # fmt: skip
            if found is not None and rows.count() >= wanted:
                return found
        time.sleep(1)
    raise RuntimeError(f"not everybody was told in {seconds:.0f} s")


def floor(stand: Standing, message: Message) -> float:
    """Seconds in which a bare client hands over the same calls: the same cards to the same people, new task ids."""
    calls = _calls(stand, message)
    return _handed(stand, calls)


def _calls(stand: Standing, message: Message) -> list[tuple[str, bytes]]:
    from bots.delivery.sender import card_for
    from bots.wecom.drawing import group_message_of, message_of
    from models.messages.channels.records import WecomApp

    with database.connection_context():
        card, app = card_for(message), WecomApp.get_by_id(stand.town.app_id)
        assert card is not None
        everybody = [stand.town.user(n) for n in range(len(stand.town.persons))]
        calls = []
        for start in range(0, len(everybody), 1000):
            body = {
                "touser": "|".join(everybody[start : start + 1000]), "agentid": AGENT,
                **message_of(card, app, f"floor-{secrets.token_hex(8)}"),
            }  # fmt: skip
            calls.append((f"{_SEND}?access_token=", body))
        broadcast = group_message_of(card, robot_group=True, app_id=app.id)
    calls += [(f"{_ROBOT}?key=robot-{n}", broadcast) for n in range(stand.town.groups)]
    return [(path, json.dumps(body, ensure_ascii=False).encode()) for path, body in calls]


def _handed(stand: Standing, calls: list[tuple[str, bytes]]) -> float:
    said = requests.get(
        f"{stand.sandbox_url}/cgi-bin/gettoken", params={"corpid": CORP, "corpsecret": SECRET}, timeout=30
    ).json()
    host = urlsplit(stand.sandbox_url).netloc
    began = time.perf_counter()

    def hand(mine: list[tuple[str, bytes]]) -> list[int]:
        line = http.client.HTTPConnection(host, timeout=60)
        codes = []
        for path, body in mine:
            to = f"{path}{said['access_token']}" if path.endswith("access_token=") else path
            line.request("POST", to, body, {"Content-Type": "application/json"})
            codes.append(int(json.loads(line.getresponse().read())["errcode"]))
        line.close()
        return codes

    with ThreadPoolExecutor(AT_ONCE) as pool:
        codes = [
            code for found in pool.map(hand, [calls[n::AT_ONCE] for n in range(AT_ONCE)]) for code in found
        ]
    took = time.perf_counter() - began
    if any(codes):
        raise RuntimeError(f"the floor was refused: {sorted(set(codes))}")
    return took


def measure(stand: Standing, rounds: int) -> list[Told]:
    """So many reports, each with its floor right after it."""
    found = []
    for number in range(rounds + 1):
        told, message = tell(stand, f"演练 {number}")
        told.floor = floor(stand, message)
        if number:  # the first one warms up both sides: connections, tokens, caches
            found.append(told)
        time.sleep(2)
    return found


@click.command(help=__doc__)
@click.option("--people", default=10_000, show_default=True)
@click.option("--groups", default=20, show_default=True)
@click.option("--workers", default=2, show_default=True)
@click.option("--rounds", default=3, show_default=True)
def main(people: int, groups: int, workers: int, rounds: int) -> None:
    """Run it and print the figures."""
    with standing(people=people, groups=groups, workers=workers) as stand:
        found = measure(stand, rounds)
    for one in found:
        click.echo(
            f"  answered {one.answered:.2f} s, first {one.first:.2f} s, last {one.last:.2f} s, floor {one.floor:.2f} s"
        )
    first, last = (statistics.median(getattr(one, name) for one in found) for name in ("first", "last"))
    ratio, bare = (statistics.median(getattr(one, name) for one in found) for name in ("ratio", "floor"))
    click.echo(f"{people} people, {groups} groups, {workers} workers, median of {rounds}")
    click.echo(f"the platform itself, asked by a bare client: {bare:.2f} s")
    click.echo(f"first call after the commit: {first:.2f} s (to reach: under {FIRST_GOAL} s)")
    click.echo(
        f"last taken after the commit: {last:.2f} s, {ratio:.2f} x the pace of a client that keeps nothing"
    )


if __name__ == "__main__":
    main()
