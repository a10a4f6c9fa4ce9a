"""Two months of hazards of the demo, each through the real rules at its own time, with drawn photos (E07, E09)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

from models.administration.accounts.actors import actor_for_account
from models.administration.records import Account
from models.core import clock
from models.core.events.outbox import DONE, WAITING, Outbox
from models.core.fields import moment_text
from models.core.files import photos
from models.core.security.actor import Actor
from models.demo.hazards.findings import FINDINGS, DemoFinding
from models.demo.hazards.pictures import picture
from models.demo.hazards.places import Ground, lay_out
from models.grid.records import GridNode
from models.hazards.records import REPORT_HAZARDS, Hazard, MajorCriterion
from models.hazards.report.open_hazard import LEDGER
from models.hazards.report.snapshot import snap
from models.hazards.treatment import extensions, withdraw
from models.messages.channels.records import CARD, SYSTEM
from models.objectives.records import PointRule
from models.organization.records import Person
from models.tasks.engine.decide import decide
from models.tasks.records import OPEN, CaseStep, Task

SEED = 20_261_123
_POINTS = {"hazard.confirmed": 5, "hazard.major": 30, "hazard.rectified": 3}
#: What the rest of the house hears of; everything else of these two months is told to nobody any more.
_COUNTED = ("hazard.confirmed", "hazard.closed")


# How far each has come: so many of each, and so many days ago it began at most. The closed ones are spread over the rest.
_ENDS: tuple[tuple[str, float], ...] = (
    *((("closed", 0.0),) * 18), *((("no", 30.0),) * 3), ("withdrawn", 20.0), ("overdue", 9.0), ("overdue", 8.0),
    ("major", 6.0), ("extended", 5.0), ("rectifying", 3.5), ("rectifying", 3.0), ("repeat", 2.0),
    *((("reviewing", 4.0),) * 3), *((("planning", 1.4),) * 3), *((("reported", 0.6),) * 5),
)  # fmt: skip
_DAYS = 58


def plant_hazards() -> int:
    """Give the demo's companies a grid, points and two months of hazards; gives how many hazards, 0 if they have some.

    Run it in a transaction, at every start of the demo.
    """
    grounds = lay_out()
    if not grounds:
        return 0
    last = Outbox.select(Outbox.id).order_by(Outbox.id.desc()).limit(1).scalar() or 0
    for ground in grounds:
        for what, points in _POINTS.items():
            PointRule.create(company=ground.company.id, what=what, points=points)
    past = _Past(grounds, Random(SEED), clock.now())
    with clock.standing_at(lambda: past.now):
        past.happen()
    Outbox.update(state=DONE).where(
        Outbox.id > last, Outbox.state == WAITING, Outbox.kind.not_in(_COUNTED)
    ).execute()
    return len(_ENDS)


class _Past:
    """The two months, a hazard at a time."""

    def __init__(self, grounds: list[Ground], random: Random, today: datetime) -> None:
        self.grounds, self.random, self.today = grounds, random, today
        self.now = today
        self._actors: dict[tuple[int, str], Actor] = {}
        self._fitting = {id(ground): self._shuffled(ground) for ground in grounds}
        self._open: dict[int, tuple[DemoFinding, GridNode, Hazard]] = {}  # by company, what a repeat repeats

    def _shuffled(self, ground: Ground) -> list[tuple[DemoFinding, GridNode]]:
        """What may be found where, in an order of its own."""
        found = [
            (case, node)
            for case in FINDINGS
            for (_, name), node in ground.nodes.items()
            if name in case.places
        ]
        self.random.shuffle(found)
        return found

    def happen(self) -> None:
        """All of it, in the order in which it began."""
        begun = []
        for number, (end, days) in enumerate(_ENDS):
            back = (days or _DAYS - number * 2.6) * self.random.uniform(0.8, 1.0)
            begun.append((self._at_work(self.today - timedelta(days=back)), number, end))
        for at, number, end in sorted(begun):
            self.now = min(at, self.today - timedelta(hours=1.5))
            self._run(number, end)

    def _at_work(self, moment: datetime) -> datetime:
        """The same day, in working hours."""
        local = clock.local(moment)
        return local.replace(hour=self.random.randrange(8, 17), minute=self.random.randrange(60)).astimezone(
            UTC
        )

    def _run(self, number: int, end: str) -> None:
        """One hazard, as far as it has come."""
        ground = self.grounds[0] if number % 3 or end == "major" else self.grounds[1]
        again = self._open.get(ground.company.id) if end == "repeat" else None
        case, node = (again[0], again[1]) if again else self._next(ground, "rope" if end == "major" else "")
        hazard, reporter = self._snap(ground, case, node, number)
        if end in ("rectifying", "overdue"):
            self._open[ground.company.id] = (case, node, hazard)
        if end == "withdrawn":
            self._later(0.2)
            withdraw.withdraw(self._actor(reporter), hazard.id, "看错了，是正常的保护接地线")
        elif again:
            self._later(3)
            self._decide(hazard, "repeat", duplicate_of=str(again[2].id))
        elif end == "no":
            self._later(5)
            reasons = ("是备用的，已做隔离", "检修中，现场有围挡", "不影响安全，已当场处理")
            self._decide(hazard, "no", reason=self.random.choice(reasons))
        elif end != "reported":
            self._put_right(ground, case, hazard, reporter, end)

    def _next(self, ground: Ground, scene: str) -> tuple[DemoFinding, GridNode]:
        """What is found next: everything once before anything comes again."""
        waiting = self._fitting[id(ground)]
        found = next(item for item in waiting if not scene or item[0].scene == scene)
        waiting.remove(found)
        waiting.append(found)
        return found

    def _later(self, hours: float) -> None:
        """Some time passes, and the night with it."""
        local = clock.local(self.now + timedelta(hours=hours * self.random.uniform(0.6, 1.2)))
        if local.hour < 7 or local.hour >= 19:
            local = (local + timedelta(hours=5 if local.hour >= 19 else 0)).replace(
                hour=8, minute=self.random.randrange(10, 59)
            )
        self.now = min(max(local.astimezone(UTC), self.now + timedelta(minutes=3)), self.today)

    def _snap(self, ground: Ground, case: DemoFinding, node: GridNode, number: int) -> tuple[Hazard, Person]:
        mine = number % 5 == 1 and "王大友" in ground.cast
        reporter = ground.person("王大友") if mine else self.random.choice(ground.crowd[8:])
        actor = self._actor(reporter)
        late = self.random.random() < 0.1
        data = {
            "what": case.what[number % len(case.what)],
            "grid": str(node.id),
            "photos": [self._photo(actor, case.scene)],
            "lng": float(node.lng) + 0.00005,
            "lat": float(node.lat),
            "found_at": moment_text(self.now - timedelta(hours=2 if late else 0)),
        }
        return snap(actor, data, key=f"demo-{number}")[0], reporter

    def _put_right(
        self, ground: Ground, case: DemoFinding, hazard: Hazard, reporter: Person, end: str
    ) -> None:
        self._later(6)
        major = end == "major"
        criterion = MajorCriterion.get(MajorCriterion.code == "TZ-05") if major else None
        self._decide(hazard, "hazard", level="major" if major else "general",
                     **({"criterion": str(criterion.id)} if criterion else {}))  # fmt: skip
        if end == "planning":
            return
        self._later(8)
        days = {"overdue": 3, "major": 12, "rectifying": 6, "extended": 6}.get(end, 5)
        due = clock.local(self.now + timedelta(days=days)).replace(hour=18, minute=0, second=0, microsecond=0)
        five = {
            "duty_note": "设备部负责，安全部督办",
            "funds": "年度安全投入",
            "funds_wan": "4.5",
            "plan_note": "停用、围挡、专人看护",
        }
        rectifier = self._rectifier(ground, reporter, mine=end in ("overdue", "rectifying"))
        self._decide(
            hazard, "assign", rectifier=str(rectifier.id), measures=case.measures,
            due_at=moment_text(due), **(five if major else {}),
        )  # fmt: skip
        if end == "extended":
            self._later(24)
            until = moment_text(self.now + timedelta(days=9))
            extensions.ask(self._actor(rectifier), hazard.id, until, "配件要从外地发货，预计一周到")
        if end in ("overdue", "major", "rectifying", "extended"):
            return
        self._later(44)
        actor = self._actor(rectifier)
        self._decide(
            hazard, "submit", result=case.result, photos_after=[self._photo(actor, case.scene, fixed=True)]
        )
        if end == "closed":
            self._later(10)
            self._decide(
                hazard, "pass", review_note=self.random.choice(("合格", "整改到位", "现场看过，合格"))
            )

    def _rectifier(self, ground: Ground, reporter: Person, *, mine: bool) -> Person:
        """Who puts it right; some is left for who tries the demo."""
        if mine and "王大友" in ground.cast:
            return ground.cast["王大友"]
        named = [ground.cast[name] for name in ("王大友", "钱久安") if name in ground.cast]
        return self.random.choice([each for each in (*named, *ground.crowd[4:8]) if each.id != reporter.id])

    def _decide(self, hazard: Hazard, outcome: str, **values: Any) -> None:
        """The open task is done by who has it, from the chat as often as at a desk."""
        task = (
            Task.select()
            .join(CaseStep, on=(Task.step == CaseStep.id))
            .where(Task.subject_kind == "hazard", Task.subject_id == hazard.id, Task.state == OPEN)
            .order_by(Task.id)
            .get()
        )
        by_card = outcome in ("hazard", "pass") and self.random.random() < 0.6
        actor = self._actor(Person.get_by_id(task.person_id), "chat" if by_card else "phone")
        decide(actor, task.id, outcome, values=values, way=CARD if by_card else SYSTEM)

    def _photo(self, actor: Actor, scene: str, *, fixed: bool = False) -> str:
        content = picture(scene, fixed=fixed)
        return str(photos.upload(actor, LEDGER, REPORT_HAZARDS, "现场照片.jpg", content).id)

    def _actor(self, person: Person, door: str = "phone") -> Actor:
        key = (person.id, door)
        if key not in self._actors:
            account = Account.get(Account.id == person.account_id)
            account.current_company = person.company_id
            self._actors[key] = actor_for_account(account, door)
        return self._actors[key]
