"""What a group offers of its own as standard (J07): rows as they are now, for the companies of the group alone."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from models.core import clock
from models.core.db.bulk import insert_new
from models.core.errors import Conflict
from models.core.fields import Link, Secret
from models.core.ledger.library.declaration import Part, PartLine, Standard
from models.core.ledger.library.hooks import group_of
from models.core.ledger.library.records import OFFER, LibraryOffer, subject_of
from models.core.ledger.parts import Action, Derived
from models.core.ledger.reading.references import load_rows
from models.core.records import Record
from models.core.security.actor import Actor

if TYPE_CHECKING:
    from models.core.ledger.declaration import Ledger

_HOUSE = Actor(account_id=None, name="系统")
#: So many rows of a group are offered at most.
MOST = 500


def actions(ledger: Ledger) -> tuple[Action, ...]:
    """The buttons of a ledger by which a group offers its rows, or no longer."""
    return (
        Action(
            "offer", "设为集团标准", OFFER, lambda actor, rows, values: _offer(ledger, actor, rows), where="bulk", gives="message",
            confirm="集团各单位都能从标准库里引用它；以后修改它，引用过的单位会看到“标准有更新”。", changes=False,
        ),
        Action(
            "offer_no_more", "不再作为集团标准", OFFER, lambda actor, rows, values: _withdraw(ledger, rows), where="bulk",
            gives="message", confirm="已经引用的不受影响。", changes=False,
        ),
    )  # fmt: skip


def _offer(ledger: Ledger, actor: Actor, rows: Sequence[Any]) -> str:
    current = _in_force(ledger, rows)
    if len(current) < len(rows):
        raise Conflict(
            "不能设为集团标准",
            code="not_in_force",
            cause="选中的有还没有生效的",
            advice="请先提交审批，生效后再设为标准",
        )
    now = clock.now()
    values = [(ledger.name, subject_of(row), _group(actor, row), now) for row in rows]
    insert_new("library_offer", ("ledger", "row_id", "group_id", "offered_at"), values)
    return f"已把 {len(rows)} {ledger.measure}设为集团标准，集团各单位可以在标准库里引用"


def _group(actor: Actor, row: Any) -> int:
    """The group whose the row is: of one that belongs to everybody, whoever offers it says whose."""
    unit = row.scope_value("company") or actor.company_id or next(iter(actor.group_companies), None)
    group = group_of(unit)
    if group is None:
        raise Conflict(
            "不能设为集团标准",
            code="no_group",
            cause="这里还没有集团的单位",
            advice="请先在“组织机构”里建好单位",
        )
    return group


def _withdraw(ledger: Ledger, rows: Sequence[Any]) -> str:
    ids = [subject_of(row) for row in rows]
    gone = LibraryOffer.delete().where(
        LibraryOffer.ledger == ledger.name, LibraryOffer.row_id.in_(ids or [0])
    )
    return f"已撤下 {gone.execute()} {ledger.measure}集团标准，引用过的单位不受影响"


def offered(ledger: Ledger, group: int | None) -> dict[int, Standard]:
    """What a group offers of a ledger now, by the row's id (of its first edition); nothing for no group."""
    if group is None:
        return {}
    query = LibraryOffer.select(LibraryOffer.row_id).where(
        LibraryOffer.ledger == ledger.name, LibraryOffer.group_id == group
    )
    return standards_of(ledger, [one.row_id for one in query.order_by(LibraryOffer.id).limit(MOST)])


def still_offered(ledger: Ledger, ids: Iterable[int]) -> dict[int, Standard]:
    """Those of the rows that are offered by whichever group: for copies that were made of them."""
    query = LibraryOffer.select(LibraryOffer.row_id).where(
        LibraryOffer.ledger == ledger.name, LibraryOffer.row_id.in_(list(ids) or [0])
    )
    return standards_of(ledger, [one.row_id for one in query])


def standards_of(ledger: Ledger, ids: Sequence[int]) -> dict[int, Standard]:
    """Rows of a ledger as standards, by id (of the first edition); of rows in editions what is in force."""
    library = ledger.library
    assert library is not None
    rows = _in_force(ledger, _editions(ledger.record, ids))
    columns = _columns(ledger, library.leaves)
    values = _values(ledger, columns, rows)
    lines: dict[int, dict[str, list[PartLine]]] = {}
    for part in library.parts:
        for row_id, line in _lines(part, rows):
            lines.setdefault(row_id, {}).setdefault(part.name, []).append(line)
    return {
        subject_of(row): Standard(
            key=str(subject_of(row)), values=values[row.get_id()], sample=bool(getattr(row, "sample", False)),
            parts={name: tuple(each) for name, each in lines.get(row.get_id(), {}).items()},
        )
        for row in rows
    }  # fmt: skip


