"""Logging: one line per event, JSON in production, readable on a terminal; no personal data by construction."""

from __future__ import annotations

import logging
import sys
from collections.abc import MutableMapping
from typing import Any

import structlog

from models.core.security.identifiers import hide_ids, hide_ids_in


class Hiding(logging.Formatter):
    """Lines of the standard library, tracebacks too, without identity numbers."""

    def format(self, record: logging.LogRecord) -> str:
        return hide_ids(super().format(record))


def without_ids(logger: Any, method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """A processor: what somebody logs by mistake, or an error's own words, carries no identity number either."""
    for name, value in event.items():
        event[name] = hide_ids_in(value)
    return event


def set_up(level: str) -> None:
    """Send structlog's and the standard library's lines to standard error."""
    number = getattr(logging, level.upper())
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(Hiding("%(levelname)s %(name)s %(message)s"))
    logging.basicConfig(level=number, handlers=[handler], force=True)
    # At DEBUG Peewee would write every value that goes into the database.
    for noisy in ("tornado.access", "mysql.connector", "asyncio", "peewee"):
        logging.getLogger(noisy).setLevel(logging.WARNING)
    pretty = sys.stderr.isatty()
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso"),
            structlog.processors.format_exc_info,
            without_ids,
            structlog.dev.ConsoleRenderer()
            if pretty
            else structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(number),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=True,
    )
