"""Looking certificates up in the registry (Q04, 匹配资质): what is said before saving, and what is attached."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from models.administration.accounts.actors import system_actor
from models.core import history
from models.core.config import Config, configure
from models.core.db.connection import in_transaction
from models.core.errors import Conflict, TooMany
from models.core.excel import write_sheet
from models.core.security import usage_limits
from models.organization.records import Person
from models.training.certificates import registry_matching
from models.training.certificates.registry import COLUMNS
from models.training.records import Certificate
from tests.models.organization.conftest import Town, number

TODAY = date(2026, 11, 22)
YESTERDAY = TODAY - timedelta(days=1)


@pytest.fixture
def town(database: Any, clock: Any) -> Town:
    return Town()


@pytest.fixture
def registry(tmp_path: Path) -> Iterator[Any]:
    """A function that writes the registry's file: place, number, code, limits, until, state."""
    path = tmp_path / "registry.xlsx"
    configure(Config(registry_path=path))

    def write(*rows: tuple[int, str, str, str | None, date, str | None]) -> None:
        lines = [
            ["某人", number(place), given, code, limits, None, None, until, None, state]
            for place, given, code, limits, until, state in rows
        ]
        write_sheet(path, COLUMNS, lines, title="资质库")

    yield write
    configure(Config())


def someone(town: Town, place: int) -> Person:
    return town.worker(place, account=False).person


def said(town: Town, place: int) -> tuple[str, str, tuple[Any, ...]]:
    found = registry_matching.look_up(town.officer, {"id_number": number(place)})
    return found.message, found.tone, found.facts


def test_what_is_said_before_the_person_is_saved(town: Town, registry: Any) -> None:
    registry(
        (1, "T1", "N1", None, TODAY, None),
        (1, "T2", "Q2", None, YESTERDAY, None),
        (1, "T3", "N2", None, TODAY, "注销"),
        (1, "T5", "G1", None, TODAY, None),
        (2, "T4", "N1", None, YESTERDAY, None),
    )
    text, tone, facts = said(town, 1)
    assert ("2 项有效证书" in text, tone) == (True, "good"), "good to its last day"
    assert facts == (
        ("N1（T1）", "有效期至 2026-11-22"), ("Q2（T2）", "已过期 2026-11-21"), ("N2（T3）", "已注销"),
        ("G1（T5）", "有效期至 2026-11-22"),
    )  # fmt: skip
    assert said(town, 2)[1:] == ("bad", (("N1（T4）", "已过期 2026-11-21"),))
    text, tone, facts = said(town, 3)
    assert ("没有匹配到" in text, tone, facts) == (True, "warn", ())


def test_looking_up_is_counted_for_each_account_and_the_house_itself_may_always(
    town: Town, registry: Any
) -> None:
    registry((1, "T1", "N1", None, TODAY, None))
    in_transaction(
        usage_limits.spend,
        registry_matching.LOOK_UPS,
        town.officer.account_id,
        amount=registry_matching.LOOK_UPS.most - 1,
    )
    assert said(town, 1)[1] == "good"
    with pytest.raises(TooMany):
        said(town, 1)
    for _ in range(2):
        assert registry_matching.look_up(system_actor(), {"id_number": number(1)}).tone == "good"


def test_a_limit_in_its_own_column_belongs_to_a_single_code(town: Town, registry: Any) -> None:
    registry((1, "T1", "N1", "限厂内", TODAY, None))
    assert [one.limits for one in registry_matching.attach_from_registry(someone(town, 1))] == ["限厂内"]


def test_without_a_registry_it_says_so(town: Town) -> None:
    assert "没有配置资质库" in said(town, 1)[0]
    assert registry_matching.certificates_of(someone(town, 1)) == []
    with pytest.raises(Conflict) as caught:
        registry_matching.match_from_registry(town.officer, [])
    assert caught.value.code == "no_registry"


def test_attached_once_and_brought_up_to_date(town: Town, registry: Any) -> None:
    person = someone(town, 1)
    registry((1, "T1", "N1、Q2", "限桥式起重机", TODAY, None))
    assert [(one.code, one.limits) for one in registry_matching.certificates_of(person)] == [
        ("N1", None), ("Q2", "限桥式起重机"),
    ]  # fmt: skip
    first = registry_matching.attach_from_registry(person)
    again = registry_matching.attach_from_registry(person)
    assert [one.id for one in again] == [one.id for one in first]
    assert [one.version for one in again] == [one.version for one in first], "nothing new, nothing written"
    registry((1, "T1", "N1", None, date(2028, 1, 1), "注销"))
    (renewed,) = registry_matching.attach_from_registry(person)
    assert (renewed.id, renewed.valid_until, renewed.state) == (first[0].id, date(2028, 1, 1), "revoked")
    assert Certificate.select().count() == 2


def test_numbers_and_codes_that_fit_no_column_are_left_out(town: Town, registry: Any) -> None:
    registry(
        (1, "T" * 40, "N1", None, TODAY, None),
        (1, "T" * 41, "N1", None, TODAY, None),
        (1, "T1", "GTAW-" + "F" * 35, None, TODAY, None),
        (1, "T2", "GTAW-" + "F" * 36, None, TODAY, None),
    )
    found = registry_matching.certificates_of(someone(town, 1))
    assert [(len(one.number), len(one.code)) for one in found] == [(40, 2), (2, 40)]


def test_many_are_matched_and_who_was_missed_is_named(town: Town, registry: Any) -> None:
    people = [someone(town, place) for place in range(1, 8)]
    registry((1, "T1", "N1", None, TODAY, None))
    told = registry_matching.match_from_registry(town.officer, people[:6])
    assert told == "校验通过 1 人；工人2、工人3、工人4、工人5、工人6没有匹配到资质证书，请手工录入"
    assert "工人6等没有匹配到" in registry_matching.match_from_registry(town.officer, people[1:])
    assert (
        registry_matching.match_from_registry(town.officer, people[:1]) == "校验通过：1 人都匹配到了资质证书"
    )
    rows = history.Change.select().where(history.Change.action == "matched")
    assert {row.row_id for row in rows} == {people[0].id}
