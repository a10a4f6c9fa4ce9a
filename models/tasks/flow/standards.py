"""The flows that serve everybody, and samples, as standards that a unit makes its own of (H07, J07)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from models.core import history
from models.core.ledger.library.declaration import Standard
from models.core.ledger.library.records import LibraryCopy
from models.core.ledger.library.taking import keep_copy
from models.core.ledger.library.versions import PRODUCT, source_of
from models.core.security.actor import Actor
from models.tasks.flow.publishing import copy_flow, draft_for
from models.tasks.flow.samples import PREFIX, sample_of, sample_standards
from models.tasks.records import Flow, FlowVersion
from models.tasks.subjects import all_served

LEDGER = "flows"


def offered_flows() -> tuple[Standard, ...]:
    """What a unit may make its own of: the flows that serve everybody, then the samples of the program."""
    return (*standard_flows(), *sample_standards())


def whose(key: str) -> str:
    """Whose a standard flow is, in words."""
    return "系统样例" if key.startswith(PREFIX) else "集团流程"


def standard_flows() -> tuple[Standard, ...]:
    """The published flows without a company, as they are in force now, under what they are for."""
    rows = Flow.select(Flow, FlowVersion.definition.alias("said")).join(
        FlowVersion, on=(FlowVersion.flow == Flow.id) & (FlowVersion.number == Flow.published)
    )
    titles = {served.kind: served.title for served in all_served()}
    flows = [
        flow
        for flow in rows.where(Flow.company.is_null(), Flow.enabled).order_by(Flow.id)
        if flow.kind in titles
    ]
    return tuple(_standard(flow, flow.flowversion.said, titles[flow.kind]) for flow in flows)


def _standard(flow: Flow, definition: Mapping[str, Any], group: str) -> Standard:
    values = {"version_text": f"第 {flow.published} 版", "steps": steps_in_words(definition)}
    return Standard(key_of(flow), values, group=group, title=flow.name, facts=(("步骤", values["steps"]),))


def key_of(flow: Flow) -> str:
    """The name for good of a flow that serves everybody: a built-in one's code, else its id."""
    return flow.code or str(flow.id)


def steps_in_words(definition: Mapping[str, Any]) -> str:
    """The steps of a definition, a line each, with how long each may take."""
    lines = []
    for place, step in enumerate(definition.get("steps", ()), 1):
        hours = f"（{step['hours']} 小时）" if step.get("hours") else ""
        lines.append(f"{place}. {step.get('title') or step.get('key', '')}{hours}")
    return "\n".join(lines)


def shown_steps(actor: Actor, rows: Sequence[Flow]) -> dict[int, str]:
    """The steps of flows as they are drawn, or else in force, by id."""
    wanted = [row.id for row in rows if row.draft is None and row.published is not None]
    versions = FlowVersion.select().where(FlowVersion.flow.in_(wanted or [0]))
    said = {(version.flow_id, version.number): version.definition for version in versions}
    return {
        row.id: steps_in_words(row.draft or said.get((row.id, row.published)) or {"steps": []})
        for row in rows
    }


def make(actor: Actor, standard: Standard, unit: int | None) -> Flow:
    """A unit's own draft of a standard flow. Raises Invalid as `copy_flow`."""
    sample = sample_of(standard.key)
    if sample is None:
        return copy_flow(actor, _flow(standard.key), unit)
    return draft_for(actor, unit, kind=sample["kind"], name=sample["name"], draft=sample["definition"])


def copied(actor: Actor, flow: Flow, company_id: int | None) -> Flow:
    """A unit's own draft of any flow; of a standard one it remembers so."""
    made = copy_flow(actor, flow, company_id)
    standard = next((one for one in standard_flows() if one.key == key_of(flow)), None)
    if flow.company_id is None and standard is not None:
        keep_copy(LEDGER, made, source_of(PRODUCT, standard.key), standard.title, standard, {}, {})
    return made


def adopt(actor: Actor, flow: Flow, copy: LibraryCopy, values: Mapping[str, Any]) -> Flow:
    """What the standard says now becomes the draft of the unit's own flow, to be looked at and published."""
    key = copy.source.partition(":")[2]
    sample = sample_of(key)
    flow.change(draft=_in_force(_flow(key)) if sample is None else sample["definition"])
    history.note(actor, flow, "drawn")
    return flow


def _in_force(flow: Flow) -> Any:
    return FlowVersion.get(FlowVersion.flow == flow.id, FlowVersion.number == flow.published).definition


def _flow(key: str) -> Flow:
    found: Flow | None = Flow.get_or_none(Flow.code == key)
    return found if found is not None else Flow.get_by_id(int(key))


__all__ = [
    "adopt", "copied", "make", "offered_flows", "shown_steps", "standard_flows", "steps_in_words", "whose",
]  # fmt: skip
