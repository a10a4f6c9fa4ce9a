"""Hazards that are written down rather than snapped: by hand, from an inspection, from a sheet (E09)."""

from __future__ import annotations

from typing import Any

from models.core import clock, history
from models.core.coordinates import position_faults
from models.core.errors import Conflict, Invalid
from models.core.events.outbox import announce
from models.core.security.actor import Actor
from models.grid.places import usable_node, where_one_works
from models.grid.records import GridNode
from models.hazards.records import EDIT_HAZARDS, REPORT_HAZARDS, REPORTED, UNDER_WAY, Hazard
from models.hazards.report.open_hazard import open_hazard, photo_ids
from models.organization.belonging import unit_for

Values = dict[str, Any]
_BY_HAND = ("manual", "inspection")


def create(actor: Actor, values: Values) -> Hazard:
    """Write a hazard down; it goes the same way as a snapshot. `photos` are uploads, `origin` manual or inspection.

    Raises Invalid at the fields, Forbidden.
    """
    actor.require(REPORT_HAZARDS)
    values = dict(values)
    pictures = photo_ids(values.pop("photos", None))
    company, person = unit_for(
        actor, values.get("company"), REPORT_HAZARDS, doing="登记隐患", advice="请联系安全管理员为您绑定单位"
    )
    values["company"] = company.id
    origin = values.get("origin")
    values["origin"] = "import" if actor.door == "import" else origin if origin in _BY_HAND else "manual"
    wrong = {}
    if not values.get("what"):
        wrong["what"] = "请填写问题描述"
    if (values.get("found_at") or clock.now()) > clock.now():
        wrong["found_at"] = "发现时间晚于现在，请核对"
    wrong |= position_faults(values)
    if wrong:
        raise Invalid(fields=wrong)
    picked = values.pop("grid", None)
    node = where_one_works(company.id, person) if picked is None else usable_node(picked, company.id)
    hazard, _ = open_hazard(actor, values, person, pictures=pictures, node=node)
    return hazard


def edit(actor: Actor, hazard: Hazard, values: Values) -> Hazard:
    """Correct what was written down while it is under way; who does what by when is for the flow alone.

    Another place before the judgement brings it to whoever is responsible there. Raises Conflict, Invalid, Forbidden.
    """
    actor.require(EDIT_HAZARDS, hazard)
    if hazard.state not in UNDER_WAY:
        raise Conflict(
            "不能再修改",
            code="wrong_state",
            cause=f"这条隐患{Hazard.state.title_of(hazard.state)}",
            advice="要补充说明，请在流程里留言",
        )
    values = {name: value for name, value in values.items() if hazard.__data__.get(name) != value}
    if "grid" in values:
        values |= _new_place(hazard, values["grid"])
    whole = {**hazard.__data__, **values}
    wrong = position_faults(whole)
    if "what" in values and not values["what"]:
        wrong["what"] = "请填写问题描述"
    if wrong:
        raise Invalid(fields=wrong)
    if not values:
        return hazard
    old = dict(hazard.__data__)
    hazard.change(**values)
    history.note(actor, hazard, "edited", history.differences(Hazard, old, values))
    announce("ledger.changed", hazard, ledger="hazards")
    if "grid" in values:
        from models.hazards.treatment.task_reassignment import follow_place

        follow_place(actor, hazard)
    return hazard


def _new_place(hazard: Hazard, grid_id: int | None) -> Values:
    if hazard.state != REPORTED:
        raise Invalid(fields={"grid": "已经确认的隐患不能改网格；写错了请退回确认后再改"})
    if grid_id is None:
        raise Invalid(fields={"grid": "请选择网格"})
    node: GridNode = usable_node(grid_id, hazard.company_id)
    return {"grid": node.id, "site": node.site_id or hazard.site_id}
