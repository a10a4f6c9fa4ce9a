"""A starting library of laws and standards, as samples to be checked (B02, J07): `data/sample_documents.json`."""

from __future__ import annotations

from datetime import date
from importlib.resources import files
from typing import Any

import orjson

from models.core import clock
from models.regulations.records import LAW, Document, Folder
from models.tasks.publication.records import IN_FORCE

_BATCH = 100


def sample_documents() -> list[dict[str, Any]]:
    """What the library holds: {name, number, kind, issuer, valid_from}."""
    file = files("models.regulations").joinpath("data/sample_documents.json")
    items: list[dict[str, Any]] = orjson.loads(file.read_bytes())["items"]
    return items


def plant_samples() -> int:
    """Put the samples that are not there into 法规标准, in force and marked 待核对; gives how many. In a transaction."""
    folder = Folder.get(Folder.level == LAW, Folder.parent.is_null(), Folder.company.is_null())
    there = {(row.name, row.number) for row in Document.select(Document.name, Document.number)}
    now = clock.now()
    rows = [
        {
            "folder": folder.id, "level": LAW, "name": item["name"], "number": item["number"], "kind": item["kind"],
            "issuer": item["issuer"], "standing": IN_FORCE, "in_force_at": now, "sample": True,
            "valid_from": None if item["valid_from"] is None else date.fromisoformat(item["valid_from"]),
            "note": "样例，没有附全文；用之前请对照官方发布的原文",
        }
        for item in sample_documents()
        if (item["name"], item["number"]) not in there
    ]  # fmt: skip
    for start in range(0, len(rows), _BATCH):
        Document.insert_many(rows[start : start + _BATCH]).execute()
    return len(rows)


__all__ = ["plant_samples", "sample_documents"]
