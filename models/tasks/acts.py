"""What people do to a case beside deciding (H05): hand on, add signers, withdraw, urge, comment, reassign."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

from models.core import clock
from models.core.actor import Actor
from models.core.errors import Conflict, Forbidden, Invalid, TooMany
from models.tasks.deciding import decide_many
from models.tasks.handing import hand_on, reassign
from models.tasks.reading import find_case, is_starter
from models.tasks.records import OPEN, Case, Task
from models.tasks.resolving import there_of
from models.tasks.rights import ACT_TASKS, REASSIGN_TASKS
from models.tasks.signing import add_signers
from models.tasks.turns import Turn, own_file
from models.tasks.withdrawing import withdraw
from models.tasks.words import comment_of

URGE_EVERY = timedelta(minutes=10)
MAX_MENTIONS = 20


def urge(actor: Actor, case_id: int | str) -> Case:
    """Remind those who are to do the open step; for the starter, and for who may reassign tasks.

    Raises TooMany within ten minutes of the last time, Conflict for a case that is over, Forbidden, NotFound.
    """
    actor.require(ACT_TASKS)
    case = find_case(actor, case_id)
    if not may_urge(actor, case):
        raise Forbidden(
            "只有发起人能催办",
            code="not_the_starter",
            cause="这个流程不是您发起的",
            advice="可以在流程里留言",
        )
    turn = Turn.on(actor, case.id)
    turn.must_run()
    steps = turn.open_steps
    tasks = list(Task.select().where(Task.step.in_([step.id for step in steps] or [0]), Task.state == OPEN))
    _not_too_often(tasks)
    if not tasks:
        raise Conflict(
            "现在没有人可以催", code="stranded", cause="这一步还没有办理人", advice="请联系管理员调整办理人"
        )
    own = own_file(actor, case.company_id)
    turn.person_id = own and own.id
    Task.update(urged_at=clock.now()).where(Task.id.in_([task.id for task in tasks])).execute()
    for step in steps:
        persons = [task.person_id for task in tasks if task.step_id == step.id]
        if persons:
            turn.note("urged", "催办", step=step)
            turn.tell("step.urged", step, persons=persons)
    turn.finish()
    return turn.case


def may_urge(actor: Actor, case: Case) -> bool:
    """Whether the actor may remind the holders of a running case."""
    return is_starter(actor, case) or actor.may(REASSIGN_TASKS, case)


def _not_too_often(tasks: list[Task]) -> None:
    last = max((task.urged_at for task in tasks if task.urged_at is not None), default=None)
    if last is not None and clock.now() - last < URGE_EVERY:
        left = URGE_EVERY - (clock.now() - last)
        raise TooMany(
            "刚催过，请稍后再催",
            retry_after=max(1, int(left.total_seconds())),
            code="urged_just_now",
            cause="10 分钟内只能催一次",
            advice=f"请 {max(1, round(left.total_seconds() / 60))} 分钟后再催，或者直接打电话",
        )


def comment(actor: Actor, case_id: int | str, text: str, mentions: Iterable[int] = ()) -> Case:
    """Write something beside a case, for everybody who may see it; those mentioned are told and may see it then.

    Raises Invalid at `text` (2,000 characters) and `mentions`, NotFound.
    """
    actor.require(ACT_TASKS)
    case = find_case(actor, case_id)
    text = comment_of(text, required=True, name="text", title="留言")
    called = list(dict.fromkeys(int(person) for person in mentions))
    here = there_of(case.company_id, called)
    if len(called) > MAX_MENTIONS or len(here) < len(called):
        raise Invalid(fields={"mentions": f"请选择本单位在职的人，最多 {MAX_MENTIONS} 个"})
    turn = Turn.on(actor, case.id)
    own = own_file(actor, case.company_id)
    turn.person_id = own and own.id
    turn.note("commented", "留言", comment=text, mentions=called, people=[here[person] for person in called])
    turn.tell("case.commented", mentions=called, text=text[:200])
    turn.finish()
    return turn.case


__all__ = [
    "add_signers", "comment", "decide_many", "hand_on", "may_urge", "reassign", "urge", "withdraw",
]  # fmt: skip
