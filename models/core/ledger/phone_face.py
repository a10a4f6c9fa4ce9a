"""How a ledger looks on a phone: one declaration, shown by the same few pages for every ledger that has it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from models.core.ledger.declaration import Ledger


@dataclass(frozen=True, kw_only=True)
class PhoneFace:
    """The phone's face of a ledger. The rights are those of the ledger; so is the engine that reads and writes.

    In the list a row shows its label, or the column `title`; under it the columns of `second`, and the choice `badge` in
    its colour. The `form` asks for these fields (all of the ledger's, if nothing is said); a new row can be made where
    nothing required is left out. Without `changes` the phone only looks. `actions` are the buttons that it offers, by name.
    `offline`: a new row can be filled in without a network; it waits on the phone with its photos and is sent later, once.
    `right`: in the 工作台 only of who has it too. `place`: its place in its group there, smallest first.
    """

    title: str = ""
    second: tuple[str, ...] = ()
    badge: str = ""
    form: tuple[str, ...] = ()
    changes: bool = True
    offline: bool = False
    actions: tuple[str, ...] = ()
    right: str = ""
    place: int = 0

    def check(self, ledger: Ledger) -> None:
        """Raise LookupError where the ledger has no such column, field or button, or waits with what it can't make."""
        columns = {column.field for column in ledger.columns}
        shown = [name for name in (self.title, *self.second, self.badge) if name]
        unknown = [name for name in shown if name not in columns]
        unknown += [name for name in self.form if name not in ledger.form_fields()]
        unknown += [name for name in self.actions if ledger.action_named(name) is None]
        if unknown:
            raise LookupError(f"the phone face of {ledger.name} names {unknown}, which is not there")
        if self.offline and not self.makes(ledger):
            raise LookupError(f"the phone makes no rows of {ledger.name}, so none can wait there")

    def asks(self, ledger: Ledger) -> list[str]:
        """The fields of its form, in order."""
        return list(self.form or ledger.form_fields())

    def makes(self, ledger: Ledger) -> bool:
        """Whether a new row can be made on the phone: nothing that is required is left out of its form."""
        asked = set(self.asks(ledger))
        return self.changes and all(name in asked for name in _required(ledger))


def _required(ledger: Ledger) -> Iterable[str]:
    for name in ledger.form_fields():
        derived = ledger.derived_named(name)
        field: Any = derived.field if derived is not None else ledger.record._meta.fields[name]
        required = derived.required if derived is not None else False
        if (required or getattr(field, "required", False)) and getattr(field, "default", None) is None:
            yield name


__all__ = ["PhoneFace"]
