"""Statistics beside ledgers (I01): numbers of rows, by one thing after the other, each with the filters of its rows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from models.core.errors import Invalid
from models.core.fields import Link
from models.core.ledger.reading.query import EMPTY, EXACTLY, ListQuery, link_of_filter, search
from models.core.ledger.reading.references import attach, label_of, load_rows
from models.core.security.actor import Actor
from models.core.views import periods
from models.core.views.counting import Source, source_of
from models.core.views.declaration import AHEAD, MAX_GROUPS, RECENT, YEAR, Measure, Rate, Statistic, Sum
from models.core.views.filters import narrowed, without_blanks

NOTHING = "未填"
_PLACES = 6  # more than any field has: sums of binary fractions are cut there
Number = int | float | None


@dataclass(frozen=True)
class AskedStatistic:
    """What a statistic is asked for: the filters of its ledger, what it is grouped by, and in what steps if that is time."""

    by: str = ""
    step: str = ""
    q: str = ""
    filters: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Group:
    """A line of a statistic: what it is called, the filters that leave its rows, and its numbers by measure."""

    label: str
    filters: Mapping[str, Any]
    numbers: Sequence[Number]


@dataclass(frozen=True)
class FoundStatistic:
    """A statistic as it was worked out. `base` are the filters of all rows, `days` its period if it has one,
    `cut` says that there are more groups."""

    view: Statistic
    by: str
    step: str
    days: periods.Days | None
    base: Mapping[str, Any]
    groups: Sequence[Group]
    total: Sequence[Number]
    cut: str = ""
    note: str = ""

    @property
    def by_title(self) -> str:
        """What the first column is called."""
        return periods.STEPS[self.step] if self.step else self.view.ledger.title_of(self.by)

    @property
    def sentence(self) -> str:
        """What the numbers say, in a sentence."""
        first = self.view.measures[0]
        span = "目前" if self.days is None else f"{self.days[0].isoformat()} 至 {self.days[1].isoformat()}"
        said = f"{span}，{first.title}共 {self.total[0] or 0:,}"
        most = max(self.groups, key=lambda one: one.numbers[0] or 0, default=None)
        if most is None or not most.numbers[0] or len(self.groups) < 2:
            return said + self._noted
        name = most.label.partition(". ")[2] if self.view.ranked and not self.step else most.label
        gap = " " if name[:1].isdigit() else ""
        return f"{said}，最多的是{gap}{name}（{most.numbers[0]:,}）{self._noted}"

    @property
    def _noted(self) -> str:
        return f"。{self.note}" if self.note else ""


def statistic(actor: Actor, view: Statistic, asked: AskedStatistic) -> FoundStatistic:
    """The statistic as far as the actor's right to read the ledger reaches.

    Raises Forbidden without it, Invalid for a wrong filter, a period of more than three years, or something that the
    statistic is not grouped by.
    """
    by, step = _grouping(view, asked)
    days = _days(view, asked.filters.get(view.time), step)
    base = without_blanks(asked.filters)
    base.pop(view.time, None)
    if days is not None:
        base[view.time] = {"from": days[0].isoformat(), "to": days[1].isoformat()}
    query = ListQuery.parse(view.ledger, q=asked.q, filters=base)
    search(actor, view.ledger, query.q)
    source = source_of(actor, view, query, by, days)
    if step and days is not None:
        groups, more = _periods(view, source, days, step)
    else:
        groups, more = _others(actor, view, source, by)
    cut = f"只列出最多的 {MAX_GROUPS:,} 组，合计是全部的；请加筛选条件缩小范围" if more else ""
    clipped = [
        Group(
            one.label,
            {name: narrowed(base.get(name), part) for name, part in one.filters.items()},
            one.numbers,
        )
        for one in groups
    ]
    total = _with_rates(view, _totals(view, source, None if more else groups))
    if view.ranked and not step:
        clipped = _in_places(clipped)
    return FoundStatistic(
        view, by, step, days, base, clipped, total, cut, view.note(actor, *days, by) if days else ""
    )


def _days(view: Statistic, given: Any, step: str) -> periods.Days | None:
    """The period as it was asked for, or what the statistic counts by itself; None for all there is."""
    if periods.is_asked(given) or view.period == RECENT:
        return periods.days_of(given, step or "day")
    if view.period == YEAR:
        return periods.days_of(periods.last_months(), step or "month")
    if not step:
        return None
    return periods.days_of(periods.coming() if view.period == AHEAD else given, step)


def _totals(view: Statistic, source: Source, groups: Sequence[Group] | None) -> Sequence[Any]:
    """What is counted of all rows: the sum of the groups, as each row is in one; asked for where some of these are cut.

    What is no whole number is asked for as well: the database adds it up exactly.
    """
    if groups is not None and not any(isinstance(each, Sum) for each in view.counted):
        places = [place for place, each in enumerate(view.measures) if isinstance(each, Measure)]
        return [sum(int(group.numbers[place] or 0) for group in groups) for place in places]
    totals = source.numbers("", "", 1)
    return totals[0][1:] if totals else [0] * len(view.counted)


def _in_places(groups: Sequence[Group]) -> list[Group]:
    """The groups with their places in front of their names; equal numbers share a place."""
    made: list[Group] = []
    place = 0
    for number, one in enumerate(groups, 1):
        if number == 1 or one.numbers[0] != groups[number - 2].numbers[0]:
            place = number
        made.append(replace(one, label=f"{place}. {one.label}"))
    return made


def _grouping(view: Statistic, asked: AskedStatistic) -> tuple[str, str]:
    by = asked.by or view.axes[0]
    if by not in view.axes:
        raise Invalid("不能这样统计", fields={"by": "不能按这一项统计"}, advice="请在页面上选择统计方式")
    if asked.step and asked.step not in periods.STEPS:
        raise Invalid(
            "不能这样统计", fields={"step": "只能按日、周、月、季度、年"}, advice="请在页面上选择统计方式"
        )
    return by, (asked.step or ("month" if view.period in (AHEAD, YEAR) else "day")) if by == view.time else ""


def _periods(view: Statistic, source: Source, days: periods.Days, step: str) -> tuple[list[Group], bool]:
    counts: dict[date, list[float]] = {day: [0] * len(view.counted) for day in periods.periods(days, step)}
    for text, *numbers in source.numbers(view.time, step, MAX_GROUPS + 1):
        day = periods.from_sql(str(text), step)
        counts[day] = [round(sum(pair), _PLACES) for pair in zip(counts[day], numbers, strict=True)]
    made = [
        Group(
            periods.title(day, step), {view.time: periods.bounds(day, step, days)}, _with_rates(view, numbers)
        )
        for day, numbers in counts.items()
    ]
    return made, False


def _others(actor: Actor, view: Statistic, source: Source, by: str) -> tuple[list[Group], bool]:
    rows = source.numbers(by, "", MAX_GROUPS + 1)
    exact = EXACTLY if view.filter_named(by).kind == "text" else ""
    keys = [EMPTY if row[0] is None else exact + _key(row[0]) for row in rows[:MAX_GROUPS]]
    labels = _texts(actor, view, by, keys) if exact else _labels(view, by, keys)
    made = [
        Group(
            labels.get(key, NOTHING if key == EMPTY else f"编号 {key}"),
            {by: [key]},
            _with_rates(view, row[1:]),
        )
        for key, row in zip(keys, rows, strict=False)
    ]
    return made, len(rows) > MAX_GROUPS


def _key(value: Any) -> str:
    """The value of a column as its filter takes it."""
    if value is None:
        return EMPTY
    return ("true" if value else "false") if isinstance(value, bool) else str(value)


def _labels(view: Statistic, by: str, keys: Iterable[str]) -> dict[str, str]:
    link: Link | None = link_of_filter(view.ledger, by)
    if link is not None:
        loaded = load_rows(link.rel_model, [int(key) for key in keys if key != EMPTY])
        attach(link.rel_model, list(loaded.values()))
        return {str(row_id): label_of(row, link.to) for row_id, row in loaded.items()}
    if view.filter_named(by).kind == "flag":
        return {"true": "是", "false": "否"}
    return view.titles_of(by)


def _texts(actor: Actor, view: Statistic, by: str, keys: Iterable[str]) -> dict[str, str]:
    """What texts are called: as the statistic says, or as they are."""
    words = view.words[by](actor) if by in view.words else {}
    texts = {key: key.removeprefix(EXACTLY) for key in keys if key != EMPTY}
    return {key: words.get(text, text) for key, text in texts.items()}


def _with_rates(view: Statistic, counts: Sequence[float]) -> list[Number]:
    """The numbers of all measures in their order, from those that were counted."""
    known = {each.name: number for each, number in zip(view.counted, counts, strict=True)}
    return [known[each.name] if isinstance(each, Measure) else _rate(each, known) for each in view.measures]


def _rate(rate: Rate, known: Mapping[str, float]) -> float | None:
    part, whole = known[rate.part], known[rate.whole]
    if not whole:
        return None
    return float(
        (Decimal(100 * Decimal(str(part))) / Decimal(str(whole))).quantize(Decimal("0.1"), ROUND_HALF_UP)
    )
