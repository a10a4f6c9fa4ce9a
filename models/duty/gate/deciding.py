"""The decision on one scan: a function of the scan and the facts, nothing else."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

from models.administration.session_states import must_change_password
from models.core.actor import missing_right
from models.core.clock import local
from models.core.config import config
from models.core.errors import AnbanError
from models.duty import qr
from models.duty.gate import refusals
from models.duty.gate.facts import CertificateFact, EquipmentFact, Facts, PersonFact, SessionFact
from models.duty.gate.scans import Scan, once_key, request_key
from models.duty.records import CLOCK_IN


@dataclass(frozen=True, slots=True)
class Request:
    """A scan by somebody who is signed in and may clock in."""

    session: SessionFact
    request_key: str


@dataclass(frozen=True, slots=True)
class Subject:
    """Who is at which equipment on which day: enough to know whether it was recorded already."""

    person: PersonFact
    equipment: EquipmentFact
    day: date
    once_key: str


def admit(scan: Scan, facts: Facts) -> Request | AnbanError:
    """Who asks, and whether they may clock in at all."""
    session = facts.sessions.get(scan.token_hash)
    if session is None or session.revoked or session.expires_at <= scan.received_at:
        return refusals.unauthenticated("session_expired" if session else "unauthenticated")
    if session.state != "active":
        return refusals.account_disabled()
    if session.must_change:
        return must_change_password()
    if not any(CLOCK_IN in facts.grants.get(role, ()) for role in session.roles):
        return missing_right(CLOCK_IN)
    return Request(session, request_key(session.account_id, scan.key))


def check_clock(scan: Scan) -> AnbanError | None:
    """A scan from the future, from a phone whose clock is off, or from too long ago."""
    skew = timedelta(minutes=config().clock_skew_minutes)
    if scan.sent_at is not None and abs(scan.sent_at - scan.received_at) > skew:
        return refusals.clock_wrong()
    if scan.scanned_at - scan.received_at > skew:
        return refusals.clock_wrong()
    if scan.received_at - scan.scanned_at > timedelta(hours=config().scan_too_old_hours):
        return refusals.scan_too_old()
    return None


def identify(scan: Scan, request: Request, reading: qr.QrReading, facts: Facts) -> Subject | AnbanError:
    """Which person of the unit stands at which of its equipment."""
    person = facts.persons.get((request.session.id_hash or "", scan.unit))
    if person is None:
        return refusals.not_bound()
    if person.binding_state == "waiting":
        return refusals.binding_waiting(person.company_name)
    if person.binding_state != "approved":
        return refusals.binding_refused(person.company_name, person.binding_state)
    equipment = facts.equipment_for(reading, scan.unit)
    if equipment is None:
        return refusals.unknown_qr()
    if equipment.company_id != scan.unit:
        return refusals.other_unit()
    day = local(scan.scanned_at).date()
    return Subject(person, equipment, day, once_key(person.id, equipment.id, day.isoformat()))


def check_equipment(equipment: EquipmentFact) -> AnbanError | None:
    """Whether the equipment is in use and is one that people clock in on."""
    if equipment.state != "in_use":
        return refusals.not_in_use(equipment.name, equipment.state)
    if equipment.mode == "maintenance":
        return refusals.maintenance(equipment.name)
    if equipment.mode != "clock_in" or not equipment.required:
        return refusals.no_operator_needed(equipment.name)
    return None


def choose_certificate(subject: Subject, facts: Facts) -> CertificateFact | AnbanError:
    """The certificate that covers the equipment on the day; of several the one that lasts longest.

    With none, the refusal names the nearest miss: outside its range, over, withdrawn, or not there.
    """
    equipment, day = subject.equipment, subject.day
    held = facts.certificates.get(subject.person.id, {})
    fitting = [item for item in held.values() if item.code in equipment.required]
    current = [item for item in fitting if item.catalogue == "2019"]
    alive = [item for item in current if item.state == "valid"]
    valid = [
        item
        for item in alive
        if item.valid_until >= day and (item.issued_on is None or item.issued_on <= day)
    ]
    covering = [item for item in valid if covers(item.limits, equipment.type_name)]
    if covering:
        return max(covering, key=lambda item: (item.valid_until, item.number))
    if valid:
        return refusals.certificate_limited(valid[0].code, valid[0].limits or "", equipment.type_name)
    over = [item for item in alive if item.valid_until < day]
    if over:
        last = max(over, key=lambda item: item.valid_until)
        return refusals.certificate_expired(last.code, last.number, last.valid_until)
    if alive:
        assert alive[0].issued_on is not None
        return refusals.certificate_not_yet(alive[0].code, alive[0].number, alive[0].issued_on)
    if current:
        return refusals.certificate_revoked(current[0].code, current[0].number)
    return refusals.certificate_missing(equipment.name, " 或 ".join(equipment.required), legacy=bool(fitting))


@lru_cache(maxsize=4096)
def covers(limits: str | None, type_name: str) -> bool:
    """Whether a certificate's range (`限桥式起重机、门式起重机`) takes in a kind of equipment.

    No range takes in all.
    """
    words = [word for word in re.split(r"[、,，;；/\s]+", (limits or "").strip().removeprefix("限")) if word]
    return not words or any(word.removeprefix("限") in type_name for word in words)
