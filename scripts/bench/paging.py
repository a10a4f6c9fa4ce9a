"""Pages of 上岗日志 over HTTP, with two million rows and with ten thousand: the same pages in turns."""

from __future__ import annotations

import contextlib
import http.client
import statistics
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from urllib.parse import quote

import orjson

from models.administration.records import Account, Session
from models.administration.roles import builtin_roles
from models.administration.roles.roles import assign
from models.core import clock
from models.core.db.connection import close_database, database, in_transaction, migrate, open_database
from models.core.ledger.reading.listing import Cursor
from models.core.security import crypto
from models.duty.ledgers import CLOCK_INS
from models.duty.records import ClockIn
from models.installation import install_standards
from models.organization.records import Company
from scripts.bench import processes
from scripts.bench.house import House
from scripts.bench.product.seed import seed
from scripts.bench.world import World
from scripts.services.process import free_port

SMALL, LARGE = 10_000, 2_000_000
# So few people and days that in the small book, too, any filter leaves more rows than a list counts (COUNT_CAP).
WORLD = World(persons=8, equipment=8, companies=4)
_SPANS = {SMALL: timedelta(days=2), LARGE: timedelta(days=365)}
_PIECE = 100_000

# Every person works everywhere in the company, in an order that mixes all of them; the log grows with time. People and
# equipment are counted, as their ids go in steps (the database gives ids as a cluster of three does). In other worlds than
# the book's own it stays with equipment whose number is theirs but for multiples of `among`: of their trade and site, say.
_FILL = """
INSERT INTO clock_in (id, version, created_at, updated_at, company_id, person_id, person_name, equipment_id,
  equipment_name, code, certificate_number, day, scanned_at, received_at, late, evidence, once_key, request_key,
  site_id, type_id, summed)
SELECT s.seq, 1, m.at, m.at, p.company_id, p.id, p.name, e.id, e.name, 'N1', CONCAT('T', p.id), DATE(m.at), m.at, m.at,
  s.seq MOD 50 = 0, '{evidence}', CONCAT(s.seq, '.b'), SHA2(s.seq, 256), e.site_id, e.type_id, 1
FROM seq_{low}_to_{high} s
JOIN (SELECT seq, TIMESTAMP('{start}') + INTERVAL seq * {step} MICROSECOND AS at FROM seq_{low}_to_{high}) m
  ON m.seq = s.seq
JOIN (SELECT *, ROW_NUMBER() OVER (ORDER BY id) - 1 AS n FROM person WHERE role = 'operator') p ON p.n = s.seq * 7 % {persons}
JOIN (SELECT *, ROW_NUMBER() OVER (ORDER BY id) - 1 AS n FROM equipment) e
  ON e.n = (s.seq * 7 + s.seq DIV {persons} * {among}) % {pieces}
"""


@dataclass
class Book:
    """A database with so many clock-ins: its address and the pages to ask for, by what they are."""

    rows: int
    url: str
    pages: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Paged:
    """One page in both sizes, in milliseconds."""

    what: str
    small_ms: float
    large_ms: float

    @property
    def ratio(self) -> float:
        """How much longer the large one takes."""
        return self.large_ms / self.small_ms


def measure(house: House, *, rounds: int = 60, large: int = LARGE) -> list[Paged]:
    """Fill both books, serve each, and ask both for the same pages in turns; medians."""
    books = [make_book(house, SMALL, "book_small"), make_book(house, large, "book_large")]
    with contextlib.ExitStack() as stack:
        ask = [stack.enter_context(_served(house, book)) for book in books]
        return [
            _compare(what, [(ask[n], book.pages[what]) for n, book in enumerate(books)], rounds)
            for what in books[0].pages
        ]


def _compare(what: str, sides: list[tuple[Callable[[str], float], str]], rounds: int) -> Paged:
    times: list[list[float]] = [[] for _ in sides]
    for _ in range(rounds + 5):
        for found, (ask, page) in zip(times, sides, strict=True):
            found.append(ask(page))
    small, large = (1000 * statistics.median(found[5:]) for found in times)
    return Paged(what, small, large)


