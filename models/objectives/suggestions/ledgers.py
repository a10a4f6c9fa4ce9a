"""How suggestions are made, listed and made public (A10)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from models.core.clock import local
from models.core.fields import LongText
from models.core.ledger import Action, Column, Derived, Filter, Ledger, PhoneFace, Rules, Section
from models.core.security.actor import Actor
from models.core.text.date_words import day
from models.objectives.suggestions import records, suggesting
from models.objectives.suggestions.records import (
    EXPORT_SUGGESTIONS,
    MAKE_SUGGESTIONS,
    READ_ADOPTED,
    READ_SUGGESTIONS,
    REVOKE_SUGGESTIONS,
    AdoptedSuggestion,
    Suggestion,
)
from models.objectives.suggestions.workflow import title_of
from models.tasks.records import OPEN, Case, CaseStep, Task
from models.tasks.views.items import names_of


def _stands(actor: Actor, rows: Sequence[Suggestion]) -> dict[int, Any]:
    """Where each suggestion is just now: at which level and with whom, or who carries it out until when."""
    waiting: dict[int, list[int]] = {}
    query = (
        Task.select(Case.subject_id, Task.person)
        .join(CaseStep, on=(Task.step == CaseStep.id))
        .join(Case, on=(CaseStep.case == Case.id))
        .where(
            Case.kind == suggesting.KIND,
            Case.subject_id.in_([row.id for row in rows] or [0]),
            Task.state == OPEN,
        )
        .order_by(Task.id)
    )
    for subject, person in query.tuples():
        waiting.setdefault(subject, []).append(person)
    names = names_of([person for people in waiting.values() for person in people])
    return {row.id: _said(row, [names[each] for each in waiting.get(row.id, [])]) for row in rows}


def _said(row: Suggestion, people: list[str]) -> str:
    who = "、".join(people[:3]) + (f" 等 {len(people)} 人" if len(people) > 3 else "")
    level = Suggestion.level.title_of(row.level)
    if row.state == records.ASKED:
        return f"{level}审核：{who}" if who else "还没有人可以审核，请联系安全管理员"
    if row.state == records.ADOPTED:
        return f"{level}采纳，{who}落实" + (f"，{day(local(row.due_at).date())}前" if row.due_at else "")
    return str(Suggestion.state.title_of(row.state)) + (
        f"（{level}）" if row.state != records.WITHDRAWN else ""
    )


SUGGESTIONS = Ledger(
    name=suggesting.LEDGER, record=Suggestion, title="建言建议", group="目标职责", system="A10", noun="建议",
    create_title="提建议",
    empty="还没有建议。员工在手机的工作台里提，一句话、一张照片就行。",
    columns=(
        Column("number", 150, fixed=True), Column("what", 300), Column("state", 130), Column("stands", 220),
        Column("level", 90), Column("kind", 100), Column("person", 100), Column("hidden", 90, shown=False),
        Column("site", 130), Column("created_at", 170), Column("carrier", 100), Column("due_at", 170),
        Column("extra_points", 100, shown=False), Column("decided_by", 100, shown=False), Column("company", 180),
    ),
    filters=(
        Filter("state", "choice"), Filter("level", "choice"), Filter("kind", "choice"), Filter("created_at", "date_range"),
        Filter("person", "reference"), Filter("carrier", "reference"), Filter("site", "reference"),
        Filter("company", "reference"),
    ),
    search=("number", "what"), search_title="编号、内容",
    form=(Section("建议", ("company", "what", "kind", "gain", "hidden")),),
    sorts=("id", "created_at"), label=title_of,
    derived=(Derived("stands", "进展", "text", load=_stands),),
    rights={"read": READ_SUGGESTIONS, "create": MAKE_SUGGESTIONS, "edit": MAKE_SUGGESTIONS, "export": EXPORT_SUGGESTIONS},
    rules=Rules(suggesting.suggest, suggesting.edit, when={"state": (records.ASKED,)}),
    actions=(
        Action(
            "withdraw", "撤回", MAKE_SUGGESTIONS, lambda actor, rows, values: [suggesting.withdraw(actor, rows[0])],
            confirm="撤回后不再审核。", when={"state": (records.ASKED,)},
        ),
        Action(
            "revoke", "撤销采纳", REVOKE_SUGGESTIONS,
            lambda actor, rows, values: [suggesting.revoke(actor, rows[0], values["reason"])],
            tone="danger", confirm="不再公示，已给的积分退回，建议人会收到通知。",
            fields=(("reason", LongText("撤销原因", max=500, required=True)),), when={"state": records.STANDING},
        ),
    ),
    attachments=True,
    closed={"state": (records.DONE, records.REFUSED, records.WITHDRAWN, records.REVOKED)},
    phone=PhoneFace(
        second=("stands", "created_at"), badge="state", form=("company", "what", "kind", "hidden"), actions=("withdraw",),
        offline=True,
    ),
    related=("person",),
)  # fmt: skip

ADOPTED = Ledger(
    name=suggesting.PUBLIC, record=AdoptedSuggestion, title="建议公示", group="目标职责", system="A10", noun="公示",
    empty="还没有采纳的建议。建议一被采纳就在这里公示。",
    columns=(
        Column("what", 300, fixed=True), Column("pictures", 150), Column("who", 100), Column("level", 100), Column("kind", 100),
        Column("reply", 240), Column("carrier", 100), Column("due_at", 170), Column("result", 200), Column("site", 130),
        Column("adopted_at", 170), Column("number", 150, shown=False), Column("company", 180),
    ),
    filters=(
        Filter("adopted_at", "date_range"), Filter("level", "choice"), Filter("kind", "choice"),
        Filter("site", "reference"), Filter("company", "reference"),
    ),
    search=("number", "what", "who"), search_title="编号、内容、建议人", sorts=("id", "adopted_at"), label=title_of,
    rights={"read": READ_ADOPTED, "export": READ_ADOPTED},
    attachments=True, pictures=True,
    phone=PhoneFace(second=("who", "adopted_at", "result"), badge="level", changes=False),
)  # fmt: skip
