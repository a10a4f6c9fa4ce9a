"""What becomes of a hazard at each outcome of its flow, beside the change of its state (E07, E09)."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from models.core import clock, history
from models.core.errors import Conflict, Invalid
from models.core.events.outbox import announce
from models.core.fields import Integer
from models.core.security.actor import Actor
from models.core.settings import CompanySetting
from models.grid.owners.owners import owner_of
from models.hazards.records import (
    EDIT_HAZARDS,
    MAJOR,
    REPORTED,
    Hazard,
    HazardSource,
    MajorCriterion,
    criterion_in_words,
)
from models.hazards.treatment import extensions
from models.tasks.people.separation_of_duties import with_other_files
from models.tasks.subjects import Context, Values

LONGEST = CompanySetting(
    "hazard-longest-days",
    "隐患",
    Integer("整改期限最长", min=1, max=3660, unit="天", help="安排整改时，期限最远到几天后"),
    default=3 * 366,
)
_SITE_LEVEL, _COMPANY_LEVEL = 3, 2


def confirmed(actor: Actor, hazard: Hazard, values: Values, context: Context) -> None:
    """It is a hazard: whoever counts points hears of it."""
    wrong = _criterion_fault(hazard, values)
    if wrong:
        raise Invalid(fields={"criterion": wrong})
    _keep_criterion(actor, hazard)
    _write(actor, hazard, judged_by=context.doer_id)
    announce(
        "hazard.confirmed", hazard, ledger="hazards", level=hazard.level, person=hazard.reporter_id,
        origin=hazard.origin, own=_judged_own(actor, hazard, context),
    )  # fmt: skip


def _judged_own(actor: Actor, hazard: Hazard, context: Context) -> bool:
    """Whether the reporter judged it, by whichever of their files: that earns nothing."""
    reporter = with_other_files([hazard.reporter_id] if hazard.reporter_id else [])
    return context.doer_id in reporter or (
        actor.account_id is not None and actor.account_id == hazard.reporter_account_id
    )


def _criterion_fault(hazard: Hazard, values: Values) -> str:
    """What is wrong with the criterion: it was chosen for one that is no major hazard, or is lacking for one that is."""
    if hazard.level != MAJOR:
        chosen = values.get("criterion") is not None
        return "选了重大隐患判定标准，等级就是重大隐患，请核对" if chosen else ""
    if hazard.criterion_id is None and criteria_there():
        return "重大隐患请选判定标准；不合任何一条，就不是重大隐患"
    return ""


def _keep_criterion(actor: Actor, hazard: Hazard) -> None:
    """Keep the words of the criterion as they are now, whatever becomes of it; none with a hazard that is not major."""
    criterion: MajorCriterion | None = None
    if hazard.level == MAJOR and hazard.criterion_id is not None:
        criterion = MajorCriterion.get_by_id(hazard.criterion_id)
    said = None if criterion is None else criterion_in_words(criterion)[: Hazard.criterion_said.max]
    if criterion is None and hazard.criterion_id is not None:
        _write(actor, hazard, criterion=None, criterion_said=None)
    elif said != hazard.criterion_said:
        hazard.change(criterion_said=said)


def found_source(actor: Actor, hazard: Hazard, values: Values, context: Context) -> None:
    """It is a hazard source, and so a hazard too: both point at each other (E02, E07)."""
    name = values.get("source_name") or hazard.what or f"随手拍 {hazard.number}"
    source = HazardSource.create(
        company=hazard.company_id, site=hazard.site_id, grid=hazard.grid_id, name=name[:100],
        description=hazard.what, risk=values.get("source_risk"),
    )  # fmt: skip
    history.note(actor, source, "created", history.differences(HazardSource, {}, {"name": source.name}))
    _write(actor, hazard, source=source.id)
    confirmed(actor, hazard, values, context)


def rejected(actor: Actor, hazard: Hazard, values: Values, context: Context) -> None:
    """It is none."""
    announce("hazard.rejected", hazard, ledger="hazards")


def repeated(actor: Actor, hazard: Hazard, values: Values, context: Context) -> None:
    """Somebody reported it before: this one points there. Raises Invalid at `duplicate_of`."""
    same = Hazard.get_by_id(values["duplicate_of"])
    if same.id == hazard.id or same.duplicate_of_id == hazard.id:
        raise Invalid(fields={"duplicate_of": "不能选它自己，请选先上报的那一条"})
    _write(actor, hazard, duplicate_of_id=same.duplicate_of_id or same.id)
    announce("hazard.rejected", hazard, ledger="hazards", duplicate_of=same.id)


def planned(actor: Actor, hazard: Hazard, values: Values, context: Context) -> None:
    """Who puts it right by when. Nobody reviews their own work, and a major one says by which criterion it is that.

    Raises Invalid at `due_at`, `reviewer`, `criterion`.
    """
    wrong: dict[str, str] = {}
    lacking = _criterion_fault(hazard, values)
    if lacking:
        wrong["criterion"] = lacking
    due: datetime | None = hazard.due_at
    now = clock.now()
    if due is None or due <= now:
        wrong["due_at"] = "整改期限要晚于现在"
    elif due > now + timedelta(days=LONGEST.of(hazard.company_id)):
        wrong["due_at"] = f"整改期限太远，最多 {LONGEST.of(hazard.company_id)} 天，请核对日期"
    if _reviews_itself(hazard, context.doer_id):
        wrong["reviewer"] = "整改人不能复核自己的整改，请选另一个复核人"
    if wrong:
        raise Invalid(fields=wrong)
    _keep_criterion(actor, hazard)
    announce("ledger.changed", hazard, ledger="hazards")


def criteria_there() -> bool:
    """Whether there are criteria to choose from."""
    return bool(MajorCriterion.select().where(MajorCriterion.enabled == True).exists())  # noqa: E712


def _reviews_itself(hazard: Hazard, planner_id: int | None) -> bool:
    """Whether the rectifier would review: who is named, else who is responsible, without a place who plans."""
    if hazard.reviewer_id is not None or hazard.grid_id is None:
        return bool((hazard.reviewer_id or planner_id) == hazard.rectifier_id)
    level = _COMPANY_LEVEL if hazard.level == MAJOR else _SITE_LEVEL
    owner = owner_of(hazard.grid_id, level)
    return owner is not None and owner.id == hazard.rectifier_id


def rectified(actor: Actor, hazard: Hazard, values: Values, context: Context) -> None:
    """It was put right, and waits for the review; a request for more time has no more use."""
    _write(actor, hazard, rectified_at=clock.now(), rectified_by=context.doer_id)
    extensions.drop(actor, hazard, "已提交整改")
    announce("ledger.changed", hazard, ledger="hazards")


def closed(actor: Actor, hazard: Hazard, values: Values, context: Context) -> None:
    """The loop is closed: whoever counts points hears who really did it, and whether in time."""
    _write(actor, hazard, closed_at=clock.now(), reviewed_by=context.doer_id)
    did_it = hazard.rectified_by_id or hazard.rectifier_id
    in_time = hazard.due_at is None or hazard.rectified_at is None or hazard.rectified_at <= hazard.due_at
    announce(
        "hazard.closed", hazard, ledger="hazards", level=hazard.level, person=did_it, in_time=in_time,
        own=context.doer_id in with_other_files([did_it] if did_it else []),
    )  # fmt: skip


def withdrawn(actor: Actor, hazard: Hazard, values: Values, context: Context) -> None:
    """Taken back: by the reporter until somebody has judged it, afterwards by who looks after hazards alone."""
    if hazard.state != REPORTED and not actor.may(EDIT_HAZARDS, hazard):
        raise Conflict(
            "已经确认为隐患，不能撤回",
            code="already_confirmed",
            cause=f"它现在是“{Hazard.state.title_of(hazard.state)}”",
            advice="确实不是隐患的，请联系安全管理员",
        )
    hazard.move("withdraw", actor)
    history.note(actor, hazard, "withdraw")
    extensions.drop(actor, hazard, "隐患已撤回")
    announce("hazard.withdrawn", hazard, ledger="hazards")


def _write(actor: Actor, hazard: Hazard, **values: Any) -> None:
    old = {name: hazard.__data__.get(name) for name in values}
    hazard.change(**values)
    told = {name: value for name, value in values.items() if hasattr(Hazard._meta.fields[name], "title")}
    lines = history.differences(Hazard, old, told)
    if lines:
        history.note(actor, hazard, "edited", lines)
