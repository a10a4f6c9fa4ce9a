"""Logging: one line per event, JSON in production, readable on a terminal; no personal data by construction."""

from __future__ import annotations

import logging
import sys

import structlog


def set_up(level: str) -> None:
    """Send structlog's and the standard library's lines to standard error."""
    number = getattr(logging, level.upper())
    logging.basicConfig(
        level=number, stream=sys.stderr, format="%(levelname)s %(name)s %(message)s", force=True
    )
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
            structlog.dev.ConsoleRenderer()
            if pretty
            else structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(number),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=True,
    )
