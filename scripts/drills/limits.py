"""More than the platform lets through: reports in a row to the same groups, as fast as its limits allow and no faster (L01).

    python -m scripts.drills.limits [--reports 25] [--everybody 10000]

A robot takes 20 messages a minute and refuses the rest; refused ones count, too. So the last of 25 reports can be
handed over 60 seconds after the first, and no sooner: that is the floor. A member takes 30 a minute and loses the rest
in silence: with `--everybody` the same of 31 reports to all people. Nothing may be refused or dropped on the way.
"""

from __future__ import annotations

import sys
import time
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import click
import requests
from peewee import fn

from bots.sandbox.core.limits import MEMBER, ROBOT
from models.core.db.connection import database
from models.core.events.outbox import WAITING, Outbox
from models.messages.channels.records import CARD, GROUP
from models.messages.records import Delivery, Message
from scripts.drills.flash_report import post
from scripts.drills.standing import Standing, standing

GOAL = 0.8
REPORTS, PEOPLE = 25, 20
(MOST, WINDOW), *_ = ROBOT
(MEMBER_MOST, MEMBER_WINDOW), *_ = MEMBER
FLOOD = MEMBER_MOST + 1  # as few reports to everybody as the limit of a member holds up


@dataclass
class Limited:
    """`floor` and `took` in seconds, from the first broadcast that was taken to the last."""

    reports: int
    groups: int
    floor: float
    people: int = PEOPLE
    took: float = 0.0
    faults: list[str] = field(default_factory=list)

    @property
    def ratio(self) -> float:
        """How near to what the limits allow it came."""
        return self.floor / self.took if self.took else 0.0


def measure(stand: Standing, reports: int = REPORTS) -> Limited:
    """So many reports at once to all groups (and a few people)."""
    found = Limited(reports, stand.town.groups, (reports - 1) // MOST * WINDOW)
    receivers = {
        "persons": [str(one) for one in stand.town.persons[:PEOPLE]], "ways": ["system", "card"],
        "groups": [str(one) for one in stand.town.group_ids],
    }  # fmt: skip
    began = time.time()
    ids = [int(post(stand, 0, f"连报 {n}", receivers)["id"]) for n in range(reports)]
    wanted = reports * stand.town.groups
    until = time.monotonic() + found.floor + 60
    while _handed(ids) < wanted and time.monotonic() < until:
        time.sleep(0.5)
    moments = _moments(stand, began)
    found.took = max(moments) - min(moments) if moments else 0.0
    if len(moments) != wanted:
        found.faults.append(f"{len(moments)} broadcasts stand in the groups instead of {wanted}")
    refused = [line for line in _wire(stand) if line["at"] >= began and (line["errcode"] or line["notes"])]
    if refused:
        found.faults.append(f"the platform refused or dropped {len(refused)}: {refused[0]}")
    return found


def flood(stand: Standing, reports: int = FLOOD) -> Limited:
    """So many reports at once to everybody and all groups."""
    pauses = (reports - 1) // MEMBER_MOST * MEMBER_WINDOW
    found = Limited(reports, stand.town.groups, pauses, len(stand.town.persons))
    began = time.time()
    ids = [int(post(stand, 0, f"连报 {n}")["id"]) for n in range(reports)]
    wanted, bad = reports * found.people, {}
    until = time.monotonic() + 3 * found.floor + 60
    while _waits() and time.monotonic() < until:
        lines = [line for line in _wire(stand, "message/send") if line["at"] >= began]
        bad |= {line["id"]: line for line in lines if line["errcode"] or line["notes"]}
        time.sleep(3)
    handed = _handed(ids, CARD)
    found.took = _span(ids)
    if handed != wanted:
        found.faults.append(f"{handed:,} cards were taken instead of {wanted:,}")
    if bad:
        found.faults.append(f"the platform refused or dropped {len(bad)}: {next(iter(bad.values()))}")
    return found


def _waits() -> bool:
    """Whether news is to be told or a card to be sent; asking it costs the database nothing."""
    with database.connection_context():
        waits = Delivery.select().where(Delivery.state.in_(("queued", "sending")), Delivery.way == CARD)
        return Outbox.select().where(Outbox.state == WAITING).exists() or waits.exists()


def _span(accident_ids: list[int]) -> float:
    """Seconds from the first card that the platform took to the last."""
    with database.connection_context():
        rows = Delivery.select(fn.MIN(Delivery.sent_at), fn.MAX(Delivery.sent_at)).where(
            Delivery.message.in_(_messages(accident_ids)), Delivery.way == CARD, Delivery.state == "accepted"
        )
        first, last = rows.scalar(as_tuple=True)
        return 0.0 if first is None else (_moment(last) - _moment(first)).total_seconds()


def _moment(value: Any) -> datetime:
    return value if isinstance(value, datetime) else datetime.fromisoformat(value)


def _messages(accident_ids: list[int]) -> Any:
    return Message.select(Message.id).where(
        Message.subject_kind == "accident", Message.subject_id.in_(accident_ids)
    )


def _handed(accident_ids: list[int], way: str = GROUP) -> int:
    with database.connection_context():
        rows = Delivery.select().where(
            Delivery.message.in_(_messages(accident_ids)), Delivery.way == way, Delivery.state == "accepted"
        )
        return int(rows.count())


def _moments(stand: Standing, since: float) -> list[float]:
    """When what stands in the groups was shown there."""
    found = []
    for n in range(stand.town.groups):
        url = f"{stand.sandbox_url}/sandbox/api/threads/g:g{n}/group"
        found += [
            entry["at"] for entry in requests.get(url, timeout=30).json()["entries"] if entry["at"] >= since
        ]
    return found


def _wire(stand: Standing, path: str = "webhook/send") -> list[dict[str, Any]]:
    answer = requests.get(f"{stand.sandbox_url}/sandbox/api/wire?path={path}", timeout=30)
    return list(answer.json()["lines"])


@click.command(help=__doc__)
@click.option("--reports", default=REPORTS, show_default=True)
@click.option("--groups", default=20, show_default=True)
@click.option("--everybody", default=0, help="So many people get 31 reports each instead.")
def main(reports: int, groups: int, everybody: int) -> None:
    """Run it and print the figures."""
    with standing(people=everybody or 100, groups=groups) as stand:
        found = flood(stand) if everybody else measure(stand, reports)
    click.echo(
        f"{found.reports} reports to {found.people:,} people and {groups} groups: the limits allow"
        f" {found.floor:.0f} s, it took {found.took:.1f} s"
    )
    click.echo(f"{found.ratio:.2f} x what the limits allow (to reach: {GOAL})")
    for fault in found.faults:
        click.echo(f"FAULT: {fault}")
    sys.exit(1 if found.faults or found.ratio < GOAL else 0)


if __name__ == "__main__":
    main()
