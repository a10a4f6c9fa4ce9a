"""A starting library of laws and standards, as samples to be checked (B02, J07): `data/sample_documents.json`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Any

import orjson

from models.core import clock
from models.core.ledger import ledger_named
from models.core.ledger.library.declaration import Standard
from models.core.ledger.library.planting import remember
from models.regulations.records import KINDS, LAW, LEVELS, Document, Folder
from models.tasks.publication.records import IN_FORCE

_BATCH = 100
_TITLES = {choice.value: choice.title for choice in KINDS}
_LAWS = next(level.title for level in LEVELS if level.value == LAW)
_NOTE = "样例，没有附全文；用之前请对照官方发布的原文"


@cache
def sample_documents() -> list[dict[str, Any]]:
    """What the library holds: {key, name, number, kind, issuer, valid_from, about, replaces?, unsure?}."""
    file = files("models.regulations").joinpath("data/sample_documents.json")
    items: list[dict[str, Any]] = orjson.loads(file.read_bytes())["items"]
    return items


@cache
def standard_documents() -> tuple[Standard, ...]:
    """The laws and standards that can be taken into 法规标准, all of them to be checked: their texts do not come along."""
    return tuple(
        Standard(
            key=item["key"], group=_TITLES[item["kind"]], sample=True, note="只有目录信息，没有全文；引用后请上传官方发布的原文",
            values={**_values(item), "folder": {"label": _LAWS}, "content": "\n".join(_summary(item)), "note": _NOTE,
                    "sample": True},
        )
        for item in sample_documents()
    )  # fmt: skip


def _values(item: Mapping[str, Any]) -> dict[str, Any]:
    return {name: item[name] for name in ("name", "number", "kind", "issuer", "valid_from")}


def _summary(item: Mapping[str, Any]) -> Iterator[str]:
    """What is known of a law without its text, a line each."""
    if item["about"]:
        yield f"涉及：{'、'.join(item['about'])}"
    if item.get("replaces"):
        yield f"替代：{'、'.join(item['replaces'])}"
    if item.get("unsure"):
        yield f"待核对：{'、'.join(item['unsure'])}"
    yield "这里只有目录信息，全文请看附件；没有附件的，请到官方网站查阅。"


def plant_samples() -> int:
    """Put the samples that are not there into 法规标准, in force and marked 待核对; gives how many. In a transaction."""
    folder = Folder.get(Folder.level == LAW, Folder.parent.is_null(), Folder.company.is_null())
    there = {(row.name, row.number) for row in Document.select(Document.name, Document.number)}
    now = clock.now()
    rows = [
        {
            **_values(item), "folder": folder.id, "level": LAW, "standing": IN_FORCE, "in_force_at": now, "sample": True,
            "valid_from": None if item["valid_from"] is None else date.fromisoformat(item["valid_from"]),
            "content": "\n".join(_summary(item)), "note": _NOTE,
        }
        for item in sample_documents()
        if (item["name"], item["number"]) not in there
    ]  # fmt: skip
    for start in range(0, len(rows), _BATCH):
        Document.insert_many(rows[start : start + _BATCH]).execute()
    ledger = ledger_named("documents")
    assert ledger is not None
    remember(ledger)
    return len(rows)


__all__ = ["plant_samples", "sample_documents", "standard_documents"]
