"""The decision on one scan: a function of the scan and the facts, nothing else."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from models.administration.sign_in.session_states import must_change_password
from models.core.clock import local
from models.core.config import config
from models.core.errors import AnbanError
from models.core.security.actor import missing_right
from models.duty.gate import refusals
from models.duty.gate.facts import CertificateFact, EquipmentFact, PersonFact, ScanFacts, SessionFact
from models.duty.gate.scans import Scan, once_key, request_key
from models.duty.records import CLOCK_IN
from models.duty.settings import SCAN_TOO_OLD_HOURS
from models.equipment import standards
from models.equipment.operator_codes.needs import named
from models.equipment.qr import scanned_text


@dataclass(frozen=True, slots=True)
class ScanRequest:
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
    by_number: bool = False  # which one it is was read from a number, not from our own label


def admit(scan: Scan, facts: ScanFacts) -> ScanRequest | AnbanError:
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
    return ScanRequest(session, request_key(session.account_id, scan.key))


def check_clock(scan: Scan) -> AnbanError | None:
    """A scan from the future, from a phone whose clock is off, or from too long ago."""
    skew = timedelta(minutes=config().clock_skew_minutes)
    if scan.sent_at is not None and abs(scan.sent_at - scan.received_at) > skew:
        return refusals.clock_wrong()
    if scan.scanned_at - scan.received_at > skew:
        return refusals.clock_wrong()
    if scan.received_at - scan.scanned_at > timedelta(hours=SCAN_TOO_OLD_HOURS.of(None)):
        return refusals.scan_too_old()
    return None


def identify(
    scan: Scan, request: ScanRequest, reading: scanned_text.QrReading, facts: ScanFacts
) -> Subject | AnbanError:
    """Which person of the unit stands at which of its equipment."""
    person = facts.persons.get((request.session.account_id, scan.unit))
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
        mine = facts.persons.get((request.session.account_id, equipment.company_id))
        if mine is not None and mine.binding_state == "approved":
            return refusals.my_other_unit(mine.company_id, mine.company_name)
        return refusals.other_unit()
    day = local(scan.scanned_at).date()
    key = once_key(person.id, equipment.id, day.isoformat())
    return Subject(person, equipment, day, key, by_number=reading.kind != scanned_text.OWN_LABEL)


def check_equipment(subject: Subject, facts: ScanFacts) -> AnbanError | None:
    """Whether the equipment is in use and is one that people clock in on; past its inspection only if its unit minds."""
    equipment = subject.equipment
    if equipment.state != "in_use":
        return refusals.not_in_use(equipment.name, equipment.state)
    if equipment.mode == "maintenance":
        return refusals.maintenance(equipment.name)
    if equipment.mode != "clock_in" or not equipment.required:
        return refusals.no_operator_needed(equipment.name, facts.needs.get(equipment.id))
    if equipment.refuses_overdue and is_overdue(equipment, subject.day):
        assert equipment.next_inspection_on is not None
        return refusals.inspection_overdue(equipment.name, equipment.next_inspection_on)
    return None


def is_overdue(equipment: EquipmentFact, day: date) -> bool:
    """Whether the day until which the equipment had to be inspected is over."""
    return equipment.next_inspection_on is not None and equipment.next_inspection_on < day


def choose_certificate(subject: Subject, facts: ScanFacts) -> CertificateFact | AnbanError:
    """The certificate that covers the equipment on the day; of several the one that lasts longest.

    One whose range can't be told (see `standards.within_limits`) counts where no other does. With none, the refusal
    names the nearest miss: outside its range, over, withdrawn, or not there.
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
    verdicts = [(covers(item, equipment), item) for item in valid]
    for verdict in (True, None):
        covering = [item for told, item in verdicts if told is verdict]
        if covering:
            return max(covering, key=lambda item: (item.valid_until, item.number))

    def called(item: CertificateFact) -> str:
        return named([item.code], facts.projects)

    if valid:
        return refusals.certificate_limited(called(valid[0]), valid[0].limits or "", equipment.type_name)
    over = [item for item in alive if item.valid_until < day]
    if over:
        last = max(over, key=lambda item: item.valid_until)
        return refusals.certificate_expired(called(last), last.number, last.valid_until)
    if alive:
        assert alive[0].issued_on is not None
        return refusals.certificate_not_yet(called(alive[0]), alive[0].number, alive[0].issued_on)
    if current:
        return refusals.certificate_revoked(called(current[0]), current[0].number)
    needed = named(equipment.required, facts.projects)
    return refusals.certificate_missing(equipment.name, needed, legacy=bool(fitting))


def covers(item: CertificateFact, equipment: EquipmentFact) -> bool | None:
    """Whether a certificate's range takes in the equipment; None where that can't be told."""
    return not item.limits or standards.within_limits(item.code, item.limits, equipment.type_code)


def reminders(item: CertificateFact, subject: Subject) -> list[str]:
    """What is said aloud to somebody who is clocked in: nothing of it refuses (Q09)."""
    equipment, day = subject.equipment, subject.day
    told = []
    if is_overdue(equipment, day):
        assert equipment.next_inspection_on is not None
        over = (day - equipment.next_inspection_on).days
        told.append(
            f"这台设备检验已过期 {over} 天（下次检验日期 {equipment.next_inspection_on.isoformat()}）。"
            "未经定期检验的不得继续使用（《特种设备安全法》第四十条），请马上告诉安全管理员"
        )
    if item.limits and standards.is_unread(item.code, item.limits, equipment.type_code):
        told.append(
            f"您的证注明“{item.limits}”，系统不能核对是否包括这台{equipment.type_name}，请对照证书（待核对）"
        )
    if equipment.boiler_unsaid and len(equipment.required) > 1 and equipment.type_code.startswith("1"):
        told.append("这台锅炉没有登记是工业锅炉还是电站锅炉，请安全管理员补登（待核对）")
    return told
