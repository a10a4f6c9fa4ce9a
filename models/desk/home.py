"""The first screen of the console at 08:30: numbers, each of which opens the rows that it counts (H01).

Who: a safety officer with a large screen who has just sat down; what burns stands first, what is 0 stays quiet. What an
account may not read is not there. A chapter adds a number with `home=` on its ledger; what comes to its end adds itself.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from models.core.ledger import HomeNumber, Ledger, all_ledgers
from models.core.ledger.expiry import EXPIRED, EXPIRING
from models.core.ledger.home import Tone
from models.core.ledger.reading.listing import COUNT_CAP, Selection
from models.core.ledger.reading.query import ListQuery
from models.core.security.actor import Actor
from models.desk.expiring.watched import what_ends

GROUPS = {"waiting": "等我处理", "today": "今天", "watch": "要盯住的"}


def home(actor: Actor) -> list[dict[str, Any]]:
    """[{name, title, numbers: [{ledger, name, title, help, tone, value, exact, filters}]}] of what the actor may read.

    A value is counted up to what a list counts; `exact` is false beyond it. `filters` are the list's, which show the rows.
    """
    found: dict[str, list[dict[str, Any]]] = {name: [] for name in GROUPS}
    for ledger in all_ledgers():
        if not actor.may(ledger.rights["read"]):
            continue
        for number in numbers_of(ledger):
            if not number.right or actor.may(number.right):
                found[number.group].append(_counted(actor, ledger, number))
    return [{"name": name, "title": GROUPS[name], "numbers": each} for name, each in found.items() if each]


def numbers_of(ledger: Ledger) -> Iterator[HomeNumber]:
    """The numbers of a ledger: those it declares, and how much of it is over or ends soon."""
    yield from ledger.home
    if ledger.expires is not None:
        what, name = what_ends(ledger), ledger.expires.name
        said = {EXPIRED: "已过期", EXPIRING: "快到期"}
        for standing, title in ledger.expires.told_as().items():
            tone: Tone = "warn" if standing == EXPIRING else "bad"
            yield HomeNumber(
                standing, f"{what}{said.get(standing, title)}", {name: [standing]}, "watch", tone
            )


def _counted(actor: Actor, ledger: Ledger, number: HomeNumber) -> dict[str, Any]:
    filters = dict(number.asked())
    query = ListQuery.parse(ledger, filters=filters)
    count = Selection(actor, ledger, query, ledger.rights["read"]).count(COUNT_CAP + 1)
    return {
        "ledger": ledger.name, "name": number.name, "title": number.title, "help": number.help, "tone": number.tone,
        "measure": ledger.measure, "value": min(count, COUNT_CAP), "exact": count <= COUNT_CAP, "filters": filters,
    }  # fmt: skip
