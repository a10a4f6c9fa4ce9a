"""Setting days of the working calendar: for everybody or for one company (A05). Works fall due by it at once."""

from __future__ import annotations

from typing import Any

from models.core import history
from models.core.errors import Invalid
from models.core.ledger.changes.default_rules import plain_create, plain_delete, plain_edit
from models.core.ledger.changes.shared_rows import of_company
from models.core.security.actor import Actor
from models.objectives.periodic.next_due import replan
from models.objectives.records import EDIT_CALENDAR, CalendarDay

Values = dict[str, Any]


def create_day(actor: Actor, values: Values) -> CalendarDay:
    """Set a day. Raises Invalid where it is set already."""
    values = of_company(actor, EDIT_CALENDAR, values)
    if _there(values.get("company"), values["day"]) is not None:
        raise Invalid(fields={"day": "这一天已经设置过，请在原来的记录上修改"})
    made: CalendarDay = plain_create(CalendarDay)(actor, values)
    _moved({made.company_id})
    return made


def edit_day(actor: Actor, row: CalendarDay, values: Values) -> CalendarDay:
    """Change what a day is."""
    made: CalendarDay = plain_edit(CalendarDay)(actor, row, values)
    _moved({row.company_id})
    return made


def delete_day(actor: Actor, row: CalendarDay) -> None:
    """Let the day be what the wider calendar says."""
    plain_delete(CalendarDay)(actor, row)
    _moved({row.company_id})


def import_days(actor: Actor, rows: list[Values]) -> tuple[int, int]:
    """Set many days; gives how many are new and how many were there."""
    created = updated = 0
    for given in rows:
        row = of_company(actor, EDIT_CALENDAR, given)
        there = _there(row.get("company"), row["day"])
        values = {name: row[name] for name in ("kind", "name") if row.get(name) is not None}
        if there is None:
            made = CalendarDay.create(company=row.get("company"), day=row["day"], **values)
            history.note(actor, made, "created", history.differences(CalendarDay, {}, values))
            created += 1
            continue
        lines = history.differences(CalendarDay, dict(there.__data__), values)
        if lines:
            history.note(actor, there.change(**values), "edited", lines)
        updated += 1
    _moved({of_company(actor, EDIT_CALENDAR, row).get("company") for row in rows})
    return created, updated


def _there(company: int | None, day: Any) -> CalendarDay | None:
    whose = CalendarDay.company.is_null() if company is None else (CalendarDay.company == company)
    found: CalendarDay | None = (
        CalendarDay.select().where(whose, CalendarDay.day == day).order_by(CalendarDay.id.desc()).first()
    )
    return found


def _moved(companies: set[int | None]) -> None:
    # A row of everybody may matter to any company.
    replan(None if None in companies else {company for company in companies if company is not None})
