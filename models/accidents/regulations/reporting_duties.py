"""The clocks of the law: what the unit itself must report to whom, by when (国务院令第493号第九、十三条 and further orders).

A clock starts when the unit's leader was told of the accident. While nobody has said when that was, it counts from the
accident itself: who is on the spot must tell the leader at once (第九条). What authorities owe each other is no duty of
the unit; `authorities` tells it as information.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from peewee import fn

from models.accidents.access import find, invalid
from models.accidents.records import EDIT_ACCIDENTS, UNIT, Accident, AccidentDuty
from models.accidents.regulations.rule_shapes import AccidentRules, AuthorityStep, UnitDuty
from models.accidents.regulations.standards import rules_for
from models.core import clock, history
from models.core.config import config
from models.core.db.connection import is_sqlite
from models.core.errors import Malformed, NotFound
from models.core.events.outbox import announce
from models.core.rulebook import InForce
from models.core.security.actor import Actor

#: What of an accident decides what is owed, and by when.
FOLLOWED = frozenset(
    {"level", "special_level", "leader_told_at", "happened_at", "equipment", "situations", "category"}
)
_SUPPLEMENTS = 100


def start(accident: Accident) -> None:
    """Start the clocks of a new accident."""
    follow(accident)


def follow(accident: Accident) -> None:
    """Owe exactly what the accident as it is now asks for, from when its leader was told.

    What was done stays; what is not done yet and no longer owed goes.
    """
    found = rules_for(accident.happened_at)
    rank, since = found.rules.rank(accident.level), clock_starts(accident)
    there = {row.code: row for row in of(accident.id) if row.code}
    last = max([row.sequence for row in all_of(accident.id) if row.sequence < _SUPPLEMENTS], default=0)
    for duty in found.rules.duties:
        owed = found.rules.rank(duty.from_level) <= rank and (
            accident.special_level is not None or not duty.special
        )
        row = there.get(duty.code)
        if row is None:
            if owed:
                last += 1
                _owe(accident, found, duty, last, since)
        elif row.done_at is None and not owed:
            AccidentDuty.delete().where(AccidentDuty.id == row.id, AccidentDuty.done_at.is_null()).execute()
        elif row.starts_at != since:
            row.change(starts_at=since, due_at=since + timedelta(minutes=duty.minutes))


def clock_starts(accident: Accident) -> datetime:
    """When the unit's leader was told; the accident itself, while nobody has said."""
    moment: datetime = accident.leader_told_at or accident.happened_at
    return moment


def owe_supplement(accident: Accident) -> None:
    """New casualties after a first report went out must be reported anew (第十三条); before that it tells them."""
    found = rules_for(accident.happened_at)
    done = {row.code for row in of(accident.id) if row.done_at is not None}
    reported = {duty.special for duty in found.rules.duties if duty.code in done}
    last = (
        AccidentDuty.select(fn.MAX(AccidentDuty.sequence))
        .where(AccidentDuty.accident == accident.id)
        .scalar()
    )
    last = max(last or 0, _SUPPLEMENTS)
    for duty in found.rules.supplements:
        if duty.special in reported:
            last += 1
            _owe(accident, found, duty, last, clock.now(), verb="补报", code="")


def _owe(
    accident: Accident, found: InForce[AccidentRules], duty: UnitDuty, sequence: int, since: datetime, *,
    verb: str = "报告", code: str | None = None,
) -> AccidentDuty:  # fmt: skip
    return AccidentDuty.create(
        company=accident.company_id,
        accident=accident.id,
        sequence=sequence,
        code=duty.code if code is None else code,
        title=f"{duty.by}{verb}",
        to_whom=duty.to,
        basis=found.basis(duty.part),
        rules_version=found.version,
        starts_at=since,
        due_at=since + timedelta(minutes=duty.minutes),
    )


