"""The fast lane of clocking in (Q09): POST /clock-ins without what a RequestHandler costs.

At shift change this one route takes nearly all requests. It is answered by the very functions that the handler of
the route uses; `handlers/web/lanes.py` says how a connection gets here and when it leaves.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from functools import partial
from http import HTTPStatus
from typing import Any

import orjson
import structlog

from handlers.web.base import request_id_of
from handlers.web.batching import Batcher
from handlers.web.guards.limits import RequestLimits
from handlers.web.lanes import Headers, Lane
from handlers.web.statuses import error_for_status, error_json, status_of
from miniprogram_api.clocking_in.scanning import clock_in_json, scan_of
from models.core.errors import AnbanError
from models.duty.gate import Scan
from models.duty.gate.scans import Outcome

log = structlog.get_logger("lane")
PATH = "/api/mp/v1/clock-ins"
Measure = Callable[[int, float], None]


class ClockInLane:
    """Serves the lane's requests by the gate. `measure(status, seconds)` hears of every answer."""

    def __init__(self, gate: Batcher[Scan, Outcome], limits: RequestLimits, measure: Measure) -> None:
        self._gate, self._limits, self._measure = gate, limits, measure

    def __call__(self, lane: Lane, headers: Headers, body: bytes) -> None:
        """Decide the scan of one request and answer it."""
        began = time.monotonic()
        request_id = request_id_of(headers)
        try:
            scan = scan_of(headers, body)
            self._limits.check(
                "gate", scan.token_hash
            )  # and by nothing else: thousands come from one address
        except Exception as error:
            self._answer(lane, began, request_id, error)
        else:
            # If the phone is gone by then the scan stays decided: it asks again with the same key and is told.
            self._gate.put(scan).add_done_callback(partial(self._decided, lane, began, request_id))

    def _decided(self, lane: Lane, began: float, request_id: str, future: asyncio.Future[Outcome]) -> None:
        self._answer(lane, began, request_id, future.exception() or future.result())

    def _answer(self, lane: Lane, began: float, request_id: str, outcome: Outcome | BaseException) -> None:
        status, content = _told(outcome, request_id)
        self._measure(status, time.monotonic() - began)
        wait = getattr(outcome, "retry_after", None)
        lane.answer(status, orjson.dumps(content), request_id, retry_after=wait)


def _told(outcome: Outcome | BaseException, request_id: str) -> tuple[HTTPStatus, Any]:
    """Status and content of the answer."""
    if isinstance(outcome, AnbanError):
        return HTTPStatus(status_of(outcome)), error_json(outcome, request_id)
    if isinstance(outcome, BaseException):
        log.error("unhandled", request_id=request_id, path=PATH, exc_info=outcome)
        status = HTTPStatus.INTERNAL_SERVER_ERROR
        return status, error_json(error_for_status(status), request_id)
    status = HTTPStatus.CREATED if outcome.created else HTTPStatus.OK
    return status, clock_in_json(outcome.record, created=outcome.created)
