"""Sample flows that come with the program, as standards that a unit makes its own of (H07, J07).

They are data of the chapters: each `models/<chapter>/data/sample_flows.json`. A sample whose kind nobody serves is not offered.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from importlib.resources import files
from typing import Any

import orjson

from models.core.chapters import chapters
from models.core.ledger.library.declaration import Standard
from models.tasks.subjects import all_served

#: Before the key of a sample, so that none is ever taken for a flow that is there.
PREFIX = "sample:"


@cache
def sample_flows() -> Mapping[str, Mapping[str, Any]]:
    """The samples by key, each {key, kind, name, version, source, trigger, note, rules, asked, to_fill, definition}.

    `asked` says in words who is meant by each step, `to_fill` are the steps whose people the unit has to name itself.
    """
    kinds = {served.kind for served in all_served()}
    return {said["key"]: said for said in _shipped() if said["kind"] in kinds}


def _shipped() -> Iterator[Mapping[str, Any]]:
    for chapter in chapters():
        file = files(f"models.{chapter.name}").joinpath("data/sample_flows.json")
        if file.is_file():
            yield from orjson.loads(file.read_bytes())["items"]


def sample_standards() -> list[Standard]:
    """What the library of flows offers of them, under what they are for."""
    titles = {served.kind: served.title for served in all_served()}
    return [_standard(said, titles[said["kind"]]) for said in sample_flows().values()]


def _standard(said: Mapping[str, Any], group: str) -> Standard:
    values = {"version_text": f"样例第 {said['version']} 版", "steps": _steps(said)}
    facts = (
        ("步骤", values["steps"]),
        ("什么时候用", said["trigger"]),
        ("规则", "\n".join(said["rules"])),
        ("出处", said["source"]),
    )
    return Standard(
        PREFIX + said["key"],
        values,
        group=group,
        sample=True,
        note=said["note"],
        title=said["name"],
        facts=facts,
    )


def _steps(said: Mapping[str, Any]) -> str:
    """The steps, a line each: 1. 厂站审核：厂站负责人，厂站编制的才走（48 小时）。"""
    lines = []
    for place, step in enumerate(said["definition"]["steps"], 1):
        hours = f"（{step['hours']} 小时）" if step.get("hours") else ""
        lines.append(f"{place}. {step['title']}：{said['asked'][step['key']]}{hours}")
    return "\n".join(lines)


def sample_of(key: str) -> Mapping[str, Any] | None:
    """The sample that a key of the library names; None for one of a flow, or of a sample that is gone."""
    return sample_flows().get(key.removeprefix(PREFIX)) if key.startswith(PREFIX) else None


__all__ = ["PREFIX", "sample_flows", "sample_of", "sample_standards"]
