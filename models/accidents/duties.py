"""The clocks of the law: who must report the accident to whom, by when (国务院令第493号第九至十三条)."""

from __future__ import annotations

from datetime import datetime, timedelta

from peewee import fn

from models.accidents.finding import find, invalid
from models.accidents.records import EDIT_ACCIDENTS, Accident, AccidentDuty
from models.accidents.standards import DutyStep, accident_rules
from models.core import clock, history
from models.core.actor import Actor
from models.core.errors import Malformed, NotFound
from models.core.outbox import announce

FIRST = 1
_ONWARD = 2  # the first step that authorities owe each other
_SUPPLEMENTS = 10


def start(accident: Accident) -> None:
    """Start the clocks of a new accident; they count from the report to the unit's leader."""
    _owe(accident, FIRST, accident_rules().first, accident.reported_at)
    follow_level(accident)


def follow_level(accident: Accident) -> None:
    """Owe exactly what the accident's level asks for: a higher level must reach a higher authority.

    What was done stays; what is not done yet and no longer owed goes.
    """
    rules = accident_rules()
    rank = rules.rank(accident.level or rules.thresholds[0].level)
    there = {row.sequence: row for row in of(accident.id)}
    before = there[FIRST].done_at or there[FIRST].due_at
    for sequence, (level, step) in enumerate(rules.onward, _ONWARD):
        row = there.get(sequence)
        if rules.rank(level) > rank:
            if row is not None and row.done_at is None:
                AccidentDuty.delete().where(
                    AccidentDuty.id == row.id, AccidentDuty.done_at.is_null()
                ).execute()
            continue
        if row is None:
            row = _owe(accident, sequence, step, before)
        before = row.done_at or row.due_at


def owe_supplement(accident: Accident) -> None:
    """New casualties after the first report went out must be reported anew (第十三条); before that it tells them."""
    done = AccidentDuty.select().where(
        AccidentDuty.accident == accident.id, AccidentDuty.sequence == FIRST, AccidentDuty.done_at.is_null(False)
    )  # fmt: skip
    if not done.exists():
        return
    last = (
        AccidentDuty.select(fn.MAX(AccidentDuty.sequence))
        .where(AccidentDuty.accident == accident.id)
        .scalar()
    )
    step = accident_rules().supplement
    _owe(accident, max(last, _SUPPLEMENTS) + 1, step, clock.now(), verb="补报")


def _owe(
    accident: Accident, sequence: int, step: DutyStep, since: datetime, *, verb: str = "报告"
) -> AccidentDuty:
    return AccidentDuty.create(
        company=accident.company_id,
        accident=accident.id,
        sequence=sequence,
        title=f"{step.by}{verb}",
        to_whom=step.to,
        due_at=since + timedelta(minutes=step.minutes),
    )


def of(accident_id: int) -> list[AccidentDuty]:
    """What is owed for an accident, in order."""
    query = AccidentDuty.select().where(AccidentDuty.accident == accident_id)
    return list(query.order_by(AccidentDuty.sequence))


def is_late(duty: AccidentDuty) -> bool:
    """Whether it was, or by now is, done too late."""
    return (duty.done_at or clock.now()) > duty.due_at


def do_duty(
    actor: Actor, accident_id: int | str, sequence: int | str, note: str | None = None
) -> AccidentDuty:
    """Note that a duty was done, now and by the actor (G02). A repeat gives the duty as it is.

    The clock of the next authority then runs from this moment. Raises NotFound, Forbidden, Invalid.
    """
    accident = find(actor, accident_id)
    actor.require(EDIT_ACCIDENTS, accident)
    try:
        said = None if note in (None, "") else AccidentDuty.note.clean(note)
    except Malformed as error:
        raise invalid("note", error.message) from None
    wanted = (
        int(sequence)
        if str(sequence).isascii() and str(sequence).isdecimal() and len(str(sequence)) < 5
        else 0
    )
    mine = (AccidentDuty.accident == accident.id) & (AccidentDuty.sequence == wanted)
    now = clock.now()
    written = AccidentDuty.update(
        done_at=now, done_by=actor.name[:30], note=said, updated_at=now, version=AccidentDuty.version + 1
    ).where(mine, AccidentDuty.done_at.is_null())
    count = written.execute()
    duty: AccidentDuty | None = AccidentDuty.get_or_none(mine)
    if duty is None:
        raise NotFound(
            "没有这一项", cause="事故等级可能刚变化，应报告的层级也跟着变了", advice="请刷新后再试"
        )
    if count:
        _run_on(accident, duty)
        line = {"field": "duties", "title": duty.title, "old": None, "new": duty.to_whom}
        history.note(actor, accident, "duty", [line])
        announce("accident.duty_done", accident, ledger="accidents", sequence=wanted)
    return duty


def _run_on(accident: Accident, done: AccidentDuty) -> None:
    """Let the clocks of the authorities behind `done` run from when it was done."""
    steps = dict(enumerate((step for _, step in accident_rules().onward), _ONWARD))
    since = done.done_at
    for row in of(accident.id):
        if done.sequence < row.sequence < _SUPPLEMENTS and row.done_at is None and row.sequence in steps:
            row.change(due_at=since + timedelta(minutes=steps[row.sequence].minutes))
            since = row.due_at
