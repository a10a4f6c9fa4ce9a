"""People who hold posts, as many as a group of companies has in the morning (A05)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from models.administration.records import Account
from models.core import clock
from models.core.records import Base
from models.core.security import crypto
from models.demo.invented_names import id_number
from models.objectives.records import PersonPost, Post, PostWork
from models.organization.records import Binding, Company, Person

_PIECE = 500


def plant_pairs(
    pairs: int = 20_000, *, posts: int = 20, company: Company | None = None, due: date | None = None, at_hour: int = 7
) -> list[int]:  # fmt: skip
    """So many people with accounts, bound to a company (a new one), each holding one of `posts` posts since yesterday.

    Every post has a daily check that is due on `due` (today) at `at_hour`; gives the ids of these works. Run it in a
    transaction.
    """
    company = company or _company()
    since = clock.now() - timedelta(days=1)
    persons = _people(company, pairs)
    made = [
        Post.create(company=company.id, name=f"岗位{number:03}", created_at=since) for number in range(posts)
    ]
    _insert(
        PersonPost,
        [
            {"company": company.id, "person": person, "post": made[place % posts].id, "created_at": since}
            for place, person in enumerate(persons)
        ],
    )
    works = [
        PostWork.create(
            company=company.id, post=post.id, kind="equipment", name=f"{post.name}班前检查", period="day",
            off_days="anyway", at_hour=at_hour, next_on=due or clock.today(),
        )
        for post in made
    ]  # fmt: skip
    return [work.id for work in works]


def _company() -> Company:
    company: Company = Company.create(name="早班公司", kind="company")
    values = {"company_root": company.id, "path": f"/{company.id}/"}
    Company.update(**values).where(Company.id == company.id).execute()
    return company


def _people(company: Company, count: int) -> list[int]:
    """The ids of new people, in order."""
    numbers = list(_numbers(count))
    hashes = [crypto.hash_id_number(number) for number in numbers]
    phones = [f"137{place:08}" for place in range(count)]
    rows = list(enumerate(zip(numbers, hashes, phones, strict=True)))
    _insert(
        Person,
        [
            {"company": company.id, "name": f"工人{place}", "id_number": number, "id_hash": hashed, "phone": phone}
            for place, (number, hashed, phone) in rows
        ],
    )  # fmt: skip
    _insert(
        Account,
        [
            {"company": company.id, "current_company": company.id, "login": phone, "name": f"工人{place}",
             "phone": phone, "id_number": number, "id_hash": hashed}
            for place, (number, hashed, phone) in rows
        ],
    )  # fmt: skip
    mine = Account.select(Account.id).where(Account.id_hash == Person.id_hash)
    Person.update(account_id=mine).where(Person.company == company.id).execute()
    own = Person.select(Person.id).where(Person.company == company.id, Person.phone.startswith("137"))
    ids = [row.id for row in own.order_by(Person.id)]
    decided: datetime = clock.now()
    _insert(
        Binding,
        [
            {"company": company.id, "person": person, "state": "approved", "decided_at": decided}
            for person in ids
        ],
    )
    return ids


def _numbers(count: int) -> Iterator[str]:
    """Valid ID numbers of nobody."""
    first = date(1950, 1, 1)
    for place in range(count):
        yield id_number(first + timedelta(days=place // 499), place % 499, male=True)


def _insert(record: type[Base], rows: Sequence[dict[str, Any]]) -> None:
    for start in range(0, len(rows), _PIECE):
        record.insert_many(rows[start : start + _PIECE]).execute()
