"""Two hundred people with their bindings, certificates and accounts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from random import Random
from typing import Any

from models.core import clock
from models.core.config import config
from models.core.security.crypto import hash_id_number
from models.core.security.identifiers import hide_ids
from models.demo import invented_names
from models.demo.organisation import Organisation, Unit
from models.demo.sign_ins import CAST, CastMember
from models.organization.records import Binding, Person
from models.training.records import Certificate

PEOPLE = {"factory": 120, "harbour": 80}
# What people of each company operate, as often as it is named here.
_CRAFTS = {
    "factory": ["N1"] * 5 + ["Q2"] * 6 + ["G1"] * 2 + ["R1"] * 2,
    "harbour": ["N1"] * 7 + ["Q2"] * 3 + ["N2"],
}
_PREFIX = {"N1": "叉", "Q2": "起", "G1": "锅", "R1": "容", "N2": "观"}


@dataclass
class Worker:
    """One of the demo people, on the way into the tables."""

    unit: Unit
    name: str
    id_number: str
    phone: str
    code: str
    standing: str = "valid"
    state: str = "approved"
    role: str = "operator"
    may_review: bool = False
    part: CastMember | None = None
    site: int | None = None
    department: int | None = None
    since: date = date(2024, 1, 1)
    person: Person | None = None
    binding: Binding | None = None
    certificates: list[Certificate] = field(default_factory=list)

    @property
    def id_hash(self) -> str:
        """The keyed hash of the ID number."""
        return hash_id_number(self.id_number)


def hire(organisation: Organisation, random: Random, today: date) -> list[Worker]:
    """Make everybody: those who can be signed in as first, then a crowd."""
    workers = list(_people(organisation, random, today))
    _files(workers)
    _bindings(workers)
    _certificates(workers, random, today)
    return workers


def _people(organisation: Organisation, random: Random, today: date) -> Iterator[Worker]:
    names = invented_names.names(random)
    taken = {part.name for part in CAST}
    place = 200
    for key, count in PEOPLE.items():
        unit: Unit = getattr(organisation, key)
        cast = [part for part in CAST if key in part.units]
        for part in cast:
            yield _settled(_cast(unit, part, second=part.units[0] != key), random, today)
        for n in range(count - len(cast)):
            name, male = next((name, male) for name, male in names if name not in taken)
            born = invented_names.birthday(random, today)
            place += 1
            worker = Worker(
                unit,
                name,
                invented_names.id_number(born, place % 500, male=male),
                invented_names.mobile(1000 + place),
                random.choice(_CRAFTS[key]),
                standing=_standing(n),
                state=_state(n),
            )
            yield _settled(worker, random, today)


def _standing(n: int) -> str:
    return {3: "expiring", 7: "expired", 11: "expiring", 13: "missing", 17: "expiring", 19: "revoked"}.get(
        n % 20, "valid"
    )


def _state(n: int) -> str:
    return {8: "waiting", 21: "waiting", 33: "refused", 44: "ended", 55: "waiting"}.get(n, "approved")


def _cast(unit: Unit, part: CastMember, *, second: bool) -> Worker:
    return Worker(
        unit,
        part.name,
        part.id_number,
        part.phone,
        part.code,
        standing=part.standing,
        state="approved" if second else part.state,
        role=part.role,
        may_review=part.may_review,
        part=part,
    )


def _settled(worker: Worker, random: Random, today: date) -> Worker:
    worker.department = random.choice(worker.unit.departments).id
    worker.site = next(row.parent_id for row in worker.unit.departments if row.id == worker.department)
    worker.since = today - timedelta(days=random.randrange(60, 1500))
    if worker.state == "waiting":
        worker.since = today - timedelta(days=random.randrange(0, 3))
    return worker


def _moment(day: date, hour: int) -> datetime:
    return datetime.combine(day, time(hour, 20), tzinfo=config().time_zone).astimezone(UTC)


def _files(workers: list[Worker]) -> None:
    Person.insert_many(
        [
            {
                "company": worker.unit.company.id,
                "name": worker.name,
                "name_sort": Person.name_sort.key_of(worker.name),
                "id_number": worker.id_number,
                "id_hash": worker.id_hash,
                "phone": worker.phone,
                "role": worker.role,
                "may_review": worker.may_review,
                "site": worker.site,
                "department": worker.department,
                "job_number": f"{'J' if place <= PEOPLE['factory'] else 'H'}{place:04d}",
                "created_at": _moment(worker.since, 9),
                "updated_at": _moment(worker.since, 9),
            }
            for place, worker in enumerate(workers, 1)
        ]
    ).execute()
    made = {(row.company_id, row.id_hash): row for row in Person.select()}
    for worker in workers:
        worker.person = made[worker.unit.company.id, worker.id_hash]


def _bindings(workers: Iterable[Worker]) -> None:
    Binding.insert_many([_binding(worker) for worker in workers]).execute()
    made = {row.person_id: row for row in Binding.select()}
    for worker in workers:
        assert worker.person is not None
        worker.binding = made[worker.person.id]


def _binding(worker: Worker) -> dict[str, Any]:
    assert worker.person is not None
    decided = worker.state != "waiting"
    return {
        "company": worker.unit.company.id,
        "person": worker.person.id,
        "state": worker.state,
        "origin": "imported" if worker.state == "approved" else "applied",
        "applied_at": min(_moment(worker.since, 9), clock.now() - timedelta(minutes=20)),
        "decided_at": min(_moment(worker.since, 10), clock.now()) if decided else None,
        "decided_by": "陈安澜" if decided else None,
        "note": "叉车班的，请审核" if worker.state == "waiting" else None,
        "reason": {"refused": "不是本单位人员", "ended": "已离职"}.get(worker.state),
        "ended_on": min(worker.since + timedelta(days=30), clock.today())
        if worker.state == "ended"
        else None,
    }


def _certificates(workers: list[Worker], random: Random, today: date) -> None:
    rows = []
    for worker in workers:
        if worker.role == "safety_officer":
            rows.append(_certificate(worker, "A", "valid", random, today))
            continue
        if worker.standing != "missing":
            rows.append(_certificate(worker, worker.code, worker.standing, random, today))
        if worker.part is None and random.random() < 0.15:
            other = random.choice([code for code in _PREFIX if code != worker.code])
            rows.append(_certificate(worker, other, "valid", random, today))
    Certificate.insert_many(rows).execute()
    by_person: dict[int, list[Certificate]] = {}
    for row in Certificate.select():
        by_person.setdefault(row.person_id, []).append(row)
    for worker in workers:
        assert worker.person is not None
        worker.certificates = by_person.get(worker.person.id, [])


def _certificate(worker: Worker, code: str, standing: str, random: Random, today: date) -> dict[str, Any]:
    assert worker.person is not None
    days = {
        "valid": random.randrange(200, 1300),
        "expiring": random.randrange(5, 80),
        "expired": -random.randrange(35, 200),
        "revoked": random.randrange(200, 900),
    }[standing]
    until = today + timedelta(days=days)
    return {
        "company": worker.unit.company.id,
        "person": worker.person.id,
        "number": hide_ids(f"T{worker.id_number}"),
        "code": code,
        "issuer": "江澜市市场监督管理局",
        "issued_on": until - timedelta(days=4 * 365),
        "valid_until": until,
        "state": "revoked" if standing == "revoked" else "valid",
        "source": "registry" if random.random() < 0.6 else "entered",
    }
