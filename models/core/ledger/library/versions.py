"""How copies stand to their standards: the same, moved on, declined, or gone (J07)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import reduce
from operator import or_
from typing import TYPE_CHECKING, Any

from peewee import fn

from models.core.ledger.library.declaration import (
    DECLINED,
    GONE,
    MOVED,
    OFFERED,
    SAME,
    Standard,
    digest_of,
)
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
    """How a copy stands to its standard: declined, once all that is new was declined by name."""
    standard = now.get(copy.source)
    if standard is None:
        return GONE
    if standard.digest == copy.digest:
        return SAME
    if not changed(copy, standard):
        return SAME
    return MOVED if open_changes(copy, standard) else DECLINED


def open_changes(copy: LibraryCopy, standard: Standard) -> list[str]:
    """The changes that were neither taken nor declined, by key."""
    if copy.refused is None and copy.declined == standard.digest:
        return []  # an older copy: all of this version was declined at once
    refused = copy.refused or {}
    return [key for key, digest in changed(copy, standard).items() if refused.get(key) != digest]


def changed(copy: LibraryCopy, standard: Standard) -> dict[str, str]:
    """What a standard says otherwise than when it was copied: the digest of what it says now, by the key of the change.

    A key is a field, or part:key. What the standard dropped, and what was left out when it was copied, is no change.
    """
    old, new = sides(copy.content), sides(standard.content)
    left_out = {key for key, digest in (copy.refused or {}).items() if not digest}
    if copy.refused is None:  # an older copy does not say what was left out
        left_out = {key for key in old if ":" in key} - sides({"values": {}, "parts": copy.children}).keys()
    return {
        key: digest_of(new.get(key))
        for key in (*(each for each in old if ":" not in each and each not in new), *new)
        if old.get(key) != new.get(key) and key not in left_out
    }


def sides(content: Mapping[str, Any]) -> dict[str, Any]:
    """What can change in a standard, by the key of the change."""
    lines = {f"{name}:{key}": line for name, each in content["parts"].items() for key, line in each.items()}
    return {**content["values"], **lines}


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
    kinds = _kinds(ledger)
    now = current(ledger, {copy.source for copy in kinds})
    wanted = [copy for copy in kinds if standing(copy, now) in values]
    key: Any = ledger.record._meta.primary_key
    found = key.is_null()
    if wanted:
        told = reduce(or_, (_as(copy) for copy in wanted))
        copies = LibraryCopy.select(LibraryCopy.row_id).where(LibraryCopy.ledger == ledger.name, told)
        found = _of(ledger, copies) & ~_of(ledger, _offers(ledger))
    return found | _of(ledger, _offers(ledger)) if OFFERED in values else found


def _kinds(ledger: Ledger) -> list[LibraryCopy]:
    """One copy of each kind: those of one source that say and refuse the same stand alike."""
    kind = (LibraryCopy.source, LibraryCopy.digest, LibraryCopy.declined)
    first = (
        LibraryCopy.select(fn.MIN(LibraryCopy.id)).where(LibraryCopy.ledger == ledger.name).group_by(*kind)
    )
    ids = [row_id for (row_id,) in first.tuples()]
    found: list[LibraryCopy] = []
    for start in range(0, len(ids), _CHUNK):
        found.extend(LibraryCopy.select().where(LibraryCopy.id.in_(ids[start : start + _CHUNK])))
    return found


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
    "GROUP", "PRODUCT", "changed", "copies_of", "current", "open_changes", "product_standards", "sides", "source_of",
    "standing", "standings", "where",
]  # fmt: skip
