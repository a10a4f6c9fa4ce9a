"""How documents take effect: by an approval of their company's, or of the group (B03)."""

from __future__ import annotations

from models.grid.places import place_of_unit
from models.regulations.documents import LEDGER, something_to_read
from models.regulations.records import (
    EDIT_DOCUMENTS,
    LAW,
    PUBLISH_DOCUMENTS,
    READ_DOCUMENTS,
    WITHDRAW_DOCUMENTS,
    Document,
)
from models.tasks.publication.publication import Publication
from models.tasks.subjects import serve

PUBLISHED = Publication(
    record=Document,
    ledger=LEDGER,
    edit=EDIT_DOCUMENTS,
    withdraw=WITHDRAW_DOCUMENTS,
    direct=PUBLISH_DOCUMENTS,
    direct_when={"level": (LAW,)},
    valid_from="valid_from",
    asked_to_read="must_read",
    concerned="concerned",
    check=something_to_read,
)


DOCUMENT = serve(
    PUBLISHED.served(
        title="制度文件",
        read=READ_DOCUMENTS,
        grid_of=lambda row: place_of_unit(row.company_id),
        number_of=lambda row: (row.number or "")[:40],
    )
)
