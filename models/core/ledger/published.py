"""What a ledger may say of rows that take effect after approval: `Ledger(published=…)`, `Ledger(approved=…)`.

The mechanism itself needs approvals and stands higher (models/tasks/publication); this is all that the engine knows of it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from models.core.ledger.declaration import Ledger
    from models.core.security.actor import Actor


class Published(Protocol):
    """Rows in editions: drafts, what is in force, and what was. `is_read`: people say that they have read them."""

    @property
    def is_read(self) -> bool:
        """Whether there are people who have to read what takes effect."""

    def weave_into(self, ledger: Ledger) -> None:
        """Give a ledger its columns, values, filters, rules and buttons."""

    def listed(self, actor: Actor, filters: Mapping[str, Any]) -> Any:
        """The condition of the rows that a list with these filters shows the actor."""

    def choosable(self) -> Any:
        """The condition of the rows that others may point at: what is in force."""

    def drafts(self) -> Any:
        """The condition of new rows that never were in force, and may still be written."""

    def living(self) -> Any:
        """The condition of the rows that are in force, or may still come to be."""

    def open_edition(self, actor: Actor, row: Any, why: str) -> Any:
        """The edition of a row that may be written now: itself, or a draft that is begun beside the one in force."""


class Approved(Protocol):
    """Rows hold once a flow has approved them: `Ledger(approved=…)`. The mechanism stands in models/tasks/approval."""

    def weave_into(self, ledger: Ledger) -> None:
        """Give a ledger its columns, filters, rules and buttons."""


__all__ = ["Approved", "Published"]
