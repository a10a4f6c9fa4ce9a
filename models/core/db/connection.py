"""The database behind all records: SQLite when embedded, MySQL or MariaDB in production.

A door never opens a connection itself: it runs a rule through `in_transaction`.
"""

from __future__ import annotations

import contextlib
import os
import random
import re
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any, Protocol, TypeVar
from urllib.parse import parse_qsl, unquote, urlsplit

import structlog
from peewee import (
    Database,
    DatabaseError,
    DatabaseProxy,
    InterfaceError,
    InternalError,
    OperationalError,
    ProgrammingError,
)
from playhouse.migrations import Runner
from playhouse.mysql_ext import PooledMySQLConnectorDatabase
from playhouse.pool import PooledSqliteDatabase

from models.core.db.cursors import open_cursor
from models.core.db.fair_lock import FairLock
from models.core.errors import StorageFull, Unavailable

T = TypeVar("T")


class Ending(Protocol):
    """What a transaction gathers until its work is done."""

    def finish(self) -> None:
        """Called once, in the transaction, before the commit; may write."""


E = TypeVar("E", bound=Ending)

database = DatabaseProxy()
MIGRATIONS = Path(__file__).resolve().parents[2] / "migrations"

_RETRIES = 5
_DEEPEST = 12  # causes of an error that are looked at
_RETRY_CODES = {1205, 1213}  # lock wait time-out, deadlock: the statement was rolled back, try again
# The connection is lost: the server ends, killed it, has gone away, went in a statement; no connection.
_LOST_CODES = {1053, 1927, 2006, 2013, 2055}
# The server can't be reached, or takes no more connections.
_AWAY_CODES = _LOST_CODES | {2002, 2003, 1040}
# A full disk, as MySQL says it: writing a file, a full disk, a full table, and the engine's own error 28 (ENOSPC).
_FULL_CODES = {1021, 1114}
_FULL_WORDS = re.compile(r"\berror(?: code)?:? 28\b|errcode: 28\b|no space left", re.IGNORECASE)
_TRUSTED_SECONDS = 5.0
_LONG = 1.0  # seconds that others wait for a write into the embedded database until it is told
log = structlog.get_logger("database")
_write_lock = FairLock()
_after = threading.local()


class MySQL(PooledMySQLConnectorDatabase):
    """MySQL or MariaDB by MySQL Connector/Python, one session setting for all connections."""

    def _connect(self) -> Any:
        connection = super()._connect()
        if getattr(connection, "_anban_ready", False):
            return connection
        cursor = connection.cursor()
        # Read committed takes no gap locks, so two batches that insert beside each other do not deadlock.
        cursor.execute("SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED")
        cursor.execute("SET SESSION time_zone = '+00:00'")
        cursor.close()
        connection._anban_ready = True
        return connection

    def cursor(self, named_cursor: Any = None) -> Any:
        """A cursor of the running connection, without asking the server before each statement if it is there.

        A connection that goes away fails in the statement itself, and `in_transaction` begins again.
        """
        if self.is_closed():
            return super().cursor(named_cursor)  # which connects, or says that it may not
        return open_cursor(self._state.conn)

    def _is_closed(self, conn: Any) -> bool:
        # On a busy server a connection rests for milliseconds; asking it each time costs as much as a SELECT.
        rested = time.monotonic() - getattr(conn, "_anban_used", 0.0)
        return rested > _TRUSTED_SECONDS and bool(super()._is_closed(conn))

    def _can_reuse(self, conn: Any) -> bool:
        if conn.is_closed():
            return False
        conn._anban_used = time.monotonic()
        return bool(super()._can_reuse(conn))

    def distrust(self) -> None:
        """Ask every resting connection before it is used again: one of its kind was found dead."""
        with self._pool_lock:
            for _, _, conn in self._connections:
                conn._anban_used = 0.0


