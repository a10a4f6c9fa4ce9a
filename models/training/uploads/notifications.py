"""Who hears of a certificate that was sent in: who may compare it, and then its holder (K03)."""

from __future__ import annotations

from typing import Any

from models.core.events.outbox import Outbox
from models.messages.channels.records import CARD
from models.messages.tell import Telling
from models.messages.tellers import teller
from models.organization.records import Person
from models.tasks.people.responsible import persons_with
from models.training.certificate_types.records import CertificateType
from models.training.uploads.records import ACCEPTED, DECIDE_UPLOADS, WAITING, CertificateUpload
from models.training.uploads.rules import DECIDED, SENT


@teller(SENT)
def sent(row: Outbox) -> Telling | None:
    """To who compares certificates of the unit, but for the holder: one has come in."""
    upload = CertificateUpload.get_or_none(CertificateUpload.id == row.subject_id)
    if upload is None or upload.state != WAITING:
        return None
    name, kind = _words(upload)
    persons = [one for one in persons_with(DECIDE_UPLOADS, upload.company_id) if one != upload.person_id]
    text = f"{name}上传了 {kind} {upload.number}，有效期至 {upload.valid_until.isoformat()}。对照照片，核对后才能用来上岗"
    return _note(row, upload, f"【待核对】{name}上传的{kind}", text, "warn", persons)


@teller(DECIDED)
def decided(row: Outbox) -> Telling | None:
    """To its holder: it counts now, or what is wrong with it."""
    upload = CertificateUpload.get_or_none(CertificateUpload.id == row.subject_id)
    if upload is None or upload.state == WAITING:
        return None
    _, kind = _words(upload)
    if upload.state == ACCEPTED:
        text = f"{upload.decided_by}已核对，有效期至 {upload.valid_until.isoformat()}"
        return _note(row, upload, f"【证照已登记】{kind}", text, "good", [upload.person_id])
    text = f"{upload.decided_by}：{upload.reason}。请更正后重新上传"
    return _note(row, upload, f"【证照退回】{kind}", text, "warn", [upload.person_id])


def _words(upload: CertificateUpload) -> tuple[str, str]:
    person = Person.get_or_none(Person.id == upload.person_id)
    return getattr(person, "name", ""), CertificateType.get_by_id(upload.type_id).title


def _note(
    row: Outbox, upload: CertificateUpload, title: str, text: str, tone: str, persons: list[int]
) -> Telling | None:
    if not persons:
        return None
    link = f"/pages/ledger/row?ledger=certificate-uploads&id={upload.id}"
    card: dict[str, Any] = {
        "kind": "certificate_upload", "subject_id": upload.id, "version": upload.version, "title": title[:120],
        "lead": text, "tone": tone, "path": link,
    }  # fmt: skip
    return Telling(
        company_id=upload.company_id, kind=row.kind, subject_kind="certificate_upload", subject_id=upload.id,
        title=title[:120], text=text, link=link, persons=tuple(persons), ways=(CARD,), card=card,
    )  # fmt: skip
