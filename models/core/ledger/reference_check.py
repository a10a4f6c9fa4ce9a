"""What may be pointed at: the one place that says so, for forms, actions, probes, imports, lines and filters.

A reference is right if the actor may see the row that it means (`visible`) and if that row belongs to the company that the
row with the reference belongs to, or to nobody in particular. A row of the whole group may point into any company.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any

from models.core.errors import Malformed
from models.core.fields import Described, Lines, Link, Many, References
from models.core.ledger.declaration import Ledger, Values, ledger_named
from models.core.ledger.reading.references import unbound, visible
from models.core.records import Record
from models.core.security.actor import Actor

_CHUNK = 400
Owned = Mapping[int, int | None]


def link_of(field: Any) -> Link | None:
    """The reference that a field makes, one or many; None for a field that makes none.

    Raises LookupError for one to a ledger that nobody declared: what can't be checked is not taken.
    """
    if isinstance(field, Link):
        return field
    only = field.only if isinstance(field, Many) else None
    return link_to(field.title, field.to, only) if isinstance(field, References) else None


def link_to(title: str, to: str, only: tuple[str, str] | None = None) -> Link:
    """A reference to the ledger called `to`, to rows of one kind there. Raises LookupError if there is none."""
    target = ledger_named(to)
    if target is None:
        raise LookupError(f"there is no ledger {to}")
    return unbound(title, target, only)


def pointed_at(field: Described, value: Any) -> Iterator[tuple[str, Link, list[int]]]:
    """What a clean value points at: references with the ids that they mean, and before it the box of its lines (or "")."""
    if isinstance(field, Lines):
        for name, part in field.parts.items():
            for line in value or ():
                yield from ((name, link, ids) for _, link, ids in pointed_at(part, line.get(name)))
        return
    link = link_of(field)
    if link is not None and value is not None:
        yield "", link, list(value) if isinstance(value, (list, tuple)) else [value]


def points(field: Any) -> bool:
    """Whether a field refers to other rows, by itself or in its lines."""
    return isinstance(field, (Link, References)) or (
        isinstance(field, Lines) and any(points(part) for part in field.parts.values())
    )


def owners(actor: Actor, link: Link, right: str, ids: Iterable[int]) -> Owned:
    """The companies that own the referenced rows, by id; a row that the actor may not point at is left out."""
    return owned_in(visible(actor, link, right), link, ids)


def owned_in(query: Any, link: Link, ids: Iterable[int]) -> Owned:
    """The companies that own the rows of `query` with these ids, by id (None: nobody in particular)."""
    model = link.rel_model
    key = model._meta.primary_key
    company = model.scope_field("company") if issubclass(model, Record) else None
    wanted = sorted(set(ids))
    found: dict[int, int | None] = {}
    for start in range(0, len(wanted), _CHUNK):
        rows = query.where(key.in_(wanted[start : start + _CHUNK]))
        columns = (key,) if company is None else (key, company)
        for row in rows.select(*columns).tuples():
            found[row[0]] = row[1] if company is not None else None
    return found


class ReferenceCheck:
    """The references of one form, of the answers to an action, or of what a probe was given.

    `record` is the row as it is when one is edited; what it points at already may stay, even if the actor could not pick it
    anew. `companies` own the rows that an action is about.
    """

    def __init__(
        self, actor: Actor, ledger: Ledger, right: str, *, record: Any = None, companies: Collection[int] = ()
    ) -> None:
        self.actor = actor
        self.ledger = ledger
        self.right = right
        self.record = record
        self.companies = set(companies)
        self.everybodys = False  # a row that belongs to no company

    def refused(self, fields: Mapping[str, Described], values: Values) -> dict[str, str]:
        """A sentence for every clean value that points at what it must not."""
        self._settle_company(fields, values)
        wrong: dict[str, str] = {}
        owner = self.ledger.record.company_field
        for name in sorted(values, key=lambda each: each != owner):
            try:
                for part, link, ids in pointed_at(fields[name], values[name]):
                    self._check(name, part, fields[name], link, ids)
            except Malformed as error:
                wrong[name] = error.message
        return wrong

    def _settle_company(self, fields: Mapping[str, Described], values: Values) -> None:
        name = self.ledger.record.company_field
        column = self.ledger.record.scope_field("company")
        if name is None:
            return
        if name in values:
            company = values[name]
        elif self.record is not None:
            company = self.record.scope_value("company")
        elif self.companies or name not in fields:
            return
        else:
            company = None
        self.companies = set() if company is None else {company}
        self.everybodys = company is None and bool(column.null)

    def _check(self, name: str, part: str, field: Described, link: Link, ids: Sequence[int]) -> None:
        kept = self._kept(name, part)
        new = [row_id for row_id in ids if row_id not in kept]
        if not new:
            return
        owned = owners(self.actor, link, self.right, new)
        if name == self.ledger.record.company_field:
            owned = {row_id: None for row_id in owned if row_id in self.actor.companies(self.right)}
        missing = [row_id for row_id in new if row_id not in owned]
        if missing:
            raise Malformed("no_such_row", _not_there(field, link, len(missing), len(ids)))
        if self.everybodys:
            return
        theirs = {company for company in owned.values() if company is not None}
        if theirs and len(self.companies | theirs) > 1:
            raise Malformed("other_company", _of_others(field))
        self.companies |= theirs

    def _kept(self, name: str, part: str) -> Collection[int]:
        """What the row points at already, in the box `part` of its lines or by itself."""
        if self.record is None:
            return ()
        derived = self.ledger.derived_named(name)
        if derived is None:
            return {self.record.__data__.get(name)}
        shown = derived.load(self.actor, [self.record]).get(self.record.get_id()) or ()
        items = [line.get(part) for line in shown] if part else shown if isinstance(shown, list) else [shown]
        return {int(item["id"]) for item in items if item}


def _not_there(field: Described, link: Link, missing: int, of: int) -> str:
    if isinstance(field, Lines):
        return f"有的{field.line}里没有这个{link.title}，请从列表中选择"
    if isinstance(field, Link):
        return f"没有这一项，请从列表中选择{field.title}"
    return (
        f"有 {missing} 项不在可以选的里面，请去掉" if of > 1 else f"没有这一项，请从列表中选择{field.title}"
    )


def _of_others(field: Described) -> str:
    return (
        "它属于另一家单位，请选择本单位的"
        if isinstance(field, Link)
        else "有的属于另一家单位，请只选本单位的"
    )


def judged(owned: Owned, row_id: int, company: int | None) -> Malformed | None:
    """What is wrong with pointing at `row_id` from a row of `company` (None: not known yet), as a sheet says it."""
    if row_id not in owned:
        return Malformed("no_such_row", "没有这一项，请核对")
    if None not in (owned[row_id], company) and owned[row_id] != company:
        return Malformed("other_company", "它属于另一家单位，请填本单位的")
    return None


def reached(actor: Actor, right: str, link: Link, ids: Sequence[int]) -> list[int]:
    """Those of `ids` that a list may be filtered by: of companies that `right` reaches into, or of nobody in particular."""
    companies = set(actor.companies(right))
    owned = owned_in(link.rel_model.select(), link, ids)
    return [row_id for row_id in ids if row_id in owned and owned[row_id] in {*companies, None}]
