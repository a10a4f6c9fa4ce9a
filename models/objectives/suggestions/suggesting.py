"""A suggestion is made, taken back by who made it, or its adoption is undone (A10)."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

from models.core import history
from models.core.errors import Forbidden
from models.core.events.outbox import announce
from models.core.files import attachments
from models.core.ledger.changes.default_rules import plain_edit
from models.core.numbering import insert_numbered, new_number
from models.core.security import usage_limits
from models.core.security.actor import Actor
from models.objectives.suggestions.levels import levels_for, own
from models.objectives.suggestions.records import AdoptedSuggestion, Suggestion
from models.organization.belonging import own_file
from models.tasks.approval.approval import locked
from models.tasks.engine.start import start
from models.tasks.engine.withdraw import call_off

#: Each makes a case and rings whoever may adopt it.
MADE = usage_limits.UsageLimit(
    "suggestions", 20, timedelta(hours=1), "提得太密",
    "您 1 小时内已提了 20 条建议", "请 {minutes} 分钟后再提；相近的可以写在一条里",
)  # fmt: skip
KIND, LEDGER, PUBLIC = "suggestion", "suggestions", "adopted-suggestions"
NAMELESS = "不公开姓名"
Values = dict[str, Any]


def suggest(actor: Actor, values: Values) -> Suggestion:
    """Make a suggestion and send it to the first level that may adopt it. Raises Forbidden for who belongs to no unit.

    Raises TooMany for more than anybody thinks of in an hour.
    """
    company = values.get("company") or actor.company_id
    person = None if company is None else own_file(actor, company)
    if person is None:
        raise Forbidden(
            "现在不能提建议", code="not_bound", cause="您在这个单位没有人员档案，或者还在审核",
            advice="绑定单位后再提；急的请直接告诉安全管理员",
        )  # fmt: skip
    usage_limits.spend(MADE, actor.account_id)
    made = {**values, "company": company, "person": person.id, "site": person.site_id}
    row = insert_numbered(Suggestion, made, lambda: new_number("JY"))[0]
    levels = levels_for(row)
    row = row.change(level=levels[0][0] if levels else None)
    # Of who wants no name shown, neither list nor trail of approvals has one: the account alone stays with the case.
    start(replace(actor, name=NAMELESS, person_ids=()) if row.hidden else actor, KIND, row)
    return Suggestion.get_by_id(row.id)


def edit(actor: Actor, row: Suggestion, values: Values) -> Suggestion:
    """Change one's own suggestion while nobody has decided. Raises Forbidden for somebody else's."""
    if not own(actor, row):
        raise Forbidden("不能修改别人的建议", cause="建议只有本人能改", advice="有意见请在办理时写明")
    changed: Suggestion = plain_edit(Suggestion)(actor, row, values)
    return changed


def withdraw(actor: Actor, row: Suggestion) -> Suggestion:
    """Take one's own suggestion back while nobody has decided. Raises Forbidden, Conflict."""
    if not own(actor, row):
        raise Forbidden(
            "不能撤回别人的建议", cause="建议只有本人能撤回", advice="不合适的请在办理时选“不采纳”"
        )
    row = locked(Suggestion, row.id)
    row.move("withdraw", actor)
    call_off(actor, KIND, row.id, title="撤回")
    return Suggestion.get_by_id(row.id)


def revoke(actor: Actor, row: Suggestion, reason: str) -> Suggestion:
    """Undo an adoption: it is public no more, and its points are taken back. Raises Conflict for one not adopted."""
    row = locked(Suggestion, row.id)
    row.move("revoke", actor)
    call_off(actor, KIND, row.id, reason, title="撤销采纳")
    mine = AdoptedSuggestion.suggestion_id == row.id
    attachments.drop_aside(
        PUBLIC, [each.id for each in AdoptedSuggestion.select(AdoptedSuggestion.id).where(mine)]
    )
    AdoptedSuggestion.delete().where(mine).execute()
    lines = [{"field": "state", "title": "撤销原因", "old": None, "new": reason}]
    history.note(actor, row, "revoke", lines)
    announce("suggestion.revoked", row, reason=reason)
    return Suggestion.get_by_id(row.id)
