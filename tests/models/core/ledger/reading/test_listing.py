"""Lists page by key and show each actor nothing of other companies."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from models.core.db.connection import database as house_database
from models.core.errors import Forbidden, Invalid
from models.core.ledger.reading.listing import list_rows, sort_column
from models.core.ledger.reading.query import ListQuery
from models.core.security import crypto
from models.core.security.rights import Scope
from models.equipment.records import Equipment, OperatorCode
from tests.models.core import small_ledgers
from tests.support.properties import tries

START = datetime(2026, 11, 1, tzinfo=UTC)


def page(actor, ledger, **asked):
    return list_rows(actor, ledger, ListQuery.parse(ledger, **asked))


def names(listed):
    return [row["values"]["name"] for row in listed["items"]]


def ids(listed):
    return [int(row["id"]) for row in listed["items"]]


def walk(actor, ledger, way="next", **asked):
    """All pages, as lists of ids, the way they are met."""
    found, cursor = [], ""
    for _ in range(300):
        listed = page(
            actor,
            ledger,
            cursor=cursor,
            **({} if cursor else {"end": "last"} if way == "previous" else {}),
            **asked,
        )
        found.append(ids(listed))
        cursor = listed[way]
        if cursor is None:
            return found
    raise AssertionError("the list has no end")


@settings(
    max_examples=tries(12, 25),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(
    rows=st.lists(
        st.tuples(
            st.sampled_from("ab"), st.integers(0, 3), st.sampled_from(["甲", "A", "a", "ß", "一号", "'", "%"])
        ),
        max_size=25,
    ),
    limit=st.integers(1, 9),
    sort=st.sampled_from(["created_at", "-created_at", "name", "-name", "state"]),
    both=st.booleans(),
)
def test_walking_meets_every_row_once_and_in_order(world, rows, limit, sort, both):
    """Any data with ties, any page size, one company or several, forwards and backwards."""
    actor = world.over if both else world.in_a
    with house_database.atomic() as transaction:
        kind = small_ledgers.forklift()
        for unit, tick, name in rows:
            small_ledgers.equipment(
                world.a if unit == "a" else world.b,
                name,
                type=kind,
                created_at=START + timedelta(microseconds=tick),
                state=["in_use", "stopped"][tick % 2],
            )
        column = sort_column(Equipment, sort.lstrip("-"))
        query = Equipment.select(Equipment.id).where(
            Equipment.company.in_(actor.group_companies) if both else Equipment.company == world.a
        )
        order = (column.desc(), Equipment.id.desc()) if sort[0] == "-" else (column.asc(), Equipment.id.asc())
        expected = [row.id for row in query.order_by(*order)]
        forwards = walk(actor, small_ledgers.EQUIPMENT, sort=sort, limit=limit)
        assert [row_id for part in forwards for row_id in part] == expected
        assert all(len(part) == limit for part in forwards[:-1])
        backwards = walk(actor, small_ledgers.EQUIPMENT, way="previous", sort=sort, limit=limit)
        assert [row_id for part in reversed(backwards) for row_id in part] == expected
        transaction.rollback()


def test_going_on_and_back_shows_the_same_page(world):
    for number in range(7):
        small_ledgers.equipment(world.a, f"{number}号")
    first = page(world.in_a, small_ledgers.EQUIPMENT, sort="name", limit=3)
    second = page(world.in_a, small_ledgers.EQUIPMENT, sort="name", limit=3, cursor=first["next"])
    assert (
        page(world.in_a, small_ledgers.EQUIPMENT, sort="name", limit=3, cursor=second["previous"])["items"]
        == first["items"]
    )
    assert first["previous"] is None
    assert names(second) == ["3号", "4号", "5号"]


def test_a_page_whose_rows_are_gone_still_leads_back(world):
    made = [small_ledgers.equipment(world.a, f"{number}号") for number in range(4)]
    first = page(world.in_a, small_ledgers.EQUIPMENT, sort="name", limit=2)
    for row in made[2:]:
        row.delete_instance()
    gone = page(world.in_a, small_ledgers.EQUIPMENT, sort="name", limit=2, cursor=first["next"])
    assert gone["items"] == []
    assert gone["next"] is None
    assert names(
        page(world.in_a, small_ledgers.EQUIPMENT, sort="name", limit=2, cursor=gone["previous"])
    ) == [
        "0号",
        "1号",
    ]


@pytest.mark.parametrize("text", ["x", "s1.abc.def", "é", "0" * 3000])
def test_a_forged_cursor_is_refused(world, text):
    with pytest.raises(Invalid) as caught:
        page(world.in_a, small_ledgers.EQUIPMENT, cursor=text)
    assert caught.value.code == "bad_cursor"


def test_a_cursor_serves_its_own_list_and_order_only(world):
    for _ in range(3):
        small_ledgers.equipment(world.a)
    cursor = page(world.in_a, small_ledgers.EQUIPMENT, limit=1)["next"]
    with pytest.raises(Invalid):
        page(world.in_a, small_ledgers.EQUIPMENT, sort="name", cursor=cursor)
    with pytest.raises(Invalid):
        page(world.in_a, small_ledgers.PERSONS, cursor=cursor)
    with pytest.raises(Invalid):
        page(
            world.in_a,
            small_ledgers.EQUIPMENT,
            cursor=crypto.encrypt('["equipment","-created_at",0,0,"x",1]', "cursor"),
        )


def test_a_company_sees_only_its_own_rows(world):
    mine, theirs = small_ledgers.equipment(world.a), small_ledgers.equipment(world.b)
    assert ids(page(world.in_a, small_ledgers.EQUIPMENT)) == [mine.id]
    assert ids(page(world.in_b, small_ledgers.EQUIPMENT)) == [theirs.id]
    assert set(ids(page(world.over, small_ledgers.EQUIPMENT))) == {mine.id, theirs.id}
    assert page(world.in_a, small_ledgers.EQUIPMENT, q="叉车")["count"] == {"value": 1, "exact": True}


def test_a_filter_by_another_company_finds_nothing_and_reveals_nothing(world):
    small_ledgers.equipment(world.a)
    small_ledgers.equipment(world.b)
    foreign = page(world.in_a, small_ledgers.EQUIPMENT, filters={"company": [str(world.b.id)]})
    nowhere = page(world.in_a, small_ledgers.EQUIPMENT, filters={"company": ["999999"]})
    assert foreign == nowhere
    assert foreign["items"] == []
    both = page(world.in_a, small_ledgers.EQUIPMENT, filters={"company": [str(world.a.id), str(world.b.id)]})
    assert len(both["items"]) == 1
    over = page(world.over, small_ledgers.EQUIPMENT, filters={"company": [str(world.b.id)]})
    assert [row["values"]["company"]["label"] for row in over["items"]] == ["乙公司"]


def test_a_right_over_a_site_shows_its_rows_alone(world):
    small_ledgers.equipment(world.a)
    inside = small_ledgers.equipment(world.a, site=world.site)
    keeper = small_ledgers.actor(world.a, scope=Scope.SITE, sites=(world.site.id,))
    assert ids(page(keeper, small_ledgers.EQUIPMENT)) == [inside.id]
    assert ids(page(small_ledgers.actor(world.a, scope=Scope.DEPARTMENT), small_ledgers.EQUIPMENT)) == []


def test_without_the_right_there_is_no_list(world):
    with pytest.raises(Forbidden):
        page(small_ledgers.actor(world.a, rights={"persons.read": Scope.COMPANY}), small_ledgers.EQUIPMENT)


def test_filters_of_every_kind(world, clock):
    old = small_ledgers.equipment(
        world.a, "旧", state="scrapped", quick_open=False, operator_codes=["N1", "Q2"], location="1号_泵房"
    )
    clock.forward(days=2)
    new = small_ledgers.equipment(
        world.a, "新", quick_open=True, next_inspection_on=date(2027, 1, 1), location="1号x泵房"
    )

    def found(**filters):
        return ids(page(world.in_a, small_ledgers.EQUIPMENT, filters=filters, sort="created_at"))

    assert found(state=["scrapped"]) == [old.id]
    assert found(state=["scrapped", "in_use"]) == [old.id, new.id]
    assert found(state=[]) == [old.id, new.id]
    assert found(quick_open=["true"]) == [new.id]
    assert found(quick_open=["false"]) == [old.id]
    assert found(location=["1号_泵"]) == [old.id]  # an underscore is no wild card
    assert found(next_inspection_on={"from": "2026-12-31", "to": "2027-01-01"}) == [new.id]
    assert found(next_inspection_on={"to": "2026-12-31"}) == []
    assert found(created_at={"from": "2026-11-22", "to": "2026-11-22"}) == [old.id]
    assert found(created_at={"from": "2026-11-24T08:00:00+08:00"}) == [new.id]
    assert found(created_at={"to": "2026-11-22T07:59:59+08:00"}) == []
    assert found(type=[str(small_ledgers.forklift().id)]) == [old.id, new.id]
    assert found(scans=["新"]) == [new.id]


def test_choices_kept_as_a_list_are_found_whole(world):
    for code in ("N1", "N10"):
        OperatorCode.get_or_create(
            code=code, defaults={"project": "叉车", "category": "场内", "mode": "clock_in", "sequence": 1}
        )
    ten = small_ledgers.equipment(world.a, operator_codes=["N10"])
    one = small_ledgers.equipment(world.a, operator_codes=["N1"])
    listed = page(world.in_a, small_ledgers.EQUIPMENT, filters={"operator_codes": ["N1"]})
    assert ids(listed) == [one.id]
    assert listed["items"][0]["values"]["operator_codes"] == ["N1"]
    assert ids(page(world.in_a, small_ledgers.EQUIPMENT, filters={"operator_codes": ["N10"]})) == [ten.id]


@pytest.mark.parametrize(
    ("asked", "where"),
    [
        ({"filters": {"nothing": ["1"]}}, "f.nothing"),
        ({"filters": {"state": ["melted"]}}, "f.state"),
        ({"filters": {"state": "in_use", "company": ["-1"]}}, "f.company"),
        ({"filters": {"company": [1]}}, "f.company"),
        ({"filters": {"quick_open": ["maybe"]}}, "f.quick_open"),
        ({"filters": {"next_inspection_on": {"from": "2026-02-30"}}}, "f.next_inspection_on"),
        ({"filters": {"next_inspection_on": {"since": "2026-02-01"}}}, "f.next_inspection_on"),
        ({"filters": {"created_at": {"from": "2026-11-22T08:00:00"}}}, "f.created_at"),
        ({"filters": {"created_at": ["2026-11-22", "2026-11-23"]}}, "f.created_at"),
        ({"filters": []}, "filters"),
        ({"sort": "label_code"}, "sort"),
        ({"sort": "--name"}, "sort"),
        ({"limit": 0}, "limit"),
        ({"limit": "201"}, "limit"),
        ({"limit": "٣"}, "limit"),
        ({"limit": True}, "limit"),
        ({"end": "first"}, "end"),
        ({"q": "长" * 101}, "q"),
        ({"q": 5}, "q"),
    ],
)
def test_what_a_list_cannot_answer_is_said_at_its_place(world, asked, where):
    with pytest.raises(Invalid) as caught:
        ListQuery.parse(small_ledgers.EQUIPMENT, **asked)
    assert where in caught.value.fields


@pytest.mark.parametrize("q", ["a" * 100, "1" * 100, "国" * 100, "\u337f" * 100, "\ufdfa" * 100])
def test_a_search_for_signs_that_are_many_when_spelled_out_is_answered(world, q):
    """A server takes no pattern that is too large for it: then one looks for the words as they were typed."""
    there = small_ledgers.equipment(world.a, "塔吊", location=q)
    assert ids(page(world.in_a, small_ledgers.EQUIPMENT, q=q)) == [there.id]


def test_search_looks_into_its_columns_and_takes_nothing_for_a_wild_card(world):
    first = small_ledgers.equipment(world.a, "Pump 100%", location="东门")
    second = small_ledgers.equipment(world.a, "泵1000", location="东门")

    def found(q):
        return set(ids(page(world.in_a, small_ledgers.EQUIPMENT, q=q)))

    assert found("100%") == {first.id}
    assert found("pump") == {first.id}
    assert found("东门 泵") == {second.id}
    assert found("  东门  ") == {first.id, second.id}
    assert found("甲公司") == {first.id, second.id}  # a reference is searched by its own ledger's columns
    assert found("乙公司") == set()
    assert found("_") == set()
    assert found("!") == set()
    assert found("' OR 1=1 --") == set()
    assert found("\\") == set()
    area = small_ledgers.equipment(world.a, "Ⅲ级 30㎡ ①号罐")
    for q in ("III级", "iii", "ⅲ级", "30m2", "㉚M²", "1号", "①号", "Ⅲ级 30 m2"):
        assert found(q) == {area.id}, q


def test_a_whole_id_number_finds_its_person_by_the_hash(world):
    someone = small_ledgers.person(world.a, "李小云")
    small_ledgers.person(world.a, "另一个")
    number = someone.id_number
    assert ids(page(world.in_a, small_ledgers.PERSONS, q=f" {number[:6]} {number[6:]} ")) == [someone.id]
    assert ids(page(world.in_a, small_ledgers.PERSONS, q=number[:17])) == []
    assert ids(page(world.in_b, small_ledgers.PERSONS, q=number)) == []


def test_id_numbers_are_masked_in_every_list(world):
    someone = small_ledgers.person(world.a)
    (row,) = page(world.in_a, small_ledgers.PERSONS)["items"]
    assert row["values"]["id_number"] == someone.id_number[0] + "*" * 16 + someone.id_number[-1]
    assert someone.id_number not in str(row)


def test_a_row_says_what_may_be_done_with_it(world):
    small_ledgers.equipment(world.a, "好", state="in_use")
    small_ledgers.equipment(world.a, "废", state="scrapped")
    rows = {row["label"]: row for row in page(world.in_a, small_ledgers.EQUIPMENT)["items"]}
    assert rows["好"]["can"] == ["edit", "delete", "move"]
    assert rows["废"]["can"] == ["edit", "delete"]
    assert (rows["好"]["tone"], rows["废"]["tone"]) == ("plain", "bad")
    reader = small_ledgers.actor(
        world.a, rights={"equipment.read": Scope.COMPANY, "equipment.edit": Scope.SITE}
    )
    assert page(reader, small_ledgers.EQUIPMENT)["items"][0]["can"] == []


def test_values_are_json_as_the_contract_says(world, clock):
    small_ledgers.equipment(world.a, site=world.site, lng="120.15", next_inspection_on=date(2027, 1, 1))
    (row,) = page(world.in_a, small_ledgers.EQUIPMENT)["items"]
    assert row["values"] == {
        "name": "1号叉车",
        "company": {"id": str(world.a.id), "label": "甲公司"},
        "site": {"id": str(world.site.id), "label": "甲一厂"},
        "type": {"id": str(small_ledgers.forklift().id), "label": small_ledgers.forklift().name},
        "state": "in_use",
        "lng": 120.15,
        "next_inspection_on": "2027-01-01",
        "operator_codes": [],
        "scans": 4,
        "created_at": "2026-11-22T08:00:00+08:00",
    }
    assert row["version"] == 1
    assert isinstance(row["id"], str)


def test_references_are_loaded_once_for_a_page(world, database):
    for number in range(20):
        someone = small_ledgers.person(world.a, f"人{number}")
        from models.training.records import Certificate

        Certificate.create(
            company=world.a, person=someone, number=str(number), code="N1", valid_until=date(2027, 1, 1)
        )
    asked = []
    execute = database.execute_sql

    def counted(sql, *args, **kwargs):
        asked.append(sql)
        return execute(sql, *args, **kwargs)

    database.execute_sql = counted
    try:
        listed = page(world.in_a, small_ledgers.CERTIFICATES, limit=20)
    finally:
        database.execute_sql = execute
    assert len(listed["items"]) == 20
    assert listed["items"][0]["label"] == "人0 N1"  # the label follows the reference without asking
    assert len([sql for sql in asked if sql.startswith("SELECT")]) == 3  # the page, companies, persons


def test_the_count_stops_at_a_thousand(world, clock):
    rows = [
        {"company": world.a, "name": "n", "type": small_ledgers.forklift(), "label_code": f"{n:010}"}
        for n in range(1003)
    ]
    for start in range(0, len(rows), 200):
        Equipment.insert_many(rows[start : start + 200]).execute()
    assert page(world.in_a, small_ledgers.EQUIPMENT)["count"] == {"value": 1000, "exact": False}
    assert page(world.in_a, small_ledgers.EQUIPMENT, q="n", end="last")["count"] == {
        "value": 1000,
        "exact": False,
    }
    assert page(world.in_a, small_ledgers.EQUIPMENT, q="m")["count"] == {"value": 0, "exact": True}
