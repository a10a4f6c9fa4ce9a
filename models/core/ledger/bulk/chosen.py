"""Which rows an act is about: ticked ones, or all that a filter leaves, found anew inside the actor's rights (X21)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from peewee import ModelSelect

from models.core.errors import Conflict, Invalid
from models.core.ledger.declaration import Ledger
from models.core.ledger.reading.listing import Selection
from models.core.ledger.reading.query import ListQuery
from models.core.row_ids import parse_id
from models.core.security.actor import Actor

MAX_TICKED = 5000
#: More than this nobody changes at once; a list is counted so far where it is asked for.
MAX_ROWS = 500_000
_READ = 2000
Ids = list[int]


@dataclass(frozen=True)
class AskedRows:
    """What was asked: rows by `ids`, or with `everything` all that `q` and `filters` leave, of which one saw `count`."""

    ids: Any = ()
    everything: bool = False
    q: str = ""
    filters: Mapping[str, Any] = field(default_factory=dict)
    count: int | None = None
    values: Any = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        """What has to be known to find the rows again, if nobody has done so yet."""
        kept = {
            "everything": self.everything,
            "q": self.q,
            "filters": dict(self.filters),
            "values": self.values,
        }
        return kept if self.everything else kept | {"ids": [str(one) for one in self.ids]}


class ChosenRows:
    """The rows of an `Asked`. Raises Invalid for none, for too many, and for a question that the list can't answer."""

    def __init__(self, actor: Actor, ledger: Ledger, asked: AskedRows) -> None:
        self.ledger = ledger
        self.asked = asked
        self.ids: Ids = [] if asked.everything else _ids(asked.ids)
        self.selection: Selection | None = None
        if asked.everything:
            query = ListQuery.parse(ledger, q=asked.q, filters=asked.filters)
            self.selection = Selection(actor, ledger, query, ledger.rights["read"])
        self.count = len(self.ids) if self.selection is None else self.selection.count(MAX_ROWS + 1)
        if self.count > MAX_ROWS:
            raise _refused("选的太多", f"一次最多 {MAX_ROWS:,} {ledger.measure}", "请用筛选条件分几次办")
        if not self.count:
            raise _refused("没有可办的", "请至少选择一条记录", "请刷新列表后重新选择")

    def require_same_count(self) -> None:
        """Raise Conflict `count_changed` if the filter leaves another number of rows than one saw."""
        seen, ledger = self.asked.count, self.ledger
        if self.selection is None or seen is None or seen == self.count:
            return
        raise Conflict(
            "符合条件的条数变了",
            code="count_changed",
            cause=f"刚才是 {seen:,} {ledger.measure}，现在是 {self.count:,} {ledger.measure}",
            advice="请看一遍现在的预览，再确认",
            details={"count": self.count},
        )

    def first(self, number: int) -> Ids:
        """The first rows, in the list's order."""
        if self.selection is None:
            return self.ids[:number]
        return [row.get_id() for row in self.selection.fetch(None, number)]

    def parts(self) -> Iterator[Ids]:
        """All rows, some at a time; each part is read in a transaction of its own."""
        if self.selection is None:
            yield self.ids
            return
        record = self.ledger.record
        part: Ids = []
        for row in self.selection.stream(_READ, self.selection.sort, record._meta.primary_key):
            part.append(row[1])
            if len(part) == _READ:
                yield part
                part = []
        if part:
            yield part

    def naming(self, column: Any) -> ModelSelect:
        """The rows of another table that name one of these in `column`."""
        model = column.model
        if self.selection is None:
            return model.select().where(column.in_(self.ids))
        return model.select().where(column.in_(self.selection.keys()))


def _refused(title: str, why: str, advice: str) -> Invalid:
    return Invalid(title, cause=why, advice=advice, fields={"ids": why})


def _ids(given: Any) -> Ids:
    if not isinstance(given, (list, tuple)) or not all(parse_id(item) is not None for item in given):
        raise Invalid(fields={"ids": "请从列表中选择"})
    if len(given) > MAX_TICKED:
        raise Invalid(fields={"ids": f"一次最多勾选 {MAX_TICKED:,} 条，更多请用“选中全部符合条件的”"})
    return list(dict.fromkeys(int(item) for item in given))


def count_of(actor: Actor, ledger: Ledger, query: ListQuery) -> dict[str, Any]:
    """How many rows a list's question leaves, counted to the end: `{"value", "exact"}`."""
    found = Selection(actor, ledger, query, ledger.rights["read"]).count(MAX_ROWS + 1)
    return {"value": min(found, MAX_ROWS), "exact": found <= MAX_ROWS}


__all__ = ["MAX_ROWS", "MAX_TICKED", "AskedRows", "ChosenRows", "count_of"]
