"""A statistic, a matrix and their pictures and sheets, over small ledgers: every number, every edge of what is shown."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from io import BytesIO
from typing import Any

import pytest
from openpyxl import load_workbook
from PIL import Image

from models.core.errors import Forbidden, Invalid, NotFound
from models.core.security.rights import Scope
from models.core.views import (
    Cell,
    Head,
    Matrix,
    Measure,
    Rate,
    Statistic,
    declaration,
    describe,
    pictures,
    sheets,
)
from models.core.views.declaration import Kept, view_named, views_of
from models.core.views.matrix import AskedMatrix, matrix, whole_matrix
from models.core.views.statistic import AskedStatistic, FoundStatistic, Group, _key, _rate, statistic
from models.equipment.records import Equipment
from tests.models.core import small_ledgers

pytestmark = pytest.mark.one_engine
EQUIPMENT = small_ledgers.EQUIPMENT
DAY = (date(2026, 11, 22), date(2026, 11, 22))


@pytest.fixture(autouse=True)
def _(monkeypatch: pytest.MonkeyPatch) -> None:
    """Views that a test declares are gone behind it."""
    declaration.all_views()
    monkeypatch.setattr(declaration, "_views", {})


def _view(**values: Any) -> Statistic:
    given: dict[str, Any] = {
        "name": "counts", "title": "设备数", "ledger": EQUIPMENT, "time": "created_at",
        "measures": (Measure("all", "台数"), Measure("open", "快开门", {"quick_open": ["true"]}),
                     Rate("rate", "占比", "open", "all")),
        "by": ("state", "quick_open", "type"),
    }  # fmt: skip
    return Statistic(**{**given, **values})


def _rows(world: Any) -> None:
    small_ledgers.equipment(world.a, "甲", quick_open=True)
    small_ledgers.equipment(world.a, "乙", quick_open=True)
    small_ledgers.equipment(world.a, "丙", quick_open=None)
    small_ledgers.equipment(world.a, "丁", quick_open=False, state="scrapped")
    small_ledgers.equipment(world.b, "别家的", quick_open=True)


def _groups(found: FoundStatistic) -> list[tuple[str, list[Any]]]:
    return [(one.label, list(one.numbers)) for one in found.groups]


def test_groups_and_their_sum(world: Any, clock: Any) -> None:
    _rows(world)
    view = _view(by_time=False)
    by_state = statistic(world.in_a, view, AskedStatistic())
    titles = {choice.value: choice.title for choice in Equipment.state.options}
    assert _groups(by_state) == [(titles["in_use"], [3, 2, 66.7]), (titles["scrapped"], [1, 0, 0.0])]
    assert list(by_state.total) == [4, 2, 50.0] and by_state.by_title == Equipment.state.title
    by_flag = statistic(world.in_a, view, AskedStatistic(by="quick_open"))
    assert sorted(_groups(by_flag)) == sorted(
        [("是", [2, 2, 100.0]), ("未填", [1, 0, 0.0]), ("否", [1, 0, 0.0])]
    )
    assert {one.label: one.filters["quick_open"] for one in by_flag.groups} == {
        "是": ["true"], "否": ["false"], "未填": ["~"]
    }  # fmt: skip
    by_type = statistic(world.in_a, view, AskedStatistic(by="type"))
    assert _groups(by_type) == [("叉车", [4, 2, 50.0])]
    assert statistic(world.over, view, AskedStatistic()).total[0] == 5
    assert list(
        statistic(world.in_a, view, AskedStatistic(filters={"state": ["scrapped"], "quick_open": [""]})).total
    ) == [1, 0, 0.0]
    assert list(statistic(world.in_a, view, AskedStatistic(q="没有的")).total) == [0, 0, None]


def test_days_and_steps(world: Any, clock: Any) -> None:
    _rows(world)
    clock.forward(days=1)
    small_ledgers.equipment(world.a, "次日")
    view = _view()
    asked = AskedStatistic(filters={"created_at": {"from": "2026-11-22", "to": "2026-11-24"}})
    found = statistic(world.in_a, view, asked)
    assert (found.by, found.step, found.by_title) == ("created_at", "day", "日")
    assert [(label, numbers[0]) for label, numbers in _groups(found)] == [
        ("2026-11-22", 4), ("2026-11-23", 1), ("2026-11-24", 0)
    ]  # fmt: skip
    assert found.groups[0].filters == {"created_at": {"from": "2026-11-22", "to": "2026-11-22"}}
    assert statistic(world.in_a, view, replace(asked, step="month")).total[0] == 5
    weeks = statistic(world.in_a, view, replace(asked, step="week"))
    assert [numbers[0] for _, numbers in _groups(weeks)] == [4, 1], "Sunday ends a week"
    assert statistic(world.in_a, view, replace(asked, by="state", step="week")).step == ""
    for wrong in (AskedStatistic(by="location"), AskedStatistic(step="hour")):
        with pytest.raises(Invalid):
            statistic(world.in_a, view, wrong)
    with pytest.raises(Forbidden):
        statistic(small_ledgers.actor(world.a, rights={"persons.read": Scope.COMPANY}), view, asked)


def test_a_register_counts_all_there_is_until_a_period_is_chosen(world: Any, clock: Any) -> None:
    for name, until in (
        ("甲", date(2024, 1, 5)),
        ("乙", date(2026, 12, 1)),
        ("丙", date(2027, 10, 31)),
        ("丁", None),
    ):
        small_ledgers.equipment(world.a, name, next_inspection_on=until)
    view = _view(time="next_inspection_on", period="ahead", by_time=False)
    whole = statistic(world.in_a, view, AskedStatistic())
    assert (whole.total[0], whole.days, dict(whole.base)) == (4, None, {})
    assert whole.sentence.startswith("目前，台数共 4")
    coming = statistic(world.in_a, view, AskedStatistic(by="next_inspection_on"))
    assert (coming.step, coming.days) == ("month", (date(2026, 11, 1), date(2027, 10, 31)))
    assert [(one.label, one.numbers[0]) for one in coming.groups if one.numbers[0]] == [
        ("2026-12", 1),
        ("2027-10", 1),
    ]
    some = statistic(
        world.in_a,
        view,
        AskedStatistic(filters={"next_inspection_on": {"to": "2024-01-31", "from": "2024-01-01"}}),
    )
    assert (some.total[0], some.sentence[:10]) == (1, "2024-01-01")
    year = replace(view, period="year", name="year")
    assert statistic(world.in_a, year, AskedStatistic()).days == (date(2025, 12, 1), date(2026, 11, 22)), (
        "twelve months"
    )
    assert statistic(world.in_a, year, AskedStatistic(by="next_inspection_on")).step == "month"
    past = replace(view, period="all", name="past")
    assert statistic(world.in_a, past, AskedStatistic(by="next_inspection_on")).total[0] == 0, (
        "the last days, as of what happens"
    )


def test_a_statistic_that_can_not_be_is_told_when_it_is_declared() -> None:
    for wrong in (
        {"by": ("nothing",)},
        {"by": ("location",)},
        {"by": ("scans",)},
        {"time": "state"},
        {"drawn": ("none",)},
        {"measures": tuple(Measure(name, name) for name in "甲乙丙丁")},  # two bars of one colour
        {"measures": (Measure("all", "甲"), Measure("all", "乙"))},
        {"measures": (Measure("all", "甲"), Rate("r", "乙", "all", "none"))},
        {"measures": (Measure("all", "甲", {"nothing": ["1"]}),)},
    ):
        with pytest.raises(LookupError):
            _view(name="wrong", **wrong)
    with pytest.raises(ValueError, match="columns"):
        Kept("k", Equipment, "created_at", ("a", "b", "c", "d", "e", "f"))
    Kept("k", Equipment, "created_at", ("a", "b", "c", "d", "e"))


def test_a_view_is_known_by_its_name_and_beside_its_ledger() -> None:
    view = _view()
    again = _view()
    with pytest.raises(ValueError, match="twice"):
        Matrix(name="counts", title="x", ledger=small_ledgers.PERSONS, rows=EQUIPMENT, of_company=lambda *_: None,
               columns=lambda company: (), cells=lambda *_: {})  # fmt: skip
    assert view_named("counts") is again and view_named("none") is None
    assert views_of(EQUIPMENT) == [again] and views_of(small_ledgers.PERSONS) == []
    assert (view.shown, view.axes) == (("all", "open"), ("created_at", "state", "quick_open", "type"))
    turned = _view(name="turned", by_time=False, drawn=("open",))
    assert (turned.shown, turned.axes) == (("open",), ("state", "quick_open", "type", "created_at"))


@pytest.mark.parametrize(
    ("value", "key"),
    [(None, "~"), (True, "true"), (False, "false"), (1, "1"), (0, "0"), ("in_use", "in_use")],
)
def test_a_group_as_its_filter_takes_it(value: Any, key: str) -> None:
    assert _key(value) == key


def test_a_rate_rounds_half_up_and_is_nothing_of_nothing() -> None:
    rate = Rate("r", "占比", "part", "whole")
    told = [_rate(rate, {"part": part, "whole": whole}) for part, whole in ((1, 800), (1, 3), (0, 3), (0, 0))]
    assert told == [0.1, 33.3, 0.0, None]


def _found(numbers: list[int], *, step: str = "", total: int | None = None, **values: Any) -> FoundStatistic:
    view = _view(drawn=("all",), **values)
    groups = [Group(str(place), {}, [number, 0, None]) for place, number in enumerate(numbers)]
    return FoundStatistic(
        view,
        "created_at" if step else "state",
        step,
        DAY,
        {},
        groups,
        [sum(numbers) if total is None else total, 0, None],
    )


def test_the_sentence_names_the_most() -> None:
    begin = "2026-11-22 至 2026-11-22，台数共 "
    assert _found([]).sentence == _found([0, 0]).sentence == begin + "0"
    assert _found([7]).sentence == begin + "7"
    assert _found([1, 2000]).sentence == begin + "2,001，最多的是 1（2,000）"
    named = replace(_found([3, 1]), groups=[Group("一厂", {}, [3, 0, None]), Group("二厂", {}, [1, 0, None])])
    assert named.sentence == begin + "4，最多的是一厂（3）"


def test_the_sentence_of_a_ranking_names_the_first_without_the_place() -> None:
    found = replace(
        _found([3, 1]), groups=[Group("1. 孙文军", {}, [3, 0, None]), Group("2. 李. 明", {}, [1, 0, None])]
    )
    assert replace(found, view=replace(found.view, ranked=True)).sentence.endswith("最多的是孙文军（3）")


@pytest.mark.parametrize(
    ("most", "top"),
    [
        (0, 4),
        (4, 4),
        (4.5, 8),
        (8, 8),
        (9, 20),
        (20, 20),
        (21, 40),
        (40, 40),
        (41, 80),
        (80, 80),
        (81, 100),
        (100, 100),
        (101, 200),
    ],
)
def test_the_top_of_a_scale(most: float, top: float) -> None:
    assert pictures._ceiling(most) == top


def _heights(found: FoundStatistic) -> list[int]:
    """How high each bar of the first measure is, in pixels."""
    image = Image.open(BytesIO(pictures.picture(found)))
    assert image.size == pictures.SIZE
    count = min(len(found.groups), pictures._MOST_BARS)
    room = (pictures._RIGHT - pictures._LEFT) / count
    colour = tuple(int(pictures._COLOURS[0][at : at + 2], 16) for at in (1, 3, 5))
    heights = []
    for index in range(count):
        x = int(pictures._LEFT + room * (index + 0.5))
        column = [image.getpixel((x, y)) for y in range(pictures._TOP - 10, pictures._BOTTOM)]
        heights.append(sum(pixel == colour for pixel in column))
    return heights


def test_bars_are_as_high_as_their_numbers() -> None:
    whole = pictures._BOTTOM - pictures._TOP
    full, none, half = _heights(_found([4, 0, 2]))
    assert none == 0 and abs(full - whole) <= 1 and abs(half - whole / 2) <= 1


def test_what_does_not_fit_is_left_out_the_oldest_or_the_least() -> None:
    many = [40 - place for place in range(40)]
    whole = pictures._BOTTOM - pictures._TOP
    groups, days = _heights(_found(many)), _heights(_found(many, step="day"))
    assert len(groups) == len(days) == pictures._MOST_BARS
    assert abs(groups[0] - whole) <= 1 and abs(groups[-1] - whole * 10 / 40) <= 1
    assert abs(days[0] - whole * 31 / 40) <= 1 and abs(days[-1] - whole / 40) <= 1


def _cells(file: Any) -> list[list[Any]]:
    return [list(row) for row in load_workbook(BytesIO(file.content)).active.iter_rows(values_only=True)]


def test_a_statistic_as_a_sheet(world: Any, clock: Any) -> None:
    _rows(world)
    file = sheets.statistic_sheet(world.in_a, _view(by_time=False), AskedStatistic())
    assert file.name == "设备数 2026-11-22 0800.xlsx"
    rows = _cells(file)
    assert rows[0] == [Equipment.state.title, "台数", "快开门", "占比（%）"]
    assert [row[1:] for row in rows[1:]] == [[3, 2, 66.7], [1, 0, 0], [4, 2, 50]] and rows[-1][0] == "合计"
    chart = load_workbook(BytesIO(file.content)).active._charts
    assert len(chart) <= 1
    empty = _cells(sheets.statistic_sheet(world.in_b, _view(by_time=False), AskedStatistic(q="没有的")))
    assert [row[0] for row in empty[1:]] == ["合计"]
    with pytest.raises(Forbidden):
        sheets.statistic_sheet(
            small_ledgers.actor(world.a, rights={"equipment.read": Scope.COMPANY}), _view(), AskedStatistic()
        )


def test_which_chart_is_drawn(world: Any) -> None:
    line, bar = _view(name="line", chart="line"), _view(name="bar")
    drawn = []
    for view, step in ((line, "day"), (line, ""), (bar, "day")):
        found = replace(_found([1, 2], step=step), view=view)
        drawn.append(
            (
                describe.statistic_json(found, world.in_a)["chart"],
                type(sheets._chart(found, _sheet())).__name__,
            )
        )
    assert drawn == [("line", "LineChart"), ("bar", "BarChart"), ("bar", "BarChart")]
    assert len(sheets._chart(replace(_found([1]), view=_view(drawn=("open",))), _sheet()).series) == 1
    assert len(sheets._chart(replace(_found([1]), view=_view()), _sheet()).series) == 2


def _sheet() -> Any:
    from openpyxl import Workbook

    return Workbook().active


def test_a_statistic_as_json(world: Any) -> None:
    told = describe.statistic_json(_found([1]), world.in_a)
    assert [(each["name"], each["rate"], each["drawn"]) for each in told["measures"]] == [
        ("all", False, True), ("open", False, False), ("rate", True, False)
    ]  # fmt: skip
    assert [each["filters"] for each in told["measures"]] == [{}, {"quick_open": ["true"]}, None]
    assert (told["step"], told["cut"], told["exportable"]) == (None, None, True)
    reader = small_ledgers.actor(world.a, rights={"equipment.read": Scope.COMPANY})
    assert describe.about(_view(), reader)["exportable"] is False
    assert describe.statistic_json(_found([1], step="day"), world.in_a)["step"] == "day"


def _matrix(world: Any, **values: Any) -> Matrix:
    return Matrix(
        name="where", title="设备在哪", ledger=EQUIPMENT, rows=EQUIPMENT, sort="name",
        of_company=lambda company, where: Equipment.company == company,
        columns=lambda company: (Head("state", "状态", "现在"), Head("place", "位置")),
        cells=lambda company, rows, where: {
            (row.id, "state"): (Cell(row.state, row=row.id), Cell("x", filters={"state": [row.state]})) for row in rows
        },
        note=lambda company, rows: {rows[0].id: "头一个"} if rows else {},
        **values,
    )  # fmt: skip


def test_a_matrix_page_by_page(world: Any) -> None:
    _rows(world)
    view = _matrix(world)
    first = matrix(world.in_a, view, AskedMatrix(), limit=3)
    assert (first.company, len(first.rows), first.next is None) == (world.a.id, 3, False)
    rest = matrix(world.in_a, view, AskedMatrix(cursor=str(first.next)), limit=3)
    assert (len(rest.rows), rest.next) == (1, None)
    assert matrix(world.in_a, view, AskedMatrix(), limit=4).next is None
    assert [set(row.cells) for row in first.rows] == [{"state"}] * 3
    assert [row.note for row in first.rows] == ["头一个", "", ""]
    whole = whole_matrix(world.in_a, view, AskedMatrix(filters={"state": ["scrapped"]}))
    assert [row.label for row in whole.rows] == ["丁"] and whole.cut == ""
    told = describe.matrix_json(whole, world.in_a)
    assert told["rows"][0]["cells"]["state"] == [
        {"text": "scrapped", "tone": "plain", "tip": "", "row": str(whole.rows[0].id), "filters": None},
        {"text": "x", "tone": "plain", "tip": "", "row": None, "filters": {"state": ["scrapped"]}},
    ]
    rows = _cells(sheets.matrix_sheet(world.in_a, view, AskedMatrix(filters={"state": ["scrapped"]})))
    assert rows == [["设备", "说明", "状态 现在", "位置"], ["丁", "头一个", "scrapped\nx", None]]


def test_a_matrix_is_of_one_whole_company(world: Any) -> None:
    view = _matrix(world)
    assert matrix(world.over, view, AskedMatrix(company=world.b.id)).company == world.b.id
    assert matrix(replace(world.over, company_id=None), view, AskedMatrix()).company in (
        world.a.id,
        world.b.id,
    )
    with pytest.raises(NotFound):
        matrix(world.in_a, view, AskedMatrix(company=world.b.id))
    nobody = replace(world.over, company_id=None, group_companies=())
    with pytest.raises(Invalid):
        matrix(nobody, view, AskedMatrix())
    near = small_ledgers.actor(world.a, scope=Scope.SITE, rights={"equipment.read": Scope.SITE})
    assert not describe.offered_to(view, near) and describe.offered_to(view, world.in_a)
    assert describe.offered_to(_view(), near)
    with pytest.raises(Forbidden):
        matrix(small_ledgers.actor(world.a, rights={"persons.read": Scope.COMPANY}), view, AskedMatrix())


def test_what_a_matrix_is_filtered_by() -> None:
    assert _matrix(None).filtered is EQUIPMENT
    other = replace(_matrix(None), name="other", rows=small_ledgers.PERSONS)
    assert other.filtered is small_ledgers.PERSONS
    assert replace(other, name="third", filters_cells=True).filtered is EQUIPMENT
