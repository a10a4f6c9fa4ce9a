"""The demo group: two plates, two companies, their sites and departments."""

from __future__ import annotations

from dataclasses import dataclass, field

from models.demo.invented_names import credit_code, mobile
from models.organization.records import Company


@dataclass
class Unit:
    """A company of the demo group with its sites and departments."""

    company: Company
    sites: list[Company] = field(default_factory=list)
    departments: list[Company] = field(default_factory=list)


@dataclass
class Organisation:
    """The demo group: `factory` makes machines, `harbour` stores and moves goods."""

    group: Company
    factory: Unit
    harbour: Unit


_PLAN: dict[str, tuple[str, tuple[str, str, str, str], dict[str, tuple[str, ...]]]] = {
    "factory": (
        "装备制造板块",
        ("江澜重工机械有限公司", "10086001", "沈立新", "江澜市临江区望潮路 66 号"),
        {"临江厂区": ("铆焊车间", "总装车间", "动力车间"), "云栖厂区": ("铸造车间", "仓储部")},
    ),
    "harbour": (
        "仓储物流板块",
        ("海屿港储物流有限公司", "10086002", "叶春林", "江澜市海屿区潮生路 9 号"),
        {"一号码头库区": ("装卸一队", "叉车队"), "北岸冷链库区": ("冷库班", "设备保障部")},
    ),
}


def found() -> Organisation:
    """Make the tree; an existing group (made with the first administrator) is taken over."""
    group = Company.get_or_none(Company.kind == "group") or Company(kind="group", name="")
    group.name = "江澜集团"
    group.save(force_insert=group.id is None)
    _place(group, None)
    units = {key: _unit(group, place, *plan) for place, (key, plan) in enumerate(_PLAN.items(), 1)}
    return Organisation(group, units["factory"], units["harbour"])


def _unit(
    group: Company,
    place: int,
    plate: str,
    company: tuple[str, str, str, str],
    sites: dict[str, tuple[str, ...]],
) -> Unit:
    above = _node(plate, "plate", group, place)
    name, organisation, leader, address = company
    unit = Unit(
        _node(
            name,
            "company",
            above,
            place,
            credit_code=credit_code(organisation),
            leader=leader,
            phone=mobile(9000 + place),
            address=address,
        )
    )
    for order, (title, departments) in enumerate(sites.items(), 1):
        site = _node(title, "site", unit.company, order)
        unit.sites.append(site)
        unit.departments += [_node(name, "department", site, n) for n, name in enumerate(departments, 1)]
    return unit


def _node(name: str, kind: str, parent: Company, sequence: int, **values: object) -> Company:
    node = Company.create(name=name, kind=kind, parent=parent, sequence=sequence, **values)
    _place(node, parent)
    return node


def _place(node: Company, parent: Company | None) -> None:
    node.path = f"{parent.path if parent else '/'}{node.id}/"
    node.company_root = node.id if node.kind == "company" else (parent.company_root if parent else None)
    node.save(only=["path", "company_root"])
