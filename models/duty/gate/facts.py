"""Everything that a batch of scans is decided by, read with three SELECTs whatever its size."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any, NamedTuple

from models.administration.roles.grants import Reach
from models.administration.roles.roles import grants_of_roles
from models.core.config import config
from models.core.db.bulk import select_in
from models.duty.gate.scans import Scan
from models.equipment.operator_codes.needs import NeedsExplained
from models.equipment.qr import scanned_text


class SessionFact(NamedTuple):
    """A signed-in phone and its account; `roles` are the ids of the roles that the account has, for `unit_id` alone
    if the session is of one unit."""

    account_id: int
    expires_at: datetime
    revoked: bool
    state: str
    must_change: bool
    unit_id: int | None
    roles: frozenset[int]


class PersonFact(NamedTuple):
    """An account's personnel file in a company, and its binding."""

    id: int
    company_id: int
    company_name: str
    name: str
    role: str
    binding_id: int
    binding_state: str
    since: datetime


class EquipmentFact(NamedTuple):
    """A piece of equipment as it is now."""

    id: int
    company_id: int
    name: str
    code: str | None
    register_code: str | None
    use_cert_no: str | None
    location: str | None
    state: str
    mode: str
    required: tuple[str, ...]
    type_code: str
    type_name: str
    label_code: str
    boiler_unsaid: bool
    next_inspection_on: date | None
    refuses_overdue: bool
    site_id: int | None
    type_id: int


class CertificateFact(NamedTuple):
    """A certificate of a person."""

    number: str
    code: str
    limits: str | None
    issuer: str | None
    issued_on: date | None
    valid_until: date
    state: str
    catalogue: str
    project: str


@dataclass
class ScanFacts:
    """What is known about the scans of one batch."""

    sessions: dict[str, SessionFact] = field(default_factory=dict)
    grants: dict[int, Reach] = field(default_factory=dict)  # by role
    persons: dict[tuple[int, int], PersonFact] = field(default_factory=dict)  # by account and unit
    certificates: dict[int, dict[int, CertificateFact]] = field(default_factory=lambda: defaultdict(dict))
    #: Looked up only where somebody is refused: what codes are called, and why equipment asks for no scan.
    projects: dict[str, str] = field(default_factory=dict)
    needs: dict[int, NeedsExplained] = field(default_factory=dict)
    _labels: dict[str, EquipmentFact] = field(default_factory=dict)
    _numbers: dict[str, list[EquipmentFact]] = field(default_factory=lambda: defaultdict(list))
    _aliases: dict[str, list[EquipmentFact]] = field(default_factory=lambda: defaultdict(list))

    def labelled(self, reading: scanned_text.QrReading) -> EquipmentFact | None:
        """The equipment that one of our own labels stands at."""
        return self._labels.get(reading.value) if reading.kind == scanned_text.OWN_LABEL else None

    def equipment_for(self, reading: scanned_text.QrReading, unit: int) -> EquipmentFact | None:
        """The equipment that a reading means; of several, the unit's own."""
        own = self.labelled(reading)
        if own is not None:
            return own
        found = list(self._aliases.get(reading.alias, ()))
        for candidate in reading.candidates:
            found += self._numbers.get(candidate.value, ())
        return next((item for item in found if item.company_id == unit), found[0] if found else None)


def as_moment(value: Any) -> datetime:
    """A stored moment, as either driver gives it, aware."""
    if isinstance(value, str):
        value = datetime.fromisoformat(value)
    moment: datetime = value
    return moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC)


def as_day(value: Any) -> date:
    """A stored day, as either driver gives it."""
    return date.fromisoformat(value) if isinstance(value, str) else value


def read_scan(scan: Scan) -> scanned_text.QrReading:
    """What a scan's text means."""
    return scanned_text.parse(scan.qr, own_hosts=(config().public_url, *config().other_hosts))


def gather(scans: Sequence[Scan], readings: Sequence[scanned_text.QrReading]) -> ScanFacts:
    """The facts for `scans`, whose texts mean `readings`."""
    facts = ScanFacts()
    _people(facts, {scan.token_hash for scan in scans})
    facts.grants = grants_of_roles(frozenset().union(*(item.roles for item in facts.sessions.values())))
    _equipment(facts, readings)
    return facts


