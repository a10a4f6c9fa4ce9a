"""The standard posts that come with the program, samples to be checked (A03, J07): `data/standard_posts.json`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from importlib.resources import files
from typing import Any

import orjson

from models.core.ledger.library.declaration import Part, PartLine, Standard

_KINDS = {
    "设备检查": "equipment", "应急物资检查": "supplies", "演练": "drill", "培训": "training", "会议": "meeting", "检查": "inspection",
}  # fmt: skip
#: How often in the words of the file: our period, what of days off, how many days to do it.
_PERIODS = {
    "每班": ("day", "anyway", 0), "每日": ("day", "anyway", 0), "每周": ("week", "after", 2),
    "每半月": ("month", "after", 3), "每月": ("month", "after", 5), "每季": ("quarter", "after", 10),
    "每半年": ("half_year", "after", 30), "每年": ("year", "after", 30),
}  # fmt: skip
#: Periods of training in the words of the file.
_LEARNED = {
    "上岗前": "before", "每月": "month", "每季": "quarter", "每半年": "half_year", "每年": "year", "按需": "need",
}  # fmt: skip
#: What comes along with a post.
PARTS = (
    Part("works", "定期工作", "post-works", "post", shows=("kind", "period", "text")),
    Part("certificates", "证照要求", "post-certificates", "post", "type", shows=("limits", "must")),
    Part("trainings", "培训要求", "post-trainings", "post", "type", shows=("hours", "period")),
    Part("factors", "危害因素", "post-factors", "post", "factor", shows=("detail",)),
)
#: What comes twice a month is two works, each once a month.
_HALVES = ((1, "（上半月）"), (16, "（下半月）"))


@cache
def standard_posts() -> tuple[Standard, ...]:
    """What the library of posts holds."""
    text = files("models.objectives").joinpath("data/standard_posts.json").read_bytes()
    return tuple(_standard(item) for item in orjson.loads(text)["posts"])


def _standard(item: Mapping[str, Any]) -> Standard:
    duties = "\n".join(f"{place}. {line}" for place, line in enumerate(item["duties"], 1))
    return Standard(
        key=item["name"], values={"name": item["name"], "duties": duties}, group=item["group"], sample=True,
        note=item.get("note", ""), facts=tuple(_facts(item)), parts=_parts(item),
    )  # fmt: skip


def _parts(item: Mapping[str, Any]) -> dict[str, tuple[PartLine, ...]]:
    lines = {
        "works": [line for work in item["periodic_works"] for line in _works(work)],
        "certificates": [_certificate(one) for one in item["certificates"]],
        "trainings": [_training(one) for one in item["training"]],
        "factors": list(_factors(item)),
    }
    return {name: tuple({line.key: line for line in each}.values()) for name, each in lines.items()}


def _training(one: Mapping[str, Any]) -> PartLine:
    values = {"hours": str(one["hours"]), "period": _LEARNED[one["period"]], "sample": True}
    return PartLine(one["type"], {"type": {"label": one["type"]}, **values})


def _factors(item: Mapping[str, Any]) -> Iterator[PartLine]:
    """Each factor once, with all that it comes from."""
    met: dict[str, list[str]] = {}
    for one in item["hazard_factors"]:
        met.setdefault(one["name"], []).extend([one["detail"]] if one.get("detail") else [])
    for name, details in met.items():
        values = {"detail": "、".join(details)} if details else {}
        yield PartLine(name, {"factor": {"label": name}, **values, "sample": True})


def _certificate(one: Mapping[str, Any]) -> PartLine:
    asked = one.get("code") or one["name"]
    limits = {"limits": one["limit"]} if one.get("limit") else {}
    values = {"type": {"label": asked}, "must": not one.get("optional"), "sample": True, **limits}
    return PartLine(asked, values)


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
    equipment = [one["name"] for one in item["ppe"]]
    if equipment:
        yield "防护用品", "、".join(equipment)


__all__ = ["PARTS", "standard_posts"]
