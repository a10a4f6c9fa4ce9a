"""Who asks (J04): an account, working for a company, with rights that each reach so far.

Rows of other companies do not exist for an actor: `see` narrows every query, `require` answers
NotFound for them and Forbidden only for what the actor could see but not do.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import reduce
from operator import or_
from typing import TYPE_CHECKING, Any

from peewee import ModelSelect

from models.core.errors import Forbidden, NotFound
from models.core.hooks import Hook
from models.core.security.rights import SCOPE_TITLES, Scope, known, right

if TYPE_CHECKING:
    from models.core.records import Record


@dataclass(frozen=True)
class Places:
    """The organisation nodes that a right of the scope SITE or DEPARTMENT reaches."""

    sites: tuple[int, ...] = ()
    departments: tuple[int, ...] = ()


@dataclass(frozen=True)
class Actor:
    """Somebody who does something.

    `company_id` is the company worked for; `group_companies` all that the group has (for the scope
    GROUP); `person_ids` the actor's own personnel files, one per company. How far a right of the scope SITE or
    DEPARTMENT reaches stands in `places`, each right by itself, as each comes from roles of its own; `sites` and
    `departments` are for rights that are not named there. With `unit_id` the session is of that company alone (I3):
    the actor works for it, and everything else is as if the account had nothing elsewhere.
    """

    account_id: int | None
    name: str
    company_id: int | None = None
    rights: Mapping[str, Scope] = field(default_factory=dict)
    group_companies: tuple[int, ...] = ()
    sites: tuple[int, ...] = ()
    departments: tuple[int, ...] = ()
    places: Mapping[str, Places] = field(default_factory=dict)
    person_ids: tuple[int, ...] = ()
    door: str = "system"
    must_change_password: bool = False
    session_id: int | None = None
    unit_id: int | None = None
    request_id: str = ""

    def rights_told(self) -> dict[str, str]:
        """Each right and how far it reaches, as front ends are told; none before the first password is changed."""
        return {} if self.must_change_password else {name: scope.key for name, scope in self.rights.items()}

    def may(self, name: str, record: Record | None = None) -> bool:
        """Whether the actor has the right, and for `record` if one is given."""
        scope = self.rights.get(known(name))
        if scope is None:
            return False
        return record is None or self._reaches(name, record)

    def require(self, name: str, record: Record | None = None) -> None:
        """Raise Forbidden without the right, NotFound where it does not reach the record."""
        if known(name) not in self.rights:
            raise missing_right(name, self)
        if record is not None and not self._reaches(name, record):
            if self.company_id is not None and record.scope_value("company") in self._companies():
                raise missing_right(name, self, reach=self.rights[name])
            raise NotFound()

    def see(self, query: ModelSelect, record: type[Record], name: str) -> ModelSelect:
        """`query` narrowed to the rows that the right `name` reaches; raises Forbidden without it."""
        self.require(name)
        condition = self._condition(name, record)
        return query if condition is None else query.where(condition)

    def narrowed(self, condition: Any, record: type[Record], name: str) -> Any:
        """`condition` for the rows that the right `name` reaches, and no others. Raises Forbidden without the right."""
        self.require(name)
        reached = self._condition(name, record)
        return condition if reached is None else condition & reached

    def companies(self, name: str) -> tuple[int, ...]:
        """The companies that the right `name` reaches into."""
        scope = self.rights.get(known(name))
        if scope is None:
            return ()
        return self.group_companies if scope == Scope.GROUP else self._companies()

    def whole_companies(self, name: str) -> tuple[int, ...]:
        """The companies that the right `name` reaches all of; none for a right that ends at a site or at oneself."""
        return self.companies(name) if self.rights.get(known(name), 0) >= Scope.COMPANY else ()

    def takes_in(self, company_id: int) -> None:
        """Reach a company that was founded just now, if the actor reaches the group at all.

        `group_companies` is what there was when the actor was made; without this nobody could see the company
        that they have just made.
        """
        if Scope.GROUP in self.rights.values() and company_id not in self.group_companies:
            object.__setattr__(self, "group_companies", (*self.group_companies, company_id))

    def _companies(self) -> tuple[int, ...]:
        return () if self.company_id is None else (self.company_id,)

    def places_of(self, name: str) -> Places:
        """The sites and departments that the right `name` reaches, if its scope is one of these."""
        found = self.places.get(name)
        return Places(self.sites, self.departments) if found is None else found

    def _condition(self, name: str, record: type[Record]) -> Any:
        """The rows that the right reaches, as a condition; `_reaches` says the same of one row."""
        scope = self.rights[name]
        company = record.scope_field("company")
        if company is None:
            return None
        if scope == Scope.GROUP:
            # The group's own rows (its top nodes, its roles) have no company. Where the column can't be empty the
            # condition stays a plain comparison that an index can serve.
            return _one_of(company, self.group_companies, or_null=bool(company.null))
        shared = record.shared_when_no_company
        if scope == Scope.COMPANY:
            return _one_of(company, self._companies(), or_null=shared)
        narrower = [
            _one_of(column, values)
            for level, values in self._levels(name, record)
            if (column := record.scope_field(level)) is not None and values
        ]
        # A record that knows no such level is not reached by a scope that names one: fail closed.
        inside = _one_of(company, self._companies()) & (
            reduce(or_, narrower) if narrower else _none_of(company)
        )
        return inside | company.is_null() if shared else inside

    def _levels(self, name: str, record: type[Record]) -> Iterator[tuple[str, tuple[int, ...]]]:
        """The columns that a right below the company is measured by, with the ids that it reaches.

        A scope includes the ones before it: the site its departments, and each what is one's own.
        """
        scope, places = self.rights[name], self.places_of(name)
        if scope >= Scope.SITE:
            yield "site", places.sites
        if scope >= Scope.DEPARTMENT:
            yield "department", places.departments
        yield "self", self.own_values(record)

    def own_values(self, record: type[Record]) -> tuple[int, ...]:
        """The ids that mean "mine" in the record's `self` column."""
        if record.self_is == "account":
            return () if self.account_id is None else (self.account_id,)
        return self.person_ids

    def _reaches(self, name: str, record: Record) -> bool:
        scope = self.rights[name]
        kind = type(record)
        company = record.scope_value("company")
        if kind.scope_field("company") is None:
            return True
        if company is None:
            return scope == Scope.GROUP or kind.shared_when_no_company
        if scope == Scope.GROUP:
            return company in self.group_companies
        if company not in self._companies():
            return False
        return scope == Scope.COMPANY or any(
            record.scope_value(level) in values for level, values in self._levels(name, kind)
        )


