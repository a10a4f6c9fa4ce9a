"""Starting a process: configuration, database, standards, demo, server, relay."""

from __future__ import annotations

import asyncio
import gc
import signal
from collections.abc import Callable, Coroutine
from typing import TYPE_CHECKING, Any

import structlog
from tornado.httpserver import HTTPServer
from tornado.netutil import bind_sockets

from bots import tools
from handlers.web.calling import Caller
from models.core import jobs
from models.core.config import configure
from models.core.database import close_database, in_transaction, migrate, open_database
from models.installation import install_standards
from server import application
from server.settings import Settings
from server.shared_state import News
from server.workers import Workers

if TYPE_CHECKING:
    from server.sandbox import ChatSandbox

log = structlog.get_logger("server")
MAX_BODY = 32 * 1024 * 1024
_WORK_THREADS = 8


def open_house(settings: Settings) -> None:
    """Hand the settings down and open the database."""
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    configure(settings.config())
    open_database(settings.database_url, max_connections=settings.threads + _WORK_THREADS + 8)
    tools.configure(settings.redis_url)


def bring_up_to_date() -> list[str]:
    """Migrate, and install the standards and built-in roles that are missing; gives the migrations applied."""
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
    try:
        sockets = bind_sockets(settings.port, settings.host, reuse_port=share_port)
    except OSError as error:
        raise PortTaken(f"{settings.host}:{settings.port}: {error.strerror}") from error
    caller = Caller(settings.threads)
    app = application.build(settings, caller=caller)
    server = application.server_of(
        app, xheaders=settings.trust_proxy, max_body_size=MAX_BODY, no_keep_alive=False
    )
    server.add_sockets(sockets)
    news = News(settings.redis_url)
    news.listen(app.settings["hub"].push, app.settings["hub"].missed)
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
