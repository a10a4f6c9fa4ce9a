"""Whatever becomes of hazards, the sums that are kept of them say what counting says (I01)."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import product
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from models.core import clock
from models.core.clock import now
from models.core.db.batch import Batch
from models.core.db.connection import in_transaction
from models.core.db.writes import insert_numbered, insert_rows
from models.core.errors import AnbanError
from models.core.ledger.bulk.snapshots import restore, snapshot
from models.core.ledger.reading.query import ListQuery
from models.core.security.actor import Actor
from models.core.security.rights import Scope
from models.core.views import kept_sums
from models.core.views.counting import CountedRows, source_of
from models.core.views.kept_sums import KeptNumbers
from models.core.views.periods import days_of
from models.core.views.records import KeptKind, KeptSum
from models.core.views.statistic import AskedStatistic, statistic
from models.hazards.ledgers import HAZARDS
from models.hazards.records import READ_HAZARDS, UNDER_WAY, Hazard
from models.hazards.report import manual
from models.hazards.sums import HAZARD_SUMS
from models.hazards.treatment.withdraw import withdraw
from models.hazards.views import HAZARD_STATISTIC as STATISTIC
from models.tasks.records import Task
from tests.models.hazards.grid_company import Land
from tests.support.properties import tries
from tests.support.views import counted, led_to_its_rows

STATES = [choice.value for choice in Hazard.state.options]
_OUTCOMES = {
    "judge": ("hazard", "hazard", "hazard", "major", "source", "no"),
    "plan": ("assign", "assign", "assign", "again"),
    "rectify": ("submit", "submit", "give_back"),
    "review": ("pass", "pass", "send_back"),
}
_acts = st.lists(
    st.tuples(
        st.sampled_from(
            ("snap", "written", *["step"] * 14, "withdraw", "edit", "time", "time", "bulk", "date", "unit", "gone", "back",
             "many", "lost", "fold")
        ),
        st.integers(0, 5),
        st.integers(0, 11),
    ),
    min_size=4,
    max_size=24,
)  # fmt: skip
_filters = st.fixed_dictionaries(
    {},
    optional={
        "state": st.lists(st.sampled_from(STATES), min_size=1, max_size=3, unique=True),
        "level": st.sampled_from([["~"], ["~", "major"], ["general"]]),
        "origin": st.sampled_from([["snap"], ["manual", "import"]]),
        "site": st.sampled_from([["first"], ["~"], ["first", "~"]]),
        "overdue": st.sampled_from([["true"], ["false"], ["true", "false"]]),
        "rectification": st.sampled_from([["late"], ["in_time"], ["in_time", "late"]]),
        "company": st.sampled_from([["here"], ["there"], ["here", "there"]]),
        "reported_at": st.sampled_from(
            [
                {"from": "2025-06-01", "to": "2026-12-31"}, {"from": "2026-11-01", "to": "2026-11-30"},
                {"from": "2026-10-17", "to": "2026-12-03"}, {"to": "2026-11-23"},
            ]
        ),
    },
)  # fmt: skip


class History:
    """Hazards and what happens to them."""

    def __init__(self, land: Land, clock: Any) -> None:
        self.land, self.clock = land, clock
        self.removed: list[Any] = []

    def act(self, act: str, which: int, how: int) -> None:
        """One thing happens; what the rules refuse does not."""
        rows = list(Hazard.select().order_by(Hazard.id.desc()).limit(6))
        hazard = rows[which % len(rows)] if rows else None
        try:
            if act in ("snap", "written", "time", "back", "many", "fold"):
                getattr(self, f"_{act}")(which, how)
            elif hazard is not None:
                getattr(self, f"_{act}")(hazard, how)
        except AnbanError:
            pass

    def _snap(self, which: int, how: int) -> None:
        place = ("配电室", "泵房", "公司")[how % 3]
        self.land.snap(("工", "电")[which % 2], grid=str(self.land.nodes[place].id))

    def _written(self, which: int, how: int) -> None:
        wanted = {"company": self.land.company.id, "origin": "manual", "what": f"第 {how} 处"}
        in_transaction(manual.create, self.land.actor("站"), wanted)

    def _step(self, hazard: Hazard, how: int) -> None:
        task = Task.get_or_none(
            Task.subject_kind == "hazard", Task.subject_id == hazard.id, Task.state == "open"
        )
        if task is None:
            return
        holder = next(name for name in self.land.NAMES if self.land.id(name) == task.person_id)
        known = _OUTCOMES[task.step.key]
        outcome = known[how % len(known)]
        if outcome == "assign":
            self.land.plan(
                hazard, holder, days=(0.5, 1, 3)[how % 3], duty_note="站长", funds="安措费", plan_note="停用"
            )
        elif outcome == "submit":
            self.land.submit(hazard, holder)
        elif task.step.key == "judge" and outcome != "no":
            level = "major" if outcome == "major" else "general"
            self.land.judge(hazard, holder, "source" if outcome == "source" else "hazard", level=level)
        else:
            self.land.decide(
                holder, task, outcome, values={"reason": "不是"} if outcome == "no" else {}, comment="意见"
            )

    def _withdraw(self, hazard: Hazard, how: int) -> None:
        if how < 4:
            in_transaction(withdraw, self.land.actor("工"), hazard.id, "报错了")

    def _edit(self, hazard: Hazard, how: int) -> None:
        place = self.land.nodes[("配电区", "泵房")[how % 2]].id
        in_transaction(manual.edit, self.land.actor("管", "console"), hazard, {"grid": place})

    def _time(self, which: int, how: int) -> None:
        self.clock.forward(hours=(1, 11, 13, 30, 24 * 9)[which % 5])

    def _bulk(self, hazard: Hazard, how: int) -> None:
        """Many rows are given another value at once."""
        level, state = (None, "general", "major")[how % 3], STATES[how % len(STATES)]
        Hazard.update(level=level, site=self.land.sites[how % 2].id).where(
            Hazard.state.in_(UNDER_WAY)
        ).execute()
        Hazard.update(state=state).where(Hazard.id >= hazard.id, Hazard.level == level).execute()

    def _date(self, hazard: Hazard, how: int) -> None:
        """The dates of a hazard are corrected."""
        moment = now() - timedelta(days=(0, 1, 30, 200)[how % 4])
        if how % 3 == 0:
            hazard.change(reported_at=moment)
        else:
            hazard.change(due_at=None if how % 3 == 1 else moment, rectified_at=moment)

    def _unit(self, hazard: Hazard, how: int) -> None:
        """What a company had becomes another one's."""
        Hazard.update(company=self.land.other.id, site=None).where(Hazard.id == hazard.id).execute()

    def _gone(self, hazard: Hazard, how: int) -> None:
        def lost() -> None:
            kept = snapshot(HAZARDS, hazard)
            hazard.delete_instance()
            self.removed.append(kept)

        in_transaction(lost)

    def _back(self, which: int, how: int) -> None:
        if self.removed:
            in_transaction(restore, HAZARDS, self.removed.pop())

    def _many(self, which: int, how: int) -> None:
        """Rows come and change by statements for many."""
        rows = [
            {"company": self.land.company.id, "number": f"M{now().timestamp()}-{Hazard.select().count()}-{at}",
             "state": STATES[how % len(STATES)], "due_at": now() + timedelta(days=at - 1), "rectified_at": now(),
             "created_at": now(), "updated_at": now()}
            for at in range(3)
        ]  # fmt: skip
        if which % 3 == 0:
            in_transaction(insert_rows, Hazard, rows)
        elif which % 3 == 1:
            in_transaction(insert_numbered, Hazard, rows)
        else:
            batch = Batch()
            for row in rows:
                batch.add(Hazard, row)
            for hazard in Hazard.select().limit(2):
                batch.change(self.land.house(), hazard, {"level": "major"}, [])
            in_transaction(batch.put)

    def _lost(self, hazard: Hazard, how: int) -> None:
        """What is rolled back was not."""

        def fails() -> None:
            hazard.change(state=STATES[how % len(STATES)], level="major")
            Hazard.delete().where(Hazard.id != hazard.id).execute()
            raise AnbanError

        in_transaction(fails)

    def _fold(self, which: int, how: int) -> None:
        kept_sums.fold(1 + 10 * how)


