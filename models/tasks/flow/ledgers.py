"""How flows and proxies are listed and set on the console (H07, X05)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from models.core import clock, history
from models.core.errors import Forbidden, Invalid
from models.core.fields import Choice, Link, LongText, Pick, Text
from models.core.ledger import Action, Column, Derived, Filter, Ledger, Rules, Section
from models.core.ledger.library.declaration import Library
from models.core.security.actor import Actor
from models.core.security.rights import Scope
from models.organization.records import Company, Person
from models.tasks.flow.publishing import editable
from models.tasks.flow.standards import adopt, copied, make, offered_flows, shown_steps, whose
from models.tasks.ledgers import GROUP
from models.tasks.people.offboarding import hand_over
from models.tasks.people.proxies import end_early, set_proxy
from models.tasks.records import Flow, Proxy
from models.tasks.rights import EDIT_FLOWS, EDIT_PROXIES, PUBLISH_FLOWS, READ_FLOWS, READ_PROXIES
from models.tasks.subjects import all_served
from models.tasks.views.items import served_or_none

Loaded = dict[int, Any]
Values = dict[str, Any]
_KINDS = tuple(Choice(served.kind, served.title) for served in all_served())


def _kinds(actor: Actor, rows: Sequence[Flow]) -> Loaded:
    return {row.id: row.kind if served_or_none(row.kind) else None for row in rows}


def _versions(actor: Actor, rows: Sequence[Flow]) -> Loaded:
    """Which version is in force, and whether another one is being drawn."""
    return {
        row.id: (f"第 {row.published} 版" if row.published else "未发布") + ("，有草稿" if row.draft else "")
        for row in rows
    }


def _origins(actor: Actor, rows: Sequence[Flow]) -> Loaded:
    return {row.id: "内置" if row.code else "自建" for row in rows}


def _create_flow(actor: Actor, values: Values) -> Flow:
    """A flow to be drawn; without a company it is the group's, which only who manages the group may make."""
    company = values.get("company")
    if company is None and actor.rights[EDIT_FLOWS] != Scope.GROUP:
        raise Invalid(fields={"company": "请选择您管理的单位"})
    made: Flow = Flow.create(
        company=company, kind=values["kind_title"], name=values["name"], enabled=values.get("enabled", True)
    )
    history.note(actor, made, "created", history.differences(Flow, {}, {"name": made.name}))
    return made


def _edit_flow(actor: Actor, flow: Flow, values: Values) -> Flow:
    kept = {name: value for name, value in values.items() if name in ("name", "enabled")}
    switched = (
        kept.get("enabled", flow.enabled) != flow.enabled
    )  # decides what new cases take, as publishing does
    editable(actor, flow.id, right=PUBLISH_FLOWS if switched else EDIT_FLOWS)
    return flow.change(**kept) if kept else flow


def _delete_flow(actor: Actor, flow: Flow) -> None:
    """One that was never published: what cases stand on stays."""
    editable(actor, flow.id)
    if flow.published is not None or flow.code is not None:
        raise Forbidden(
            f"不能删除流程“{flow.name}”",
            code="flow_in_use",
            cause="它已经发布过，或者是内置的",
            advice="不再使用就把它停用",
        )
    flow.delete_instance()


def _end_early(actor: Actor, rows: list[Any], values: Values) -> list[Any]:
    return [end_early(actor, rows[0])]


def _hand_over(actor: Actor, rows: list[Any], values: Values) -> str:
    leaver = Person.get_by_id(values["person"])
    taker = Person.get_or_none(Person.id == values.get("to"))
    done = hand_over(actor, leaver, taker)
    more = "".join(f"、{line}" for line in done.also)
    left = f"；{done.stranded} 件没有人能接，请调整办理人" if done.stranded else ""
    return f"已交接 {done.tasks} 件待办{more}{left}"


def _proxy_states(actor: Actor, rows: Sequence[Proxy]) -> Loaded:
    today = clock.today()
    told = {}
    for row in rows:
        if row.ended_at is not None or row.ends_on < today:
            told[row.id] = "over"
        else:
            told[row.id] = "now" if row.starts_on <= today else "coming"
    return told


