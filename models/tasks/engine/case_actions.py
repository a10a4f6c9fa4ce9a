"""What people do to a case beside deciding (H05): hand on, add signers, withdraw, urge, comment, reassign."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

from models.core import clock
from models.core.errors import Conflict, Forbidden, Invalid, TooMany
from models.core.fields import Integer
from models.core.security import usage_limits
from models.core.security.actor import Actor
from models.core.settings import CompanySetting
from models.tasks.access import find_case, is_starter
from models.tasks.comments import comment_of
from models.tasks.engine.add_signers import add_signers
from models.tasks.engine.case_transaction import CaseTransaction, file_in_company
from models.tasks.engine.decide import decide_many
from models.tasks.engine.reassignment import hand_on, reassign
from models.tasks.engine.withdraw import withdraw
from models.tasks.people.resolve import there_of
from models.tasks.records import OPEN, RUNNING, Case, CaseEvent, Task
from models.tasks.rights import ACT_TASKS, REASSIGN_TASKS

URGE_EVERY = CompanySetting(
    "urge-minutes",
    "任务和审批",
    Integer("催办间隔", min=1, max=1440, unit="分钟", help="催过一次，隔这么久才能再催同一步"),
    default=10,
)
MAX_MENTIONS = 20
#: People called into one case: who was called within the hour is not counted anew, and not rung for again.
MENTIONS = usage_limits.UsageLimit(
    "mentions", 60, timedelta(hours=1), "提到的人太多",
    "这个流程 1 小时内已提到 60 个人", "可以不提人直接留言，能看这个流程的人都看得到；{minutes} 分钟后可以再提人",
)  # fmt: skip
COMMENTS = usage_limits.UsageLimit(
    "comments", 30, timedelta(hours=1), "留言太密",
    "您 1 小时内在这个流程里留了 30 次言", "请把要说的写在一条里，{minutes} 分钟后再留言；急事请直接打电话",
)  # fmt: skip
URGES = usage_limits.UsageLimit(
    "urges", 1000, timedelta(hours=1), "催办太密",
    "您 1 小时内已催了 1000 人次", "请等一等他们的答复，{minutes} 分钟后再催；急事请直接打电话",
)  # fmt: skip


def urge(actor: Actor, case_id: int) -> Case:
    """Remind those who are to do the open step; for the starter, and for who may reassign tasks.

    Raises TooMany so soon after the last time (setting `urge-minutes`), Conflict for a case that is over, Forbidden, NotFound.
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
    turn = CaseTransaction.on(actor, case.id)
    turn.must_run()
    steps = turn.open_steps
    tasks = list(Task.select().where(Task.step.in_([step.id for step in steps] or [0]), Task.state == OPEN))
    _not_too_often(tasks, timedelta(minutes=URGE_EVERY.of(case.company_id)))
    if not tasks:
        raise Conflict(
            "现在没有人可以催", code="stranded", cause="这一步还没有办理人", advice="请联系管理员调整办理人"
        )
    usage_limits.spend(URGES, actor.account_id, amount=len(tasks))
    own = file_in_company(actor, case.company_id)
    turn.person_id = own and own.id
    Task.update(urged_at=clock.now()).where(Task.id.in_([task.id for task in tasks])).execute()
    turn.tasks_changed()
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


def _not_too_often(tasks: list[Task], every: timedelta) -> None:
    last = max((task.urged_at for task in tasks if task.urged_at is not None), default=None)
    if last is not None and clock.now() - last < every:
        left = every - (clock.now() - last)
        raise TooMany(
            "刚催过，请稍后再催",
            retry_after=max(1, int(left.total_seconds())),
            code="urged_just_now",
            cause=f"{int(every.total_seconds() // 60)} 分钟内只能催一次",
            advice=f"请 {max(1, round(left.total_seconds() / 60))} 分钟后再催，或者直接打电话",
        )


def comment(actor: Actor, case_id: int, text: str, mentions: Iterable[int] = ()) -> Case:
    """Write something beside a case, for everybody who may see it; those mentioned are told and may see it then.

    Who was mentioned in it within the hour is told of it with other small news, not rung for again. Beside a case that
    is over one may write (追加说明), but it tells nobody. Raises Invalid at `text` (2,000 characters) and `mentions`,
    TooMany for more than people can read, NotFound.
    """
    actor.require(ACT_TASKS)
    case = find_case(actor, case_id)
    text = comment_of(text, required=True, name="text", title="留言")
    called = list(dict.fromkeys(int(person) for person in mentions))
    here = there_of(case.company_id, called)
    if len(called) > MAX_MENTIONS or len(here) < len(called):
        raise Invalid(fields={"mentions": f"请选择本单位在职的人，最多 {MAX_MENTIONS} 个"})
    turn = CaseTransaction.on(actor, case.id)
    over = turn.case.state != RUNNING
    if over and called:
        raise Invalid(fields={"mentions": "这个流程已经结束，留言只作追加说明，不再通知人；要处理请重新发起"})
    usage_limits.spend(COMMENTS, case.id, actor.account_id)
    lately = _called_lately(case.id)
    again = [person for person in called if person in lately]
    fresh = [person for person in called if person not in lately]
    if fresh:
        usage_limits.spend(MENTIONS, case.id, amount=len(fresh))
    own = file_in_company(actor, case.company_id)
    turn.person_id = own and own.id
    title = "追加说明" if over else "留言"
    turn.note("commented", title, comment=text, mentions=called, people=[here[person] for person in called])
    if fresh:
        turn.tell("case.commented", mentions=fresh, text=text[:200])
    if again:
        turn.tell("case.commented", mentions=again, text=text[:200], again=True)
    turn.finish()
    return turn.case


def _called_lately(case_id: int) -> set[int]:
    """Who was mentioned in the case within the last hour, by whomever."""
    rows = CaseEvent.select(CaseEvent.detail).where(
        CaseEvent.case_id == case_id,
        CaseEvent.act == "commented",
        CaseEvent.at > clock.now() - MENTIONS.within,
    )
    return {person for row in rows for person in (row.detail or {}).get("mentions", ())}


__all__ = [
    "add_signers", "comment", "decide_many", "hand_on", "may_urge", "reassign", "urge", "withdraw",
]  # fmt: skip
