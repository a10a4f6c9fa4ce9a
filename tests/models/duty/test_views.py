"""The statistic of clock-ins: kept sums say what counting says, and each number leads to its rows (I01)."""

from __future__ import annotations

from datetime import date, timedelta
from io import BytesIO
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook
from peewee import Value

from models.core import clock
from models.core.db.connection import in_transaction
from models.core.db.writes import change_rows, insert_rows
from models.core.errors import Forbidden, Invalid
from models.core.ledger.reading.query import ListQuery
from models.core.security.actor import Actor
from models.core.security.rights import Scope
from models.core.views import kept_sums
from models.core.views.counting import CountedRows, source_of
from models.core.views.kept_sums import KeptNumbers
from models.core.views.pictures import _ceiling, picture
from models.core.views.records import KeptSum
from models.core.views.sheets import statistic_sheet
from models.core.views.statistic import AskedStatistic, statistic
from models.duty.gate import clock_in
from models.duty.records import EXPORT_CLOCK_INS, READ_CLOCK_INS, ClockIn
from models.duty.sums import CLOCK_IN_SUMS
from models.duty.views import CLOCK_IN_STATISTIC as STATISTIC
from models.equipment.records import Equipment
from models.organization.records import Company, Person
from tests.support.clock_in_plant import Plant
from tests.support.properties import tries
from tests.support.views import counted, led_to_its_rows


def actor(*units: Company, scope: Scope = Scope.COMPANY, **more: Any) -> Actor:
    """Somebody who may read and export the log of units."""
    rights = dict.fromkeys((READ_CLOCK_INS, EXPORT_CLOCK_INS), scope)
    return Actor(1, "安全员", units[0].id, rights, group_companies=tuple(unit.id for unit in units), **more)


def _site(unit: Company, name: str) -> Company:
    return Company.create(name=name, kind="site", path="/", parent=unit.id, company_root=unit.id)


def _on(day: date) -> dict[str, Any]:
    """What a clock-in of a day says of when it was."""
    return {"day": day, "scanned_at": clock.midnight(day) + timedelta(hours=9)}


class World:
    """Two units with sites, machines and people who scan them."""

    def __init__(self, plant: Plant) -> None:
        self.plant, (self.here,), self.made = plant, plant.units, 0
        self.there = plant.unit("南岸水务")
        self.sites = [_site(self.here, "一厂"), _site(self.here, "二厂")]
        for unit, who in ((self.here, 1), (self.there, 2)):
            plant.certificate(plant.person(who, unit))
            plant.account(who, unit)
        self.worker = Person.get(Person.name == "工人0")
        plant.certificate(self.worker, "Q2")
        self.machines: list[Equipment] = [
            plant.equipment(self.here, name="甲", site=self.sites[0]),
            plant.equipment(self.here, name="乙", site=self.sites[1]),
            plant.equipment(self.here, name="丙"),
            plant.equipment(self.here, "4110", "Q2", name="吊", site=self.sites[0]),
            plant.equipment(self.there, name="外"),
        ]
        self.actors = [
            actor(self.here),
            actor(self.there),
            actor(self.here, self.there, scope=Scope.GROUP),
            actor(self.here, scope=Scope.SELF, person_ids=(Person.get(Person.name == "工人1").id,)),
        ]
        kept_sums.make_ready()

    def act(self, act: str, which: int, how: int) -> None:
        """One thing happens."""
        if act in ("scan", "add", "sum", "fold", "lost"):
            getattr(self, f"_{act}")(which, how)
            return
        found = ClockIn.select().order_by(ClockIn.id.desc()).limit(1).offset(which % 4).first()
        if found is not None:
            getattr(self, f"_{act}")(found, how)

    def _scan(self, which: int, how: int) -> None:
        self.scan(which % 3, how % 5, (0, -1, -20, -40)[which % 4])

    def _add(self, which: int, how: int) -> None:
        """A clock-in comes by a statement of its own, with its id, as a restored one does."""
        self.made += 1
        last = ClockIn.select().order_by(ClockIn.id.desc()).first()
        row = dict(last.__data__) if last is not None else {}
        if row:
            row |= {"id": last.id + 7, "once_key": f"again{self.made}", "request_key": f"{self.made:064d}"}
            row |= {**_on(_DAYS[how % len(_DAYS)]), "summed": (None, True)[which % 2]}
            in_transaction((ClockIn.create, lambda **one: insert_rows(ClockIn, [one]))[which % 2], **row)

    def _sum(self, which: int, how: int) -> None:
        kept_sums.sum_up((1, 2, 100)[how % 3])

    def _fold(self, which: int, how: int) -> None:
        kept_sums.fold((1, 3, 1000)[how % 3])

    def _move(self, found: ClockIn, how: int) -> None:
        """Machine and worker go elsewhere; what was written stays where it was."""
        site = (*self.sites, None)[how % 3]
        Equipment.update(site=site).where(Equipment.id == found.equipment_id).execute()
        Person.update(site=site).where(Person.id == found.person_id).execute()

    def _nameless(self, found: ClockIn, how: int) -> None:
        """Somebody is told by name no more."""
        Person.update(name="已注销").where(Person.id == found.person_id).execute()
        ClockIn.update(person_name="已注销").where(ClockIn.person_id == found.person_id).execute()

    def _corrected(self, found: ClockIn, how: int) -> None:
        """What a clock-in counts by is put right: its day, whether it was late, where, who, on what."""
        values: dict[str, Any] = (
            _on(_DAYS[found.id % len(_DAYS)]),
            {"late": not found.late},
            {"site_id": (None, self.sites[1].id)[found.id % 2]},
            {"person_id": self.worker.id},
            {"equipment_id": self.machines[how % 4].id, "type_id": None},
        )[how % 5]
        if how % 2:
            in_transaction(change_rows, ClockIn, values, id=found.id)
        else:
            ClockIn.update(**values).where(ClockIn.id >= found.id).execute()

    def _gone(self, found: ClockIn, how: int) -> None:
        ClockIn.delete().where(ClockIn.id == found.id).execute()

    def _lost(self, which: int, how: int) -> None:
        """What is rolled back was not."""

        def fails() -> None:
            kept_sums.sum_up(100)
            self._scan(which, how)
            ClockIn.delete().where(ClockIn.late == Value(False)).execute()
            raise LookupError

        with pytest.raises(LookupError):
            in_transaction(fails)

    def scan(self, who: int, machine: int, hours: int) -> None:
        """A scan as the phone sends it, whatever becomes of it."""
        unit = self.there if who == 2 else self.here
        at = clock.now() + timedelta(hours=hours)
        in_transaction(clock_in, [self.plant.scan(who, self.machines[machine], unit, at=at)])