_PEOPLE = (
    "SELECT s.token_hash, s.account_id, s.expires_at, s.revoked_at, a.state, a.must_change_password, s.unit_id,"
    " (SELECT GROUP_CONCAT(DISTINCT r.role_id) FROM assignment r WHERE r.account_id = a.id"
    "  AND (s.unit_id IS NULL OR r.company_id IS NULL OR r.company_id = s.unit_id)),"
    " p.id, p.company_id, c.name, p.name, p.role, b.id, b.state, COALESCE(b.decided_at, b.applied_at),"
    " t.id, t.number, t.code, t.limits, t.issuer, t.issued_on, t.valid_until, t.state, t.catalogue, o.project"
    " FROM session s JOIN account a ON a.id = s.account_id"
    " LEFT JOIN person p ON p.account_id = a.id AND (s.unit_id IS NULL OR p.company_id = s.unit_id)"
    " LEFT JOIN binding b ON b.person_id = p.id"
    " LEFT JOIN company c ON c.id = p.company_id"
    " LEFT JOIN certificate t ON t.person_id = p.id"
    " LEFT JOIN operator_code o ON o.code = t.code"
    " WHERE s.door = 'phone' AND s.token_hash IN ({keys})"
)


def _people(facts: ScanFacts, hashes: set[str]) -> None:
    """Who is signed in, with every file and certificate: a row for each of them, or one without.

    One statement for what are four questions, as a statement costs more than the rows of a batch.
    """
    for row in select_in(_PEOPLE, hashes):
        token, file_id, certificate_id = row[0], row[8], row[16]
        if token not in facts.sessions:
            facts.sessions[token] = _session(row)
        if row[13] is not None:
            facts.persons[row[1], row[9]] = PersonFact._make((*row[8:15], as_moment(row[15])))
        if certificate_id is not None:
            facts.certificates[file_id][certificate_id] = _certificate(row[17:])


def _session(row: Sequence[Any]) -> SessionFact:
    _, account_id, expires_at, revoked_at, state, must_change, unit_id, roles = row[:8]
    return SessionFact(
        account_id, as_moment(expires_at), revoked_at is not None, state, bool(must_change), unit_id,
        frozenset(map(int, roles.split(","))) if roles else frozenset(),
    )  # fmt: skip


def _certificate(row: Sequence[Any]) -> CertificateFact:
    number, code, limits, issuer, issued_on, valid_until, state, catalogue, project = row
    issued = as_day(issued_on) if issued_on else None
    return CertificateFact(
        number, code, limits, issuer, issued, as_day(valid_until), state, catalogue, project or ""
    )


_EQUIPMENT = (
    "SELECT e.id, e.company_id, e.name, e.code, e.register_code, e.use_cert_no, e.location, e.state, e.mode,"
    " e.required_codes, t.code, t.name, e.label_code, e.boiler_use IS NULL AND e.operator_codes IS NULL,"
    " e.next_inspection_on, u.refuses_overdue, e.site_id, e.type_id{more}"
    " FROM equipment e JOIN equipment_type t ON t.id = e.type_id JOIN company u ON u.id = e.company_id"
)


def _fact(row: Sequence[Any]) -> EquipmentFact:
    codes = tuple(code for code in (row[9] or "").split(",") if code)
    inspected = as_day(row[14]) if row[14] else None
    return EquipmentFact._make(
        (*row[:9], codes, *row[10:13], bool(row[13]), inspected, bool(row[15]), *row[16:18])
    )


def _equipment(facts: ScanFacts, readings: Sequence[scanned_text.QrReading]) -> None:
    labels = {item.value for item in readings if item.kind == scanned_text.OWN_LABEL}
    for row in select_in(_EQUIPMENT.format(more="") + " WHERE e.label_code IN ({keys})", labels):
        facts._labels[row[12]] = _fact(row)
    others = [item for item in readings if facts.labelled(item) is None]
    if not others:
        return
    sql = _EQUIPMENT.format(more=", x.key_") + (
        " JOIN (SELECT equipment_id, `key` AS key_ FROM equipment_alias WHERE `key` IN ({keys})) x"
        " ON x.equipment_id = e.id"
    )
    for row in select_in(sql, {item.alias for item in others}):
        facts._aliases[row[18]].append(_fact(row))
    values = {candidate.value for item in others for candidate in item.candidates}
    for column in ("code", "register_code", "use_cert_no"):
        for row in select_in(_EQUIPMENT.format(more="") + f" WHERE e.{column} IN ({{keys}})", values):
            facts._numbers[row[("code", "register_code", "use_cert_no").index(column) + 3]].append(_fact(row))
