"""What a record keeps in tables of its own, read for whole pages and written with its row (docs/decisions/sub-rows.md).

However many rows a page has, a field takes one query for its sub-rows and one for each table that these point at.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from typing import Any

from models.core.fields import Described, Lines, Link, SubRows
from models.core.ledger.parts import Derived, Values
from models.core.ledger.reading.references import attach, label_of, load_rows
from models.core.security.actor import Actor

_BATCH = 400
Loaded = dict[int, list[Any]]


def derived_of(record: type[Any]) -> Iterator[Derived]:
    """The values that a ledger over `record` has because of its sub-rows; with each reference in a line as a filter."""
    for name, sub in record.sub_rows.items():
        field = sub.field
        yield Derived(
            name, field.title, field.kind, load=partial(load, sub), where=partial(where, sub, "item"),
            to=getattr(field, "to", None), field=field, required=field.required, help=field.help,
            create_only=field.create_only,
        )  # fmt: skip
        if not isinstance(field, Lines):
            continue
        for part, link in sub.links.items():
            yield Derived(
                f"{name}.{part}", f"{field.title}：{link.title}", "references", load=lambda actor, records: {},
                where=partial(where, sub, part), to=link.to, shown=False,
            )  # fmt: skip


def load(sub: SubRows, actor: Actor, records: Sequence[Any]) -> Loaded:
    """What stands in the field, as JSON, by the ids of `records`: references, or lines with a value for each box."""
    ids = [record.get_id() for record in records]
    found: Loaded = {row_id: [] for row_id in ids}
    rows = [row for start in range(0, len(ids), _BATCH) for row in sub.owned_by(ids[start : start + _BATCH])]
    told = {name: _told(link, rows) for name, link in sub.links.items()}
    for row in rows:
        if isinstance(sub.field, Lines):
            found[row.row_id].append(
                {
                    name: told[name].get(row.__data__[name])
                    if name in told
                    else part.plain(row.__data__[name])
                    for name, part in sub.field.parts.items()
                }
            )
        elif row.__data__["item"] in told["item"]:
            found[row.row_id].append(told["item"][row.__data__["item"]])
    return found


def _told(link: Link, rows: Sequence[Any]) -> dict[int, dict[str, str]]:
    """The rows that `rows` point at by `link`, as references, by id."""
    targets = load_rows(link.rel_model, {row.__data__[link.name] for row in rows} - {None})
    attach(link.rel_model, list(targets.values()))
    return {key: {"id": str(key), "label": label_of(row, link.to)} for key, row in targets.items()}


def where(sub: SubRows, part: str, values: Sequence[str]) -> Any:
    """The condition that one of the sub-rows points at one of these rows."""
    column = sub.table._meta.fields[part]
    ids = [row_id for value in values if (row_id := column.clean(value)) is not None]
    return sub.record._meta.primary_key.in_(sub.table.select(sub.table.row).where(column.in_(ids or [0])))


def split(record: type[Any], values: Values) -> tuple[Values, Values]:
    """The values of a form that are columns, and those that are sub-rows."""
    beside = {name: value for name, value in values.items() if name in record.sub_rows}
    return {name: value for name, value in values.items() if name not in beside}, beside


def present(row: Any, names: Sequence[str] | None = None) -> Values:
    """What stands in the sub-rows of `row` now, as `clean` gives it: ids, or lines with Python values."""
    kept: Values = {}
    for name, sub in type(row).sub_rows.items():
        if names is not None and name not in names:
            continue
        rows = list(sub.owned_by([row.get_id()]))
        if isinstance(sub.field, Lines):
            kept[name] = [{part: each.__data__[part] for part in sub.parts} for each in rows]
        else:
            kept[name] = [each.__data__["item"] for each in rows]
    return kept


def write(row: Any, values: Values) -> None:
    """Make the sub-rows of `row` what `values` say (clean ones); fields that are not named stay."""
    there = present(row, list(values))
    for name, value in values.items():
        sub: SubRows = type(row).sub_rows[name]
        wanted = list(value or ())
        if wanted == there[name]:
            continue
        if isinstance(sub.field, Lines):
            _delete(sub, row, None)
            new = [
                {"row": row.get_id(), "place": at, **_with_defaults(sub, line)}
                for at, line in enumerate(wanted, 1)
            ]
        else:
            kept = set(there[name])
            _delete(sub, row, kept - set(wanted))
            new = [{"row": row.get_id(), "item": item} for item in wanted if item not in kept]
        for start in range(0, len(new), _BATCH):
            sub.table.insert_many(new[start : start + _BATCH]).execute()


def _with_defaults(sub: SubRows, line: Values) -> Values:
    """A line with what its boxes begin with where they were left empty and can't be."""
    assert isinstance(sub.field, Lines)
    made = {}
    for name, part in sub.field.parts.items():
        value, default = line.get(name), getattr(part, "default", None)
        if value is None and not getattr(part, "null", True):
            value = default() if callable(default) else default
        made[name] = value
    return made


def _delete(sub: SubRows, row: Any, items: set[int] | None) -> None:
    """Take out the sub-rows of `row` with these items (None: all)."""
    if items is None:
        sub.table.delete().where(sub.table.row == row.get_id()).execute()
        return
    gone = sorted(items)
    for start in range(0, len(gone), _BATCH):
        part = gone[start : start + _BATCH]
        sub.table.delete().where((sub.table.row == row.get_id()) & sub.table.item.in_(part)).execute()


def lines_in_words(field: Lines, lines: Sequence[Mapping[str, Any]] | None) -> str:
    """Lines as JSON has them, as people read them: each with its number, and its boxes by name where they say something."""
    told = []
    for place, line in enumerate(lines or (), 1):
        parts = [
            f"{part.title}：{words}" if at else words
            for at, (name, part) in enumerate(field.parts.items())
            if (words := in_words(part, line.get(name))) or not at
        ]
        told.append(f"{place}. {'，'.join(parts)}")
    return "；".join(told)


def in_words(part: Described, value: Any) -> str:
    """The JSON value of a box as people read it; empty for nothing."""
    if value in (None, "", []):
        return ""
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, Mapping):
        return str(value.get("label", ""))
    titles = {choice["value"]: choice["title"] for choice in part.describe().get("choices") or ()}
    if isinstance(value, list):
        return "、".join(str(titles.get(each, each)) for each in value)
    if part.kind == "moment":
        return str(value)[:16].replace("T", " ")
    unit = getattr(part, "unit", "")
    return (
        f"{titles.get(value, value)}{f' {unit}' if unit else ''}"
        if isinstance(value, str) or unit
        else str(value)
    )


__all__ = ["derived_of", "in_words", "lines_in_words", "load", "present", "split", "where", "write"]
