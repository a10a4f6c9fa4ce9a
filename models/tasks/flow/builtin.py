"""The built-in flows, as data of the chapters: each `models/<chapter>/data/flows.json` (H07)."""

from __future__ import annotations

from importlib.resources import files
from typing import Any

import orjson

from models.core.chapters import chapters
from models.tasks.flow.checks.check import check
from models.tasks.flow.publishing import new_version, published
from models.tasks.records import Flow
from models.tasks.subjects import all_served, served_kind

#: Who publishes them; a version by anybody else is a person's, and is left alone.
HOUSE = "系统"


def built_in_flows() -> list[dict[str, Any]]:
    """The flows that the chapters ship, each `{"code", "kind", "name", "definition"}`: the `items` of their files."""
    found: list[dict[str, Any]] = []
    for chapter in chapters():
        file = files(f"models.{chapter.name}").joinpath("data/flows.json")
        if file.is_file():
            found += orjson.loads(file.read_bytes())["items"]
    return found


def install_flows() -> int:
    """Publish the built-in flows of the kinds that are served, or bring them up to date; gives how many were new.

    A flow that people have changed stays as it is. Raises ValueError for a shipped flow with faults: better at the
    start than in the middle of a case.
    """
    kinds = {served.kind for served in all_served()}
    return sum(_install(said) for said in built_in_flows() if said["kind"] in kinds)


def _install(said: dict[str, Any]) -> bool:
    faults = check(said["definition"], served_kind(said["kind"]))
    if faults:
        lines = "; ".join(f"{fault.path}: {fault.sentence}" for fault in faults)
        raise ValueError(f"flow {said['code']} has faults: {lines}")
    flow = Flow.get_or_none(Flow.code == said["code"])
    if flow is None:
        flow = Flow.create(kind=said["kind"], name=said["name"], code=said["code"])
    version = published(flow)
    if version is not None and (version.published_by != HOUSE or version.definition == said["definition"]):
        return False
    new_version(flow, said["definition"], by=HOUSE)
    return True
