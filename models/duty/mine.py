"""What a person sees of their own on the phone: today, log, certificates (Q10, K03)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

from peewee import fn

from models.core import clock
from models.core.errors import Invalid, Malformed, NotFound
from models.core.fields import moment_text
from models.core.labels.label_codes import check_label_code
from models.core.row_ids import parse_id
from models.core.security.actor import Actor
from models.duty.my_units import units_with_state
from models.duty.obstacles import hindrance
from models.duty.records import ClockIn
from models.equipment import standards
from models.equipment.operator_codes.needs import explain, named, project_names
from models.equipment.records import Equipment, EquipmentType, OperatorCode
from models.organization.records import Company, Person
from models.training.certificates.validity import standing
from models.training.records import Certificate

_NEAR = 20


def _my_files(actor: Actor, unit: int | None) -> list[int]:
    """The personnel files that are mine, in one unit or in all."""
    query = Person.select(Person.id).where(Person.id.in_(actor.person_ids or (0,)))
    if unit is not None:
        query = query.where(Person.company == unit)
    return [row.id for row in query]


def _values(record: ClockIn) -> dict[str, Any]:
    data = dict(record.__data__)
    data["company_id"] = data.pop("company")
    return data


def log(
    actor: Actor, *, unit: int | None, since: date | None, until: date | None, cursor: str | None, limit: int
) -> tuple[list[dict[str, Any]], str | None]:
    """My clock-ins, newest first, and the cursor of the next page (None at the end)."""
    query = ClockIn.select().where(ClockIn.person_id.in_(_my_files(actor, unit) or (0,)))
    if since is not None:
        query = query.where(ClockIn.day >= since)
    if until is not None:
        query = query.where(ClockIn.day <= until)
    if cursor:
        at, last = _from_cursor(cursor)
        query = query.where((ClockIn.scanned_at < at) | ((ClockIn.scanned_at == at) & (ClockIn.id < last)))
    rows = list(query.order_by(ClockIn.scanned_at.desc(), ClockIn.id.desc()).limit(limit + 1))
    more = len(rows) > limit
    rows = rows[:limit]
    return [_values(row) for row in rows], _to_cursor(rows[-1]) if more else None


def _to_cursor(record: ClockIn) -> str:
    return f"{int(record.scanned_at.timestamp() * 1_000_000)}-{record.id}"


def _from_cursor(cursor: str) -> tuple[datetime, int]:
    micros, _, last = cursor.partition("-")
    when, row_id = parse_id(micros), parse_id(last)
    if when is not None and row_id is not None:
        try:
            epoch = datetime.fromtimestamp(0, tz=clock.now().tzinfo)
            return epoch + timedelta(microseconds=when), row_id
        except OverflowError:
            pass
    raise Invalid(
        "翻页位置无效", code="bad_cursor", advice="请从第一页重新查看", fields={"cursor": "翻页位置无效"}
    )


def month(actor: Actor, text: str, *, unit: int | None) -> list[tuple[date, int, int]]:
    """How many clock-ins each day of the month `2026-11` has, and how many of them came late; days without are left out."""
    first = date.fromisoformat(f"{text}-01")
    after = (first + timedelta(days=32)).replace(day=1)
    rows = (
        ClockIn.select(ClockIn.day, fn.COUNT(ClockIn.id), fn.SUM(ClockIn.late))
        .where(
            ClockIn.person_id.in_(_my_files(actor, unit) or (0,)), ClockIn.day >= first, ClockIn.day < after
        )
        .group_by(ClockIn.day)
        .order_by(ClockIn.day)
        .tuples()
    )
    return [
        (date.fromisoformat(day) if isinstance(day, str) else day, count, int(late))
        for day, count, late in rows
    ]


def today(actor: Actor, *, unit: int | None) -> dict[str, Any]:
    """The state of today for one of my units (default: the current one)."""
    units = units_with_state(actor)
    chosen = next((u for u in units if (u["id"] == str(unit) if unit is not None else u["current"])), None)
    if chosen is None and unit is None:
        chosen = next((u for u in units if u["state"] == "waiting"), None)
    files = _my_files(actor, int(chosen["id"])) if chosen else []
    day = clock.today()
    records = list(
        ClockIn.select()
        .where(ClockIn.person_id.in_(files or (0,)), ClockIn.day == day)
        .order_by(ClockIn.scanned_at.desc(), ClockIn.id.desc())
    )
    state, title = _state(chosen, records)
    held = _certificates(files)
    return {
        "day": day.isoformat(),
        "server_time": moment_text(clock.now()),
        "unit": chosen,
        "state": state,
        "title": title,
        "records": [_values(record) for record in records],
        "equipment": _near(files, chosen, held, day),
        "certificates": _counts(held, day),
        "hindrance": _in_the_way(chosen, state, held, day),
    }


def _in_the_way(
    unit: dict[str, Any] | None, state: str, held: Sequence[Certificate], day: date
) -> dict[str, Any] | None:
    """What an operator who is not on duty yet should know before walking to the machine."""
    if state != "off" or unit is None or unit["role"] != "operator":
        return None
    return hindrance(held, day, project_names())


def _state(unit: dict[str, Any] | None, records: Sequence[ClockIn]) -> tuple[str, str]:
    if unit is None or unit["state"] in ("refused", "ended"):
        return "no_unit", "未绑定单位"
    if unit["state"] == "waiting":
        return "waiting", "绑定申请待审核"
    if not records:
        return "off", "今天还没上岗"
    first = clock.local(records[-1].scanned_at)
    return "on_duty", f"今天 {first:%H:%M} 已上岗"


def _certificates(files: Sequence[int]) -> list[Certificate]:
    return list(Certificate.select().where(Certificate.person.in_(list(files) or [0])))


def _counts(held: Sequence[Certificate], day: date) -> dict[str, int]:
    states = [standing(record, day) for record in held]
    return {name: states.count(name) for name in ("valid", "expiring", "expired")}


def _near(
    files: Sequence[int], unit: dict[str, Any] | None, held: Sequence[Certificate], day: date
) -> list[dict[str, Any]]:
    """The unit's equipment that my certificates cover, what I used last first."""
    usable = [
        item for item in held if standing(item, day) in ("valid", "expiring") and item.catalogue == "2019"
    ]
    if unit is None or unit["state"] != "approved" or not usable:
        return []
    rows = Equipment.select().where(
        Equipment.company == int(unit["id"]), Equipment.state == "in_use", Equipment.mode == "clock_in"
    )
    types = dict(EquipmentType.select(EquipmentType.id, EquipmentType.code).tuples())
    mine = [row for row in rows if any(_opens(item, row, types[row.type_id]) for item in usable)]
    last = dict(
        ClockIn.select(ClockIn.equipment_id, fn.MAX(ClockIn.scanned_at))
        .where(ClockIn.person_id.in_(list(files) or [0]), ClockIn.day >= day - timedelta(days=31))
        .group_by(ClockIn.equipment_id)
        .tuples()
    )
    seen = {key: ClockIn.scanned_at.python_value(value) for key, value in last.items()}
    mine.sort(key=lambda row: (-seen[row.id].timestamp() if row.id in seen else 0, row.name))
    return [
        {
            "id": str(row.id),
            "name": row.name,
            "location": row.location,
            "codes": row.required_codes.split(","),
            "last_scan": moment_text(seen.get(row.id)),
        }
        for row in mine[:_NEAR]
    ]


