"""The demo's grids: from the standard templates, pruned, with people who are responsible (E01, J07)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from models.administration.accounts.actors import system_actor
from models.core.security.actor import Actor
from models.equipment.records import Equipment
from models.grid import rules
from models.grid.records import GridNode, GridTemplate
from models.grid.templates import create_template
from models.organization.records import Binding, Company, Person

# By company: the root of its business, who answers for all of it, and by site the areas that it has and who answers.
# An owner is a name of the cast or a number of the crowd. Whoever sends a photo from the first of the chat sandbox's three
# phones is answered from the second, and what is grave goes to the third.
_PLANS: dict[str, tuple[str, str | int, dict[str, tuple[str | int, dict[str, str | int | None]]]]] = {
    "江澜重工机械有限公司": (
        "ZZ", "顾行远",
        {
            "临江厂区": ("吴双江", {"焊接与总装": "陈安澜", "动力": 0, "公用": "陈安澜"}),
            "云栖厂区": (1, {"铸造": 2, "仓储": "吴双江"}),
        },
    ),
    "海屿港储物流有限公司": (
        "CC", "林知远",
        {
            "一号码头库区": ("吴双江", {"仓库": 0, "堆场": 1}),
            "北岸冷链库区": (2, {"冷库": 3, "公用": None}),
        },
    ),
}  # fmt: skip
_POSITIONS = {"临江厂区": (120.3120, 30.1830), "云栖厂区": (120.3205, 30.1902), "一号码头库区": (120.3251, 30.1961),
              "北岸冷链库区": (120.3302, 30.1990)}  # fmt: skip
# Where equipment stands, by a word of its name.
_MACHINES = {
    "叉车": ("成品仓库", "装卸站台"), "桥式起重机": ("桥式起重机",), "门式起重机": ("钢材堆场", "集装箱堆场"),
    "锅炉": ("锅炉房",), "储气罐": ("空压站",), "电梯": ("综合楼",),
}  # fmt: skip


@dataclass
class Ground:
    """A company of the demo with its grid and its people: the cast by name, and a crowd to choose from."""

    company: Company
    cast: dict[str, Person] = field(default_factory=dict)
    crowd: list[Person] = field(default_factory=list)
    nodes: dict[tuple[str, str], GridNode] = field(default_factory=dict)  # by site and name

    def person(self, who: str | int) -> Person:
        """Somebody by name, or one of the crowd by number."""
        return self.cast[who] if isinstance(who, str) else self.crowd[who]


def lay_out() -> list[Ground]:
    """Make the grids of the demo's companies; empty where the companies are not the demo's, or have a grid."""
    if GridNode.select().exists():
        return []
    companies = {row.name: row for row in Company.select().where(Company.kind == "company")}
    made = [_ground(companies[name], *plan) for name, plan in _PLANS.items() if name in companies]
    _template_moves_on()
    return made


def _template_moves_on() -> None:
    """The group gives its standard grid a place more: the sites that were made of it say so."""
    above = GridTemplate.get_or_none(GridTemplate.code == "ZZ-01-01")
    if above is not None:
        house = system_actor("演示")
        values = {
            "parent": above.id,
            "level": "4",
            "name": "危险废物暂存间",
            "code": "ZZ-01-01-06",
            "owner_role": "环保主管",
        }
        create_template(house, {**values, "sequence": 9000})


def house_for(company: Company) -> Actor:
    """The house itself, working for a company."""
    return replace(system_actor("演示"), company_id=company.id)


def _ground(
    company: Company,
    business: str,
    head: str | int,
    sites: dict[str, tuple[str | int, dict[str, str | int | None]]],
) -> Ground:
    ground = Ground(company, *_people(company))
    house = house_for(company)
    rows = list(
        GridTemplate.select().where(GridTemplate.code.startswith(business)).order_by(GridTemplate.path)
    )
    for name, (owner, areas) in sites.items():
        site = Company.get(Company.parent == company.id, Company.name == name)
        made = rules.from_template(
            house, company.id, [row.id for row in _kept(rows, areas)], site=site.id, sources=True
        )
        for number, node in enumerate(made.nodes):
            ground.nodes[name, node.name] = node
            _settle(node, name, number)
        _own(house, ground, name, name, owner)
        for area, who in areas.items():
            _own(house, ground, name, area, who)
    top = next(node for (_, name), node in ground.nodes.items() if name == company.name)
    rules.change_owner(house, top, ground.person(head).id)
    _machines(ground)
    return ground


def _kept(rows: Sequence[GridTemplate], areas: dict[str, str | int | None]) -> list[GridTemplate]:
    """The templates of the areas, with what stands above and below them."""
    roots = [row for row in rows if row.name in areas and row.level == "4"]
    return [
        row for row in rows if int(row.level) < 4 or any(row.path.startswith(root.path) for root in roots)
    ]


def _settle(node: GridNode, site: str, number: int) -> None:
    """Where it is: the places of a site lie some thirty metres from each other."""
    lng, lat = _POSITIONS[site]
    if int(node.level) > 2:
        node.change(lng=round(lng + (number % 4) * 0.0004, 6), lat=round(lat + (number // 4) * 0.0004, 6))


def _own(house: Actor, ground: Ground, site: str, name: str, who: str | int | None) -> None:
    if who is not None:
        rules.change_owner(house, ground.nodes[site, name], ground.person(who).id)


def _people(company: Company) -> tuple[dict[str, Person], list[Person]]:
    from models.demo.sign_ins import CAST

    bound = Binding.select(Binding.person).where(Binding.company == company.id, Binding.state == "approved")
    rows = list(Person.select().where(Person.id.in_(bound)).order_by(Person.id))
    names = {part.name for part in CAST}
    return {row.name: row for row in rows if row.name in names}, [
        row for row in rows if row.name not in names
    ][:24]


def _machines(ground: Ground) -> None:
    """Equipment stands at places of the grid, so that its own label leads 随手拍 there."""
    by_name = {name: node for (_, name), node in ground.nodes.items()}
    for machine in Equipment.select().where(Equipment.company == ground.company.id):
        words = next((places for word, places in _MACHINES.items() if word in machine.name), ())
        node = next((by_name[place] for place in words if place in by_name), None)
        if node is not None:
            Equipment.update(grid=node.id).where(Equipment.id == machine.id).execute()
