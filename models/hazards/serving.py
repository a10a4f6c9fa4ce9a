"""Hazards and extensions as the engine sees them: their inputs, what cards show, and what outcomes do (E09, X06)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from models.core import clock, photos
from models.core.actor import Actor
from models.core.fields import Described, Link, LongText, Moment, Number, Pick, Text
from models.hazards import extensions, outcomes
from models.hazards.around import Around
from models.hazards.grid import GridNode
from models.hazards.opening import LEDGER
from models.hazards.places import paths_in_words
from models.hazards.records import (
    HAZARD_LEVELS,
    MAJOR,
    READ_HAZARDS,
    REPORTED,
    Extension,
    Hazard,
    HazardSource,
    MajorCriterion,
)
from models.organization.records import Person
from models.tasks.serving import Context, Effect, Served, Shown, Values, serve


def _inputs(hazard: Hazard | None) -> Mapping[str, Described]:
    """What outcomes may ask for. The five of 五落实 must be filled in where the hazard is a major one."""
    major = hazard is not None and hazard.level == MAJOR
    return {
        "level": Pick("隐患等级", HAZARD_LEVELS, help="拿不准时对照重大隐患判定标准"),
        "criterion": Link("重大隐患判定标准", MajorCriterion, to="major-criteria", help="重大隐患请选"),
        "category": Text("类别", max=40),
        "reason": Text("判定说明", max=300),
        "source_name": Text("危险源名称", max=100, help="不填就用问题描述"),
        "source_risk": Pick("风险等级", HazardSource.risk.options),
        "duplicate_of": Link("和哪条重复", Hazard, to="hazards"),
        "rectifier": Link("整改人", Person, to="persons"),
        "reviewer": Link("复核人", Person, to="persons", help="不填就由网格责任人复核"),
        "due_at": Moment("整改期限"),
        "measures": LongText("整改措施", max=1000),
        "duty_note": Text("责任落实", max=300, required=major, help="谁负责、谁配合"),
        "funds": Text("资金落实", max=300, required=major, help="钱从哪里出"),
        "funds_wan": Number("整改资金（万元）", places=2, min=0, max=1_000_000),
        "plan_note": Text("预案落实", max=300, required=major, help="整改期间怎么防、出事怎么办"),
        "result": LongText("整改情况", max=1000),
        "review_note": Text("复核意见", max=300),
    }


def title(hazard: Hazard) -> str:
    """What it is called where others point at it: `配电室 电缆裸露`."""
    node = None if hazard.grid_id is None else GridNode.get_or_none(GridNode.id == hazard.grid_id)
    where = node.name if node is not None else hazard.place
    return " ".join(part for part in (where, hazard.what or "随手拍（只有照片）") if part)


def place(hazard: Hazard) -> str:
    """Where it is, in words."""
    node = None if hazard.grid_id is None else GridNode.get_or_none(GridNode.id == hazard.grid_id)
    parts = [paths_in_words([node])[node.id]] if node is not None else []
    return " · ".join([*parts, *([hazard.place] if hazard.place else [])])


def phone_path(hazard: Hazard) -> str:
    """Its page in the phone client."""
    return f"/pages/hazards/hazard?id={hazard.id}"


def _shown(hazard: Hazard) -> Shown:
    pictures = list(photos.of(LEDGER, [hazard.id]))
    before = [item.id for item in pictures if item.stage != photos.AFTER]
    after = [item.id for item in pictures if item.stage == photos.AFTER]
    facts = [("位置", place(hazard))]
    if hazard.level:
        facts.append(("等级", Hazard.level.title_of(hazard.level)))
    if hazard.rectifier_id is not None:
        facts.append(("整改人", Person.get_by_id(hazard.rectifier_id).name))
    if hazard.due_at is not None:
        facts.append(("期限", _moment(hazard.due_at)))
    if hazard.reporter_id is not None and len(facts) < 4:
        who = f"{Person.get_by_id(hazard.reporter_id).name}，{_moment(hazard.found_at)}"
        facts.append(("上报", who + ("（补传）" if hazard.late else "")))
    if hazard.duplicate_of_id is not None and len(facts) < 4:
        same = Hazard.get_or_none(Hazard.id == hazard.duplicate_of_id)
        facts.append(("可能重复", same.number if same is not None else ""))
    newest = (after or before)[:1]
    return Shown(
        facts=tuple(fact for fact in facts if fact[1])[:4],
        picture_id=newest[0] if newest else None,
        pictures=(*before, *after),
        path=phone_path(hazard),
        place=place(hazard),
        tone="bad" if hazard.level == MAJOR else "warn",
    )


def _moment(moment: Any) -> str:
    return f"{clock.local(moment):%m-%d %H:%M}"


def _take_photos(actor: Actor, hazard: Hazard, ids: Sequence[int], stage: str) -> None:
    photos.take(actor, LEDGER, hazard, ids, stage, field="photos_after")


HAZARD = serve(
    Served(
        kind="hazard",
        title="隐患",
        record=Hazard,
        read=READ_HAZARDS,
        inputs=_inputs,
        photo_inputs={"photos_after": photos.AFTER},
        photo_ledger=LEDGER,
        take_photos=_take_photos,
        title_of=title,
        number_of=lambda hazard: hazard.number or "",
        shown=_shown,
        became=lambda hazard: Around([hazard]).became(hazard),
        effects={
            "confirmed": Effect("报给积分：上报人得分", outcomes.confirmed),
            "found_source": Effect("另登记一条危险源", outcomes.found_source),
            "rejected": Effect("通报它不是隐患", outcomes.rejected),
            "repeated": Effect("并到先上报的那一条", outcomes.repeated, needs=("duplicate_of",)),
            "planned": Effect("核对整改人、复核人和期限", outcomes.planned, needs=("rectifier", "due_at")),
            "rectified": Effect("记下整改时间，撤掉延期申请", outcomes.rectified),
            "closed": Effect("记下闭环时间，报给积分：整改人得分", outcomes.closed),
        },
        starts=(REPORTED,),
        grid_of=lambda hazard: hazard.grid_id,
        phone_path=phone_path,
        console_path=lambda hazard: f"/ledgers/hazards?row={hazard.id}",
        on_withdrawn=outcomes.withdrawn,
    )
)


def _extension_shown(extension: Extension) -> Shown:
    hazard = Hazard.get_by_id(extension.hazard_id)
    shown = _shown(hazard)
    facts = (
        ("隐患", title(hazard)),
        ("原期限", _moment(extension.due_at_before)),
        ("申请延到", _moment(extension.due_at)),
        ("原因", extension.reason),
    )
    return Shown(facts, shown.picture_id, shown.pictures, shown.path, shown.place, shown.tone)


def _granted(actor: Actor, extension: Extension, values: Values, context: Context) -> None:
    extensions.grant(actor, extension)


def _refused(actor: Actor, extension: Extension, values: Values, context: Context) -> None:
    extensions.refused(extension)


def _extension_withdrawn(actor: Actor, extension: Extension, values: Values, context: Context) -> None:
    extension.move("withdraw", actor, asked_key=None)


EXTENSION = serve(
    Served(
        kind="extension",
        title="延期申请",
        record=Extension,
        read=READ_HAZARDS,
        title_of=lambda extension: f"延期 {title(Hazard.get_by_id(extension.hazard_id))}",
        number_of=lambda extension: Hazard.get_by_id(extension.hazard_id).number or "",
        shown=_extension_shown,
        effects={
            "granted": Effect("把整改期限延到申请的时间", _granted),
            "refused": Effect("期限不变，可以再申请", _refused),
        },
        starts=("asked",),
        grid_of=lambda extension: extension.grid_id,
        phone_path=lambda extension: f"/pages/hazards/hazard?id={extension.hazard_id}",
        console_path=lambda extension: f"/ledgers/hazards?row={extension.hazard_id}",
        on_withdrawn=_extension_withdrawn,
    )
)

__all__ = ["EXTENSION", "HAZARD", "phone_path", "place", "title"]
