"""Everybody presses 收到 within a minute: encrypted callbacks, the board live meanwhile, every answer once (L01 G02 X04).

    python -m scripts.drills.acknowledge [--people 10000] [--seconds 55]

Two web processes behind one port. One press in a hundred is made on the sandbox's own phones, on the card that is
really there; the rest comes from a load client that encrypts as the platform does. Some callbacks are delivered twice,
as the platform does when an answer was lost. What is late is reckoned from when the press was due.
"""

from __future__ import annotations

import statistics
import sys
import threading
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from typing import Any

import click
import requests

from models.core.db.connection import database
from models.messages.channels.records import CARD
from models.messages.records import Delivery, Escalation, Inbound, Message, Notice, Sending
from scripts.drills import clicking
from scripts.drills.clicking import Click
from scripts.drills.flash_report import tell
from scripts.drills.standing import Standing, standing
from scripts.drills.town import AGENT
from scripts.drills.watching import Watched, watching

LATEST = clicking.PATIENCE
WINDOW = 55.0  # seconds over which the presses are spread; the last is answered within the minute
BY_PHONE, TWICE = 100, 50  # one in so many


@dataclass
class Acknowledged:
    """What came of it; `faults` says what was not as it must be."""

    people: int
    took: float
    seconds: list[float] = field(repr=False)
    repeated: int
    by_phone: int
    board: Watched
    written: int = 0
    faults: list[str] = field(default_factory=list)

    @property
    def slowest(self) -> float:
        """The slowest answer to a press."""
        return max(self.seconds)

    @property
    def p99(self) -> float:
        """The slowest percent."""
        return statistics.quantiles(self.seconds, n=100)[98] if len(self.seconds) > 1 else self.slowest


def measure(stand: Standing, within: float = WINDOW) -> Acknowledged:
    """One report to everybody, then everybody's press."""
    _, message = tell(stand, "演练：人人回应")
    clicks, serials = _presses(stand, message)
    phones, load = clicks[::BY_PHONE], [one for n, one in enumerate(clicks) if n % BY_PHONE]
    clicking.seal(stand.town.agent, load)
    again = [replace(one) for one in load[::TWICE]]  # the very same bytes once more
    with watching(stand, message.subject_id) as board:
        thread = threading.Thread(target=_press_on_phones, args=(stand, phones, serials, within))
        thread.start()
        took = clicking.press(stand.town.agent, [*load, *again], within=within)
        thread.join(60)
        time.sleep(2.0)  # what the board still has to hear
    clicking.open_answers(stand.town.agent, [*load, *again])
    everyone = [*phones, *load, *again]
    found = Acknowledged(
        len(clicks), took, [one.seconds for one in everyone], len(again), len(phones), board,
    )  # fmt: skip
    _judge(found, everyone)
    _compare(found, message, clicks)
    return found


def _presses(stand: Standing, message: Message) -> tuple[list[Click], dict[str, int]]:
    """A press of 收到 for everybody but the first, who reports and is asked nothing; and the cards' serials on the phones."""
    first = _card(stand, stand.town.user(1), message)
    key = next(button["key"] for button in first["content"]["button_list"] if button["text"] == "收到")
    with database.connection_context():
        rows = (
            Delivery.select(Delivery.person, Sending.task_id)
            .join(Sending, on=(Delivery.sending == Sending.id))
            .where(Delivery.message == message.id, Delivery.way == CARD)
        )
        tasks = dict(rows.tuples())
    asked = list(enumerate(stand.town.persons))[1:]
    clicks = [Click(stand.town.user(n), key, tasks[person]) for n, person in asked]
    with ThreadPoolExecutor(8) as pool:
        users = [one.user for one in clicks[::BY_PHONE]]
        serials = dict(
            zip(users, pool.map(lambda user: int(_card(stand, user, message)["serial"]), users), strict=True)
        )
    return clicks, serials


def _card(stand: Standing, user: str, message: Message) -> dict[str, Any]:
    """The report's card on somebody's phone."""
    url = f"{stand.sandbox_url}/sandbox/api/threads/u:{user}/app:{AGENT}"
    entries = requests.get(url, timeout=30).json()["entries"]
    mine = [one for one in entries if str(one.get("task_id", "")).startswith(f"m{message.id}-")]
    return dict(mine[-1])


