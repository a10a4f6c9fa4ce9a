"""What was done to many rows at once: the act, and what became of each row (X21)."""

from __future__ import annotations

from typing import Any

import orjson
from peewee import BigIntegerField, CharField, IntegerField, TextField

from models.core import clock
from models.core.fields import Facts, Integer, LongFacts, Moment
from models.core.records import Base
from models.core.security import crypto
from models.core.security.rights import declare
from models.core.settings import CompanySetting

UNDO_OTHERS = declare("bulk.undo", "撤销别人的批量操作", "批量操作")
UNDO_HOURS: CompanySetting[int] = CompanySetting(
    "undo-hours",
    "文件和保留",
    Integer(
        "删除和批量修改可以撤销",
        min=1,
        max=168,
        unit="小时",
        help="从做完算起；到时候不能再撤销，删除的附件也才真正清除",
    ),
    default=24,
    whole_group=True,
)
_PURPOSE = "bulk"
EDIT, DELETE, ACT = "edit", "delete", "act"
#: Of an act: its rows are being found, worked on, all had their turn, were taken back (as far as that was possible).
FINDING, WORKING, DONE, UNDOING, UNDONE = "finding", "working", "done", "undoing", "undone"
#: Of a row: still to be done, done, refused, taken back, could not be taken back.
WAITING, MADE, REFUSED, BACK, STAYS = "waiting", "done", "refused", "back", "stays"


class BulkAct(Base):
    """One act on many rows of a ledger. `question` is what it was asked, sealed; `job_id` who works on it.

    `done` and `refused` are counted when all rows had their turn; until then the rows are. `why_not` says why it can't be
    undone; empty where it can be, until `undo_until`.
    """

    account_id = BigIntegerField(null=True)
    account_name = CharField(max_length=60)
    company_id = BigIntegerField(null=True)
    ledger = CharField(max_length=40)
    kind = CharField(max_length=10)
    action = CharField(max_length=40, null=True)
    title = CharField(max_length=60)
    question = TextField()
    state = CharField(max_length=10, default=FINDING)
    total = IntegerField(default=0)
    done = IntegerField(default=0)
    refused = IntegerField(default=0)
    job_id = BigIntegerField(null=True)
    rights = Facts("权限")
    why_not = CharField(max_length=200, default="")
    created_at: Any = Moment("时间", required=True, default=clock.now)
    finished_at: Any = Moment("完成时间")
    undo_until: Any = Moment("可撤销到")
    undone_at: Any = Moment("撤销时间")
    undone_by = CharField(max_length=60, null=True)

    class Meta:
        table_name = "bulk_act"
        indexes = ((("account_id", "id"), False), (("company_id", "id"), False), (("created_at",), False))


class BulkRow(Base):
    """What became of one row of an act. `before` is what it takes to bring it back, sealed; `version` the row's since."""

    act_id = BigIntegerField()
    row_id = BigIntegerField()
    state = CharField(max_length=10, default=WAITING)
    label = CharField(max_length=120, null=True)
    code = CharField(max_length=40, null=True)
    reason = CharField(max_length=250, null=True)
    version = IntegerField(null=True)
    before = LongFacts("原来的内容")

    class Meta:
        table_name = "bulk_row"
        indexes = ((("act_id", "row_id"), True), (("act_id", "state", "id"), False))


def seal(content: Any) -> str:
    """JSON that only this installation can read: it may hold what people wrote."""
    return crypto.encrypt(orjson.dumps(content).decode(), _PURPOSE)


def unseal(text: str) -> Any:
    """What `seal` closed. Raises Undecipherable where no key fits."""
    return orjson.loads(crypto.decrypt(text, _PURPOSE))
