"""What waits for the asker, in numbers: for the board of the day and the list of tasks (H01, E09, K01)."""

from __future__ import annotations

from bots.card import Fact
from bots.commands import CommandCall
from models.hazards.display.listing import counts as hazard_counts
from models.hazards.records import READ_HAZARDS
from models.tasks.rights import READ_TASKS
from models.tasks.views.inbox import counts

TODO = "/pages/tasks/index"


def tasks_today(asked: CommandCall) -> tuple[Fact, ...]:
    """The unit's open hazards and the asker's tasks, each as far as they may see it."""
    facts = []
    if asked.actor.may(READ_HAZARDS):
        company = asked.member.__data__["company"]
        open_, late = hazard_counts(asked.actor, company)
        whole = company in asked.actor.whole_companies(READ_HAZARDS)
        facts.append(Fact("隐患" if whole else "您能看到的隐患", f"{open_} 条未闭环{_late(late)}"))
    if asked.actor.may(READ_TASKS):
        mine = counts(asked.actor)
        facts.append(Fact("我的待办", f"{mine['todo']} 件{_late(mine['overdue'])}"))
    return tuple(facts)


def _late(number: int) -> str:
    return f"，{number} 超期" if number else ""
