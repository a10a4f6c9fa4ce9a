"""People of a sheet who are in the files already: what is new of them, and what goes on to binding and account (Q05)."""

from __future__ import annotations

from typing import Any

from models.administration.accounts.accounts import open_account
from models.administration.accounts.standing_changes import rights_changed
from models.core import history
from models.core.security.actor import Actor
from models.organization.own_places import check_place
from models.organization.records import DECIDE_BINDINGS, Binding, Person
from models.personnel.bindings import bindings
from models.personnel.bindings.claims import waiting_for
from models.personnel.people import require_may_change
from models.personnel.phone_changes import NewPhone

Values = dict[str, Any]
#: How a binding stands of who is not in the unit any more.
LEFT = ("ended", "refused")
_NEW = ("phone", "site", "department")


def new_values(person: Person, row: Values) -> Values:
    """What a sheet says otherwise than the file; a cell that was left blank says nothing."""
    return {
        name: row[name]
        for name in _NEW
        if row.get(name) is not None and person.__data__.get(name) != row[name]
    }


def update(actor: Actor, person: Person, row: Values, options: Values, phones: list[NewPhone]) -> None:
    """Bring a file up to date. `options` as they were chosen for the sheet; a new phone is added to `phones`, which go on
    to the sign-ins once all rows are written.
    """
    old, values = dict(person.__data__), new_values(person, row)
    require_may_change(actor, person, values)
    check_place(person.company_id, values)
    if values:
        person.change(**values)
        history.note(actor, person, "edited", history.differences(Person, old, values))
        phones.append(NewPhone(person, old["phone"], options.get("move_login", True)))
    if (old.get("site"), old.get("department")) != (person.site_id, person.department_id):
        rights_changed([person.account_id])  # 本厂站 and 本部门 are others now
    binding = Binding.get(Binding.person == person.id)
    if binding.state in LEFT:
        if not options.get("bring_back"):
            return
        bindings.restore(actor, binding)
    elif binding.state == "waiting" and actor.may(DECIDE_BINDINGS, person) and not waiting_for(person):
        # Whoever says that it is them is looked at, and not let in by a sheet.
        bindings.approve(actor, binding)
    if row.get("open_account"):
        open_account(actor, person, kind=options.get("first_password"))


__all__ = ["LEFT", "new_values", "update"]
