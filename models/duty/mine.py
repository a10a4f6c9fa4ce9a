"""What a person sees of their own on the phone: session, units, today, log, certificates (Q08, Q10, K03)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

from peewee import fn

from models.administration.records import Account, Session
from models.core import clock, identifiers
from models.core.actor import Actor
from models.core.errors import Invalid, Malformed, NotFound
from models.core.fields import moment_text
from models.duty.label_codes import check_label_code
from models.duty.records import ClockIn, Equipment, OperatorCode
from models.organization.records import Binding, Company, Person
from models.training.records import Certificate
from models.training.states import standing

_STATE_ORDER = {"approved": 0, "waiting": 1, "refused": 2, "ended": 3}
_NEAR = 20


def _units(actor: Actor) -> list[dict[str, Any]]:
    """My units, the ones I may work for first; exactly one approved unit is current, if there is one."""
    account = Account.get_by_id(actor.account_id)
    rows = _files(account)
    approved = [row.person.company.id for row in rows if row.state == "approved"]
    chosen = account.__data__.get("current_company")
    current = chosen if chosen in approved else (approved[0] if approved else None)
    sites = {row.person.__data__["site"] for row in rows} - {None}
    names = {c.id: c.name for c in Company.select().where(Company.id.in_(sites or (0,)))}
    return [
        {
            "id": str(row.person.company.id),
            "name": row.person.company.name,
            "state": row.state,
            "role": row.person.role,
            "current": row.person.company.id == current,
            "site": names.get(row.person.__data__["site"]),
        }
        for row in rows
    ]


def _files(account: Account) -> list[Binding]:
    """All that ever tied the account's human to a unit, with person and company; what holds comes first."""
    if not account.id_hash:
        return []
    rows = list(
        Binding.select(Binding, Person, Company)
        .join(Person)
        .join(Company, on=(Person.company == Company.id))
        .where(Person.id_hash == account.id_hash)
    )
    return sorted(rows, key=lambda row: (_STATE_ORDER[row.state], -row.id))


def session(actor: Actor) -> dict[str, Any]:
    """The session as the phone keeps it."""
    account = Account.get_by_id(actor.account_id)
    found = Session.get_by_id(actor.session_id)
    return {
        "expires_at": moment_text(found.expires_at),
        "person": {
            "id": str(account.id),
            "name": account.name,
            "phone": identifiers.mask_phone(account.phone) if account.phone else None,
            "login": account.login,
        },
        "units": _units(actor),
        "rights": actor.rights_told(),
        "must_change_password": actor.must_change_password,
    }


def choose_unit(actor: Actor, unit: int) -> list[dict[str, Any]]:
    """Work for `unit` from now on (Q08). Raises NotFound for a unit that is not one of mine, or not yet."""
    mine = {item["id"]: item for item in _units(actor)}
    if mine.get(str(unit), {}).get("state") != "approved":
        raise NotFound(
            "不能切换到这个单位", cause="您还没有绑定它，或者还在审核", advice="请先申请绑定，通过后再切换"
        )
    Account.update(current_company=unit).where(Account.id == actor.account_id).execute()
    return _units(actor)


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
    if micros.isascii() and micros.isdigit() and last.isascii() and last.isdigit() and len(cursor) <= 40:
        try:
            epoch = datetime.fromtimestamp(0, tz=clock.now().tzinfo)
            return epoch + timedelta(microseconds=int(micros)), min(int(last), 2**63 - 1)
        except OverflowError:
            pass
    raise Invalid(
        "翻页位置无效", code="bad_cursor", advice="请从第一页重新查看", fields={"cursor": "翻页位置无效"}
    )


def month(actor: Actor, text: str, *, unit: int | None) -> list[tuple[date, int]]:
    """How many clock-ins each day of the month `2026-11` has; days without are left out."""
    first = date.fromisoformat(f"{text}-01")
    after = (first + timedelta(days=32)).replace(day=1)
    rows = (
        ClockIn.select(ClockIn.day, fn.COUNT(ClockIn.id))
        .where(
            ClockIn.person_id.in_(_my_files(actor, unit) or (0,)), ClockIn.day >= first, ClockIn.day < after
        )
        .group_by(ClockIn.day)
        .order_by(ClockIn.day)
        .tuples()
    )
    return [(date.fromisoformat(day) if isinstance(day, str) else day, count) for day, count in rows]


def today(actor: Actor, *, unit: int | None) -> dict[str, Any]:
    """The state of today for one of my units (default: the current one)."""
    units = _units(actor)
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
    }


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
    codes = {item.code for item in held if standing(item, day) in ("valid", "expiring")}
    if unit is None or unit["state"] != "approved" or not codes:
        return []
    rows = Equipment.select().where(
        Equipment.company == int(unit["id"]), Equipment.state == "in_use", Equipment.mode == "clock_in"
    )
    mine = [row for row in rows if codes & set(row.required_codes.split(","))]
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


def labelled(actor: Actor, code: str) -> dict[str, Any]:
    """What an own label stands at, for who opened its link: the equipment, if it is of one of my units (Q09).

    Raises NotFound for a label of elsewhere as for one that nobody knows: a label tells strangers nothing.
    """
    units = {int(item["id"]): item["name"] for item in _units(actor) if item["state"] == "approved"}
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
        "unit": {"id": str(found.__data__["company"]), "name": units[found.__data__["company"]]},
        "state": found.state,
    }


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


def binding_json(binding: Binding) -> dict[str, Any]:
    """An application as the applicant sees it."""
    company = Company.get_by_id(binding.__data__["company"])
    return {
        "id": str(binding.id),
        "unit": {"id": str(company.id), "name": company.name},
        "state": binding.state,
        "applied_at": moment_text(binding.applied_at),
        "decided_at": moment_text(binding.decided_at),
        "reason": binding.reason,
    }


def bindings(actor: Actor) -> list[dict[str, Any]]:
    """My applications, newest first (Q06)."""
    rows = _files(Account.get_by_id(actor.account_id))
    return [binding_json(row) for row in sorted(rows, key=lambda row: row.applied_at, reverse=True)]
