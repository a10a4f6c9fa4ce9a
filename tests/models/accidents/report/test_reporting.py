"""The first report: once, for one's own unit, with what is known and nothing that can't be (G02)."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest

from models.accidents.records import Accident, AccidentDuty, AccidentVersion
from models.accidents.report import reporting
from models.accidents.rules import report
from models.core import numbering
from models.core.clock import now
from models.core.db.connection import in_transaction
from models.core.errors import Forbidden, Invalid
from models.core.history import Change
from models.organization.records import Company
from tests.models.accidents.conftest import Scene


def test_a_worker_reports_at_once_with_what_is_known(scene: Scene) -> None:
    accident = scene.report(deaths=1, lng=120.123456, lat=30.25)
    accident = Accident.get_by_id(accident.id)
    assert (accident.level, accident.provisional, accident.state) == ("一般", True, "open")
    assert (accident.deaths, accident.serious_injuries) == (1, None)
    assert (accident.reporter_id, accident.told_by) == (scene.worker.id, "phone")
    assert re.fullmatch(r"KB261122-[2-9A-HJKMNP-Z]{4}", accident.number)
    first = AccidentVersion.get(AccidentVersion.accident == accident)
    assert (first.number, first.kind, first.by_name) == (1, "first", "工人0")
    assert first.facts["deaths"] == 1
    assert first.facts["serious_injuries"] is None
    assert first.facts["lng"] == 120.123456
    (news,) = scene.news("accident.reported")
    assert news.payload["ledger"] == "accidents"
    assert news.payload["receivers"]["persons"] is None  # by preset
    assert Change.select().where(Change.table == "accident", Change.action == "created").count() == 1


def test_the_same_key_is_the_same_accident(scene: Scene, clock: Any) -> None:
    first, made = in_transaction(report, scene.actor(), scene.facts(), key="a")
    clock.forward(days=40)  # the repeat is not refused for being late
    again, made_again = in_transaction(report, scene.actor(), {"what": ""}, key="a")
    assert (made, made_again, again.id) == (True, False, first.id)
    other, _ = in_transaction(
        report, scene.actor(1), scene.facts(), key="a"
    )  # another account's key is another
    assert other.id != first.id
    assert len(scene.news("accident.reported")) == 2
    assert AccidentDuty.select().where(AccidentDuty.accident == first).count() == 1


def test_two_at_once_make_one(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    """The second has looked before the first committed: the unique key tells it."""
    first = scene.report(key="a")
    answers = iter([None, first])
    monkeypatch.setattr(numbering, "by_request_key", lambda record, key: next(answers))
    accident, created = in_transaction(report, scene.actor(), scene.facts(), key="a")
    assert (accident.id, created) == (first.id, False)
    assert Accident.select().count() == 1


def test_a_number_that_is_taken_is_drawn_again(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    first = scene.report(key="a")
    drawn = iter([first.number, first.number, "KB261122-FREE"])
    monkeypatch.setattr(reporting, "new_number", lambda: next(drawn))
    assert scene.report(key="b").number == "KB261122-FREE"


WRONG: list[tuple[dict[str, Any], set[str]]] = [
    ({"what": "", "place": None, "happened_at": None}, {"what", "place", "happened_at"}),
    ({"happened_at": "2026-11-22T08:30:00+08:00"}, {"happened_at"}),  # in the future
    ({"happened_at": "2026-10-01T08:00:00+08:00"}, {"happened_at"}),  # too long ago for a flash report
    ({"happened_at": "昨天"}, {"happened_at"}),
    ({"deaths": -1}, {"deaths"}),
    ({"deaths": 1.5, "missing": "很多"}, {"deaths", "missing"}),
    ({"serious_injuries": 10_001}, {"serious_injuries"}),
    ({"direct_loss_wan": "很多"}, {"direct_loss_wan"}),
    ({"direct_loss_wan": "inf"}, {"direct_loss_wan"}),
    ({"lng": 120}, {"lat"}),
    ({"lng": 200, "lat": 30}, {"lng"}),
    ({"lng": 120, "lat": 91}, {"lat"}),
    ({"category": "天灾"}, {"category"}),
    ({"site": 999_999}, {"site"}),
    ({"what": "长" * 201}, {"what"}),
]


@pytest.mark.parametrize(("values", "fields"), WRONG)
def test_what_can_not_be_is_said_at_its_field(scene: Scene, values: dict[str, Any], fields: set[str]) -> None:
    with pytest.raises(Invalid) as caught:
        scene.report(**values)
    assert set(caught.value.fields) == fields
    half = {"lng", "lat"} & set(values)
    assert ("经度和纬度要一起填" in caught.value.fields.values()) is (len(half) == 1), (
        "two that are there are not asked for"
    )
    assert Accident.select().count() == 0
    assert scene.news("accident.reported") == []


def test_a_phone_whose_clock_is_a_little_ahead_is_forgiven(scene: Scene) -> None:
    assert scene.report(happened_at=(now() + timedelta(minutes=4)).isoformat()).id


def test_the_site_is_one_of_the_units_own(scene: Scene) -> None:
    site = Company.create(
        name="一厂", kind="site", parent=scene.unit, company_root=scene.unit.id, path="/1/2/"
    )
    other = scene.plant.unit("别家")
    foreign = Company.create(name="别厂", kind="site", parent=other, company_root=other.id, path="/2/3/")
    assert scene.report(site=str(site.id)).site_id == site.id
    with pytest.raises(Invalid):
        scene.report(site=str(foreign.id), key="b")


def test_only_for_a_unit_that_one_belongs_to(scene: Scene) -> None:
    other = scene.plant.unit("别家")
    with pytest.raises(Invalid) as caught:
        scene.report(company=str(other.id))
    assert set(caught.value.fields) == {"company"}
    scene.plant.person(0, other)
    assert scene.report(company=str(other.id)).company_id == other.id  # bound to both, working for the first
    scene.leave(scene.worker)
    with pytest.raises(Forbidden) as refused:
        scene.report(key="b")
    assert refused.value.code == "not_bound"


def test_an_officer_without_a_file_reports_for_the_company_alone(scene: Scene) -> None:
    other = scene.plant.unit("别家")
    administrator = scene.member("company_administrator")
    accident, _ = in_transaction(report, administrator, scene.facts(), key="x")
    assert (accident.reporter_id, accident.company_id) == (None, scene.unit.id)
    with pytest.raises(Invalid):
        in_transaction(report, administrator, scene.facts(company=other.id), key="y")


def test_who_has_no_right_reports_as_a_stranger_and_must_name_the_unit(scene: Scene) -> None:
    supervisor = scene.member("supervisor")
    with pytest.raises(Invalid) as refused:
        in_transaction(report, supervisor, scene.facts(), key="x")
    assert refused.value.details["contact"]["phone"]
    made, _ = in_transaction(report, supervisor, scene.facts(company=str(scene.unit.id)), key="x")
    assert made.unverified and made.narrow


@pytest.mark.one_engine
def test_numbers_are_well_spread(clock: Any) -> None:
    assert len({reporting.new_number() for _ in range(300)}) > 290
