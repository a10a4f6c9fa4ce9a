"""A batch through the gate: facts, decisions, one INSERT, the outbox, and who was first (Q09, X01, X02)."""

from __future__ import annotations

import itertools
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import orjson

from models.core import clock
from models.core.db.bulk import insert_from, insert_new, select_in
from models.core.errors import AnbanError
from models.core.views import kept_sums
from models.duty.gate import decision, refusals
from models.duty.gate.contacts import add_contacts
from models.duty.gate.facts import CertificateFact, ScanFacts, as_day, as_moment, gather, read_scan
from models.duty.gate.scans import Outcome, Passed, Scan
from models.duty.settings import LATE_MINUTES
from models.duty.sums import CLOCK_IN_SUMS
from models.equipment import standards
from models.equipment.operator_codes.needs import explain, project_names
from models.equipment.qr import scanned_text

_EPOCH = datetime(2024, 1, 1, tzinfo=UTC)
_process = secrets.randbits(10)
_counter = itertools.count(secrets.randbits(12))

_COLUMNS = (
    "id", "version", "created_at", "updated_at", "company_id", "person_id", "person_name", "equipment_id",
    "equipment_name", "code", "certificate_number", "day", "scanned_at", "received_at", "late", "evidence",
    "once_key", "request_key", "site_id", "type_id",
)  # fmt: skip
_ANNOUNCE = (
    "INSERT INTO outbox (kind, company_id, subject_id, created_at, state, attempts, due_at)"
    " SELECT 'clock_in.created', company_id, id, {now}, 0, 0, {now} FROM clock_in"
    " WHERE id IN ({ids}) AND once_key IN ({onces}) ORDER BY id"
)
_READ = (
    "SELECT id, company_id, person_id, person_name, equipment_id, equipment_name, code, certificate_number,"
    " day, scanned_at, received_at, late, evidence, once_key, request_key"
    " FROM clock_in WHERE {column} IN ({{keys}})"
)


@dataclass(slots=True)
class _Case:
    """A scan on its way through the gate. `outcome` is set as soon as it is known."""

    scan: Scan
    request: decision.ScanRequest | None = None
    subject: decision.Subject | None = None
    unfit: AnbanError | None = None  # why `subject` is not known
    outcome: Outcome | None = None
    new_id: int = 0


@dataclass(slots=True)
class _Records:
    """The clock-ins that a batch may meet, by either of their unique keys; grows as the batch is decided."""

    by_request: dict[str, dict[str, Any]] = field(default_factory=dict)
    by_once: dict[str, dict[str, Any]] = field(default_factory=dict)
    #: What this very batch has written before, by id: its key is told to no scan that came before its own.
    own: dict[int, dict[str, Any]] = field(default_factory=dict)

    def add(self, record: dict[str, Any]) -> None:
        """Make a record known."""
        self.by_request[record["request_key"]] = record
        self.by_once[record["once_key"]] = record


def clock_in(scans: Sequence[Scan]) -> list[Outcome]:
    """Clock in all that may be; one outcome per scan, in order (Q09). Run it in a transaction.

    The outcome is what a queue of one would have given: a scan is refused for its own reasons alone, and a
    repeat (same Idempotency-Key, or same person, equipment and day) gives the record that is there. The
    unique keys decide who was first, also across processes.
    """
    cases = [_Case(scan) for scan in scans]
    readings = [read_scan(scan) for scan in scans]
    facts = gather(scans, readings)
    for case, reading in zip(cases, readings, strict=True):
        admitted = decision.admit(case.scan, facts)
        if isinstance(admitted, AnbanError):
            case.outcome = admitted
            continue
        case.request = admitted
        subject = decision.identify(case.scan, admitted, reading, facts)
        if isinstance(subject, AnbanError):
            case.unfit = subject
        else:
            case.subject = subject
    _decide_and_write([case for case in cases if case.outcome is None], facts)
    _say_more(cases, facts)
    _say_waiting(cases)
    _offer_help(cases, facts)
    return [_final(case) for case in cases]


def _decide_and_write(cases: list[_Case], facts: ScanFacts) -> None:
    """Set the outcome of every case, and insert the new records.

    Nearly all scans are new, so the unique keys are asked by inserting. Only what would not be inserted is
    looked up before (a repeat is answered whatever has changed since), and all if some did not get in.
    """
    rows = _decide_all(cases, facts, _Records())
    others = [case for case in cases if not (isinstance(case.outcome, Passed) and case.outcome.created)]
    if others:
        rows = _decide_all(cases, facts, _known_records(others))
    for _ in range(3):
        if not rows or _write(rows):
            return
        # They were there before, or another process was quicker (or drew the same id).
        rows = _decide_all(cases, facts, _known_records(cases))
    raise IdClash()


