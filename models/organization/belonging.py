"""For which unit somebody may report something, and as whom."""

from __future__ import annotations

from typing import Any

from models.core.errors import Forbidden, Invalid
from models.core.row_ids import parse_id
from models.core.security.actor import Actor
from models.core.security.rights import Scope
from models.organization.records import Binding, Company, Person


def own_file(actor: Actor, company_id: int) -> Person | None:
    """The actor's own file in a unit that they belong to."""
    found: Person | None = (
        Person.select()
        .join(Binding, on=(Binding.person == Person.id))
        .where(
            Person.id.in_(actor.person_ids or (0,)), Person.company == company_id, Binding.state == "approved"
        )
        .first()
    )
    return found


def unit_for(
    actor: Actor, wanted: Any, right: str, *, doing: str, advice: str
) -> tuple[Company, Person | None]:
    """The unit that the actor may report for (the wanted one, or the one worked for), and their own file there.

    Raises Invalid at `company`, Forbidden `not_bound` where the actor belongs to no unit; `doing` and `advice` are the
    words of that refusal.
    """
    company_id = parse_id(wanted) if wanted not in (None, "") else actor.company_id
    if company_id is None:
        raise Invalid(fields={"company": "请选择单位"})
    company = Company.get_or_none(Company.id == company_id, Company.kind == "company")
    person = own_file(actor, company_id)
    reaches = actor.rights[right] != Scope.SELF and company_id in actor.companies(right)
    if company is None or (person is None and not reaches):
        if wanted in (None, "", actor.company_id):
            raise Forbidden(
                f"现在不能{doing}", code="not_bound", cause="您还没有绑定单位，或者还在审核", advice=advice
            )
        raise Invalid(fields={"company": "没有这个单位，请从您的单位中选择"})
    return company, person


def own_units(actor: Actor) -> tuple[int, ...]:
    """The units that the actor belongs to by a file that is bound."""
    if not actor.person_ids:
        return ()
    bound = Binding.select(Binding.company).where(
        Binding.person.in_(actor.person_ids), Binding.state == "approved"
    )
    return tuple(sorted({row.company_id for row in bound}))
