"""The card of a step of a case: what is asked, until when, what can be decided on it, and in the end who did what (H05, L01).

It knows nothing of what the case is about: the kind that is served says what is shown and what an outcome needs.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from urllib.parse import parse_qsl, urlencode

from bots.card import SHORT, Button, Card, Fact, Select, style, tone
from bots.cards import composer, own_of
from models.core.text.date_words import when
from models.organization.records import Person
from models.tasks.notify.cases import STEP, tone_of
from models.tasks.people.proxies import acting_for, stand_ins
from models.tasks.records import DONE, OPEN, WAITING, WITHDRAWN, Case, CaseEvent, CaseStep, Task
from models.tasks.views.decision_facts import Words
from models.tasks.views.items import names_of
from models.tasks.views.offered_outcomes import OutcomeOffer, StepView, step_view
from models.tasks.wording import asked, before, number

_FACTS, _VERBS = 4, 2
_SAID = 60  # characters of a comment
_NAMED = 3
_WORDS, _LINES = 2, 3
_HANDED_ON = "转办"
HANDED = "task.handed"
_TASK, TODO = "/pages/tasks/task", "/pages/tasks/index"


@composer(STEP)
def compose(subject_id: int, *, person_id: int | None = None, kind: str = "") -> Card | None:
    """The step as it is; for a person what they did, or why it is not theirs (any more)."""
    view = step_view(subject_id)
    if view is None:
        return None
    if not view.is_open:
        return replace(frame(view), outcome=ending(view, files_of(person_id)), tone="done")
    if person_id is not None and not open_tasks(view, person_id):
        return replace(frame(view), outcome=what_i_did(view, person_id), tone="info")
    if not any(task.state == OPEN for task in view.tasks):
        return replace(frame(view), outcome=_waiting(view))
    return _live(view, kind)


@own_of(STEP)
def apart(subject_id: int, person_ids: Collection[int]) -> frozenset[int]:
    """Those for whom there is nothing to do on the card while others still have: each is shown why."""
    view = step_view(subject_id)
    if view is None or not view.is_open:
        return frozenset()
    return frozenset(person for person in person_ids if not open_tasks(view, person))


def open_tasks(view: StepView, person_id: int) -> list[Task]:
    """The open tasks of the step that the person may do: their own, and of whom they stand in for today."""
    mine = files_of(person_id)
    own = [task for task in view.tasks if task.state == OPEN and task.person_id in mine]
    if own or not any(task.state == OPEN for task in view.tasks):
        return own
    absent = acting_for(mine)
    return [task for task in view.tasks if task.state == OPEN and task.person_id in absent]


def files_of(person_id: int | None) -> set[int]:
    """The files of the human whose file this is, at all units."""
    person = None if person_id is None else Person.get_or_none(Person.id == person_id)
    if person is None:
        return set()
    if person.account_id is None:
        return {person.id}
    return {row.id for row in Person.select(Person.id).where(Person.account_id == person.account_id)}


# -- what it looks like


def frame(view: StepView) -> Card:
    """What stands on the card at all times."""
    step, shown = view.step, view.shown
    over = "已办" if step.state in ("done", "returned") else "不用办了"
    verb = f"待{step.title}" if view.is_open else f"{step.title} · {over}"
    return Card(
        kind=STEP, subject_id=step.id, version=step.version, about=view.case.title if view.is_open else "",
        title=asked(verb, shown.place, view.case.title, most=SHORT),
        number=view.case.number or "", tone=tone(tone_of(shown)), source=f"安班 · {view.served.title}",
        facts=tuple(Fact(name, value) for name, value in shown.facts[:_FACTS]),
        picture_id=shown.picture_id, before_id=shown.before_id, path=_case_path(view.case), follows=view.is_open,
    )  # fmt: skip


def _live(view: StepView, kind: str) -> Card:
    shown = frame(view)
    offers = _on_card(view.offers)
    choice = next((each.choice for each in offers if each.choice is not None), None)
    selects = () if choice is None else (Select(choice.name, choice.title, choice.options, choice.chosen),)
    path = _task_path(view)
    buttons = [_button(each, path, on_card=each.choice in (None, choice)) for each in offers]
    due = before(view.step.due_at)
    lead = [
        _handed(view) if kind == HANDED else "",
        *(_word(one) for one in view.words[:_WORDS] if kind != HANDED or one.did != _HANDED_ON),
        f"期限：{due}" if due else "",
        *_amounts(view),
        view.text,
        _stand_ins(view),
    ]
    return replace(
        shown,
        lead="\n".join(part for part in lead if part),
        path=path,
        buttons=(*buttons, Button("查看详情" if len(offers) == len(view.offers) else "其他办法", path=path)),
        # A choice that no button of the card would send is none.
        selects=selects if any(button.verb for button in buttons) else (),
    )


def _on_card(offers: Sequence[OutcomeOffer]) -> tuple[OutcomeOffer, ...]:
    """The two that have a button: the usual answer and the one against it. All others are behind the link."""
    if len(offers) <= _VERBS:
        return tuple(offers)
    first, *rest = offers
    against = next((each for each in rest if each.outcome.style == "danger"), rest[0])
    return first, against


def _task_path(view: StepView) -> str:
    """The task's page; where several have one each, a path that is made theirs when they open it."""
    waiting = [task for task in view.tasks if task.state == OPEN]
    return f"{_TASK}?id={waiting[0].id}" if len(waiting) == 1 else step_path(view.step.id)


