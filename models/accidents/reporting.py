"""The flash report itself: for which unit, under which number, once (G02)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from models.accidents import duties, photos
from models.accidents.classify import level_of
from models.accidents.facts import as_kept, clean_facts
from models.accidents.presets import chosen_receivers
from models.accidents.records import REPORT_ACCIDENTS, Accident, AccidentVersion
from models.core import clock, history, numbering
from models.core.actor import Actor
from models.core.outbox import announce
from models.messages.presets import Receivers
from models.organization import belonging
from models.organization.records import Company, Person


def report(actor: Actor, data: Mapping[str, Any], *, key: str | None) -> tuple[Accident, bool]:
    """Report an accident (G02); gives it, and whether this very call made it.

    `data` are the facts (`facts.FACTS`, unknown numbers None), `company` (default: the unit worked for), `photos`
    (ids of uploads of the same account) and `receivers` (None: by preset). `key` is the caller's own id of the
    report: the same key of the same account gives the report that is there. Raises Invalid at the fields, Forbidden
    `not_bound` where the actor does not belong to the unit.
    """
    actor.require(REPORT_ACCIDENTS)
    request_key = numbering.request_key(actor.account_id, key)
    there = numbering.by_request_key(Accident, request_key)
    if there is not None:
        return there, False
    company, person = unit_for(actor, data.get("company"))
    values = clean_facts(data, company.id)
    level, provisional = level_of(values)
    receivers = chosen_receivers(company.id, level, data.get("receivers"))
    now = clock.now()
    values |= {
        "company": company.id, "level": level, "provisional": provisional, "reporter": person and person.id,
        "reporter_account_id": actor.account_id, "reported_at": now, "created_at": now, "updated_at": now,
        "told_by": actor.door[:20], "request_key": request_key,
    }  # fmt: skip
    accident, created = numbering.insert_numbered(Accident, values, new_number)
    if created:
        photos.take(actor, accident, [int(item) for item in data.get("photos") or ()])
        duties.start(accident)
        _first_version(actor, accident, receivers)
    return accident, created


def _first_version(actor: Actor, accident: Accident, receivers: Receivers) -> None:
    AccidentVersion.create(
        accident=accident.id,
        number=1,
        kind="first",
        facts=as_kept(accident) | {"receivers": receivers.as_json()},
        changed=[],
        by_name=actor.name[:30],
        by_account_id=actor.account_id,
    )
    history.note(actor, accident, "created")
    announce(
        "accident.reported", accident, ledger="accidents", version=1, level=accident.level,
        receivers=receivers.as_json(),
    )  # fmt: skip


def unit_for(actor: Actor, wanted: Any) -> tuple[Company, Person | None]:
    """The unit that the actor may report for (the wanted one, or the one worked for), and their own file there."""
    advice = "请直接打电话报告单位负责人；绑定单位后就能在这里上报"
    return belonging.unit_for(actor, wanted, REPORT_ACCIDENTS, doing="上报事故", advice=advice)


def new_number() -> str:
    """A number such as KB261124-7K3F: the day, and four characters out of 31."""
    return numbering.new_number("KB")
