"""Deciding tasks, against the same reads and writes in hand-written SQL, with a thousand past tasks and with a million;
and the list of what one has to do, of somebody with five hundred tasks against somebody with fifty.

The rule itself, in this process: both sides by as many threads, over the same driver, each decision a transaction of its
own on the durable database. `deciding_http` measures the same over HTTP, in the large book.
"""

from __future__ import annotations

import statistics
import threading
import time
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from models.administration.accounts.actors import actor_for_token
from models.core.db.connection import close_database, database, in_transaction, migrate, open_database
from models.installation import install_standards
from models.tasks.engine.decide import decide
from models.tasks.records import Case, CaseEvent, Task
from models.tasks.views.inbox import page
from scripts.bench import tasks_seed
from scripts.bench.floors import deciding_sql
from scripts.bench.house import House
from scripts.bench.product.seed import seed
from scripts.bench.world import World

SMALL, LARGE = 1_000, 1_000_000
THREADS, ROUNDS, EACH = 8, 5, 320
FEW, MANY = 50, 500
WORLD = World(persons=2000, equipment=10, companies=2)
_FIRST_OPEN = 2_000_000  # the numbers of the cases that are there to be decided


@dataclass
class Deciding:
    """Decisions a second by round, each side at each size, and milliseconds of the first page of 待办."""

    product: dict[int, list[float]] = field(default_factory=lambda: {SMALL: [], LARGE: []})
    floor: dict[int, list[float]] = field(default_factory=lambda: {SMALL: [], LARGE: []})
    page_ms: dict[int, float] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)

    @property
    def against_floor(self) -> float:
        """The product's rate by the floor's, of the large size; the median of the rounds."""
        return statistics.median(
            ours / bare for ours, bare in zip(self.product[LARGE], self.floor[LARGE], strict=True)
        )

    @property
    def against_small(self) -> float:
        """How much longer a decision takes among a million than among a thousand; the median of the rounds."""
        return statistics.median(
            small / large for small, large in zip(self.product[SMALL], self.product[LARGE], strict=True)
        )

    @property
    def page_ratio(self) -> float:
        """How much longer the first page takes of who has many open tasks than of who has few."""
        return self.page_ms[MANY] / self.page_ms[FEW]


@dataclass
class Book:
    """A database of its own with cases, past ones and such as wait to be decided."""

    url: str
    next: int = _FIRST_OPEN


def books(house: House, *, large: int = LARGE, rounds: int = ROUNDS) -> dict[int, Book]:
    """Both books, filled for so many rounds."""
    return {
        SMALL: _book(house, SMALL, "tasks_small", rounds),
        LARGE: _book(house, large, "tasks_large", rounds),
    }


def measure(house: House, books: dict[int, Book], *, rounds: int = ROUNDS) -> Deciding:
    """Let both sides decide in both books, in turns."""
    result = Deciding()
    for number in range(rounds + 1):
        for size, book in books.items():
            with opened(house, book):
                sides = ((result.floor, _by_hand(house, book)), (result.product, _by_rule))
                for rates, side in sides if number % 2 else reversed(sides):
                    rate = _run(book, side, result.faults)
                    if number:  # the first round warms both up
                        rates[size].append(rate)
    with opened(house, books[LARGE]):
        result.page_ms = _pages()
    return result


def _book(house: House, past: int, name: str, rounds: int) -> Book:
    book = Book(house.server.url(name))
    with opened(house, book):
        migrate()
        in_transaction(install_standards)
        seed(WORLD, house.settings["ANBAN_PUBLIC_URL"])
        named = {"flow": tasks_seed.flow(), "persons": range(WORLD.persons)}
        tasks_seed.fill(1, past, over=True, **named)
        tasks_seed.fill(_FIRST_OPEN, 2 * EACH * (rounds + 1), over=False, **named)
        tasks_seed.analyze()
    return book


@contextmanager
def opened(house: House, book: Book) -> Iterator[None]:
    """This book is the one that records use; the house's own is open again afterwards."""
    close_database()
    open_database(book.url)
    try:
        yield
    finally:
        close_database()
        open_database(house.settings["ANBAN_DATABASE_URL"])


