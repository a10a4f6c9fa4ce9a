"""A subject sets out on its flow (H05, H06)."""

from __future__ import annotations

from typing import Any

from peewee import IntegrityError

from models.core import clock
from models.core.db.connection import database
from models.core.errors import Conflict, NotFound
from models.core.records import Record
from models.core.security.actor import Actor
from models.tasks.comments import comment_of
from models.tasks.engine.case_transaction import CaseTransaction, file_in_company
from models.tasks.engine.open_steps import go
from models.tasks.records import Case, Flow, FlowVersion
from models.tasks.subjects import served_kind


def start(
    actor: Actor, kind: str, record: Record, *, flow_id: int | None = None, at: str | None = None, comment: str = ""
) -> Case:  # fmt: skip
    """Start the flow of `kind` for a record; gives the case, in the running transaction.

    The caller has checked that the actor may. `flow_id` picks a flow, otherwise it is the company's own one of that
    kind, or the group's; `at` begins with that step instead of the first. Raises Conflict `already_running`,
    `no_flow`.
    """
    served = served_kind(kind)
    comment = comment_of(comment)
    company = served.company_of(record)
    if company is None:
        raise Conflict(
            "现在不能发起", code="no_unit", cause="它不属于哪一家单位，没有人可以审批", advice="请先选择单位"
        )
    version = _version(kind, company, flow_id)
    starter = file_in_company(actor, company)
    values: dict[str, Any] = {
        "company": company, "site": record.scope_value("site"), "flow_version": version.id, "kind": kind,
        "subject_id": record.get_id(), "title": (served.title_of(record) or served.title)[:160],
        "number": (served.number_of(record) or None), "starter": starter and starter.id,
        "starter_account_id": actor.account_id, "starter_name": (starter.name if starter else actor.name)[:60],
        "started_at": clock.now(), "running_key": running_key(kind, record.get_id()),
    }  # fmt: skip
    try:
        with database.atomic():
            case = Case.create(**values)
    except IntegrityError:
        raise _already(kind, record.get_id()) from None
    turn = CaseTransaction(actor, case)
    turn.steps, turn.person_id = [], starter and starter.id
    turn.note("started", "发起", comment=comment)
    go(turn, turn.chart.plan(at) if at else turn.chart.plans[0])
    turn.tell("case.moved", act="started")
    turn.finish()
    return case


def running_key(kind: str, subject_id: int) -> str:
    """What is unique among running cases."""
    return f"{kind}:{subject_id}"


def running_case(kind: str, subject_id: int) -> Case | None:
    """The case that a subject is on now."""
    found: Case | None = Case.get_or_none(Case.running_key == running_key(kind, subject_id))
    return found


def _already(kind: str, subject_id: int) -> Conflict:
    case = running_case(kind, subject_id)
    name = case.starter_name if case is not None else ""
    return Conflict(
        "流程已经在办理",
        code="already_running",
        cause=f"{name or '有人'}已经发起，还没有办完",
        advice="请等它办完，或者先撤回",
        details={"case": str(case.id)} if case is not None else {},
    )


def _version(kind: str, company_id: int | None, flow_id: int | None) -> FlowVersion:
    """The published version that a new case takes."""
    flows = Flow.select().where(Flow.kind == kind, Flow.enabled, Flow.published.is_null(False))
    flows = flows.where(Flow.in_use_at(company_id))
    if flow_id is not None:
        flows = flows.where(Flow.id == flow_id)
    # A company's own flow goes before the group's, and one drawn by people before the built-in one.
    found = sorted(flows, key=lambda flow: (flow.company_id is None, flow.code is not None, flow.id))
    if not found and flow_id is not None:
        raise NotFound("没有这个流程", cause="它没有发布、已停用，或者不属于本单位")
    if not found:
        raise Conflict(
            "还没有可用的流程",
            code="no_flow",
            cause=f"“{served_kind(kind).title}”没有已发布的流程",
            advice="请联系管理员在“流程”里发布一个",
        )
    version: FlowVersion = FlowVersion.get(
        FlowVersion.flow == found[0].id, FlowVersion.number == found[0].published
    )
    return version
