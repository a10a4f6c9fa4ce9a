"""Drawing and publishing a flow: who may, what is refused, and what new cases then take (H07)."""

from __future__ import annotations

from typing import Any

import pytest

from models.core.db.connection import in_transaction
from models.core.errors import Conflict, Forbidden, Invalid
from models.core.history import Change
from models.tasks.flow.publishing import draft_of, publish, published, save_draft
from models.tasks.records import Flow, FlowVersion
from tests.models.tasks.units import Unit, approve


def own(unit: Unit, **values: Any) -> Flow:
    """A flow of the unit's own that nobody has drawn yet."""
    made: Flow = Flow.create(company=unit.company, kind="thing", name="本单位的", **values)
    return made


def drawn(unit: Unit, title: str) -> dict[str, Any]:
    return {"steps": [approve("a", unit.id("白"), title=title)]}


def test_each_publishing_is_the_next_version_and_says_so_in_the_trail(unit: Unit) -> None:
    admin, flow = unit.administrator(), own(unit)
    assert published(flow) is None and draft_of(admin, flow.id) == {"steps": []}
    for title in ("一", "二"):
        in_transaction(save_draft, admin, flow.id, drawn(unit, title))
        assert draft_of(admin, flow.id) == drawn(unit, title)
        in_transaction(publish, admin, flow.id)
    flow = Flow.get_by_id(flow.id)
    assert (flow.published, flow.draft) == (2, None)
    assert draft_of(admin, flow.id) == drawn(unit, "二"), "what is in force is what one goes on drawing"
    assert [row.number for row in FlowVersion.select().where(FlowVersion.flow == flow.id)] == [1, 2]
    told: list[Any] = [
        row.changes[0] for row in Change.select().where(Change.action == "published").order_by(Change.id)
    ]
    assert [(line["old"], line["new"]) for line in told] == [(None, 1), (1, 2)]
    assert [news["number"] for news in unit.news("flow.published")] == [1, 2]


def test_what_is_in_force_already_is_not_published_again(unit: Unit) -> None:
    admin, flow = unit.administrator(), own(unit)
    for draft in (None, drawn(unit, "一")):  # never drawn; then drawn as it is in force
        if draft is not None:
            in_transaction(save_draft, admin, flow.id, draft)
            in_transaction(publish, admin, flow.id)
            in_transaction(save_draft, admin, flow.id, draft)
        with pytest.raises(Conflict) as refused:
            in_transaction(publish, admin, flow.id)
        assert refused.value.code == "nothing_to_publish"
    assert FlowVersion.select().where(FlowVersion.flow == flow.id).count() == 1


def test_a_faulty_draft_is_kept_and_not_published(unit: Unit) -> None:
    admin, flow = unit.administrator(), own(unit)
    in_transaction(save_draft, admin, flow.id, {"steps": [approve("a")]})
    with pytest.raises(Invalid) as refused:
        in_transaction(publish, admin, flow.id)
    assert refused.value.code == "faulty_flow" and refused.value.details["faults"][0]["sentence"]
    assert Flow.get_by_id(flow.id).draft == {"steps": [approve("a")]}


@pytest.mark.parametrize("drawn", [None, [], {"steps": None}, {"steps": {}}, {"stages": []}])
def test_what_is_no_flow_at_all_is_not_kept(unit: Unit, drawn: Any) -> None:
    flow = own(unit)
    with pytest.raises(Invalid) as refused:
        in_transaction(save_draft, unit.administrator(), flow.id, drawn)
    assert set(refused.value.fields) == {"definition"} and Flow.get_by_id(flow.id).draft is None


def test_an_officer_draws_and_an_administrator_publishes_and_the_groups_is_the_groups(unit: Unit) -> None:
    officer, flow = unit.actor("管", "console"), own(unit)
    in_transaction(save_draft, officer, flow.id, drawn(unit, "一"))
    with pytest.raises(Forbidden):
        in_transaction(publish, officer, flow.id)
    group = unit.flow(approve("a", unit.id("白")))
    group.change(draft=drawn(unit, "改"))
    for act in (
        lambda: publish(unit.administrator(), group.id),
        lambda: save_draft(officer, group.id, {"steps": []}),
    ):
        with pytest.raises(Forbidden) as refused:
            in_transaction(act)
        assert "全集团通用" in refused.value.cause
