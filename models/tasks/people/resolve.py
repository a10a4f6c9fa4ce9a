"""Who is to do a step (H06, H07): the rules of the flow, made into people who are there to do it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from models.core.db.bulk import select_in
from models.tasks.flow import definition
from models.tasks.flow.conditions import met
from models.tasks.flow.definition import StepDefinition
from models.tasks.people.finders import Rule, Scene, finder_of
from models.tasks.people.standard_finders import above, superiors


@dataclass(frozen=True)
class ChosenPerson:
    """Somebody who was found, and in words why."""

    person_id: int
    name: str
    why: str


def who(
    plan: StepDefinition, scene: Scene, *, own: str = definition.OWN_UP, lift: int = 0
) -> list[ChosenPerson]:
    """The people of a step in the order of its rules, each once; empty when there is nobody (left).

    Leavers, people of other companies and those whose account is switched off are never chosen. `lift`: from so many
    places up the line; only rules that rise count then. An approver who is the starter is dealt with as `own` says.
    """
    rules = [rule for rule in plan.who if met(rule.get("when"), scene.subject)]
    lines = [line for rule in rules for line in _lines(rule, scene) if line.rises or not lift]
    here = there_of(scene.company_id, {each for line in lines for each in line.known}, anywhere=scene.wide)
    chosen: dict[int, ChosenPerson] = {}
    for line in lines:
        for person in line.there(here, lift)[:1]:
            chosen.setdefault(person, ChosenPerson(person, here[person], line.title))
    out = set(scene.worked(plan))
    if plan.kind == definition.APPROVE and own != definition.OWN_ALLOW and scene.starter_id is not None:
        out.add(scene.starter_id)
    for person in [each for each in chosen if each in out]:
        skip = own == definition.OWN_SKIP and person == scene.starter_id
        chosen = _without(person, chosen, lines, here, scene, out, lift, skip=skip)
    return list(chosen.values())


def found_by(rules: Iterable[Rule], scene: Scene) -> list[ChosenPerson]:
    """Who is named by rules that open no task: copies, notices, the ladder of a deadline.

    They may be of another company; whether they may know of the subject is asked when they are told.
    """
    said = {"key": "", "kind": definition.NOTIFY, "who": list(rules)}
    return who(StepDefinition(said, 0), replace(scene, wide=True), own=definition.OWN_ALLOW)


def there_of(company_id: int, person_ids: Iterable[int], *, anywhere: bool = False) -> dict[int, str]:
    """The names of those of `person_ids` who can do something for the company: bound to it, or to one above it
    (or `anywhere`), and not with an account that is switched off."""
    rows = select_in(_THERE, sorted(set(person_ids)))
    strangers = {home for _, _, home, _ in rows} - {company_id}
    line = {company_id, *(above(company_id) if strangers else ())}
    return {
        person: name
        for person, name, home, state in rows
        if (anywhere or home in line) and state in (None, "active")
    }


_THERE = """
SELECT p.id, p.name, p.company_id, a.state FROM person p
JOIN binding b ON b.person_id = p.id AND b.state = 'approved'
LEFT JOIN account a ON a.id = p.account_id
WHERE p.id IN ({keys})"""


def risen(
    plan: StepDefinition, scene: Scene, *, own: str, lift: int, below: Collection[int]
) -> tuple[int, list[ChosenPerson]]:
    """How far up the next is who is asked where a step is sent up, and who that is; nobody where there is none.

    Somebody else than `below`, who have it now: one may be responsible at several levels, or be asked in place of one.
    The place is theirs: not an empty one before it, which somebody may be set at later.
    """
    rules = [rule for rule in plan.who if met(rule.get("when"), scene.subject)]
    rising = [line for rule in rules for line in _lines(rule, scene) if line.rises]
    highest = max((len(line.persons) for line in rising), default=0)
    for place in range(lift + 1, highest):
        if not any(line.persons[place : place + 1] not in ([], [None]) for line in rising):
            continue
        people = who(plan, scene, own=own, lift=place)
        if any(one.person_id not in below for one in people):
            return place, people
    return lift, []


@dataclass(frozen=True)
class _Line:
    title: str
    persons: Sequence[int | None]
    rises: bool

    @property
    def known(self) -> list[int]:
        """Whoever stands in it, there or not."""
        return [person for person in self.persons if person is not None]

    def there(self, here: dict[int, str], lift: int) -> list[int]:
        """Who of the line is there, from a place on, each once."""
        return [
            person for person in dict.fromkeys(self.persons[lift:]) if person is not None and person in here
        ]


def _lines(rule: Rule, scene: Scene) -> list[_Line]:
    found = finder_of(str(rule["by"]))
    if found is None:
        return []
    given = found.find(rule, scene)
    return [_Line(found.title, item if found.rises else [item], found.rises) for item in given]


def _without(
    person: int, chosen: dict[int, ChosenPerson], lines: Sequence[_Line], here: dict[int, str], scene: Scene,
    out: Collection[int], lift: int, *, skip: bool,
) -> dict[int, ChosenPerson]:  # fmt: skip
    """Nobody approves what they asked for, nor judges what they did: the next above in the grid does, or their superior,
    or the others do alone. Nobody is left if there is none of these."""
    others = {id_: one for id_, one in chosen.items() if id_ != person}
    if skip and others:
        return others
    why = "发起人" if person == scene.starter_id else "做前面工作的人"
    higher = _higher(lines, here, person, out, lift, why) or _superior(scene, person, out, why)
    if higher is None or higher.person_id in chosen:
        return others
    return {one.person_id: one for one in (higher if id_ == person else one for id_, one in chosen.items())}


def _higher(
    lines: Sequence[_Line], here: dict[int, str], person: int, out: Collection[int], lift: int, why: str
) -> ChosenPerson | None:
    for line in lines:
        there = line.there(here, lift)
        if there[:1] == [person]:  # a line that does not rise ends with them
            above = next((each for each in there[1:] if each not in out), None)
            if above is not None:
                return ChosenPerson(above, here[above], f"{line.title}是{why}本人，由再上一级办理")
    return None


def _superior(scene: Scene, person: int, out: Collection[int], why: str) -> ChosenPerson | None:
    line = superiors(person)
    here: dict[int, Any] = there_of(scene.company_id, line)
    above = next((each for each in line if each in here and each not in out), None)
    return None if above is None else ChosenPerson(above, here[above], f"{why}不能办自己的事，由其上级办理")
