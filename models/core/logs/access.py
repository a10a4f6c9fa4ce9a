"""Who looked at personal data, took it away, or tried what they may not (J05, X11; 个人信息保护法 第五十一条).

A rule that shows what is not for everybody calls `note_read`. What one person reads again within ten minutes is one
line, as a page loads itself anew. Refusals are counted in the process and written once a minute, so that somebody who
tries a thousand doors costs a line, not a thousand.
"""

from __future__ import annotations

import threading
from collections import Counter
from datetime import timedelta
from typing import Any

from peewee import BigIntegerField

from models.core import clock
from models.core.db.connection import in_transaction
from models.core.db.writes import insert_rows
from models.core.fields import Choice, Integer, Moment, Pick, Text
from models.core.logs.log_line import LogLine
from models.core.logs.origin import address
from models.core.records import Record
from models.core.security.actor import Actor

SEEN_FOR = timedelta(minutes=10)
DOORS = [
    Choice("console", "管理后台"),
    Choice("phone", "手机端"),
    Choice("chat", "聊天"),
    Choice("system", "系统"),
]


class Access(LogLine):
    """One look at personal data, or so many refusals: who, when, from where, what."""

    at = Moment("时间", required=True, default=clock.now)
    company_id = BigIntegerField(null=True)
    account_id = BigIntegerField(null=True)
    account_name = Text("谁", max=60, required=True)
    door = Pick("从哪里", DOORS, required=True, max_length=16)
    address = Text("网络地址", max=64)
    action = Pick(
        "做了什么",
        [
            Choice("revealed", "查看完整身份证号", "warn"),
            Choice("opened", "打开敏感记录", "warn"),
            Choice("exported", "导出", "warn"),
            Choice("downloaded", "下载文件"),
            Choice("refused", "没有权限，被拒绝", "bad"),
        ],
        required=True,
        max_length=16,
    )
    subject = Text("看的是什么", max=120)
    table = Text("表", max=40, internal=True)
    row_id = BigIntegerField(null=True)
    times = Integer("次数", required=True, default=1)

    class Meta:
        table_name = "access_log"
        indexes = ((("account_id", "id"), False), (("company_id", "id"), False), (("at",), False))


def note_read(actor: Actor, record: Record | None, what: str, *, action: str = "opened") -> None:
    """Write that the actor read `record` (None: many at once); `what` says it as people do. In the transaction.

    The house itself is not noted.
    """
    if actor.account_id is None:
        return
    table = None if record is None else record._meta.table_name
    row_id = None if record is None else record.get_id()
    company = actor.company_id if record is None else record.scope_value("company")
    if record is not None and _lately(actor, action, table, row_id, what):
        return
    Access.create(
        company_id=company, account_id=actor.account_id, account_name=actor.name[:60], door=actor.door,
        address=address(), action=action, subject=what[:120], table=table, row_id=row_id,
    )  # fmt: skip


def _lately(actor: Actor, action: str, table: str | None, row_id: int | None, what: str) -> bool:
    lines = Access.select().where(
        Access.account_id == actor.account_id, Access.at > clock.now() - SEEN_FOR, Access.action == action,
        Access.table == table, Access.row_id == row_id, Access.subject == what[:120],
    )  # fmt: skip
    return bool(lines.exists())


_refused: Counter[tuple[Any, ...]] = Counter()
_lock = threading.Lock()
_MOST = 5000  # kinds of refusals that wait; beyond that they are counted together


def count_refusal(actor: Actor, what: str) -> None:
    """Count that the actor was refused `what`; nothing is written yet."""
    if actor.account_id is None:
        return
    key = (actor.account_id, actor.name[:60], actor.company_id, actor.door, address(), what[:120])
    with _lock:
        if key not in _refused and len(_refused) >= _MOST:
            key = (*key[:5], "其他")
        _refused[key] += 1


def write_refusals() -> int:
    """Write what was counted since the last time, one line for each person and thing; gives how many lines.

    Call it outside of a transaction: what can't be written is counted on.
    """
    with _lock:
        counted = dict(_refused)
        _refused.clear()
    try:
        in_transaction(insert_rows, Access, [_line(*item) for item in counted.items()])
    except Exception:
        with _lock:
            _refused.update(counted)
        raise
    return len(counted)


def _line(key: tuple[Any, ...], times: int) -> dict[str, Any]:
    account, name, company, door, source, what = key
    return {
        "at": clock.now(), "account_id": account, "account_name": name, "company_id": company, "door": door,
        "address": source, "action": "refused", "subject": what, "table": None, "row_id": None, "times": times,
    }  # fmt: skip
