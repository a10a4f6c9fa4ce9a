"""Flows as nobody would draw them, and yet without a fault: for the state machine."""

from __future__ import annotations

from random import Random
from typing import Any

from models.tasks.flow.checks.check import check
from models.tasks.subjects import served_kind

KEYS = [f"s{number}" for number in range(5)]
DOES = ["work", "work", "rest", "praise", "blame", "reset"]
Said = dict[str, Any]


def faultless_flow(chance: Random, persons: list[int]) -> Said:
    """A definition that the checker lets through."""
    while True:
        definition = random_flow(chance, persons)
        if not check(definition, served_kind("thing")):
            return definition


def random_flow(chance: Random, persons: list[int]) -> Said:
    """A definition that may have faults."""
    keys = KEYS[: chance.randint(1, 5)]
    steps = [_step(chance, number, keys, persons) for number in range(len(keys))]
    return {"steps": steps, "own": chance.choice(["up", "allow", "skip"])}


def _step(chance: Random, number: int, keys: list[str], persons: list[int]) -> Said:
    kind = chance.choice(["approve", "approve", "approve", "fill", "notify"])
    key = keys[number]
    step: Said = {"key": key, "title": f"步骤{key}", "kind": kind, "who": _rules(chance, persons, keys)}
    if chance.random() < 0.2:
        step["when"] = _condition(chance)
    if chance.random() < 0.3:
        step["copies"] = _rules(chance, persons, keys)
    if kind == "notify":
        return step
    if chance.random() < 0.5:
        step |= {"hours": chance.randint(1, 48), "remind": [1]}
    rises = any(rule["by"] in ("grid_owner", "superior") for rule in step["who"])
    return step | {
        "rule": chance.choice(["any", "all", "order"]),
        "refusal": chance.choice(["ends", "majority", "noted"]),
        "outcomes": _outcomes(chance, number, keys, rises),
    }


def _outcomes(chance: Random, number: int, keys: list[str], rises: bool) -> list[Said]:
    """The passing outcome of a step, a refusal, and some more that lead anywhere."""
    found = [
        _outcome(chance, "pass", chance.choice(["next", "next", "next", *keys[number + 1 :], "end:approved"]))
    ]
    found.append(_outcome(chance, "refuse", "end:refused"))
    targets = [*keys, "next", *(["back", "back"] if number else []), *(["up", "up", "up"] if rises else [])]
    for extra in range(chance.randint(0, 3)):
        more = {"restart": chance.random() < 0.3, "refusal": chance.random() < 0.2}
        found.append(_outcome(chance, f"x{extra}", chance.choice(targets), **more))
    return found


def _outcome(chance: Random, key: str, to: str, **more: Any) -> Said:
    said: Said = {"key": key, "title": f"结果{key}", "next": to, **more}
    if chance.random() < 0.3:
        said["does"] = chance.choice(DOES)
    if chance.random() < 0.25:
        said["needs"] = [chance.choice(["amount", "level", "note"])]
    if chance.random() < 0.25:
        said["effect"] = "count"
    return said


def _rules(chance: Random, persons: list[int], keys: list[str]) -> list[Said]:
    """Rules that name people in every way."""
    found: list[Said] = []
    for _ in range(chance.randint(1, 4)):
        key = chance.choice(keys)
        person: Said = {"by": "person", "id": chance.choice(persons)}
        rule = chance.choice(
            [
                person, person, person, {"by": "grid_owner", "level": chance.choice([0, 3])},
                {"by": "role", "code": "safety_officer"}, {"by": "starter"}, {"by": "field", "name": "helper"},
                {"by": "superior", "of": "starter"}, {"by": "doer", "step": key}, {"by": "superior", "of": key},
            ]
        )  # fmt: skip
        found.append({**rule, "when": _condition(chance)} if chance.random() < 0.15 else rule)
    return found


def _condition(chance: Random) -> Said:
    """A condition on the fields that the machine changes."""
    one = chance.choice(
        [
            {"field": "amount", "op": chance.choice(["lt", "ge", "eq", "ne"]), "value": chance.randint(0, 3)},
            {"field": "level", "op": chance.choice(["eq", "ne"]), "value": "high"},
            {"field": "helper", "op": chance.choice(["filled", "empty"])},
        ]
    )
    return one if chance.random() < 0.7 else {chance.choice(["all", "any"]): [one, _condition(chance)]}
