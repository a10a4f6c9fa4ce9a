"""Every statistic of the house over the demo has rows, and each number is that of its list (I01); every ledger goes into a sheet whole."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest

from models import demo
from models.administration.accounts.actors import actor_for_account
from models.administration.records import Account
from models.core.config import config, configure
from models.core.db.connection import in_transaction
from models.core.excel import export
from models.core.ledger import Ledger, all_ledgers
from models.core.ledger.reading.describe import describe
from models.core.ledger.reading.listing import Selection
from models.core.ledger.reading.query import ListQuery
from models.core.security.actor import Actor
from models.core.views import Statistic, Tree, all_views
from models.core.views.statistic import AskedStatistic
from models.demo.additions import bring_along
from tests.support.prepared_rows import lay_standards
from tests.support.views import led_to_its_rows, tree_led_to_its_rows

PERIOD = {"from": "2025-12-01", "to": "2027-11-30"}


@pytest.fixture
def planted(database: Any, clock: Any, tmp_path: Path) -> Iterator[None]:
    before = config()
    configure(replace(before, data_dir=tmp_path))
    clock.set(2026, 11, 30, 17, 0)
    lay_standards()
    in_transaction(demo.plant)
    assert bring_along("http://127.0.0.1:1") == []
    yield
    configure(before)


def test_every_statistic_leads_to_its_rows_and_every_ledger_goes_into_a_sheet_whole(planted: None) -> None:
    actor = actor_for_account(Account.get(Account.login == "admin"), "console")
    for ledger in all_ledgers():
        if "export" in ledger.rights:
            _whole(actor, ledger)
    _statistics(actor)
    for view in all_views():
        if isinstance(view, Tree):
            found = tree_led_to_its_rows(actor, view)
            assert len(found.nodes) > 3 and any(any(each.numbers) for each in found.nodes), view.name


def _whole(actor: Actor, ledger: Ledger) -> None:
    """All that a form of the ledger asks for and keeps can be exported, of all rows."""
    told = describe(ledger, actor)
    names = [*(column["field"] for column in told["columns"]), *told["export_more"]]
    kept = [name for name in ledger.form_fields() if hasattr(ledger.record, name)]
    kinds = {field["name"]: field["kind"] for field in told["fields"]}
    lacking = [
        name for name in kept if name not in names and kinds[name] not in ("secret", "grants", "lines")
    ]
    assert not lacking, (ledger.name, lacking)
    target, query = BytesIO(), ListQuery.parse(ledger)
    columns = export.checked_columns(ledger, names)
    rows = export.export(actor, ledger, query, columns, target, lambda done, total: None)
    assert rows == Selection(actor, ledger, query, ledger.rights["read"]).count(1_000_000), ledger.name


def _statistics(actor: Actor) -> None:
    found = [view for view in all_views() if isinstance(view, Statistic)]
    assert len(found) >= 17
    empty = set()
    for view in found:
        for by in view.axes:
            filters = {view.time: PERIOD}
            told = led_to_its_rows(actor, view, AskedStatistic(by=by, step="quarter", filters=filters))
            assert all(group.label for group in told.groups), (view.name, by)
        if view.period in ("all", "ahead"):
            told = led_to_its_rows(actor, view, AskedStatistic())
            assert told.days is None and view.time not in told.base and told.sentence.startswith("目前，")
        if not told.total[0]:
            empty.add(view.name)
    assert not empty
