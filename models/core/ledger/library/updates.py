"""A standard has moved on: what it says otherwise than when it was copied, and what the unit takes of it (J07)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from models.core.errors import Conflict, NotFound
from models.core.fields import moment_text
from models.core.ledger.changes import editing
from models.core.ledger.declaration import Ledger
from models.core.ledger.library.declaration import GONE, MOVED, Part, Standard
from models.core.ledger.library.records import LibraryCopy
from models.core.ledger.library.shelf import FROM, child_of, facts, library_of, line_label, words
from models.core.ledger.library.taking import add_line, resolved
from models.core.ledger.library.versions import copies_of, current, standing
from models.core.ledger.reading.rows import may_write, row_json
from models.core.security.actor import Actor

Change = dict[str, Any]


def of_row(actor: Actor, ledger: Ledger, row_id: int) -> dict[str, Any]:
    """{copy}: where a row came from and what its standard says otherwise now; None for a row that is nobody's copy.

    {from, name, taken_at, standing, may, changes: [{key, title, old, new, mine}]}: `old` as it was copied, `new` as the
    standard has it, `mine` as the row has it now. A key is a field, or part:key. Raises NotFound.
    """
    row = ledger.record.find(actor, ledger.rights["read"], row_id)
    copy = next(iter(copies_of(ledger, [row]).values()), None)
    if copy is None:
        return {"copy": None}
    now = current(ledger, [copy.source])
    standard = now.get(copy.source)
    stands = standing(copy, now)
    changes = [] if standard is None else _changes(actor, ledger, row, copy, standard)
    right = ledger.rights.get("edit", "")
    return {
        "copy": {
            "from": FROM[copy.source.partition(":")[0]],
            "name": copy.name,
            "taken_at": moment_text(copy.taken_at),
            "standing": stands,
            "may": bool(right) and may_write(actor, right, row) and stands != GONE and bool(changes),
            "changes": changes,
        }
    }


def decide(actor: Actor, ledger: Ledger, row_id: int, adopt: Sequence[str]) -> dict[str, Any]:
    """Take what was ticked of the standard as it is now, and leave the rest; gives {message, id}: the row to go on with.

    Nothing ticked: the unit stays as it is, and is asked again only when the standard moves on once more. A row that is
    in force is revised by a draft beside it. Raises NotFound, Forbidden, Conflict `nothing_new`.
    """
    row = ledger.record.find(actor, ledger.rights["read"], row_id, write=ledger.rights["edit"])
    editing.require_write(actor, ledger.rights["edit"], row)
    copy = next(iter(copies_of(ledger, [row]).values()), None)
    if copy is None:
        raise NotFound("它不是从标准库引用的")
    now = current(ledger, [copy.source])
    standard = now.get(copy.source)
    if standard is None or (standing(copy, now) != MOVED and not adopt):
        raise Conflict(
            "没有要处理的更新", code="nothing_new", cause="标准没有新的变化", advice="请刷新后再看"
        )
    changes = {change["key"]: change for change in _changes(actor, ledger, row, copy, standard)}
    wanted = [key for key in adopt if key in changes]
    made = row
    values = {key: standard.values.get(key) for key in wanted if ":" not in key}
    if values:
        made = _write(actor, ledger, row, values, copy)
    children = {name: dict(lines) for name, lines in copy.children.items()}
    for key in wanted:
        if ":" in key:
            _take_line(actor, ledger, row, key, standard, children)
    _keep(copy, standard, children, taken=bool(wanted))
    return {"message": _message(ledger, row, made, wanted), "id": str(made.get_id())}


def _message(ledger: Ledger, row: Any, made: Any, wanted: Sequence[str]) -> str:
    if not wanted:
        return "保持本单位的做法；标准再有更新时会再提示"
    beside = made.get_id() != row.get_id()
    return f"已采用 {len(wanted)} 处更新" + ("，另起了一版草稿，提交审批后生效" if beside else "")


def _write(actor: Actor, ledger: Ledger, row: Any, values: Mapping[str, Any], copy: LibraryCopy) -> Any:
    if ledger.published is not None:
        row = ledger.published.open_edition(
            actor, row, f"按{FROM[copy.source.partition(':')[0]]}“{copy.name}”更新"
        )
    values = resolved(ledger, values, row.scope_value("company"))
    editing.edit(actor, ledger, row.get_id(), row.version, values)
    return row


def _keep(copy: LibraryCopy, standard: Standard, children: Any, *, taken: bool) -> None:
    """What was looked at is known from now on, whether or not it was taken."""
    values: dict[str, Any] = {"children": children}
    if taken:
        values |= {"digest": standard.digest, "content": standard.content, "declined": None}
    else:
        values["declined"] = standard.digest
    LibraryCopy.update(values).where(LibraryCopy.id == copy.id).execute()


# What is different.


def _changes(actor: Actor, ledger: Ledger, row: Any, copy: LibraryCopy, standard: Standard) -> list[Change]:
    old, new = copy.content, standard.content
    shown = row_json(actor, ledger, [row], detail=True)[0]["values"]
    made = [
        {
            "key": name, "title": ledger.title_of(name), "old": words(ledger, name, old["values"].get(name)),
            "new": words(ledger, name, new["values"].get(name)), "mine": words(ledger, name, shown.get(name)),
        }
        for name in ledger.form_fields()
        if old["values"].get(name) != new["values"].get(name)
    ]  # fmt: skip
    for part in library_of(ledger).parts:
        made += _part_changes(part, copy, old["parts"].get(part.name, {}), new["parts"].get(part.name, {}))
    return made


def _part_changes(
    part: Part, copy: LibraryCopy, old: Mapping[str, Any], new: Mapping[str, Any]
) -> list[Change]:
    """What rows of a part came, and what those say otherwise that the unit has. One that is gone stays the unit's own."""
    ids = copy.children.get(part.name, {})
    child = child_of(part)
    there = {
        row.get_id(): row
        for row in child.record.select().where(child.record._meta.primary_key.in_(list(ids.values()) or [0]))
    }
    made = []
    for key, values in new.items():
        mine = there.get(ids.get(key, 0))
        if old.get(key) == values or (key in old and mine is None):
            continue
        made.append(
            {
                "key": f"{part.name}:{key}", "title": f"{part.title}：{line_label(part, key, values)}",
                "old": _line_words(part, old.get(key)), "new": _line_words(part, values),
                "mine": "" if mine is None else child.label(mine),
            }
        )  # fmt: skip
    return made


def _line_words(part: Part, values: Mapping[str, Any] | None) -> str:
    if values is None:
        return ""
    return "，".join(f"{fact['title']}：{fact['text']}" for fact in facts(child_of(part), values))


def _take_line(
    actor: Actor, ledger: Ledger, row: Any, key: str, standard: Standard, children: dict[str, dict[str, int]]
) -> None:
    name, _, line_key = key.partition(":")
    part = library_of(ledger).part_named(name)
    assert part is not None
    line = next(line for line in standard.parts[name] if line.key == line_key)
    child = child_of(part)
    there = child.record.get_or_none(
        child.record._meta.primary_key == children.get(name, {}).get(line_key, 0)
    )
    if there is None:
        children.setdefault(name, {})[line_key] = add_line(actor, part, row, line.values)
    else:
        values = resolved(child, line.values, row.scope_value("company"))
        editing.edit(actor, child, there.get_id(), there.version, values)


__all__ = ["decide", "of_row"]
