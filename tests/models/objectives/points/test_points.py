"""Points for hazards: by a company's rules, once for each reason, to whom the news named (A12)."""

from __future__ import annotations

from typing import Any

import pytest

from models.core.db.connection import in_transaction
from models.core.errors import AnbanError, Forbidden
from models.core.events.outbox import Outbox, announce
from models.core.events.reactions import react, reacts
from models.core.ledger import ledger_named
from models.core.ledger.reading.listing import list_rows
from models.core.ledger.reading.query import ListQuery
from models.hazards.records import REJECTED, WITHDRAWN, Hazard
from models.objectives.points import points
from models.objectives.records import Point, PointRule
from tests.models.objectives.conftest import Duties


@pytest.fixture
def rules(duties: Duties) -> None:
    for what, many in (("hazard.confirmed", 5), ("hazard.major", 20), ("hazard.rectified", 10)):
        duties.create("point-rules", what=what, points=str(many))


def hazard(duties: Duties, **values: Any) -> Hazard:
    return Hazard.create(
        company=duties.unit, number=f"YH{Hazard.select().count()}", what="护栏松动", **values
    )


def happens(kind: str, row: Hazard, **payload: Any) -> None:
    """Announce, and let the relay react, twice as after a crash."""
    in_transaction(announce, kind, row, **payload)
    news = Outbox.select().order_by(Outbox.id.desc()).first()
    in_transaction(react, news)
    in_transaction(react, news)


def given(person: Any) -> list[int]:
    return [row.points for row in Point.select().where(Point.person == person.id).order_by(Point.id)]


def test_confirmed_snaps_major_finds_and_timely_work_earn_points_once(duties: Duties, rules: None) -> None:
    finder, fitter = duties.crowd.person(), duties.crowd.person()
    first = hazard(duties)
    told = {"person": finder.id, "level": "general", "origin": "snap"}
    happens("hazard.confirmed", first, **told)
    happens("hazard.confirmed", first, **told)  # sent back and confirmed again
    assert given(finder) == [5]
    happens("hazard.confirmed", hazard(duties), **{**told, "level": "major"})
    assert given(finder) == [5, 5, 20]
    happens("hazard.confirmed", hazard(duties), **{**told, "origin": "inspection"})
    happens("hazard.confirmed", hazard(duties), **{**told, "person": None})
    assert given(finder) == [5, 5, 20]
    happens("hazard.closed", first, person=fitter.id, in_time=False)
    assert given(fitter) == []
    happens("hazard.closed", hazard(duties), person=fitter.id, in_time=True)
    assert given(fitter) == [10]


def test_without_a_rule_nothing_is_given(duties: Duties) -> None:
    person = duties.crowd.person()
    happens("hazard.confirmed", hazard(duties), person=person.id, level="major", origin="snap")
    PointRule.create(company=duties.crowd.other, what="hazard.confirmed", points=9)
    happens("hazard.confirmed", hazard(duties), person=person.id, level="general", origin="snap")
    assert given(person) == []
    assert reacts("hazard.closed")
    assert not reacts("nothing.happened")


@pytest.mark.parametrize(("kind", "fallen"), [("hazard.rejected", REJECTED), ("hazard.withdrawn", WITHDRAWN)])
def test_taken_back_where_it_is_none_by_now(duties: Duties, rules: None, kind: str, fallen: str) -> None:
    finder = duties.crowd.person()
    first = hazard(duties)
    told = {"person": finder.id, "level": "major", "origin": "snap"}
    happens("hazard.confirmed", first, **told)
    happens(kind, first)
    assert given(finder) == [5, 20], "it has been taken up again meanwhile"
    Hazard.update(state=fallen).where(Hazard.id == first.id).execute()
    happens(kind, first)
    assert given(finder) == [5, 20, -5, -20]
    happens("hazard.confirmed", first, **told)
    assert given(finder) == [5, 20, -5, -20], "news that came late"


