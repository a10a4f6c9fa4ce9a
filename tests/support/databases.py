"""Fixtures for a database of a test's own: SQLite, MariaDB or both (ANBAN_TEST_DATABASE=sqlite|mariadb|both|every).

A test that asks for `database_url` (or anything that stands on it) is run once for every engine chosen; one
marked `one_engine`, or that drives a browser, only on the first. With `both`, that holds where the engine makes a
difference (`_on_each`); elsewhere three tests of four run on SQLite and the fourth on MariaDB. `every` is each test on
each engine. Each xdist worker has databases of its own.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import uuid
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from peewee import Database

from bots.wecom.incoming import forgeries
from models.administration.accounts import actors
from models.core.db import short_cache
from models.core.db.connection import close_database, migrate, open_database
from models.core.db.connection import database as records_database
from models.core.logs import access
from scripts.services import MariaDB, mariadb
from scripts.services.process import folder
from tests.support.database_reset import Emptier

_CHOICES = {
    "sqlite": ["sqlite"],
    "mariadb": ["mariadb"],
    "both": ["sqlite", "mariadb"],
    "every": ["sqlite", "mariadb"],
}
#: What these rooms are about is done by statements, locks, plans or moments that differ from engine to engine.
_DIFFERENT = (
    "tests/house", "tests/journeys", "tests/server", "tests/models/core", "tests/models/migrations", "tests/models/messages",
    "tests/models/duty/gate", "tests/models/tasks/engine", "tests/models/tasks/timing", "tests/models/tasks/test_machine",
    "tests/models/tasks/test_costs", "tests/models/tasks/test_bench_floor", "tests/models/administration/sign_in", "tests/models/grid",
    "tests/models/objectives/investment", "tests/models/objectives/points", "tests/models/personnel/importing",
)  # fmt: skip
_TURNS = 4  # of so many other tests one runs on MariaDB instead of SQLite
_SERVER = "ANBAN_TEST_MARIADB_PORT"  # from the controller to its workers
_running = contextlib.ExitStack()


def _chosen() -> list[str]:
    name = os.environ.get("ANBAN_TEST_DATABASE", "sqlite")
    if name not in _CHOICES:
        raise pytest.UsageError(f"ANBAN_TEST_DATABASE is {name!r}, but must be one of {', '.join(_CHOICES)}")
    return _CHOICES[name]


def pytest_configure(config: pytest.Config) -> None:
    """Start MariaDB once for the whole run, before there are workers."""
    if "mariadb" in _chosen() and _SERVER not in os.environ and not config.option.collectonly:
        os.environ[_SERVER] = str(_running.enter_context(mariadb(fast=True)).port)
        config.add_cleanup(lambda: os.environ.pop(_SERVER, None))
        config.add_cleanup(_running.close)


def pytest_unconfigure() -> None:
    """Let go of what a worker holds of that MariaDB."""
    _running.close()


def pytest_report_header() -> str:
    """Say which engines the run is about."""
    return f"databases: {', '.join(_chosen())}"


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run a test once for every engine chosen, or on one of them."""
    if "engine" in metafunc.fixturenames:
        metafunc.parametrize("engine", _engines(metafunc), indirect=True, scope="session")


def _engines(metafunc: pytest.Metafunc) -> list[str]:
    chosen = _chosen()
    if "playwright" in metafunc.fixturenames or metafunc.definition.get_closest_marker("one_engine"):
        return chosen[:1]
    if os.environ.get("ANBAN_TEST_DATABASE") != "both" or _on_each(metafunc):
        return chosen
    turn = zlib.crc32(metafunc.definition.nodeid.encode()) % _TURNS
    return [chosen[0] if turn else chosen[1]]


def _on_each(metafunc: pytest.Metafunc) -> bool:
    """Whether the engine makes a difference: by the room, by threads that get in each other's way, or as it is named."""
    names = {"threading", "Thread", "Barrier", "ThreadPoolExecutor"}
    return (
        metafunc.definition.nodeid.startswith(_DIFFERENT)
        or "engine" in metafunc.definition.obj.__code__.co_varnames
        or not names.isdisjoint(vars(metafunc.module))
    )


@pytest.fixture(scope="session")
def engine(request: pytest.FixtureRequest) -> str:
    """Which engine the test runs on: `sqlite` or `mariadb`."""
    return str(request.param)


def mariadb_server() -> MariaDB:
    """The MariaDB of this run; it and all that is in it are gone at the end."""
    return MariaDB("127.0.0.1", int(os.environ[_SERVER]), Path(), 0)


@pytest.fixture(scope="session")
def memory_folder() -> Iterator[Path]:
    """A folder for databases where a commit need not wait for a disk."""
    with folder("tests", in_memory=True) as path:
        yield path


@pytest.fixture(scope="session")
def new_database(engine: str, memory_folder: Path) -> Callable[[], str]:
    """A function that gives the address of one more empty database, without any table."""

    def make() -> str:
        name = f"t{uuid.uuid4().hex[:12]}"
        return mariadb_server().url(name) if engine == "mariadb" else f"sqlite:///{memory_folder}/{name}.db"

    return make


#: By engine: pytest drops a fixture when its parameter changes, which it does twice in every file.
_made: dict[str, str] = {}
_emptiers: dict[str, Emptier] = {}


@pytest.fixture(scope="session")
def _migrated(engine: str, new_database: Callable[[], str]) -> str:
    if engine not in _made:
        url = new_database()
        open_database(url)
        migrate()
        close_database()
        _made[engine] = url
    return _made[engine]


@pytest.fixture(scope="session")
def _emptier(engine: str, _migrated: str) -> Emptier | None:
    if engine == "mariadb" and engine not in _emptiers:
        _emptiers[engine] = _running.enter_context(Emptier.of(_migrated))
    return _emptiers.get(engine)


@pytest.fixture
def database_url(engine: str, _migrated: str, _emptier: Emptier | None, memory_folder: Path) -> Iterator[str]:
    """The address of a database with today's schema, holding only what the migrations put there.

    What a process keeps by the ids of accounts, until it is written, is of the database before: it is dropped.
    """
    for waiting in (access._refused, actors._touched, forgeries._waiting):
        waiting.clear()
    short_cache.forget_all()
    if _emptier:
        _emptier.empty()
        yield _migrated
        return
    file = memory_folder / f"{uuid.uuid4().hex}.db"
    shutil.copy(_migrated.removeprefix("sqlite:///"), file)
    yield f"sqlite:///{file}"
    for part in memory_folder.glob(f"{file.name}*"):
        part.unlink()


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    """The database of `database_url`, the one that all records use, connected on this thread."""
    opened = open_database(database_url)
    opened.connect(reuse_if_open=True)
    yield opened
    close_database()
    records_database.obj = None  # a test without a database has none, whatever ran before it
