"""More time to put a hazard right: asked for by the rectifier, decided by who is responsible (延期申请, X06)."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from peewee import IntegrityError

from models.core import clock, history
from models.core.db.connection import database
from models.core.errors import Conflict, Forbidden, Invalid, Malformed
from models.core.events.outbox import announce
from models.core.fields import Integer
from models.core.security.actor import Actor
from models.core.settings import CompanySetting
from models.core.text.date_words import when
from models.hazards.access import find_hazard
from models.hazards.records import EDIT_HAZARDS, RECTIFYING, Extension, Hazard
from models.organization.belonging import own_file
from models.tasks.rights import ACT_TASKS

RECTIFY = "rectify"
_LAST_HOUR = timedelta(hours=1)
LONGEST = CompanySetting(
    "hazard-extension-days",
    "隐患",
    Integer("延期最长", min=1, max=1095, unit="天", help="一次延期，从今天起最多延到几天后"),
    default=366,
)


def ask(actor: Actor, hazard_id: int, due_at: Any, reason: Any) -> Extension:
    """Ask for more time (X06): until when, and why. For who rectifies, or may edit hazards.

    One at a time; not in the last hour, in which nobody could decide it any more, but again once the deadline is over.
    Raises Invalid at `due_at` and `reason`, Conflict `not_rectifying`, `already_asked`, `too_late`, Forbidden, NotFound.
    """
    from models.tasks.engine.start import start

    actor.require(ACT_TASKS)
    hazard = find_hazard(actor, hazard_id)
    if not may_ask(actor, hazard):
        raise Forbidden(
            "不能申请延期",
            code="not_the_rectifier",
            cause="只有整改人能申请延期",
            advice="请整改人在任务里申请",
        )
    values = _cleaned(hazard, due_at, reason)
    _check_time(hazard)
    person = own_file(actor, hazard.company_id)
    try:
        with database.atomic():
            extension = Extension.create(
                company=hazard.company_id, hazard=hazard.id, grid=hazard.grid_id, level=hazard.level,
                asker=person and person.id, due_at_before=hazard.due_at, asked_key=str(hazard.id), **values,
            )  # fmt: skip
    except IntegrityError:
        raise Conflict(
            "已经申请过延期，还在审批",
            code="already_asked",
            cause="同一条隐患一次只能有一个延期申请",
            advice="请等审批结果，或者先撤回原来的申请",
        ) from None
    history.note(actor, hazard, "asked_extension", _lines(hazard.due_at, values["due_at"], values["reason"]))
    start(actor, "extension", extension)
    announce("ledger.changed", hazard, ledger="hazards")
    return extension


def of_hazard(hazard_id: int) -> list[int]:
    """The requests for more time for a hazard."""
    return [row.id for row in Extension.select(Extension.id).where(Extension.hazard == hazard_id)]


def may_ask(actor: Actor, hazard: Hazard) -> bool:
    """Whether the actor rectifies it (or holds the task), or looks after hazards."""
    from models.tasks.records import OPEN, Task

    if hazard.rectifier_id in actor.person_ids or actor.may(EDIT_HAZARDS, hazard):
        return True
    held = Task.select().where(
        Task.subject_kind == "hazard", Task.subject_id == hazard.id, Task.state == OPEN,
        Task.person.in_(actor.person_ids or (0,)),
    )  # fmt: skip
    return hazard.state == RECTIFYING and bool(held.exists())


def _cleaned(hazard: Hazard, due_at: Any, reason: Any) -> dict[str, Any]:
    wrong: dict[str, str] = {}
    values: dict[str, Any] = {}
    for name, sent in (("due_at", due_at), ("reason", reason)):
        field: Any = Extension._meta.fields[name]
        try:
            values[name] = None if sent in (None, "") else field.read(sent)
        except Malformed as error:
            wrong[name] = error.message
            continue
        if values[name] is None:
            wrong[name] = f"请填写{field.title}"
    until = values.get("due_at")
    if until is not None and "due_at" not in wrong:
        sentence = _wrong_time(hazard, until)
        if sentence:
            wrong["due_at"] = sentence
    if wrong:
        raise Invalid(fields=wrong)
    return values


def _wrong_time(hazard: Hazard, until: datetime) -> str:
    now = clock.now()
    if until <= now:
        return "要延到现在以后"
    if hazard.due_at is not None and until <= hazard.due_at:
        return f"要晚于现在的期限（{when(hazard.due_at)}）"
    most = LONGEST.of(hazard.company_id)
    return f"最多延期 {most} 天" if until > now + timedelta(days=most) else ""


def _check_time(hazard: Hazard) -> None:
    if hazard.state != RECTIFYING or hazard.due_at is None:
        raise Conflict(
            "现在不能申请延期",
            code="not_rectifying",
            cause=f"这条隐患现在是“{Hazard.state.title_of(hazard.state)}”",
            advice="只有整改中的隐患能申请延期",
        )
    left = hazard.due_at - clock.now()
    if timedelta(0) < left < _LAST_HOUR:
        raise Conflict(
            "离期限不到 1 小时，来不及审批",
            code="too_late",
            cause=f"期限是 {when(hazard.due_at)}",
            advice="请先整改；过了期限可以补申请",
        )


def _lines(
    before: datetime | None, after: datetime | None, reason: str | None = None
) -> list[dict[str, Any]]:
    lines = history.differences(Hazard, {"due_at": before}, {"due_at": after})
    if reason:
        lines.append({"field": "reason", "title": "原因", "old": None, "new": reason})
    return lines


def grant(actor: Actor, extension: Extension) -> None:
    """What a granted request does: the hazard's deadline moves, and with it that of the step that rectifies it."""
    _free(extension)
    hazard = Hazard.get_by_id(extension.hazard_id)
    before = hazard.due_at
    hazard.change(due_at=extension.due_at, extensions=hazard.extensions + 1)
    history.note(actor, hazard, "extended", _lines(before, extension.due_at))
    _move_step(actor, hazard)
    announce("ledger.changed", hazard, ledger="hazards")


