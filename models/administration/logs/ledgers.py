"""The logs as ledgers, for who is set to read them: sign-ins, looks at personal data, changes (J05, 三员分立).

Nobody edits or deletes a line; there is no rule for it. Exports of a log stand in the log of looks.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from models.administration.records import EXPORT_LOGS, READ_LOGS, Account, SignIn
from models.administration.sign_in.device_names import device_name
from models.core.history import Change
from models.core.ledger import Column, Derived, Filter, Ledger, all_ledgers
from models.core.ledger.changes.trail_words import act_title
from models.core.logs.access import DOORS, Access
from models.core.row_ids import parse_ids
from models.core.security.actor import Actor
from models.organization.records import Company

GROUP = "系统管理"
RIGHTS = {"read": READ_LOGS, "export": EXPORT_LOGS}
Loaded = dict[int, Any]


def _ids(values: Sequence[str]) -> list[int]:
    return parse_ids(values) or [0]


def _account(record: Any) -> Derived:
    """Who did it, as a reference, to be filtered by."""

    def load(actor: Actor, rows: Sequence[Any]) -> Loaded:
        wanted = {row.account_id for row in rows if row.account_id}
        names = dict(Account.select(Account.id, Account.name).where(Account.id.in_(wanted or {0})).tuples())
        return {
            row.id: {"id": str(row.account_id), "label": names.get(row.account_id) or row.account_name}
            for row in rows
            if row.account_id in names or getattr(row, "account_name", None)
        }

    return Derived(
        "account",
        "谁",
        "reference",
        load=load,
        where=lambda values: record.account_id.in_(_ids(values)),
        to="users",
    )


def _company(record: Any) -> Derived:
    """Whose line it is, as a reference, to be filtered by."""

    def load(actor: Actor, rows: Sequence[Any]) -> Loaded:
        wanted = {row.company_id for row in rows if row.company_id}
        names = dict(Company.select(Company.id, Company.name).where(Company.id.in_(wanted or {0})).tuples())
        return {
            row.id: {"id": str(row.company_id), "label": names[row.company_id]}
            for row in rows
            if row.company_id in names
        }

    return Derived(
        "company", "所属单位", "reference", load=load, where=lambda values: record.company_id.in_(_ids(values)),
        to="companies",
    )  # fmt: skip


def _by_table() -> dict[str, str]:
    """What a table's rows are called, by the first ledger over it."""
    titles = {
        "rule_version": "规则",
        "rule_check": "规则核对",
        "setting_change": "设置",
    }  # which have a page and no ledger
    for ledger in all_ledgers():
        titles.setdefault(ledger.record._meta.table_name, ledger.title)
    return titles


def _titles(actor: Actor, rows: Sequence[Change]) -> Loaded:
    titles = _by_table()
    return {row.id: titles.get(row.table, row.table) for row in rows}


def _of_table(values: Sequence[str]) -> Any:
    """A ledger's title, or a part of it, as the filter takes text."""
    tables = [table for table, title in _by_table().items() if any(value in title for value in values)]
    return Change.table.in_(tables or [""])


def _words(row: Change) -> str:
    """The change in one line: 手机号 138… → 139…"""
    parts = []
    for line in row.changes or []:
        old, new = line.get("old"), line.get("new")
        arrow = f"{old} → {new}" if old and new else str(new or (f"{old} → 空" if old else ""))
        parts.append(f"{line.get('title', '')} {arrow}".strip())
    return "；".join(parts)[:300]


def _each(word: Callable[[Any], Any]) -> Callable[[Actor, Sequence[Any]], Loaded]:
    return lambda actor, rows: {row.id: word(row) for row in rows}


def _door(row: Any) -> str:
    return next((choice.title for choice in DOORS if choice.value == row.door), "聊天")


SIGN_INS = Ledger(
    name="sign-ins",
    record=SignIn,
    title="登录日志",
    group=GROUP,
    system="J05",
    noun="登录记录",
    empty="还没有人登录过。每一次登录，成不成功，都会记在这里。",
    columns=(
        Column("at", 170, fixed=True),
        Column("account", 110),
        Column("login", 150),
        Column("outcome", 170),
        Column("door", 100),
        Column("address", 140),
        Column("machine", 160),
        Column("device", 240, shown=False),
        Column("company", 180),
    ),
    filters=(
        Filter("account", "reference"),
        Filter("outcome", "choice"),
        Filter("door", "choice"),
        Filter("at", "moment_range"),
        Filter("address", "text"),
        Filter("company", "reference"),
    ),
    search=("login", "address"),
    search_title="账号、网络地址",
    sort="-id",
    derived=(
        _account(SignIn),
        _company(SignIn),
        Derived(
            "machine",
            "设备",
            "text",
            load=lambda actor, rows: {row.id: device_name(row.device) for row in rows},
        ),
    ),
    label=lambda row: f"{row.login} 登录",
    tone=lambda row, values: (
        "plain"
        if row.outcome in ("ok", "second_factor_required")
        else "bad"
        if "locked" in row.outcome
        else "warn"
    ),
    rights=RIGHTS,
)

LOOKS = Ledger(
    name="access-log",
    record=Access,
    title="个人信息查看记录",
    group=GROUP,
    system="J05",
    noun="查看记录",
    empty="还没有人看过。查看完整身份证号、导出、下载文件、打开敏感记录、没有权限被拒绝，都会记在这里。",
    columns=(
        Column("at", 170, fixed=True),
        Column("account", 110),
        Column("action", 170),
        Column("subject", 260),
        Column("times", 70),
        Column("door", 100),
        Column("address", 140),
        Column("company", 180),
    ),
    filters=(
        Filter("account", "reference"),
        Filter("action", "choice"),
        Filter("door", "choice"),
        Filter("at", "moment_range"),
        Filter("address", "text"),
        Filter("company", "reference"),
    ),
    search=("account_name", "subject", "address"),
    search_title="姓名、看的是什么、网络地址",
    sort="-id",
    derived=(_account(Access), _company(Access)),
    label=lambda row: f"{row.account_name} {row.subject or ''}".strip(),
    tone=lambda row, values: "bad" if row.action == "refused" else "plain",
    rights=RIGHTS,
)

CHANGES = Ledger(
    name="changes",
    record=Change,
    title="操作日志",
    group=GROUP,
    system="J05",
    noun="操作记录",
    empty="还没有操作。每一次新增、修改、删除和审批，都会记在这里。",
    columns=(
        Column("at", 170, fixed=True),
        Column("account", 110),
        Column("what", 130),
        Column("act", 150),
        Column("words", 360),
        Column("from", 100),
        Column("address", 140),
        Column("company", 180),
    ),
    filters=(
        Filter("account", "reference"),
        Filter("what", "text"),
        Filter("at", "moment_range"),
        Filter("address", "text"),
        Filter("company", "reference"),
    ),
    search=("account_name", "address"),
    search_title="姓名、网络地址",
    sort="-id",
    derived=(
        _account(Change),
        _company(Change),
        Derived("what", "在哪里", "text", load=_titles, where=_of_table),
        Derived("act", "做了什么", "text", load=_each(lambda row: act_title(row.table, row.action))),
        Derived("words", "内容", "text", load=_each(_words)),
        Derived("from", "从哪里", "text", load=_each(_door)),
    ),
    label=lambda row: f"{row.account_name} {act_title(row.table, row.action)}",
    rights=RIGHTS,
)

LOGS = (SIGN_INS, LOOKS, CHANGES)
