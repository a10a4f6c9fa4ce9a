"""A month of clock-ins with the evidence of their moments, busy on working days and thin at weekends."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from random import Random
from typing import Any

import orjson

from models.core import clock
from models.core.config import config
from models.core.db.bulk import insert_new
from models.core.labels.printing import label_url
from models.core.ledger.reading.references import load_rows
from models.core.views import kept_sums
from models.demo.people.workforce import Worker
from models.duty.gate.scans import once_key, request_key
from models.duty.settings import LATE_MINUTES
from models.duty.sums import CLOCK_IN_SUMS
from models.equipment.records import Equipment, EquipmentType, OperatorCode
from models.training.records import Certificate

DAYS = 30
_CHUNK = 300
_EPOCH = datetime(2024, 1, 1, tzinfo=UTC)
_PRESENT = (0.93, 0.94, 0.92, 0.93, 0.9, 0.35, 0.12)  # Monday to Sunday
_TODAY_AT_LEAST = 12
_COLUMNS = (
    *("id", "version", "created_at", "updated_at", "company_id", "person_id", "person_name"),
    *("equipment_id", "equipment_name", "code", "certificate_number", "day", "scanned_at", "received_at"),
    *("late", "evidence", "once_key", "request_key", "site_id", "type_id"),
)
Row = tuple[Any, ...]
Post = tuple[Worker, Equipment, bool]


def clock_in(
    workers: list[Worker], machines: list[Equipment], accounts: dict[str, int], random: Random, today: date
) -> int:
    """Write the clock-ins of the last 30 days and today; gives how many."""
    writer = _Writer(accounts, machines)
    crew = [item for worker in workers if (item := _post(worker, machines, random)) is not None]
    rows: list[Row] = []
    for offset in range(DAYS, -1, -1):
        day = today - timedelta(days=offset)
        present = [item for item in crew if random.random() < _PRESENT[day.weekday()]]
        if not offset and len(present) < _TODAY_AT_LEAST:
            present = random.sample(crew, min(len(crew), _TODAY_AT_LEAST))
        for worker, machine, night in present:
            rows += writer.rows(worker, machine, day, night=night, random=random)
    for worker, machine, night in _cast(workers, machines, random):
        for offset in range(DAYS, 0, -1):
            day = today - timedelta(days=offset)
            if random.random() < _PRESENT[day.weekday()]:
                rows += writer.rows(worker, machine, day, night=night, random=random)
    rows.sort(key=lambda row: row[0])
    for start in range(0, len(rows), _CHUNK):
        insert_new("clock_in", _COLUMNS, rows[start : start + _CHUNK])
    kept_sums.recount(CLOCK_IN_SUMS)
    # The machines stood there before anybody scanned them: the month says what nobody manned.
    first = clock.midnight(today - timedelta(days=DAYS))
    Equipment.update(created_at=first).where(
        Equipment.id.in_([machine.id for machine in machines] or [0])
    ).execute()
    return len(rows)


def _post(worker: Worker, machines: list[Equipment], random: Random) -> Post | None:
    """Where one of the others than the cast works."""
    return None if worker.part is not None else _machine(worker, machines, random, night=0.2)


def _cast(workers: list[Worker], machines: list[Equipment], random: Random) -> Iterator[Post]:
    """Where those of the cast work who have come before, each at one unit; today is still before them."""
    known: set[str] = set()
    for worker in workers:
        if worker.part is None or worker.part.first or worker.name in known:
            continue
        known.add(worker.name)
        post = _machine(worker, machines, random, night=0)
        if post is not None:
            yield post


def _machine(worker: Worker, machines: list[Equipment], random: Random, *, night: float) -> Post | None:
    """A machine in use of somebody's unit and craft, and whether they work there at night."""
    if worker.state != "approved" or worker.role != "operator":
        return None
    fitting = [
        machine
        for machine in machines
        if machine.company_id == worker.unit.company.id
        and machine.state == "in_use"
        and worker.code in machine.required_codes.split(",")
    ]
    return (worker, random.choice(fitting), random.random() < night) if fitting else None


