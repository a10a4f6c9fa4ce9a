"""What the regulations say about accidents, as a rulebook: the parts that an administrator sees and changes (G02, X06)."""

from __future__ import annotations

from itertools import pairwise

from models.accidents.regulations.rule_shapes import (
    AccidentRules,
    AuthorityStep,
    Situation,
    Threshold,
    UnitDuty,
)
from models.core.fields import Choice, Day, Described, Flag, Integer, Pick, Text
from models.core.rulebook import Rulebook, RulebookPart, Unfit
from models.core.rulebook.declaration import Rows

LEVELS = ("一般", "较大", "重大", "特别重大")
_MINUTES = 14 * 24 * 60


def _level(title: str = "等级") -> Pick:
    return Pick(title, [Choice(level, level) for level in LEVELS], required=True)


def _bounds() -> dict[str, Described]:
    return {
        "level": _level(),
        "deaths": Integer("死亡达到", min=0, max=10000, unit="人", required=True),
        "serious_injuries": Integer("重伤达到", min=0, max=10000, unit="人", required=True),
        "direct_loss_wan": Integer("直接经济损失达到", min=0, max=100_000_000, unit="万元", required=True),
    }


def _step() -> dict[str, Described]:
    return {
        "by": Text("谁", max=40, required=True),
        "to": Text("报告给", max=120, required=True),
        "minutes": Integer("多久以内", min=1, max=_MINUTES, unit="分钟", required=True),
    }


def _duty() -> dict[str, Described]:
    code = Text("代号", max=20, required=True, pattern="[a-z_]+", pattern_help="用小写字母和下划线")
    return {"code": code, **_step(), "from_level": _level("从哪一级起")}


def _thresholds(rows: Rows, part: str) -> tuple[Threshold, ...]:
    if [row["level"] for row in rows[part]] != list(LEVELS):
        raise Unfit(part, f"要有四行，次序是{'、'.join(LEVELS)}")
    found = tuple(
        Threshold(
            row["level"], row["deaths"], row["serious_injuries"], row["direct_loss_wan"],
            row.get("article") or "",
        )
        for row in rows[part]
    )  # fmt: skip
    for lower, upper in pairwise(found):
        for title, low, high in (
            ("死亡", lower.deaths, upper.deaths),
            ("重伤", lower.serious_injuries, upper.serious_injuries),
            ("直接经济损失", lower.direct_loss_wan, upper.direct_loss_wan),
        ):
            if high <= low:
                raise Unfit(part, f"{upper.level}的{title}应比{lower.level}的多")
    return found


def _duties(rows: Rows, part: str, *, special: bool = False) -> tuple[UnitDuty, ...]:
    return tuple(
        UnitDuty(
            part, row.get("code") or part, row["by"], row["to"], row["minutes"],
            row.get("from_level") or LEVELS[0], special,
        )
        for row in rows[part]
    )  # fmt: skip


def _parsed(rows: Rows) -> AccidentRules:
    situations = tuple(
        Situation(
            row["code"], row["level"], row["title"],
            tuple(one.strip() for one in (row["equipment_types"] or "").replace("；", ";").split(";") if one.strip()),
            row["article"] or "",
        )
        for row in rows["special_situations"]
    )  # fmt: skip
    duties = (
        *_duties(rows, "reporting"),
        *_duties(rows, "further_reporting"),
        *_duties(rows, "special_reporting", special=True),
    )
    for part, codes in (
        ("special_situations", [item.code for item in situations]),
        ("reporting", [item.code for item in duties]),
    ):
        twice = next((code for code in codes if codes.count(code) > 1), None)
        if twice:
            raise Unfit(part, f"代号 {twice} 用了两次")
    changes, handling = rows["changes"][0], rows["handling"][0]
    if changes["short_days"] > changes["days"]:
        raise Unfit("changes", "道路交通、火灾的天数不能比一般的多")
    categories = rows["categories"]
    sinces = sorted({(row["since"], row["standard"]) for row in categories}, reverse=True)
    if len({since for since, _ in sinces}) != len(sinces):
        raise Unfit("categories", "同一天起施行的类别要属于同一个标准")
    return AccidentRules(
        thresholds=_thresholds(rows, "levels"),
        special_thresholds=_thresholds(rows, "special_levels"),
        situations=situations,
        duties=duties,
        supplements=(*_duties(rows, "supplement"), *_duties(rows, "special_supplement", special=True)),
        authorities=tuple(
            AuthorityStep(row["by"], row["to"], row["minutes"], row["from_level"])
            for row in rows["authorities"]
        ),
        bypass=rows["urgent"][0]["text"],
        change_days=changes["days"],
        change_days_short=changes["short_days"],
        short_categories=frozenset(row["name"] for row in categories if row["short"]),
        special_categories=frozenset(row["name"] for row in categories if row["special"]),
        oldest_days=handling["oldest_days"],
        late_minutes=handling["late_minutes"],
        catalogues=tuple(
            (since, tuple(row["name"] for row in categories if row["since"] == since)) for since, _ in sinces
        ),
    )


