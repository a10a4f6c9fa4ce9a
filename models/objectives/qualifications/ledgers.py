"""How the company's own certificates are listed (A11)."""

from __future__ import annotations

from models.core.fields import Choice, DayList
from models.core.ledger import Column, Expiry, Filter, ImportPlan, Ledger, PhoneFace, Rules, Section
from models.core.ledger.changes.default_rules import plain_create, plain_delete, plain_edit
from models.core.settings import CompanySetting, SampleValue
from models.objectives.qualifications.records import (
    DELETE_QUALIFICATIONS,
    EDIT_QUALIFICATIONS,
    EXPORT_QUALIFICATIONS,
    IMPORT_QUALIFICATIONS,
    READ_QUALIFICATIONS,
    Qualification,
)

REMIND_DAYS: CompanySetting[tuple[int, ...]] = CompanySetting(
    "qualification-days",
    "到期提醒",
    DayList(
        "安全资质到期前", max=730, help="到期前多少天变黄并提醒，可以几次：90、30 天；过期当天再提醒一次"
    ),
    default=(90, 30),
    sample=SampleValue((120, 60, 30, 0), "自编样例"),
)
QUALIFICATIONS = Ledger(
    name="qualifications",
    record=Qualification,
    told_apart_by=("number",),
    title="安全资质",
    group="目标职责",
    system="A11",
    noun="安全资质",
    measure="项",
    empty="还没有登记。把安全生产标准化证书、体系认证、许可证登进来，快到期会提醒。",
    columns=(
        Column("name", 220, fixed=True),
        Column("kind", 160),
        Column("level", 90),
        Column("number", 180),
        Column("valid_until", 120),
        Column("keeper", 110),
        Column("issuer", 180),
        Column("company", 180),
    ),
    filters=(
        Filter("kind", "choice"),
        Filter("valid_until", "date_range"),
        Filter("keeper", "reference"),
        Filter("company", "reference"),
    ),
    search=("name", "number", "issuer"),
    form=(
        Section("证书", ("company", "kind", "name", "level", "number", "state")),
        Section("有效期", ("valid_until", "issued_on", "issuer", "keeper", "note")),
    ),
    sort="valid_until",
    sorts=("valid_until", "id"),
    expires=Expiry(
        "valid_until",
        days=REMIND_DAYS,
        right=EDIT_QUALIFICATIONS,
        when={"state": ("current",)},
        otherwise=Choice("replaced", "已换新证"),
        person="keeper",
    ),
    rights={
        "read": READ_QUALIFICATIONS,
        "create": EDIT_QUALIFICATIONS,
        "edit": EDIT_QUALIFICATIONS,
        "delete": DELETE_QUALIFICATIONS,
        "import": IMPORT_QUALIFICATIONS,
        "export": EXPORT_QUALIFICATIONS,
    },
    rules=Rules(plain_create(Qualification), plain_edit(Qualification), plain_delete(Qualification)),
    importing=ImportPlan(
        columns=("kind", "name", "level", "number", "valid_until", "issued_on", "issuer", "keeper"),
        file_name="安全资质导入.xlsx",
        samples={"kind": "安全生产标准化达标", "name": "安全生产标准化二级企业", "valid_until": "2028-06-30"},
    ),
    attachments=True,
    phone=PhoneFace(second=("kind", "number", "valid_until"), badge="expiry"),
)
