"""How the working calendar is listed, edited and imported (A05)."""

from __future__ import annotations

from models.core.ledger import Column, Filter, ImportPlan, Ledger, Rules, Section
from models.objectives.calendar import set_days
from models.objectives.calendar.working_days import notices
from models.objectives.records import EDIT_CALENDAR, READ_CALENDAR, CalendarDay

CALENDAR = Ledger(
    name="calendar",
    record=CalendarDay,
    title="工作日历",
    group="系统管理",
    system="A05",
    noun="日期",
    measure="天",
    empty="没有特别的安排，按国务院公布的放假和调休。要改哪一天，就在这里加。",
    columns=(Column("day", 130, fixed=True), Column("kind", 100), Column("name", 200), Column("company", 180)),
    filters=(Filter("day", "date_range"), Filter("kind", "choice"), Filter("company", "reference")),
    search=("name",),
    form=(Section("日期", ("company", "day", "kind", "name")),),
    sort="-day",
    sorts=("day",),
    label=lambda row: f"{row.day:%Y-%m-%d}",
    rights={
        "read": READ_CALENDAR, "create": EDIT_CALENDAR, "edit": EDIT_CALENDAR, "delete": EDIT_CALENDAR,
        "import": EDIT_CALENDAR, "export": READ_CALENDAR,
    },
    rules=Rules(set_days.create_day, set_days.edit_day, set_days.delete_day),
    notices=notices,
    importing=ImportPlan(
        columns=("company", "day", "kind", "name"),
        file_name="工作日历导入.xlsx",
        samples={"day": "2027-10-01", "kind": "休息", "name": "国庆节"},
        notes=("单位不填就是全集团通用（要有全集团的权限）。", "只要填与平时不一样的日子：放假的工作日，上班的周末。"),
        save=set_days.import_days,
    ),
)  # fmt: skip