ACCIDENT_RULES: Rulebook[AccidentRules] = Rulebook(
    name="accidents", title="事故等级和报告时限", package="models.accidents", file="accident_rules.json",
    summary="事故怎样定级，谁在多久以内报告给谁，伤亡变化报到哪一天。",
    parts=(
        RulebookPart("levels", "生产安全事故等级", _bounds(), line="级", least=4, most=4, help="“以上”含本数"),
        RulebookPart("reporting", "单位要报告给谁", _duty(), line="项", most=8),
        RulebookPart("further_reporting", "单位另外要报告给谁", _duty(), line="项", most=8, least=0),
        RulebookPart("supplement", "伤亡变化后补报", _step(), line="项", most=4),
        RulebookPart("changes", "伤亡变化报到哪一天", {
            "days": Integer("自发生之日起", min=1, max=365, unit="天", required=True),
            "short_days": Integer("道路交通、火灾", min=1, max=365, unit="天", required=True),
        }, most=1),
        RulebookPart("urgent", "情况紧急时", {"text": Text("怎么办", max=200, required=True)}, most=1),
        RulebookPart("authorities", "政府部门逐级上报（告知）", {**_step(), "from_level": _level("从哪一级起")}, line="级", most=6,
             least=0, help="这是政府部门之间的事，单位只要知道，不用在系统里办"),
        RulebookPart("special_levels", "特种设备事故等级", {**_bounds(), "article": Text("条款", max=40)}, line="级", least=4,
             most=4, help="一般事故要有伤亡，或损失达到 1 万元，或有下一部分的情形"),
        RulebookPart("special_situations", "特种设备事故的情形", {
            "code": Text("代号", max=20, required=True, pattern="[a-z0-9_]+", pattern_help="用小写字母、数字和下划线"),
            "level": _level(),
            "title": Text("情形", max=80, required=True),
            "equipment_types": Text("设备种类代码", max=40, help="目录代码的开头几位，几个用分号隔开"),
            "article": Text("条款", max=40),
        }, line="种", most=40),
        RulebookPart("special_reporting", "特种设备事故，单位要报告给谁", _duty(), line="项", most=8),
        RulebookPart("special_supplement", "特种设备事故，伤亡变化后补报", _step(), line="项", most=4, least=0),
        RulebookPart("categories", "事故类别", {
            "standard": Text("标准", max=40, required=True),
            "since": Day("施行日期", required=True),
            "name": Text("类别", max=40, required=True),
            "short": Flag("道路交通或火灾"),
            "special": Flag("可能是特种设备事故"),
        }, line="类", most=120),
        RulebookPart("handling", "快报", {
            "oldest_days": Integer("最早可报多久前的事故", min=1, max=3650, unit="天", required=True),
            "late_minutes": Integer("发生后多久算录入晚了", min=1, max=_MINUTES, unit="分钟", required=True),
        }, most=1),
    ),
    parse=_parsed,
)  # fmt: skip