def _decide_all(cases: list[_Case], facts: ScanFacts, records: _Records) -> dict[int, tuple[Any, ...]]:
    """Decide all cases by the records known; gives the rows of those that are new, by id."""
    rows: dict[int, tuple[Any, ...]] = {}
    for case in cases:
        case.outcome = _decide(case, facts, records, rows)
    return rows


def _decide(case: _Case, facts: ScanFacts, records: _Records, rows: dict[int, tuple[Any, ...]]) -> Outcome:
    """What becomes of one scan, given all records so far; a new record is added to `records` and `rows`."""
    assert case.request is not None
    written = records.own.get(case.new_id)
    if written is not None:
        records.by_request[written["request_key"]] = written
    known = records.by_request.get(case.request.request_key)
    if known is not None:
        same = known["evidence"].get("request") == case.scan.digest()
        return Passed(known, created=known["id"] == case.new_id) if same else refusals.key_reused()
    refusal = decision.check_clock(case.scan) or case.unfit
    if refusal is not None:
        return refusal
    assert case.subject is not None
    known = records.by_once.get(case.subject.once_key)
    if known is not None:
        return Passed(known, created=False)
    certificate = _admit(case.subject, facts)
    if isinstance(certificate, AnbanError):
        return certificate
    case.new_id = new_id()
    evidence = _evidence(case, certificate, facts)
    row = _row(case, certificate, evidence)
    rows[case.new_id] = row
    record = _as_record(row, evidence)
    records.add(record)
    return Passed(record, created=True)


def _admit(subject: decision.Subject, facts: ScanFacts) -> CertificateFact | AnbanError:
    return decision.check_equipment(subject, facts) or decision.choose_certificate(subject, facts)


def _say_more(cases: list[_Case], facts: ScanFacts) -> None:
    """Refusals that name codes or say what equipment needs, once more with what is on file of them."""
    unclear = [
        case
        for case in cases
        if isinstance(case.outcome, AnbanError)
        and (case.outcome.code == "no_operator_needed" or case.outcome.code.startswith("certificate_"))
    ]
    if not unclear:
        return
    facts.projects = project_names()
    facts.needs = explain({case.subject.equipment.id for case in unclear if case.subject is not None})
    for case in unclear:
        assert case.subject is not None
        refused = _admit(case.subject, facts)
        assert isinstance(refused, AnbanError)
        case.outcome = refused


def _say_waiting(cases: list[_Case]) -> None:
    """Who has applied and is not bound yet is told that, and nothing of the file; asked only where somebody is refused."""
    strangers = [
        case
        for case in cases
        if case.request is not None
        and isinstance(case.outcome, AnbanError)
        and case.outcome.code == "not_bound"
    ]
    asked = {case.request.session.account_id for case in strangers if case.request is not None}
    sql = (
        "SELECT q.account_id, q.company_id, c.name FROM account_claim q JOIN company c ON c.id = q.company_id"
        " WHERE q.state = 'waiting' AND q.account_id IN ({keys})"
    )
    waiting = {(account, unit): name for account, unit, name in select_in(sql, asked)}
    for case in strangers:
        assert case.request is not None
        name = waiting.get((case.request.session.account_id, case.scan.unit))
        if name is not None:
            case.outcome = refusals.binding_waiting(name)


def _offer_help(cases: list[_Case], facts: ScanFacts) -> None:
    refused = []
    for case in cases:
        if case.request is None or not isinstance(case.outcome, AnbanError):
            continue
        applied = case.outcome.code == "binding_waiting"
        if applied or (case.request.session.account_id, case.scan.unit) in facts.persons:
            refused.append((case.scan.unit, case.outcome, case.request.session.account_id))
    add_contacts(refused)


def _final(case: _Case) -> Outcome:
    assert case.outcome is not None
    return case.outcome


def _known_records(cases: list[_Case]) -> _Records:
    records = _Records()
    drawn = {case.new_id: case.request.request_key for case in cases if case.request is not None}
    keys = {case.request.request_key for case in cases if case.request is not None}
    for row in select_in(_READ.format(column="request_key"), keys):
        record = _record(row)
        if drawn.get(record["id"]) == record["request_key"]:
            records.own[record["id"]] = records.by_once[record["once_key"]] = record
        else:
            records.add(record)
    onces = {case.subject.once_key for case in cases if case.subject is not None}
    for row in select_in(_READ.format(column="once_key"), onces - records.by_once.keys()):
        records.add(_record(row))
    return records


