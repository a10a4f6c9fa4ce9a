"""How copies stand to their standards: the same, moved on, declined, or gone (J07)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import reduce
from operator import or_
from typing import TYPE_CHECKING, Any

from models.core.ledger.library.declaration import DECLINED, GONE, MOVED, SAME, Standard
from models.core.ledger.library.offering import still_offered
from models.core.ledger.library.records import LibraryCopy, subject_of

if TYPE_CHECKING:
    from models.core.ledger.declaration import Ledger

PRODUCT, GROUP = "product", "group"
_CHUNK = 400


def source_of(kind: str, key: str) -> str:
    """What a copy remembers of where it came from."""
    return f"{kind}:{key}"


def product_standards(ledger: Ledger) -> dict[str, Standard]:
    """What comes with the program, by source."""
    assert ledger.library is not None
    return {source_of(PRODUCT, one.key): one for one in ledger.library.product()}


def current(ledger: Ledger, sources: Iterable[str]) -> dict[str, Standard]:
    """The standards of these sources as they are now; those that are offered no more are left out."""
    wanted = set(sources)
    product = product_standards(ledger)
    found = {source: product[source] for source in wanted if source in product}
    ids = [int(source.partition(":")[2]) for source in wanted if source.startswith(f"{GROUP}:")]
    if ids:
        found |= {source_of(GROUP, str(row_id)): one for row_id, one in still_offered(ledger, ids).items()}
    return found


def standing(copy: LibraryCopy, now: Mapping[str, Standard]) -> str:
    """How a copy stands to its standard."""
    standard = now.get(copy.source)
    if standard is None:
        return GONE
    if standard.digest == copy.digest:
        return SAME
    return DECLINED if copy.declined == standard.digest else MOVED


def standings(ledger: Ledger, rows: Sequence[Any]) -> dict[int, str]:
    """How rows stand to their standards, by id; nothing for rows that are nobody's copy."""
    copies = copies_of(ledger, rows)
    now = current(ledger, {copy.source for copy in copies.values()})
    return {row.get_id(): standing(copies[subject_of(row)], now) for row in rows if subject_of(row) in copies}


def copies_of(ledger: Ledger, rows: Sequence[Any]) -> dict[int, LibraryCopy]:
    """What is kept of rows that are copies, by the id of the first edition."""
    ids = sorted({subject_of(row) for row in rows})
    found: dict[int, LibraryCopy] = {}
    for start in range(0, len(ids), _CHUNK):
        query = LibraryCopy.select().where(
            LibraryCopy.ledger == ledger.name, LibraryCopy.row_id.in_(ids[start : start + _CHUNK])
        )
        found |= {copy.row_id: copy for copy in query}
    return found


def where(ledger: Ledger, values: Sequence[str]) -> Any:
    """The condition of rows that stand to their standards as one of `values`."""
    query = (
        LibraryCopy.select(LibraryCopy.source, LibraryCopy.digest, LibraryCopy.declined)
        .where(LibraryCopy.ledger == ledger.name)
        .distinct()
    )
    kinds = list(query)
    now = current(ledger, {copy.source for copy in kinds})
    wanted = [copy for copy in kinds if standing(copy, now) in values]
    record: Any = ledger.record
    key = record._meta.primary_key
    if not wanted:
        return key.is_null()
    told = reduce(or_, (_as(copy) for copy in wanted))
    ids = LibraryCopy.select(LibraryCopy.row_id).where(LibraryCopy.ledger == ledger.name, told)
    inside = key.in_(ids)
    return inside | record.series.in_(ids) if "series" in record._meta.fields else inside


def _as(copy: LibraryCopy) -> Any:
    declined: Any = LibraryCopy.declined
    same = declined.is_null() if copy.declined is None else declined == copy.declined
    return (LibraryCopy.source == copy.source) & (LibraryCopy.digest == copy.digest) & same


__all__ = [
    "GROUP", "PRODUCT", "copies_of", "current", "product_standards", "source_of", "standing", "standings", "where",
]  # fmt: skip
