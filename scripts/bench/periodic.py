"""The morning's periodic tasks: 20,000 made and announced, by a worker that is killed halfway and one that goes on."""

from __future__ import annotations

import multiprocessing
import os
import signal
import time
from dataclasses import dataclass, field
from datetime import timedelta

from models.core import clock
from models.core.config import Config, configure
from models.core.db.connection import close_database, database, in_transaction, open_database
from models.core.events import outbox
from models.core.events.outbox import Outbox
from models.messages import tellers
from models.messages.records import Message, Notice
from models.organization.records import Person
from models.tasks.records import Task
from models.tasks.timing.periodic import MADE, PeriodicTask, make
from scripts.bench.house import SECRET, House

ROWS = 20_000
_WORKS = ("巡检", "查灭火器", "查配电箱", "班前会", "查有限空间", "查起重机", "应急物资")
_KILLED_AFTER = 0.3  # of the rows


@dataclass
class Morning:
    """Seconds that each part took, and what was not as it must be."""

    rows: int
    made_s: float
    told_s: float
    again_s: float
    killed_at: int
    notices: int
    faults: list[str] = field(default_factory=list)


def measure(house: House, *, rows: int = ROWS) -> Morning:
    """Make and tell so many; make them again; then once more for the next day, with a worker killed in between."""
    with database.connection_context():
        people = [(row.id, row.company_id) for row in Person.select(Person.id, Person.company)]
    started = time.perf_counter()
    made = make(_works(people, rows, "today"))
    made_s = time.perf_counter() - started
    started = time.perf_counter()
    _tell()
    told_s = time.perf_counter() - started
    started = time.perf_counter()
    again = make(_works(people, rows, "today"))
    again_s = time.perf_counter() - started
    result = Morning(rows, made_s, told_s, again_s, 0, 0)
    result.killed_at = _kill_one(house, people, rows)
    rest = make(_works(people, rows, "tomorrow"))
    _judge(result, made, again, rest)
    return result


def _works(people: list[tuple[int, int]], rows: int, day: str) -> list[PeriodicTask]:
    """So many works, spread over the people; sorted by work, as they come from the matrix."""
    due = clock.now() + timedelta(hours=10)
    found = []
    for number in range(rows):
        turn, place = divmod(number, len(people))
        person, company = people[place]
        found.append(
            PeriodicTask(
                company, person, "post_work", turn + 1, _WORKS[turn % len(_WORKS)], f"{day}:{turn}:{person}", due,
                "按检查表逐项检查",
            )
        )  # fmt: skip
    return found


def _tell() -> None:
    """The relay's part: every piece of news, each in its own transaction."""
    while rows := in_transaction(outbox.take, 500):
        for row in rows:
            in_transaction(_tell_one, row)


def _tell_one(row: Outbox) -> None:
    if outbox.end(row.id):
        tellers.tell_of(row)


def _kill_one(house: House, people: list[tuple[int, int]], rows: int) -> int:
    """Kill -9 a worker of its own that makes tomorrow's; gives how many it had made."""
    spawn = multiprocessing.get_context("spawn")
    worker = spawn.Process(target=_work, args=(house.settings["ANBAN_DATABASE_URL"], people, rows))
    worker.start()
    tomorrow = Task.once_key.startswith("tomorrow:")
    while worker.is_alive():
        with database.connection_context():
            count = int(Task.select().where(tomorrow).count())
        if count >= rows * _KILLED_AFTER:
            assert worker.pid is not None
            os.kill(worker.pid, signal.SIGKILL)
            break
        time.sleep(0.005)
    worker.join(30)
    with database.connection_context():
        return int(Task.select().where(tomorrow).count())


def _work(url: str, people: list[tuple[int, int]], rows: int) -> None:
    configure(Config(secret_key=SECRET))
    open_database(url)
    try:
        make(_works(people, rows, "tomorrow"))
    finally:
        close_database()


def _judge(result: Morning, made: int, again: int, rest: int) -> None:
    rows = result.rows
    with database.connection_context():
        tasks = int(Task.select().where(Task.kind == "periodic").count())
        told = [len(row.payload["persons"]) for row in Outbox.select().where(Outbox.kind == MADE)]
        result.notices = int(Notice.select().join(Message).where(Message.kind == MADE).count())
    if made != rows or again != 0:
        result.faults.append(f"made {made}, and again {again}, of {rows}")
    if not 0 < result.killed_at < rows or rest != rows - result.killed_at:
        result.faults.append(f"killed after {result.killed_at}, the rest was {rest}")
    if tasks != 2 * rows or sum(told) != 2 * rows:
        result.faults.append(f"{tasks} tasks and {sum(told)} announced, of {2 * rows}")
    if result.notices != rows:
        result.faults.append(f"{result.notices} told, of {rows}")
