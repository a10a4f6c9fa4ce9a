"""Administrators are told when the holidays of a year that is near are not known (A05)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from models.core import clock
from models.core.db.connection import in_transaction
from models.core.events.outbox import TAKEN, WAITING, Outbox, announce
from models.core.fields import Integer
from models.core.settings import CompanySetting
from models.messages.records import Message
from models.messages.tell import Telling
from models.messages.tellers import teller
from models.objectives.calendar.working_days import unknown_year, year_unknown
from models.objectives.records import EDIT_CALENDAR, PostWork
from models.organization.records import Company
from models.tasks.people.responsible import persons_with

KIND = "calendar.year_unknown"
AGAIN = CompanySetting(
    "calendar-again-days",
    "工作日历",
    Integer("放假安排不全，再次提醒间隔", min=1, max=90, unit="天"),
    default=14,
    whole_group=True,
)


def work(limit: int) -> int:
    """Announce it to up to `limit` companies that have periodic work, every two weeks until it is mended."""
    return in_transaction(_announce, limit)


def _announce(limit: int) -> int:
    year = unknown_year()
    if year is None:
        return 0
    told = Message.select(Message.company_id).where(
        Message.kind == KIND,
        Message.subject_id == year,
        Message.created_at > clock.now() - timedelta(days=AGAIN.of(None)),
    )
    waiting = Outbox.select(Outbox.company_id).where(
        Outbox.state.in_((WAITING, TAKEN)), Outbox.kind == KIND, Outbox.company_id.is_null(False)
    )
    running = PostWork.select(PostWork.company).where(PostWork.enabled == True)  # noqa: E712
    companies = Company.select().where(
        Company.id.in_(running), Company.id.not_in(told), Company.id.not_in(waiting)
    )
    found = list(companies.order_by(Company.id).limit(limit))
    for company in found:
        announce(KIND, company, year=year)
    return len(found)


@teller(KIND)
def tell_year_unknown(row: Outbox) -> Telling | None:
    """To who keeps the company's calendar, in small news."""
    payload: Any = row.payload
    warning = year_unknown(payload["year"])
    if row.company_id is None:
        return None
    return Telling(
        company_id=row.company_id, kind=KIND, subject_kind="calendar", subject_id=payload["year"],
        title=f"【工作日历】{warning['title']}", text=f"{warning['cause']}。{warning['advice']}",
        persons=persons_with(EDIT_CALENDAR, row.company_id), bundle=True,
    )  # fmt: skip
