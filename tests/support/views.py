"""What holds of every statistic: each number is that of the list that it leads to."""

from __future__ import annotations

from typing import Any

from models.core.ledger.reading.listing import Selection
from models.core.ledger.reading.query import ListQuery
from models.core.security.actor import Actor
from models.core.views import Measure, Statistic, Sum, Tree, counting
from models.core.views.filters import together
from models.core.views.statistic import AskedStatistic, FoundStatistic, statistic
from models.core.views.tree import FoundTree, tree


def rows_of(actor: Actor, view: Statistic, filters: Any, q: str = "") -> int:
    """How many rows the list with these filters has; none where there can be no such list."""
    if filters is None:
        return 0
    query = ListQuery.parse(view.ledger, q=q, filters=filters)
    return Selection(actor, view.ledger, query, view.ledger.rights["read"]).count(1_000_000)


def number_of(actor: Actor, view: Statistic, measure: Measure, filters: Any, q: str = "") -> float:
    """What a measure has to say of the list with these filters: how many rows, or the sum of a column of theirs."""
    if filters is None or not isinstance(measure, Sum):
        return rows_of(actor, view, filters, q)
    query = ListQuery.parse(view.ledger, q=q, filters=filters)
    selection = Selection(actor, view.ledger, query, view.ledger.rights["read"])
    column = getattr(view.ledger.record, measure.column)
    rows = selection.stream(1000, selection.sort, selection.key, column)
    return round(float(sum(row[2] or 0 for row in rows)), 2)


def led_to_its_rows(actor: Actor, view: Statistic, asked: AskedStatistic) -> FoundStatistic:
    """The statistic, after each of its numbers was held against the list of its rows."""
    found = statistic(actor, view, asked)
    for place, measure in enumerate(view.measures):
        if not isinstance(measure, Measure):
            continue
        for group in found.groups:
            filters = together(found.base, group.filters, measure.filters)
            said = (view.name, measure.name, group, filters)
            assert group.numbers[place] == number_of(actor, view, measure, filters, asked.q), said
        whole = together(found.base, measure.filters)
        assert found.total[place] == number_of(actor, view, measure, whole, asked.q), (
            view.name,
            measure.name,
        )
        assert found.cut or found.total[place] == round(
            sum(group.numbers[place] for group in found.groups), 2
        )
    return found


def counted(actor: Actor, view: Statistic, asked: AskedStatistic, monkeypatch: Any) -> FoundStatistic:
    """The statistic as it is without kept sums."""
    with monkeypatch.context() as patched:
        patched.setattr(counting.kept_sums, "known_by", lambda *_: None)
        return statistic(actor, view, asked)


def tree_led_to_its_rows(actor: Actor, view: Tree) -> FoundTree:
    """The tree, after each of its numbers was held against the list of its rows."""
    found = tree(actor, view)
    for place, what in enumerate(found.counts):
        ledger, _ = what.of()
        for node in found.nodes:
            filters = {**what.filters, what.inside: [str(node.record.id)]}
            query = ListQuery.parse(ledger, filters=filters)
            rows = Selection(actor, ledger, query, ledger.rights["read"]).count(1_000_000)
            assert node.numbers[place] == rows, (view.name, what.ledger, node.record.name)
    return found
