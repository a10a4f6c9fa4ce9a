"""A case is taken back by who started it, or called off by the rule of its chapter (H05)."""

from __future__ import annotations

from models.core import clock
from models.core.errors import Conflict, Forbidden
from models.core.security.actor import Actor
from models.tasks.access import find_case, is_starter
from models.tasks.comments import comment_of
from models.tasks.engine.case_transaction import AHEAD, CaseTransaction, file_in_company
from models.tasks.engine.conclude import close
from models.tasks.engine.open_steps import end
from models.tasks.engine.start import running_case
from models.tasks.records import WITHDRAWN, Case
from models.tasks.rights import ACT_TASKS, REASSIGN_TASKS
from models.tasks.subjects import Context


def withdraw(actor: Actor, case_id: int, comment: str = "") -> Case:
    """Take a running case back; for its starter, and for who may reassign tasks.

    The subject goes back by its kind's own rule, which may refuse. Raises Conflict for a case that is over, Forbidden,
    NotFound.
    """
    actor.require(ACT_TASKS)
    comment = comment_of(comment)
    case = find_case(actor, case_id)
    if not may_withdraw(actor, case):
        raise Forbidden(
            "只有发起人能撤回",
            code="not_the_starter",
            cause=f"这个流程是{case.starter_name or '别人'}发起的",
            advice=f"请联系{case.starter_name or '发起人'}，或者请管理员处理",
        )
    turn = CaseTransaction.on(actor, case.id)
    turn.must_run()
    own = file_in_company(actor, case.company_id)
    turn.person_id = own and own.id
    _call_off(turn, comment, "撤回")
    return turn.case


def may_withdraw(actor: Actor, case: Case) -> bool:
    """Whether the actor may take the case back while it runs."""
    return is_starter(actor, case) or actor.may(REASSIGN_TASKS, case)


def call_off(
    actor: Actor, kind: str, subject_id: int, comment: str = "", *, title: str = "取消"
) -> Case | None:
    """End the running case of a subject whose chapter has no more use for it; None if none runs.

    The caller has checked that the actor may, and has brought the subject where it belongs: nothing is done to it.
    """
    case = running_case(kind, subject_id)
    if case is None:
        return None
    turn = CaseTransaction.on(actor, case.id)
    if turn.case.running_key is None:
        return None
    _call_off(turn, comment_of(comment), title, subject=False)
    return turn.case


def _call_off(turn: CaseTransaction, comment: str, title: str, *, subject: bool = True) -> None:
    for step in [one for one in turn.open_steps if not one.added]:
        close(turn, step, "withdrawn", None)
    for step in [one for one in turn.steps if one.state == AHEAD]:
        turn.touch(step, state="withdrawn", closed_at=clock.now())
    if subject and turn.served.on_withdrawn is not None and _there(turn):
        context = Context(turn.case, None, WITHDRAWN, turn.person_id)
        turn.served.on_withdrawn(turn.actor, turn.subject, {}, context)
    turn.note("withdrawn", title, comment=comment)
    end(turn, WITHDRAWN, noted=True)
    turn.finish()


def _there(turn: CaseTransaction) -> bool:
    try:
        return turn.subject is not None
    except Conflict:  # a case whose subject was deleted can still be taken back
        return False
