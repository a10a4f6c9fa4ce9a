"""The columns of a ledger as a sheet has them: of an import plan, or of an export."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from models.core.excel import SheetColumn
from models.core.excel.columns import Kind
from models.core.fields import Described, Flag, Lines, Link, PersonalId
from models.core.ledger.declaration import Ledger
from models.core.ledger.import_plan import ImportPlan
from models.core.ledger.reading.references import label_of, visible
from models.core.security import identifiers
from models.core.security.actor import Actor

_KINDS: dict[str, Kind] = {
    "integer": "number",
    "number": "number",
    "date": "date",
    "moment": "moment",
    "choice": "choice",
    "flag": "choice",
}
_MAX_OFFERED = 300
#: What people's own sheets call a column of a kind, beside its title.
_CALLED_BY_KIND = {
    "personal_id": ("身份证号码", "身份证", "公民身份号码", "证件号码", "身份证件号码", "证件号"),
    "phone": ("手机", "手机号", "手机号码", "电话", "电话号码", "联系方式", "移动电话"),
}


def import_columns(ledger: Ledger, actor: Actor, *, offer: bool = False) -> list[SheetColumn]:
    """The columns of the ledger's import; with `offer` references carry what the actor may pick."""
    plan, beside = plan_of(ledger), lines_of(ledger)
    return [_import_column(ledger, actor, plan, name, offer) for name in plan.columns if name not in beside]


def lines_of(ledger: Ledger) -> list[str]:
    """The values of the import that stand on sheets of their own."""
    plan = ledger.importing
    return [name for name in plan.columns if isinstance(ledger.field_named(name), Lines)] if plan else []


def line_columns(ledger: Ledger, actor: Actor, name: str) -> list[SheetColumn]:
    """The columns of the sheet on which the lines called `name` stand: the key of the row that they belong to, and the boxes."""
    field, plan = ledger.field_named(name), plan_of(ledger)
    assert isinstance(field, Lines)
    key = replace(_import_column(ledger, actor, plan, plan.line_key, False), required=True)
    boxes = [
        SheetColumn(
            key=part, title=box.title, kind=_KINDS.get(box.kind, "text"), required=box.required and not isinstance(box, Flag),
            choices=_choices(actor, ledger, box, True, False), comment=_comment(box, box.help),
            unit=getattr(box, "unit", ""), until=getattr(box, "until", False),
            mask=_mask_of(box, _KINDS.get(box.kind, "text")),
        )
        for part, box in field.parts.items()
    ]  # fmt: skip
    return [key, *boxes]


def plan_of(ledger: Ledger) -> ImportPlan:
    """The ledger's import plan. Raises LookupError for a ledger without one."""
    if ledger.importing is None:
        raise LookupError(f"ledger {ledger.name} has no import")
    return ledger.importing


def is_required(ledger: Ledger, name: str) -> bool:
    """Whether every new row needs it; the company is the actor's own where it is left out."""
    derived = ledger.derived_named(name)
    if derived is not None:
        return derived.required
    field: Any = ledger.field_named(name)
    default = field.default is not None or name == ledger.record.company_field
    return bool(field.required) and not isinstance(field, Flag) and not default


def _import_column(ledger: Ledger, actor: Actor, plan: ImportPlan, name: str, offer: bool) -> SheetColumn:
    field: Any = ledger.field_named(name)
    kind = ledger.derived_named(name).kind if ledger.derived_named(name) else field.kind  # type: ignore[union-attr]
    derived = ledger.derived_named(name)
    return SheetColumn(
        key=name,
        title=ledger.title_of(name),
        kind=_KINDS.get(kind, "text"),
        required=is_required(ledger, name),
        choices=_choices(actor, ledger, field, name in plan.lookup, offer),
        sample=plan.samples.get(name, ""),
        comment=_comment(field, (derived.help if derived is not None else "") or field.help),
        aliases=plan.aliases.get(name) or _CALLED_BY_KIND.get(field.kind, ()),
        unit=getattr(field, "unit", ""),
        until=getattr(field, "until", False),
        mask=_mask_of(field, _KINDS.get(kind, "text")),
    )


def _mask_of(field: Described, kind: Kind) -> Callable[[str], str] | None:
    """How a value is shown again: people are told by their ID number in other columns too (持证人, 证书编号)."""
    if isinstance(field, PersonalId):
        return identifiers.mask_id
    if getattr(field, "long_number", False):
        return identifiers.hide_ids
    return identifiers.hide_id_like if kind == "text" and field.kind != "phone" else None


def _choices(actor: Actor, ledger: Ledger, field: Described, looked_up: bool, offer: bool) -> tuple[str, ...]:
    if isinstance(field, Flag):
        return ("是", "否")
    if field.kind == "choice":
        return tuple(choice["title"] for choice in field.describe()["choices"])
    if not offer or looked_up or not isinstance(field, Link):
        return ()
    rows = list(visible(actor, field, ledger.rights["import"]).limit(_MAX_OFFERED + 1))
    return () if len(rows) > _MAX_OFFERED else tuple(sorted({label_of(row, field.to) for row in rows}))


def _comment(field: Described, help_text: str) -> str:
    if field.kind != "choices":
        return help_text
    titles = "、".join(choice["title"] for choice in field.describe()["choices"][:20])
    return f"{help_text}。可以填几个，用逗号隔开：{titles}".lstrip("。")


def export_column(ledger: Ledger, name: str) -> SheetColumn:
    """The column of an export that holds the value called `name`."""
    derived = ledger.derived_named(name)
    kind = derived.kind if derived is not None else ledger.field_named(name).kind
    return SheetColumn(key=name, title=ledger.title_of(name), kind=_KINDS.get(kind, "text"))
