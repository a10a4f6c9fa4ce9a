"""Every statistic of the house over the demo: it has rows, and each number, by each thing, is that of its list (I01)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from models import demo
from models.administration.accounts.actors import actor_for_account
from models.administration.records import Account
from models.core.config import config, configure
from models.core.db.connection import in_transaction
from models.core.views import Statistic, all_views
from models.core.views.statistic import AskedStatistic
from models.demo.additions import bring_along
from tests.support.prepared_rows import lay_standards
from tests.support.views import led_to_its_rows

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


def test_every_statistic_leads_to_its_rows(planted: None) -> None:
    actor = actor_for_account(Account.get(Account.login == "admin"), "console")
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