def step_path(step_id: int) -> str:
    """Where a link leads that is the same for all who have a task of the step; see `own_path`."""
    return f"{_TASK}?step={step_id}"


def own_path(path: str, person_id: int) -> str:
    """Where a link of a card leads for one person: `step_path` to their own task, or else to the case."""
    page, _, query = path.partition("?")
    asked_for = dict(parse_qsl(query))
    step = asked_for.pop("step", "")
    if page != _TASK or not (step.isascii() and step.isdecimal() and len(step) < 19):
        return path
    view = step_view(int(step))
    if view is None:
        return TODO
    mine = open_tasks(view, person_id) if view.is_open else []
    return f"{_TASK}?{urlencode({'id': mine[0].id, **asked_for})}" if mine else _case_path(view.case)


def _case_path(case: Case) -> str:
    return f"/pages/tasks/case?id={case.id}"


def _button(offer: OutcomeOffer, path: str, *, on_card: bool) -> Button:
    outcome = offer.outcome
    look = style(outcome.style)
    if offer.written or not on_card:
        return Button(outcome.title, path=f"{path}&outcome={outcome.key}", style=look)
    return Button(outcome.title, outcome.key, style=look)


def _handed(view: StepView) -> str:
    handed = [task for task in view.tasks if task.handed_from_id is not None and task.state == OPEN]
    if not handed:
        return ""
    last = max(handed, key=lambda task: task.opened_at)
    said = _comment_of("handed", view.step, last.id)
    return f"{view.names.get(last.handed_from_id or 0, '')}转交给您{said}"


def _word(words: Words) -> str:
    """What who sent it here said: 吴双江 退回整改：只换了面板."""
    instead = f"（代{words.instead}）" if words.instead else ""
    return f"{words.name}{instead} {words.did}{_said(words.text)}"


def _amounts(view: StepView) -> list[str]:
    """What money is asked for: the sum first, then line by line as many as a card has room for."""
    amounts = view.amounts
    if amounts is None:
        return []
    lines = [f"{line.name} {number(line.amount)}" for line in amounts.lines[:_LINES]]
    count = len(amounts.lines) + amounts.more
    more = f"，共 {count} 项" if count > len(lines) else ""
    return [f"合计 {number(amounts.total)} {amounts.unit}{more}：", *lines]


def _comment_of(act: str, step: CaseStep, task_id: int) -> str:
    rows = CaseEvent.select().where(CaseEvent.step_id == step.id, CaseEvent.task_id == task_id)
    row = rows.where(CaseEvent.act == act).order_by(CaseEvent.id.desc()).first()
    return _said(row.comment if row is not None else None)


