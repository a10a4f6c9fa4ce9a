"""Many reports by one account within an hour: all are kept, the further ones are told to the safety officers first (G02).

Nothing is refused and nothing is dropped: every report has its number, its clocks of the law and its place in the
ledger. What is beyond the usual rings those of the unit who can judge, as one card that follows, with the escalation of
an accident; by one press they tell everybody else. Where there is nobody to judge, everybody is told at once.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from peewee import fn

from models.accidents.access import SUBJECT, find
from models.accidents.records import EDIT_ACCIDENTS, HELD, Accident, AccidentVersion
from models.core import clock, history
from models.core.errors import Conflict
from models.core.events.outbox import Outbox, announce
from models.core.security import usage_limits
from models.core.security.actor import Actor
from models.messages.channels.records import CARD, SMS, SYSTEM
from models.messages.delivery.refresh import outdate, redraw
from models.messages.escalation.presets import Receivers, expand, preset_for
from models.messages.records import URGENT
from models.messages.tellers import teller
from models.organization.records import Person

if TYPE_CHECKING:
    from models.messages.tell import Telling

BURST = "accident_burst"
_WORDS = ("上报太密", "1 小时内报了很多起", "请直接打电话")  # never said: a report is never refused
USUAL = usage_limits.UsageLimit("accident_reports", 5, timedelta(hours=1), *_WORDS)
#: Who may supplement and correct accidents answers for what they report, and has more to report.
OFFICERS = usage_limits.UsageLimit("accident_reports_by_officer", 20, timedelta(hours=1), *_WORDS)
_RINGS_AGAIN = 10  # so many further ones, and the card rings anew
_WAYS = (SYSTEM, CARD, SMS)


def is_beyond(actor: Actor, company_id: int) -> bool:
    """Count one more report of the actor; whether it is more than anybody reports who means it, and can be judged."""
    if actor.account_id is None:
        return False
    limit = OFFICERS if actor.may(EDIT_ACCIDENTS) else USUAL
    beyond = usage_limits.count(limit, actor.account_id) > limit.most
    return beyond and bool(judges(company_id, actor.person_ids))


def judges(company_id: int, but: tuple[int, ...] = ()) -> list[int]:
    """Who judges a burst: the unit's safety officers, whoever reports left out."""
    officers = expand(Receivers(ways=_WAYS), company_id)
    return [person for person in officers if person not in but]


def join(accident: Accident) -> None:
    """Put a report that was just made into the burst of its account, and announce it to those who judge."""
    since = clock.now() - USUAL.within
    first = (
        Accident.select(Accident.id)
        .where(
            Accident.reporter_account_id == accident.reporter_account_id,
            Accident.company == accident.company_id,
            Accident.burst_id.is_null(False),
            Accident.reported_at > since,
        )
        .order_by(Accident.id)
        .first()
    )
    accident.burst_id = accident.id if first is None else first.id
    Accident.update(burst_id=accident.burst_id).where(Accident.id == accident.id).execute()
    announce("accident.burst", accident, ledger="accidents", burst=accident.burst_id)


def of_burst(burst_id: int) -> list[Accident]:
    """The reports of a burst that still wait for a judgement, oldest first."""
    query = Accident.select().where(Accident.burst_id == burst_id, Accident.state == "open")
    return list(query.order_by(Accident.id))


def version_of(burst_id: int) -> int:
    """The version of a burst's card: every report that came, was supplemented, passed on or ended makes a new one."""
    head = Accident.get_by_id(burst_id)
    since = Accident.select(fn.COUNT(Accident.id), fn.SUM(Accident.versions)).where(
        Accident.reporter_account_id == head.reporter_account_id,
        Accident.company == head.company_id,
        Accident.id >= burst_id,
        Accident.reported_at < head.reported_at + USUAL.within,
    )
    made, versions = since.tuples()[0]
    waiting = Accident.select().where(Accident.burst_id == burst_id).count()
    return int(versions) + int(made) - waiting


@teller("accident.burst")
def told(row: Outbox) -> Telling | None:
    """To those who judge: the first as an accident is told, the next ten on the same card, then it rings anew."""
    payload: Any = row.payload or {}
    burst_id = int(payload["burst"])
    waiting = of_burst(burst_id)
    if row.subject_id not in {one.id for one in waiting}:
        return None  # judged before this was passed on
    version = version_of(burst_id)
    place = Accident.select().where(Accident.burst_id == burst_id, Accident.id <= row.subject_id).count()
    if (place - 1) % _RINGS_AGAIN:
        outdate(BURST, burst_id, version)
        return None
    return _telling(row, waiting, version)


