"""Rows are made of standards: what was picked, without what was pruned, each by the ledger's own rules (J07)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from operator import or_
from typing import Any

from models.core import clock
from models.core.db.connection import database
from models.core.errors import Conflict, Invalid
from models.core.ledger.changes import editing
from models.core.ledger.declaration import Ledger
from models.core.ledger.library.declaration import Part, Standard, digest_of
from models.core.ledger.library.records import LibraryCopy, subject_of
from models.core.ledger.library.shelf import child_of, company_for, library_of, name_of, on_the_shelf
from models.core.security.actor import Actor

MOST = 200


@dataclass(frozen=True)
class PickedStandard:
    """A standard that was picked, and the rows of its parts that shall not come along: (part, key)."""

    source: str
    without: frozenset[tuple[str, str]] = frozenset()


def take(
    actor: Actor, ledger: Ledger, picks: Sequence[PickedStandard], company: Any = None
) -> dict[str, Any]:
    """Make rows of what was picked: {message, made: [{id, label}], refused: [{name, why}]}.

    What can't be made (a name that is there) is told with its cause; the others are made. Raises Invalid, Forbidden.
    """
    actor.require(ledger.rights["create"])
    if not 1 <= len(picks) <= MOST:
        raise Invalid(fields={"picks": f"请勾选 1 到 {MOST} 项"})
    unit = company_for(actor, ledger, company)
    found = on_the_shelf(ledger, unit)
    made: list[dict[str, str]] = []
    refused: list[dict[str, str]] = []
    for pick in picks:
        standard = found.get(pick.source)
        if standard is None:
            refused.append({"name": pick.source, "why": "标准库里没有它了，请刷新后再选"})
            continue
        try:
            with database.atomic():
                row = _make(actor, ledger, pick, standard, unit)
            made.append({"id": row["id"], "label": row["label"]})
        except (Invalid, Conflict) as error:
            why = "；".join(error.fields.values()) or f"{error.message}。{error.cause}"
            refused.append({"name": name_of(ledger, standard), "why": why})
    return {"message": _message(ledger, made, refused), "made": made, "refused": refused}


def _message(ledger: Ledger, made: Sequence[Any], refused: Sequence[Any]) -> str:
    drafts = "，都是草稿，提交审批后生效" if made and ledger.published is not None else ""
    drafts = drafts or (library_of(ledger).made_as if made else "")
    left = f"；{len(refused)} {ledger.measure}没有引用" if refused else ""
    return f"已引用 {len(made)} {ledger.measure}{drafts}{left}"


def _make(
    actor: Actor, ledger: Ledger, pick: PickedStandard, standard: Standard, unit: int | None
) -> dict[str, Any]:
    row = _made(actor, ledger, standard, unit)
    children: dict[str, dict[str, int]] = {}
    for part in library_of(ledger).parts:
        children[part.name] = {
            line.key: add_line(actor, part, row, line.values)
            for line in standard.parts.get(part.name, ())
            if (part.name, line.key) not in pick.without
        }
    refused = {f"{part}:{key}": "" for part, key in pick.without}
    keep_copy(ledger.name, row, pick.source, name_of(ledger, standard), standard, children, refused)
    return {"id": str(row.get_id()), "label": ledger.label(row)}


def _made(actor: Actor, ledger: Ledger, standard: Standard, unit: int | None) -> Any:
    make = library_of(ledger).make
    if make is not None:
        return make(actor, standard, unit)
    values = {**standard.values, **_owner(ledger, unit)}
    made = editing.create(actor, ledger, resolved(ledger, values, unit))
    return ledger.record.get_by_id(int(made["id"]))


def keep_copy(
    ledger: str,
    row: Any,
    source: str,
    name: str,
    standard: Standard,
    children: Mapping[str, Mapping[str, int]],
    refused: Mapping[str, str],
) -> None:
    """Remember that a row was made of a standard as it is now, with these rows of its parts and without the refused."""
    LibraryCopy.create(
        ledger=ledger, row_id=subject_of(row), company_id=row.scope_value("company"), source=source, name=name[:120],
        digest=standard.digest, content=standard.content, children=children, taken_at=clock.now(), **refusing(refused),
    )  # fmt: skip


def refusing(refused: Mapping[str, str]) -> dict[str, Any]:
    """The columns of what a unit does not want, by the key of the change."""
    return {"refused": dict(refused), "declined": digest_of(dict(refused)) if refused else None}


def _owner(ledger: Ledger, unit: int | None) -> dict[str, str]:
    """The company of a new row, where its form asks for it."""
    name = ledger.record.company_field
    return {} if unit is None or name is None or name not in ledger.form_fields() else {name: str(unit)}


def add_line(actor: Actor, part: Part, row: Any, values: Mapping[str, Any]) -> int:
    """A row of a part that hangs on `row`; gives its id."""
    child = child_of(part)
    unit = row.scope_value("company")
    given = {**resolved(child, values, unit), part.by: str(row.get_id()), **_owner(child, unit)}
    return int(editing.create(actor, child, given)["id"])


def resolved(ledger: Ledger, values: Mapping[str, Any], unit: int | None) -> dict[str, Any]:
    """Values of a standard as the form takes them: a reference that is said by name ({label}) becomes the row's id.

    It is the unit's own row of that name or code, or else everybody's. Raises Invalid where there is none.
    """
    return {
        name: _named(ledger, name, value["label"], unit) if isinstance(value, Mapping) else value
        for name, value in values.items()
    }


def _named(ledger: Ledger, name: str, label: str, unit: int | None) -> str:
    model = ledger.record._meta.fields[name].rel_model
    fields = model._meta.fields
    called = reduce(or_, (fields[each] == label for each in ("name", "code") if each in fields))
    rows = sorted(
        model.select().where(called, model.in_use_at(unit)),
        key=lambda row: row.scope_value("company") is None,
    )
    if not rows:
        raise Invalid(fields={name: f"没有“{label}”，请先在{ledger.field_named(name).title}里新增"})
    return str(rows[0].get_id())


__all__ = ["MOST", "PickedStandard", "add_line", "keep_copy", "refusing", "resolved", "take"]
