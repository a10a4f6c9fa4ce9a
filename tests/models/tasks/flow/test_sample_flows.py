"""Sample flows of the program become drafts of a unit, and hold before the engine's own check (H07, J07)."""

from __future__ import annotations

from typing import Any

import pytest

from models.core.db.connection import in_transaction
from models.core.errors import Invalid
from models.core.ledger.library import updates
from models.core.ledger.library.shelf import shelf
from models.core.ledger.library.taking import PickedStandard, take
from models.core.ledger.library.versions import standings
from models.core.security.actor import Actor
from models.tasks.flow import publishing, samples
from models.tasks.flow.checks.check import check
from models.tasks.flow.checks.transitions import doubtful
from models.tasks.flow.definition import Flowchart
from models.tasks.records import Flow
from models.tasks.subjects import served_kind
from tests.models.tasks.flow.test_standard_flows import flows
from tests.models.tasks.units import Unit

SAMPLES = {
    "post_publish": "post",
    "input_plan": "investment_plan",
    "suggestion": "suggestion",
    "system_revision": "document",
    "hazard_rectify": "hazard",
}


def source(key: str) -> str:
    return f"product:{samples.PREFIX}{key}"


def taken(officer: Actor, key: str) -> Flow:
    before = {row.id for row in Flow.select(Flow.id)}
    answer = in_transaction(take, officer, flows(), [PickedStandard(source(key))], None)
    assert answer["refused"] == [] and "都是草稿，改好发布后生效" in answer["message"]
    return next(row for row in Flow.select() if row.id not in before)


def filled(said: Any, unit: Unit) -> Any:
    """The definition once the unit has named the people who only it can know."""
    person = unit.people["管"].id
    steps = [
        {**step, "who": [{"by": "person", "id": person}]} if step["key"] in said["to_fill"] else step
        for step in said["definition"]["steps"]
    ]
    return {**said["definition"], "steps": steps}


def test_every_sample_whose_kind_is_served_is_there() -> None:
    assert {key: said["kind"] for key, said in samples.sample_flows().items()} == SAMPLES


@pytest.mark.parametrize("key", SAMPLES)
def test_nothing_is_wrong_with_a_sample_but_the_people_whom_a_unit_names(unit: Unit, key: str) -> None:
    said = samples.sample_flows()[key]
    chart = Flowchart(said["definition"])
    missing = [f"steps.{chart.plan(step).position - 1}.who" for step in said["to_fill"]]
    served = served_kind(said["kind"])
    assert [fault.path for fault in check(said["definition"], served)] == missing
    whole = filled(said, unit)
    assert check(whole, served) == []
    assert doubtful(whole, served) == []
    assert said["asked"].keys() == {plan.key for plan in chart.plans}
    assert all("要您选人" in said["asked"][step] for step in said["to_fill"])


@pytest.mark.parametrize("key", SAMPLES)
def test_a_sample_becomes_a_draft_that_can_be_published(unit: Unit, key: str) -> None:
    officer, administrator = unit.actor("管", "console"), unit.administrator()
    said = samples.sample_flows()[key]
    items = in_transaction(shelf, officer, flows(), None, write=False)["items"]
    offered = next(one for one in items if one["source"] == source(key))
    assert (offered["from"], offered["sample"], offered["name"]) == ("系统样例", True, said["name"])
    told = {fact["title"]: fact["text"] for fact in offered["facts"]}
    assert told["出处"] == said["source"]
    assert len(told["步骤"].splitlines()) == len(said["definition"]["steps"])
    own = taken(officer, key)
    assert (own.company_id, own.kind, own.published) == (unit.company.id, said["kind"], None)
    assert own.draft == said["definition"]
    assert standings(flows(), [own]) == {own.id: "same"}
    if said["to_fill"]:
        with pytest.raises(Invalid, match="流程还有问题"):
            in_transaction(publishing.publish, administrator, own.id)
        in_transaction(publishing.save_draft, officer, own.id, filled(said, unit))
    assert in_transaction(publishing.publish, administrator, own.id).number == 1


def test_a_newer_sample_is_offered_taken_as_a_draft_or_declined_by_name(
    unit: Unit, monkeypatch: pytest.MonkeyPatch
) -> None:
    officer = unit.actor("管", "console")
    own, other = taken(officer, "post_publish"), taken(officer, "post_publish")
    said = samples.sample_flows()["post_publish"]
    first, *rest = said["definition"]["steps"]
    steps = [{**first, "title": "先核对"}, *rest]
    newer = {**said, "version": 2, "definition": {**said["definition"], "steps": steps}}
    monkeypatch.setattr(samples, "sample_flows", lambda: {"post_publish": newer})
    assert standings(flows(), [own, other]) == {own.id: "moved", other.id: "moved"}
    copy = in_transaction(updates.of_row, officer, flows(), own.id, write=False)["copy"]
    told = {one["key"]: one["new"] for one in copy["changes"]}
    assert told["version_text"] == "样例第 2 版" and "先核对" in told["steps"]
    in_transaction(updates.decide, officer, flows(), own.id, list(told))
    in_transaction(updates.decide, officer, flows(), other.id, [], list(told))
    assert Flow.get_by_id(own.id).draft == newer["definition"]
    assert Flow.get_by_id(other.id).draft == said["definition"]
    assert standings(flows(), [own, other]) == {own.id: "same", other.id: "declined"}
