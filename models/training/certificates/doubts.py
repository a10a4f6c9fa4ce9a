"""What about a certificate is asked: codes of no list, dates that the rules do not give (TSG Z6001, periods are data)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from models.core import clock
from models.equipment import standards
from models.training.certificate_types.names import years_of
from models.training.records import Certificate

#: A renewed certificate may be issued before the old one ends and hold from that day on.
_EARLY = timedelta(days=92)
# Codes of welders are put together for each of them: GTAW-FeⅡ-6G-3/57-FefS-02/11/12.
_WELDER = re.compile(r"[A-Z]{2,6}(?:\([A-Z]+\))?-[^-]+-.+")


def asked(values: Mapping[str, Any], projects: Mapping[str, str]) -> dict[str, str]:
    """What has to be held against the certificate before it is entered: a sentence by field; empty for nothing.

    Takes the certificate's values and the names of the operator codes on file. An old certificate that is over is
    nothing to ask about.
    """
    told = {"code": doubt_of_code(values["code"], values.get("catalogue") or "2019", projects)}
    told["valid_until"] = doubt_of_period(
        values.get("issued_on"), values["valid_until"], values["code"], projects
    )
    return {name: sentence for name, sentence in told.items() if sentence}


def all_doubts(certificate: Certificate, projects: Mapping[str, str]) -> list[str]:
    """What is still to be checked of a certificate that is on file; empty once somebody has."""
    values = certificate.__data__
    if certificate.settled == settled_as(values):
        return []
    told = list(asked(values, projects).values())
    years = years_of(certificate.code, projects)
    if certificate.issued_on is None and years is not None:
        told.append(f"没有发证日期，不能核对 {years} 年有效期")
    return told


def settled_as(values: Mapping[str, Any]) -> str:
    """What is noted when somebody has held these values against the certificate: another value is another question."""
    parts = (values["code"], values.get("issued_on") or "", values["valid_until"])
    return "|".join(map(str, parts))


def doubt_of_code(code: str, catalogue: str, projects: Mapping[str, str]) -> str:
    """Why a code is asked about; empty for one on file, a welder's, or one of the old catalogue that is entered as such."""
    old = standards.legacy_codes().get(code)
    if (catalogue == "2011" and old) or code in projects or _WELDER.fullmatch(code):
        return ""
    if old:
        return f"代号“{code}”是 2011 年旧目录的“{old}”，请把目录版本选为 2011 年旧目录"
    return f"作业项目表里没有代号“{code}”，请对照证书"


def doubt_of_period(
    issued: date | None, until: date, code: str, projects: Mapping[str, str] | None = None
) -> str:
    """Why an until-date is asked about: it is later than the period of validity gives, where one is known."""
    years = years_of(code, projects or {})
    if years is None:
        return ""
    last = _years_on(issued or clock.today(), years)
    if until <= last + (_EARLY if issued else timedelta()):
        return ""
    since = f"发证日期 {issued.isoformat()}" if issued else "今天"
    return f"有效期至 {until.isoformat()} 比{since}晚了 {years} 年以上，证书有效期是 {years} 年，请对照证书"


def _years_on(day: date, years: int) -> date:
    try:
        return day.replace(year=day.year + years)
    except ValueError:  # the 29th of February
        return day.replace(year=day.year + years, day=28)
