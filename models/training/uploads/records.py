"""The table of certificates that their holders sent in (K03). They count for nothing until somebody has compared them."""

from __future__ import annotations

from models.core.fields import Choice, Day, Link, Moment, Pick, Text
from models.core.records import Record, Transition, Transitions
from models.core.security.rights import declare
from models.organization.records import Company, Person
from models.training.certificate_types.records import CertificateType
from models.training.records import Certificate, CertificateNumber

READ_UPLOADS = declare("certificate-uploads.read", "查看上传的证照", "证照")
SEND_UPLOADS = declare("certificate-uploads.send", "上传本人证照", "证照")
DECIDE_UPLOADS = declare("certificate-uploads.decide", "核对上传的证照", "证照")

WAITING, ACCEPTED, REFUSED = "waiting", "accepted", "refused"


class CertificateUpload(Record):
    """A certificate as its holder wrote it down, with photos. Accepted, it becomes or renews a `Certificate`."""

    self_field = "person"

    company = Link("单位", Company, to="companies", only=("kind", "company"), required=True, readonly=True)
    person = Link("持证人", Person, to="persons", required=True, readonly=True)
    type = Link("证照种类", CertificateType, to="certificate-types", required=True)
    number = CertificateNumber("证书编号", max=40, required=True, help="照证书上印的写")
    valid_until = Day("有效期至", required=True, until=True)
    issued_on = Day("发证日期")
    limits = Text("限制范围", max=60, help="如 限桥式起重机；没有限制就不填")
    issuer = Text("发证机关", max=60)
    state = Pick(
        "状态",
        (
            Choice(WAITING, "待核对", "warn"),
            Choice(ACCEPTED, "已登记", "good"),
            Choice(REFUSED, "退回", "bad"),
        ),
        required=True,
        readonly=True,
        default=WAITING,
    )
    reason = Text("退回原因", max=200, readonly=True)
    decided_by = Text("核对人", max=60, readonly=True)
    decided_at = Moment("核对时间", readonly=True)
    certificate = Link("证照", Certificate, to="certificates", readonly=True, on_delete="SET NULL")

    transitions = Transitions(
        "state",
        (
            Transition("accept", "核对无误", (WAITING,), ACCEPTED, DECIDE_UPLOADS),
            Transition("refuse", "退回", (WAITING,), REFUSED, DECIDE_UPLOADS),
            Transition("send_again", "重新上传", (REFUSED,), WAITING, SEND_UPLOADS),
        ),
    )

    class Meta:
        table_name = "certificate_upload"
        indexes = ((("company", "state"), False), (("person", "state"), False))


__all__ = [
    "ACCEPTED", "DECIDE_UPLOADS", "READ_UPLOADS", "REFUSED", "SEND_UPLOADS", "WAITING", "CertificateUpload",
]  # fmt: skip
