"""Tasks that people give each other: seen done, and reviewed (H03). Each person's part is a subject of the engine."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from models.core import clock, history, numbering
from models.core.errors import Conflict, Invalid, Malformed, NotFound, TooMany
from models.core.events.outbox import Outbox, announce
from models.core.events.reactions import reaction
from models.core.row_ids import parse_ids
from models.core.security import usage_limits
from models.core.security.actor import Actor
from models.organization.records import Person
from models.tasks.assigned import forms
from models.tasks.assigned.assignee_part import ERRAND
from models.tasks.people.offboarding import HANDED_OVER
from models.tasks.records import Case, Errand, GivenTask
from models.tasks.rights import GIVE_TASKS
from models.tasks.subjects import Values

MAX_PERSONS = 500
PEOPLE = usage_limits.UsageLimit(
    "given_people", 3000, timedelta(hours=1), "指派得太多",
    "您 1 小时内已指派给 3000 人次", "请 {minutes} 分钟后再指派；全员都要知道的事，请发通知或用岗位的周期任务",
)  # fmt: skip
_UNDER_WAY = ("doing", "reviewing")


def give(actor: Actor, data: Mapping[str, Any]) -> GivenTask:
    """Give a task to people, each of whom has it to do (H03). In, out and raised as `give_once`."""
    return give_once(actor, data, key=None)[0]


def give_once(actor: Actor, data: Mapping[str, Any], *, key: str | None) -> tuple[GivenTask, bool]:
    """Give a task to people (H03); gives it, and whether this very call did, in the running transaction.

    `data`: `title`, `text`, `persons` (ids), `due_at`, `needs_review` (default yes), `form`, `company` (default: the
    unit worked for). The same `key` of the same account gives what is there. Raises Invalid at the fields, Forbidden.
    """
    from models.tasks.engine.case_transaction import file_in_company
    from models.tasks.engine.start import start

    actor.require(GIVE_TASKS)
    request_key = numbering.request_key(actor.account_id, key)
    there = numbering.by_request_key(GivenTask, request_key)
    if there is not None:
        return there, False
    values, persons = _clean(actor, data)
    giver = file_in_company(actor, values["company"])
    if values["needs_review"] and giver is None:
        raise Invalid(fields={"needs_review": "您在这个单位没有人员档案，不能复核；请改为不复核"})
    usage_limits.spend(PEOPLE, actor.account_id, amount=len(persons))
    values |= {"giver": giver and giver.id, "request_key": request_key}
    given, created = numbering.insert_numbered(GivenTask, values, lambda: numbering.new_number("RW"))
    if not created:
        return given, False
    history.note(actor, given, "created", history.differences(GivenTask, {}, {"title": given.title}))
    for person in persons:
        errand = Errand.create(
            company=given.company_id, given=given.id, person=person, giver=given.giver_id, due_at=given.due_at,
            needs_review=given.needs_review,
        )  # fmt: skip
        start(actor, ERRAND, errand)
    announce("given.made", given, ledger="given-tasks")
    return given, True


def _clean(actor: Actor, data: Mapping[str, Any]) -> tuple[Values, list[int]]:
    from models.tasks.people.resolve import there_of

    wrong: dict[str, str] = {}
    values: Values = {}
    company = data.get("company") or actor.company_id
    if company is None or int(company) not in actor.companies(GIVE_TASKS):
        raise Invalid(fields={"company": "请选择您能指派任务的单位"})
    values["company"] = int(company)
    for name in ("title", "text", "due_at"):
        column = GivenTask._meta.fields[name]
        try:
            values[name] = _moment_or(column, data.get(name))
        except Malformed as error:
            wrong[name] = error.message
    if not values.get("title") and "title" not in wrong:
        wrong["title"] = "请填写任务"
    due = values.get("due_at")
    if due is not None and due <= clock.now():
        wrong["due_at"] = "期限要晚于现在"
    try:
        values["form"] = forms.clean_form(data.get("form")) or None
    except Malformed as error:
        wrong["form"] = error.message
    values["needs_review"] = data.get("needs_review", True) is not False
    persons = _ids(data.get("persons"))
    here = there_of(values["company"], persons)
    if not persons or len(persons) > MAX_PERSONS:
        wrong["persons"] = f"请选择办理人，最多 {MAX_PERSONS} 人"
    elif len(here) < len(persons):
        wrong["persons"] = f"有 {len(persons) - len(here)} 个人不在本单位，或者账号已停用"
    if wrong:
        raise Invalid(fields=wrong)
    return values, persons


def _moment_or(column: Any, value: Any) -> Any:
    return value if isinstance(value, datetime) else column.clean(value) if value is not None else None


def _ids(given: Any) -> list[int]:
    return parse_ids(given) if isinstance(given, (list, tuple)) else []


def find(actor: Actor, given_id: int) -> GivenTask:
    """A task that the actor gave, or may see at the unit. Raises NotFound, Forbidden."""
    actor.require(GIVE_TASKS)
    given = GivenTask.get_or_none(GivenTask.id == (given_id))
    if given is None or not (given.giver_id in actor.person_ids or actor.may(GIVE_TASKS, given)):
        raise NotFound("没有这个任务")
    return given


def cancel(actor: Actor, given_id: int, comment: str = "") -> GivenTask:
    """Call a given task off: who has not done it need not any more, and is told (H03).

    Raises Conflict `wrong_state` for one that is over, NotFound, Forbidden.
    """
    from models.tasks.engine.withdraw import withdraw

    given = find(actor, given_id)
    if given.state != "open":
        raise _over(given)
    open_errands = list(Errand.select().where(Errand.given == given.id, Errand.state.in_(_UNDER_WAY)))
    given.change(state="cancelled")
    for case_id in sorted(_cases(open_errands).values()):
        withdraw(actor, case_id, comment)
    history.note(actor, given, "cancel")
    announce(
        "given.cancelled", given, ledger="given-tasks", by=actor.name, comment=comment[:200],
        persons=[errand.person_id for errand in open_errands],
    )  # fmt: skip
    return given


def remind(actor: Actor, given_id: int) -> int:
    """Urge everybody who has not done it; gives how many. Raises TooMany if all were urged just now, Conflict."""
    from models.tasks.engine.case_actions import urge

    given = find(actor, given_id)
    if given.state != "open":
        raise _over(given)
    doing = list(Errand.select().where(Errand.given == given.id, Errand.state == "doing"))
    urged, last = 0, None
    for case_id in sorted(_cases(doing).values()):
        try:
            urge(actor, case_id)
            urged += 1
        except (TooMany, Conflict) as error:  # urged just now, or nobody there: that holds up no other
            last = error
    if not urged and last is not None:
        raise last
    return urged


def _cases(errands: Sequence[Errand]) -> dict[int, int]:
    """The running case of each errand."""
    keys = {f"{ERRAND}:{errand.id}": errand.id for errand in errands}
    rows = Case.select(Case.running_key, Case.id).where(Case.running_key.in_(list(keys) or [""]))
    return {keys[key]: case_id for key, case_id in rows.tuples()}


def _over(given: GivenTask) -> Conflict:
    words = GivenTask.state.title_of(given.state)
    return Conflict(
        f"这个任务{words}", code="wrong_state", cause=f"“{given.title}”{words}", advice="不用再操作"
    )


@reaction("case.ended")
def _close(row: Outbox) -> None:
    """The last of the errands is done: so is the given task."""
    case = Case.get_or_none(Case.id == row.subject_id, Case.kind == ERRAND)
    errand = None if case is None else Errand.get_or_none(Errand.id == case.subject_id)
    if errand is None:
        return
    under_way = Errand.select().where(Errand.given == errand.given_id, Errand.state.in_(_UNDER_WAY))
    if not under_way.exists():
        ended = GivenTask.update(state="closed", updated_at=clock.now(), version=GivenTask.version + 1).where(
            GivenTask.id == errand.given_id, GivenTask.state == "open"
        )
        if ended.execute():
            announce("given.closed", GivenTask.get_by_id(errand.given_id), ledger="given-tasks")


@HANDED_OVER.answer
def _hand_over(actor: Actor, from_person: Person, to: Person | None) -> str:
    """A return must find who has it now: the errands of a leaver, and the reviews of what they gave, go along."""
    if to is None:
        return ""
    there = Errand.select(Errand.given).where(Errand.person == to.id)
    taken = [given for (given,) in there.tuples()]
    mine = Errand.state.in_(_UNDER_WAY) & (Errand.person == from_person.id)
    for errand in Errand.select().where(mine, Errand.given.not_in(taken or [0])):
        errand.change(person=to.id)
    for errand in Errand.select().where(Errand.state.in_(_UNDER_WAY), Errand.giver == from_person.id):
        errand.change(giver=to.id)
    GivenTask.update(giver=to.id, version=GivenTask.version + 1).where(
        GivenTask.giver == from_person.id, GivenTask.state == "open"
    ).execute()
    return ""


__all__ = ["ERRAND", "cancel", "find", "give", "give_once", "remind"]
