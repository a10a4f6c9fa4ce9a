"""The columns of rows in editions, their states, and who has read which edition (B02, B03)."""

from __future__ import annotations

from typing import Any, ClassVar

from peewee import BigIntegerField, CharField

from models.core import clock
from models.core.fields import Choice, Integer, LongText, Moment, Pick
from models.core.ledger.reading.rows import may_write
from models.core.records import Base, Record, Transition, Transitions
from models.core.security.actor import Actor
from models.tasks.access import has_part, is_starter
from models.tasks.records import Case
from models.tasks.rights import ACT_TASKS, READ_ALL_CASES

DRAFT, ASKED, REFUSED, APPROVED = "draft", "asked", "refused", "approved"
IN_FORCE, REPLACED, WITHDRAWN, DROPPED = "in_force", "replaced", "withdrawn", "dropped"
#: In these an edition is its maker's: it may be changed, sent off, and given up.
EDITABLE = (DRAFT, REFUSED)
#: An edition that is to come: beside the one in force there is never more than one of these.
OPEN = (*EDITABLE, ASKED, APPROVED)
#: What whoever may read the ledger sees.
PUBLIC = (APPROVED, IN_FORCE, REPLACED, WITHDRAWN)
#: What a list leaves out unless it is asked for.
PAST = (REPLACED, WITHDRAWN, DROPPED)
#: What was decided by stays, and what is added stands beside it.
CLOSED = (ASKED, APPROVED, IN_FORCE, *PAST)


class PublishedRecord(Record):
    """A row that takes effect after approval. Each edition is a row of its own; a table inherits these columns.

    `series` is the first edition's id (empty for that one itself), `replaces` the edition beside which this one was begun:
    it is unique, so that two people can't revise the same one at once, and empty again once a revision is given up.
    """

    #: The kind of its approvals, and the right of who writes drafts.
    published_as: ClassVar[str] = ""
    edit_right: ClassVar[str] = ""

    standing = Pick(
        "状态",
        [
            Choice(DRAFT, "草稿"), Choice(ASKED, "审批中", "warn"), Choice(REFUSED, "未通过", "bad"),
            Choice(APPROVED, "待实施", "warn"), Choice(IN_FORCE, "现行有效", "good"), Choice(REPLACED, "已被新版替代"),
            Choice(WITHDRAWN, "已废止"), Choice(DROPPED, "已放弃"),
        ],
        required=True, readonly=True, default=DRAFT,
    )  # fmt: skip
    edition = Integer("版次", min=1, required=True, readonly=True, default=1)
    series = BigIntegerField(null=True, index=True)
    replaces = BigIntegerField(null=True, unique=True)
    why = LongText("修订原因", max=500, readonly=True)
    in_force_at = Moment("生效时间", readonly=True)
    ended_at = Moment("失效时间", readonly=True)
    end_reason = LongText("废止原因", max=500, readonly=True)

    @property
    def series_id(self) -> int:
        """What all editions of the same thing have in common."""
        return int(self.series or self.id)

    def visible_to(self, actor: Actor) -> bool:
        """Drafts are for who may write them, and for who has or had a part in their approval."""
        if self.standing in PUBLIC or may_write(actor, self.edit_right, self):
            return True
        cases = Case.select().where(Case.kind == self.published_as, Case.subject_id == self.id)
        return any(
            is_starter(actor, case) or actor.may(READ_ALL_CASES, case) or has_part(actor, case)
            for case in cases
        )


def publication_moves(edit: str, withdraw: str, direct: str = "") -> Transitions:
    """How editions move, by the rights of a ledger: to write, to withdraw, to put in force without an approval."""
    entered = [Transition("enter", "直接生效", EDITABLE, IN_FORCE, direct)] if direct else []
    return Transitions(
        "standing",
        [
            *entered,
            Transition("submit", "提交审批", EDITABLE, ASKED, edit),
            Transition("approve", "批准", (ASKED,), APPROVED, ACT_TASKS),
            Transition("refuse", "不批准", (ASKED,), REFUSED, ACT_TASKS),
            Transition("take_back", "撤回审批", (ASKED,), DRAFT, ACT_TASKS),
            Transition("enforce", "生效", (APPROVED,), IN_FORCE, ACT_TASKS),
            Transition("replace", "被新版替代", (IN_FORCE,), REPLACED, ACT_TASKS),
            Transition("withdraw", "废止", (APPROVED, IN_FORCE), WITHDRAWN, withdraw),
            Transition("drop", "放弃", EDITABLE, DROPPED, edit),
        ],
    )


class EditionRead(Base):
    """Somebody has read an edition, and said so: once for each."""

    company_id = BigIntegerField()
    ledger = CharField(max_length=40)
    row_id = BigIntegerField()
    person_id = BigIntegerField()
    door = CharField(max_length=16)
    read_at: Any = Moment("阅读时间", required=True, default=clock.now)

    class Meta:
        table_name = "edition_read"
        indexes = ((("ledger", "row_id", "person_id"), True), (("person_id", "ledger"), False))


__all__ = [
    "APPROVED", "ASKED", "CLOSED", "DRAFT", "DROPPED", "EDITABLE", "IN_FORCE", "OPEN", "PAST", "PUBLIC", "REFUSED",
    "REPLACED", "WITHDRAWN", "EditionRead", "PublishedRecord", "publication_moves",
]  # fmt: skip
