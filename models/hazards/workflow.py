"""Hazards and extensions as the engine sees them: their inputs, what cards show, and what outcomes do (E09, X06)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from models.core.fields import Described, Link, LongText, Moment, Number, Pick, Text
from models.core.files import photos
from models.core.security.actor import Actor
from models.hazards.display.context import Around
from models.hazards.display.on_cards import (
    Beside,
    extension_details,
    extensions_shown,
    hazard_details,
    hazards_shown,
    phone_path,
    titles,
)
from models.hazards.records import (
    CLOSED,
    HAZARD_LEVELS,
    MAJOR,
    PLANNING,
    READ_HAZARDS,
    REPORTED,
    Extension,
    Hazard,
    HazardSource,
    MajorCriterion,
)
from models.hazards.report.open_hazard import LEDGER
from models.hazards.treatment import extensions, outcomes
from models.organization.records import Person
from models.tasks.subjects import Context, Effect, Served, Values, serve


def _inputs(hazard: Hazard | None) -> Mapping[str, Described]:
    """What outcomes may ask for. The five of 五落实 must be filled in where the hazard is a major one."""
    major = hazard is not None and hazard.level == MAJOR
    judging = hazard is None or hazard.state in (REPORTED, PLANNING)
    criteria = judging and outcomes.criteria_there()
    return {
        "level": Pick("隐患等级", HAZARD_LEVELS, help="拿不准时对照重大隐患判定标准"),
        "criterion": Link(
            "重大隐患判定标准",
            MajorCriterion,
            to="major-criteria",
            help="凭哪一条判为重大",
            required=criteria and major and hazard is not None and hazard.criterion_id is None,
            needed_when=("level", MAJOR) if criteria else None,
        ),
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
    return titles([hazard])[hazard.id]


def place(hazard: Hazard) -> str:
    """Where it is, in words."""
    return Beside([hazard]).where(hazard)


def _take_photos(actor: Actor, hazard: Hazard, ids: Sequence[int], stage: str) -> None:
    if stage == photos.AFTER:
        photos.retire(LEDGER, hazard.id, stage)
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
        shown=hazards_shown,
        details=hazard_details,
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
        two_persons=(("submit", "close"),),
        starts=(REPORTED,),
        approved=(CLOSED,),
        grid_of=lambda hazard: hazard.grid_id,
        phone_path=phone_path,
        console_path=lambda hazard: f"/ledgers/hazards?row={hazard.id}",
        on_withdrawn=outcomes.withdrawn,
    )
)


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
        shown=extensions_shown,
        details=extension_details,
        effects={
            "granted": Effect("把整改期限延到申请的时间", _granted),
            "refused": Effect("期限不变，可以再申请", _refused),
        },
        hangs_on={Hazard: extensions.of_hazard},
        starts=("asked",),
        approved=("granted",),
        grid_of=lambda extension: extension.grid_id,
        phone_path=lambda extension: f"/pages/hazards/hazard?id={extension.hazard_id}",
        console_path=lambda extension: f"/ledgers/hazards?row={extension.hazard_id}",
        on_withdrawn=_extension_withdrawn,
    )
)

__all__ = ["EXTENSION", "HAZARD", "phone_path", "place", "title"]