def _one_of(column: Any, values: tuple[int, ...], *, or_null: bool = False) -> Any:
    if len(values) == 1:
        condition = column == values[0]
    elif values:
        condition = column.in_(values)
    else:
        condition = _none_of(column)
    return (condition | column.is_null()) if or_null else condition


def _none_of(column: Any) -> Any:
    return column.is_null() & column.is_null(False)


#: Who of an actor's own unit may give a right, farther than the actor's own reach: their names, none if nobody there can,
#: None if that is not known.
WHO_CAN_GRANT: Hook[[Actor, str, Scope | None], Sequence[str] | None] = Hook("core.who_can_grant")


def missing_right(name: str, actor: Actor | None = None, *, reach: Scope | None = None) -> Forbidden:
    """The refusal that says which right is missing and who can give it: by name for an `actor` of a unit.

    With an actor it reads from the database, where a connection is open.
    """
    wanted = right(name)
    cause = f"这一步需要“{wanted.title}”权限"
    if reach is not None:
        cause = f"您的“{wanted.title}”权限只到{SCOPE_TITLES[reach]}"
    who = "请联系本单位管理员"
    for asked in WHO_CAN_GRANT(actor, name, reach) if actor is not None else ():
        if asked is None:
            continue
        who = f"{who}（{'、'.join(asked)}）" if asked else "本单位没有人能开通，请联系系统管理员"
    return Forbidden(
        f"您没有权限{wanted.title}",
        cause=cause,
        advice=f"{who}，在“系统管理 · 用户”里为您开通",
        details={"right": name},
    )