_DAYS = (date(2026, 11, 21), date(2026, 11, 1), date(2026, 10, 31), date(2026, 10, 17), date(2025, 12, 31))
_acts = st.lists(
    st.tuples(
        st.sampled_from(
            (
                "scan",
                "scan",
                "scan",
                "add",
                "sum",
                "fold",
                "move",
                "nameless",
                "corrected",
                "corrected",
                "gone",
                "lost",
            )
        ),
        st.integers(0, 11),
        st.integers(0, 14),
    ),
    min_size=3,
    max_size=18,
)
_filters = st.fixed_dictionaries(
    {},
    optional={
        "late": st.sampled_from([["true"], ["false"], ["true", "false"]]),
        "company": st.sampled_from([["here"], ["there"], ["here", "there"]]),
        "site": st.sampled_from([["site"], ["~"], ["site", "~"]]),
        "person": st.sampled_from([["worker"], []]),
        "equipment": st.sampled_from([["machine"], []]),
        "day": st.sampled_from(
            [
                {"from": "2025-12-01", "to": "2026-12-31"},
                {"from": "2026-10-17", "to": "2026-11-21"},
                {"from": "2026-10-18"},
            ]
        ),
    },
)


@settings(
    max_examples=tries(12, 25), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    acts=_acts,
    drawn=_filters,
    by=st.sampled_from(STATISTIC.axes),
    step=st.sampled_from(["", "week", "month", "year"]),
    who=st.integers(0, 3),
)
def test_after_any_history_kept_sums_say_what_counting_says(
    plant: Plant, monkeypatch: pytest.MonkeyPatch, acts: Any, drawn: Any, by: str, step: str, who: int
) -> None:
    if len(plant.units) == 1:
        plant.world = World(plant)  # type: ignore[attr-defined]
    world: World = plant.world  # type: ignore[attr-defined]
    ClockIn.delete().execute()
    assert kept_sums.recount_all() == 0
    for act in acts:
        world.act(*act)
    names = {
        "here": world.here.id, "there": world.there.id, "site": world.sites[0].id, "~": "~",
        "worker": world.worker.id, "machine": world.machines[0].id,
    }  # fmt: skip
    filters = {
        name: values if name in ("late", "day") else [str(names[value]) for value in values]
        for name, values in drawn.items()
    }
    asked = AskedStatistic(by, step, filters=filters)
    asker = world.actors[who]
    found = led_to_its_rows(asker, STATISTIC, asked)
    slow = counted(asker, STATISTIC, asked, monkeypatch)
    assert (found.total, found.groups) == (slow.total, slow.groups)
    assert kept_sums.recount_all() == 0


@pytest.fixture
def world(plant: Plant) -> World:
    """A unit with three clock-ins, one of them late, and one of another unit."""
    made = World(plant)
    for who, machine, hours in ((0, 0, 0), (1, 0, -20), (1, 2, 0), (2, 4, 0)):
        made.scan(who, machine, hours)
    return made


