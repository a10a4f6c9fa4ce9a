"""When people against required certificates are worked out anew: what the trail says of posts, bindings and certificates."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Any

from models.core.events.listeners import Touched, watcher
from models.objectives.holding.records import RequiredCertificate
from models.objectives.holding.refresh import refresh
from models.objectives.records import PersonPost
from models.organization.records import Binding, Company
from models.training.records import Certificate

_CHUNK = 500


@watcher("certificate")
def certificates(touched: Touched) -> None:
    """Of whose certificate it is, or was the one that counted."""
    for company_id, ids in touched.items():
        now = _persons(Certificate, Certificate.id, ids)
        before = _persons(RequiredCertificate, RequiredCertificate.certificate_id, ids)
        _refresh(company_id, {*now.values(), *before.values()})


@watcher("person_post")
def posts(touched: Touched) -> None:
    """Of who took up a post; where a row is gone, of all of the company's people."""
    for company_id, ids in touched.items():
        found = _persons(PersonPost, PersonPost.id, ids)
        _refresh(company_id, set(found.values()) if len(found) == len(ids) else None)


@watcher("binding")
def bindings(touched: Touched) -> None:
    """Of who belongs to the unit now, or no longer."""
    for company_id, ids in touched.items():
        _refresh(company_id, set(_persons(Binding, Binding.id, ids).values()))


@watcher("post_certificate", "certificate_type", "post")
def requirements(touched: Touched) -> None:
    """Of all people of the company; of all companies where it is asked of everybody. A new edition of a post takes holders
    over.
    """
    companies = {company_id for company_id in touched if company_id is not None}
    if None in touched:
        companies = {row.id for row in Company.select(Company.id).where(Company.kind == "company")}
    for company_id in sorted(companies):
        _refresh(company_id, None)


def _refresh(company_id: int | None, persons: set[int] | None) -> None:
    if company_id is not None:
        refresh(company_id, persons)


def _persons(record: Any, column: Any, ids: Collection[int]) -> dict[int, int]:
    """Whose the rows are, by row."""
    return {
        row_id: person
        for part in _parts(sorted(ids))
        for row_id, person in record.select(record.id, record.person).where(column.in_(part)).tuples()
    }


def _parts(ids: list[int]) -> Iterator[list[int]]:
    for start in range(0, len(ids), _CHUNK):
        yield ids[start : start + _CHUNK]


__all__ = ["bindings", "certificates", "posts", "requirements"]
