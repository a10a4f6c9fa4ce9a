"""Who stands in a preset or a chain but can't be reached by anything that it uses (X04): found before the alarm."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from models.core.security.actor import Actor
from models.messages.channels.reachability_facts import ADVICE, ReachabilityFacts
from models.messages.channels.records import PERSONAL_WAYS, SYSTEM
from models.messages.escalation.records import READ_CHAINS, Chain, ChainStep, Preset, PresetPerson
from models.organization.records import Binding, Company, Person

_TITLES = {choice.value: choice.title for choice in PERSONAL_WAYS}
_ROLES = {"chosen": "指定接收", "deputy": "代理人", "superior": "上级"}


@dataclass(frozen=True)
class Lack:
    """One way that can't be used for somebody: why, and what to do about it."""

    way: str
    why: str
    advice: str


@dataclass
class Unreachable:
    """Somebody who would be told by nothing that wakes anybody. `places` are where they stand, in words."""

    person_id: int
    name: str
    company_id: int
    places: list[str] = field(default_factory=list)
    lacks: list[Lack] = field(default_factory=list)


@dataclass
class _Asked:
    """What is asked of one person: the ways that they would be told by, and in which preset as what."""

    ways: set[str] = field(default_factory=set)
    places: dict[str, None] = field(default_factory=dict)  # in order, each once


def persons_without_way(actor: Actor) -> list[Unreachable]:
    """People of the presets and running chains that the actor may see, by name, whom none of their ways reaches.

    Deputies and superiors count where a chain turns to them. A message in the system alone reaches nobody who is
    not looking, so it is not counted. Only people of the companies that the actor reaches all of are named.
    """
    companies = set(actor.whole_companies(READ_CHAINS))
    presets = list(actor.see(Preset.select().order_by(Preset.id), Preset, READ_CHAINS))
    asked: dict[int, _Asked] = {}
    steps = _steps({preset.chain_id for preset in presets} - {None})
    means = ReachabilityFacts(())
    for preset, persons in _receivers(presets, companies):
        means.know(persons)
        own: set[Any] = {step.way for step in steps.get(preset.chain_id, ()) if step.who == "self"}
        _ask(asked, persons, {*(preset.ways or ()), *own}, preset, "chosen")
        for who in ("deputy", "superior"):
            ways: set[Any] = {step.way for step in steps.get(preset.chain_id, ()) if step.who == who}
            others = {means.stands_in(person_id, who) for person_id in persons} - {None} if ways else set()
            _ask(asked, others, ways, preset, who)
    means.know(asked)
    found = [_unreachable(person_id, item, means) for person_id, item in asked.items()]
    kept = [one for one in found if one is not None and one.company_id in companies]
    return sorted(kept, key=lambda one: (one.company_id, one.name, one.person_id))


def _steps(chain_ids: Iterable[int]) -> dict[int, list[ChainStep]]:
    query = ChainStep.select().join(Chain).where(Chain.enabled, Chain.id.in_(sorted(chain_ids)))
    found: dict[int, list[ChainStep]] = {}
    for step in query:
        found.setdefault(step.chain_id, []).append(step)
    return found


def _receivers(presets: Sequence[Preset], companies: set[int]) -> Iterable[tuple[Preset, set[int]]]:
    """The people of each preset, those of "everyone" included, as far as the companies go."""
    chosen: dict[int, set[int]] = {}
    named = (
        PresetPerson.select(PresetPerson.preset, PresetPerson.person)
        .join(Person)
        .where(PresetPerson.preset.in_([preset.id for preset in presets]), Person.company.in_(companies))
    )
    for preset_id, person_id in named.tuples():
        chosen.setdefault(preset_id, set()).add(person_id)
    for preset in presets:
        persons = set(chosen.get(preset.id, ()))
        if preset.everyone:
            within = companies if preset.company_id is None else companies & {preset.company_id}
            bound = Binding.select(Binding.person).where(
                Binding.company.in_(within), Binding.state == "approved"
            )
            persons |= {person_id for (person_id,) in bound.tuples()}
        yield preset, persons


def _ask(
    asked: dict[int, _Asked], persons: Iterable[int | None], ways: set[str], preset: Preset, role: str
) -> None:
    place = f"{preset.name}·{_ROLES[role]}"
    for person_id in persons:
        if person_id is not None:
            item = asked.setdefault(person_id, _Asked())
            item.ways |= ways
            item.places[place] = None


def _unreachable(person_id: int, item: _Asked, means: ReachabilityFacts) -> Unreachable | None:
    ways = [way for way in _TITLES if way in item.ways and way != SYSTEM]
    lacking = {way: means.lacks(person_id, way) for way in ways}
    if ways and None in lacking.values():
        return None
    known = means.people[person_id]
    made = Unreachable(person_id, known.name, known.company_id, list(item.places))
    for way, why in lacking.items():
        if why is not None:
            made.lacks.append(Lack(way, why, ADVICE[why]))
    if not ways:
        made.lacks.append(
            Lack(
                SYSTEM,
                "只有系统消息，不打开系统就看不到",
                "在预案或升级链里加上短信、聊天卡片或邮件中的一种",
            )
        )
    return made


def warnings(actor: Actor, *, limit: int = 500) -> dict[str, Any]:
    """The same as the console shows it: the first `limit` of them as `items`, and how many there are."""
    found = persons_without_way(actor)
    shown = found[:limit]
    names: Mapping[int, str] = dict(
        Company.select(Company.id, Company.name)
        .where(Company.id.in_({one.company_id for one in shown}))
        .tuples()
    )
    return {"items": [_plain(one, names) for one in shown], "total": len(found)}


def _plain(one: Unreachable, names: Mapping[int, str]) -> dict[str, Any]:
    return {
        "person": {"id": str(one.person_id), "name": one.name},
        "company": {"id": str(one.company_id), "name": names.get(one.company_id, "")},
        "places": one.places,
        "lacks": [
            {"way": lack.way, "way_text": _TITLES[lack.way], "why": lack.why, "advice": lack.advice}
            for lack in one.lacks
        ],
    }
