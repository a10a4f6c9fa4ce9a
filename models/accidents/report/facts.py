"""What people fill in about an accident: cleaned, checked against each other, and as a version keeps it (G02)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from models.accidents.records import Accident
from models.accidents.regulations.classify import type_code_of
from models.accidents.regulations.standards import accident_rules
from models.core import clock
from models.core.config import config
from models.core.coordinates import position_faults
from models.core.errors import Invalid, Malformed
from models.core.fields import Link
from models.equipment.records import Equipment
from models.grid.places import paths_in_words, usable_node
from models.hazards.report.scanned_place import by_scan
from models.organization.records import Company

Values = dict[str, Any]

FACTS = (
    *("site", "grid", "what", "place", "lng", "lat", "happened_at", "category"),
    *("equipment", "situations", "leader_told_at"),
    *("deaths", "serious_injuries", "minor_injuries", "missing", "direct_loss_wan", "measures", "needs"),
)
_MOST = 120
_MOST_SITUATIONS = 8
_LONGEST_LABEL = 512
UNSAID_PLACE = "地点未写明"
CASUALTIES = ("deaths", "serious_injuries", "minor_injuries", "missing", "direct_loss_wan")


def clean_facts(data: Mapping[str, Any], company_id: int, accident: Accident | None = None) -> Values:
    """The facts in `data` as values of the record; of an `accident` that is there only what was sent.

    A new one takes from its place of the grid (`grid`) what was not said of where it is. Raises Invalid with a
    sentence at every field that is wrong, impossible, in the future or too long ago.
    """
    wrong: dict[str, str] = {}
    values: Values = {}
    for name in FACTS:
        if name not in data and accident is not None:
            continue
        field = Accident._meta.fields[name]
        try:
            sent = data.get(name)
            values[name] = None if sent in (None, "") else field.read(sent)
        except Malformed as error:
            wrong[name] = error.message
    _take_place(values, company_id, accident, wrong)
    for name, value in values.items():
        field = Accident._meta.fields[name]
        if field.required and value is None:
            wrong[name] = f"请填写{field.title}"
    _check(values, company_id, accident, wrong)
    if wrong:
        raise Invalid(fields=wrong)
    return values


def _take_place(values: Values, company_id: int, accident: Accident | None, wrong: dict[str, str]) -> None:
    """Check the place of the grid in `values`; a new report gets its words, its site and its position from there."""
    chosen = values.get("grid")
    if chosen is None or (accident is not None and accident.grid_id == chosen):
        return
    try:
        node = usable_node(chosen, company_id)
    except Invalid as error:
        wrong.update(error.fields)
        return
    if accident is not None:
        return
    # What is wrong by itself is refused afterwards, whatever stands here.
    line = paths_in_words([node])[node.id].split(" · ")
    values["place"] = where_in_words(line, values.get("place") or "")
    if values.get("site") is None:
        values["site"] = node.site_id
    unsaid = all(values.get(name) is None for name in ("lng", "lat"))
    if unsaid and node.lng is not None and node.lat is not None:
        values |= {"lng": node.lng, "lat": node.lat}


def label_facts(companies: Sequence[int], text: str) -> tuple[int, Values] | None:
    """Whose label it is of these companies, and what it says of the place and the equipment; None for none of theirs."""
    if not text.strip():
        return None
    node, equipment = by_scan(companies, text[:_LONGEST_LABEL])
    owner = node if equipment is None else equipment
    if owner is None:
        return None
    facts: Values = {}
    if node is not None and node.company_id == owner.company_id and node.enabled:
        facts["grid"] = node.id
        facts["place"] = paths_in_words([node])[node.id]
    if equipment is not None:
        facts["site"], facts["equipment"] = equipment.site_id, equipment.id
        facts["place"] = " ".join(part for part in (equipment.location, equipment.name) if part)
        facts |= {name: value for name in ("lng", "lat") if (value := getattr(equipment, name)) is not None}
    return owner.company_id, facts


def with_label(data: Mapping[str, Any], company_id: int) -> Mapping[str, Any]:
    """What was told, with what the unit's `label` that was scanned for it says besides; what was said stays as it is.

    A label of anything else adds nothing, and keeps nobody from reporting, who had nothing to say of the place but that.
    """
    label = str(data.get("label") or "")
    said = data.get("grid") not in (None, "") or bool(str(data.get("place") or "").strip())
    _, facts = label_facts([company_id], label) or (company_id, {})
    if said:
        facts = {"equipment": facts.get("equipment")}
    elif label.strip() and not facts:
        facts = {"place": _position_in_words(data) or UNSAID_PLACE}
    return {**data, **{name: value for name, value in facts.items() if data.get(name) in (None, "")}}


def _position_in_words(data: Mapping[str, Any]) -> str:
    lng, lat = data.get("lng"), data.get("lat")
    return "" if lng is None or lat is None else f"东经 {float(lng):.5f}，北纬 {float(lat):.5f}"


def placed(data: Mapping[str, Any]) -> Mapping[str, Any]:
    """The facts with the position as the words for the place, where there are no others."""
    if data.get("place") or data.get("grid"):
        return data
    words = _position_in_words(data)
    return {**data, "place": words} if words else data


def where_in_words(path: list[str], detail: str) -> str:
    """The names of a place from the site down and what was said besides, nothing twice: `一厂 · 罐区 · 2 号罐`.

    What is too long for the field loses names from the top: the nearest ones find the place.
    """
    parts = [name for name in path if name not in detail] + [detail] * bool(detail)
    while len(" · ".join(parts)) > _MOST and len(parts) > 1:
        parts = parts[1:]
    return " · ".join(parts)


def _check(values: Values, company_id: int, accident: Accident | None, wrong: dict[str, str]) -> None:
    """Write into `wrong` what no single field can see."""
    whole = {**(accident.__data__ if accident else {}), **values}
    if "lng" not in wrong and "lat" not in wrong:
        wrong |= position_faults(whole)
    happened = values.get("happened_at")
    if happened is not None:
        sentence = _wrong_moment(happened, new=accident is None)
        if sentence:
            wrong["happened_at"] = sentence
    _check_special(values, whole, company_id, wrong)
    category = values.get("category")
    if category is not None and not accident_rules().knows(category):
        wrong["category"] = "没有这个事故类别，请从列表中选择"
    site = values.get("site")
    if site is not None:
        there = Company.select().where(
            Company.id == site, Company.kind == "site", Company.company_root == company_id
        )
        if not there.exists():
            wrong["site"] = "没有这个厂站，请从列表中选择"


def _check_special(values: Values, whole: Values, company_id: int, wrong: dict[str, str]) -> None:
    """Write into `wrong` what does not fit of the equipment, the situations and when the leader was told."""
    equipment = values.get("equipment")
    if equipment is not None:
        there = Equipment.select().where(Equipment.id == equipment, Equipment.company == company_id)
        if not there.exists():
            wrong["equipment"] = "没有这台设备，请从列表中选择"
    situations = values.get("situations") or ()
    if len(situations) > _MOST_SITUATIONS:
        wrong["situations"] = f"最多选 {_MOST_SITUATIONS} 种情形"
    code = type_code_of(whole.get("equipment")) if "equipment" not in wrong else None
    if code is not None:
        strange = [
            item.title
            for item in accident_rules().situations
            if item.code in situations and not item.fits(code)
        ]
        if strange:
            wrong["situations"] = f"这种设备不会“{strange[0]}”，请核对"
    told, happened = whole.get("leader_told_at"), whole.get("happened_at")
    if told is not None and "leader_told_at" in values:
        if told > clock.now() + timedelta(minutes=config().clock_skew_minutes):
            wrong["leader_told_at"] = "负责人接报时间晚于现在，请核对"
        elif happened is not None and told < happened:
            wrong["leader_told_at"] = "负责人接报时间早于事故发生时间，请核对"


def _wrong_moment(happened: Any, *, new: bool) -> str:
    now, oldest = clock.now(), accident_rules().oldest_days
    if happened > now + timedelta(minutes=config().clock_skew_minutes):
        return "发生时间晚于现在，请核对"
    if new and happened < now - timedelta(days=oldest):
        return f"发生时间早于 {oldest} 天前，快报只报刚发生的事故，请核对日期"
    return ""


def as_kept(accident: Accident) -> dict[str, Any]:
    """The facts as JSON, with what was worked out from them: how a version keeps them."""
    kept = {}
    for name in (*FACTS, "level", "provisional", "special_level", "basis", "state", "closing"):
        field: Any = Accident._meta.fields[name]
        value = accident.__data__.get(name)
        kept[name] = value if value is None or isinstance(field, Link) else field.plain(value)
    return kept | {"rules_version": accident.rules_version}


def differing(accident: Accident, values: Values) -> Values:
    """Those of `values` that are another than the accident's own."""
    return {name: value for name, value in values.items() if accident.__data__.get(name) != value}
