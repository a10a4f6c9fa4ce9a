"""A standard has moved on: what it says otherwise than when it was copied, and what the unit takes of it (J07)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from models.core.errors import Conflict, NotFound
from models.core.fields import moment_text
from models.core.ledger.changes import editing
from models.core.ledger.declaration import Ledger
from models.core.ledger.library.declaration import GONE, Part, Standard, digest_of
from models.core.ledger.library.offering import bearer_of
from models.core.ledger.library.records import LibraryCopy
from models.core.ledger.library.shelf import child_of, facts, library_of, line_label, whose, words
from models.core.ledger.library.taking import add_line, refusing, resolved
from models.core.ledger.library.versions import changed, copies_of, current, open_changes, sides, standing
from models.core.ledger.reading.rows import may_write, row_json
from models.core.security.actor import Actor

Change = dict[str, Any]
Values = Mapping[str, Any]


def of_row(actor: Actor, ledger: Ledger, row_id: int) -> dict[str, Any]:
    """{copy}: where a row came from and what its standard says otherwise now; None for a row that is nobody's copy.

    {from, name, taken_at, standing, may, changes: [{key, title, old, new, mine, declined}]}: `old` as it was copied, `new`
    as the standard has it, `mine` as the row has it now; `declined`: the unit did not want it. A key is a field, or
    part:key. Raises NotFound.
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
            "from": whose(ledger, copy.source),
            "name": copy.name,
            "taken_at": moment_text(copy.taken_at),
            "standing": stands,
            "may": bool(right) and may_write(actor, right, row) and stands != GONE and bool(changes),
            "changes": changes,
        }
    }


def decide(
    actor: Actor, ledger: Ledger, row_id: int, adopt: Sequence[str], decline: Sequence[str] = ()
) -> dict[str, Any]:
    """Take some of what is new in the standard, decline some by name; gives {message, id}: the row to go on with.

    What is named neither way stays offered; what was declined is offered again once the standard says yet something else. A
    row that is in force is revised by a draft beside it. Raises NotFound, Forbidden, Conflict `nothing_new`.
    """
    row = ledger.record.find(actor, ledger.rights["read"], row_id, write=ledger.rights["edit"])
    editing.require_write(actor, ledger.rights["edit"], row)
    copy = next(iter(copies_of(ledger, [row]).values()), None)
    if copy is None:
        raise NotFound("它不是从标准库引用的")
    standard = current(ledger, [copy.source]).get(copy.source)
    new = {} if standard is None else changed(copy, standard)
    wanted = [key for key in new if key in adopt]
    left = [key for key in new if key in decline and key not in adopt]
    if standard is None or not (wanted or left):
        raise Conflict(
            "没有要处理的更新",
            code="nothing_new",
            cause="标准没有新的变化，或者没有勾选",
            advice="请刷新后再看，勾上要处理的",
        )
    made, children = _adopt(actor, ledger, row, copy, standard, wanted)
    _keep(copy, standard, children, wanted, {key: new[key] for key in left})
    still = len(open_changes(copy, standard))
    return {"message": _message(ledger, row, made, wanted, left, still), "id": str(made.get_id())}


def _adopt(
    actor: Actor, ledger: Ledger, row: Any, copy: LibraryCopy, standard: Standard, wanted: Sequence[str]
) -> tuple[Any, dict[str, dict[str, int]]]:
    """Write what was taken; gives the row that has it, and the rows that came along with the copy."""
    made = row
    values = {key: standard.values.get(key) for key in wanted if ":" not in key}
    if values:
        made = _write(actor, ledger, row, values, copy)
    children = {name: dict(lines) for name, lines in copy.children.items()}
    for key in wanted:
        if ":" in key:
            _take_line(actor, ledger, bearer_of(ledger, row), key, standard, children)
    return made, children


def _message(
    ledger: Ledger, row: Any, made: Any, wanted: Sequence[str], left: Sequence[str], still: int
) -> str:
    told = []
    if wanted:
        beside = made.get_id() != row.get_id()
        told.append(f"已采用 {len(wanted)} 处更新" + ("，另起了一版草稿，提交审批后生效" if beside else ""))
    if left:
        told.append(f"{len(left)} 处不采用，保持本单位的做法；标准再改这里时会再提示")
    if still:
        told.append(f"还有 {still} 处没有处理，会继续提示")
    return "；".join(told)


