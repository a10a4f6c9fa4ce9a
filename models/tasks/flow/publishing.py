"""A flow is drawn as a draft and published as a version; cases that run keep theirs (H07)."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from itertools import count
from typing import Any

from models.core import clock, history
from models.core.db.connection import is_sqlite
from models.core.errors import Conflict, Forbidden, Invalid
from models.core.events.outbox import announce
from models.core.security.actor import Actor
from models.core.security.rights import Scope
from models.tasks.flow.checks.check import FlowFault, check
from models.tasks.records import Flow, FlowVersion
from models.tasks.rights import EDIT_FLOWS, PUBLISH_FLOWS, READ_FLOWS
from models.tasks.subjects import served_kind

MAX_DRAFT = 200  # steps: more is a mistake


def draft_of(actor: Actor, flow_id: int) -> Mapping[str, Any]:
    """What is being drawn, or else what is published. Raises NotFound, Forbidden."""
    flow = Flow.find(actor, READ_FLOWS, flow_id)
    if flow.draft is not None:
        return flow.draft
    version = published(flow)
    return version.definition if version is not None else {"steps": []}


def published(flow: Flow) -> FlowVersion | None:
    """The version that new cases take."""
    if flow.published is None:
        return None
    found: FlowVersion | None = FlowVersion.get_or_none(
        FlowVersion.flow == flow.id, FlowVersion.number == flow.published
    )
    return found


def save_draft(actor: Actor, flow_id: int, definition: Any, *, version: int | None = None) -> Flow:
    """Keep what is drawn, faulty or not. `version` is the flow's that the caller has seen.

    Raises Conflict if somebody has changed it since, Invalid for what is no definition at all, Forbidden, NotFound.
    """
    flow = editable(actor, flow_id)
    if not isinstance(definition, Mapping) or not isinstance(definition.get("steps"), list):
        raise Invalid(fields={"definition": "流程要有一列步骤"})
    if len(definition["steps"]) > MAX_DRAFT:
        raise Invalid(fields={"definition": f"最多 {MAX_DRAFT} 步"})
    if version is not None and version != flow.version:
        raise Conflict(
            "这个流程刚被别人改过", code="changed_meanwhile", cause="您打开之后，另有人保存了",
            advice="请刷新后对照，再保存",
        )  # fmt: skip
    flow.change(draft=definition)
    history.note(actor, flow, "drawn")
    return flow


def copy_flow(actor: Actor, flow: Flow, company_id: int | None) -> Flow:
    """A draft of a unit's own, as the flow is in force now (else as it is drawn): to be changed, tried and published.

    Until then the unit's cases take what they took before. Raises Invalid at `company` where the actor may draw none.
    """
    version = published(flow)
    draft = version.definition if version is not None else flow.draft
    return draft_for(actor, company_id, kind=flow.kind, name=flow.name, draft=draft)


def draft_for(actor: Actor, company_id: int | None, *, kind: str, name: str, draft: Any) -> Flow:
    """A unit's own flow that is only drawn yet, with a name that tells it from those that are there.

    Without a unit it is the actor's own. Raises Invalid at `company` where the actor may draw none.
    """
    company = company_id if company_id is not None else actor.company_id
    if company is None or company not in actor.whole_companies(EDIT_FLOWS):
        raise Invalid(fields={"company": "请选择您管理的单位"})
    made: Flow = Flow.create(
        company=company, kind=kind, name=_own_name(name, company), enabled=True, draft=draft
    )
    history.note(actor, made, "created", history.differences(Flow, {}, {"name": made.name}))
    announce("ledger.changed", made, ledger="flows")
    return made


def _own_name(name: str, company_id: int) -> str:
    """A name for a unit's own copy that tells it from those that are there."""
    stem = re.sub(r"（本单位 ?\d*）$", "", name)[:50]
    taken = {row.name for row in Flow.select(Flow.name).where(Flow.company == company_id)}
    names = (f"{stem}（本单位{f' {number}' if number > 1 else ''}）" for number in count(1))
    return next(name for name in names if name not in taken)


def publish(actor: Actor, flow_id: int) -> FlowVersion:
    """Make the draft the version that new cases take. In the running transaction.

    Raises Invalid with every fault of it (`details.faults`), Conflict `nothing_to_publish`, Forbidden, NotFound.
    """
    flow = editable(actor, flow_id, right=PUBLISH_FLOWS)
    query = Flow.select().where(Flow.id == flow.id)
    flow = query.get() if is_sqlite() else query.for_update().get()
    draft: Any = flow.draft
    present = published(flow)
    if draft is None or (present is not None and present.definition == draft):
        raise Conflict(
            "没有可发布的修改", code="nothing_to_publish", cause="草稿和已发布的一样", advice="请先修改再发布"
        )
    refuse_faulty(check(draft, served_kind(flow.kind)))
    made = new_version(flow, draft, by=actor.name)
    history.note(actor, flow, "published", [
        {"field": "published", "title": "版本", "old": made.number - 1 or None, "new": made.number}
    ])  # fmt: skip
    announce("flow.published", flow, ledger="flows", number=made.number)
    return made


def new_version(flow: Flow, definition: Any, *, by: str) -> FlowVersion:
    """Write a checked definition down as the flow's next version."""
    last = (
        FlowVersion.select(FlowVersion.number)
        .where(FlowVersion.flow == flow.id)
        .order_by(FlowVersion.number.desc())
        .scalar()
    )
    made: FlowVersion = FlowVersion.create(
        flow=flow.id, number=(last or 0) + 1, definition=definition, published_at=clock.now(), published_by=by[:60]
    )  # fmt: skip
    flow.change(published=made.number, draft=None)
    return made


def refuse_faulty(faults: Sequence[FlowFault]) -> None:
    """Raise Invalid for a definition with faults."""
    if faults:
        raise Invalid(
            "流程还有问题，不能发布",
            code="faulty_flow",
            cause=f"共 {len(faults)} 处，第一处：{faults[0].sentence.rstrip('。')}",
            advice="请按提示逐条修改，再发布",
            fields={fault.path: fault.sentence for fault in faults},
            details={"faults": [{"path": fault.path, "sentence": fault.sentence} for fault in faults]},
        )


def editable(actor: Actor, flow_id: int, *, right: str = EDIT_FLOWS) -> Flow:
    """A flow that the actor may change by `right`. The group's own is for who manages the group.

    Raises Forbidden, NotFound.
    """
    flow = Flow.find(actor, READ_FLOWS, flow_id, write=right)
    if flow.company_id is None and actor.rights[right] != Scope.GROUP:
        raise Forbidden(
            f"您不能改流程“{flow.name}”",
            cause="它是全集团通用的流程",
            advice="请联系系统管理员，或新建本单位的流程",
        )
    return flow
