"""A company with a grid, people who are responsible for its places, and hazards on their way; a second company beside."""

from __future__ import annotations

import io
from datetime import timedelta
from typing import Any

from PIL import Image

from models.core.clock import now
from models.core.db.connection import in_transaction
from models.core.files import photos
from models.core.labels.label_codes import new_label_code
from models.equipment.records import Equipment, EquipmentType
from models.grid import rules
from models.grid.records import GridNode
from models.hazards.records import REPORT_HAZARDS, Hazard, MajorCriterion
from models.hazards.report.open_hazard import LEDGER
from models.hazards.report.snapshot import snap
from models.organization.records import Company, Person
from models.tasks.records import Case, Task
from tests.models.tasks.units import Unit


def picture(color: tuple[int, int, int] = (200, 30, 30), kind: str = "JPEG") -> bytes:
    """A photo, small enough for a test."""
    target = io.BytesIO()
    Image.new("RGB", (8, 8), color).save(target, kind)
    return target.getvalue()


class Land(Unit):
    """原水 → the company → two sites → areas → units. 总 owns the company, 站 the first site, 班 its area."""

    NAMES = ("总", "站", "班", "电", "工", "友")

    def __init__(self) -> None:
        super().__init__()
        self.sites = [self._site(name) for name in ("一厂", "二厂")]
        Person.update(site=self.sites[0].id).where(Person.id == self.id("工")).execute()
        self.above("班", "站")
        self.above("站", "总")
        self.nodes: dict[str, GridNode] = {}
        self.add("原水", 1, None)
        self.add("公司", 2, "原水", owner="总")
        self.add("一厂", 3, "公司", owner="站", site=self.sites[0].id)
        self.add("二厂", 3, "公司", site=self.sites[1].id)
        self.add("配电区", 4, "一厂", owner="班", lng=120.10, lat=30.10)
        self.add("配电室", 5, "配电区", lng=120.1001, lat=30.1001)
        self.add("泵房", 4, "二厂", lng=120.20, lat=30.20)

    def _site(self, name: str) -> Company:
        row = Company.create(
            name=name, kind="site", parent=self.company, path="/", company_root=self.company.id
        )
        Company.update(path=f"{self.company.path}{row.id}/").where(Company.id == row.id).execute()
        found: Company = Company.get_by_id(row.id)
        return found

    def add(self, name: str, level: int, parent: str | None, owner: str = "", **values: Any) -> GridNode:
        """A place of the grid, by the rule."""
        wanted = {
            "company": self.company.id, "name": name, "level": str(level),
            "parent": None if parent is None else self.nodes[parent].id,
            "owner": self.id(owner) if owner else None, **values,
        }  # fmt: skip
        self.nodes[name] = in_transaction(rules.create_node, self.house(), wanted)
        return self.nodes[name]

    def node(self, name: str) -> GridNode:
        """A place as it is now."""
        found: GridNode = GridNode.get_by_id(self.nodes[name].id)
        return found

    def foreign(self) -> GridNode:
        """A place of the other company."""
        made: GridNode = GridNode.create(
            company=self.other, level="1", name="别家", label_code="0000000000", path="/"
        )
        GridNode.update(path=f"/{made.id}/").where(GridNode.id == made.id).execute()
        found: GridNode = GridNode.get_by_id(made.id)
        return found

    def machine(self, place: str = "配电室") -> Equipment:
        """A piece of equipment of the company that stands there."""
        made: Equipment = Equipment.create(
            company=self.company, name="1号配电柜", type=EquipmentType.get(), grid=self.nodes[place].id, location="东墙",
            label_code=new_label_code(), mode="none",
        )  # fmt: skip
        return made

    def photo(self, who: str, color: tuple[int, int, int] = (200, 30, 30)) -> str:
        """A photo that somebody uploaded; gives its id. Sent twice, it is one."""
        kept = in_transaction(
            photos.upload, self.actor(who), LEDGER, REPORT_HAZARDS, "现场.jpg", picture(color)
        )
        return str(kept.id)

    def snap(self, who: str = "工", *, key: str | None = None, **data: Any) -> Hazard:
        """Somebody snaps a hazard (in the switch room, unless said otherwise), committed."""
        if not data.keys() & {"grid", "scan", "equipment", "lng", "nowhere"}:
            data["grid"] = str(self.nodes["配电室"].id)
        data.setdefault("what", "电缆裸露")
        return in_transaction(snap, self.actor(who), data, key=key)[0]

    def case_of(self, hazard: Hazard, kind: str = "hazard") -> Case:
        """The latest case of a subject."""
        query = Case.select().where(Case.kind == kind, Case.subject_id == hazard.id)
        found: Case = query.order_by(Case.id.desc()).get()
        return found

    def holders(self, hazard: Hazard, kind: str = "hazard") -> dict[str, str]:
        """Who has an open task of it, in which step."""
        return self.asked(self.case_of(hazard, kind))

    def judge(self, hazard: Hazard, who: str = "班", outcome: str = "hazard", **values: Any) -> Any:
        """Somebody judges it."""
        if outcome in ("hazard", "source"):
            values.setdefault("level", "general")
            if values["level"] == "major":
                values.setdefault("criterion", str(MajorCriterion.get().id))
        return self.does(who, self.case_of(hazard), outcome, values=values)

    def plan(self, hazard: Hazard, who: str = "站", days: float = 3, **values: Any) -> Any:
        """Somebody says who puts it right by when."""
        wanted = {
            "rectifier": self.id("电"), "due_at": (now() + timedelta(days=days)).isoformat(),
            "measures": "断电，包扎，加套管", **values,
        }  # fmt: skip
        there = self.now(hazard)
        if there.level == "major" and there.criterion_id is None:
            wanted.setdefault("criterion", str(MajorCriterion.get().id))
        return self.does(who, self.case_of(hazard), "assign", values=wanted)

    def submit(self, hazard: Hazard, who: str = "电", **values: Any) -> Any:
        """The rectifier hands in what was done, with a photo."""
        wanted = {"result": "已包扎", "photos_after": [self.photo(who)], **values}
        return self.does(who, self.case_of(hazard), "submit", values=wanted)

    def now(self, hazard: Hazard) -> Hazard:
        """The hazard as it is now."""
        found: Hazard = Hazard.get_by_id(hazard.id)
        return found

    def tasks_of(self, who: str) -> list[Task]:
        """Somebody's open tasks."""
        return list(Task.select().where(Task.person == self.id(who), Task.state == "open").order_by(Task.id))