class _Writer:
    """Makes rows as the gate would have written them."""

    def __init__(self, accounts: dict[str, int], machines: list[Equipment]) -> None:
        self.accounts = accounts
        self.now = clock.now()
        self.projects = dict(OperatorCode.select(OperatorCode.code, OperatorCode.project).tuples())
        self.types = load_rows(EquipmentType, {machine.type_id for machine in machines})
        self.serial = 0

    def rows(
        self, worker: Worker, machine: Equipment, day: date, *, night: bool, random: Random
    ) -> Iterator[Row]:
        """One clock-in, if the certificate held on the day and the moment is not still to come."""
        held = _held(worker, day)
        minute = random.gauss(-18, 9)  # before the shift begins, some a little after
        begin = datetime.combine(day, time(20 if night else 8), tzinfo=config().time_zone)
        scanned = (begin + timedelta(minutes=minute, seconds=random.random() * 60)).astimezone(UTC)
        if day == clock.local(self.now).date() and scanned > self.now:
            scanned = self.now - timedelta(minutes=random.uniform(2, 110))
        if held is None or clock.local(scanned).date() != day:
            return
        late = random.random() < 0.02
        received = min(scanned + timedelta(seconds=random.uniform(0.3, 4)), self.now)
        if late:
            received = min(scanned + timedelta(minutes=random.uniform(15, 90)), self.now)
        yield self._row(worker, machine, held, day, scanned, received, random)

    def _row(
        self,
        worker: Worker,
        machine: Equipment,
        held: Certificate,
        day: date,
        scanned: datetime,
        received: datetime,
        random: Random,
    ) -> Row:
        assert worker.person is not None
        self.serial += 1
        number = int((received - _EPOCH) / timedelta(milliseconds=1)) << 22 | self.serial & 0x3FFFFF
        key = request_key(self.accounts.get(worker.id_hash, 0), f"demo-{self.serial}-{number}")
        late = received - scanned > timedelta(minutes=LATE_MINUTES.of(None))
        evidence = orjson.dumps(self._evidence(worker, machine, held, scanned, random)).decode()
        return (
            *(number, 1, received, received, worker.unit.company.id, worker.person.id, worker.name),
            *(machine.id, machine.name, held.code, held.number, day, scanned, received, int(late)),
            *(
                evidence,
                once_key(worker.person.id, machine.id, day.isoformat()),
                key,
                machine.site_id,
                machine.type_id,
            ),
        )

    def _evidence(
        self, worker: Worker, machine: Equipment, held: Certificate, scanned: datetime, random: Random
    ) -> dict[str, Any]:
        assert worker.binding is not None
        company = worker.unit.company
        text = f"{company.id}\n{scanned.isoformat()}\n{label_url(machine.label_code)}"
        type_ = self.types[machine.type_id]
        return {
            "request": hashlib.sha256(text.encode()).hexdigest()[:16],
            "unit": {"id": company.id, "name": company.name},
            "binding": {
                "id": worker.binding.id,
                "state": "approved",
                "since": worker.binding.decided_at.isoformat(),
                "role": worker.role,
            },
            "certificate": {
                "number": held.number,
                "code": held.code,
                "project": self.projects.get(held.code, ""),
                "valid_until": held.valid_until.isoformat(),
                "issuer": held.issuer,
                "limits": held.limits,
            },
            "equipment": {
                "code": machine.code,
                "register_no": machine.use_cert_no,
                "state": "in_use",
                "location": machine.location,
                "type": type_.name,
                "type_code": type_.code,
                "required": machine.required_codes.split(","),
                "label": machine.label_code,
            },
            "place": {
                "lng": round(120.31 + random.random() * 0.02, 6),
                "lat": round(30.18 + random.random() * 0.02, 6),
                "accuracy": round(random.uniform(4, 40), 1),
            },
            "clock_off_seconds": 0,
        }


def _held(worker: Worker, day: date) -> Certificate | None:
    """The certificate that somebody's craft asks for, if it held on the day."""
    for item in worker.certificates:
        if item.code == worker.code and item.state == "valid" and item.issued_on <= day <= item.valid_until:
            return item
    return None
