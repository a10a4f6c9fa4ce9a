"""From what happened to a case to who is told of it, and how (H02–H06, K01, L01).

The relay asks these for each piece of news. They look at what is there now: a step that has ended meanwhile is told to
nobody, and people who have left are left out. One card stands for a step, whatever happens to it: later news of it
change that card, and what must ring again (an urging, a deadline) comes as a short note that leads to it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from models.core.events.outbox import Outbox
from models.core.events.reactions import reaction
from models.messages.channels.records import CARD
from models.messages.delivery.refresh import outdate
from models.messages.delivery.supersede import overtake
from models.messages.inbox.threads import done_with
from models.messages.records import NORMAL
from models.messages.tell import Telling
from models.messages.tellers import teller
from models.tasks.engine.case_transaction import CaseTransaction
from models.tasks.notify.subscriptions import followers
from models.tasks.people.proxies import stand_ins
from models.tasks.people.separation_of_duties import barred
from models.tasks.records import (
    APPROVED,
    DONE,
    OPEN,
    RUNNING,
    WAITING,
    WITHDRAWN,
    Case,
    CaseEvent,
    CaseStep,
    Task,
)
from models.tasks.subjects import SubjectFacts
from models.tasks.views.case_snapshot import HOUSE
from models.tasks.views.items import served_or_none
from models.tasks.wording import asked, before

STEP, CASE, NUDGE = "step", "case", "nudge"
DEPUTY, STARTER = "deputy", "reporter"
_FACTS = 4
_AT_ONCE = timedelta(seconds=5)  # between a decision and the end that it was


@dataclass(frozen=True)
class CaseNews:
    """A case as news shows it: its subject, and the open step that they are about, if any."""

    case: Case
    step: CaseStep | None
    shown: SubjectFacts
    read: str
    payload: dict[str, Any]
    subject: Any = None

    @property
    def became(self) -> str:
        """What became of it, in the words of its kind; asked for by few news, so looked up when it is."""
        served = served_or_none(self.case.kind)
        return "" if served is None or self.subject is None else served.became(self.subject)

    @property
    def number(self) -> str:
        """The case number, first in every text, so that a search in the chat finds all of it."""
        return self.case.number or ""


def told_of(row: Outbox) -> CaseNews | None:
    """What a piece of news is about; None for a case that is gone."""
    case = Case.get_or_none(Case.id == row.subject_id)
    if case is None:
        return None
    given: Any = row.payload
    payload: dict[str, Any] = given or {}
    step = CaseStep.get_or_none(CaseStep.id == payload["step"]) if payload.get("step") else None
    served = served_or_none(case.kind)
    subject = None if served is None else served.record.get_or_none(served.record.id == case.subject_id)
    shown = SubjectFacts() if served is None else served.shown_of(subject)
    return CaseNews(case, step, shown, served.read if served is not None else "", payload, subject)


def version_of(case_id: int) -> int:
    """The version of a case that its card shows: every event makes a new one."""
    return CaseEvent.select().where(CaseEvent.case_id == case_id).count() or 1


@teller("step.opened")
def opened(row: Outbox) -> Telling | None:
    """To those whose turn it is, and who stands in for them: a card, by which they can do it."""
    told = told_of(row)
    return None if told is None else _step_card(row, told, told.payload.get("persons") or ())


@teller("task.handed")
def handed(row: Outbox) -> Telling | None:
    """To who has it now: the step's card, with who gave it to them and what they said."""
    told = told_of(row)
    if told is None or told.payload.get("quiet") or told.payload.get("waits"):
        return None
    said = told.payload.get("comment") or ""
    lead = f"{told.payload.get('by') or ''}转交给您{'：' + said if said else ''}"
    return _step_card(row, told, told.payload.get("persons") or (), lead=lead)


def _step_card(row: Outbox, told: CaseNews, persons: Sequence[int], *, lead: str = "") -> Telling | None:
    step = told.step
    if step is None or step.state != OPEN or not persons:
        return None
    receivers, why = with_stand_ins(persons, of=(told.case, step))
    title = asked(f"待{step.title}", told.shown.place, told.case.title, step.due_at)
    link = _step_link(told.case, step, receivers)
    return _telling(
        row, told, STEP, step.id, step.version, title, _lines(told, lead), receivers, why=why, link=link,
        card=_card(told, STEP, step.id, step.version, asked(f"待{step.title}", told.shown.place, told.case.title), lead, link),
    )  # fmt: skip


