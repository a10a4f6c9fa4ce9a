"""The application: both JSON doors, the pages, and what they share."""

from __future__ import annotations

import logging
from functools import cache, partial
from typing import Any

from prometheus_client import CONTENT_TYPE_LATEST, Counter, Histogram, generate_latest
from tornado.web import Application, RequestHandler, URLSpec

import models.ledgers  # noqa: F401 - declares every ledger
from bots import tools
from bots.routes import routes as chat_routes
from bots.usage import usage_of
from bots.wecom.receiving import Answer, Kept, Request, decide_all, keep_all
from handlers import (
    accidents,
    chains,
    flows,
    hazards,
    jobs,
    ledgers,
    messages,
    pages,
    photos,
    session,
    tasks,
    ways,
)
from handlers.live import Hub, LiveHandler
from handlers.web import openapi
from handlers.web.base import NotFoundHandler
from handlers.web.batching import Batcher
from handlers.web.calling import Caller
from handlers.web.lanes import LaneServer
from handlers.web.operations import Route
from miniprogram_api import accidents as phone_accidents
from miniprogram_api import clock_ins, units
from miniprogram_api import hazards as phone_hazards
from miniprogram_api import messages as phone_messages
from miniprogram_api import photos as phone_photos
from miniprogram_api import session as phone_session
from miniprogram_api import tasks as phone_tasks
from miniprogram_api.lane import PATH, ClockInLane
from miniprogram_api.live import PhoneLiveHandler
from models.core.database import database
from models.duty.gate import Scan, clock_in
from models.duty.gate.scans import Outcome
from server import __version__
from server.settings import Settings

REQUESTS = Counter("anban_requests_total", "Answers by door and status class", ("door", "status"))
SECONDS = Histogram("anban_request_seconds", "Time to answer", ("door",))
CALLBACKS = 100  # of a chat platform, kept (or decided) in one transaction
DECISIONS = (
    16  # of presses that a rule decides, in one transaction: they hold locks, and the platform waits 5 s
)
BATCH = Histogram(
    "anban_gate_batch_size", "Scans decided in one transaction", buckets=(1, 2, 4, 8, 16, 32, 64, 128, 256)
)


def routes() -> list[Route]:
    """Every route of both JSON doors."""
    return [
        *clock_ins.routes,  # first, as Tornado asks one after the other and a shift change asks for these
        *pages.routes,
        *phone_session.routes,
        *units.routes,
        *phone_messages.routes,
        *session.routes,
        *jobs.routes,
        *messages.routes,
        *phone_accidents.routes,
        *accidents.routes,
        *chains.routes,
        *phone_tasks.routes,
        *phone_hazards.routes,
        *phone_photos.routes,
        *photos.routes,
        *tasks.routes,
        *hazards.routes,
        *flows.routes,
        *ways.routes,
        *ledgers.ledger_routes(),
    ]


class HealthHandler(RequestHandler):
    """`/health`: whether this process can reach its database."""

    async def get(self) -> None:
        """200 when it can, 503 when not."""
        caller: Caller = self.settings["caller"]
        try:
            await caller(lambda: database.execute_sql("SELECT 1").fetchone(), write=False)
        except Exception:
            logging.getLogger("health").exception("database away")
            self.set_status(503)
            self.write({"status": "database_away", "version": __version__})
            return
        self.write({"status": "ok", "version": __version__})


class MetricsHandler(RequestHandler):
    """`/metrics` for Prometheus; nginx keeps it inside."""

    async def get(self) -> None:
        """The metrics of this process."""
        self.set_header("Content-Type", CONTENT_TYPE_LATEST)
        self.write(generate_latest())


@cache
def _meters(door: str, status_class: int) -> tuple[Any, Any]:
    return REQUESTS.labels(door, f"{status_class}xx"), SECONDS.labels(door)


def _count(door: str, status: int, seconds: float) -> None:
    counter, times = _meters(door, status // 100)
    counter.inc()
    times.observe(seconds)


def _measure(handler: Any) -> None:
    _count(handler.door, handler.get_status(), handler.request.request_time())


def server_of(application: Application, **options: Any) -> LaneServer:
    """The HTTP server of an application: the fast lane, and behind it all routes. `options` as HTTPServer has them."""
    lane = ClockInLane(application.settings["gate"], partial(_count, "phone"))
    return LaneServer(application, path=PATH, serve=lane, **options)


def _gate(caller: Caller, limit: int) -> Batcher[Scan, Outcome]:
    async def decide(scans: list[Scan]) -> list[Outcome]:
        BATCH.observe(len(scans))
        return await caller(clock_in, scans)

    return Batcher(decide, limit=limit)


def _callbacks(caller: Caller) -> Batcher[Request, Answer | Kept]:
    async def keep(requests: list[Request]) -> list[Answer | Kept]:
        return await caller.plain(keep_all, requests)

    return Batcher(keep, limit=CALLBACKS)


def _presses(caller: Caller, limit: int) -> Batcher[Kept, Answer]:
    async def decide(kept: list[Kept]) -> list[Answer]:
        return await caller.plain(decide_all, kept)

    return Batcher(decide, limit=limit)


def build(settings: Settings, *, caller: Caller | None = None) -> Application:
    """The application for `settings`; the database must be open and migrated."""
    caller = caller or Caller(settings.threads)
    tools.configure(settings.redis_url)
    described = routes()

    @cache
    def document() -> dict[str, Any]:
        return openapi.document(described, version=__version__, server=settings.public_url)

    return Application(
        [
            *(route.spec() for route in described),
            URLSpec(r"/health", HealthHandler),
            URLSpec(r"/metrics", MetricsHandler),
            URLSpec(r"/api/console/v1/live", LiveHandler),
            *chat_routes,
            URLSpec(r"/api/mp/v1/live", PhoneLiveHandler),
            URLSpec(r"/api/.*", NotFoundHandler),
            *pages.page_specs(settings.static_dir),
        ],
        caller=caller,
        gate=_gate(caller, settings.gate_batch),
        callbacks=_callbacks(caller),
        presses=_presses(caller, CALLBACKS),
        decisions=_presses(caller, DECISIONS),
        hub=Hub(caller),
        usage=usage_of,
        openapi=document,
        routes=described,
        on_finish=_measure,
        secure_cookies=settings.public_url.startswith("https://"),
        xsrf_cookies=True,
        xsrf_cookie_kwargs={"samesite": "Lax", "secure": settings.public_url.startswith("https://")},
        websocket_ping_interval=25,
        websocket_max_message_size=4096,
        log_function=_log_slow,
    )


def _log_slow(handler: RequestHandler) -> None:
    seconds = handler.request.request_time()
    if seconds > 2:
        # The path alone: a query may carry a name or a number.
        logging.getLogger("slow").warning(
            "%s %s %.1f s", handler.request.method, handler.request.path, seconds
        )