def test_one_sees_ones_own_points_and_an_officer_the_ranking(duties: Duties, rules: None) -> None:
    first, second, third, gone = (duties.crowd.person() for _ in range(4))
    for person, times in ((first, 2), (second, 1), (third, 2), (gone, 3)):
        for _ in range(times):
            happens("hazard.confirmed", hazard(duties), person=person.id, level="general", origin="snap")
    duties.leave(gone)
    ranked = points.ranking(duties.officer)
    assert [(row["place"], row["person"]["name"], row["points"], row["times"]) for row in ranked] == [
        (1, first.name, 10, 2), (1, third.name, 10, 2), (3, second.name, 5, 1),
    ]  # fmt: skip
    own = points.mine(duties.crowd.actor(second))
    assert (own["total"], [item["points"] for item in own["items"]]) == (5, [5])
    with pytest.raises(Forbidden):
        points.ranking(duties.crowd.actor(second))
    with pytest.raises(AnbanError):
        points.ranking(duties.officer, duties.crowd.other.id)
    rows = list_rows(duties.officer, ledger_named("points"), ListQuery())["items"]
    assert {row["values"]["total"] for row in rows if row["values"]["person"]["label"] == first.name} == {10}
    mine = list_rows(duties.crowd.actor(second), ledger_named("points"), ListQuery())["items"]
    assert len(mine) == 1


ROUND = {"origin": "snap", "level": "major"}


@pytest.mark.one_engine
@pytest.mark.parametrize(
    ("kind", "state", "level", "told", "earned"),
    [
        ("hazard.confirmed", "planning", "major", ROUND, [5, 20]),
        ("hazard.confirmed", "planning", "major", {**ROUND, "own": True}, []),
        ("hazard.confirmed", "planning", "major", {**ROUND, "own": False, "origin": "manual"}, [20]),
        ("hazard.confirmed", "planning", "general", {**ROUND, "level": "general"}, [5]),
        ("hazard.confirmed", "planning", "general", ROUND, [5]),
        ("hazard.confirmed", REJECTED, "major", ROUND, []),
        ("hazard.confirmed", WITHDRAWN, "major", ROUND, []),
        ("hazard.closed", "closed", "general", {"in_time": True}, [10]),
        ("hazard.closed", "closed", "general", {"in_time": True, "own": True}, []),
        ("hazard.closed", "closed", "general", {"in_time": False}, []),
        ("hazard.closed", "closed", "general", {}, []),
    ],
)
def test_what_earns_points(
    duties: Duties, rules: None, kind: str, state: str, level: str, told: dict[str, Any], earned: list[int]
) -> None:
    person = duties.crowd.person()
    happens(kind, hazard(duties, state=state, level=level), person=person.id, **told)
    assert given(person) == earned


@pytest.mark.one_engine
def test_what_was_judged_anew_as_general_takes_the_major_find_back_and_may_give_it_again(
    duties: Duties, rules: None
) -> None:
    person, row = duties.crowd.person(), hazard(duties, level="major")
    happens("hazard.confirmed", row, person=person.id, **ROUND)
    for level, whole in (
        ("general", [5, 20, -20]),
        ("major", [5, 20, -20, 20]),
        ("general", [5, 20, -20, 20, -20]),
    ):
        Hazard.update(level=level).where(Hazard.id == row.id).execute()
        happens("hazard.confirmed", row, person=person.id, origin="snap", level=level)
        assert given(person) == whole
    assert [(each["points"], each["times"]) for each in points.ranking(duties.officer)] == [(5, 1)]


@pytest.mark.one_engine
def test_a_rule_of_no_points_gives_none_and_a_ranking_has_its_border(
    duties: Duties, rules: None, clock: Any
) -> None:
    PointRule.update(points=0).where(PointRule.what == "hazard.rectified").execute()
    first, second = duties.crowd.person(), duties.crowd.person()
    happens("hazard.closed", hazard(duties), person=first.id, in_time=True)
    assert given(first) == []
    happens("hazard.confirmed", hazard(duties), person=first.id, origin="snap", level="general")
    clock.forward(hours=1)
    border = clock.moment
    happens("hazard.confirmed", hazard(duties), person=second.id, origin="snap", level="general")
    named = [row["person"]["name"] for row in points.ranking(duties.officer, since=border)]
    assert named == [second.name], "the moment itself counts, what was before does not"
    assert len(points.ranking(duties.officer, limit=1)) == 1 == len(points.ranking(duties.officer, limit=0))
