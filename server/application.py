"""The application: both JSON doors, the pages, and what they share."""

from __future__ import annotations

import logging
from functools import cache, partial
from importlib import import_module
from typing import Any

from prometheus_client import Counter, Histogram
from tornado.web import Application, RequestHandler, URLSpec

from bots import tools
from bots.delivery.usage import usage_of
from bots.routes import routes as chat_routes
from bots.wecom.incoming.receiving import Answer, CallbackRequest, KeptPress, decide_all, keep_all
from handlers import pages, views
from handlers.ledgers import ledgers
from handlers.live import Hub, LiveHandler
from handlers.web import openapi
from handlers.web.base import NotFoundHandler
from handlers.web.batching import Batcher
from handlers.web.calling import Caller
from handlers.web.guards.addresses import Proxies
from handlers.web.guards.compressing import Compressed
from handlers.web.guards.connections import Connections, descriptors
from handlers.web.guards.headers import Guarded, GuardedOverTls
from handlers.web.guards.limits import RequestLimits, Tally
from handlers.web.guards.receiving import PATIENCE, PUBLIC_MOST, BodyBudget
from handlers.web.guards.sending import Unsent
from handlers.web.guards.sign_in_desk import SignInDesk
from handlers.web.lanes import LaneServer
from handlers.web.operations import Route
from miniprogram_api import ledgers as phone_ledgers
from miniprogram_api import views as phone_views
from miniprogram_api.clocking_in.lane import PATH, ClockInLane
from miniprogram_api.live import PhoneLiveHandler
from models.core import chapters
from models.duty.gate import Scan, clock_in
from models.duty.gate.scans import Outcome
from server.health import Health
from server.inside import HealthHandler, MetricsHandler, NowhereHandler
from server.settings import Settings

REQUESTS = Counter("anban_requests_total", "Answers by door and status class", ("door", "status"))
SECONDS = Histogram("anban_request_seconds", "Time to answer", ("door",))
_API_VERSION = "1"  # of the doors, not of the program: which release runs is nobody's business
_MAX_HEADERS = 32 * 1024
CALLBACKS = 100  # of a chat platform, kept (or decided) in one transaction
# Tornado asks one route after the other, and a shift change asks for these.
_BUSIEST = ("miniprogram_api.clocking_in.clock_ins",)
DECISIONS = (
    16  # of presses that a rule decides, in one transaction: they hold locks, and the platform waits 5 s
)
BATCH = Histogram(
    "anban_gate_batch_size", "Scans decided in one transaction", buckets=(1, 2, 4, 8, 16, 32, 64, 128, 256)
)


def routes() -> list[Route]:
    """Every route of both JSON doors: of all chapters, then those of all ledgers."""
    named = (name for part in ("phone", "console") for name in chapters.module_names(part))
    modules = [import_module(name) for name in (*_BUSIEST, *named)]
    found = [route for module in dict.fromkeys(modules) for route in module.routes]
    return [
        *found,
        *views.view_routes(),
        *phone_views.view_routes(),
        *phone_ledgers.ledger_routes(),
        *ledgers.ledger_routes(),
    ]


@cache
def _meters(door: str, status_class: int) -> tuple[Any, Any]:
    return REQUESTS.labels(door, f"{status_class}xx"), SECONDS.labels(door)


def _count(door: str, status: int, seconds: float) -> None:
    counter, times = _meters(door, status // 100)
    counter.inc()
    times.observe(seconds)


def _measure(handler: Any) -> None:
    _count(handler.door, handler.get_status(), handler.request.request_time())


def server_of(application: Application) -> LaneServer:
    """The HTTP server of an application: the fast lane, and behind it all routes, with bounds on whatever comes in."""
    given = application.settings
    settings: Settings = given["installation"]
    proxies = Proxies(settings.trusted_proxies)
    return LaneServer(
        application,
        path=PATH,
        serve=ClockInLane(given["gate"], given["limits"], partial(_count, "phone")),
        proxies=proxies,
        connections=Connections(
            most=min(settings.max_connections, descriptors()),
            per_address=settings.connections_per_address,
            proxies=proxies,
        ),
        unsent=Unsent(settings.body_memory_mb * 1024 * 1024),
        https=given["secure_cookies"],
        idle_connection_timeout=settings.idle_connection_seconds,
        max_header_size=_MAX_HEADERS,
        # Of what takes no more by itself: pages, callbacks. JSON handlers say more, once they know who it is.
        max_body_size=PUBLIC_MOST,
        body_timeout=PATIENCE,
    )


def _gate(caller: Caller, limit: int) -> Batcher[Scan, Outcome]:
    async def decide(scans: list[Scan]) -> list[Outcome]:
        BATCH.observe(len(scans))
        return await caller(clock_in, scans)

    return Batcher(decide, limit=limit)


def _callbacks(caller: Caller) -> Batcher[CallbackRequest, Answer | KeptPress]:
    async def keep(requests: list[CallbackRequest]) -> list[Answer | KeptPress]:
        return await caller.plain(keep_all, requests)

    return Batcher(keep, limit=CALLBACKS)


def _presses(caller: Caller, limit: int) -> Batcher[KeptPress, Answer]:
    async def decide(kept: list[KeptPress]) -> list[Answer]:
        return await caller.plain(decide_all, kept)

    return Batcher(decide, limit=limit)


def build(settings: Settings, *, caller: Caller | None = None, tally: Tally | None = None) -> Application:
    """The application for `settings`; the database must be open and migrated. `tally` counts for all processes."""
    chapters.load_all()
    caller = caller or Caller(settings.threads)
    tools.configure(settings.redis_url)
    described = routes()
    https = settings.public_url.startswith("https://")

    @cache
    def document() -> dict[str, Any]:
        return openapi.document(described, version=_API_VERSION, server=settings.public_url)

    return Application(
        [
            *(route.spec() for route in described),
            URLSpec(r"/health", HealthHandler),
            URLSpec(r"/metrics", MetricsHandler, {"who": settings.metrics, "token": settings.metrics_token}),
            URLSpec(r"/api/console/v1/live", LiveHandler),
            *chat_routes,
            URLSpec(r"/api/mp/v1/live", PhoneLiveHandler),
            URLSpec(r"/api/.*", NotFoundHandler),
            *pages.page_specs(settings.static_dir),
        ],
        installation=settings,
        caller=caller,
        gate=_gate(caller, settings.gate_batch),
        callbacks=_callbacks(caller),
        presses=_presses(caller, CALLBACKS),
        decisions=_presses(caller, DECISIONS),
        hub=Hub(caller),
        limits=RequestLimits(settings.limits, tally=tally),
        budget=BodyBudget(settings.body_memory_mb * 1024 * 1024),
        sign_in_desk=SignInDesk(caller),
        health=Health(caller),
        usage=usage_of,
        openapi=document,
        routes=described,
        on_finish=_measure,
        secure_cookies=https,
        transforms=[GuardedOverTls if https else Guarded, Compressed],
        default_handler_class=NowhereHandler,
        xsrf_cookies=True,
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
