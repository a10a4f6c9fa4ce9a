"""A grid from an Excel sheet: every line names what it stands under, which may be a line above it (E01)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from models.core import history
from models.core.errors import Malformed
from models.core.security.actor import Actor
from models.core.text.folding import fold
from models.grid.nodes import carry_site, insert, lock
from models.grid.owners.owners import change_owner
from models.grid.records import BUSINESS, IMPORT_GRID, GridNode
from models.organization.records import Binding, Person

Values = dict[str, Any]
Key = tuple[str, ...]
Find = Callable[[str], int]
_MARKS = str.maketrans("／＞>\\", "////")
_CHANGED = ("code", "site")


def words(actor: Actor, records: Sequence[GridNode]) -> dict[int, str]:
    """By id, what a place stands under, as a sheet writes it: `原水/清源水务/一厂`."""
    ids = {int(part) for row in records for part in row.path.split("/") if part}
    names = {
        row.id: row.name
        for row in GridNode.select(GridNode.id, GridNode.name).where(GridNode.id.in_(ids or {0}))
    }
    return {
        row.id: "/".join(names[int(part)] for part in row.path.split("/")[:-2] if part and int(part) in names)
        for row in records
    }


def _key(above: str | None) -> Key:
    return tuple(part for each in (above or "").translate(_MARKS).split("/") if (part := each.strip()))


def _there(company_id: int) -> dict[Key, GridNode]:
    rows = list(GridNode.select().where(GridNode.company == company_id))
    names = {row.id: row.name for row in rows}
    return {tuple(names[int(part)] for part in row.path.split("/") if part): row for row in rows}


def check(actor: Actor, rows: list[Values]) -> Mapping[int, Mapping[str, Any]]:
    """Lines that stand under nothing, under a lower level, twice, or whose owner has left."""
    if actor.company_id is None or actor.company_id not in actor.whole_companies(IMPORT_GRID):
        fault = Malformed("no_company", "请用本单位的账号导入网格，集团账号请先切换到一家公司")
        return {place: {"name": fault} for place in range(len(rows))}
    levels: dict[Key, int] = {key: int(row.level) for key, row in _there(actor.company_id).items()}
    own = dict(levels)
    owners = {row["owner"] for row in rows if row.get("owner") is not None}
    here = Binding.select(Binding.person).where(
        Binding.person.in_(owners or {0}), Binding.state == "approved"
    )
    bound = {row.person_id for row in here}
    faults: dict[int, dict[str, Any]] = {}
    seen: set[Key] = set()
    for place, row in enumerate(rows):
        above, level = _key(row.get("above")), int(row["level"])
        whole = (*above, row["name"])
        wrong = _wrong_place(levels, above, level)
        if wrong:
            faults.setdefault(place, {})["above"] = wrong
        if own.get(whole, level) != level:
            faults.setdefault(place, {})["level"] = Malformed(
                "other_level", "已有这个网格，层级和表里的不一样"
            )
        if whole in seen:
            faults.setdefault(place, {})["name"] = Malformed(
                "twice_in_sheet", "表里有两行是同一个网格，请只留一行"
            )
        if row.get("owner") is not None and row["owner"] not in bound:
            faults.setdefault(place, {})["owner"] = Malformed("left", "责任人已不在本单位，请换一个人")
        seen.add(whole)
        levels.setdefault(whole, level)
    return faults


def _wrong_place(levels: Mapping[Key, int], above: Key, level: int) -> Malformed | None:
    if not above:
        return (
            None
            if level == BUSINESS
            else Malformed("no_parent", "业态以下都要填上级，从业态起逐级写，用 / 隔开")
        )
    if above not in levels:
        return Malformed("no_such_row", f"没有上级“{'/'.join(above)[:40]}”，请先写它那一行，或核对名称")
    return None if levels[above] < level else Malformed("wrong_level", "上级的层级要比它高")


def save(actor: Actor, rows: list[Values]) -> tuple[int, int]:
    """Make and change the places in the order of the sheet; gives how many of each."""
    assert actor.company_id is not None  # checked
    lock(actor.company_id)
    there = _there(actor.company_id)
    created = updated = 0
    for row in rows:
        above = _key(row.get("above"))
        whole = (*above, row["name"])
        node = there.get(whole)
        if node is None:
            values = {name: row.get(name) for name in ("level", "name", "owner", *_CHANGED)}
            there[whole] = insert(
                actor, GridNode(company=actor.company_id, parent=there.get(above), **values), there.get(above)
            )
            created += 1
            continue
        _change(actor, node, row)
        updated += 1
    return created, updated


def _change(actor: Actor, node: GridNode, row: Values) -> None:
    values = {
        name: row[name] for name in _CHANGED if row.get(name) is not None and row[name] != node.__data__[name]
    }
    if values:
        old = dict(node.__data__)
        node.change(**values)
        history.note(actor, node, "edited", history.differences(GridNode, old, values))
    if "site" in values:
        carry_site(node, old["site"])
    if row.get("owner") is not None and row["owner"] != node.owner_id:
        change_owner(actor, node, row["owner"])


def people_named(actor: Actor) -> Find:
    """Finds somebody of the actor's company, by name, phone or job number, in whatever spelling. Raises Malformed."""
    called: dict[str, set[int]] = defaultdict(set)
    columns = (Person.name, Person.phone, Person.job_number)
    for person_id, *words in (
        Person.select(Person.id, *columns)
        .where(Person.company == (actor.company_id or 0))
        .tuples()
        .iterator()
    ):
        for word in words:
            if word:
                called[fold(word)].add(person_id)

    def find(text: str) -> int:
        found = called.get(fold(text), set())
        if len(found) == 1:
            return next(iter(found))
        if found:
            raise Malformed("ambiguous", f"有几个人叫“{text[:20]}”，请改填电话或工号")
        raise Malformed("no_such_row", f"本单位没有“{text[:20]}”，请先在“人员”里新增")

    return find


def nodes_named(actor: Actor) -> Find:
    """Finds a place of the actor's company, by its name (if there is one of that name alone), code, or way down.

    What it gives raises Malformed.
    """
    called: dict[str, set[int]] = defaultdict(set)
    ways: dict[Key, set[int]] = defaultdict(set)
    for whole, node in ({} if actor.company_id is None else _there(actor.company_id)).items():
        for word in (node.name, node.code):
            if word:
                called[fold(word)].add(node.id)
        folded = tuple(fold(part) for part in whole)
        for start in range(len(folded)):
            ways[folded[start:]].add(node.id)

    def find(text: str) -> int:
        way = tuple(fold(part) for part in _key(text))
        found = called.get(fold(text)) or ways.get(way, set())
        if len(found) == 1:
            return next(iter(found))
        if found:
            raise Malformed("ambiguous", f"有几个网格叫“{text[:20]}”，请写上它的上级，如 一厂/配电室")
        raise Malformed("no_such_row", f"本单位没有网格“{text[:20]}”，请先在“网格管理”里新增，或核对名称")

    return find
