"""How a certificate stands on a day (C02): valid, expiring, expired, revoked."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from models.core.config import config
from models.core.fields import Choice
from models.training.records import Certificate

STANDINGS = (
    Choice("valid", "有效", "good"),
    Choice("expiring", "快到期", "warn"),
    Choice("expired", "已过期", "bad"),
    Choice("revoked", "已注销", "bad"),
)
TITLES = {choice.value: choice.title for choice in STANDINGS}


def standing(certificate: Certificate, day: date) -> str:
    """The certificate's standing on `day`; expiring within the configured warning days, the last one valid."""
    if certificate.state == "revoked":
        return "revoked"
    if certificate.valid_until < day:
        return "expired"
    warned = certificate.valid_until - day <= timedelta(days=config().certificate_warning_days)
    return "expiring" if warned else "valid"


def stands(values: Iterable[str], day: date) -> Any:
    """The condition that a certificate has one of these standings on `day`."""
    limit = day + timedelta(days=config().certificate_warning_days)
    kept = Certificate.state != "revoked"
    conditions = {
        "revoked": Certificate.state == "revoked",
        "expired": kept & (Certificate.valid_until < day),
        "expiring": kept & (Certificate.valid_until >= day) & (Certificate.valid_until <= limit),
        "valid": kept & (Certificate.valid_until > limit),
    }
    chosen = Certificate.id.is_null()
    for value in values:
        if value in conditions:
            chosen |= conditions[value]
    return chosen
