"""Numbers that people quote, and rows that a repeated request does not make twice. Unique keys decide, no counter."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable
from typing import Any, TypeVar

from peewee import IntegrityError

from models.core import clock
from models.core.db.connection import database
from models.core.records import Record

R = TypeVar("R", bound=Record)

_ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"  # nothing that is misread over the telephone
_TRIES = 8


def new_number(prefix: str) -> str:
    """A number such as KB261124-7K3F: the day, and four characters out of 31."""
    return f"{prefix}{clock.today():%y%m%d}-{''.join(secrets.choice(_ALPHABET) for _ in range(4))}"


def request_key(account_id: int | None, key: str | None) -> str | None:
    """The unique key of a request: the same Idempotency-Key of another account is another one; None for none."""
    if key is None:
        return None
    return hashlib.sha256(f"{account_id}:{key}".encode("utf-8", "surrogatepass")).hexdigest()


def by_request_key(record: type[R], wanted: str | None) -> R | None:
    """The row that the request made before, if it did."""
    if wanted is None:
        return None
    found: R | None = record.get_or_none(record._meta.fields["request_key"] == wanted)
    return found


def insert_numbered(record: type[R], values: dict[str, Any], number: Callable[[], str]) -> tuple[R, bool]:
    """Write a row under a number that nobody has, or give the one of the same `request_key`; says whether it is new."""
    for _ in range(_TRIES):
        try:
            with database.atomic():
                return record.create(**values, number=number()), True
        except IntegrityError:
            there = by_request_key(record, values.get("request_key"))
            if there is not None:
                return there, False
    raise RuntimeError(f"no free number of {record.__name__} found")
