"""Two persons (H05, E09): who asked for something does not approve it, and who did the work does not judge it.

It holds for the human, whatever made them the one to act: named by the flow, handed on, reassigned, put in, or standing
in for somebody. Who stands in for the one that did the work holds that one's place, and does not judge it either. What
is work and what its judgement a kind says by the moves of its subject (`Served.two_persons`), so that it holds for every
flow that people draw.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable

from models.core.errors import Forbidden
from models.organization.records import Person
from models.tasks.engine.case_transaction import CaseTransaction
from models.tasks.flow import definition
from models.tasks.flow.definition import Flowchart, StepDefinition
from models.tasks.people.delegation import name_of
from models.tasks.people.proxies import stand_ins
from models.tasks.records import DONE, CaseStep, Task
from models.tasks.subjects import Served

ASKED, WORKED, STANDS_IN = "asked", "worked", "stands_in"


def work_judged_by(served: Served, chart: Flowchart, plan: StepDefinition) -> frozenset[tuple[str, str]]:
    """The outcomes, as (step, key), that are the work which a step judges; none for a step that judges nothing."""
    moves = {outcome.does for outcome in plan.outcomes}
    works = {work for work, judgement in served.two_persons if judgement in moves}
    return frozenset(
        (one.key, outcome.key)
        for one in chart.plans
        if works and one.key != plan.key
        for outcome in one.outcomes
        if outcome.does in works
    )


def who_worked(turn: CaseTransaction, plan: StepDefinition) -> list[int]:
    """Who did the work that a step judges, at any visit: whoever did it, and whom they stood in for."""
    outcomes = work_judged_by(turn.served, turn.chart, plan)
    if not outcomes:
        return []
    rows = (
        Task.select(Task.person, Task.done_by, Task.outcome, CaseStep.key)
        .join(CaseStep, on=(Task.step == CaseStep.id))
        .where(
            CaseStep.case == turn.case.id, CaseStep.key.in_({key for key, _ in outcomes}), Task.state == DONE
        )
        .tuples()
    )
    return sorted(
        {
            each
            for person, doer, outcome, key in rows
            if (key, outcome) in outcomes
            for each in (person, doer)
            if each is not None
        }
    )


def with_other_files(person_ids: Iterable[int]) -> set[int]:
    """These files, and every other file of the same humans."""
    own = set(person_ids)
    if not own:
        return own
    accounts = [
        account
        for (account,) in Person.select(Person.account_id)
        .where(Person.id.in_(own), Person.account_id.is_null(False))
        .tuples()
    ]
    others = Person.select(Person.id).where(Person.account_id.in_(accounts or [0])).tuples()
    return own | {person for (person,) in others}


def barred(turn: CaseTransaction, plan: StepDefinition) -> dict[int, str]:
    """Who must not do a step, by file, and why: `ASKED` for it, `WORKED` on what it judges, or `STANDS_IN` for who did."""
    found: dict[int, str] = {}
    if _asker_is_barred(turn, plan) and turn.case.starter_id is not None:
        found |= dict.fromkeys(with_other_files([turn.case.starter_id]), ASKED)
    return found | _barred_by_work(turn, plan)


def barred_by_work(turn: CaseTransaction, plan: StepDefinition) -> Collection[int]:
    """As `barred`, of the work alone: for finding people, which has ways of its own for who asked."""
    return _barred_by_work(turn, plan).keys()


def _barred_by_work(turn: CaseTransaction, plan: StepDefinition) -> dict[int, str]:
    """Who did the work, and who stands in for them today: what they would judge is the work of whose place they hold."""
    worked = with_other_files(who_worked(turn, plan))
    instead = with_other_files(proxy for proxies in stand_ins(worked).values() for proxy in proxies)
    return dict.fromkeys(instead, STANDS_IN) | dict.fromkeys(worked, WORKED)


def refuse_own(turn: CaseTransaction, plan: StepDefinition) -> None:
    """Raise Forbidden `own_work` or `own_case` where the actor would judge their own, also as somebody's stand-in, or the
    work of somebody for whom they stand in."""
    actor = turn.actor
    if _asker_is_barred(turn, plan) and (
        turn.case.starter_id in actor.person_ids
        or (actor.account_id is not None and turn.case.starter_account_id == actor.account_id)
    ):
        raise Forbidden(
            "不能审批自己发起的事",
            code="own_case",
            cause="这件事是您发起的" + _for(turn),
            advice="请由别人办理，或者请能调整办理人的同事另选一个人",
        )
    out = _barred_by_work(turn, plan)
    mine = {out[person] for person in actor.person_ids if person in out}
    if mine:
        cause = _CAUSES[WORKED if WORKED in mine else STANDS_IN]
        raise Forbidden(
            f"您不能办“{plan.title}”",
            code="own_work",
            cause=cause + _for(turn),
            advice="请由别人办理，或者请能调整办理人的同事另选一个人",
        )


_CAUSES = {
    WORKED: "前面的工作是您做的，要由另一个人来核对",
    STANDS_IN: "前面的工作是您现在代理的人做的，要由另一个人来核对",
}


def told(why: str, person_id: int, plan: StepDefinition) -> str:
    """What to say of a choice that is barred."""
    if why == ASKED:
        return f"{name_of(person_id)}是发起人，不能审批自己的事，请选别人"
    if why == STANDS_IN:
        return f"{name_of(person_id)}正在代理做前面工作的人，不能再办“{plan.title}”，请选别人"
    return f"{name_of(person_id)}做过前面的工作，不能再办“{plan.title}”，请选别人"


def _for(turn: CaseTransaction) -> str:
    return f"，代{turn.for_name}办也不行" if turn.for_name else ""


def _asker_is_barred(turn: CaseTransaction, plan: StepDefinition) -> bool:
    return plan.kind == definition.APPROVE and turn.chart.own(plan) != definition.OWN_ALLOW