def _opens(item: Certificate, equipment: Equipment, type_code: str) -> bool:
    """Whether the gate would take the certificate at the equipment, as far as codes and limits go."""
    if item.code not in equipment.required_codes.split(","):
        return False
    return not item.limits or standards.within_limits(item.code, item.limits, type_code) is not False


def labelled(actor: Actor, code: str) -> dict[str, Any]:
    """What an own label stands at, for who opened its link: the equipment, if it is of one of my units (Q09).

    Raises NotFound for a label of elsewhere as for one that nobody knows: a label tells strangers nothing.
    """
    units = {int(item["id"]): item["name"] for item in units_with_state(actor) if item["state"] == "approved"}
    try:
        found = Equipment.get_or_none(Equipment.label_code == check_label_code(code))
    except Malformed:
        found = None
    if found is None or found.__data__["company"] not in units:
        raise NotFound(
            "没有认出这张标签",
            cause="它不是您所在单位的设备，或者还没有登记",
            advice="请重新扫码，或者问安全管理员",
        )
    return {
        "id": str(found.id),
        "name": found.name,
        "location": found.location,
        "codes": [each for each in (found.required_codes or "").split(",") if each],
        "needs": _needs(found),
        "unit": {"id": str(found.__data__["company"]), "name": units[found.__data__["company"]]},
        "state": found.state,
    }


def _needs(equipment: Equipment) -> str:
    """Which certificates will do at the equipment, with their names; or why none is asked for."""
    if equipment.mode == "none":
        return explain([equipment.id])[equipment.id].cause
    return named([each for each in (equipment.required_codes or "").split(",") if each], project_names())


def certificates(actor: Actor) -> list[dict[str, Any]]:
    """My certificates in all my units, the ones that need care first (K03)."""
    day = clock.today()
    rows = list(
        Certificate.select(Certificate, Company)
        .join(Company, on=(Certificate.company == Company.id))
        .where(Certificate.person.in_(actor.person_ids or (0,)))
    )
    projects = dict(OperatorCode.select(OperatorCode.code, OperatorCode.project).tuples())
    order = {"expired": 0, "expiring": 1, "valid": 2, "revoked": 3}
    items = [
        {
            "id": str(row.id),
            "number": row.number,
            "code": row.code,
            "project": projects.get(row.code, ""),
            "valid_until": row.valid_until.isoformat(),
            "state": standing(row, day),
            "unit": {"id": str(row.company.id), "name": row.company.name},
        }
        for row in rows
    ]
    return sorted(items, key=lambda item: (order[item["state"]], item["valid_until"], item["id"]))