def test_who_answers(world: World) -> None:
    """Sums that are kept by company are for who reads all of it, and for what they know."""
    whole, own = world.actors[0], world.actors[3]

    def source(asker: Actor, by: str, **query: Any) -> type:
        return type(
            source_of(asker, STATISTIC, ListQuery(**query), by, (date(2026, 11, 1), date(2026, 11, 30)))
        )

    day = {"day": {"from": "2026-11-01", "to": "2026-11-30"}}
    assert source(whole, "site", filters={**day, "late": ["true"]}) is KeptNumbers
    assert source(whole, "person", filters={**day, "site": ["1"]}) is KeptNumbers
    assert source(whole, "equipment", filters=day) is KeptNumbers
    assert source(whole, "person", filters={**day, "equipment": ["1"]}) is CountedRows
    assert source(whole, "site", filters=day, q="甲") is CountedRows
    assert source(own, "site", filters=day) is CountedRows


def test_what_it_says(world: World) -> None:
    found = statistic(world.actors[0], STATISTIC, AskedStatistic("site"))
    assert [(one.label, list(one.numbers)) for one in found.groups] == [("一厂", [2, 1]), ("未填", [1, 0])]
    assert list(found.total) == [3, 1]
    assert found.sentence.endswith("上岗人次共 3，最多的是一厂（2）")
    blank = AskedStatistic(
        "site", filters={"company": [""], "site": ["", "~"], "late": [""], "day": {"from": "", "to": ""}}
    )
    assert list(led_to_its_rows(world.actors[0], STATISTIC, blank).total) == [1, 0]
    days = statistic(world.actors[2], STATISTIC, AskedStatistic())
    assert (len(days.groups), days.total[0]) == (30, 4)
    assert days.groups[-1].label == clock.today().isoformat()


def test_wrong_questions_are_refused_in_words(world: World) -> None:
    asker = world.actors[0]
    for asked in (
        AskedStatistic("weather"),
        AskedStatistic(step="hour"),
        AskedStatistic(filters={"day": {"from": "2020-01-01", "to": "2026-11-30"}}),
        AskedStatistic(filters={"day": {"from": "2026-11-30", "to": "2026-11-01"}}),
        AskedStatistic(filters={"day": {"from": "gestern"}}),
        AskedStatistic(filters={"weather": ["rain"]}),
    ):
        with pytest.raises(Invalid):
            statistic(asker, STATISTIC, asked)
    with pytest.raises(Forbidden):
        statistic(Actor(1, "谁", world.here.id), STATISTIC, AskedStatistic())
    only_read = Actor(1, "谁", world.here.id, {READ_CLOCK_INS: Scope.COMPANY})
    with pytest.raises(Forbidden):
        statistic_sheet(only_read, STATISTIC, AskedStatistic())


def test_groups_are_cut_with_a_word(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("models.core.views.statistic.MAX_GROUPS", 1)
    found = statistic(world.actors[0], STATISTIC, AskedStatistic("person"))
    assert len(found.groups) == 1 and list(found.total) == [3, 1]
    assert "最多的 1 组" in found.cut


def test_a_lost_sum_is_found_and_mended(world: World) -> None:
    KeptSum.delete().where(KeptSum.third == 1).execute()
    assert statistic(world.actors[0], STATISTIC, AskedStatistic("site")).total[0] == 2
    assert kept_sums.recount(CLOCK_IN_SUMS) == 1
    assert statistic(world.actors[0], STATISTIC, AskedStatistic("site")).total[0] == 3
    assert kept_sums.recount_lately() == 0


def test_rows_of_the_same_words_become_one(world: World) -> None:
    world.scan(0, 2, 0)
    before = statistic(world.actors[0], STATISTIC, AskedStatistic("site")).groups
    rows = KeptSum.select().count()
    assert kept_sums.fold(100) == rows
    assert kept_sums.fold(100) == 0
    assert KeptSum.select().count() == rows - 1
    assert statistic(world.actors[0], STATISTIC, AskedStatistic("site")).groups == before


def test_the_sheet_has_the_table_and_a_chart(world: World) -> None:
    file = statistic_sheet(world.actors[0], STATISTIC, AskedStatistic("site"))
    sheet = load_workbook(BytesIO(file.content)).worksheets[0]
    rows = [tuple(cell.value for cell in row) for row in sheet.iter_rows()]
    assert rows == [("厂站", "上岗人次", "其中补传"), ("一厂", 2, 1), ("未填", 1, 0), ("合计", 3, 1)]
    (chart,) = sheet._charts
    assert [series.val.numRef.f for series in chart.series] == [
        "'上岗统计'!$B$2:$B$3",
        "'上岗统计'!$C$2:$C$3",
    ]


@pytest.mark.parametrize(
    ("most", "top"), [(0, 4), (4, 4), (5, 8), (9, 20), (88, 100), (101, 200), (1950, 2000)]
)
def test_the_scale_of_a_picture_fits_its_numbers(most: int, top: int) -> None:
    assert _ceiling(most) == top


def test_the_picture_is_a_picture(world: World) -> None:
    for asked in (
        AskedStatistic(),
        AskedStatistic("site"),
        AskedStatistic("site", filters={"late": ["true"], "site": ["~"]}),
    ):
        drawn = picture(statistic(world.actors[0], STATISTIC, asked))
        assert drawn.startswith(b"\x89PNG") and len(drawn) < 100_000