def _press_on_phones(
    stand: Standing, presses: Sequence[Click], serials: dict[str, int], within: float
) -> None:
    """The same by the sandbox: its phones press the real card, and it delivers as the platform does."""
    rest = within / max(len(presses), 1)
    for one in presses:
        began = time.perf_counter()
        answer = requests.post(
            f"{stand.sandbox_url}/sandbox/api/people/{one.user}/press",
            json={"serial": serials[one.user], "key": one.key}, timeout=60,
        )  # fmt: skip
        one.seconds = time.perf_counter() - began
        said = answer.json()
        if answer.status_code == 200 and said["delivered"]["ok"]:
            one.status, one.kind = 200, said["reply"]
            one.note = str(said["entry"]["content"].get("sub_title_text", ""))
        time.sleep(max(0.0, rest - one.seconds))


def _judge(found: Acknowledged, everyone: Sequence[Click]) -> None:
    """What the pressers saw."""
    wrong = {
        "without an answer": [one for one in everyone if one.status == 0],
        "refused": [one for one in everyone if one.status not in (0, 200)],
        f"answered after {LATEST:g} s": [one for one in everyone if one.status and one.late],
        "with another reply than the card": [
            one for one in everyone if one.status == 200 and one.kind != "update_template_card"
        ],
        "whose card does not say 收到": [
            one for one in everyone if one.kind == "update_template_card" and "已回应：收到" not in one.note
        ],
    }
    found.faults += [f"{len(ones)} presses {what}" for what, ones in wrong.items() if ones]
    found.faults += found.board.faults


def _compare(found: Acknowledged, message: Message, clicks: Sequence[Click]) -> None:
    """What the database says: every answer once, by card; every chain stopped; nothing waits to be sent."""
    with database.connection_context():
        asked = Notice.select().where(Notice.message == message.id)
        found.written = asked.where(Notice.answer == "received", Notice.answered_by_way == CARD).count()
        came = Inbound.select().where(Inbound.kind == "card_click")
        rows = {
            "notices": (asked.count(), len(clicks) + 1),  # the reporter hears of it too
            "answers by card": (found.written, len(clicks)),
            "callbacks kept": (came.count(), len(clicks)),
            "callbacks handled as the answer": (came.where(Inbound.result == "answered:received").count(), len(clicks)),
            "running chains": (_chains(message, "running"), 0),
            "deliveries waiting": (
                Delivery.select().where(Delivery.message == message.id, Delivery.state.in_(("queued", "sending"))).count(), 0,
            ),
            "pieces of news of an answer": (_news(message), len(clicks)),
        }  # fmt: skip
    found.faults += [
        f"{what}: {number} instead of {wanted}" for what, (number, wanted) in rows.items() if number != wanted
    ]


def _chains(message: Message, state: str) -> int:
    return int(
        Escalation.select().where(Escalation.message_id == message.id, Escalation.state == state).count()
    )


def _news(message: Message) -> int:
    sql = (
        "SELECT COUNT(DISTINCT o.subject_id) FROM outbox o JOIN notice n ON n.id = o.subject_id"
        f" WHERE o.kind = 'message.answered' AND n.message_id = {int(message.id)}"
    )
    return int(database.execute_sql(sql).fetchone()[0])


@click.command(help=__doc__)
@click.option("--people", default=10_000, show_default=True)
@click.option("--seconds", default=WINDOW, show_default=True, help="Over which the presses are spread.")
@click.option("--workers", default=2, show_default=True)
def main(people: int, seconds: float, workers: int) -> None:
    """Run it, print the figures, and end with 1 if something was lost, doubled or late."""
    with standing(people=people, groups=0, workers=workers) as stand:
        found = measure(stand, seconds)
    click.echo(
        f"{found.people} people pressed in {found.took:.1f} s: {found.by_phone} on the sandbox's phones,"
    )
    click.echo(f"  {found.repeated} callbacks delivered twice; {found.written} answers in the database")
    click.echo(
        f"  median {statistics.median(found.seconds) * 1000:.0f} ms, slowest percent {found.p99 * 1000:.0f} ms,"
        f" slowest {found.slowest:.2f} s (to reach: under {LATEST:g} s)"
    )
    click.echo(f"  board: {found.board}")
    for fault in found.faults:
        click.echo(f"  FAULT: {fault}")
    sys.exit(1 if found.faults else 0)


if __name__ == "__main__":
    main()