def supplemented(row: Outbox, accident: Accident) -> Telling | None:
    """What is learnt of a report that waits for a judgement: to those who judge; it rings if it is worse."""
    payload: Any = row.payload or {}
    version = version_of(accident.burst_id)
    if not payload.get("worse"):
        outdate(BURST, accident.burst_id, version)
        return None
    return _telling(row, of_burst(accident.burst_id), version)


def _telling(row: Outbox, waiting: list[Accident], version: int) -> Telling | None:
    from models.messages.tell import Telling

    if not waiting:
        return None
    head = waiting[0]
    persons = judges(head.company_id, (head.reporter_id,) if head.reporter_id else ())
    preset = preset_for(head.company_id, head.level)
    title, lead = title_of(waiting), lead_of(waiting)
    return Telling(
        company_id=head.company_id, kind="accident.burst", subject_kind=BURST, subject_id=head.burst_id,
        subject_version=version, title=title, text="\n".join([lead, *lines(waiting)]),
        card={"kind": BURST, "subject_id": head.burst_id, "version": version, "title": title, "lead": lead},
        link=path_of(waiting), urgency=URGENT, needs_answer=True, persons=persons, ways=_WAYS,
        chain_id=preset.chain_id if preset is not None else None,
    )  # fmt: skip


def title_of(waiting: list[Accident]) -> str:
    """The title of a burst's card."""
    return f"请核实：{reporter_of(waiting[0])} 1 小时内又报了 {len(waiting)} 起事故"


def lead_of(waiting: list[Accident]) -> str:
    """Why only these are told, and what to do."""
    return (
        f"同一账号 1 小时内已报满 {USUAL.most} 起，后面的先只告诉安全管理员。属实的，点开后“通知全部接收人”"
    )


def lines(waiting: list[Accident], most: int = 5) -> list[str]:
    """The reports in a line each, the newest first."""
    shown = [
        f"{row.number} {clock.local(row.reported_at):%H:%M} {row.place}：{row.what}"
        for row in reversed(waiting[-most:])
    ]
    return shown + ([f"还有 {len(waiting) - most} 起"] if len(waiting) > most else [])


def path_of(waiting: list[Accident]) -> str:
    """The page of the newest of them."""
    return f"/pages/accident/index?id={waiting[-1].id}"


def reporter_of(accident: Accident) -> str:
    """Who reported, by name."""
    person = Person.get_or_none(Person.id == accident.reporter_id) if accident.reporter_id else None
    if person is not None:
        return str(person.name)
    first = AccidentVersion.get_or_none(AccidentVersion.accident == accident.id, AccidentVersion.number == 1)
    return str(first.by_name) if first is not None else "同一账号"


def pass_on(actor: Actor, accident_id: int) -> Accident:
    """Tell everybody of a report that waited for a judgement, as any other is told (G02).

    Raises Conflict `told_already`, Forbidden, NotFound. Whoever was chosen, or is preset, is told now.
    """
    accident = find(actor, accident_id)
    actor.require(EDIT_ACCIDENTS, accident)
    burst_id = accident.burst_id
    mine = (Accident.id == accident.id) & HELD
    if not Accident.update(burst_id=None, narrow=False).where(mine).execute():
        raise Conflict(
            "已经通知过了", code="told_already", cause="这起事故已经通知了全部接收人", advice="不用再操作"
        )
    history.note(actor, accident, "told_all")
    first = AccidentVersion.get(AccidentVersion.accident == accident.id, AccidentVersion.number == 1)
    announce(
        "accident.reported", accident, ledger="accidents", version=1, level=accident.level,
        receivers=first.facts["receivers"], passed_on=True,
    )  # fmt: skip
    redraw(SUBJECT, accident.id, accident.versions)  # the others' cards ask them no more whether it is true
    if burst_id is not None:
        judged(actor, burst_id)
    found: Accident = Accident.get_by_id(accident.id)
    return found


def judged(actor: Actor, burst_id: int) -> None:
    """Somebody has judged a report of a burst: they need not be reminded, and the card follows."""
    from models.messages.inbox.answers import follow_up

    follow_up(actor, BURST, burst_id)
    outdate(BURST, burst_id, version_of(burst_id))
