"""How documents take effect: by an approval of their company's, or of the group (B03)."""

from __future__ import annotations

from models.grid.places import place_of_unit
from models.organization.records import Company
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


def _company_of(row: Document) -> int | None:
    """The unit whose people decide: of what is for the whole group, the group itself."""
    if row.company_id is not None:
        return int(row.company_id)
    group = Company.select(Company.id).where(Company.kind == "group").order_by(Company.id).first()
    return None if group is None else int(group.id)


DOCUMENT = serve(
    PUBLISHED.served(
        title="制度文件",
        read=READ_DOCUMENTS,
        number_of=lambda row: (row.number or "")[:40],
        grid_of=lambda row: place_of_unit(row.company_id),
        company_of=_company_of,
    )
)
