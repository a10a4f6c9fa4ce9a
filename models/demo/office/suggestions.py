"""The demo's suggestions at every stage, and the safety activities of the last weeks, with their points (A09, A10, A12)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from models.administration.accounts.actors import actor_for_account
from models.administration.records import Account
from models.core import clock
from models.core.files import attachments
from models.core.ledger.changes.editing import create
from models.core.security.actor import Actor
from models.demo.office import drawings
from models.objectives.activities.ledgers import ACTIVITIES
from models.objectives.activities.records import Activity
from models.objectives.records import PointRule
from models.objectives.suggestions.ledgers import SUGGESTIONS
from models.objectives.suggestions.records import Suggestion
from models.organization.records import Binding, Company, Person
from models.tasks.engine.decide import decide
from models.tasks.records import OPEN, Case, CaseStep, Task

_POINTS = {
    "activity.joined": 2, "suggestion.site": 3, "suggestion.company": 5, "suggestion.plate": 10, "suggestion.group": 20,
}  # fmt: skip
# Days ago, kind, what, without a name, and what was done with it, step by step.
_MADE: tuple[tuple[int, str, str, bool, tuple[tuple[str, str], ...]], ...] = (
    (26, "equipment", "叉车加装蓝光警示灯，倒车拐弯人能提前看见", False,
     (("raise", "两个厂区都用得上，请公司定"), ("adopt", "好建议，首批 12 台先装"), ("done", "12 台已装好，司机反映视野清楚"))),
    (19, "place", "总装车间人行道和叉车道的黄线磨没了，重新划一遍", False, (("adopt", "本周停产时划线"), ("done", "已重新划线"))),
    (12, "management", "班前会把昨天的隐患照片投到大屏上讲", False, (("raise", "建议全公司推广"), ("adopt", "从下月起各车间照做"))),
    (8, "process", "焊接工位轮换由两小时改成一小时", True, (("refuse", "轮换表按体检结果定，暂不改；已增加一台移动风扇"),)),
    (3, "training", "新员工的师傅带教卡改成手机上打勾，纸的容易丢", False, (("raise", "涉及人事部门，请公司定"),)),
    (1, "equipment", "铆焊车间急停按钮位置太高，个子矮的够不着", False, ()),
    (0, "place", "更衣室门口积水，铺一块防滑垫", True, ()),
)  # fmt: skip
# Photos of some: as it was, and as it is now.
_PHOTOS: dict[str, tuple[Callable[[], bytes] | None, Callable[[], bytes] | None]] = {
    _MADE[0][2]: (partial(drawings.forklift, False), partial(drawings.forklift, True)),
    _MADE[1][2]: (partial(drawings.aisle, False), partial(drawings.aisle, True)),
}
# Days ago, kind, name, purpose, summary.
_HELD = (
    (
        22,
        "zero_injury",
        "三季度零伤害班组评选",
        "让班组自己管住自己的安全",
        "总装二班连续 90 天无伤害，授流动红旗",
    ),
    (
        15,
        "essay",
        "“我身边的险情”征文",
        "把险些出事的经过写下来给大家看",
        "收到 38 篇，评出 6 篇，汇编发各班组",
    ),
    (
        6,
        "mutual_aid",
        "师徒结对互查",
        "老师傅带新员工查一遍岗位风险",
        "结成 9 对，查出问题 14 条，已全部整改",
    ),
)


def plant_suggestions() -> bool:
    """Plant them into the first company of the demo, once; says whether it was now. Run it in a transaction."""
    if Suggestion.select().exists() or Activity.select().exists():
        return False
    company = Company.select().where(Company.kind == "company").order_by(Company.id).get()
    for what, points in _POINTS.items():
        for each in Company.select().where(Company.kind == "company"):
            PointRule.create(company=each.id, what=what, points=points)
    people = _people(company)
    past = _Past()
    with clock.standing_at(lambda: past.now):
        for place, (days, kind, what, hidden, steps) in enumerate(_MADE):
            past.back(days, 10)
            _suggestion(past, people[place % len(people)], kind, what, hidden, steps)
        for days, kind, name, purpose, summary in _HELD:
            past.back(days, 15)
            _activity(company, people, kind, name, purpose, summary)
    return True


class _Past:
    """The moment at which things happen."""

    def __init__(self) -> None:
        self.today = self.now = clock.now()

    def back(self, days: int, hour: int) -> None:
        """Go to an hour of a day so many days ago; of today to a while ago."""
        at: datetime = clock.local(self.today - timedelta(days=days)).replace(hour=hour, minute=12, second=0)
        self.now = min(at, self.today - timedelta(minutes=20))

    def on(self, hours: int) -> None:
        """Later, but not after today."""
        self.now = min(self.now + timedelta(hours=hours), self.today - timedelta(minutes=5))


def _people(company: Company) -> list[Person]:
    """Workers of the company with an account, those one can sign in as first."""
    bound = Binding.select(Binding.person).where(Binding.company == company.id, Binding.state == "approved")
    query = Person.select().where(
        Person.id.in_(bound), Person.account_id.is_null(False), Person.role == "operator"
    )
    known = ("王大友", "吴双江", "钱久安")
    found = sorted(query, key=lambda one: (one.name not in known, one.id))
    return found[:14]


def _suggestion(
    past: _Past, person: Person, kind: str, what: str, hidden: bool, steps: tuple[tuple[str, str], ...]
) -> None:
    made = create(_actor(person.account_id), SUGGESTIONS, {"what": what, "kind": kind, "hidden": hidden})
    before, after = _PHOTOS.get(what, (None, None))
    if before is not None:
        attachments.add(_actor(person.account_id), SUGGESTIONS, int(made["id"]), "现场.jpg", before())
    for outcome, words in steps:
        past.on(20)
        task = (
            Task.select().join(CaseStep).join(Case)
            .where(Case.kind == "suggestion", Case.subject_id == int(made["id"]), Task.state == OPEN)
            .order_by(Task.id).get()
        )  # fmt: skip
        doer = Person.get_by_id(task.person_id)
        if doer.account_id is None:
            return
        if outcome == "done" and after is not None:
            attachments.add(_actor(person.account_id), SUGGESTIONS, int(made["id"]), "落实后.jpg", after())
        values: dict[str, Any] = {"result": words} if outcome == "done" else {"reply": words}
        if outcome == "adopt":
            values |= {
                "carrier": str(doer.id),
                "due_at": (clock.local(past.today) + timedelta(days=20))
                .replace(hour=18, minute=0, second=0, microsecond=0)
                .isoformat(),
                "extra_points": 2,
            }
        comment = words if outcome == "raise" else ""
        decide(_actor(doer.account_id), task.id, outcome, values={} if comment else values, comment=comment)


def _activity(
    company: Company, people: list[Person], kind: str, name: str, purpose: str, summary: str
) -> None:
    account = Account.get(Account.login == "admin")
    there = people[: 12 if kind == "essay" else 8]
    values = {
        "company": str(company.id), "name": name, "kind": kind, "purpose": purpose, "summary": summary,
        "held_at": clock.now().isoformat(), "place": "职工之家", "people": [str(one.id) for one in there],
        "record": "主持人讲明办法，各班组当场报名；照片和名单见附件。",
    }  # fmt: skip
    actor = actor_for_account(account, "import")
    made = create(actor, ACTIVITIES, values)
    attachments.add(
        actor, ACTIVITIES, int(made["id"]), "现场.jpg", drawings.people_at_board(name, len(there))
    )


def _actor(account_id: Any) -> Actor:
    return actor_for_account(Account.get_by_id(account_id), "phone")


__all__ = ["plant_suggestions"]
