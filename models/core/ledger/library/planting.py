"""What an installation begins with comes from the standards of the program: it remembers so, and says what is new (J07)."""

from __future__ import annotations

from typing import Any

from models.core import clock
from models.core.db.bulk import insert_new
from models.core.ledger.declaration import Ledger
from models.core.ledger.library.declaration import Standard
from models.core.ledger.library.records import LibraryCopy, subject_of
from models.core.ledger.library.shelf import library_of, name_of, rows_of
from models.core.ledger.library.versions import product_standards

_COLUMNS = (
    "ledger", "row_id", "company_id", "source", "name", "digest", "content", "children", "refused", "taken_at",
)  # fmt: skip


def remember(ledger: Ledger) -> int:
    """Tell everybody's rows that are the same thing as a standard of the program that they are its copies; gives how many.

    Those that are told already stay as they are, so that a newer program says 标准有更新 at them. Cheap where all are.
    """
    copies = LibraryCopy.select(LibraryCopy.source).where(
        LibraryCopy.ledger == ledger.name, LibraryCopy.company_id.is_null()
    )
    known = {copy.source for copy in copies}
    missing = {source: one for source, one in product_standards(ledger).items() if source not in known}
    told_by = library_of(ledger).told_by
    rows = rows_of(ledger, None) if missing else ()
    named = {tuple(row.__data__.get(name) for name in told_by): row for row in rows}
    found = []
    for source, standard in missing.items():
        row = named.get(tuple(standard.values.get(name) for name in told_by))
        if row is not None:
            found.append(_told(ledger, row, source, standard))
    insert_new(LibraryCopy._meta.table_name, _COLUMNS, found)
    return len(found)


def _told(ledger: Ledger, row: Any, source: str, standard: Standard) -> tuple[Any, ...]:
    content, nothing = LibraryCopy.content.db_value(standard.content), LibraryCopy.children.db_value({})
    name = name_of(ledger, standard)[:120]
    whole = (ledger.name, subject_of(row), None, source, name, standard.digest)
    return (*whole, content, nothing, nothing, clock.now())


__all__ = ["remember"]