def _write(rows: dict[int, tuple[Any, ...]]) -> bool:
    """Insert the records and their news; False if some did not get in. What got in stays in any case."""
    # In the order of a unique key, so that two processes take their locks in the same order.
    insert_new("clock_in", _COLUMNS, sorted(rows.values(), key=lambda row: row[16]))
    # By id and by key: a record that has only one of them is another process's.
    onces = [row[16] for row in rows.values()]
    complete = insert_from(_ANNOUNCE, ids=rows, onces=onces, now=[clock.now()]) == len(rows)
    made = rows.values() if complete else _got_in(rows)
    kept_sums.add(CLOCK_IN_SUMS, [(row[4], row[11], (row[18], row[19], row[14])) for row in made])
    return complete


def _got_in(rows: dict[int, tuple[Any, ...]]) -> list[tuple[Any, ...]]:
    """Those of the rows that are there."""
    there = select_in("SELECT id, once_key FROM clock_in WHERE id IN ({keys})", rows)
    return [rows[row_id] for row_id, once in there if rows[row_id][16] == once]


class IdClash(RuntimeError):
    """Two records drew the same id in the same millisecond."""


def new_id() -> int:
    """A new record id: milliseconds since 2024, then which process, then a counter; grows with time."""
    milliseconds = int((datetime.now(UTC) - _EPOCH) / timedelta(milliseconds=1))
    return milliseconds << 22 | _process << 12 | next(_counter) & 0xFFF


def _evidence(case: _Case, held: CertificateFact, facts: ScanFacts) -> dict[str, Any]:
    """What was true at the scan, frozen (X02)."""
    scan, subject = case.scan, case.subject
    assert subject is not None
    person, equipment = subject.person, subject.equipment
    return {
        "request": scan.digest(),
        "unit": {"id": person.company_id, "name": person.company_name},
        "binding": {
            "id": person.binding_id,
            "state": person.binding_state,
            "since": person.since.isoformat(),
            "role": person.role,
        },
        "certificate": {
            "number": held.number,
            "code": held.code,
            "project": held.project,
            "valid_until": held.valid_until.isoformat(),
            "issuer": held.issuer,
            "limits": held.limits,
        },
        "reminders": decision.reminders(held, subject),
        "rules": _rules_used(subject, held),
        "equipment": {
            "code": equipment.code,
            "register_no": equipment.use_cert_no or equipment.register_code,
            "state": equipment.state,
            "location": equipment.location,
            "type": equipment.type_name,
            "type_code": equipment.type_code,
            "required": list(equipment.required),
            "next_inspection_on": (
                None if equipment.next_inspection_on is None else equipment.next_inspection_on.isoformat()
            ),
            "label": equipment.label_code,
        },
        "place": scan.place,
        "clock_off_seconds": (
            None if scan.sent_at is None else round((scan.sent_at - scan.received_at).total_seconds())
        ),
    }


def _rules_used(subject: decision.Subject, held: CertificateFact) -> dict[str, int]:
    """The versions of the rules that this scan hung on: of the limits and, where a number was read, of how."""
    used = {"limits": standards.limits_version()} if held.limits else {}
    return used | {"qr": scanned_text.rules_version()} if subject.by_number else used


def _row(case: _Case, held: CertificateFact, evidence: dict[str, Any]) -> tuple[Any, ...]:
    scan, subject, request = case.scan, case.subject, case.request
    assert subject is not None
    assert request is not None
    now = scan.received_at
    late = scan.received_at - scan.scanned_at > timedelta(minutes=LATE_MINUTES.of(subject.person.company_id))
    return (
        case.new_id, 1, now, now, subject.person.company_id, subject.person.id, subject.person.name,
        subject.equipment.id, subject.equipment.name, held.code, held.number, subject.day,
        scan.scanned_at, now, int(late), orjson.dumps(evidence).decode(),
        subject.once_key, request.request_key, subject.equipment.site_id, subject.equipment.type_id,
    )  # fmt: skip


def _as_record(row: tuple[Any, ...], evidence: dict[str, Any]) -> dict[str, Any]:
    return _record((row[0], *row[4:15], evidence, *row[16:18]))


def _record(row: Sequence[Any]) -> dict[str, Any]:
    """A stored clock-in as both doors know it; moments and day as Python values."""
    return {
        "id": row[0],
        "company_id": row[1],
        "person_id": row[2],
        "person_name": row[3],
        "equipment_id": row[4],
        "equipment_name": row[5],
        "code": row[6],
        "certificate_number": row[7],
        "day": as_day(row[8]),
        "scanned_at": as_moment(row[9]),
        "received_at": as_moment(row[10]),
        "late": bool(row[11]),
        "evidence": orjson.loads(row[12]) if isinstance(row[12], (str, bytes)) else row[12],
        "once_key": row[13],
        "request_key": row[14],
    }
