"""Hazards and extensions as the engine sees them: their inputs, what cards show, and what outcomes do (E09, X06)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from models.core import clock, photos
from models.core.actor import Actor
from models.core.fields import Described, Link, LongText, Moment, Number, Pick, Text
from models.core.ledger.references import load_rows
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
from models.tasks.items import names_of
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
    return _titles([hazard])[hazard.id]


def _titles(hazards: Sequence[Hazard]) -> dict[int, str]:
    nodes = load_rows(GridNode, {row.grid_id for row in hazards} - {None})
    made = {}
    for row in hazards:
        where = nodes[row.grid_id].name if row.grid_id in nodes else row.place
        what = row.what or "随手拍（只有照片）"
        # Who writes the place down too (`1号泵房 电缆裸露`) reads it once.
        made[row.id] = f"{where} {what}" if where and not what.startswith(where) else what
    return made


def place(hazard: Hazard) -> str:
    """Where it is, in words."""
    return _Beside([hazard]).where(hazard)


def phone_path(hazard: Hazard) -> str:
    """Its page in the phone client."""
    return f"/pages/hazards/hazard?id={hazard.id}"


class _Beside:
    """What is shown beside some hazards: their places, people, pictures, which they repeat; loaded for all at once."""

    def __init__(self, hazards: Sequence[Hazard]) -> None:
        nodes = load_rows(GridNode, {row.grid_id for row in hazards} - {None})
        self.words = paths_in_words(list(nodes.values())) if nodes else {}
        self.names = names_of(each for row in hazards for each in (row.rectifier_id, row.reporter_id))
        self.same = load_rows(Hazard, {row.duplicate_of_id for row in hazards} - {None})
        self.pictures: dict[int, list[Any]] = defaultdict(list)
        for picture in photos.of(LEDGER, [row.id for row in hazards]):
            self.pictures[picture.row_id].append(picture)

    def where(self, hazard: Hazard) -> str:
        """Where it is, in words."""
        return " · ".join(part for part in (self.words.get(hazard.grid_id), hazard.place) if part)


def _hazards_shown(hazards: Sequence[Hazard]) -> list[Shown]:
    beside = _Beside(hazards)
    return [_shown(hazard, beside) for hazard in hazards]


def _shown(hazard: Hazard, beside: _Beside) -> Shown:
    pictures = beside.pictures[hazard.id]
    before = [item.id for item in pictures if item.stage != photos.AFTER]
    after = [item.id for item in pictures if item.stage == photos.AFTER]
    where = beside.where(hazard)
    facts = [("位置", where)]
    if hazard.level:
        facts.append(("等级", Hazard.level.title_of(hazard.level)))
    if hazard.rectifier_id is not None:
        facts.append(("整改人", beside.names[hazard.rectifier_id]))
    if hazard.due_at is not None:
        facts.append(("期限", _moment(hazard.due_at)))
    if hazard.reporter_id is not None and len(facts) < 4:
        who = f"{beside.names[hazard.reporter_id]}，{_moment(hazard.found_at)}"
        facts.append(("上报", who + ("（补传）" if hazard.late else "")))
    if hazard.duplicate_of_id is not None and len(facts) < 4:
        same = beside.same.get(hazard.duplicate_of_id)
        facts.append(("可能重复", same.number if same is not None else ""))
    newest = (after or before)[:1]
    return Shown(
        facts=tuple(fact for fact in facts if fact[1])[:4],
        picture_id=newest[0] if newest else None,
        pictures=(*before, *after),
        path=phone_path(hazard),
        place=where,
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
        shown=_hazards_shown,
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


def _extensions_shown(extensions: Sequence[Extension]) -> list[Shown]:
    hazards = load_rows(Hazard, {extension.hazard_id for extension in extensions})
    shown = dict(zip(hazards, _hazards_shown(list(hazards.values())), strict=True))
    titles = _titles(list(hazards.values()))
    return [_extension_shown(one, titles[one.hazard_id], shown[one.hazard_id]) for one in extensions]


def _extension_shown(extension: Extension, hazard: str, shown: Shown) -> Shown:
    facts = (
        ("隐患", hazard),
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
        shown=_extensions_shown,
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
