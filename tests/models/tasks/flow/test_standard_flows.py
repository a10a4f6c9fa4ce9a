"""A unit makes its own of the group's flows, remembers which, and hears when it got another version (H07, J07)."""

from __future__ import annotations

from typing import Any

import pytest

from models.core.db.connection import in_transaction
from models.core.errors import Forbidden
from models.core.ledger import Ledger, ledger_named
from models.core.ledger.changes.actions import act
from models.core.ledger.library import updates
from models.core.ledger.library.shelf import shelf
from models.core.ledger.library.taking import PickedStandard, take
from models.core.ledger.library.versions import standings
from models.core.security.actor import Actor
from models.tasks.flow.publishing import new_version
from models.tasks.records import Flow, FlowVersion
from tests.models.tasks.units import Unit


def flows() -> Ledger:
    found = ledger_named("flows")
    assert found is not None
    return found


def item(who: Actor, source: str) -> Any:
    items = in_transaction(shelf, who, flows(), None, write=False)["items"]
    return next(one for one in items if one["source"] == source)


def published(flow: Flow) -> Any:
    return FlowVersion.get(FlowVersion.flow == flow.id, FlowVersion.number == flow.published).definition


def moved_on(flow: Flow) -> Any:
    """The group gives its flow another version."""
    definition = published(flow)
    definition["steps"][0]["title"] = "先核对"
    in_transaction(new_version, Flow.get_by_id(flow.id), definition, by="集团")
    return definition


@pytest.mark.parametrize("way", ["library", "button"])
def test_both_doors_make_a_draft_that_remembers_its_source(unit: Unit, way: str) -> None:
    officer = unit.actor("管", "console")
    group = Flow.get(Flow.code == "errand")
    offered = item(officer, "product:errand")
    assert offered["from"] == "集团流程"
    assert (offered["name"], offered["group"], offered["there"]) == ("指派任务", "指派任务", None)
    if way == "library":
        answer = in_transaction(take, officer, flows(), [PickedStandard("product:errand")], None)
        assert answer["refused"] == [] and "都是草稿，改好发布后生效" in answer["message"]
    else:
        in_transaction(act, officer, flows(), flows().action_named("copy"), [str(group.id)], {})
    own = Flow.get(Flow.company == unit.company.id)
    assert (own.kind, own.published, own.draft) == ("errand", None, published(group))
    assert standings(flows(), [own]) == {own.id: "same"}
    assert item(officer, "product:errand")["there"]["id"] == str(own.id)
    # Another version: said with the steps, and taken as a draft.
    definition = moved_on(group)
    assert standings(flows(), [own]) == {own.id: "moved"}
    copy = in_transaction(updates.of_row, officer, flows(), own.id, write=False)["copy"]
    told = {one["key"]: (one["old"], one["new"]) for one in copy["changes"]}
    assert told["version_text"] == ("第 1 版", "第 2 版") and "先核对" in told["steps"][1]
    in_transaction(updates.decide, officer, flows(), own.id, list(told))
    own = Flow.get_by_id(own.id)
    assert (own.draft, own.published) == (definition, None)
    assert standings(flows(), [own]) == {own.id: "same"}


def test_who_draws_no_flows_takes_none(unit: Unit) -> None:
    with pytest.raises(Forbidden):
        in_transaction(take, unit.actor("白", "console"), flows(), [PickedStandard("product:errand")], None)
    answer = in_transaction(
        take, unit.actor("管", "console"), flows(), [PickedStandard("product:no-such")], None
    )
    assert answer["made"] == [] and Flow.select().where(Flow.company.is_null(False)).count() == 0
