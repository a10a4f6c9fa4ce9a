"""A date of a row that warns before it comes (C02, D01, A11): `Ledger(expires=Expiry("valid_until", days=…, right=…))`.

From that one declaration come a column and a filter (有效, 快到期, 已过期), the days that are left, the tone of the row, the
numbers of the first screen, and the messages of models/desk/expiring, which tell once for each threshold.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import reduce
from operator import and_, or_
from typing import TYPE_CHECKING, Any

from models.core import clock
from models.core.fields import Choice
from models.core.ledger.parts import Column, Derived, Filter
from models.core.security.rights import known
from models.core.settings import CompanySetting, differing

if TYPE_CHECKING:
    from models.core.ledger.declaration import Ledger
    from models.core.records import Record
    from models.core.security.actor import Actor

VALID, EXPIRING, EXPIRED = "valid", "expiring", "expired"
OVER = -1  # the reminder that a row has expired
LACKING = -2  # the reminder that a row is as `otherwise` says, where that is told
_TONES = {EXPIRED: "bad", EXPIRING: "warn"}
Days = tuple[int, ...]


@dataclass(frozen=True)
class Expiry:
    """Until when a row is good: `field`, a day of the record, the last one on which it is.

    `days` are the company's reminder days, the most first: from so many days before, a row is 快到期, and at each it is told.
    Where a company sets none, `first` gives the most by the value of the column `by` ("" for all others), and `DEFAULT`
    follows. Rows that are not as `when` says do not expire; `otherwise` is what stands for them in the column. Who has
    `right` for the company is told, and the person in the column `person`, each of their own.

    `tells` are the standings that are counted on the first screen and told: that of `otherwise` too, where it is named
    (缺失); its date is then the day before the first one on which it was so.
    """

    field: str
    days: CompanySetting[Days]
    right: str
    name: str = "expiry"
    title: str = "到期"
    left: str = "days_left"
    left_title: str = "剩余天数"
    when: Mapping[str, tuple[str, ...]] = dataclasses.field(default_factory=dict)
    otherwise: Choice | None = None
    person: str = ""
    by: str = ""
    first: Callable[[], Mapping[str, int]] | None = None
    noun: str = ""  # what expires, where that is not the ledger's noun (检验)
    words: tuple[str, str, str] = ("有效", "快到期", "已过期")
    tells: tuple[str, ...] = (EXPIRED, EXPIRING)

    DEFAULT = (30, 7)

    def __post_init__(self) -> None:
        known(self.right)
        if bool(self.by) != bool(self.first):
            raise ValueError("`by` and `first` of an Expiry belong together")

    @property
    def choices(self) -> tuple[Choice, ...]:
        """What may stand in the column."""
        valid, expiring, expired = self.words
        made = (
            Choice(VALID, valid, "good"), Choice(EXPIRING, expiring, "warn"), Choice(EXPIRED, expired, "bad")
        )  # fmt: skip
        return made if self.otherwise is None else (*made, self.otherwise)

    # One row.

    def told_as(self) -> dict[str, str]:
        """The standings that are told, in words, the worst first."""
        titles = {choice.value: choice.title for choice in self.choices}
        return {name: titles[name] for name in self.tells}

    def counts(self, row: Any) -> bool:
        """Whether a row can expire at all."""
        if row.__data__.get(self.field) is None:
            return False
        return all(str(row.__data__.get(name)) in values for name, values in self.when.items())

    def standing(self, row: Any, day: date) -> str:
        """How a row stands on a day: valid, expiring, expired, what `otherwise` says, or empty without a date."""
        if not self.counts(row):
            return (
                "" if self.otherwise is None or row.__data__.get(self.field) is None else self.otherwise.value
            )
        left = self.days_left(row, day)
        if left < 0:
            return EXPIRED
        return EXPIRING if left <= self.thresholds_of(row)[0] else VALID

    def days_left(self, row: Any, day: date) -> int:
        """How many days there are still; 0 on the last one, less than that afterwards."""
        until: date = row.__data__[self.field]
        return (until - day).days

    def thresholds_of(self, row: Any) -> Days:
        """The reminder days that hold for a row."""
        return self.thresholds(
            row.scope_value("company"), str(row.__data__.get(self.by) or "") if self.by else ""
        )

    def thresholds(self, company_id: int | None, key: str = "") -> Days:
        """The reminder days of a company for the value `key` of `by`, the most first; never empty."""
        return self._filled(self.days.of(company_id), key)

    def _filled(self, own: Days, key: str) -> Days:
        if own:
            return own
        if self.first is None:
            return self.DEFAULT
        firsts = self.first()
        most = firsts.get(key, firsts[""])
        return (most, *(day for day in self.DEFAULT if day < most))

    # Many rows.

    def where(self, record: type[Record], values: Iterable[str], day: date) -> Any:
        """The condition of rows that stand as one of `values` on a day."""
        until, near, counting = self._column(record), self._near(record, day), self._counting(record)
        conditions = {
            EXPIRED: counting & (until < day),
            EXPIRING: counting & (until >= day) & near,
            VALID: counting & (until >= day) & ~near,
        }
        if self.otherwise is not None:
            conditions[self.otherwise.value] = until.is_null(False) & ~self._as_declared(record)
        chosen = record._meta.primary_key.is_null()
        return reduce(or_, (conditions[value] for value in values if value in conditions), chosen)

    def warned(self, record: type[Record], day: date) -> Any:
        """The condition of rows that may have to be told: 快到期 or 已过期, as far as these are told."""
        return self.where(record, self.tells, day)

    def _column(self, record: type[Record]) -> Any:
        return record._meta.fields[self.field]

    def _as_declared(self, record: type[Record]) -> Any:
        fields = record._meta.fields
        return reduce(and_, (fields[name].in_(values) for name, values in self.when.items()))

    def _counting(self, record: type[Record]) -> Any:
        there = self._column(record).is_null(False)
        return there & self._as_declared(record) if self.when else there

    def _near(self, record: type[Record], day: date) -> Any:
        """So near that it is warned of: by the days of each company that has its own, and of all others."""
        company = record.scope_field("company")
        own = {} if company is None else differing(self.days)
        usual = self._near_by(record, self.days.of(None), day)
        if not own:
            return usual
        by_days: dict[Days, list[int]] = {}
        for company_id, days in own.items():
            by_days.setdefault(days, []).append(company_id)
        parts = [company.in_(ids) & self._near_by(record, days, day) for days, ids in by_days.items()]
        others = company.not_in(list(own))
        return reduce(or_, parts, (others | company.is_null() if company.null else others) & usual)

    def _near_by(self, record: type[Record], days: Days, day: date) -> Any:
        until = self._column(record)

        def within(most: int) -> Any:
            return until <= day + timedelta(days=most)

        if days or self.first is None:
            return within(self._filled(days, "")[0])
        firsts = dict(self.first())
        rest, key = firsts.pop(""), record._meta.fields[self.by]
        if not firsts:
            return within(rest)
        own = [(key == value) & within(most) for value, most in firsts.items()]
        return reduce(or_, own, key.not_in(list(firsts)) & within(rest))

    # What the ledger gets.

    def derived(self, record: type[Record]) -> tuple[Derived, Derived]:
        """The values of the column and of the days that are left."""

        def standings(actor: Actor, rows: Sequence[Any]) -> dict[int, Any]:
            day = clock.today()
            return {row.get_id(): self.standing(row, day) or None for row in rows}

        def lefts(actor: Actor, rows: Sequence[Any]) -> dict[int, Any]:
            day = clock.today()
            return {row.get_id(): self.days_left(row, day) for row in rows if self.counts(row)}

        return (
            Derived(
                self.name, self.title, "choice", load=standings, choices=self.choices,
                where=lambda values: self.where(record, values, clock.today()),
            ),
            Derived(self.left, self.left_title, "integer", load=lefts),
        )  # fmt: skip

    def weave_into(self, ledger: Ledger) -> None:
        """Give a ledger its values, a column behind the date, a filter in front, and the tone unless it has one of its own."""
        listed = [column.field for column in ledger.columns]
        columns, filters = list(ledger.columns), ledger.filters
        if self.name not in listed:
            at = listed.index(self.field) + 1 if self.field in listed else len(columns)
            columns.insert(at, Column(self.name, 110))
        if not any(item.field == self.name for item in filters):
            filters = (Filter(self.name, "choice"), *filters)
        made: dict[str, Any] = {
            "derived": (*self.derived(ledger.record), *ledger.derived),
            "columns": tuple(columns),
            "filters": filters,
        }
        if ledger.tone is type(ledger).__dataclass_fields__["tone"].default:
            made["tone"] = lambda row, values: self.tone(row)
        for name, value in made.items():
            object.__setattr__(ledger, name, value)

    def tone(self, row: Any) -> str:
        """Red for a row that has expired, amber for one that soon will; for one that can't expire what `otherwise` has."""
        standing = self.standing(row, clock.today())
        if self.otherwise is not None and standing == self.otherwise.value:
            return self.otherwise.tone
        return _TONES.get(standing, "plain")

    def threshold(self, row: Any, day: date) -> int | None:
        """Which reminder is due for a row on a day: its days, OVER, LACKING, None for none yet."""
        standing = self.standing(row, day)
        if standing not in self.tells:
            return None
        if not self.counts(row):
            return LACKING
        left = self.days_left(row, day)
        if left < 0:
            return OVER
        return min((days for days in self.thresholds_of(row) if days >= left), default=None)


__all__ = ["EXPIRED", "EXPIRING", "LACKING", "OVER", "VALID", "Expiry"]
