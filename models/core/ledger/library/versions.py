"""How copies stand to their standards: the same, moved on, declined, or gone (J07)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import reduce
from operator import or_
from typing import TYPE_CHECKING, Any

from models.core.ledger.library.declaration import DECLINED, GONE, MOVED, OFFERED, SAME, Standard
from models.core.ledger.library.offering import still_offered
from models.core.ledger.library.records import LibraryCopy, LibraryOffer, subject_of

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
    """How rows stand to their standards, or that they are one of the group's, by id; nothing for all others."""
    copies = copies_of(ledger, rows)
    now = current(ledger, {copy.source for copy in copies.values()})
    told = {subject: standing(copy, now) for subject, copy in copies.items()}
    offers = LibraryOffer.select(LibraryOffer.row_id).where(
        LibraryOffer.ledger == ledger.name, LibraryOffer.row_id.in_([subject_of(row) for row in rows] or [0])
    )
    told |= {one.row_id: OFFERED for one in offers}
    return {row.get_id(): told[subject_of(row)] for row in rows if subject_of(row) in told}


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
    key: Any = ledger.record._meta.primary_key
    found = key.is_null()
    if wanted:
        told = reduce(or_, (_as(copy) for copy in wanted))
        copies = LibraryCopy.select(LibraryCopy.row_id).where(LibraryCopy.ledger == ledger.name, told)
        found = _of(ledger, copies) & ~_of(ledger, _offers(ledger))
    return found | _of(ledger, _offers(ledger)) if OFFERED in values else found


def _offers(ledger: Ledger) -> Any:
    return LibraryOffer.select(LibraryOffer.row_id).where(LibraryOffer.ledger == ledger.name)


def _of(ledger: Ledger, ids: Any) -> Any:
    """The condition of rows whose first edition is among `ids`; never NULL, so that it can be turned round."""
    record: Any = ledger.record
    inside = record._meta.primary_key.in_(ids)
    if "series" not in record._meta.fields:
        return inside
    return inside | (record.series.is_null(False) & record.series.in_(ids))


def _as(copy: LibraryCopy) -> Any:
    declined: Any = LibraryCopy.declined
    same = declined.is_null() if copy.declined is None else declined == copy.declined
    return (LibraryCopy.source == copy.source) & (LibraryCopy.digest == copy.digest) & same


__all__ = [
    "GROUP", "PRODUCT", "copies_of", "current", "product_standards", "source_of", "standing", "standings", "where",
]  # fmt: skip