PROXIES = Ledger(
    name="proxies",
    record=Proxy,
    title="代理与交接",
    group=GROUP,
    system="X05",
    noun="代理",
    measure="段",
    empty="还没有代理。谁要请假，就在这里设一段，期间他的任务由代理人办。",
    columns=(
        Column("person", 120, fixed=True),
        Column("proxy", 120),
        Column("starts_on", 120),
        Column("ends_on", 120),
        Column("state", 100),
        Column("reason", 200),
        Column("ended_at", 170, shown=False),
        Column("company", 180),
    ),
    filters=(
        Filter("person", "reference"),
        Filter("proxy", "reference"),
        Filter("ends_on", "date_range"),
        Filter("company", "reference"),
    ),
    form=(Section("代理", ("person", "proxy", "starts_on", "ends_on", "reason")),),
    sort="-id",
    derived=(
        Derived(
            "state", "现在", "choice", load=_proxy_states,
            choices=(Choice("now", "代理中", "good"), Choice("coming", "还没开始"), Choice("over", "已结束")),
        ),
    ),
    label=lambda row: f"{row.starts_on:%Y-%m-%d} 到 {row.ends_on:%Y-%m-%d} 的代理",
    rights={"read": READ_PROXIES, "create": EDIT_PROXIES},
    rules=Rules(set_proxy),
    actions=(
        Action(
            "end", "提前结束", EDIT_PROXIES, _end_early, when={"state": ("now", "coming")},
            confirm="从现在起由本人办理，会通知双方。",
        ),
        Action(
            "hand-over", "交接待办", EDIT_PROXIES, _hand_over, where="page", gives="message", tone="primary",
            confirm="他名下没有办完的任务全部交给接手的人，会通知双方。",
            fields=(
                ("person", Link("谁的", Person, to="persons", required=True)),
                ("to", Link("交给谁", Person, to="persons", help="不选就交给他的上级")),
            ),
        ),
    ),
    live=True,
)  # fmt: skip

FLOWS = Ledger(
    name="flows",
    record=Flow,
    many=False,
    title="流程",
    group=GROUP,
    system="H07",
    noun="流程",
    measure="个",
    empty="还没有流程。新增一个，画好步骤，试一试谁会收到，再发布。",
    columns=(
        Column("name", 200, fixed=True),
        Column("kind_title", 140),
        Column("version_text", 160),
        Column("enabled", 80),
        Column("origin", 80),
        Column("company", 180),
        Column("updated_at", 170),
    ),
    filters=(Filter("kind_title", "choice"), Filter("enabled", "flag"), Filter("company", "reference")),
    form=(Section("流程", ("company", "kind_title", "name", "enabled")),),
    search=("name",),
    sort="-id",
    derived=(
        Derived(
            "kind_title", "办什么事", "choice", load=_kinds, choices=_KINDS, required=True, create_only=True,
            field=Pick("办什么事", _KINDS, required=True), where=lambda values: Flow.kind.in_(list(values)),
        ),
        Derived("version_text", "版本", "text", load=_versions, field=Text("版本", max=60)),
        Derived("origin", "来源", "text", load=_origins),
        Derived("steps", "步骤", "longtext", load=shown_steps, field=LongText("步骤", max=20000)),
    ),
    rights={"read": READ_FLOWS, "create": EDIT_FLOWS, "edit": EDIT_FLOWS, "delete": EDIT_FLOWS},
    rules=Rules(_create_flow, _edit_flow, _delete_flow),
    actions=(
        Action(
            "copy", "复制为本单位流程", EDIT_FLOWS,
            lambda actor, rows, values: [copied(actor, rows[0], values.get("company"))],
            confirm="照它现在的样子起一份本单位的草稿，改好发布后，本单位新发起的按本单位的走。",
            fields=(("company", Link("给哪个单位", Company, to="companies", only=("kind", "company"), help="不填就是当前单位")),),
            changes=False,
        ),
    ),
    library=Library(
        "集团流程和样例", offered_flows, group_title="办什么事", offers=False, whose=whose, make=make, adopt=adopt,
        made_as="，都是草稿，改好发布后生效",
    ),
)  # fmt: skip
