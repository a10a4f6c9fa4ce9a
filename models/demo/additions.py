"""What newer releases show beside the first demo data: added at every start, to data of any age."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import structlog
from peewee import DoesNotExist, IntegrityError

from models.core import clock
from models.core.chapters import chapters, found_at
from models.core.db.connection import in_transaction
from models.core.errors import AnbanError
from models.core.jobs.failures import fault
from models.tasks.records import OPEN, Case, CaseStep
from models.tasks.timing import schedule
from models.tasks.views.case_snapshot import plan_of

log = structlog.get_logger("demo")
#: What data of an older release, or data that somebody has changed since, may lack.
_LACKING = (AnbanError, DoesNotExist, IntegrityError, LookupError)


def bring_along(sandbox_url: str) -> list[str]:
    """Plant what is not there yet, each in a transaction of its own; gives what could not be planted, in words.

    What is planted stands on people and places that the demo began with. Where some are not there, that part is left
    out whole: a demo that somebody has worked with is started as it is.
    """
    left_out = []
    for chapter in chapters():
        for part in chapter.demo:
            given = (sandbox_url,) if part.sandbox else ()
            if not _planted(part.title, found_at(chapter, part.run), given):
                left_out.append(part.title)
    in_transaction(_skip_old_nudges)
    return left_out


def _skip_old_nudges() -> None:
    """What was due while the demo slept, or before there was one, rings nobody: phones open on today."""
    now = clock.now()
    steps = list(CaseStep.select().where(CaseStep.state == OPEN, CaseStep.next_nudge_at <= now))
    cases = {
        case.id: case for case in Case.select().where(Case.id.in_({step.case_id for step in steps} or {0}))
    }
    for step in steps:
        case = cases[step.case_id]
        after = schedule.next_after(plan_of(case, step), step.due_at, now, case.company_id)
        CaseStep.update(next_nudge_at=after).where(CaseStep.id == step.id).execute()


def _planted(title: str, rule: Callable[..., Any], given: tuple[Any, ...]) -> bool:
    try:
        in_transaction(rule, *given)
    except _LACKING as error:
        log.warning("demo_part_left_out", part=title, **fault(error))
        return False
    return True


__all__ = ["bring_along"]
