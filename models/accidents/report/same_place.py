"""Whether somebody has reported the same accident already, and adding to that report (G02).

Whoever is about to report is asked; nobody is kept from reporting another one. What a second witness adds makes a 续报
of the first report: what nobody knew yet is filled in, what was said before stays, and their words and photos are kept.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from models.accidents import photos
from models.accidents.access import invalid
from models.accidents.records import HELD, REPORT_ACCIDENTS, Accident, AccidentVersion
from models.accidents.report.bursts import reporter_of
from models.accidents.report.facts import CASUALTIES, clean_facts, with_label
from models.accidents.report.reporting import unit_for
from models.accidents.report.supplements import FOLLOW_UP, newest, supplement_with
from models.accidents.report.unverified import is_stranger
from models.core import clock, numbering
from models.core.errors import Invalid, NotFound
from models.core.fields import Integer, moment_text
from models.core.row_ids import parse_id, parse_ids
from models.core.security import usage_limits
from models.core.security.actor import Actor
from models.core.settings import CompanySetting
from models.equipment.records import Equipment
from models.grid.places import metres_between
from models.hazards.report.duplicates import likeness
from models.organization.records import Person

NEAR_METRES = CompanySetting(
    "accident-same-metres",
    "事故",
    Integer(
        "可能是同一起：相距", min=10, max=2000, unit="米", help="这么近的未结案快报，上报时提示可能是同一起"
    ),
    default=100,
)
_ALIKE = 0.5  # of two places in words, or of what happened
REPORTED_WITHIN = CompanySetting(
    "accident-same-hours",
    "事故",
    Integer("可能是同一起：往前看", min=1, max=72, unit="小时", help="只和这么久以内上报的快报比"),
    default=2,
)
HAPPENED_WITHIN = timedelta(minutes=60)
_LOOKED_AT, _MOST = 50, 3
_UNKNOWN_FIRST = ("category", "measures", "equipment", "needs", *CASUALTIES)
ADDITIONS = usage_limits.UsageLimit(
    "accident_additions", 10, timedelta(hours=1), "补充得太密",
    "1 小时内您已补充了 10 次，收到的人来不及看", "请把要说的一起写，{minutes} 分钟后再补充；情况紧急请打电话",
)  # fmt: skip


def same_place(actor: Actor, data: Mapping[str, Any], *, key: str | None = None) -> list[dict[str, Any]]:
    """Open reports that may be of the same accident as what is being filled in, the likeliest first.

    `data` as `report` takes it, as far as it is known. Gives {id, number, what, place, reported_at, minutes, by, mine}:
    what everybody of the unit may know before they report a second time. `key` is that of the report: one that has
    arrived already, though its answer was lost, is no other report. Raises as `report` for the unit.
    """
    if is_stranger(actor, data):
        return []  # what others have reported is not told to who belongs to no unit
    actor.require(REPORT_ACCIDENTS)
    company, _ = unit_for(actor, data.get("company"))
    if numbering.by_request_key(Accident, numbering.request_key(actor.account_id, key)) is not None:
        return []
    now = clock.now()
    rows = (
        Accident.select()
        .where(
            Accident.company == company.id,
            Accident.state == "open",
            Accident.reported_at > now - timedelta(hours=REPORTED_WITHIN.of(company.id)),
            ~HELD,  # few have heard of it: it is no report that others could add to
        )
        .order_by(Accident.id.desc())
        .limit(_LOOKED_AT)
    )
    found = [row for row in rows if _is_same(row, data)]
    people = {
        row.id: row.name
        for row in Person.select(Person.id, Person.name).where(
            Person.id.in_({row.reporter_id for row in found} - {None} or {0})
        )
    }
    return [
        {
            "id": str(row.id),
            "number": row.number,
            "what": row.what,
            "place": row.place,
            "reported_at": moment_text(row.reported_at),
            "minutes": max(0, int((now - row.reported_at).total_seconds() // 60)),
            "by": people.get(row.reporter_id) or reporter_of(row),
            "mine": row.reporter_account_id == actor.account_id,
        }
        for row in found[:_MOST]
    ]


def _is_same(row: Accident, data: Mapping[str, Any]) -> bool:
    """The same kind, about the same time, and near: the same place of the grid, close by, or called alike."""
    category = data.get("category")
    if category and row.category and category != row.category:
        return False
    happened = _moment(data.get("happened_at"))
    if happened is not None and abs(happened - row.happened_at) > HAPPENED_WITHIN:
        return False
    site = parse_id(data.get("site"))
    if site is not None and row.site_id is not None and site != row.site_id:
        return False
    grid = parse_id(data.get("grid"))
    if grid is not None and row.grid_id is not None:
        return bool(grid == row.grid_id)
    here, there = (data.get("lng"), data.get("lat")), (row.lng, row.lat)
    if None not in here and None not in there:
        metres = metres_between((float(here[0]), float(here[1])), (float(there[0]), float(there[1])))  # type: ignore[arg-type]
        if metres <= NEAR_METRES.of(row.company_id):
            return True
    place, what = str(data.get("place") or ""), str(data.get("what") or "")
    return likeness(place, row.place or "") >= _ALIKE or likeness(what, row.what or "") >= _ALIKE


def _moment(value: Any) -> Any:
    try:
        return None if value in (None, "") else Accident.happened_at.clean(value)
    except ValueError:
        return None


def add_to(actor: Actor, accident_id: int, data: Mapping[str, Any]) -> Accident:
    """Add what a further witness says to a report of their unit, as a 续报 in their name; the same again adds nothing.

    `data` as `report` takes it. Raises NotFound for an accident that is not of a unit that the actor may report for,
    over, or still to be judged, as few have heard of that; Invalid at the fields; TooMany for who adds more often than anybody can read.
    """
    actor.require(REPORT_ACCIDENTS)
    accident = Accident.get_or_none(Accident.id == accident_id)
    if accident is None or accident.state != "open" or accident.is_held:
        raise NotFound("这起事故不能补充了", cause="它已经结束，或者不在您的单位", advice="请作为另一起上报")
    try:
        company, _ = unit_for(actor, str(accident.company_id))
    except Invalid:
        raise NotFound("没有这起事故", advice="请作为另一起上报") from None
    facts = clean_facts({**with_label(data, company.id), "site": None, "grid": None}, company.id)
    note = _note(facts, accident)
    last = newest(accident)
    if (last.by_account_id, last.kind, last.note) == (actor.account_id, FOLLOW_UP, note):
        return accident
    usage_limits.spend(ADDITIONS, actor.account_id, accident.id)
    values = {
        name: facts[name]
        for name in _UNKNOWN_FIRST
        if facts.get(name) is not None and accident.__data__.get(name) is None
    }
    needs = _joined_needs(accident.needs, facts.get("needs"))
    if needs is not None:
        values["needs"] = needs
    waiting = photos.waiting(actor, parse_ids(data.get("photos") or ()))
    return supplement_with(actor, accident, values, note, waiting)


def _joined_needs(there: str | None, asked: str | None) -> str | None:
    """What is asked to come by both, so that the new need rings; None where nothing is new, or there is no room."""
    if not there or not asked or asked in there:
        return None
    both = f"{there}、{asked}"
    return both if len(both) <= Accident.needs.max else None


def _note(facts: Mapping[str, Any], accident: Accident) -> str:
    """Their words: what and where, and the numbers that differ from what is known."""
    told = [f"补充报告：{facts['what']}"]
    if facts.get("place") and facts["place"] != accident.place:
        told.append(f"地点：{facts['place']}")
    machine = facts.get("equipment")
    if machine is not None and accident.equipment_id not in (None, machine):
        told.append(f"涉及的特种设备：{Equipment.get_by_id(machine).name}")
    for name in CASUALTIES:
        value = facts.get(name)
        if value is not None and accident.__data__.get(name) not in (None, value):
            told.append(f"{Accident._meta.fields[name].title} {value}")
    text = "；".join(told)
    if len(text) > AccidentVersion.note.max:
        raise invalid("what", "请写短一些，补充最多 500 个字")
    return text
