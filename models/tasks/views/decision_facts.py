"""What a decision is about, gathered in one place for card, phone and console (H02, H05).

The pictures, named, the one of before beside the one of after; what must be known in full, the first things first;
money line by line with its sum; and the words of who sent it here: back, on, up, or to somebody else.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from models.core.db.queries import fetch
from models.core.fields import moment_text
from models.tasks.records import Case, CaseEvent, CaseStep, Task
from models.tasks.subjects import Amounts, Picture, Served, SubjectFacts

#: Acts by which a case came to where it is now.
_LED = ("started", "decided")
#: Acts by which a step came to who has it now.
_GAVE = ("handed", "handed_over", "reassigned", "signers_added")
_MOST = 3


@dataclass(frozen=True)
class Words:
    """What somebody said when they sent it here. `instead` is whom they stood in for, empty for nobody."""

    name: str
    instead: str
    did: str
    text: str
    at: datetime


@dataclass(frozen=True)
class About:
    """What a decision is about. `words`: the newest first."""

    words: tuple[Words, ...] = ()
    facts: tuple[tuple[str, str], ...] = ()
    pictures: tuple[Picture, ...] = ()
    amounts: Amounts | None = None


def about_subject(
    served: Served, subject: Any, shown: SubjectFacts, words: Sequence[Words] = (), *, private: bool = True
) -> About:
    """What is known of a subject for who decides about it (`private`: also what is for them alone).

    Of one that is gone only what was said.
    """
    if subject is None:
        return About(tuple(words))
    details = served.details(subject)
    facts = (details.facts or shown.facts) + (details.private if private else ())
    return About(tuple(words), facts, pictures_in(shown), details.amounts)


def pictures_in(shown: SubjectFacts) -> tuple[Picture, ...]:
    """The pictures of a subject: those of before and after that belong beside each other come first."""
    known = {one.id: one for one in shown.pictures}
    wanted = [id_ for id_ in (shown.before_id, shown.picture_id) if id_ is not None]
    first = [known.get(id_, Picture(id_)) for id_ in dict.fromkeys(wanted)]
    return (*first, *(one for one in shown.pictures if one.id not in wanted))


def events_of(case: Case) -> list[CaseEvent]:
    """Everything that was done to a case, oldest first."""
    return fetch(CaseEvent, "case_id", case.id, order=("id",))


def words_for(
    steps: Sequence[CaseStep], step: CaseStep, events: Sequence[CaseEvent], task: Task | None = None
) -> tuple[Words, ...]:
    """What was said on the way to a step since it was done last, and by who gave it to whom it is with; three at most.

    `steps` are those of the case, `events` all that happened to it, oldest first. With `task` what concerns other
    people's parts of the step is left out.
    """
    at = step if not step.added else next(one for one in steps if one.id == step.added["step"])
    before = [one.id for one in steps if one.key == at.key and one.id < at.id]
    since = max(
        (row.id for row in events if row.act == "decided" and before and row.step_id == before[-1]), default=0
    )
    here = {at.id, step.id}
    said = [
        row
        for row in events
        if row.comment and row.id >= since
        and (row.act in _LED or (row.act in _GAVE and row.step_id in here and _of_task(row, task)))
    ]  # fmt: skip
    return tuple(map(_words, reversed(said[-_MOST:])))


def words_alone(task: Task) -> tuple[Words, ...]:
    """The same of a task that stands alone, without a case: of who handed it on."""
    if task.handed_from_id is None:
        return ()
    rows = CaseEvent.select().where(
        CaseEvent.subject_kind == task.subject_kind, CaseEvent.subject_id == task.subject_id,
        CaseEvent.task_id == task.id, CaseEvent.act.in_(_GAVE),
    )  # fmt: skip
    said = [row for row in rows.order_by(CaseEvent.id) if row.comment]
    return tuple(map(_words, reversed(said[-_MOST:])))


def _of_task(row: CaseEvent, task: Task | None) -> bool:
    return task is None or row.act == "signers_added" or row.task_id in (None, task.id)


def _words(row: CaseEvent) -> Words:
    return Words(row.name, row.for_name or "", row.title, str(row.comment), row.at)


def picture_ids(shown: SubjectFacts) -> list[int]:
    """The attachments of all pictures of a subject."""
    return [one.id for one in pictures_in(shown)]


def about_json(about: About, urls: Mapping[int | None, str]) -> dict[str, Any]:
    """The same as the doors give it; `urls` are the addresses of pictures, by attachment."""
    amounts = about.amounts
    return {
        "words": [
            {
                "name": one.name,
                "for": one.instead or None,
                "did": one.did,
                "text": one.text,
                "at": moment_text(one.at),
            }
            for one in about.words
        ],
        "facts": [list(fact) for fact in about.facts],
        "pictures": [
            {"id": str(one.id), "name": one.name, "url": urls[one.id]}
            for one in about.pictures
            if one.id in urls
        ],
        "amounts": None
        if amounts is None
        else {
            "unit": amounts.unit,
            "lines": [
                {"name": line.name, "note": line.note, "amount": f"{line.amount:.2f}"}
                for line in amounts.lines
            ],
            "more": amounts.more,
            "total": f"{amounts.total:.2f}",
        },
    }


__all__ = [
    "About", "Words", "about_json", "about_subject", "events_of", "picture_ids", "pictures_in", "words_alone",
    "words_for",
]  # fmt: skip
