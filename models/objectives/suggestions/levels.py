"""Who may adopt a suggestion, level by level: of the site, the company, the plate, the group, as far as there are any (A10).

At a site it is whoever answers for it in the grid, above that who has the right 采纳建言建议 by a role and whose file is
there. Whoever made the suggestion is never among them.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from models.administration.records import Account, Assignment, Role
from models.administration.roles.grants import unpack
from models.core.security.actor import Actor
from models.core.security.rights import Scope
from models.grid.records import SITE as SITE_LEVEL
from models.grid.records import GridNode
from models.objectives.suggestions.records import ADOPT_SUGGESTIONS, COMPANY, GROUP, LEVELS, PLATE, SITE
from models.organization.records import Binding, Company, Person
from models.tasks.flow.conditions import value_of
from models.tasks.people.finders import Rule, Scene, finder
from models.tasks.people.standard_finders import above

Level = tuple[str, list[int]]


def levels_of(company_id: int, site_id: int | None, suggester: int | None) -> list[Level]:
    """The levels at which somebody may adopt, the lowest first, each with its people (person ids)."""
    line = [company_id, *above(company_id)]
    kinds = dict(Company.select(Company.id, Company.kind).where(Company.id.in_(line)).tuples())
    nodes = {kinds[node]: node for node in reversed(line) if node in kinds}
    found = {
        SITE: _owners(company_id, site_id),
        **{level: _with_right(nodes[level], line) for level in (COMPANY, PLATE, GROUP) if level in nodes},
    }
    own = _files_of(suggester)
    there = {level: [each for each in people if each not in own] for level, people in found.items()}
    return [(choice.value, there[choice.value]) for choice in LEVELS if there.get(choice.value)]


def levels_for(subject: Any) -> list[Level]:
    """The same for a suggestion, or for what somebody typed to try a flow."""
    company = value_of(subject, "company")
    return (
        [] if company is None else levels_of(company, value_of(subject, "site"), value_of(subject, "person"))
    )


def level_of(suggestion: Any, person_id: int | None) -> str:
    """The level at which somebody decides about a suggestion: the highest of theirs, or where it is now."""
    theirs = [level for level, people in levels_for(suggestion) if person_id in people]
    return theirs[-1] if theirs else str(suggestion.level or COMPANY)


def level_above(suggestion: Any) -> str:
    """The level to which a suggestion goes from where it is; where there is none it stays there."""
    names = [level for level, _ in levels_for(suggestion)]
    at = names.index(suggestion.level) if suggestion.level in names else -1
    return names[at + 1] if at + 1 < len(names) else str(suggestion.level)


@finder("adopters", "有采纳权的人", rises=True)
def _adopters(rule: Rule, scene: Scene) -> Sequence[Sequence[int]]:
    """As many lines as the fullest level has people; where a level has fewer, they stand in several lines."""
    levels = [people for _, people in levels_for(scene.subject)]
    most = max(map(len, levels), default=0)
    return [[people[place % len(people)] for people in levels] for place in range(most)]


def _owners(company_id: int, site_id: int | None) -> list[int]:
    if site_id is None:
        return []
    query = GridNode.select(GridNode.owner).where(
        GridNode.company == company_id, GridNode.site == site_id, GridNode.level == str(SITE_LEVEL),
        GridNode.owner.is_null(False),
    )  # fmt: skip
    bound = Binding.select(Binding.person).where(Binding.state == "approved")
    people = Person.select(Person.id).where(Person.id.in_(query), Person.id.in_(bound))
    return [row.id for row in people.order_by(Person.id)]


def _with_right(node: int, line: Sequence[int]) -> list[int]:
    """Whose file is at a node, and who has the right there by a role for it or for a unit below it."""
    rows = (
        Assignment.select(Assignment.company_id, Role.grants, Person.id)
        .join(Role, on=(Assignment.role == Role.id))
        .join(Account, on=(Account.id == Assignment.account_id))
        .join(Person, on=(Person.account_id == Account.id))
        .join(Binding, on=((Binding.person == Person.id) & (Binding.state == "approved")))
        .where(Person.company == node, Account.state == "active")
        .order_by(Person.id)
        .tuples()
    )
    found = []
    for company, grants, person in rows:
        scope = unpack(grants).get(ADOPT_SUGGESTIONS)
        if scope is not None and (scope == Scope.GROUP or (scope == Scope.COMPANY and company in line)):
            found.append(person)
    return list(dict.fromkeys(found))


def _files_of(person_id: int | None) -> set[int]:
    """All files of the human whose file it is."""
    person = Person.get_or_none(Person.id == (person_id or 0))
    if person is None:
        return set()
    if person.account_id is None:
        return {person.id}
    return {row.id for row in Person.select(Person.id).where(Person.account_id == person.account_id)}


def own(actor: Actor, suggestion: Any) -> bool:
    """Whether the suggestion is the actor's own, by whichever of their files."""
    return bool(set(actor.person_ids) & _files_of(suggestion.person_id))