def build_database(url: str, *, max_connections: int = 32) -> Database:
    """A pooled database for `url`.

    `sqlite:///relative/or//absolute.db`, or `mysql://user:password@host:port/name` (also `mariadb://`),
    with `unix_socket=` and other connector options in the query.
    """
    parts = urlsplit(url)
    options: dict[str, Any] = dict(parse_qsl(parts.query))
    if parts.scheme == "sqlite":
        path = unquote(parts.path[1:]) if parts.path.startswith("/") else unquote(parts.path)
        _make_private(Path(path))
        opened = PooledSqliteDatabase(
            path,
            max_connections=max_connections,
            check_same_thread=False,
            timeout=20,
            pragmas={"journal_mode": "wal", "synchronous": "full", "foreign_keys": 1, "cache_size": -65536},
        )
        # The servers know REGEXP; SQLite asks for a function of that name.
        opened.register_function(_matches, "regexp", 2, deterministic=True)
        return opened
    if parts.scheme not in ("mysql", "mariadb"):
        raise ValueError("ANBAN_DATABASE_URL: use sqlite:///file or mysql://user:password@host:port/name")
    options.setdefault("charset", "utf8mb4")
    options.setdefault("collation", "utf8mb4_general_ci")
    options.setdefault("connection_timeout", 5)
    options["connection_timeout"] = int(options["connection_timeout"])
    return MySQL(
        parts.path.lstrip("/"),
        max_connections=max_connections,
        stale_timeout=300,
        timeout=20,
        user=unquote(parts.username or ""),
        password=unquote(parts.password or ""),
        host=parts.hostname or "127.0.0.1",
        port=parts.port or 3306,
        sql_mode="STRICT_TRANS_TABLES,NO_ZERO_DATE,NO_ZERO_IN_DATE,ERROR_FOR_DIVISION_BY_ZERO",
        **options,
    )


def _matches(pattern: str, text: Any) -> bool | None:
    """Whether a text holds what the pattern describes. `re` keeps the newest patterns."""
    return None if text is None else re.search(pattern, str(text)) is not None


