"""What people fill in about an accident: cleaned, checked against each other, and as a version keeps it (G02)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from models.accidents.records import Accident
from models.accidents.standards import accident_rules
from models.core import clock
from models.core.config import config
from models.core.errors import Invalid, Malformed
from models.core.fields import Link
from models.hazards.places import paths_in_words, usable_node
from models.organization.records import Company

Values = dict[str, Any]

FACTS = (
    *("site", "grid", "what", "place", "lng", "lat", "happened_at", "category"),
    *("deaths", "serious_injuries", "minor_injuries", "missing", "direct_loss_wan", "measures"),
)
_MOST = 120
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
            values[name] = None if sent in (None, "") else field.clean(sent)
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
    if "place" not in wrong:
        values["place"] = where_in_words(paths_in_words([node])[node.id].split(" · "), values["place"] or "")
    if values.get("site") is None and "site" not in wrong:
        values["site"] = node.site_id
    unsaid = all(values.get(name) is None and name not in wrong for name in ("lng", "lat"))
    if unsaid and node.lng is not None and node.lat is not None:
        values |= {"lng": node.lng, "lat": node.lat}


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
    if "lng" not in wrong and "lat" not in wrong and (whole.get("lng") is None) != (whole.get("lat") is None):
        wrong["lng" if whole.get("lng") is None else "lat"] = "经度和纬度要一起填"
    happened = values.get("happened_at")
    if happened is not None:
        sentence = _wrong_moment(happened, new=accident is None)
        if sentence:
            wrong["happened_at"] = sentence
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
    for name in (*FACTS, "level", "provisional", "state", "closing"):
        field: Any = Accident._meta.fields[name]
        value = accident.__data__.get(name)
        kept[name] = value if value is None or isinstance(field, Link) else field.plain(value)
    return kept


def differing(accident: Accident, values: Values) -> Values:
    """Those of `values` that are another than the accident's own."""
    return {name: value for name, value in values.items() if accident.__data__.get(name) != value}
