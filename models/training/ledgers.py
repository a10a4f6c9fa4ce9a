"""How certificates are listed, edited and imported (C02)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from models.core.fields import Choice, Flag
from models.core.ledger import Action, Column, Derived, Filter, ImportPlan, Ledger, PhoneFace, Rules, Section
from models.core.ledger.through import through
from models.core.security.actor import Actor
from models.equipment import standards
from models.training import rules
from models.training.certificate_types.names import is_operator_code, kinds_in_words, known_kinds
from models.training.certificates import importing
from models.training.certificates.doubts import all_doubts
from models.training.certificates.validity import EXPIRY
from models.training.records import (
    CREATE_CERTIFICATES,
    DELETE_CERTIFICATES,
    EDIT_CERTIFICATES,
    EXPORT_CERTIFICATES,
    IMPORT_CERTIFICATES,
    READ_CERTIFICATES,
    Certificate,
)

Loaded = dict[int, Any]


def _apply_by(actor: Actor, records: Sequence[Certificate]) -> Loaded:
    kinds = known_kinds(actor.company_id)
    days: dict[int, tuple[str, date]] = {
        row.id: (row.code, row.valid_until) for row in records if is_operator_code(row.code, kinds)
    }
    return {
        key: (until - timedelta(days=standards.certificate_rules(code).review_apply_days)).isoformat()
        for key, (code, until) in days.items()
    }


def _doubts(actor: Actor, records: Sequence[Certificate]) -> Loaded:
    projects = known_kinds(actor.company_id)
    return {row.id: "；".join(all_doubts(row, projects)) or None for row in records}


def _project(actor: Actor, records: Sequence[Certificate]) -> Loaded:
    """What it entitles to, as people say it: 叉车司机 N1; a code that no table knows stays as it is."""
    words = kinds_in_words(actor.company_id)
    return {row.id: words.get(row.code, row.code) for row in records}


def _rules(actor: Actor, records: Sequence[Certificate]) -> Loaded:
    return {row.id: standards.versions_in_words(row.rules) or None for row in records}


_IN_DOUBT = (Choice("yes", "待核对", "warn"), Choice("no", "没有疑问"))


def _in_doubt(actor: Actor, records: Sequence[Certificate]) -> Loaded:
    return {key: "yes" if told else "no" for key, told in _doubts(actor, records).items()}


CERTIFICATES = Ledger(
    name="certificates",
    record=Certificate,
    title="证照",
    group="扫码上岗",
    place=1,
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
        Column("project", 160, shown=False),
        Column("limits", 160),
        Column("doubts", 220),
        Column("apply_by", 130, shown=False),
        Column("issuer", 180),
        Column("issued_on", 120, shown=False),
        Column("catalogue", 120, shown=False),
        Column("source", 140),
        Column("site", 140, shown=False),
        Column("department", 140, shown=False),
        Column("company", 180),
    ),
    filters=(
        Filter("standing", "choice"),
        Filter("code", "text"),
        Filter("valid_until", "date_range"),
        Filter("person", "reference"),
        Filter("site", "reference"),
        Filter("department", "reference"),
        Filter("company", "reference"),
        Filter("source", "choice"),
    ),
    search=("number", "code", "person"),
    search_title="姓名、证书编号、代号",
    form=(
        Section("证书", ("person", "number", "code", "limits", "catalogue")),
        Section("有效期", ("valid_until", "issued_on", "issuer", "as_is")),
    ),
    sort="valid_until",
    sorts=("valid_until", "id"),
    derived=(
        Derived("project", "作业项目", "text", load=_project),
        Derived(
            "apply_by",
            "复审申请截止",
            "date",
            load=_apply_by,
            help="有效期届满前要向发证机关申请复审，过了这天就晚了",
        ),
        Derived(
            "doubts", "待核对", "text", load=_doubts, warns=True, help="对照证书看过没有问题，就点“核对无误”"
        ),
        *through(Certificate.person, "site", "department"),
        Derived("judged_by", "按哪一版规则", "text", load=_rules, help="录入、修改或核对时用的规则"),
        Derived("in_doubt", "核对", "choice", load=_in_doubt, choices=_IN_DOUBT),
        Derived(
            "as_is",
            "已对照证书核对",
            "flag",
            load=lambda actor, records: dict.fromkeys((row.id for row in records), False),
            field=Flag("已对照证书核对"),
            help="日期或代号有疑问时才用选：证书上确实这样写，选“是”",
        ),
    ),
    label=lambda row: f"{row.code} {row.number}",
    expires=EXPIRY,
    rights={
        "read": READ_CERTIFICATES,
        "create": CREATE_CERTIFICATES,
        "edit": EDIT_CERTIFICATES,
        "delete": DELETE_CERTIFICATES,
        "import": IMPORT_CERTIFICATES,
        "export": EXPORT_CERTIFICATES,
    },
    rules=Rules(rules.add_certificate, rules.edit_certificate, rules.delete_certificate, takes={}),
    actions=(
        Action(
            "settle",
            "核对无误",
            EDIT_CERTIFICATES,
            lambda actor, rows, values: [rules.settle(actor, row) for row in rows],
            tone="primary",
            when={"in_doubt": ("yes",)},
        ),
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
        columns=(
            "person",
            "number",
            "code",
            "valid_until",
            "issued_on",
            "limits",
            "issuer",
            "catalogue",
            "as_is",
        ),
        file_name="证照导入.xlsx",
        key=("person", "number", "code"),
        aliases={
            "person": ("持证人身份证号", "身份证号", "身份证号码", "姓名"),
            "number": ("证书号", "证号"),
            "code": ("作业项目", "项目代号", "代号"),
            "valid_until": ("有效期", "有效日期", "证书有效期", "到期日期"),
            "issued_on": ("发证时间", "批准日期"),
        },
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
            "一本证书有几个项目时，每个项目写一行，或者在一格里写 N1、Q2。",
            "没有限制范围就不填；代号后面写的限制也认，如 Q2（限桥式起重机）。",
            "日期或代号有疑问的会标出来：证书上确实这样写，在“已对照证书核对”填 是。",
            "已经登记过的项目会更新有效期，不会重复新增。",
        ),
        check=importing.check,
        prepare=importing.prepare,
        remarks=importing.remarks,
        reads=("operator_code",),
    ),
    attachments=True,
    phone=PhoneFace(
        title="person", second=("project", "limits", "valid_until"), badge="standing", changes=False
    ),
    related=("person",),
)
