"""Reports by people who do not belong to the unit: waiting, unbound, locked out, of another one, not signed in (G02).

Such a report goes to the unit that they name, or whose label or place they are at. It is marked 未核实身份 and rings those
who can judge it first, as an accident with buttons and escalation; by one press they tell everybody. It opens nothing:
who sent it sees what they said and its number, and no name of the unit's.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from models.accidents.alarm.contacts import CALL, EMERGENCY
from models.accidents.records import REPORT_ACCIDENTS, Accident, AccidentVersion
from models.accidents.report.facts import label_facts
from models.administration.records import Account, AccountClaim
from models.core.errors import Invalid
from models.core.fields import spaced
from models.core.row_ids import parse_id
from models.core.security import usage_limits
from models.core.security.actor import Actor
from models.core.security.rights import Scope
from models.core.text.folding import fold
from models.equipment.records import Equipment
from models.grid.places import around, metres_between
from models.grid.records import GridNode
from models.organization.belonging import own_units
from models.organization.records import Binding, Company, Person

_CAUSE = "没有绑定单位的人，短时间里只能报几起，防止有人乱报"
_ADVICE = f"这一起请直接打电话：{CALL}；" + "{minutes} 分钟后可以再报"
BY_ACCOUNT = usage_limits.UsageLimit(
    "accident_strangers", 5, timedelta(hours=1), "报得太密，这一起没有报上去", _CAUSE, _ADVICE
)
BY_ADDRESS = usage_limits.UsageLimit(
    "accident_addresses", 5, timedelta(hours=1), "报得太密，这一起没有报上去",
    "同一个网络里没有登录的人 1 小时内已报了 5 起", _ADVICE,
)  # fmt: skip
BY_UNIT = usage_limits.UsageLimit(
    "accident_unsigned", 10, timedelta(hours=1), "这个单位收到的未核实报告太多，这一起没有报上去",
    "1 小时内已收到 10 起没有登录的人报的", _ADVICE,
)  # fmt: skip
UNVERIFIED = "未核实身份"
NEAR_METRES = 500.0
#: What a stranger's report said of where it goes, as they see it again: never what we know of it.
SAID = ("company", "unit_name", "place")
_SHORTEST = 4  # characters of a unit's name, registered or said, that may stand for the whole
_BEGINNING = 2  # characters that may, where the name begins with them


@dataclass(frozen=True)
class Where:
    """The unit that a stranger's report goes to, and what is known of the place by the label that was scanned."""

    company: Company
    facts: Mapping[str, Any]


def is_stranger(actor: Actor, data: Mapping[str, Any]) -> bool:
    """Whether the actor reports as somebody who does not belong to the unit.

    Who belongs to one does so for another by naming it, by its label, or by saying that it is not their own (`elsewhere`),
    and never where they chose one of theirs by id. A place's number alone takes nobody elsewhere: it is no place of theirs.
    """
    scope = actor.rights.get(REPORT_ACCIDENTS)
    if scope is None or (scope == Scope.SELF and not own_units(actor)):
        return True
    if data.get("company") not in (None, ""):
        return False
    found = _said(data if data.get("elsewhere") else {**data, "grid": None})
    if found is None:
        return bool(data.get("elsewhere")) or bool(str(data.get("unit_name") or "").strip())
    return not is_own(actor, found.company.id)


def at_home(actor: Actor, data: Mapping[str, Any]) -> int | None:
    """The unit of the actor's own that is meant by name, label or place, where none was chosen by id."""
    found = _said(data)
    return found.company.id if found is not None and is_own(actor, found.company.id) else None


def is_own(actor: Actor, company_id: int) -> bool:
    """Whether the actor reports for this unit as one of its people, or as who may for all of it."""
    scope = actor.rights.get(REPORT_ACCIDENTS)
    reaches = scope not in (None, Scope.SELF) and company_id in actor.companies(REPORT_ACCIDENTS)
    return reaches or (scope is not None and company_id in own_units(actor))


def spend(actor: Actor, company_id: int, address: str) -> None:
    """Count one more report by somebody of no unit. Raises TooMany, with a number to call, beyond what sense allows."""
    if actor.account_id is not None:
        usage_limits.spend(BY_ACCOUNT, actor.account_id)
        return
    usage_limits.spend(BY_ADDRESS, address)
    usage_limits.spend(BY_UNIT, company_id)


def where(actor: Actor, data: Mapping[str, Any]) -> Where:
    """The unit a report goes to: named by id or in words, by a label, by a place, waited for, or nearby, in this order.

    Raises Invalid `unit_unknown` with a number to call.
    """
    found = (
        _by_id(data.get("company"))
        or _said(data)
        or _waited_for(actor)
        or _nearby(data.get("lng"), data.get("lat"))
    )
    if found is not None:
        return found
    raise Invalid(
        "还不知道报给哪个单位",
        code="unit_unknown",
        cause="没有找到您写的单位，附近也没有登记过的地点",
        advice=f"请写单位全称，或扫一下设备上的二维码；情况紧急先打电话：{CALL}",
        fields={"company": "请写单位全称，或扫设备上的二维码"},
        details={"contact": dict(EMERGENCY)},
    )


