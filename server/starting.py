"""Starting a process: configuration, database, standards, demo, server, relay."""

from __future__ import annotations

import asyncio
import gc
import signal
import sys
import tempfile
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import TYPE_CHECKING, Any

import structlog
from tornado.httpserver import HTTPServer
from tornado.netutil import bind_sockets

from bots import tools
from handlers.web.calling import Caller
from models.core.config import configure
from models.core.db.connection import close_database, in_transaction, migrate, open_database
from models.core.files import stored
from models.core.files.readers import pool
from models.core.jobs import jobs
from models.installation import install_standards
from server import application, private
from server.settings import Settings
from server.shared_state import News
from server.unusable import bad_address, require_key, require_known_schema, require_sound, sqlite_file
from server.workers import Workers

if TYPE_CHECKING:
    from server.sandbox import ChatSandbox

log = structlog.get_logger("server")
_WORK_THREADS = 8
# How long one thread may keep Python to itself while others want it. A rule gives Python up for each row that the
# database hands it, and at the usual 5 ms gets it back 5 ms later each time wherever a thread computes: beside an
# import a list of 20 rows took 0.9 s (docs/decisions/durability.md).
_SWITCH_SECONDS = 0.0005


def open_house(settings: Settings) -> None:
    """Hand the settings down and open the database."""
    private.begin(settings.data_dir, *_secret_files(settings))
    configure(settings.config())
    # What programs write before a file is whole holds people's data: it lies where nobody else looks, and is swept.
    tempfile.tempdir = str(stored.folder(stored.SCRATCH))
    try:
        require_sound(settings.database_url)
        open_database(settings.database_url, max_connections=settings.threads + _WORK_THREADS + 8)
    except ValueError as error:
        raise bad_address() from error
    tools.configure(settings.redis_url)


def _secret_files(settings: Settings) -> list[Path]:
    """Files outside of the data's folder that are to be their owner's alone: settings, an embedded database."""
    found = [Path(".env").resolve()]
    database = sqlite_file(settings.database_url)
    if database is not None:
        found += [database.with_name(f"{database.name}{end}") for end in ("", "-wal", "-shm")]
    return found


def bring_up_to_date(settings: Settings) -> list[str]:
    """Migrate, and install the standards and built-in roles that are missing; gives the migrations applied."""
    require_known_schema()
    require_key(settings)
    applied = migrate()
    in_transaction(install_standards)
    return applied


def run_loop(work: Coroutine[Any, Any, None]) -> None:
    """Run `work` to its end on an event loop, uvloop's where there is one.

    It spares a web process about a sixth of its time and changes nothing else.
    """
    try:
        import uvloop
    except ImportError:
        asyncio.run(work)
    else:
        uvloop.run(work)


class PortTaken(Exception):
    """Another program listens on the port already."""


async def serve(
    settings: Settings, *, ready: Callable[[], None] | None = None, share_port: bool = False
) -> None:
    """Serve until the process is asked to end; then let the running requests finish.

    With `share_port` several processes listen on one port. Raises PortTaken if that is not possible.
    """
    sys.setswitchinterval(_SWITCH_SECONDS)
    try:
        sockets = bind_sockets(settings.port, settings.host, reuse_port=share_port)
    except OSError as error:
        raise PortTaken(f"{settings.host}:{settings.port}: {error.strerror}") from error
    caller = Caller(settings.threads)
    news = News(settings.redis_url)
    app = application.build(settings, caller=caller, tally=news.tally if settings.redis_url else None)
    server = application.server_of(app)
    server.add_sockets(sockets)
    news.listen(app.settings["hub"].push, app.settings["hub"].missed)
    news.publish_at_once()
    # Workers have threads of their own: a platform that answers slowly must not keep a rule waiting.
    behind = Caller(_WORK_THREADS)
    workers = Workers(behind, news) if settings.relay else None
    chat = _sandbox(settings)
    # What is there now stays: the collector need not walk through all modules again and again.
    gc.collect()
    gc.freeze()
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    if ready is not None:
        ready()
    await stop.wait()
    server.stop()
    if workers is not None:
        await workers.stop()
    if chat is not None:
        await chat.stop()
    await asyncio.wait_for(_drain(server), timeout=10)
    await news.close()
    jobs.stop()
    pool.close()
    behind.close()
    caller.close()
    close_database()


def _sandbox(settings: Settings) -> ChatSandbox | None:
    """The chat sandbox of the demo, listening; None outside of it."""
    if not settings.sandbox_url:
        return None
    from server.sandbox import ChatSandbox

    try:
        chat = ChatSandbox(
            settings.sandbox_url, settings.sandbox_port, settings.public_url, settings.data_dir / "chat.json"
        )
        chat.start()
    except (LookupError, OSError) as error:
        log.warning("no_sandbox", why=str(error))
        return None
    return chat


async def _drain(server: HTTPServer) -> None:
    await asyncio.sleep(0.2)
    await server.close_all_connections()


async def work_alone(settings: Settings) -> None:
    """Do all the work behind the answers in this process, until it is asked to end."""
    caller, news = Caller(_WORK_THREADS), News(settings.redis_url)
    workers = Workers(caller, news)
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    await stop.wait()
    await workers.stop()
    await news.close()
    caller.close()
    close_database()
