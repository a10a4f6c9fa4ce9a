"""What may happen to a certificate that its holder sent in (K03)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from models.core import clock
from models.core.errors import Conflict, Forbidden, Invalid
from models.core.events.outbox import announce
from models.core.security import usage_limits
from models.core.security.actor import Actor
from models.organization.records import Person
from models.training.certificate_types.records import CertificateType
from models.training.records import Certificate
from models.training.rules import add_certificate, edit_certificate
from models.training.uploads.records import DECIDE_UPLOADS, REFUSED, SEND_UPLOADS, CertificateUpload

Values = dict[str, Any]
#: Each rings whoever compares certificates of the unit.
SENDS = usage_limits.UsageLimit(
    "certificate_uploads", 20, timedelta(hours=1), "上传得太密",
    "您 1 小时内已上传了 20 张证照", "请 {minutes} 分钟后再传；写错了的请更正原来那张",
)  # fmt: skip
SENT, DECIDED = "certificate.sent", "certificate.decided"
_KEPT = ("number", "limits", "issuer", "issued_on", "valid_until")


def send(actor: Actor, values: Values) -> CertificateUpload:
    """The actor's own certificate, as they wrote it down; whoever compares certificates hears of it.

    Raises Invalid where they have no file in the unit that they work for, and for days that can't be, TooMany for more than
    anybody holds.
    """
    actor.require(SEND_UPLOADS)
    person = Person.get_or_none(Person.id.in_(actor.person_ids or (0,)), Person.company == actor.company_id)
    if person is None:
        raise Invalid(
            "没有上传", cause="您在这个单位还没有人员档案", advice="请先切换到您所在的单位，或者申请加入"
        )
    _check_days(values)
    usage_limits.spend(SENDS, actor.account_id)
    made = CertificateUpload(**values, company=person.company_id, person=person.id)
    made.save(force_insert=True)
    announce(SENT, made)
    return made


def correct(actor: Actor, upload: CertificateUpload, values: Values) -> CertificateUpload:
    """Its holder writes it down otherwise, as long as nobody has accepted it; one that was sent back waits again.

    Raises Forbidden for somebody else's, however far the right reaches: who compares has not written it.
    """
    actor.require(SEND_UPLOADS, upload)
    if upload.person_id not in actor.person_ids:
        raise Forbidden(
            "不能更正别人上传的证照",
            cause="上传的内容只有持证人本人能改",
            advice="内容不对的请退回，写明原因",
        )
    _check_days({name: values.get(name, upload.__data__.get(name)) for name in ("issued_on", "valid_until")})
    if upload.state != REFUSED:
        return upload.change(**values) if values else upload
    moved = upload.move("send_again", actor, **values, reason=None, decided_by=None, decided_at=None)
    announce(SENT, moved)
    return moved


def accept(actor: Actor, upload: CertificateUpload) -> CertificateUpload:
    """Somebody else has compared it: from now on it is a certificate, or renews the one of that number.

    Raises Conflict for one's own, Invalid for what the rules of certificates do not take.
    """
    _not_own(actor, upload)
    kind = CertificateType.get_by_id(upload.type_id)
    values = {name: upload.__data__.get(name) for name in _KEPT if upload.__data__.get(name) is not None}
    code = kind.held_as
    there = Certificate.get_or_none(
        Certificate.person == upload.person_id, Certificate.number == upload.number, Certificate.code == code
    )
    if there is None:
        whole = {**values, "person": upload.person_id, "code": code, "as_is": True}
        made = add_certificate(actor, whole, source="uploaded")
    else:
        made = edit_certificate(actor, there, {**values, "as_is": True})
    moved = upload.move("accept", actor, certificate=made.id, **_decided(actor))
    announce(DECIDED, moved)
    return moved


def refuse(actor: Actor, upload: CertificateUpload, reason: str) -> CertificateUpload:
    """Send it back to its holder, with what is wrong."""
    _not_own(actor, upload)
    moved = upload.move("refuse", actor, reason=reason, **_decided(actor))
    announce(DECIDED, moved)
    return moved


def _decided(actor: Actor) -> Values:
    return {"decided_by": actor.name[:60], "decided_at": clock.now()}


def _not_own(actor: Actor, upload: CertificateUpload) -> None:
    actor.require(DECIDE_UPLOADS, upload)
    if upload.person_id in actor.person_ids:
        raise Conflict(
            "不能核对自己的证照",
            code="own_certificate",
            cause="证照要由另一个人对照原件核对",
            advice="请别的安全管理员核对",
        )


def _check_days(values: Values) -> None:
    issued, until = values.get("issued_on"), values["valid_until"]
    if issued is not None and issued > clock.today():
        raise Invalid(fields={"issued_on": "发证日期不能晚于今天"})
    if until < clock.today():
        raise Invalid(fields={"valid_until": "这本证书已经过期，请上传换领后的新证"})


__all__ = ["DECIDED", "SENT", "accept", "correct", "refuse", "send"]
