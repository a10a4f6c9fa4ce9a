"""The kinds of certificates that every installation begins with: operator codes, and others as samples (C01)."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import Any

import orjson

from models.core.ledger import ledger_named
from models.core.ledger.library.declaration import Standard
from models.core.ledger.library.planting import remember
from models.equipment.records import OperatorCode
from models.training.certificate_types.records import FAMILIES, OPERATOR, CertificateType

_OTHERS_FROM = 1000  # operator codes stand first


def install_certificate_types() -> int:
    """Add a kind for each operator code that has none, and once those of `data/sample_certificate_types.json`."""
    everybodys = CertificateType.select().where(CertificateType.company.is_null())
    there = {row.code for row in everybodys if row.code}
    codes = OperatorCode.select().order_by(OperatorCode.sequence, OperatorCode.code)
    rows: list[dict[str, Any]] = [
        {
            "name": row.project[: CertificateType.name.max], "family": OPERATOR, "code": row.code, "validity_years": 4,
            "sample": not row.confirmed, "sequence": place * 10, "note": None,
        }
        for place, row in enumerate(codes, 1)
        if row.code not in there
    ]  # fmt: skip
    if not everybodys.where(CertificateType.code.is_null()).exists():
        rows += [
            {
                "name": item["name"], "family": item["family"], "code": None, "validity_years": None, "sample": True,
                "sequence": _OTHERS_FROM + place * 10, "note": item["note"] or None,
            }
            for place, item in enumerate(_samples(), 1)
        ]  # fmt: skip
    if rows:
        CertificateType.insert_many(rows).execute()
    ledger = ledger_named("certificate-types")
    assert ledger is not None
    remember(ledger)
    return len(rows)


@cache
def standard_certificate_types() -> tuple[Standard, ...]:
    """Kinds of certificates beside the operator codes, which are a table of their own: samples, by their names."""
    titles = {choice.value: choice.title for choice in FAMILIES}
    return tuple(
        Standard(
            item["name"],
            {name: item[name] for name in ("name", "family", "note") if item[name]} | {"sample": True},
            group=titles[item["family"]],
            sample=True,
        )
        for item in _samples()
    )


def _samples() -> list[dict[str, Any]]:
    file = files("models.training").joinpath("data/sample_certificate_types.json")
    items: list[dict[str, Any]] = orjson.loads(file.read_bytes())["items"]
    return items


__all__ = ["install_certificate_types", "standard_certificate_types"]
