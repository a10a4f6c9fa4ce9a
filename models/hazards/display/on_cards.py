"""What people are shown of a hazard, and of a request for more time: on cards and lists, and in full to who decides (E09, X06)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from models.core.files import photos
from models.core.files.attachments import LATER
from models.core.ledger.reading.references import load_rows
from models.core.text.date_words import when
from models.core.text.regulation_names import short_basis
from models.grid.places import paths_in_words
from models.grid.records import GridNode
from models.hazards.records import (
    MAJOR,
    PLANNING,
    RECTIFYING,
    REPORTED,
    REVIEWING,
    Extension,
    Hazard,
    MajorCriterion,
    basis_said,
    criterion_in_words,
)
from models.hazards.report.open_hazard import LEDGER
from models.tasks.subjects import Details, Picture, SubjectFacts
from models.tasks.views.items import names_of
from models.tasks.wording import number

Facts = tuple[tuple[str, str], ...]
_FACTS = 4
_BASIS = "判定依据"
#: What a card says of a hazard, by its state, the first four that there are: what is to be decided then comes first.
_FIRST = {
    REPORTED: ("位置", "上报", "可能重复", "等级"),
    PLANNING: ("位置", "等级", _BASIS, "判定说明", "上报"),
    RECTIFYING: ("整改措施", "位置", "等级", _BASIS, "整改人"),
    REVIEWING: ("整改措施", "整改情况", _BASIS, "整改人", "位置"),
}
_LATER = ("位置", "等级", _BASIS, "整改人", "期限")
#: The same for who decides, and then all the rest.
_LEADING = {
    RECTIFYING: ("问题", "整改措施", "期限", "判定说明"),
    REVIEWING: ("问题", "整改措施", "整改情况"),
}
_PHOTOS = {photos.AFTER: "整改后", photos.RETURNED: "上次整改后"}
_PLACES = {stage: place for place, stage in enumerate(_PHOTOS, 1)}  # all others come first


def phone_path(hazard: Hazard) -> str:
    """Its page in the phone client."""
    return f"/pages/hazards/hazard?id={hazard.id}"


def titles(hazards: Sequence[Hazard]) -> dict[int, str]:
    """What each is called where others point at it: `配电室 电缆裸露`."""
    nodes = load_rows(GridNode, {row.grid_id for row in hazards} - {None})
    made = {}
    for row in hazards:
        where = nodes[row.grid_id].name if row.grid_id in nodes else row.place
        what = row.what or "随手拍（只有照片）"
        # Who writes the place down too (`1号泵房 电缆裸露`) reads it once.
        made[row.id] = f"{where} {what}" if where and not what.startswith(where) else what
    return made


class Beside:
    """What is shown beside some hazards: their places, people, pictures, which they repeat; loaded for all at once."""

    def __init__(self, hazards: Sequence[Hazard]) -> None:
        nodes = load_rows(GridNode, {row.grid_id for row in hazards} - {None})
        self.words = paths_in_words(list(nodes.values())) if nodes else {}
        self.names = names_of(
            each for row in hazards for each in (row.rectifier_id, row.reporter_id, row.reviewer_id)
        )
        self.same = load_rows(Hazard, {row.duplicate_of_id for row in hazards} - {None})
        self.pictures: dict[int, list[Any]] = defaultdict(list)
        for picture in photos.of(LEDGER, [row.id for row in hazards]):
            self.pictures[picture.row_id].append(picture)

    def where(self, hazard: Hazard) -> str:
        """Where it is, in words."""
        return " · ".join(part for part in (self.words.get(hazard.grid_id), hazard.place) if part)

    def facts(self, hazard: Hazard) -> dict[str, str]:
        """What one may want to know of it, by name, in the order in which it came about; what is empty is left out."""
        names, same = self.names, self.same.get(hazard.duplicate_of_id)
        reporter = names.get(hazard.reporter_id or 0, "")
        found = f"{when(hazard.found_at)}{'（补传）' if hazard.late else ''}"
        told = {
            "问题": hazard.what or "",
            "位置": self.where(hazard),
            "等级": Hazard.level.title_of(hazard.level) if hazard.level else "",
            _BASIS: short_basis(basis_said(hazard.criterion_said or "")),
            "判定说明": hazard.reason or "",
            "整改人": names.get(hazard.rectifier_id or 0, ""),
            "期限": when(hazard.due_at),
            "整改措施": hazard.measures or "",
            "责任落实": hazard.duty_note or "",
            "资金落实": hazard.funds or "",
            "整改资金": f"{number(hazard.funds_wan)} 万元" if hazard.funds_wan is not None else "",
            "预案落实": hazard.plan_note or "",
            "整改情况": hazard.result or "",
            "复核人": names.get(hazard.reviewer_id or 0, ""),
            "复核意见": hazard.review_note or "",
            "上报": f"{reporter}，{found}" if reporter else "",
            "可能重复": (same.number or "") if same is not None else "",
        }
        return {name: str(value) for name, value in told.items() if value}


def hazards_shown(hazards: Sequence[Hazard]) -> list[SubjectFacts]:
    """What cards and lists show of hazards."""
    beside = Beside(hazards)
    return [_shown(hazard, beside) for hazard in hazards]


def _shown(hazard: Hazard, beside: Beside) -> SubjectFacts:
    # What was added once it was closed stands beside the evidence, with the attachments.
    pictures = [item for item in beside.pictures[hazard.id] if item.stage != LATER]
    after = [item.id for item in pictures if item.stage == photos.AFTER]
    before = [item.id for item in pictures if item.stage not in _PHOTOS]
    first = "整改前" if after else "现场"
    told = beside.facts(hazard)
    wanted = _FIRST.get(hazard.state, _LATER)
    return SubjectFacts(
        facts=tuple((name, told[name]) for name in wanted if name in told)[:_FACTS],
        picture_id=next(iter((*after, *before)), None),
        before_id=before[0] if before and after else None,
        pictures=tuple(
            Picture(item.id, _PHOTOS.get(item.stage, first))
            for item in sorted(pictures, key=lambda item: (_PLACES.get(item.stage, 0), item.id))
        ),
        path=phone_path(hazard),
        place=beside.where(hazard),
        tone="bad" if hazard.level == MAJOR else "warn",
    )  # fmt: skip


def hazard_details(hazard: Hazard) -> Details:
    """All that there is to know of a hazard for who decides about it, what it hangs on first."""
    told = Beside([hazard]).facts(hazard)
    if hazard.criterion_id is not None:
        criterion = MajorCriterion.get_or_none(MajorCriterion.id == hazard.criterion_id)
        told.pop(_BASIS, None)  # in full
        told["判定标准"] = hazard.criterion_said or (
            "" if criterion is None else criterion_in_words(criterion)
        )
    asked = Extension.select().where(Extension.hazard == hazard.id).order_by(Extension.id.desc()).first()
    if asked is not None:
        state = Extension.state.title_of(asked.state)
        told["延期"] = f"{state}，延到 {when(asked.due_at)}：{asked.reason}"
    leading = _LEADING.get(hazard.state, ("问题",))
    order = [*(name for name in leading if name in told), *(name for name in told if name not in leading)]
    return Details(tuple((name, told[name]) for name in order if told[name]))


def extensions_shown(extensions: Sequence[Extension]) -> list[SubjectFacts]:
    """What cards and lists show of requests for more time: the pictures are the hazard's."""
    hazards = load_rows(Hazard, {extension.hazard_id for extension in extensions})
    shown = dict(zip(hazards, hazards_shown(list(hazards.values())), strict=True))
    called = titles(list(hazards.values()))
    return [_extension_shown(one, called[one.hazard_id], shown[one.hazard_id]) for one in extensions]