def _write(actor: Actor, ledger: Ledger, row: Any, values: Mapping[str, Any], copy: LibraryCopy) -> Any:
    adopt = library_of(ledger).adopt
    if adopt is not None:
        return adopt(actor, row, copy, values)
    if ledger.published is not None:
        row = ledger.published.open_edition(actor, row, f"按{whose(ledger, copy.source)}“{copy.name}”更新")
    values = resolved(ledger, values, row.scope_value("company"))
    editing.edit(actor, ledger, row.get_id(), row.version, values)
    return row


def _keep(
    copy: LibraryCopy, standard: Standard, children: Any, wanted: Sequence[str], left: Mapping[str, str]
) -> None:
    """What was taken is known from now on; what was declined is remembered by name, with what the standard said."""
    content = merged(copy.content, standard.content, wanted)
    new = changed(copy, standard)
    refused = dict(copy.refused or {})
    if copy.refused is None:
        lines = sides({"values": {}, "parts": copy.content["parts"]})
        had = sides({"values": {}, "parts": copy.children})
        refused = {key: "" for key in lines if key not in had}
        refused |= new if copy.declined == standard.digest else {}
    refused = {key: digest for key, digest in {**refused, **left}.items() if key not in wanted}
    copy.refused, copy.content, copy.digest = refused, content, digest_of(content)
    values = {"children": children, "content": content, "digest": copy.digest, **refusing(refused)}
    LibraryCopy.update(values).where(LibraryCopy.id == copy.id).execute()


def merged(old: Mapping[str, Any], new: Mapping[str, Any], keys: Sequence[str]) -> dict[str, Any]:
    """What a copy knows of its standard once these changes were taken."""
    values = dict(old["values"])
    parts = {name: dict(lines) for name, lines in old["parts"].items()}
    for key in keys:
        name, _, line = key.partition(":")
        if line:
            parts.setdefault(name, {})[line] = new["parts"][name][line]
        elif name in new["values"]:
            values[name] = new["values"][name]
        else:
            values.pop(name, None)
    return {"values": values, "parts": parts}


# What is different.


def _changes(actor: Actor, ledger: Ledger, row: Any, copy: LibraryCopy, standard: Standard) -> list[Change]:
    old, new = sides(copy.content), sides(standard.content)
    shown = row_json(actor, ledger, [row], detail=True)[0]["values"]
    there = _children(ledger, copy)
    still_open = open_changes(copy, standard)
    made = []
    for key in changed(copy, standard):
        part = library_of(ledger).part_named(key.partition(":")[0]) if ":" in key else None
        told = (
            _field_change(ledger, key, old, new, shown)
            if part is None
            else _line_change(part, key, old, new, there)
        )
        made.append({**told, "declined": key not in still_open})
    return made


def _field_change(ledger: Ledger, key: str, old: Values, new: Values, shown: Values) -> Change:
    told = {
        name: words(ledger, key, side.get(key))
        for name, side in (("old", old), ("new", new), ("mine", shown))
    }
    return {"key": key, "title": ledger.title_of(key), **told}


def _line_change(part: Part, key: str, old: Values, new: Values, there: Mapping[str, str]) -> Change:
    gone = "（本单位已删除）" if key in old else ""
    return {
        "key": key,
        "title": f"{part.title}：{line_label(part, key.partition(':')[2], new[key])}",
        "old": _line_words(part, old.get(key)),
        "new": _line_words(part, new[key]),
        "mine": there.get(key, gone),
    }


def _children(ledger: Ledger, copy: LibraryCopy) -> dict[str, str]:
    """What the rows are called that came along and are there still, by the key of the change."""
    found = {}
    for part in library_of(ledger).parts:
        ids = {row_id: key for key, row_id in copy.children.get(part.name, {}).items()}
        child = child_of(part)
        key: Any = child.record._meta.primary_key
        for row in child.record.select().where(key.in_(list(ids) or [0])):
            found[f"{part.name}:{ids[row.get_id()]}"] = child.label(row)
    return found


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
    bring = library_of(ledger).bring
    if there is None and bring is not None:
        children.setdefault(name, {})[line_key] = bring(actor, row, line_key)
    elif there is None:
        children.setdefault(name, {})[line_key] = add_line(actor, part, row, line.values)
    else:
        values = resolved(child, line.values, row.scope_value("company"))
        editing.edit(actor, child, there.get_id(), there.version, values)


__all__ = ["decide", "merged", "of_row"]