def with_stand_ins(
    persons: Iterable[int], *, of: tuple[Case, CaseStep] | None = None
) -> tuple[list[int], dict[int, str]]:
    """The persons and who stands in for them today, and why the latter are told.

    `of` a step: without those who must not do it, as they would judge their own (two_persons.py).
    """
    own = list(dict.fromkeys(persons))
    more = [proxy for proxies in stand_ins(own).values() for proxy in proxies if proxy not in own]
    if more and of is not None:
        turn = CaseTransaction.looking(HOUSE, of[0])
        step = turn.step(of[1].added["step"]) if of[1].added else of[1]
        out = barred(turn, turn.plan(step))
        more = [proxy for proxy in more if proxy not in out]
    return [*own, *dict.fromkeys(more)], dict.fromkeys(more, DEPUTY)


def _step_link(case: Case, step: CaseStep, receivers: Sequence[int]) -> str:
    """The task, where there is one alone; a card for several leads to the case."""
    tasks = list(Task.select(Task.id).where(Task.step == step.id, Task.state == OPEN).limit(2))
    if len(tasks) == 1:
        return f"/pages/tasks/task?id={tasks[0].id}"
    return f"/pages/tasks/case?id={case.id}"


@teller("case.ended")
def ended(row: Outbox) -> Telling | None:
    """To the starter and who follows it: how it ended. Who ended it has the card of the step, which says so."""
    told = told_of(row)
    if told is None or told.case.state == RUNNING:
        return None
    case = told.case
    receivers = followers(case.kind, case.subject_id)
    why = {}
    if case.state != WITHDRAWN and case.starter_id is not None:  # who withdrew it knows
        receivers, why = [case.starter_id, *receivers], {case.starter_id: STARTER}
    doer = _ended_by(case)
    receivers = [person for person in receivers if person != doer]
    title = asked(Case.state.title_of(case.state), told.shown.place, case.title)
    return _case_news(row, told, title, news_of(case, told.became), receivers, why=why)


@teller("case.moved")
def moved(row: Outbox) -> Telling | None:
    """To who follows it: where it stands. Small news, which may come together with others; none to who did it."""
    told = told_of(row)
    if told is None or told.case.state != RUNNING:
        return None
    receivers = [
        person
        for person in followers(told.case.kind, told.case.subject_id)
        if person != told.payload.get("doer")
    ]
    title = asked("进展", told.shown.place, told.case.title)
    return _case_news(row, told, title, news_of(told.case, told.became), receivers, bundle=True)


@teller("case.copied")
def copied(row: Outbox) -> Telling | None:
    """To whom the flow copies to: what it is. Who reads for the whole group is told whatever the company."""
    told = told_of(row)
    if told is None:
        return None
    title = asked(told.payload.get("title") or "抄送", told.shown.place, told.case.title)
    return _case_news(row, told, title, news_of(told.case, told.became), told.payload.get("persons") or ())


@teller("case.commented")
def commented(row: Outbox) -> Telling | None:
    """To the mentioned: what was said to them. Who was mentioned just before hears of it with other small news."""
    told = told_of(row)
    if told is None:
        return None
    persons = told.payload.get("mentions") or ()
    said = f"{told.payload.get('by') or ''}：{told.payload.get('text') or ''}"
    return note(row, told, "提到您", said, persons, subject_id=row.id, bundle=bool(told.payload.get("again")))


def _ended_by(case: Case) -> int | None:
    """Whose decision ended the case; None where time or a withdrawal did."""
    last = (
        Task.select(Task.done_by, Task.done_at)
        .join(CaseStep, on=(Task.step == CaseStep.id))
        .where(CaseStep.case == case.id, Task.state == DONE)
        .order_by(Task.done_at.desc(), Task.id.desc())
        .first()
    )
    if (
        last is None
        or case.ended_at is None
        or last.done_at is None
        or case.ended_at - last.done_at > _AT_ONCE
    ):
        return None
    return last.done_by_id


def news_of(case: Case, became: str = "") -> str:
    """How a case stands, in the words that its kind has for it, or else: its outcome, the steps that are open."""
    if became:
        return became
    return f"现在到：{_at(case)}" if case.state == RUNNING else case.outcome or ""


def path_of(case: Case, shown: SubjectFacts) -> str:
    """The page of the phone client that says most to who is only told of a case."""
    return shown.path or f"/pages/tasks/case?id={case.id}"


def tone_of(shown: SubjectFacts) -> str:
    """The tone of a card (bots/card.py). Nothing looks like an accident but an accident."""
    return {"good": "done", "bad": "warn"}.get(shown.tone, shown.tone)


def _at(case: Case) -> str:
    """The steps that are open, in words."""
    steps = CaseStep.select(CaseStep.title).where(CaseStep.case == case.id, CaseStep.state == OPEN)
    return "、".join(step.title for step in steps.order_by(CaseStep.id)) or Case.state.title_of(case.state)


