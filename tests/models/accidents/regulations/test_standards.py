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
from peewee import Database

from models.accidents.records import Accident, AccidentVersion
from models.accidents.regulations.classify import classify
from models.accidents.regulations.rulebook import ACCIDENT_RULES
from models.accidents.regulations.standards import FILE, accident_rules
from models.accidents.rules import supplement
from models.core.config import config, configure
from models.core.db.connection import in_transaction
from models.core.rulebook import files, versions
from models.core.security.actor import Actor
from models.core.security.rights import Scope
from tests.models.accidents.conftest import Scene


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


def test_an_installation_puts_its_own_in_place(database: Database, folder: Path) -> None:
    levels = [
        {"level": level, "deaths": number, "serious_injuries": number * 10, "direct_loss_wan": number * 100}
        for number, level in enumerate(("一般", "较大", "重大", "特别重大"))
    ]
    reporting = [{"code": "emergency", "by": "值班长", "to": "区应急局", "minutes": 30, "from_level": "一般"}]
    override(folder, {"parts": {"levels": {"rows": levels}, "reporting": {"rows": reporting}}})
    assert in_transaction(files.take) == 1
    rules = accident_rules()
    assert (rules.duties[0].by, rules.duties[0].minutes, rules.oldest_days) == ("值班长", 30, 30)
    assert rules.authorities[0].minutes == 120  # what is not named stays
    assert classify(1, None, None)[0] == "较大"


WRONG = (
    "{",
    "[]",
    '{"duties": {"first": {"minutes": 30}}}',  # the shape of an earlier release
    '{"parts": {"dutys": {}}}',
    '{"parts": {"reporting": {"rows": [{"by": 1}]}}}',
    '{"parts": {"levels": {"rows": []}}}',
    '{"parts": {"changes": {"rows": [{"days": 7, "short_days": 30}]}}}',
)


@pytest.mark.parametrize("content", WRONG)
def test_a_typo_keeps_no_report_from_going_out(scene: Scene, folder: Path, content: str) -> None:
    override(folder, content)
    assert in_transaction(files.take) == 0
    assert accident_rules().duties[0].minutes == 60
    assert scene.report().level == "一般"
    (problem,) = files.problems()
    assert FILE in problem.what


def test_an_accident_keeps_the_rules_of_its_day(scene: Scene, clock: Any) -> None:
    in_transaction(versions.install)
    accident = scene.report()
    clock.forward(days=1)
    admin = Actor(1, "系统管理员", rights={"rules.edit": Scope.GROUP})
    levels = [
        {"level": level, "deaths": number, "serious_injuries": number * 10, "direct_loss_wan": number * 100}
        for number, level in enumerate(("一般", "较大", "重大", "特别重大"))
    ]
    in_transaction(
        versions.save, admin, ACCIDENT_RULES, {"levels": {"rows": levels}}, on=1, valid_from=None, note="从严"
    )
    in_transaction(supplement, scene.actor(1), accident.id, {"deaths": 2}, 1)
    old, new = Accident.get_by_id(accident.id), scene.report(key="k2", deaths=2)
    assert ((old.level, old.rules_version), (new.level, new.rules_version)) == (("一般", 1), ("重大", 2))
    assert AccidentVersion.get(AccidentVersion.accident == new.id).facts["rules_version"] == 2
