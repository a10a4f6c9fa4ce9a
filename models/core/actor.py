"""Who asks (J04): an account, working for a company, with rights that each reach so far.

Rows of other companies do not exist for an actor: `see` narrows every query, `require` answers
NotFound for them and Forbidden only for what the actor could see but not do.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from peewee import ModelSelect

from models.core.errors import Forbidden, NotFound
from models.core.rights import SCOPE_TITLES, Scope, known, right

if TYPE_CHECKING:
    from models.core.records import Record


@dataclass(frozen=True)
class Actor:
    """Somebody who does something.

    `company_id` is the company worked for; `group_companies` all that the group has (for the scope
    GROUP); `sites` and `departments` the organisation nodes of the actor's own subtree; `person_ids`
    the actor's own personnel files, one per company.
    """

    account_id: int | None
    name: str
    company_id: int | None = None
    rights: Mapping[str, Scope] = field(default_factory=dict)
    group_companies: tuple[int, ...] = ()
    sites: tuple[int, ...] = ()
    departments: tuple[int, ...] = ()
    person_ids: tuple[int, ...] = ()
    door: str = "system"
    must_change_password: bool = False
    session_id: int | None = None
    request_id: str = ""

    def rights_told(self) -> dict[str, str]:
        """Each right and how far it reaches, as front ends are told; none before the first password is changed."""
        return {} if self.must_change_password else {name: scope.key for name, scope in self.rights.items()}

    def may(self, name: str, record: Record | None = None) -> bool:
        """Whether the actor has the right, and for `record` if one is given."""
        scope = self.rights.get(known(name))
        if scope is None:
            return False
        return record is None or self._reaches(scope, record)

    def require(self, name: str, record: Record | None = None) -> None:
        """Raise Forbidden without the right, NotFound where it does not reach the record."""
        if known(name) not in self.rights:
            raise missing_right(name)
        if record is not None and not self._reaches(self.rights[name], record):
            if self.company_id is not None and record.scope_value("company") in self._companies():
                raise missing_right(name, reach=self.rights[name])
            raise NotFound()

    def see(self, query: ModelSelect, record: type[Record], name: str) -> ModelSelect:
        """`query` narrowed to the rows that the right `name` reaches; raises Forbidden without it."""
        self.require(name)
        condition = self._condition(self.rights[name], record)
        return query if condition is None else query.where(condition)

    def companies(self, name: str) -> tuple[int, ...]:
        """The companies that the right `name` reaches into."""
        scope = self.rights.get(known(name))
        if scope is None:
            return ()
        return self.group_companies if scope == Scope.GROUP else self._companies()

    def takes_in(self, company_id: int) -> None:
        """Reach a company that was founded just now, if the actor reaches the group at all.

        `group_companies` is what there was when the actor was made; without this nobody could see the company
        that they have just made.
        """
        if Scope.GROUP in self.rights.values() and company_id not in self.group_companies:
            object.__setattr__(self, "group_companies", (*self.group_companies, company_id))

    def _companies(self) -> tuple[int, ...]:
        return () if self.company_id is None else (self.company_id,)

    def _condition(self, scope: Scope, record: type[Record]) -> Any:
        company = record.scope_field("company")
        if company is None:
            return None
        if scope == Scope.GROUP:
            # The group's own rows (its top nodes, its roles) have no company: `_reaches` says the same. Where the
            # column can't be empty the condition stays a plain comparison that an index can serve.
            return _one_of(company, self.group_companies, or_null=bool(company.null))
        inside = _one_of(company, self._companies(), or_null=record.shared_when_no_company)
        narrower = {
            Scope.SITE: ("site", self.sites),
            Scope.DEPARTMENT: ("department", self.departments),
            Scope.SELF: ("self", self.own_values(record)),
        }.get(scope)
        if narrower is None:
            return inside
        # A record that knows no such level is not reached by a scope that names one: fail closed.
        column = record.scope_field(narrower[0])
        return inside & (_one_of(column, narrower[1]) if column is not None else (company != company))

    def own_values(self, record: type[Record]) -> tuple[int, ...]:
        """The ids that mean "mine" in the record's `self` column."""
        if record.self_is == "account":
            return () if self.account_id is None else (self.account_id,)
        return self.person_ids

    def _reaches(self, scope: Scope, record: Record) -> bool:
        company = record.scope_value("company")
        if record.scope_field("company") is None:
            return True
        if company is None:
            return scope == Scope.GROUP or record.shared_when_no_company
        if scope == Scope.GROUP:
            return company in self.group_companies
        if company not in self._companies():
            return False
        if scope == Scope.COMPANY:
            return True
        if scope == Scope.SITE:
            return record.scope_value("site") in self.sites
        if scope == Scope.DEPARTMENT:
            return record.scope_value("department") in self.departments
        return record.scope_value("self") in self.own_values(type(record))


def _one_of(column: Any, values: tuple[int, ...], *, or_null: bool = False) -> Any:
    if len(values) == 1:
        condition = column == values[0]
    elif values:
        condition = column.in_(values)
    else:
        condition = column.is_null() & column.is_null(False)
    return (condition | column.is_null()) if or_null else condition


def missing_right(name: str, *, reach: Scope | None = None) -> Forbidden:
    """The refusal that says which right is missing and who can give it."""
    wanted = right(name)
    cause = f"这一步需要“{wanted.title}”权限"
    if reach is not None:
        cause = f"您的“{wanted.title}”权限只到{SCOPE_TITLES[reach]}"
    return Forbidden(
        f"您没有权限{wanted.title}",
        cause=cause,
        advice="请联系本单位管理员，在“系统管理 · 角色”里为您开通",
        details={"right": name},
    )
