"""How certificates that were sent in are listed, sent and compared (K03)."""

from __future__ import annotations

from typing import Any

from models.core.fields import Text
from models.core.ledger import Action, Column, Filter, HomeNumber, Ledger, PhoneFace, Rules, Section
from models.core.ledger.reading.references import attach
from models.core.security.actor import Actor
from models.training.uploads import rules
from models.training.uploads.records import (
    ACCEPTED,
    DECIDE_UPLOADS,
    READ_UPLOADS,
    REFUSED,
    SEND_UPLOADS,
    WAITING,
    CertificateUpload,
)


def _label(row: Any) -> str:
    attach(CertificateUpload, [row], ["type"])
    return f"{row.type.title} {row.number}"


def _refuse(actor: Actor, rows: list[Any], values: dict[str, Any]) -> list[Any]:
    return [rules.refuse(actor, row, values["reason"]) for row in rows]


UPLOADS = Ledger(
    name="certificate-uploads",
    record=CertificateUpload,
    title="证照上传",
    group="教育培训",
    place=3,
    system="K03",
    noun="本人证照",
    measure="张",
    edit_title="更正",
    empty="没有人上传证照。作业人员在手机“我的证照”里拍照上传，在这里对照照片核对。",
    columns=(
        Column("person", 110, fixed=True),
        Column("type", 220),
        Column("number", 190),
        Column("valid_until", 120),
        Column("state", 100),
        Column("reason", 200),
        Column("limits", 160, shown=False),
        Column("issued_on", 120, shown=False),
        Column("issuer", 180, shown=False),
        Column("decided_by", 110),
        Column("decided_at", 170, shown=False),
        Column("created_at", 170),
        Column("company", 180),
    ),
    filters=(
        Filter("state", "choice"),
        Filter("person", "reference"),
        Filter("type", "reference"),
        Filter("certificate", "reference"),
        Filter("company", "reference"),
    ),
    search=("number", "person"),
    search_title="姓名、证书编号",
    form=(Section("证书", ("type", "number", "valid_until", "issued_on", "limits", "issuer")),),
    label=_label,
    tone=lambda row, values: "warn" if row.state == WAITING else "plain",
    home=(HomeNumber("waiting", "上传的证照待核对", {"state": [WAITING]}, "waiting", "warn", DECIDE_UPLOADS),),
    rights={"read": READ_UPLOADS, "create": SEND_UPLOADS, "edit": SEND_UPLOADS},
    rules=Rules(rules.send, rules.correct, when={"state": (WAITING, REFUSED)}),
    actions=(
        Action(
            "accept", "核对无误", DECIDE_UPLOADS,
            lambda actor, rows, values: [rules.accept(actor, row) for row in rows],
            tone="primary", confirm="已对照照片或原件核对？核对后登记到“证照”，可以用来上岗。", when={"state": (WAITING,)},
        ),
        Action(
            "refuse", "退回", DECIDE_UPLOADS, _refuse, tone="danger",
            fields=(("reason", Text("原因", max=200, required=True)),), when={"state": (WAITING,)},
        ),
    ),
    attachments=True,
    closed={"state": (ACCEPTED,)},
    phone=PhoneFace(second=("type", "valid_until", "reason"), badge="state", title="number", actions=("accept", "refuse")),
    related=("person", "certificate"),
)  # fmt: skip
