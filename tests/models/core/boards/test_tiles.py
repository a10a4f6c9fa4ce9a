"""Tiles of a board: what each counts is what its ledger lists, for the place, and as far as who looks may read (I02)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from models.core import clock as clocks
from models.core.boards import board as boards
from models.core.boards.board import (
    Board,
    ChartTile,
    FigureTile,
    ListTile,
    NumberTile,
    Place,
    ShownTile,
    SplitTile,
    TileCount,
    TileNumber,
    all_boards,
    rows_at,
    show_board,
)
from models.core.boards.describe import board_json, named, place_of
from models.core.errors import NotFound
from models.core.ledger import Filter
from models.core.ledger.reading.listing import Selection
from models.core.ledger.reading.query import ListQuery
from models.core.security.actor import Actor
from models.core.security.rights import Scope
from models.core.views import Measure, Statistic, declaration
from tests.models.core import small_ledgers

pytestmark = pytest.mark.one_engine
EQUIPMENT, PERSONS = small_ledgers.EQUIPMENT, small_ledgers.PERSONS
USED, STOPPED = {"state": ["in_use"]}, {"state": ["stopped"]}


@pytest.fixture(autouse=True)
def those_of_the_house() -> Iterator[None]:
    """The boards of the house stay as they are."""
    all_boards()
    before = dict(boards._boards)
    yield
    boards._boards.clear()
    boards._boards.update(before)


def count(world: Any, asked: TileCount, place: Place | None = None) -> TileNumber:
    tile = NumberTile(name="n", title="设备", ledger=EQUIPMENT, counts=(asked,))
    (number,) = tile.show(world.in_a, place or Place()).numbers
    assert number.leads is not None
    ledger, filters = number.leads
    query = ListQuery.parse(EQUIPMENT, filters=filters)
    assert (ledger, Selection(world.in_a, EQUIPMENT, query, "equipment.read").count(99)) == (
        "equipment",
        number.value,
    )
    return number


@pytest.mark.parametrize(
    ("stopped", "used", "full", "tone"),
    [
        (0, 2, False, "plain"),
        (1, 2, False, "warn"),
        (0, 0, False, "plain"),
        (0, 2, True, "warn"),
        (1, 1, True, "good"),
        (2, 1, True, "good"),
        (0, 0, True, "plain"),
    ],
)
def test_a_number_burns_where_there_is_any_or_where_it_should_be_full(
    world: Any, stopped: int, used: int, full: bool, tone: str
) -> None:
    for state, number in (("stopped", stopped), ("in_use", used)):
        for _ in range(number):
            small_ledgers.equipment(world.a, state=state)
    told = count(world, TileCount("停用", STOPPED, "warn", of=USED, full=full))
    assert (told.value, told.of, told.tone, told.unit) == (stopped, used, tone, "台")


def test_a_number_that_nothing_is_held_against(world: Any) -> None:
    small_ledgers.equipment(world.a, state="stopped")
    told = count(world, TileCount("停用", lambda: STOPPED, "bad", unit="部", full=True))
    assert (told.value, told.of, told.tone, told.unit) == (1, None, "bad", "部")
    assert count(world, TileCount("在用", USED, "bad", full=True)).tone == "plain"


def test_a_place_narrows_by_what_the_ledger_can_be_filtered_by(world: Any) -> None:
    small_ledgers.equipment(world.a), small_ledgers.equipment(world.b)
    tile = NumberTile(name="n", title="设备", ledger=EQUIPMENT, counts=(TileCount("", USED),))
    site = Place(world.a.id, world.site.id)
    shown = {place: tile.show(world.over, place) for place in (Place(), Place(world.b.id), site)}
    assert [each.numbers[0].value for each in shown.values()] == [2, 1, 1]
    assert [each.by_site for each in shown.values()] == [True, True, False], "it knows no sites"
    assert shown[site].numbers[0].leads == ("equipment", {**USED, "company": [str(world.a.id)]})
    assert rows_at(world.over, EQUIPMENT, USED, Place(world.b.id)).count(9) == 1


def test_who_reads_less_than_the_company_is_told_whose_it_is(world: Any) -> None:
    small_ledgers.equipment(world.a, site=world.site), small_ledgers.equipment(world.a)
    tile = NumberTile(name="n", title="设备", ledger=EQUIPMENT, counts=(TileCount("", USED),))
    for scope, number, cut in ((Scope.SITE, 1, "只算本厂站的"), (Scope.COMPANY, 2, ""), (Scope.GROUP, 2, "")):
        actor = Actor(
            7,
            "甲",
            world.a.id,
            {"equipment.read": scope},
            group_companies=(world.a.id,),
            sites=(world.site.id,),
        )
        shown = tile.show(actor, Place())
        assert (shown.numbers[0].value, shown.scope) == (number, cut)


def split(world: Any, by: str, ledger: Any = EQUIPMENT) -> ShownTile:
    tile = SplitTile(
        name="s", title="分布", ledger=ledger, by=by, filters={}, late={"next_inspection_on": {"to": "2026-11-21"}},
        late_title="超期",
    )  # fmt: skip
    return tile.show(world.in_a, Place())


def test_a_split_has_a_bar_for_each_choice_that_has_rows(world: Any) -> None:
    late = {"next_inspection_on": date(2026, 11, 21)}
    for values in ({}, late, {"state": "scrapped"}, {"next_inspection_on": date(2026, 11, 22)}):
        small_ledgers.equipment(world.a, **values)
    small_ledgers.equipment(world.b, **late)
    shown = split(world, "state")
    told = [(bar.label, bar.value, bar.late, bar.tone) for bar in shown.bars]
    assert told == [("在用", 3, 1, "good"), ("报废", 1, 0, "bad")]
    assert [(one.title, one.value, one.tone) for one in shown.numbers] == [
        ("", 4, "plain"),
        ("超期", 1, "bad"),
    ]
    assert shown.bars[1].leads == ("equipment", {"state": ["scrapped"]})


def test_a_split_where_nothing_is_late_and_something_says_nothing(world: Any) -> None:
    small_ledgers.equipment(world.a), small_ledgers.equipment(world.a, boiler_use="power")
    shown = split(world, "boiler_use")
    assert [(bar.label, bar.value, bar.late) for bar in shown.bars] == [("电站锅炉", 1, 0), ("未填", 1, 0)]
    assert shown.numbers[1].tone == "plain"
    assert split(world, "state").bars[0].value == 2


def test_a_split_of_nothing_has_no_bars(world: Any) -> None:
    shown = split(world, "boiler_use")
    assert (shown.bars, [one.value for one in shown.numbers]) == ([], [0, 0])


def test_a_chart_has_a_bar_for_each_of_the_last_days_with_its_late_part(
    world: Any, clock: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    declaration.all_views()
    monkeypatch.setattr(declaration, "_views", {})
    small = small_ledgers.CLOCK_INS
    ledger = replace(small, filters=(*small.filters, Filter("late", "flag")))
    of = Statistic(
        name="counts", title="上岗数", ledger=ledger, time="day", by=("company",),
        measures=(Measure("all", "人次"), Measure("late", "补传", {"late": ["true"]})),
    )  # fmt: skip
    for days, late in ((0, True), (0, False), (2, False), (3, True)):
        small_ledgers.clock_in(world.a, scanned_at=clocks.now() - timedelta(days=days), late=late)
    tile = ChartTile(name="c", title="最近", ledger=ledger, of=of, days=3, late="late")
    shown = tile.show(world.in_a, Place())
    assert [(bar.label, bar.value, bar.late) for bar in shown.bars] == [
        ("11-20", 1, 0),
        ("11-21", 0, 0),
        ("11-22", 2, 1),
    ]
    for bar in shown.bars:
        assert bar.leads is not None
        assert (
            Selection(
                world.in_a, ledger, ListQuery.parse(ledger, filters=bar.leads[1]), "clock-ins.read"
            ).count(9)
            == bar.value
        )
    plain = ChartTile(name="c", title="最近", ledger=ledger, of=of, days=4).show(world.in_a, Place())
    assert [(bar.value, bar.late) for bar in plain.bars] == [(1, 0), (1, 0), (0, 0), (2, 0)]


@pytest.mark.parametrize(("there", "named_rows"), [(0, 0), (5, 5), (6, 6), (8, 6)])
def test_a_list_names_the_first_rows_and_says_how_many_there_are(
    world: Any, there: int, named_rows: int
) -> None:
    for number in range(there):
        small_ledgers.equipment(world.a, f"叉车{number}", state="stopped", location="东门")
    small_ledgers.equipment(world.a, "在用的")
    tile = ListTile(
        name="l", title="停用", ledger=EQUIPMENT, filters=STOPPED, sort="name", tone="warn",
        note=lambda row: row.location,
    )  # fmt: skip
    shown = tile.show(world.in_a, Place())
    assert [row.label for row in shown.rows] == [f"叉车{number}" for number in range(named_rows)]
    assert {(row.note, row.tone) for row in shown.rows} <= {("东门", "warn")}
    assert (shown.numbers[0].value, shown.numbers[0].tone) == (there, "warn" if there else "plain")


def test_a_tile_is_for_who_may_read_its_ledger_and_has_its_further_right(world: Any) -> None:
    plain = FigureTile(
        name="a", title="甲", ledger=EQUIPMENT, figure=lambda actor, place: [TileNumber("", 1)]
    )
    further = FigureTile(
        name="b", title="乙", ledger=EQUIPMENT, right="equipment.edit", figure=lambda actor, place: []
    )
    board = Board(name="small", title="小", tiles=(plain, further), card=("b",))
    assert board in all_boards()
    for rights, names in (
        ((), []),
        (("equipment.edit",), []),
        (("equipment.read",), ["a"]),
        (("equipment.read", "equipment.edit"), ["a", "b"]),
    ):
        actor = Actor(7, "甲", world.a.id, dict.fromkeys(rights, Scope.COMPANY))
        assert [tile.name for tile in show_board(actor, board, Place()).tiles] == names


def test_a_board_whose_card_names_no_tile_of_it_or_that_has_one_twice_is_none(world: Any) -> None:
    tile = FigureTile(name="a", title="甲", ledger=EQUIPMENT, figure=lambda actor, place: [])
    for tiles, card in (((tile, tile), ()), ((tile,), ("b",)), ((tile,), ("a", "b"))):
        with pytest.raises(LookupError):
            Board(name="wrong", title="错", tiles=tiles, card=card)
    assert "wrong" not in {board.name for board in all_boards()}


@pytest.fixture
def board(world: Any) -> Board:
    """A board of one tile about equipment, and one about people."""
    counts = (TileCount("在用", USED),)
    return Board(
        name="small",
        title="小",
        tiles=(
            NumberTile(name="a", title="设备", ledger=EQUIPMENT, counts=counts),
            FigureTile(
                name="b", title="人", ledger=PERSONS, figure=lambda actor, place: [TileNumber("人", None)]
            ),
        ),
        card=("a",),
    )


def test_a_board_is_looked_at_for_a_place_within_reach(world: Any, board: Board) -> None:
    other = small_ledgers.company("乙一厂", world.b, "site")
    alone, site = place_of(world.in_a, board, None, None), (world.a.id, world.site.id)
    assert alone == Place(world.a.id), "who reads one unit sees that one"
    assert place_of(world.over, board, None, None) == Place()
    assert place_of(world.over, board, *site) == Place(*site) == place_of(world.in_a, board, None, site[1])
    for company, wrong in ((world.b.id, None), (None, other.id), (world.a.id, other.id), (10**9, None)):
        with pytest.raises(NotFound):
            place_of(world.in_a, board, company, wrong)
    with pytest.raises(NotFound):
        place_of(world.over, board, None, site[1])
    places = (Place(), Place(world.b.id), Place(*site))
    assert [named(world.over, board, place) for place in places] == [
        "全部 2 个单位",
        "乙公司",
        "甲公司 · 甲一厂",
    ]
    nobody = Actor(7, "甲", world.a.id)
    assert (place_of(nobody, board, None, None), named(nobody, board, Place())) == (Place(), "还没有单位")


def test_what_a_board_says_of_itself(world: Any, board: Board) -> None:
    small_ledgers.equipment(world.a)
    whole = board_json(world.over, show_board(world.over, board, Place()))
    assert (whole["company"], whole["site"], whole["sites"]) == (None, None, [])
    assert {each["name"] for each in whole["companies"]} == {"甲公司", "乙公司"}
    place = Place(world.a.id, world.site.id)
    told = board_json(world.in_a, show_board(world.in_a, board, place))
    assert (told["company"], told["site"]) == (str(world.a.id), str(world.site.id))
    assert told["sites"] == [{"id": str(world.site.id), "name": "甲一厂"}]
    first, second = told["tiles"]
    assert (first["cut"], second["cut"]) == ("不分厂站，是全单位的", "不分厂站，是全单位的")
    assert first["numbers"][0]["leads"]["ledger"] == "equipment" and second["numbers"][0]["leads"] is None