@contextlib.contextmanager
def _served(house: House, book: Book) -> Iterator[Callable[[str], float]]:
    """Asks the product over this book for a path; gives seconds."""
    port = free_port()
    settings = {**house.settings, "ANBAN_DATABASE_URL": book.url, "ANBAN_RELAY": "false"}
    with processes.product(house.home, settings, port) as served:
        connection = http.client.HTTPConnection("127.0.0.1", served.port, timeout=60)

        def ask(path: str) -> float:
            started = time.perf_counter()
            connection.request("GET", path, headers={"Cookie": f"anban_session={token()}"})
            answer = connection.getresponse()
            body = answer.read()
            took = time.perf_counter() - started
            if answer.status != 200 or not orjson.loads(body)["items"]:
                raise RuntimeError(f"{path}: {answer.status} {body[:300]!r}")
            return took

        yield ask
        connection.close()


def token() -> str:
    """The session of an officer of the group who sees the whole of a book."""
    return "an-officer-of-the-benchmark"


def make_book(
    house: House,
    rows: int,
    name: str,
    *,
    world: World = WORLD,
    among: int = 0,
    planted: Callable[[], None] | None = None,
) -> Book:
    """A database of its own with so many clock-ins of a world. The house's own is open again afterwards.

    `planted()` adds to the world before there are clock-ins; people stay with every `among`th piece of equipment.
    """
    try:
        return _book(house, rows, name, world, among or world.companies, planted)
    finally:
        close_database()
        open_database(house.settings["ANBAN_DATABASE_URL"])


def _book(
    house: House, rows: int, name: str, world: World, among: int, planted: Callable[[], None] | None
) -> Book:
    close_database()
    book = Book(rows, house.server.url(name))
    open_database(book.url)
    migrate()
    in_transaction(install_standards)
    seed(world, house.settings["ANBAN_PUBLIC_URL"])
    with database.connection_context():
        _sign_in()
        if planted is not None:
            planted()
        _fill(rows, world, among)
        database.execute_sql("ANALYZE TABLE clock_in").fetchall()
        book.pages = _pages(rows)
    return book


def _sign_in() -> None:
    group = Company.get(Company.kind == "group")
    officer = Account.create(company=group, login="bench-officer", name="压测安全员", phone="13700000000")
    assign(officer.id, builtin_roles.GROUP_SAFETY, group.id)
    Session.create(
        token_hash=crypto.hash_token(token()), account_id=officer.id, door="console",
        expires_at=clock.now() + timedelta(days=1),
    )  # fmt: skip


def _fill(rows: int, world: World, among: int) -> None:
    evidence = orjson.dumps({"request": "0" * 16, "place": None, "filler": "x" * 400}).decode()
    span = _SPANS.get(rows, _SPANS[LARGE])
    start = f"{clock.now() - span:%Y-%m-%d %H:%M:%S}"
    for low in range(1, rows + 1, _PIECE):
        sql = _FILL.format(
            low=low, high=min(low + _PIECE - 1, rows), start=start, evidence=evidence,
            step=int(span / timedelta(microseconds=1)) // rows, persons=world.persons, among=among,
            pieces=world.equipment,
        )  # fmt: skip
        database.execute_sql(sql)


def _pages(rows: int) -> dict[str, str]:
    """The paths: first, middle and last page of a company's log, and the first with each other filter."""
    middle = ClockIn.get_by_id(rows // 2)
    company = f"f.company={middle.company_id}"
    cursor = quote(Cursor(middle.scanned_at, middle.id).pack(CLOCK_INS, CLOCK_INS.sort))
    day = clock.local(middle.scanned_at).date().isoformat()
    base = f"/api/console/v1/clock-ins?limit=50&{company}"
    return {
        "first page of a company": base,
        "page in the middle": f"{base}&cursor={cursor}",
        "deepest page": f"{base}&end=last",
        "one person's": f"{base}&f.person={middle.person_id}",
        "one equipment's": f"{base}&f.equipment={middle.equipment_id}",
        "of one day in the middle": f"{base}&f.day.from={day}&f.day.to={day}",
    }