Side = Callable[[int, str], None]


def _run(book: Book, side: Side, faults: list[str]) -> float:
    """Decide so many cases, first one step and then the other, by all threads; gives decisions a second."""
    first, book.next = book.next, book.next + EACH
    with database.connection_context():
        before = CaseEvent.select().where(CaseEvent.act == "decided").count()
    numbers = iter(range(first, first + EACH))
    lock = threading.Lock()

    def work() -> None:
        while True:
            with lock:
                case = next(numbers, None)
            if case is None:
                return
            token = WORLD.token(case % WORLD.persons)
            side(case, token)
            side(_second(case), token)

    threads = [threading.Thread(target=work) for _ in range(THREADS)]
    started = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    took = time.perf_counter() - started
    with database.connection_context():
        done = CaseEvent.select().where(CaseEvent.act == "decided").count() - before
        over = Case.select().where(Case.id.between(first, first + EACH - 1), Case.state == "approved").count()
    if (done, over) != (2 * EACH, EACH):
        faults.append(f"{done} decided and {over} over, of {EACH} cases")
    return 2 * EACH / took


def _second(case: int) -> int:
    """The task of the second step; looking it up is the same for both sides."""
    with database.connection_context():
        sql = "SELECT t.id FROM task t JOIN case_step s ON s.id = t.step_id WHERE s.case_id = %s AND t.state = 'open'"
        return int(database.execute_sql(sql, (case,)).fetchone()[0])


def _by_rule(task_id: int, token: str) -> None:
    actor = in_transaction(actor_for_token, token, "phone", write=False)
    in_transaction(decide, actor, task_id, "agree", comment="同意")


def _by_hand(house: House, book: Book) -> Side:
    """Hand-written SQL over the same driver, a connection for each thread."""
    name = book.url.split("?")[0].rpartition("/")[2]
    held = threading.local()

    def side(task_id: int, token: str) -> None:
        if not hasattr(held, "connection"):
            held.connection = house.connect(name)
            with held.connection.cursor() as cursor:
                cursor.execute("SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED")
        now = datetime.now(UTC).replace(tzinfo=None)
        with held.connection.cursor() as cursor:
            who = _drive(cursor, deciding_sql.sign_in(token, now))
            cursor.execute("BEGIN")
            _drive(cursor, deciding_sql.decision(who, task_id, "agree", "同意", now))
            cursor.execute("COMMIT")

    return side


def _drive(cursor: Any, steps: Generator[Any, Any, Any]) -> Any:
    """Run the statements of a floor on a blocking cursor."""
    try:
        statement = next(steps)
        while True:
            cursor.execute(*statement)
            statement = steps.send(cursor.fetchall() if cursor.with_rows else [(cursor.lastrowid,)])
    except StopIteration as ended:
        return ended.value


def _pages(rounds: int = 40) -> dict[int, float]:
    """Milliseconds of the first page of 待办, of one with many open tasks and of one with few, asked in turns."""
    people, ids = {MANY: 0, FEW: 1}, tasks_seed.people()
    start = 3_000_000
    with database.connection_context():
        flow = int(Case.select(Case.flow_version).where(Case.id == 1).scalar())
    for count, number in people.items():
        with database.connection_context():
            has = Task.select().where(Task.person == ids[number], Task.state == "open").count()
        tasks_seed.fill(start, count - has, flow=flow, persons=range(number, number + 1), over=False)
        start += count
    tasks_seed.analyze()
    times: dict[int, list[float]] = {count: [] for count in people}
    for _ in range(rounds + 5):
        for count, number in people.items():
            token = WORLD.token(number)
            started = time.perf_counter()
            actor = in_transaction(actor_for_token, token, "phone", write=False)
            found = in_transaction(page, actor, "todo", write=False)
            times[count].append(time.perf_counter() - started)
            if len(found["items"]) != 20 or found["counts"]["todo"] != count:
                raise RuntimeError(f"{found['counts']} instead of {count}")
    return {count: 1000 * statistics.median(taken[5:]) for count, taken in times.items()}
