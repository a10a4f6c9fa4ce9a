"""Views of a list are saved, shared, opened as far as the ledger still knows them; other companies' do not exist (X21)."""

from __future__ import annotations

from dataclasses import replace

import pytest

from models.core.db.connection import in_transaction
from models.core.errors import Conflict, Forbidden, Invalid, NotFound
from models.core.ledger.saved import views
from models.core.ledger.saved.records import SavedView
from tests.models.core import small_ledgers

STOPPED = {
    "name": " 停用的 ", "q": "叉车", "filters": {"state": ["stopped"], "next_inspection_on": {"to": "2026-12-31"}},
    "sort": "-name", "columns": ["name", "state"],
}  # fmt: skip


def save(actor, **values):
    return in_transaction(views.save, actor, "equipment", {**STOPPED, **values})


def other(actor, *without, account=8):
    rights = {name: reach for name, reach in actor.rights.items() if name not in without}
    return replace(actor, account_id=account, name="另一人", rights=rights)


def named(actor):
    return [one["name"] for one in views.views_of(actor, "equipment")]


def test_a_view_is_given_back_as_it_was_saved(world):
    made = save(world.in_a)
    (there,) = views.views_of(world.in_a, "equipment")
    assert there == made
    assert there["name"] == "停用的"
    assert {name: there[name] for name in ("q", "filters", "sort", "columns")} == {
        name: STOPPED[name] for name in ("q", "filters", "sort", "columns")
    }
    assert (there["gone"], there["mine"], there["shared"]) == ([], True, False)
    assert views.views_of(world.in_a, "persons") == []


def test_ones_own_are_ones_own_and_shared_ones_the_companys(world):
    save(world.in_a)
    save(world.in_a, name="都看", shared=True)
    assert named(other(world.in_a)) == ["都看"]
    assert named(world.in_b) == []
    assert named(replace(world.in_a, company_id=world.b.id)) == []


def test_without_the_right_nothing_is_shared_or_changed(world):
    made = save(world.in_a, shared=True)
    looking = other(world.in_a, "lists.share")
    for call in (
        lambda: in_transaction(views.save, looking, "equipment", {**STOPPED, "shared": True}),
        lambda: in_transaction(views.change, looking, int(made["id"]), {"name": "改名"}),
        lambda: in_transaction(views.delete, looking, int(made["id"])),
    ):
        with pytest.raises(Forbidden):
            call()
    assert not views.views_of(looking, "equipment")[0]["can_change"]
    in_transaction(views.change, other(world.in_a), int(made["id"]), {"name": "改名"})
    assert named(world.in_a) == ["改名"]


@pytest.mark.parametrize("call", [lambda a, i: views.change(a, i, {"name": "x"}), views.delete])
def test_views_of_others_do_not_exist(world, call):
    mine, shared = int(save(world.in_a)["id"]), int(save(world.in_a, name="都看", shared=True)["id"])
    for actor, view in (
        (other(world.in_a), mine),
        (world.in_b, mine),
        (world.in_b, shared),
        (world.in_a, 999),
    ):
        with pytest.raises(NotFound):
            in_transaction(call, actor, view)
    assert SavedView.select().count() == 2


def test_whoever_may_not_read_the_ledger_has_no_views_of_it(world):
    blind = other(world.in_a, "equipment.read", account=7)
    save(world.in_a)
    with pytest.raises(Forbidden):
        views.views_of(blind, "equipment")
    with pytest.raises(Forbidden):
        in_transaction(views.save, blind, "equipment", STOPPED)
    with pytest.raises(NotFound):
        views.views_of(world.in_a, "nothing")


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"name": ""}, "name"),
        ({"name": "长" * 21}, "name"),
        ({"filters": {"nothing": ["1"]}}, "f.nothing"),
        ({"filters": {"state": ["melted"]}}, "f.state"),
        ({"sort": "location"}, "sort"),
        ({"columns": ["nothing"]}, "columns"),
        ({"q": small_ledgers.id_number(1)}, "q"),
    ],
)
def test_what_is_wrong_stands_at_its_field(world, values, field):
    with pytest.raises(Invalid) as caught:
        save(world.in_a, **values)
    assert field in caught.value.fields
    assert SavedView.select().count() == 0


def test_a_name_is_ones_own_once(world):
    save(world.in_a)
    with pytest.raises(Invalid) as caught:
        save(world.in_a)
    assert "停用的" in caught.value.fields["name"]
    save(other(world.in_a))


def test_what_the_ledger_has_no_more_is_left_out_and_named(world):
    made = save(world.in_a)
    row = SavedView.get_by_id(made["id"])
    question = row.question
    question["filters"]["colour"] = ["red"]
    question["filters"]["state"] = ["melted"]
    question["columns"].append("colour")
    question["sort"] = "-weight"
    question["titles"] |= {"colour": "颜色", "weight": "重量"}
    row.question = question
    row.save()
    (there,) = views.views_of(world.in_a, "equipment")
    assert set(there["gone"]) == {"使用状态", "颜色", "重量"}
    assert (there["filters"], there["sort"]) == ({"next_inspection_on": {"to": "2026-12-31"}}, "")
    assert there["columns"] == ["name", "state"]
    assert in_transaction(views.change, world.in_a, int(made["id"]), {"name": "还能改"})["gone"] == []


def test_one_of_them_opens_by_itself(world):
    first = save(world.in_a, standard=True)
    second = save(world.in_a, name="第二个", standard=True)
    theirs = in_transaction(views.save, other(world.in_a), "equipment", {**STOPPED, "standard": True})
    shared = save(world.in_a, name="都看", shared=True, standard=True)
    standard = {one.id for one in SavedView.select().where(SavedView.standard)}
    assert standard == {int(one["id"]) for one in (second, theirs, shared)}
    assert int(first["id"]) not in standard


def test_there_are_not_too_many(world, monkeypatch):
    monkeypatch.setattr(views, "MOST", 1)
    save(world.in_a)
    with pytest.raises(Conflict):
        save(world.in_a, name="第二个")


def test_what_is_not_said_stays(world):
    made = save(world.in_a)
    changed = in_transaction(views.change, world.in_a, int(made["id"]), {"filters": {}, "q": ""})
    assert (changed["name"], changed["q"], changed["filters"], changed["sort"]) == ("停用的", "", {}, "-name")


def test_who_lost_the_right_changes_nothing_that_all_see_but_may_take_it_back(world):
    made = int(save(world.in_a, shared=True)["id"])
    fallen = other(world.in_a, "lists.share", account=world.in_a.account_id)
    for values in ({"standard": True}, {"name": "改名"}, {"columns": ["name"]}):
        with pytest.raises(Forbidden):
            in_transaction(views.change, fallen, made, values)
    in_transaction(views.change, fallen, made, {"shared": False})
    assert named(other(world.in_a)) == []


@pytest.mark.parametrize("name", ["11010519491231002X", "张三11010519491231002X"])
def test_a_name_holds_no_id_number(world, name):
    with pytest.raises(Invalid) as caught:
        save(world.in_a, name=name)
    assert "身份证号" in caught.value.fields["name"]


def test_a_name_is_one_line(world):
    assert save(world.in_a, name="停用\n\t的\u202e叉车")["name"] == "停用 的叉车"