def _stand_ins(view: StepView) -> str:
    holders = [task.person_id for task in view.tasks if task.state == OPEN]
    found = stand_ins(holders)
    names = names_of([*found, *(each for proxies in found.values() for each in proxies)])
    lines = [
        f"{'、'.join(names[each] for each in proxies)}代{names[absent]}办，谁先办算谁的"
        for absent, proxies in found.items()
    ]
    return "；".join(lines[:_NAMED])


# -- what happened, in words


def ending(view: StepView, mine: Collection[int] = ()) -> str:
    """Who did what, when, and how it goes on."""
    case, step = view.case, view.step
    done = sorted(
        (task for task in view.tasks if task.state == DONE), key=lambda task: task.done_at, reverse=True
    )
    words = "；".join(_did(view, task, mine) for task in done[:_NAMED])
    if len(done) > _NAMED:
        words += f"；共 {len(done)} 人"
    if step.state == "withdrawn" or not done:
        over = "已撤回" if case.state == WITHDRAWN else "办理人已调整，不用再办"
        at = step.closed_at or case.ended_at
        words = "；".join(part for part in (f"{when(at)} {over}" if at else over, words) if part)
    return f"{words}。{_goes_on(case)}"


def _goes_on(case: Case) -> str:
    """Where the case is now, and at whom."""
    open_ = CaseStep.select(CaseStep.id, CaseStep.title).where(
        CaseStep.case == case.id, CaseStep.state == OPEN
    )
    steps = {row.id: row.title for row in open_.order_by(CaseStep.id)}
    if not steps:
        return f"流程{Case.state.title_of(case.state)}"
    rows = Task.select(Task.person).where(Task.step.in_(list(steps)), Task.state == OPEN).order_by(Task.id)
    holders = list(dict.fromkeys(row.person_id for row in rows))  # in the order of their turns
    names = names_of(holders)
    return f"现在到：{'、'.join(steps.values())}{_at_whom([names[each] for each in holders])}"


def _at_whom(names: Sequence[str]) -> str:
    if not names:
        return ""
    more = f"等 {len(names)} 人" if len(names) > _NAMED else ""
    return f"（等{'、'.join(names[:_NAMED])}{more}办）"


def _did(view: StepView, task: Task, mine: Collection[int]) -> str:
    who = "您" if task.done_by_id in mine else view.names.get(task.done_by_id or 0, "别人")
    instead = f"（代{view.names.get(task.person_id, '')}）" if task.done_by_id != task.person_id else ""
    at = f" {when(task.done_at)} " if task.done_at is not None else " "
    return f"{who}{instead}{at}选了“{task.outcome_title}”{_said(task.comment)}"


def _said(comment: str | None) -> str:
    text = " ".join((comment or "").split())
    return f"：{text[:_SAID]}{'…' if len(text) > _SAID else ''}" if text else ""


def _waiting(view: StepView) -> str:
    """Whose turn it is, while nobody has the step's own card to decide on."""
    if view.step.stranded:
        return "现在没有人能办，已通知管理员调整办理人"
    return _goes_on(view.case)


def what_i_did(view: StepView, person_id: int) -> str:
    """Why there is nothing for this person to do just now: done their part, not their turn, gone to another."""
    mine = files_of(person_id)
    absent = acting_for(mine)
    own = [
        task for task in view.tasks if {task.person_id, task.done_by_id} & mine or task.person_id in absent
    ]
    done = [task for task in own if task.state == DONE]
    if done:
        return f"{_did(view, done[-1], mine)}。{_waiting(view)}"
    if any(task.state == WAITING for task in own):
        return f"还没有轮到您。{_waiting(view)}"
    handed = [task for task in view.tasks if task.handed_from_id in mine]
    if handed:
        return f"已转给{view.names.get(handed[-1].person_id, '别人')}。{_waiting(view)}"
    return f"不用您办了。{_waiting(view)}"


__all__ = ["apart", "compose", "ending", "files_of", "frame", "open_tasks", "step_path", "what_i_did"]
