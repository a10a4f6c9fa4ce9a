"""What goes into the gate and what comes out."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from models.core.errors import AnbanError


@dataclass(frozen=True, slots=True)
class Scan:
    """One scan as a phone sent it. `key` is the Idempotency-Key; moments are aware.

    `sent_at` is the phone's clock when it sent, if it told; `place` is {"lng", "lat", "accuracy" in metres}.
    """

    token_hash: str
    key: str
    qr: str
    unit: int
    scanned_at: datetime
    received_at: datetime
    sent_at: datetime | None = None
    place: dict[str, float] | None = None

    def digest(self) -> str:
        """What makes two requests the same one."""
        text = f"{self.unit}\n{self.scanned_at.isoformat()}\n{self.qr}"
        return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:16]


@dataclass(frozen=True, slots=True)
class Passed:
    """A scan that is clocked in: the record's values, and whether this very scan made it."""

    record: dict[str, Any]
    created: bool


Outcome = Passed | AnbanError


def request_key(account_id: int, key: str) -> str:
    """The unique key of a request: the same Idempotency-Key of another account is another one."""
    return hashlib.sha256(f"{account_id}:{key}".encode("utf-8", "surrogatepass")).hexdigest()


def once_key(person_id: int, equipment_id: int, day: str) -> str:
    """The unique key of a clock-in: one per person, equipment and day."""
    return f"{person_id}.{equipment_id}.{day}"