def _case_news(
    row: Outbox, told: CaseNews, title: str, lead: str, persons: Sequence[int], *, why: dict[int, str] | None = None,
    bundle: bool = False,
) -> Telling | None:  # fmt: skip
    version, link = version_of(told.case.id), path_of(told.case, told.shown)
    return _telling(
        row, told, CASE, told.case.id, version, title, _lines(told, lead), persons, why=why or {}, bundle=bundle,
        link=link, card=_card(told, CASE, told.case.id, version, title, lead, link),
    )  # fmt: skip


def note(
    row: Outbox, told: CaseNews, verb: str, lead: str, persons: Sequence[int], *, subject_id: int,
    why: dict[int, str] | None = None, bundle: bool = False,
) -> Telling | None:  # fmt: skip
    """A short note that rings and leads to the case; one about a step ends with that."""
    step = told.step
    title = asked(verb, told.shown.place, told.case.title, step.due_at if step is not None else None)
    link = f"/pages/tasks/case?id={told.case.id}" if step is None else _step_link(told.case, step, persons)
    return _telling(
        row, told, NUDGE, subject_id, 1, title, _lines(told, lead), persons, why=why or {}, bundle=bundle, link=link,
        ends_with=None if step is None else (STEP, step.id),
        card=_card(told, NUDGE, subject_id, 1, asked(verb, told.shown.place, told.case.title), lead, link),
    )  # fmt: skip


def _telling(
    row: Outbox, told: CaseNews, subject_kind: str, subject_id: int, version: int, title: str, text: str,
    persons: Sequence[int], *, why: dict[int, str], link: str, card: dict[str, Any], bundle: bool = False,
    ends_with: tuple[str, int] | None = None,
) -> Telling | None:  # fmt: skip
    if not persons:
        return None
    return Telling(
        company_id=told.case.company_id, kind=row.kind, subject_kind=subject_kind, subject_id=subject_id,
        subject_version=version, title=title, text=text, card=card, link=link, urgency=NORMAL, needs_answer=False,
        persons=tuple(dict.fromkeys(persons)), why=why, ways=(CARD,), bundle=bundle, read=told.read,
        ends_with=ends_with, thread=(CASE, told.case.id),
    )  # fmt: skip


def _lines(told: CaseNews, lead: str) -> str:
    facts = [f"{name}：{value}" for name, value in told.shown.facts[:_FACTS]]
    head = [part for part in (told.number, told.case.title) if part]
    return "\n".join([" ".join(head), *([lead] if lead else []), *facts])


def _card(
    told: CaseNews, kind: str, subject_id: int, version: int, title: str, lead: str, link: str
) -> dict[str, Any]:
    """The neutral card (fields of bots/card.py) as it is first told; what is sent is composed anew.

    Until when has a line of its own: a title is cut at its end.
    """
    ended_well = {RUNNING: "", APPROVED: "done"}.get(told.case.state, "plain")
    due = before(told.step.due_at) if told.step is not None else ""
    facts = [{"name": name, "value": value} for name, value in told.shown.facts[:_FACTS]]
    return {
        "kind": kind, "subject_id": subject_id, "version": version, "title": title,
        "lead": "\n".join(part for part in (lead, f"期限：{due}" if due else "") if part), "about": told.case.title,
        "number": told.number, "tone": ended_well or tone_of(told.shown), "facts": facts,
        "picture_id": told.shown.picture_id, "before_id": told.shown.before_id, "path": link,
        "outcome": told.case.outcome or "" if told.case.state != RUNNING else "",
    }  # fmt: skip


def _follow_step(row: Outbox) -> None:
    """Cards of the step that are out show what it has become."""
    payload: Any = row.payload
    step = CaseStep.get_or_none(CaseStep.id == ((payload or {}).get("step") or 0))
    if step is not None:
        outdate(STEP, step.id, step.version)
        _read_what_is_done(step)


def _read_what_is_done(step: CaseStep) -> None:
    """Who has nothing to do in a step any more has read what asked them to; with its end everybody has."""
    if step.state != OPEN:
        done_with(STEP, step.id)
        return
    tasks = list(Task.select().where(Task.step == step.id))
    own = [task.person_id for task in tasks if task.state in (OPEN, WAITING)]
    had = {person for task in tasks for person in (task.person_id, task.done_by_id, task.handed_from_id)}
    done_with(STEP, step.id, waiting=with_stand_ins(own)[0], only=had - {None})


def _follow_case(row: Outbox) -> None:
    """The case's own cards follow; where it stood before need not be told any more."""
    assert row.subject_id is not None
    outdate(CASE, row.subject_id, version_of(row.subject_id))
    overtake(CASE, row.subject_id, row.id)


for _kind in ("step.closed", "step.decided", "step.opened", "task.handed", "step.stranded"):
    reaction(_kind)(_follow_step)
for _kind in ("case.moved", "case.ended"):
    reaction(_kind)(_follow_case)
