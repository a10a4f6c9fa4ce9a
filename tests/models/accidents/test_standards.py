"""The rules as data: what is in force when, and how an installation puts its own in their place."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from models.accidents.classify import classify
from models.accidents.standards import FILE, accident_rules
from models.core.config import config, configure


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    before = config()
    configure(replace(before, data_dir=tmp_path))
    yield tmp_path
    configure(before)


def override(folder: Path, content: Any) -> None:
    path = folder / FILE
    path.write_text(content if isinstance(content, str) else json.dumps(content), encoding="utf-8")
    os.utime(path, ns=(len(str(content)), len(str(content)) + 1))


def test_catalogues_by_day() -> None:
    rules = accident_rules()
    assert len(rules.categories(date(2026, 7, 1))) == 27
    assert len(rules.categories(date(2026, 6, 30))) == 20
    assert rules.knows("冒顶片帮")  # of the old one, for what happened before
    assert not rules.knows("天灾")


def test_changes_are_reported_for_30_days_and_for_7_after_a_fire() -> None:
    rules, moment = accident_rules(), datetime(2026, 11, 1, tzinfo=UTC)
    assert (rules.changes_until(moment, "触电") - moment).days == 30
    assert (rules.changes_until(moment, "火灾") - moment).days == 7
    assert (rules.changes_until(moment, None) - moment).days == 30


def test_an_installation_puts_its_own_in_place(folder: Path) -> None:
    assert accident_rules().first.minutes == 60
    override(
        folder,
        {
            "duties": {"first": {"by": "值班长", "to": "区应急局", "minutes": 30}},
            "reporting": {"oldest_days": 3},
        },
    )
    rules = accident_rules()
    assert (rules.first.by, rules.first.minutes, rules.oldest_days) == ("值班长", 30, 3)
    assert rules.onward[0][1].minutes == 120  # what is not named stays
    override(folder, {"levels": {"from_lowest": [
        {"level": "一般", "deaths": 0, "serious_injuries": 0, "direct_loss_wan": 0},
        {"level": "较大", "deaths": 1, "serious_injuries": 5, "direct_loss_wan": 100},
    ]}})  # fmt: skip
    assert classify(1, None, None)[0] == "较大"
    assert accident_rules().first.minutes == 60


@pytest.mark.parametrize("content", ["{", "[]", '{"dutys": {}}', '{"duties": {"first": {"by": 1}}}'])
def test_a_wrong_override_is_said_and_not_guessed(folder: Path, content: str) -> None:
    override(folder, content)
    with pytest.raises(ValueError, match=FILE):
        accident_rules()
