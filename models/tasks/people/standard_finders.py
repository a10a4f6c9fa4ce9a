"""The finders that need nothing but people: by name, role, field, superior, and by what they did in the case (H07)."""

from __future__ import annotations

from collections.abc import Sequence

from models.administration.records import Account, Assignment, Role
from models.administration.roles.grants import unpack
from models.core.security.actor import Actor
from models.core.security.rights import Scope
from models.messages.channels.records import Contact
from models.organization.records import Binding, Company, Person
from models.tasks.flow.conditions import value_of
from models.tasks.people.finders import Rule, Scene, finder

_FARTHEST = 8  # superiors of superiors


@finder("person", "指定的人", needs=("id",))
def _person(rule: Rule, scene: Scene) -> Sequence[int]:
    return [int(rule["id"])]


@finder("starter", "发起人")
def _starter(rule: Rule, scene: Scene) -> Sequence[int]:
    return [] if scene.starter_id is None else [scene.starter_id]


@finder("holder", "正在办理的人")
def _holder(rule: Rule, scene: Scene) -> Sequence[int]:
    return list(scene.holders)


@finder("doer", "办过某一步的人", needs=("step",))
def _doer(rule: Rule, scene: Scene) -> Sequence[int]:
    done = scene.doers.get(str(rule["step"]))
    return [] if done is None else [done]


@finder("field", "表单里填的人", needs=("name",))
def _field(rule: Rule, scene: Scene) -> Sequence[int]:
    value = value_of(scene.subject, str(rule["name"]))
    return [int(item) for item in (value if isinstance(value, list) else [value]) if item]


@finder("superior", "上级", needs=("of",), rises=True)
def _superior(rule: Rule, scene: Scene) -> Sequence[Sequence[int]]:
    of = str(rule["of"])
    if of == "holder":
        below = list(scene.holders)
    else:
        one = scene.starter_id if of == "starter" else scene.doers.get(of)
        below = [] if one is None else [one]
    return [superiors(person) for person in below]


def superiors(person_id: int) -> list[int]:
    """Who is above somebody, the nearest first; ends where nobody is set, or where it would go in a circle."""
    line: list[int] = []
    at: int | None = person_id
    for _ in range(_FARTHEST):
        contact = Contact.get_or_none(Contact.person == at)
        at = None if contact is None else contact.superior_id
        if at is None or at in (person_id, *line):
            break
        line.append(at)
    return line


def _roles(actor: Actor) -> dict[str, list[tuple[str, str]]]:
    rows = Role.select(Role.code, Role.name).where(Role.code.is_null(False)).order_by(Role.id)
    return {"code": list(rows.tuples())}


@finder("role", "角色", needs=("code",), offers=_roles)
def _role(rule: Rule, scene: Scene) -> Sequence[int]:
    """Who holds the role for the subject's company, by their file there, or else by one in a company above it.

    Where people are only told, who has a role that reaches the group may have their file in any company.
    """
    role = Role.get_or_none(Role.code == str(rule["code"]))
    if role is None:
        return []
    scopes = set(unpack(role.grants).values())
    line = [scene.company_id, *above(scene.company_id)]
    rows = (
        Assignment.select(Assignment.company_id, Assignment.node_id, Person.id, Person.company, Person.site,
                          Person.department, Person.account_id)
        .join(Account, on=(Account.id == Assignment.account_id))
        .join(Person, on=(Person.account_id == Account.id))
        .join(Binding, on=((Binding.person == Person.id) & (Binding.state == "approved")))
        .where(Assignment.role == role.id)
        .order_by(Person.id)
        .namedtuples()
    )  # fmt: skip
    if not (scene.wide and Scope.GROUP in scopes):
        rows = rows.where(Person.company.in_(line))
    site = _site_path(scene) if scopes & {Scope.SITE, Scope.DEPARTMENT} else ""
    found: dict[int, tuple[int, int]] = {}  # the human → (how far above, their file)
    for row in rows:
        company, node, person, home, own_site, _, human = row
        if company not in (None, *line) and Scope.GROUP not in scopes:
            continue
        if site and f"/{node or own_site}/" not in site:
            continue
        near = (line.index(home) if home in line else len(line), person)
        found[human] = min(near, found.get(human, near))
    return sorted(person for _, person in found.values())


def above(company_id: int) -> list[int]:
    """The nodes above a company, the nearest first."""
    company = Company.get_or_none(Company.id == company_id)
    parts = [] if company is None else [int(part) for part in company.path.split("/") if part]
    return [part for part in reversed(parts) if part != company_id]


def _site_path(scene: Scene) -> str:
    """The path of the subject's site, empty for a subject that knows none."""
    site = scene.subject.__data__.get(getattr(scene.served.record, "site_field", None) or "site")
    node = None if site is None else Company.get_or_none(Company.id == site)
    return "" if node is None else str(node.path)
