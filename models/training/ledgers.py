"""How certificates are listed, edited and imported (C02)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from models.core import clock
from models.core.actor import Actor
from models.core.ledger import Action, Column, Derived, Filter, ImportPlan, Ledger, Rules, Section
from models.training import importing, rules
from models.training.records import (
    CREATE_CERTIFICATES,
    DELETE_CERTIFICATES,
    EDIT_CERTIFICATES,
    EXPORT_CERTIFICATES,
    IMPORT_CERTIFICATES,
    READ_CERTIFICATES,
    Certificate,
)
from models.training.states import STANDINGS, standing, stands

Loaded = dict[int, Any]


def _standings(actor: Actor, records: Sequence[Certificate]) -> Loaded:
    day = clock.today()
    return {row.id: standing(row, day) for row in records}


def _days_left(actor: Actor, records: Sequence[Certificate]) -> Loaded:
    day = clock.today()
    return {row.id: (row.valid_until - day).days for row in records}


def _tone(row: Certificate, values: Any) -> str:
    return {"expired": "bad", "revoked": "bad", "expiring": "warn"}.get(standing(row, clock.today()), "plain")


CERTIFICATES = Ledger(
    name="certificates",
    record=Certificate,
    title="证照",
    group="扫码上岗",
    system="C02",
    noun="证照",
    measure="张",
    empty="还没有证照。在“人员”里点“匹配资质”自动带出，或者点“新增”手工录入。",
    columns=(
        Column("person", 110, fixed=True),
        Column("code", 110),
        Column("number", 190),
        Column("standing", 110),
        Column("valid_until", 120),
        Column("days_left", 100),
        Column("limits", 160),
        Column("issuer", 180),
        Column("issued_on", 120, shown=False),
        Column("catalogue", 120, shown=False),
        Column("source", 140),
        Column("company", 180),
    ),
    filters=(
        Filter("standing", "choice"),
        Filter("code", "text"),
        Filter("valid_until", "date_range"),
        Filter("person", "reference"),
        Filter("company", "reference"),
        Filter("source", "choice"),
    ),
    search=("number", "code", "person"),
    search_title="姓名、证书编号、代号",
    form=(
        Section("证书", ("person", "number", "code", "limits", "catalogue")),
        Section("有效期", ("valid_until", "issued_on", "issuer")),
    ),
    sort="valid_until",
    sorts=("valid_until", "id"),
    derived=(
        Derived(
            "standing",
            "状态",
            "choice",
            load=_standings,
            where=lambda values: stands(values, clock.today()),
            choices=STANDINGS,
        ),
        Derived("days_left", "剩余天数", "integer", load=_days_left),
    ),
    label=lambda row: f"{row.code} {row.number}",
    tone=_tone,
    rights={
        "read": READ_CERTIFICATES,
        "create": CREATE_CERTIFICATES,
        "edit": EDIT_CERTIFICATES,
        "delete": DELETE_CERTIFICATES,
        "import": IMPORT_CERTIFICATES,
        "export": EXPORT_CERTIFICATES,
    },
    rules=Rules(rules.add_certificate, rules.edit_certificate, rules.delete_certificate),
    actions=(
        Action(
            "revoke",
            "注销",
            EDIT_CERTIFICATES,
            lambda actor, rows, values: [rules.revoke_certificate(actor, row) for row in rows],
            tone="danger",
            confirm="注销后，持证人不能再用这本证书扫码上岗。",
            when={"state": ("valid",)},
        ),
        Action(
            "reinstate",
            "恢复有效",
            EDIT_CERTIFICATES,
            lambda actor, rows, values: [rules.reinstate_certificate(actor, row) for row in rows],
            when={"state": ("revoked",)},
        ),
    ),
    importing=ImportPlan(
        columns=("person", "number", "code", "valid_until", "issued_on", "limits", "issuer", "catalogue"),
        file_name="证照导入.xlsx",
        key=("person", "number", "code"),
        samples={
            "person": "持证人的身份证号",
            "number": "T330102199003070019",
            "code": "N1",
            "valid_until": "2028-06-30",
            "issued_on": "2024-07-01",
            "catalogue": "2019 年目录",
        },
        notes=(
            "持证人填身份证号；本单位没有重名的，也可以填姓名。",
            "一本证书有几个项目时，每个项目写一行。",
            "已经登记过的项目会更新有效期，不会重复新增。",
        ),
        check=importing.check,
        save=importing.save,
    ),
    attachments=True,
)