def elsewhere(text: str) -> bool:
    """Whether a scanned text is a label of some unit at all; which one is told to nobody."""
    return _by_label(text) is not None


def caller(actor: Actor, data: Mapping[str, Any]) -> dict[str, str | None]:
    """Who the stranger says they are, in one line each; nobody is kept back for a number that is none.

    Of who is signed in what their account says, with the unit that knows them: so they can be called back.
    """
    told = _told(data)
    if told["caller_name"] or (actor.account_id is None and actor.session_id is None):
        return told
    unit = Company.get_or_none(Company.id == next(iter(own_units(actor)), 0))
    named = f"{actor.name}（{unit.name}）" if unit is not None else actor.name
    account = Account.get_or_none(Account.id == actor.account_id)
    field: Any = Accident.caller_name
    mine = {"caller_name": named[: field.max] if len(named) <= field.max else actor.name[: field.max]}
    if account is not None and account.phone and not told["caller_phone"]:
        mine["caller_phone"] = account.phone
    return {**told, **mine}


def _told(data: Mapping[str, Any]) -> dict[str, str | None]:
    told: dict[str, str | None] = {}
    for name in ("caller_name", "caller_phone"):
        field: Any = getattr(Accident, name)
        line = field.without_ids(" ".join(spaced(str(data.get(name) or "")).split()))
        told[name] = line[: field.max].strip() or None
    return told


def caller_of(accident: Accident) -> str:
    """Who reported without belonging to the unit: what they said of themselves, and that nobody has checked it."""
    said = " ".join(part for part in (accident.caller_name, accident.caller_phone) if part)
    return f"{said or '没有留姓名'}（{UNVERIFIED}）"


def signature_of(accident: Accident) -> str:
    """The name under a stranger's report, for wherever the names of the unit's own people stand: no typed name is one."""
    mark = f"（{UNVERIFIED}）"
    return f"{(accident.caller_name or '没有留姓名')[: AccidentVersion.by_name.max - len(mark)]}{mark}"


def _folded(text: str) -> str:
    """A name as it is compared: as all of them are, and nothing but its letters and digits."""
    return "".join(each for each in fold(text) if each.isalnum())


def _companies() -> Any:
    return Company.select().where(Company.kind == "company")


def _said(data: Mapping[str, Any]) -> Where | None:
    """The unit that is meant by its name in words, by a label, or by a place of its grid."""
    return (
        _by_name(data.get("unit_name"))
        or _by_label(str(data.get("label") or ""))
        or _by_place(data.get("grid"))
    )


def _by_id(given: Any) -> Where | None:
    company = _companies().where(Company.id == (parse_id(given) if given not in (None, "") else 0)).first()
    return None if company is None else Where(company, {})


def _by_name(given: Any) -> Where | None:
    """The one unit that is called so; a part of the name stands for it where it is long and means only one."""
    wanted = _folded(str(given or ""))
    if not wanted:
        return None
    rows = [(row, _folded(row.name)) for row in _companies()]
    same = [row for row, name in rows if name == wanted]
    if not same and len(wanted) >= _BEGINNING:
        same = [row for row, name in rows if name.startswith(wanted)]
    if not same and len(wanted) >= _SHORTEST:
        same = [row for row, name in rows if wanted in name or (len(name) >= _SHORTEST and name in wanted)]
    return Where(same[0], {}) if len(same) == 1 else None


def _by_label(text: str) -> Where | None:
    found = label_facts([row.id for row in _companies().select(Company.id)], text)
    company = None if found is None else _by_id(found[0])
    return None if company is None or found is None else Where(company.company, found[1])


def _by_place(given: Any) -> Where | None:
    node = GridNode.get_or_none(GridNode.id == (parse_id(given) if given not in (None, "") else 0))
    return None if node is None else _by_id(node.company_id)


def _waited_for(actor: Actor) -> Where | None:
    """The unit that the actor was invited by, waits for, or has applied to."""
    if actor.account_id is None:
        return _by_id(actor.company_id)
    waiting = (
        Binding.select(Binding.company)
        .join(Person, on=(Binding.person == Person.id))
        .where(Person.account_id == actor.account_id, Binding.state == "waiting")
        .order_by(Binding.id.desc())
        .first()
    )
    if waiting is not None:
        return _by_id(waiting.company_id)
    claims = AccountClaim.select().where(
        AccountClaim.account_id == actor.account_id, AccountClaim.state == "waiting"
    )
    claim = claims.order_by(AccountClaim.id.desc()).first()
    return None if claim is None else _by_id(claim.company_id)


def _nearby(lng: Any, lat: Any) -> Where | None:
    """The unit of the nearest place or equipment that is registered within 500 m."""
    if lng is None or lat is None:
        return None
    here = (float(lng), float(lat))
    best: tuple[float, int] | None = None
    for record, more in ((GridNode, GridNode.enabled), (Equipment, Equipment.state != "scrapped")):
        near = record.select(record.company, record.lng, record.lat).where(
            around(record, *here, NEAR_METRES), more
        )
        for row in near:
            metres = metres_between((float(row.lng), float(row.lat)), here)
            if metres <= NEAR_METRES and (best is None or (metres, row.company_id) < best):
                best = (metres, row.company_id)
    return None if best is None else _by_id(best[1])
