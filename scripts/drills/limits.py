"""More than the platform lets through: reports in a row to the same groups, as fast as its limits allow and no faster (L01).

    python -m scripts.drills.limits [--reports 25]

A robot takes 20 messages a minute and refuses the rest; refused ones count, too. So the last of 25 reports can be
handed over 60 seconds after the first, and no sooner: that is the floor. Nothing may be refused or dropped on the way.
"""

from __future__ import annotations

import sys
import time
from dataclasses import dataclass, field
from typing import Any

import click
import requests

from bots.sandbox.limits import ROBOT
from models.core.database import database
from models.messages.records import Delivery, Message
from models.messages.ways import GROUP
from scripts.drills.flash_report import post
from scripts.drills.standing import Standing, standing

GOAL = 0.8
REPORTS, PEOPLE = 25, 20
(MOST, WINDOW), *_ = ROBOT


@dataclass
class Limited:
    """`floor` and `took` in seconds, from the first broadcast that was taken to the last."""

    reports: int
    groups: int
    floor: float
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


def _handed(accident_ids: list[int]) -> int:
    with database.connection_context():
        mine = Message.select(Message.id).where(
            Message.subject_kind == "accident", Message.subject_id.in_(accident_ids)
        )
        rows = Delivery.select().where(
            Delivery.message.in_(mine), Delivery.way == GROUP, Delivery.state == "accepted"
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


def _wire(stand: Standing) -> list[dict[str, Any]]:
    answer = requests.get(f"{stand.sandbox_url}/sandbox/api/wire?path=webhook/send", timeout=30)
    return list(answer.json()["lines"])


@click.command(help=__doc__)
@click.option("--reports", default=REPORTS, show_default=True)
@click.option("--groups", default=20, show_default=True)
def main(reports: int, groups: int) -> None:
    """Run it and print the figures."""
    with standing(people=100, groups=groups) as stand:
        found = measure(stand, reports)
    click.echo(
        f"{reports} reports to {groups} groups: the limits allow {found.floor:.0f} s, it took {found.took:.1f} s"
    )
    click.echo(f"{found.ratio:.2f} x what the limits allow (to reach: {GOAL})")
    for fault in found.faults:
        click.echo(f"FAULT: {fault}")
    sys.exit(1 if found.faults or found.ratio < GOAL else 0)


if __name__ == "__main__":
    main()