def _make_private(path: Path) -> None:
    """Have the embedded database's file there, for its owner alone; what SQLite puts beside it is as it is."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with contextlib.suppress(FileExistsError, OSError):  # what can't be made is told when it is opened
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))


def open_database(url: str, *, max_connections: int = 32) -> Database:
    """Make the database at `url` the one that all records use, and give it."""
    opened = build_database(url, max_connections=max_connections)
    database.initialize(opened)
    return opened


def close_database() -> None:
    """Give back every connection (end of a process or a test)."""
    if database.obj is not None:
        if not database.is_closed():
            database.close()
        database.obj.close_all()


def is_sqlite() -> bool:
    """Whether the embedded database is in use."""
    return isinstance(database.obj, PooledSqliteDatabase)


def gives_back() -> bool:
    """Whether the engine knows INSERT … RETURNING: SQLite and MariaDB do, MySQL does not. Asked once for each database."""
    opened = database.obj
    known: bool | None = getattr(opened, "_anban_gives_back", None)
    if known is None:
        known = is_sqlite() or _is_mariadb(str(opened.execute_sql("SELECT VERSION()").fetchone()[0]))
        opened._anban_gives_back = known
    return known


def _is_mariadb(version: str) -> bool:
    """Whether a server of this version is a MariaDB that has INSERT … RETURNING (10.5 or newer)."""
    found = re.search(r"(\d+)\.(\d+)\.\d+-MariaDB", version, re.IGNORECASE)
    return found is not None and (int(found[1]), int(found[2])) >= (10, 5)


def migrations() -> Runner:
    """The runner of the committed migrations; connect before use."""
    return Runner(database.obj, directory=str(MIGRATIONS))


def migrate(target: str | None = None) -> list[str]:
    """Bring the schema up to `target` (default: the newest) and give the names that were applied."""
    with database.connection_context():
        return list(migrations().up(target))


def _number(error: BaseException) -> Any:
    cause = error.__cause__ or error.__context__ or error
    return getattr(cause, "errno", None) or (error.args[0] if error.args else None)


def _causes(error: BaseException) -> Iterator[BaseException]:
    """The error and what it came from: after a deadlock the server knows no savepoint, and says that on the way out."""
    at: BaseException | None = error
    for _ in range(_DEEPEST):
        if at is None:
            return
        yield at
        at = at.__cause__ or at.__context__


def _has(error: BaseException, codes: set[int]) -> bool:
    """Whether the error, or what it came from, has one of these numbers."""
    numbers = (getattr(one, "errno", None) or (one.args[0] if one.args else None) for one in _causes(error))
    return any(number in codes for number in numbers if isinstance(number, int))


def says_full(error: BaseException) -> bool:
    """Whether the database refused for want of room on its disk."""
    for one in _causes(error):
        code = getattr(one, "sqlite_errorcode", None)
        # The second: the shared memory beside the write-ahead log finds no page for itself.
        if code is not None and (code & 0xFF == sqlite3.SQLITE_FULL or code == sqlite3.SQLITE_IOERR_SHMSIZE):
            return True
        if isinstance(one, DatabaseError | InterfaceError) and _FULL_WORDS.search(str(one)):
            return True
    return _has(error, _FULL_CODES)


def _worth_retrying(error: Exception) -> bool:
    cause = error.__cause__ or error.__context__ or error
    if isinstance(cause, sqlite3.OperationalError):
        return "locked" in str(cause) or "busy" in str(cause)
    return _has(error, _RETRY_CODES)


def in_transaction(work: Callable[..., T], *args: Any, write: bool = True, **kwargs: Any) -> T:
    """Run `work` in one transaction on a connection of its own, and commit.

    A deadlock, a busy lock or a lost connection is tried again a few times (the whole transaction, so `work`
    must not have effects outside of the database). A connection lost in the COMMIT itself is not, as nobody can tell
    whether it is done: that raises Unavailable, as does a server that is away. With `write=False` the reads see one
    snapshot and nothing is locked.
    Inside a running transaction it simply joins that.
    """
    if not database.is_closed() and database.in_transaction():
        return work(*args, **kwargs)
    try:
        result, afterwards = _tried(work, args, kwargs, write)
    except (DatabaseError, InterfaceError) as error:
        if says_full(error):
            log.warning("database_full")
            raise StorageFull from error
        if _number(error) not in _AWAY_CODES:
            raise
        log.warning("database_away", number=_number(error))
        raise Unavailable from error
    finally:
        _after.works = _after.endings = None
    for step in afterwards:
        step()
    return result


def when_idle(work: Callable[..., Any], *args: Any) -> bool:
    """Run `work` as `in_transaction` does, unless somebody else writes into the embedded database just now; says whether.

    For what a reader writes by the way, who must not wait for a writer.
    """
    if not is_sqlite():
        in_transaction(work, *args)
        return True
    if not _write_lock.take_if_free():
        return False
    _after.holds = True
    try:
        in_transaction(work, *args)
    finally:
        _after.holds = False
        _write_lock.let_go()
    return True


def after_commit(step: Callable[[], None]) -> None:
    """Call `step` once the running transaction has been committed, never if it is rolled back.

    For what can't be taken back: starting a job, deleting a file. Outside of `in_transaction` it is called
    at once.
    """
    waiting = getattr(_after, "works", None)
    if waiting is None:
        step()
    else:
        waiting.append(step)


def in_savepoint(work: Callable[..., T], *args: Any) -> T:
    """Run `work` inside the running transaction; what it wrote, and what it left for after the commit, goes if it raises."""
    waiting = getattr(_after, "works", None)
    there = len(waiting or ())
    try:
        with database.atomic():
            return work(*args)
    except BaseException:
        if waiting is not None:
            del waiting[there:]
        raise


def before_commit(kind: type[E]) -> E | None:
    """The one `kind` of the running transaction, made at the first question; its `finish` is called before the commit.

    So what many writes have in common is asked for once. Whoever is tried again begins with a new one. None outside of
    `in_transaction`.
    """
    endings: dict[type[Any], Any] | None = getattr(_after, "endings", None)
    if endings is None:
        return None
    if kind not in endings:
        endings[kind] = kind()
    found: E = endings[kind]
    return found


def _tried(
    work: Callable[..., T], args: tuple[Any, ...], kwargs: dict[str, Any], write: bool
) -> tuple[T, list[Callable[[], None]]]:
    for attempt in range(_RETRIES):
        _after.works, _after.committing, _after.endings = [], False, {}
        try:
            return _once(partial(_noted, work, args, kwargs), write), _after.works
        except (OperationalError, InternalError, InterfaceError, ProgrammingError) as error:
            lost = _has(error, _LOST_CODES)
            if lost:
                database.obj.distrust()
            # Lost while committing: nobody knows whether it is done, so it must not be done again.
            again = not _after.committing if lost else _worth_retrying(error)
            if attempt == _RETRIES - 1 or not again:
                raise
            time.sleep(random.uniform(0.005, 0.02) * 2**attempt)
    raise AssertionError("unreachable")


def _noted(work: Callable[..., T], args: tuple[Any, ...], kwargs: dict[str, Any]) -> T:
    result = work(*args, **kwargs)
    for ending in list(_after.endings.values()):
        ending.finish()
    _after.committing = True
    return result


def _once(work: Callable[[], T], write: bool) -> T:
    with database.connection_context():
        if not is_sqlite():
            # Who only reads must not see what was committed between two of its questions: the auditor would find
            # an answer whose chain it had read as running.
            with database.atomic() if write else database.atomic("REPEATABLE READ"):
                return work()
        if not write:
            with database.atomic():
                return work()
        # SQLite has one writer: queue in the process rather than spin on its file lock, and take the
        # write lock at once so that a read inside can't turn into a failed upgrade.
        with contextlib.nullcontext() if getattr(_after, "holds", False) else _write_lock:
            began = time.monotonic()
            try:
                with database.atomic("IMMEDIATE"):
                    return work()
            finally:
                held = time.monotonic() - began
                if held > _LONG:
                    log.warning("long_write", seconds=round(held, 1))
