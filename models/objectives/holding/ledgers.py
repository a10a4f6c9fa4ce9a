"""How people against required certificates are listed and exported (C02): 正常, 快到期, 过期, 缺失."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from models.core.fields import Choice
from models.core.ledger import Column, Derived, Expiry, Filter, Ledger, PhoneFace
from models.core.ledger.reading.references import attach
from models.core.security.actor import Actor
from models.objectives.holding.records import HELD, MISSING, RequiredCertificate
from models.training.certificates.validity import REMIND_DAYS, warn_days
from models.training.records import EDIT_CERTIFICATES, EXPORT_CERTIFICATES, READ_CERTIFICATES

STANDING = Expiry(
    "ends_on",
    days=REMIND_DAYS,
    right=EDIT_CERTIFICATES,
    name="standing",
    title="状态",
    words=("正常", "快到期", "过期"),
    when={"held": (HELD,)},
    otherwise=Choice(MISSING, "缺失", "bad"),
    tells=(MISSING,),  # what a certificate's own end is, its ledger tells
    person="person",
    by="code",
    first=warn_days,
    noun="应持证照",
)


def _until(actor: Actor, rows: Sequence[RequiredCertificate]) -> dict[int, Any]:
    return {row.id: row.ends_on.isoformat() if row.held == HELD else None for row in rows}


def _label(row: Any) -> str:
    attach(RequiredCertificate, [row], ["person", "type"])
    return f"{row.person.name} {row.type.title}"


REQUIRED_CERTIFICATES = Ledger(
    name="required-certificates",
    record=RequiredCertificate,
    title="人员持证",
    group="教育培训",
    place=2,
    system="C02",
    noun="应持证照",
    measure="项",
    empty="还没有要对照的。先在“人员岗位”里给人配置岗位，在“岗位证照要求”里写岗位要什么证。",
    columns=(
        Column("person", 110, fixed=True),
        Column("type", 240),
        Column("standing", 100),
        Column("until", 120),
        Column("days_left", 100),
        Column("posts", 200),
        Column("number", 190),
        Column("company", 180),
    ),
    filters=(
        Filter("person", "reference"),
        Filter("type", "reference"),
        Filter("ends_on", "date_range"),
        Filter("company", "reference"),
    ),
    search=("person", "posts", "number"),
    search_title="姓名、岗位、证书编号",
    sort="ends_on",
    sorts=("ends_on", "id"),
    derived=(Derived("until", "有效期至", "date", load=_until),),
    label=_label,
    rights={"read": READ_CERTIFICATES, "export": EXPORT_CERTIFICATES},
    expires=STANDING,
    phone=PhoneFace(title="person", second=("type", "posts", "until"), badge="standing", changes=False),
    related=("person", "type"),
)