def _editions(record: Any, ids: Sequence[int]) -> list[Any]:
    key = record._meta.primary_key
    wanted = key.in_(list(ids) or [0])
    if "series" in record._meta.fields:
        wanted |= record.series.in_(list(ids) or [0])
    return list(record.select().where(wanted).order_by(key))


def _in_force(ledger: Ledger, rows: Sequence[Any]) -> list[Any]:
    """Those of the rows that others may take: of rows in editions the ones in force."""
    if ledger.published is None or not rows:
        return list(rows)
    key: Any = ledger.record._meta.primary_key
    ids = [row.get_id() for row in rows]
    there = {
        one.get_id() for one in ledger.record.select(key).where(key.in_(ids), ledger.published.choosable())
    }
    return [row for row in rows if row.get_id() in there]


def bearer_of(ledger: Ledger, row: Any) -> Any:
    """The edition on which hangs what comes along: the one in force beside a draft, or the row itself."""
    if ledger.published is None:
        return row
    return next(iter(_in_force(ledger, _editions(ledger.record, [subject_of(row)]))), row)


def _columns(ledger: Ledger, leaves: Sequence[str]) -> list[str]:
    """The fields of a form that a standard carries: not the unit, and nothing that points at rows or is secret."""
    carried = []
    for name in ledger.form_fields():
        if name in leaves or name == ledger.record.company_field:
            continue
        derived = ledger.derived_named(name)
        if derived is not None:
            if (
                derived.write
                and derived.to is None
                and derived.kind not in ("references", "lines", "secret", "photos")
            ):
                carried.append(name)
            continue
        field = ledger.record._meta.fields[name]
        if not isinstance(field, Secret) and not field.readonly:
            carried.append(name)
    return carried


def _values(ledger: Ledger, names: Sequence[str], rows: Sequence[Any]) -> dict[int, dict[str, Any]]:
    """The values of rows as a form takes them, by id; what is empty is left out."""
    fields = ledger.record._meta.fields
    found: dict[int, dict[str, Any]] = {row.get_id(): {} for row in rows}
    everybodys = _everybodys([fields[name] for name in names if isinstance(fields.get(name), Link)], rows)
    for name in names:
        derived = ledger.derived_named(name)
        loaded: Mapping[int, Any] = _loaded(derived, rows) if derived is not None else {}
        for row in rows:
            value = row.__data__.get(name)
            shown = loaded.get(row.get_id()) if derived is not None else _plain(fields[name], value)
            if derived is None and isinstance(fields[name], Link):
                shown = everybodys.get((fields[name].rel_model, value))
            if shown not in (None, "", []):
                found[row.get_id()][name] = shown
    return found


def _everybodys(links: Sequence[Link], rows: Sequence[Any]) -> dict[tuple[Any, int], dict[str, str]]:
    """What rows point at that belongs to no company, by name: others can point at theirs of that name."""
    found: dict[tuple[Any, int], dict[str, str]] = {}
    for link in links:
        model = link.rel_model
        for target in load_rows(model, {row.__data__.get(link.name) for row in rows} - {None}).values():
            if issubclass(model, Record) and target.scope_value("company") is None:
                label = getattr(target, "code", None) or getattr(target, "name", "")
                found[model, target.get_id()] = {"label": str(label)}
    return found


def _plain(field: Any, value: Any) -> Any:
    return None if value is None else field.plain(value)


def _loaded(derived: Derived, rows: Sequence[Any]) -> Mapping[int, Any]:
    return derived.load(_HOUSE, rows) if rows else {}


def _lines(part: Part, owners: Sequence[Any]) -> list[tuple[int, PartLine]]:
    """The rows of a part that hang on these and are of the same unit, each with the id of its owner."""
    from models.core.ledger.declaration import ledger_named

    child = ledger_named(part.ledger)
    assert child is not None, f"there is no ledger {part.ledger}"
    record: type[Record] = child.record
    owner: Any = record._meta.fields[part.by]
    units = {row.get_id(): row.scope_value("company") for row in owners}
    query = record.select().where(owner.in_(list(units) or [0])).order_by(record._meta.primary_key)
    rows = [row for row in query if row.scope_value("company") == units[row.__data__[part.by]]]
    values = _values(child, _columns(child, (part.by,)), rows)
    return [
        (row.__data__[part.by], PartLine(_key(part, values[row.get_id()]), values[row.get_id()]))
        for row in rows
        if part.label in values[row.get_id()]
    ]


def _key(part: Part, values: Mapping[str, Any]) -> str:
    label = values[part.label]
    return str(label["label"] if isinstance(label, Mapping) else label)


__all__ = ["MOST", "actions", "bearer_of", "offered", "standards_of", "still_offered"]