def _move_step(actor: Actor, hazard: Hazard) -> None:
    """The step's deadline, its reminders and its tasks follow; one that is over too, as it may be returned to."""
    from models.tasks.engine.case_transaction import CaseTransaction
    from models.tasks.engine.open_steps import rank_of
    from models.tasks.engine.start import running_case
    from models.tasks.records import OPEN, Task
    from models.tasks.timing.schedule import next_after

    case = running_case("hazard", hazard.id)
    if case is None:
        return
    turn = CaseTransaction.on(actor, case.id)
    step = turn.last(RECTIFY)
    if step is None:
        return
    values: dict[str, Any] = {"due_at": hazard.due_at}
    if step.state == OPEN:
        values["next_nudge_at"] = next_after(turn.plan(step), hazard.due_at, clock.now(), hazard.company_id)
    turn.touch(step, **values)
    Task.update(due_at=hazard.due_at, rank_at=rank_of(hazard.due_at), version=Task.version + 1).where(
        Task.step == step.id
    ).execute()
    turn.note("extended", "期限已延", step=step, until=f"{clock.local(hazard.due_at):%Y-%m-%d %H:%M}")
    turn.tell("step.decided", step, outcome="期限已延")
    turn.finish()


def refused(extension: Extension) -> None:
    """A request that was refused or taken back makes room for another."""
    _free(extension)


def _free(extension: Extension) -> None:
    extension.change(asked_key=None)


def drop(actor: Actor, hazard: Hazard, why: str) -> None:
    """Call off a request for a hazard that needs no more time."""
    from models.tasks.engine.withdraw import call_off

    asked = Extension.get_or_none(Extension.asked_key == str(hazard.id))
    if asked is not None:
        asked.move("withdraw", actor, asked_key=None)
        call_off(actor, "extension", asked.id, why)