@settings(
    max_examples=tries(14, 40),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(
    acts=_acts,
    drawn=_filters,
    by=st.sampled_from(STATISTIC.axes),
    step=st.sampled_from(["day", "week", "month", "quarter", "year"]),
    both=st.booleans(),
)
def test_after_any_history_the_sums_say_what_counting_says(
    engine: str,
    land: Land,
    clock: Any,
    monkeypatch: pytest.MonkeyPatch,
    acts: Any,
    drawn: Any,
    by: str,
    step: str,
    both: bool,
) -> None:
    history = History(land, clock)
    kept_sums.make_ready()
    for act in acts:
        history.act(*act)
    names = {
        "first": land.sites[0].id, "here": land.company.id, "there": land.other.id, "~": "~",
    }  # fmt: skip
    filters = {
        name: [str(names[one]) for one in given] if name in ("site", "company") else given
        for name, given in drawn.items()
    }
    asked = AskedStatistic(by, step, filters=filters)
    units = (land.company.id, land.other.id) if both else (land.company.id,)
    scope = Scope.GROUP if both else Scope.COMPANY
    asker = Actor(1, "安全员", land.company.id, {READ_HAZARDS: scope}, group_companies=units)
    found = led_to_its_rows(asker, STATISTIC, asked)
    slow = counted(asker, STATISTIC, asked, monkeypatch)
    assert (found.total, found.groups) == (slow.total, slow.groups)
    assert kept_sums.recount_all() == 0


def _in_every_way(land: Land) -> None:
    """Hazards of each state, before and after their deadline, in time and late, of days at both ends of months."""
    days = (date(2025, 12, 31), date(2026, 10, 16), date(2026, 10, 17), date(2026, 10, 31), date(2026, 11, 1),
            date(2026, 11, 21), date(2026, 11, 22))  # fmt: skip
    people = [None, land.id("工"), land.id("电")]
    rows = []
    for at, (state, due, done) in enumerate(product(STATES, (None, -2, 2), (None, -3, 0))):
        moments = [None if one is None else now() + timedelta(days=one) for one in (due, done)]
        reported = clock.midnight(days[at % len(days)]) + timedelta(hours=(0, 8, 23)[at % 3])
        site = (None, *land.sites)[at // 2 % 3]
        rows.append(
            {"company": land.company.id, "site": site and site.id, "number": f"W{at}", "state": state,
             "level": (None, "general", "major")[at // 3 % 3], "origin": ("snap", "manual", "inspection")[at // 5 % 3],
             "due_at": moments[0], "rectified_at": moments[1], "reported_at": reported, "created_at": now(),
             "updated_at": now(), "rectifier": people[at // 7 % 3], "reporter": people[at // 4 % 3]}
        )  # fmt: skip
    in_transaction(insert_rows, Hazard, rows)


def test_each_axis_and_filter_over_days_and_months(
    engine: str, land: Land, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Days that end with a month or in one, of all hazards, the overdue ones, the others, and those of a level."""
    kept_sums.make_ready()
    _in_every_way(land)
    asker = Actor(1, "安全员", land.company.id, {READ_HAZARDS: Scope.COMPANY})
    spans = (("2025-12-01", "2026-12-31"), ("2026-10-17", "2026-11-21"), ("2026-10-31", "2026-11-30"))
    narrow: list[dict[str, Any]] = [
        {}, {"overdue": ["true"]}, {"overdue": ["false"]}, {"rectification": ["late"]}, {"level": ["major", "~"]},
    ]  # fmt: skip
    seen = 0
    for by, (first, last), more in product(STATISTIC.axes, spans, narrow):
        asked = AskedStatistic(by, "month", filters={"reported_at": {"from": first, "to": last}, **more})
        found, slow = statistic(asker, STATISTIC, asked), counted(asker, STATISTIC, asked, monkeypatch)
        assert (found.total, found.groups) == (slow.total, slow.groups), asked
        seen += bool(found.total[0])
    assert seen > 100
    assert kept_sums.recount_all() == 0


def _answers(asker: Actor, by: str, **filters: Any) -> Any:
    query = ListQuery(filters={"reported_at": {"from": "2026-11-01", "to": "2026-11-30"}, **filters})
    return source_of(asker, STATISTIC, query, by, days_of(query.filters["reported_at"], "day"))


def test_who_answers(land: Land) -> None:
    """The smallest sums that know all that is asked; what none of them knows is counted, as is what was not summed up yet."""
    asker = Actor(1, "安全员", land.company.id, {READ_HAZARDS: Scope.COMPANY})
    assert isinstance(_answers(asker, "level"), CountedRows)
    assert kept_sums.make_ready() == len(kept_sums.all_kept()) > len(HAZARD_SUMS)
    assert kept_sums.make_ready() == 0
    for by, filters, name in (
        ("state", {}, "hazards"), ("company", {"overdue": ["true"]}, "hazards"),
        ("site", {"state": ["closed"]}, "hazards-site"), ("level", {}, "hazards-kind"),
        ("rectifier", {"rectification": ["late"]}, "hazards-rectifier"), ("reporter", {}, "hazards-reporter"),
        ("site", {"level": ["major"]}, "hazards-whole"),
    ):  # fmt: skip
        source = _answers(asker, by, **filters)
        assert isinstance(source, KeptNumbers) and source.kept.name == name, (by, filters)
    assert isinstance(_answers(asker, "rectifier", level=["major"]), CountedRows)
    assert isinstance(_answers(asker, "site", due_at={"from": "2026-11-01"}), CountedRows)
    own = Actor(1, "工", land.company.id, {READ_HAZARDS: Scope.SELF}, person_ids=(land.id("工"),))
    assert isinstance(_answers(own, "site"), CountedRows)


def test_a_deadline_that_passes_needs_nobody_to_write_it(engine: str, land: Land, clock: Any) -> None:
    asker = Actor(1, "安全员", land.company.id, {READ_HAZARDS: Scope.COMPANY})
    hazard = land.snap()
    land.judge(hazard)
    land.plan(hazard, days=1)
    kept_sums.make_ready()
    clock.forward(hours=23)
    assert list(statistic(asker, STATISTIC, AskedStatistic("site")).total) == [1, 0, 0, 0, 0, None]
    clock.forward(hours=2)
    assert list(statistic(asker, STATISTIC, AskedStatistic("site")).total) == [1, 0, 1, 1, 0, 0.0]
    land.submit(hazard)
    assert list(statistic(asker, STATISTIC, AskedStatistic("site")).total) == [1, 0, 0, 1, 0, 0.0]


def test_a_lost_sum_is_found_and_mended(land: Land) -> None:
    asker = Actor(1, "安全员", land.company.id, {READ_HAZARDS: Scope.COMPANY})
    land.snap()
    kept_sums.make_ready()
    KeptSum.delete().where(KeptSum.name == "hazards-site").execute()
    assert statistic(asker, STATISTIC, AskedStatistic("site")).total[0] == 0
    assert kept_sums.recount_lately() == 1
    assert statistic(asker, STATISTIC, AskedStatistic("site")).total[0] == 1


def test_sums_of_another_definition_are_made_anew(engine: str, land: Land) -> None:
    """A choice that is kept under another number, or days of another time zone: rows answer until all is counted again."""
    asker = Actor(1, "安全员", land.company.id, {READ_HAZARDS: Scope.COMPANY})
    land.snap()
    kept_sums.make_ready()
    KeptKind.update(definition=7).where(KeptKind.name == "hazards").execute()
    KeptSum.update(second=3).where(KeptSum.name == "hazards").execute()
    assert isinstance(_answers(asker, "state"), KeptNumbers)  # by others that know it, too
    assert _answers(asker, "state").kept.name == "hazards-site"
    assert kept_sums.make_ready() == 1
    assert _answers(asker, "state").kept.name == "hazards"
    assert kept_sums.recount_all() == 0


def test_a_change_of_nothing_that_counts_writes_no_sums(land: Land) -> None:
    hazard = land.snap()
    before = KeptSum.select().count()
    land.now(hazard).change(what="另一句话", place="东墙")
    Hazard.update(what="再一句").execute()
    assert KeptSum.select().count() == before
