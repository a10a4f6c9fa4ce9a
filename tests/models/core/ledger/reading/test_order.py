"""A list stands in the order of any date or number that it shows, both ways, and says which of its rows a page has (X21)."""

from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from models.core.db.connection import database as house_database
from models.core.errors import Invalid
from models.core.ledger.reading import order
from models.core.ledger.reading.listing import list_rows
from models.core.ledger.reading.query import ListQuery
from models.equipment.records import Equipment
from tests.models.core import small_ledgers
from tests.models.core.small_ledgers import EQUIPMENT

DAY = date(2027, 1, 1)


def page(actor, **asked):
    return list_rows(actor, EQUIPMENT, ListQuery.parse(EQUIPMENT, **asked))


def walk(actor, way="next", **asked):
    """All pages the way they are met, each as (start, ids)."""
    found, cursor = [], ""
    for _ in range(200):
        last = {"end": "last"} if way == "previous" and not cursor else {}
        listed = page(actor, cursor=cursor, **last, **asked)
        found.append((listed["start"], [int(row["id"]) for row in listed["items"]]))
        cursor = listed[way]
        if cursor is None:
            return found
    raise AssertionError("the list has no end")


def test_every_date_and_number_that_is_shown_may_be_sorted_by():
    assert set(order.sortable(EQUIPMENT)) >= {"name", "created_at", "lng", "next_inspection_on"}
    assert set(order.declared(EQUIPMENT)) == {"name", "created_at", "state"}


@settings(
    max_examples=30,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(
    rows=st.lists(st.tuples(st.sampled_from("ab"), st.none() | st.integers(0, 3)), max_size=16),
    limit=st.integers(1, 6),
    sort=st.sampled_from(["next_inspection_on", "-next_inspection_on", "lng", "-lng"]),
    both=st.booleans(),
)
def test_rows_without_a_value_stand_last_whichever_way(world, rows, limit, sort, both):
    """Any data with ties and gaps, any page size, one company or several, forwards and backwards."""
    actor = world.over if both else world.in_a
    with house_database.atomic() as transaction:
        kind = small_ledgers.forklift()
        made = []
        for unit, number in rows:
            values = (
                {}
                if number is None
                else {"next_inspection_on": DAY + timedelta(number), "lng": number, "lat": 1}
            )
            owner = world.a if unit == "a" else world.b
            row = small_ledgers.equipment(owner, "叉车", type=kind, **values)
            if both or unit == "a":
                made.append((row.id, number))
        sign = -1 if sort[0] == "-" else 1
        expected = [
            row_id
            for row_id, number in sorted(
                made, key=lambda one: (one[1] is None, sign * (one[1] or 0), sign * one[0])
            )
        ]
        forwards = walk(actor, sort=sort, limit=limit)
        assert [row_id for _, part in forwards for row_id in part] == expected
        backwards = walk(actor, way="previous", sort=sort, limit=limit)
        assert [row_id for _, part in reversed(backwards) for row_id in part] == expected
        starts = [sum(len(part) for _, part in forwards[:at]) for at in range(len(forwards))]
        assert [start for start, _ in forwards] == starts
        for start, part in backwards:
            assert expected[start : start + len(part)] == part
        transaction.rollback()


def test_more_rows_than_can_be_sorted_are_said(world, monkeypatch):
    monkeypatch.setattr(order, "MOST_SORTED", 3)
    for number in range(4):
        small_ledgers.equipment(world.a, f"{number}号", state="stopped" if number else "in_use")
    with pytest.raises(Invalid) as caught:
        page(world.in_a, sort="next_inspection_on")
    assert caught.value.code == "too_many_to_sort"
    assert "最多排 3 台" in caught.value.message
    assert len(page(world.in_a, sort="next_inspection_on", filters={"state": ["stopped"]})["items"]) == 3
    assert len(page(world.in_a, sort="-name")["items"]) == 4, "what is declared has an index"


def test_the_deepest_page_of_a_long_list_says_no_place(world, monkeypatch):
    for number in range(5):
        small_ledgers.equipment(world.a, f"{number}号")
    assert page(world.in_a, limit=2, end="last")["start"] == 3
    monkeypatch.setattr("models.core.ledger.reading.listing.COUNT_CAP", 3)
    last = page(world.in_a, limit=2, end="last")
    assert last["start"] is None
    assert page(world.in_a, limit=2, cursor=last["previous"])["start"] is None


def test_a_page_that_is_come_to_forwards_and_back_has_the_same_place(world):
    for number in range(7):
        small_ledgers.equipment(world.a, f"{number}号")
    first = page(world.in_a, limit=3, sort="name")
    second = page(world.in_a, limit=3, sort="name", cursor=first["next"])
    third = page(world.in_a, limit=3, sort="name", cursor=second["next"])
    assert (first["start"], second["start"], third["start"]) == (0, 3, 6)
    assert page(world.in_a, limit=3, sort="name", cursor=third["previous"])["start"] == 3
    Equipment.delete().where(Equipment.name == "6号").execute()
    gone = page(world.in_a, limit=3, sort="name", cursor=second["next"])
    assert page(world.in_a, limit=3, sort="name", cursor=gone["previous"])["start"] == 3
