"""From a request to a scan and from an outcome to an answer (Q09): all that the clock-in route translates."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from handlers.web.requests.bodies import parse_body
from handlers.web.requests.once import idempotency_key
from miniprogram_api.shapes.phone import ClockInBody
from models.core import clock
from models.core.errors import Unauthenticated
from models.core.fields import moment_text
from models.core.security.crypto import hash_token
from models.duty.gate import Scan


def bearer(headers: Mapping[str, str]) -> str:
    """The token of a request; raises Unauthenticated if there is none."""
    kind, _, token = headers.get("authorization", "").partition(" ")
    if kind.lower() != "bearer" or not token.strip():
        raise Unauthenticated(cause="请求里没有登录凭证", advice="请登录后再试")
    return token.strip()


def scan_of(headers: Mapping[str, str], content: bytes) -> Scan:
    """The scan that a request carries. Raises BadRequest, TooLarge, Unauthenticated, Invalid."""
    body = parse_body(ClockInBody, content)
    return Scan(
        token_hash=hash_token(bearer(headers)),
        key=idempotency_key(headers),
        qr=body.qr,
        unit=body.unit,
        scanned_at=body.scanned_at,
        received_at=clock.now(),
        sent_at=body.sent_at,
        place=None if body.place is None or body.place.lng is None else body.place.model_dump(),
    )


def clock_in_json(record: dict[str, Any], *, created: bool) -> dict[str, Any]:
    """A clock-in as the phone shows it, from its values and its frozen evidence."""
    evidence = record["evidence"]
    equipment, certificate = evidence["equipment"], evidence["certificate"]
    return {
        "id": str(record["id"]),
        "day": record["day"].isoformat(),
        "scanned_at": moment_text(record["scanned_at"]),
        "received_at": moment_text(record["received_at"]),
        "late": record["late"],
        "place": evidence["place"],
        "unit": {"id": str(evidence["unit"]["id"]), "name": evidence["unit"]["name"]},
        "person": {"id": str(record["person_id"]), "name": record["person_name"]},
        "equipment": {
            "id": str(record["equipment_id"]),
            "name": record["equipment_name"],
            "code": equipment["code"],
            "register_no": equipment["register_no"],
            "location": equipment["location"],
            "type": equipment["type"],
        },
        "certificate": {
            "number": certificate["number"],
            "code": certificate["code"],
            "project": certificate["project"],
            "valid_until": certificate["valid_until"],
        },
        "created": created,
        # What was said at the scan; those of older versions said nothing.
        "reminders": evidence.get("reminders", []),
    }
