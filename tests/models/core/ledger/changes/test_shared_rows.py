"""Rows that are everybody's or one company's: whose a new one is, and which there is already."""

from __future__ import annotations

from typing import Any

import pytest

from models.core.errors import Invalid
from models.core.ledger.changes.shared_rows import check_key, of_company, shared_edit
from models.core.security.actor import Actor
from models.core.security.rights import Scope
from models.training.courses.records import TrainingType
from tests.models.core import small_ledgers

RIGHT = "courses.edit"


def actor(company: int | None, scope: Scope | None) -> Actor:
    return Actor(account_id=1, name="安", company_id=company, rights={} if scope is None else {RIGHT: scope})


@pytest.mark.parametrize(
    ("scope", "given", "made"),
    [
        (Scope.GROUP, None, None),
        (Scope.GROUP, 5, 5),
        (Scope.COMPANY, None, 7),
        (Scope.COMPANY, 5, 5),
        (None, None, 7),
    ],
)
def test_whose_a_new_row_is(scope: Scope | None, given: int | None, made: int | None) -> None:
    assert of_company(actor(7, scope), RIGHT, {"name": "甲", "company": given})["company"] == made


@pytest.mark.one_engine
def test_which_names_are_taken(database: Any) -> None:
    one, other = small_ledgers.company("甲公司"), small_ledgers.company("乙公司")
    general = TrainingType.create(name="通用的")
    own = TrainingType.create(name="自己的", company=one)
    for company, name, words in (
        (None, "通用的", "各单位通用的一条"), (one.id, "通用的", "各单位通用的一条"), (one.id, "自己的", "请改原来的那条"),
    ):  # fmt: skip
        with pytest.raises(Invalid) as found:
            check_key(TrainingType, company, {"name": name})
        assert words in str(found.value.fields["name"])
    for company, name, but in (
        (other.id, "自己的", 0), (None, "自己的", 0), (one.id, "别的", 0), (None, "通用的", general.id), (one.id, "自己的", own.id),
    ):  # fmt: skip
        check_key(TrainingType, company, {"name": name}, but)
    edit = shared_edit(TrainingType, ("name",))
    keeper = actor(one.id, Scope.GROUP)
    with pytest.raises(Invalid):
        edit(keeper, own, {"name": "通用的"})
    assert edit(keeper, own, {"name": "自己的", "note": "x"}).note == "x"
    TrainingType.create(name="自己的")  # since then, by whoever keeps those of everybody
    assert edit(keeper, TrainingType.get_by_id(own.id), {"note": "y"}).note == "y", (
        "only a changed key is asked about"
    )
