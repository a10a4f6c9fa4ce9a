"""`Ledger(published=Publication(…))`: rows take effect after approval, in editions (B02, B03).

Draft → in approval → in force → being revised beside the one in force → replaced or withdrawn. The table derives from
`PublishedRecord`; docs/guides/publish-a-ledger.md goes through it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any

from models.core.fields import Choice, LongText
from models.core.ledger.changes.default_rules import plain_create, plain_delete, plain_edit
from models.core.ledger.declaration import Ledger, ledger_named
from models.core.ledger.parts import Action, Column, Derived, Filter, Rules
from models.core.security.actor import Actor
from models.core.security.rights import Scope, known
from models.organization.records import Company
from models.tasks.approval.approval import submit_button, was_sent_with
from models.tasks.publication import lifecycle, reading, shown
from models.tasks.publication.records import (
    APPROVED,
    ASKED,
    CLOSED,
    DRAFT,
    EDITABLE,
    IN_FORCE,
    OPEN,
    PAST,
    PUBLIC,
    REFUSED,
    PublishedRecord,
)
from models.tasks.publication.reminding import ACT, remind
from models.tasks.subjects import Effect, Served

_TONES = {REFUSED: "bad", ASKED: "warn", APPROVED: "warn"}
_BESIDE = (
    Choice(DRAFT, "修订中", "warn"), Choice(ASKED, "修订审批中", "warn"), Choice(REFUSED, "修订未通过", "bad"),
    Choice(APPROVED, "新版待实施", "warn"),
)  # fmt: skip
_MINE = (Choice("unread", "未读", "warn"), Choice("read", "已读", "good"))


def _nothing(actor: Actor, old: Any, new: Any) -> None:
    """What a ledger does when an edition takes effect, if it says nothing else."""


@dataclass(frozen=True)
class Publication:
    """How rows of `record`, listed in `ledger`, take effect.

    `edit` and `withdraw` are the rights to write drafts and to withdraw what is in force; who has `direct` may put drafts in
    force without an approval where they are as `direct_when` says (a law needs none). `valid_from` is a day of the record
    before which an approved edition waits. Where the flag `asked_to_read` is set, the people of the units in `concerned` (a
    `Many` of companies; all people, if it is empty) have to say that they have read it. `check` raises where a draft
    can't be sent off yet; `on_force(actor, old, new)` is called when an edition takes effect, in the same transaction.
    Where `readers(row)` gives the condition of the people whom an edition concerns (who holds the post), they are the ones
    who have to read it, whatever a flag says. `check_end` raises where one can't be withdrawn because of what hangs on it.
    """

    record: type[PublishedRecord]
    ledger: str
    edit: str
    withdraw: str
    direct: str = ""
    direct_when: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    valid_from: str = ""
    asked_to_read: str = ""
    concerned: str = ""
    readers: Callable[[Any], Any] | None = None
    check: Callable[[Any], None] = lambda row: None
    check_end: Callable[[Any], None] = lambda row: None
    on_force: Callable[[Actor, Any, Any], None] = _nothing

    def __post_init__(self) -> None:
        for right in (self.edit, self.withdraw, *filter(None, (self.direct,))):
            known(right)
        if self.record.edit_right != self.edit or not self.record.published_as:
            raise ValueError(f"{self.record.__name__} names another right, or no kind of its approvals")

    @property
    def kind(self) -> str:
        """The kind of its approvals."""
        return self.record.published_as

    @property
    def is_read(self) -> bool:
        """Whether there are people who have to read what takes effect."""
        return bool(self.asked_to_read) or self.readers is not None

    @property
    def declared(self) -> Ledger:
        """The ledger that lists its rows."""
        found = ledger_named(self.ledger)
        assert found is not None, f"there is no ledger {self.ledger}"
        return found

    def served(self, *, title: str, read: str, **more: Any) -> Served:
        """What the engine of approvals serves: the outcome that approves has the effect `put_in_force`."""

        def put_in_force(actor: Actor, row: Any, values: Any, context: Any) -> None:
            lifecycle.take_effect(self, actor, row)

        return Served(
            kind=self.kind, title=title, record=self.record, read=read, starts=(ASKED,), approved=(APPROVED, IN_FORCE),
            effects={"put_in_force": Effect("生效，旧版同时失效；实施日期还没到的，到那天生效", put_in_force, moves=("enforce",))},
            on_withdrawn=lambda actor, row, values, context: row.move("take_back", actor),
            **{"shown": partial(shown.on_cards, self), "details": partial(shown.to_decide, self),
               "title_of": partial(shown.title_of, self), "company_of": _unit_of, **more},
        )  # fmt: skip

    # What a list shows, and what others may point at.

    def listed(self, actor: Actor, filters: Mapping[str, Any]) -> Any:
        """What is public, and drafts for who may write them; the past only where the state is asked for."""
        standing: Any = self.record.standing
        seen = standing.in_(PUBLIC)
        if actor.may(self.edit):
            own = actor.narrowed(standing.is_null(False), self.record, self.edit)
            company = self.record.scope_field("company")
            if company is not None and actor.rights[self.edit] != Scope.GROUP:
                own &= company.is_null(False)
            seen |= own
        return seen if filters.get("standing") else seen & standing.not_in(PAST)

    def choosable(self) -> Any:
        """What is in force."""
        return self.record.standing == IN_FORCE

    def drafts(self) -> Any:
        """What is written and never was in force."""
        return self.record.standing.in_(EDITABLE) & self.record.replaces.is_null()

    def living(self) -> Any:
        """What is in force, or may still come to be."""
        return self.record.standing.in_((IN_FORCE, *OPEN))

    def open_edition(self, actor: Actor, row: Any, why: str) -> Any:
        """The edition that may be written: a draft itself, else the one that is begun or being written beside `row`.

        Raises Conflict for one under approval, or that is of the past.
        """
        if row.standing in EDITABLE:
            return row
        beside = lifecycle.revisions_of(self.record, [row]).get(row.get_id())
        if beside is not None and beside.standing in EDITABLE:
            return beside
        return lifecycle.revise(self, actor, row, why)

    # What the ledger gets.

    def weave_into(self, ledger: Ledger) -> None:
        """Give a ledger its columns, values, filters, rules and buttons."""
        listed = {column.field for column in ledger.columns}
        wanted = [Column("standing", 110), Column("edition", 70), Column("beside", 120)]
        wanted += [Column("my_reading", 90)] if self.is_read else []
        wanted += [Column("in_force_at", 170, shown=False)]
        columns = list(ledger.columns)
        columns[1:1] = [column for column in wanted if column.field not in listed]
        filters = ledger.filters
        if not any(item.field == "standing" for item in filters):
            filters = (Filter("standing", "choice"), *filters)
        made: dict[str, Any] = {
            "columns": tuple(columns),
            "filters": filters,
            "derived": (*ledger.derived, *self._derived()),
            "rules": self._rules(ledger.rules),
            "actions": (*self._actions(), *ledger.actions, *self._sheets(ledger)),
        }
        if ledger.attachments and not ledger.closed:
            made |= {"closed": {"standing": CLOSED}, "keeps": partial(was_sent_with, self.kind)}
        if ledger.tone is type(ledger).__dataclass_fields__["tone"].default:
            made["tone"] = lambda row, values: _TONES.get(row.standing, "plain")
        for name, value in made.items():
            object.__setattr__(ledger, name, value)

    def _derived(self) -> tuple[Derived, ...]:
        beside = Derived("beside", "修订", "choice", load=partial(_beside, self), choices=_BESIDE)
        refused = Derived("refused_because", "审批意见", "text", load=partial(shown.refusals, self))
        if not self.is_read:
            return beside, refused
        mine = Derived("my_reading", "我的阅读", "choice", load=partial(reading.mine, self), choices=_MINE)
        return beside, refused, mine

    def _rules(self, own: Rules) -> Rules:
        edit = own.edit or plain_edit(self.record)
        delete = own.delete or plain_delete(self.record)
        return replace(
            own,
            create=own.create or plain_create(self.record),
            edit=partial(lifecycle.edit_draft, self, edit),
            delete=partial(lifecycle.delete_draft, self, delete),
            when={"standing": EDITABLE, **own.when},
            takes=replace(own, delete=delete).taken_along,
        )

    def _actions(self) -> tuple[Action, ...]:
        because = LongText("修订原因", max=500, required=True, help="为什么修订、改哪里")
        direct = Action(
            "enter", "直接生效", self.direct, lambda actor, rows, values: [lifecycle.enter(self, actor, rows[0])],
            confirm="不经审批，马上生效。", when={"standing": EDITABLE, **self.direct_when},
        ) if self.direct else None  # fmt: skip
        made = (
            submit_button(self.edit, partial(lifecycle.submit, self), {"standing": EDITABLE}),
            direct,
            Action(
                "revise", "修订", self.edit,
                lambda actor, rows, values: [lifecycle.revise(self, actor, rows[0], values["why"])],
                fields=(("why", because),), when={"standing": (IN_FORCE,), "beside": ("None",)},
                why_not=partial(lifecycle.being_revised, self, "修订"),
            ),
            Action(
                "withdraw", "废止", self.withdraw,
                lambda actor, rows, values: [lifecycle.withdraw(self, actor, rows[0], values["reason"])],
                tone="danger", confirm="废止后不能再选用，记录和各版都留着。",
                fields=(("reason", LongText("废止原因", max=500, required=True)),),
                when={"standing": (IN_FORCE, APPROVED), "beside": ("None",)},
                why_not=partial(lifecycle.being_revised, self, "废止"),
            ),
            Action(
                "drop", "放弃", self.edit, lambda actor, rows, values: [lifecycle.drop(self, actor, rows[0])],
                confirm="不再修改、不再提交，内容和审批记录留着可查，现行的一版不变。填错了、不用留，请点“删除”。",
                when={"standing": EDITABLE},
            ),
        )  # fmt: skip
        return tuple(action for action in made if action is not None)

    def _sheets(self, ledger: Ledger) -> tuple[Action, ...]:
        if not self.is_read:
            return ()
        again = Action(
            ACT, "提醒未读的人", self.edit, partial(remind, self), gives="message", when={"standing": (IN_FORCE,)}, changes=False,
            confirm="只通知该读、还没有读的人；一天最多提醒一次。",
        )  # fmt: skip
        if "export" not in ledger.rights:
            return (again,)
        return (
            again,
            Action(
                "readers", "导出阅读情况", ledger.rights["export"], partial(reading.sheet, self), gives="file",
                when={"standing": (IN_FORCE,)}, changes=False,
            ),
        )  # fmt: skip


def _unit_of(row: Any) -> int | None:
    """The unit whose people decide: of what is everybody's, the group itself."""
    unit = row.scope_value("company")
    if unit is None:
        unit = Company.select(Company.id).where(Company.kind == "group").order_by(Company.id).scalar()
    return None if unit is None else int(unit)


def _beside(publication: Publication, actor: Actor, rows: Sequence[Any]) -> dict[int, Any]:
    """How the revision of each row stands, if there is one."""
    return {row_id: one.standing for row_id, one in lifecycle.revisions_of(publication.record, rows).items()}


__all__ = ["Publication"]
