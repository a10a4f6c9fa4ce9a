"""Keeps people against the certificates that their posts ask for (C02) in step with posts, requirements and certificates.

What is written are differences alone, in the transaction that changed one of these; a job goes over all companies for
whatever else has moved (somebody left, a rule of limits is another one).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from peewee import IntegrityError

from models.core import clock
from models.core.db.connection import database, in_transaction
from models.core.db.writes import insert_rows
from models.equipment import standards
from models.objectives.holding.records import HELD, MISSING, RequiredCertificate
from models.objectives.records import PersonPost, Post
from models.objectives.requirements.records import PostCertificate
from models.organization.records import Binding, Company
from models.training.certificate_types.records import CertificateType
from models.training.records import Certificate

_CHUNK = 500
_COLUMNS = ("posts", "code", "held", "number", "certificate_id", "ends_on")
Key = tuple[int, int]  # person, kind of certificate


@dataclass
class _Asked:
    """What somebody's posts ask of a kind: which posts, and with which limits."""

    posts: list[str] = field(default_factory=list)
    limits: list[str] = field(default_factory=list)


def work(limit: int) -> int:
    """Go over all companies, each in a transaction of its own; gives 0, so that it then rests."""
    companies = [row.id for row in Company.select(Company.id).where(Company.kind == "company")]
    for company_id in companies:
        in_transaction(refresh, company_id)
    return 0


def refresh(company_id: int, persons: Collection[int] | None = None) -> int:
    """Bring the rows of a company (or of some of its people) up to date; gives how many were written or taken away."""
    changed = 0
    for part in _parts(company_id, persons):
        asked = _asked(company_id, part)
        wanted = _wanted(asked, part)
        there = {
            (row.person_id, row.type_id): row
            for row in RequiredCertificate.select().where(
                RequiredCertificate.company == company_id, RequiredCertificate.person.in_(part)
            )
        }
        changed += _write(company_id, wanted, there)
    return changed


def _parts(company_id: int, persons: Collection[int] | None) -> Iterator[Sequence[int]]:
    """The people in question, some hundred at a time: who holds a post, and who has a row."""
    if persons is None:
        holders = PersonPost.select(PersonPost.person).where(PersonPost.company == company_id)
        rows = RequiredCertificate.select(RequiredCertificate.person).where(
            RequiredCertificate.company == company_id
        )
        persons = {row.person_id for row in holders} | {row.person_id for row in rows}
    ordered = sorted(persons)
    for start in range(0, len(ordered), _CHUNK):
        yield ordered[start : start + _CHUNK]


def _asked(company_id: int, persons: Sequence[int]) -> dict[Key, _Asked]:
    """What the posts of these people, as far as they belong to the company, ask of them as a must."""
    held = PersonPost.select(PersonPost.person, PersonPost.post).join(
        Binding, on=((Binding.person == PersonPost.person) & (Binding.state == "approved"))
    )
    pairs = list(
        held.where(PersonPost.company == company_id, PersonPost.person.in_(list(persons) or (0,))).tuples()
    )
    posts = {post for _, post in pairs}
    needs: dict[int, list[PostCertificate]] = defaultdict(list)
    mine = PostCertificate.in_use_at(company_id)
    for row in PostCertificate.select().where(PostCertificate.post.in_(list(posts) or (0,)), mine):
        if row.must:
            needs[row.post_id].append(row)
    names = dict(Post.select(Post.id, Post.name).where(Post.id.in_(list(needs) or (0,))).tuples())
    asked: dict[Key, _Asked] = defaultdict(_Asked)
    for person, post in pairs:
        for need in needs.get(post, ()):
            found = asked[person, need.type_id]
            found.posts.append(names[post])
            found.limits += [need.limits] if need.limits else []
    return asked


def _wanted(asked: dict[Key, _Asked], persons: Sequence[int]) -> dict[Key, dict[str, Any]]:
    """The rows that there should be, without the day since when something lacks."""
    kinds = {
        row.id: row
        for row in CertificateType.select().where(CertificateType.id.in_([key[1] for key in asked] or (0,)))
    }
    held: dict[tuple[int, str], list[Certificate]] = defaultdict(list)
    for row in Certificate.select().where(
        Certificate.person.in_(list(persons) or (0,)),
        Certificate.state == "valid",
        Certificate.catalogue == "2019",
    ):
        held[row.person_id, row.code].append(row)
    wanted = {}
    for (person, kind), need in asked.items():
        code = kinds[kind].held_as
        best = _best(held[person, code], need.limits)
        wanted[person, kind] = {
            "posts": "、".join(dict.fromkeys(need.posts))[: RequiredCertificate.posts.max],
            "code": code,
            "held": MISSING if best is None else HELD,
            "number": None if best is None else best.number,
            "certificate_id": None if best is None else best.id,
            "ends_on": None if best is None else best.valid_until,
        }
    return wanted


def _best(certificates: Iterable[Certificate], limits: Sequence[str]) -> Certificate | None:
    """The one that holds longest of those that cover all that is asked."""
    fitting = [
        row
        for row in certificates
        if all(standards.takes_in(row.code, row.limits or "", limit) for limit in limits)
    ]
    return max(fitting, key=lambda row: (row.valid_until, row.id), default=None)


def _write(company_id: int, wanted: dict[Key, dict[str, Any]], there: dict[Key, RequiredCertificate]) -> int:
    gone = [row.id for key, row in there.items() if key not in wanted]
    if gone:
        RequiredCertificate.delete().where(RequiredCertificate.id.in_(gone)).execute()
    new, changed = [], 0
    for key, values in wanted.items():
        row = there.get(key)
        values = {**values, "ends_on": values["ends_on"] or _since(row)}
        if row is None:
            new.append({"company": company_id, "person": key[0], "type": key[1], **values})
        elif any(row.__data__[name] != values[name] for name in _COLUMNS):
            changed += 1
            now = {"updated_at": clock.now(), "version": row.version + 1}
            RequiredCertificate.update(**values, **now).where(RequiredCertificate.id == row.id).execute()
    _insert(new)
    return len(gone) + len(new) + changed


def _insert(rows: list[dict[str, Any]]) -> None:
    """Rows as they are; one that another process has put in a moment ago is as good."""
    if not rows:
        return
    try:
        with database.atomic():
            insert_rows(RequiredCertificate, rows)
    except IntegrityError:
        if len(rows) > 1:
            for row in rows:
                _insert([row])


def _since(row: RequiredCertificate | None) -> date:
    """Since when nothing is there: the day before today, or what was said already."""
    if row is not None and row.held == MISSING:
        found: date = row.ends_on
        return found
    return clock.today() - timedelta(days=1)


__all__ = ["refresh", "work"]
