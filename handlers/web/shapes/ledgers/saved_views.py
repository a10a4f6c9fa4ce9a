"""Views of a list that were saved under a name."""

from __future__ import annotations

from pydantic import BaseModel

Span = dict[str, str]


class SavedViewOut(BaseModel):
    """A view; `gone` is what it named and the ledger does not have any more: it opens without that."""

    id: str
    name: str
    mine: bool
    by: str
    shared: bool
    standard: bool
    can_change: bool
    q: str
    filters: dict[str, str | list[str] | Span]
    sort: str
    columns: list[str]
    gone: list[str]


class SavedViewsOut(BaseModel):
    """My views of a ledger, then those that others share."""

    items: list[SavedViewOut]
