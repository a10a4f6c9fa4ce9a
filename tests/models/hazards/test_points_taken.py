"""Points for a hazard that turns out to be none are taken back: once, as an entry of their own, and told (A12, E09)."""

from __future__ import annotations

import threading
from itertools import permutations

import pytest

from models.core.db.connection import database, in_transaction
from models.core.events import reactions
from models.core.events.outbox import Outbox
from models.hazards.records import Hazard
from models.hazards.treatment.withdraw import withdraw
from models.objectives.points import points
from models.objectives.records import Point, PointRule
from tests.models.hazards.grid_company import Land
from tests.models.tasks.relay import pass_all_on, told

_KINDS = ("hazard.confirmed", "hazard.rejected", "hazard.withdrawn")


@pytest.fixture(autouse=True)
def rules(land: Land) -> None:
    for what, many in (("hazard.confirmed", 5), ("hazard.major", 30)):
        PointRule.create(company=land.company, what=what, points=many)


def entries(hazard: Hazard) -> list[int]:
    rows = Point.select().where(Point.subject_id == hazard.id).order_by(Point.id)
    return [row.points for row in rows]


def replay(hazard: Hazard) -> None:
    """Every piece of news of the hazard once more, in every order: as if a relay had died after its work."""
    rows = list(Outbox.select().where(Outbox.kind.in_(_KINDS), Outbox.subject_id == hazard.id))
    for order in permutations(rows):
        for row in order:
            in_transaction(reactions.react, row)


def test_withdrawn_after_it_was_confirmed(land: Land) -> None:
    hazard = land.snap()
    land.judge(hazard, level="major")
    pass_all_on()
    assert entries(hazard) == [5, 30]
    in_transaction(withdraw, land.house(), hazard.id, "看错了")
    pass_all_on()
    assert entries(hazard) == [5, 30, -5, -30]
    replay(hazard)
    assert entries(hazard) == [5, 30, -5, -30]
    titles = [title for title, names in told("points.taken") if names == ["工"]]
    assert [title.rpartition(" · ")[2] for title in titles] == ["减 5 分", "减 30 分"]
    mine = points.mine(land.actor("工"))
    assert mine["total"] == 0
    assert {item["why"].partition("：")[0] for item in mine["items"]} >= {"隐患已撤回"}


def test_sent_back_and_found_to_be_none(land: Land) -> None:
    hazard = land.snap()
    land.judge(hazard)
    land.does("站", land.case_of(hazard), "again", comment="请再看")
    pass_all_on()
    assert entries(hazard) == [5], "it is judged anew: nothing is decided yet"
    land.judge(hazard, outcome="no", reason="是备用的")
    pass_all_on()
    replay(hazard)
    assert entries(hazard) == [5, -5]


def test_judged_anew_as_less_grave_and_as_grave_again(land: Land) -> None:
    hazard = land.snap()
    for level in ("major", "general", "major"):
        land.judge(hazard, level=level)
        pass_all_on()
        land.does("站" if level == "general" else "总", land.case_of(hazard), "again", comment="请再看")
    assert entries(hazard) == [5, 30, -30, 30]
    replay(hazard)
    assert entries(hazard) == [5, 30, -30, 30]


def test_never_given_where_it_fell_before_the_news_was_passed_on(land: Land) -> None:
    hazard = land.snap()
    land.judge(hazard, level="major")
    in_transaction(withdraw, land.house(), hazard.id, "看错了")
    replay(hazard)
    assert entries(hazard) == []
    assert told("points.taken") == []


def test_a_rule_that_has_changed_meanwhile_takes_back_what_was_given(land: Land) -> None:
    hazard = land.snap()
    land.judge(hazard)
    pass_all_on()
    PointRule.update(points=50).where(PointRule.what == "hazard.confirmed").execute()
    in_transaction(withdraw, land.house(), hazard.id, "看错了")
    pass_all_on()
    assert entries(hazard) == [5, -5]


@pytest.mark.parametrize("repeat", range(3))
def test_relays_that_pass_on_both_at_once_leave_nothing(land: Land, repeat: int) -> None:
    hazard = land.snap()
    land.judge(hazard, level="major")
    in_transaction(withdraw, land.house(), hazard.id, "看错了")
    rows = list(Outbox.select().where(Outbox.kind.in_(_KINDS), Outbox.subject_id == hazard.id)) * 3
    start, failed = threading.Barrier(len(rows)), []

    def relay(row: Outbox) -> None:
        start.wait(20)
        try:
            in_transaction(reactions.react, row)
        except Exception as error:  # whatever it is, it must not be lost in a thread
            failed.append(error)
        finally:
            database.close()

    threads = [threading.Thread(target=relay, args=(row,)) for row in rows]
    for each in threads:
        each.start()
    for each in threads:
        each.join(30)
    assert failed == []
    assert sum(entries(hazard)) == 0
