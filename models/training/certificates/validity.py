"""How a certificate stands on a day (C02): valid, expiring, expired, revoked."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from functools import reduce
from operator import or_
from typing import Any

from models.core.fields import Choice
from models.equipment import standards
from models.training.records import Certificate

STANDINGS = (
    Choice("valid", "有效", "good"),
    Choice("expiring", "快到期", "warn"),
    Choice("expired", "已过期", "bad"),
    Choice("revoked", "已注销", "bad"),
)
TITLES = {choice.value: choice.title for choice in STANDINGS}


def standing(certificate: Certificate, day: date) -> str:
    """The certificate's standing on `day`; expiring within the warning days of the rules, the last one valid."""
    if certificate.state == "revoked":
        return "revoked"
    if certificate.valid_until < day:
        return "expired"
    warned = certificate.valid_until - day <= timedelta(
        days=standards.certificate_rules(certificate.code).warn_days
    )
    return "expiring" if warned else "valid"


def stands(values: Iterable[str], day: date) -> Any:
    """The condition that a certificate has one of these standings on `day`."""
    warned = _warned(day)
    kept = Certificate.state != "revoked"
    conditions = {
        "revoked": Certificate.state == "revoked",
        "expired": kept & (Certificate.valid_until < day),
        "expiring": kept & (Certificate.valid_until >= day) & warned,
        "valid": kept & ~warned,  # what is over was near its end before
    }
    chosen = Certificate.id.is_null()
    for value in values:
        if value in conditions:
            chosen |= conditions[value]
    return chosen


def _warned(day: date) -> Any:
    """The condition that a certificate's end is near enough to be warned of, by the days of its own code."""

    def near(code: str) -> Any:
        return Certificate.valid_until <= day + timedelta(days=standards.certificate_rules(code).warn_days)

    own = standards.codes_with_periods()
    if not own:
        return near("")
    of_own = [(Certificate.code == code) & near(code) for code in own]
    return reduce(or_, of_own, Certificate.code.not_in(own) & near(""))
