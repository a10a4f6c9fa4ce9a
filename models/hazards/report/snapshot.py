"""随手拍 (E07): a photo and hardly a word, at a place; offline too, and never twice for one try."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from models.core import clock, history, numbering
from models.core.coordinates import is_nowhere, position_faults
from models.core.errors import Conflict, Invalid, Malformed, NotFound, TooMany
from models.core.fields import Flag, Integer
from models.core.files import photos
from models.core.security.actor import Actor
from models.core.settings import CompanySetting
from models.duty.settings import LATE_MINUTES
from models.equipment.records import Equipment
from models.grid.access import as_id, companies
from models.grid.places import FoundPlace, nearest, usable_node, where_one_works
from models.grid.records import GridNode
from models.hazards.records import READ_HAZARDS, REPORT_HAZARDS, REPORTED, Hazard
from models.hazards.report.duplicates import near
from models.hazards.report.open_hazard import LEDGER, open_hazard, photo_ids
from models.hazards.report.scanned_place import by_scan
from models.organization.belonging import own_file, unit_for
from models.organization.records import Person

MAX_SNAPS = 30
_WINDOW = timedelta(minutes=10)
OLDEST = CompanySetting(
    "hazard-oldest-days",
    "隐患",
    Integer("随手拍最早", min=1, max=365, unit="天前", help="更早发现的，请安全管理员直接登记"),
    default=30,
)
PHOTO_NEEDED = CompanySetting(
    "hazard-photo-needed",
    "隐患",
    Flag("随手拍必须有照片", help="选“是”，没有照片不能提交；选“否”，写几个字也可以"),
    default=False,
)
_WORDS = ("what", "place", "lng", "lat", "found_at")


def snap(actor: Actor, data: Mapping[str, Any], *, key: str | None) -> tuple[Hazard, bool]:
    """Report what somebody saw; gives the hazard, and whether this very call made it (E07).

    `data`: `what` (may be empty where there are photos), `photos` (ids of uploads of the same account), and where:
    `grid` (a place that was picked), `scan` (the text of a label), `equipment`, `lng` and `lat`; without any of them it
    is where the reporter works. `found_at` is when it was seen, `company` the unit (default: the one worked for),
    `duplicate_of` what it repeats, if the reporter was shown it. The same `key` of the same account gives what is
    there. Raises Invalid at the fields, Forbidden `not_bound`, TooMany.
    """
    actor.require(REPORT_HAZARDS)
    request_key = numbering.request_key(actor.account_id, key)
    there = numbering.by_request_key(Hazard, request_key)
    if there is not None:
        return there, False
    company, person = unit_for(
        actor, data.get("company"), REPORT_HAZARDS, doing="上报隐患", advice="请直接告诉现场负责人；绑定单位后就能在这里上报"
    )  # fmt: skip
    _not_too_often(actor, company.id)
    values, pictures = _cleaned(data, company.id)
    node, equipment = _where(data, values, company.id, person)
    if equipment is not None:
        values["equipment_id"] = equipment.id
        values["place"] = values["place"] or equipment.location or equipment.name
    values |= {
        "company": company.id, "origin": "snap", "request_key": request_key,
        "duplicate_of_id": _duplicate(data.get("duplicate_of"), company.id),
    }  # fmt: skip
    return open_hazard(actor, values, person, pictures=pictures, node=node)


def late_for(actor: Actor, within: timedelta) -> Hazard | None:
    """The hazard that the actor reported so short a time ago, and nobody has judged yet: a photo may still belong to it."""
    if actor.account_id is None:
        return None
    found: Hazard | None = (
        Hazard.select()
        .where(
            Hazard.reporter_account_id == actor.account_id, Hazard.state == REPORTED,
            Hazard.reported_at >= clock.now() - within,
        )
        .order_by(Hazard.id.desc())
        .first()
    )  # fmt: skip
    return found


def add_late_photos(actor: Actor, hazard_id: int, ids: Sequence[int], within: timedelta) -> Hazard:
    """Photos that came a moment after their report join it, as pictures of before; gives the hazard.

    Raises Conflict `too_late` where somebody has judged it, or the time is over; Invalid for photos that are gone.
    """
    found = late_for(actor, within)
    if found is None or str(found.id) != str(hazard_id):
        raise Conflict(
            "补不上了", code="too_late", cause="刚才的隐患已有人处理，或者已过 5 分钟",
            advice="请点“随手拍”另外上报，或在隐患里说明",
        )  # fmt: skip
    return _add_photos(actor, found, ids)


def add_own_photos(actor: Actor, hazard_id: int, ids: Sequence[int]) -> Hazard:
    """Photos that could not go with the actor's own report join it while nobody has judged it; the same twice is once.

    Raises NotFound for one of somebody else, Conflict `too_late`, Invalid for photos that are gone.
    """
    found: Hazard | None = Hazard.get_or_none(Hazard.id == hazard_id)
    mine = found is not None and (
        found.reporter_id in actor.person_ids
        or (actor.account_id is not None and found.reporter_account_id == actor.account_id)
    )
    if found is None or not mine:
        raise NotFound("没有这条隐患", cause="它不是您报的，或者已删除", advice="请在“我报的隐患”里查看")
    actor.require(REPORT_HAZARDS, found)
    there = {row.id for row in photos.of(LEDGER, [found.id])}
    left = [each for each in ids if each not in there]
    if ids and not left:
        return found
    if found.state != REPORTED:
        raise Conflict(
            "补不上了", code="too_late", cause=f"{found.number} 已有人处理",
            advice="请把照片直接发给处理的人，或者点“随手拍”另外上报",
        )  # fmt: skip
    return _add_photos(actor, found, left)


def _add_photos(actor: Actor, hazard: Hazard, ids: Sequence[int]) -> Hazard:
    if not ids:
        raise Conflict(
            "没有照片可补", code="no_photos", cause="照片已经用了，或者已删除", advice="请重新发送照片"
        )
    photos.take(actor, LEDGER, hazard, ids, photos.BEFORE)
    line = {"field": "photos", "title": "照片", "old": None, "new": f"补 {len(ids)} 张"}
    history.note(actor, hazard, "edited", [line])
    return hazard


def _not_too_often(actor: Actor, company_id: int) -> None:
    """A few a minute is a keen eye (or a queue from a cellar); more is a stuck button."""
    since = clock.now() - _WINDOW
    mine = Hazard.select(Hazard.reported_at).where(
        Hazard.company == company_id, Hazard.reported_at > since, Hazard.reporter_account_id == actor.account_id
    )  # fmt: skip
    times = [row.reported_at for row in mine.order_by(Hazard.reported_at.desc()).limit(MAX_SNAPS)]
    if len(times) == MAX_SNAPS:
        raise TooMany(
            "上报太频繁",
            retry_after=max(1, int((times[-1] - since).total_seconds()) + 1),
            cause=f"10 分钟内最多上报 {MAX_SNAPS} 条",
            advice="已拍的照片还在，请过几分钟再提交",
        )


def _cleaned(data: Mapping[str, Any], company_id: int) -> tuple[dict[str, Any], list[int]]:
    wrong: dict[str, str] = {}
    values: dict[str, Any] = {}
    for name in _WORDS:
        sent, field = data.get(name), Hazard._meta.fields[name]
        try:
            values[name] = None if sent in (None, "") else field.read(sent)
        except Malformed as error:
            wrong[name], values[name] = error.message, None
    if is_nowhere(values["lng"], values["lat"]):
        values["lng"] = values["lat"] = None
    wrong |= {} if wrong else position_faults(values)
    found, late = _moment(values["found_at"], company_id, wrong)
    values |= {"found_at": found, "late": late}
    pictures = photo_ids(data.get("photos"))
    if not pictures and PHOTO_NEEDED.of(company_id):
        wrong.setdefault("photos", "本单位要求随手拍必须有照片，请拍一张")
    elif not pictures and not values["what"] and "what" not in wrong:
        wrong.setdefault("photos", "请拍一张照片，或者写几个字")
    if wrong:
        raise Invalid(fields=wrong)
    return values, pictures


def _moment(found: datetime | None, company_id: int, wrong: dict[str, str]) -> tuple[datetime, bool]:
    """When it was seen, and whether it comes late. A phone whose clock is ahead is put right, never kept back."""
    now = clock.now()
    if found is None or found > now:
        return now, False
    oldest = OLDEST.of(company_id)
    if found < now - timedelta(days=oldest):
        wrong["found_at"] = f"发现时间早于 {oldest} 天前，请核对日期，或者请安全管理员直接登记"
    return found, now - found > timedelta(minutes=LATE_MINUTES.of(company_id))


def _where(
    data: Mapping[str, Any], values: dict[str, Any], company_id: int, person: Person | None
) -> tuple[GridNode | None, Equipment | None]:
    """The place by the best that is known: picked, scanned, equipment, position, or where the reporter works."""
    equipment = None
    if data.get("equipment") not in (None, ""):
        equipment = Equipment.get_or_none(
            Equipment.id == (as_id(data["equipment"]) or 0), Equipment.company == company_id
        )
        if equipment is None:
            raise Invalid(fields={"equipment": "没有这台设备，请从本单位的设备中选择"})
    node = None
    if data.get("grid") not in (None, ""):
        node = usable_node(data["grid"], company_id)
    if data.get("scan") not in (None, ""):
        scanned, machine = by_scan([company_id], str(data["scan"]))
        if scanned is None and machine is None:
            raise Invalid(
                fields={"scan": "没有认出这张标签，它不是本单位的网格或设备；请重新扫码，或者直接选位置"}
            )
        node, equipment = node or scanned, equipment or machine
    if node is None and equipment is not None:
        node = GridNode.get_or_none(GridNode.id == (equipment.grid_id or 0))
    if node is None and values["lng"] is not None:
        close = nearest(company_id, float(values["lng"]), float(values["lat"]), most=1)
        node = close[0].node if close else None
    return node or where_one_works(company_id, person), equipment


def _duplicate(given: Any, company_id: int) -> int | None:
    if given in (None, ""):
        return None
    there = Hazard.get_or_none(Hazard.id == (as_id(given) or 0), Hazard.company == company_id)
    if there is None:
        raise Invalid(fields={"duplicate_of": "没有这条隐患，请重新选择"})
    return int(there.duplicate_of_id or there.id)


def place_for(
    actor: Actor, *, scan: str = "", lng: Any = None, lat: Any = None, company: Any = None
) -> tuple[list[FoundPlace], Equipment | None]:
    """Places to offer for what was scanned or where the phone is, the likeliest first, and the scanned equipment.

    Always ends with where the actor works. Raises Invalid at `scan` or the position, NotFound, Forbidden.
    """
    allowed = [as_id(company)] if company not in (None, "") else [actor.company_id]
    mine = [each for each in allowed if each is not None and each in companies(actor, READ_HAZARDS)]
    found: list[FoundPlace] = []
    equipment = None
    if scan:
        node, equipment = by_scan(mine, scan)
        if node is None and equipment is None:
            raise Invalid(fields={"scan": "没有认出这张标签，它不是本单位的网格或设备"})
        if node is not None:
            found.append(FoundPlace(node, "equipment" if equipment is not None else "scan"))
    position = position_of(lng, lat)
    for company_id in mine:
        if position is not None:
            found += nearest(company_id, *position)
        own = where_one_works(company_id, own_file(actor, company_id))
        if own is not None:
            found.append(FoundPlace(own, "work"))
    unique = {item.node.id: item for item in reversed(found)}
    return [item for item in found if unique[item.node.id] is item], equipment


def position_of(lng: Any, lat: Any) -> tuple[float, float] | None:
    """A position as a door sends it, None where there is none. Raises Invalid."""
    if lng in (None, "") and lat in (None, ""):
        return None
    wrong = {}
    clean = {}
    for name, value in (("lng", lng), ("lat", lat)):
        try:
            clean[name] = Hazard._meta.fields[name].clean(value)
        except Malformed as error:
            wrong[name] = error.message
    wrong |= {} if wrong or is_nowhere(clean["lng"], clean["lat"]) else position_faults(clean)
    if wrong:
        raise Invalid(fields=wrong)
    return None if is_nowhere(clean["lng"], clean["lat"]) else (float(clean["lng"]), float(clean["lat"]))


def mine(actor: Actor, *, cursor: str | None = None, limit: int = 20) -> tuple[list[Hazard], str | None]:
    """What the actor reported, newest first, and the cursor of the next page. Raises Invalid for a wrong one."""
    actor.require(READ_HAZARDS)
    own = Hazard.reporter.in_(actor.person_ids or (0,))
    if actor.account_id is not None and actor.unit_id is None:
        own |= Hazard.reporter.is_null() & (Hazard.reporter_account_id == actor.account_id)
    query = Hazard.select().where(own)
    if cursor:
        before = as_id(cursor)
        if before is None:
            raise Invalid(
                "翻页位置无效",
                code="bad_cursor",
                advice="请从第一页重新查看",
                fields={"cursor": "翻页位置无效"},
            )
        query = query.where(Hazard.id < before)
    rows = list(query.order_by(Hazard.id.desc()).limit(limit + 1))
    return rows[:limit], str(rows[limit - 1].id) if len(rows) > limit else None


__all__ = ["mine", "near", "place_for", "position_of", "snap"]