def of(accident_id: int) -> list[AccidentDuty]:
    """What the unit owes for an accident, in order."""
    return [row for row in all_of(accident_id) if row.kind == UNIT]


def all_of(accident_id: int) -> list[AccidentDuty]:
    """What the unit owes, and what was kept of the authorities' steps before."""
    query = AccidentDuty.select().where(AccidentDuty.accident == accident_id)
    return list(query.order_by(AccidentDuty.sequence))


def authorities(accident: Accident) -> list[AuthorityStep]:
    """How authorities pass the accident on among each other: information."""
    rules = rules_for(accident.happened_at).rules
    rank = rules.rank(accident.level or rules.thresholds[0].level)
    return [step for step in rules.authorities if rules.rank(step.from_level) <= rank]


def is_late(duty: AccidentDuty) -> bool:
    """Whether it was, or by now is, done too late."""
    return (duty.done_at or clock.now()) > duty.due_at


def entered_late(accident: Accident) -> int | None:
    """How many minutes after the accident it was entered, if that is later than the rules call prompt."""
    minutes = int((accident.reported_at - accident.happened_at).total_seconds() // 60)
    return minutes if minutes > rules_for(accident.happened_at).rules.late_minutes else None


def do_duty(
    actor: Actor, accident_id: int, sequence: int, done: Mapping[str, Any] | str | None = None
) -> AccidentDuty:
    """Note that a duty was done (G02): `done` is {done_at, done_by, way, note}, all of them optional.

    `done_at` is when it was really reported (now, where nobody says), `done_by` who did (the actor). That, and by whom,
    is kept apart from when and by whom it was entered (history). A repeat gives the duty as it is; one that says another
    `done_at` corrects it, and what it leaves out stays. Raises NotFound, Forbidden, Invalid.
    """
    accident = find(actor, accident_id)
    actor.require(EDIT_ACCIDENTS, accident)
    said = {"note": done} if isinstance(done, str) else dict(done or {})
    values = _cleaned(accident, said)
    query = AccidentDuty.select().where(
        AccidentDuty.accident == accident.id, AccidentDuty.sequence == sequence, AccidentDuty.kind == UNIT
    )
    duty: AccidentDuty | None = (query if is_sqlite() else query.for_update()).first()
    if duty is None:
        raise NotFound(
            "没有这一项", cause="事故等级可能刚变化，应报告的层级也跟着变了", advice="请刷新后再试"
        )
    if duty.done_at is not None and (not said.get("done_at") or values["done_at"] == duty.done_at):
        return duty
    old = clock.local(duty.done_at).strftime("%Y-%m-%d %H:%M") if duty.done_at else None
    values.setdefault("done_at", clock.now())
    if duty.done_at is not None:  # what a correction leaves out stays as it was told
        values = {name: value for name, value in values.items() if value is not None}
    else:
        values["done_by"] = values["done_by"] or actor.name[:30]
    duty.change(**values, entered_at=clock.now())
    new = f"{duty.to_whom} {clock.local(duty.done_at):%Y-%m-%d %H:%M}"
    history.note(actor, accident, "duty", [{"field": "duties", "title": duty.title, "old": old, "new": new}])
    announce("accident.duty_done", accident, ledger="accidents", sequence=sequence)
    return duty


def _cleaned(accident: Accident, said: Mapping[str, Any]) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for name in ("done_at", "done_by", "way", "note"):
        field: Any = AccidentDuty._meta.fields[name]
        try:
            values[name] = None if said.get(name) in (None, "") else field.clean(said[name])
        except Malformed as error:
            raise invalid(name, error.message) from None
    moment = values["done_at"]
    if moment is None:
        del values["done_at"]
    elif moment > clock.now() + timedelta(minutes=config().clock_skew_minutes):
        raise invalid("done_at", "实际报告时间晚于现在，请核对")
    elif moment < accident.happened_at:
        raise invalid("done_at", "实际报告时间早于事故发生时间，请核对")
    return values
