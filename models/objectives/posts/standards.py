"""The standard posts that come with the program, samples to be checked (A03, J07): `data/standard_posts.json`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from importlib.resources import files
from typing import Any

import orjson

from models.core.ledger.library.declaration import PartLine, Standard

_KINDS = {
    "设备检查": "equipment", "应急物资检查": "supplies", "演练": "drill", "培训": "training", "会议": "meeting", "检查": "inspection",
}  # fmt: skip
#: How often in the words of the file: our period, what of days off, how many days to do it.
_PERIODS = {
    "每班": ("day", "anyway", 0), "每日": ("day", "anyway", 0), "每周": ("week", "after", 2),
    "每半月": ("month", "after", 3), "每月": ("month", "after", 5), "每季": ("quarter", "after", 10),
    "每半年": ("half_year", "after", 30), "每年": ("year", "after", 30),
}  # fmt: skip
#: What comes twice a month is two works, each once a month.
_HALVES = ((1, "（上半月）"), (16, "（下半月）"))


@cache
def standard_posts() -> tuple[Standard, ...]:
    """What the library of posts holds."""
    text = files("models.objectives").joinpath("data/standard_posts.json").read_bytes()
    return tuple(_standard(item) for item in orjson.loads(text)["posts"])


def _standard(item: Mapping[str, Any]) -> Standard:
    duties = "\n".join(f"{place}. {line}" for place, line in enumerate(item["duties"], 1))
    works = tuple(line for work in item["periodic_works"] for line in _works(work))
    return Standard(
        key=item["name"], values={"name": item["name"], "duties": duties}, group=item["group"], sample=True,
        note=item.get("note", ""), facts=tuple(_facts(item)), parts={"works": works},
    )  # fmt: skip


def _works(work: Mapping[str, Any]) -> Iterator[PartLine]:
    period, off_days, days = _PERIODS[work["period"]]
    halves = _HALVES if work["period"] == "每半月" else ((1, ""),)
    for day, half in halves:
        values: dict[str, Any] = {
            "kind": _KINDS[work["type"]], "name": f"{work['title']}{half}", "period": period, "day_of": day,
            "off_days": off_days, "days_to_do": days,
        }  # fmt: skip
        if work.get("checklist"):
            values["text"] = f"按《{work['checklist']}》逐项检查，记下结果"
        yield PartLine(f"{work['title']}{half}", values)


def _facts(item: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """What else is asked of the post, in words."""
    certificates = [
        f"{one.get('code') or one['name']}{'（可选）' if one.get('optional') else ''}{'（待核对）' if one.get('mark') == '待核对' else ''}"
        for one in item["certificates"]
    ]
    training = [f"{one['type']} {one['hours']} 学时/{one['period']}" for one in item["training"]]
    factors = [
        f"{one['name']}（{one['detail']}）" if one.get("detail") else one["name"]
        for one in item["hazard_factors"]
    ]
    equipment = [one["name"] for one in item["ppe"]]
    named = (("证书", certificates), ("培训", training), ("危害因素", factors), ("防护用品", equipment))
    yield from ((title, "、".join(words)) for title, words in named if words)


__all__ = ["standard_posts"]