def _extension_shown(extension: Extension, hazard: str, shown: SubjectFacts) -> SubjectFacts:
    facts = (
        ("隐患", hazard),
        ("原期限", when(extension.due_at_before)),
        ("申请延到", when(extension.due_at)),
        ("原因", extension.reason),
    )
    return SubjectFacts(
        facts, shown.picture_id, shown.before_id, shown.pictures, shown.path, shown.place, shown.tone
    )


def extension_details(extension: Extension) -> Details:
    """A request for more time, and the hazard that it is for."""
    hazard = Hazard.get_by_id(extension.hazard_id)
    beside = Beside([hazard])
    told = beside.facts(hazard)
    asker = names_of([extension.asker_id]).get(extension.asker_id or 0, "")
    facts = (
        ("原因", extension.reason), ("申请延到", when(extension.due_at)), ("原期限", when(extension.due_at_before)),
        ("申请人", asker), ("已延过", f"{hazard.extensions} 次" if hazard.extensions else ""),
        *((name, told.get(name, "")) for name in ("问题", "整改措施", "位置", "等级", "整改人")),
    )  # fmt: skip
    return Details(tuple((name, str(value)) for name, value in facts if value))


__all__ = [
    "Beside", "extension_details", "extensions_shown", "hazard_details", "hazards_shown", "phone_path", "titles",
]  # fmt: skip
