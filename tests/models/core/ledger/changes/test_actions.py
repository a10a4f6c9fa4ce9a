"""The buttons of a ledger: on rows that fit, all or nothing, noted once."""

from dataclasses import replace

import pytest

from models.core import history
from models.core.db.connection import database as house_database
from models.core.errors import Conflict, Forbidden, Invalid, NotFound
from models.core.events.outbox import Outbox
from models.core.history import Change
from models.core.ledger import Action
from models.core.ledger.changes.editing import act
from models.core.security.rights import Scope
from models.equipment.records import Equipment
from tests.models.core import small_ledgers


def refused(call, *args, kind=Invalid):
    with pytest.raises(kind) as caught, house_database.atomic():
        call(*args)
    return caught.value


def with_action(**changes):
    (action,) = small_ledgers.EQUIPMENT.actions
    ledger = object.__new__(type(small_ledgers.EQUIPMENT))
    ledger.__dict__.update(small_ledgers.EQUIPMENT.__dict__)
    ledger.__dict__["actions"] = (replace(action, **changes),)
    return ledger


def test_an_action_changes_rows_and_notes_each(world):
    first, second = (
        small_ledgers.equipment(world.a),
        small_ledgers.equipment(world.a, "2号叉车", state="stopped"),
    )
    ids = [str(first.id), str(second.id)]
    answer = act(world.in_a, small_ledgers.EQUIPMENT, "move", ids, {"location": " 西门 "})
    assert answer["message"] == "已搬走 2 台设备"
    assert [row["id"] for row in answer["rows"]] == ids
    assert [row["values"]["location"] for row in answer["rows"]] == ["西门", "西门"]
    assert [row["version"] for row in answer["rows"]] == [2, 2]
    lines = list(Change.select().order_by(Change.id))
    assert [(line.action, line.row_id) for line in lines] == [("move", first.id), ("move", second.id)]
    assert lines[0].changes == [{"field": "location", "title": "位置", "old": None, "new": "西门"}]
    assert [row.kind for row in Outbox.select().order_by(Outbox.id)] == ["ledger.changed"] * 2, (
        "nobody follows them"
    )


def test_one_row_that_does_not_fit_stops_all(world):
    good, scrapped = (
        small_ledgers.equipment(world.a),
        small_ledgers.equipment(world.a, "旧车", state="scrapped"),
    )
    error = refused(
        act,
        world.in_a,
        small_ledgers.EQUIPMENT,
        "move",
        [good.id, scrapped.id],
        {"location": "西门"},
        kind=Conflict,
    )
    assert error.title == "“旧车”现在不能搬走"
    assert Equipment.get_by_id(good.id).location is None


def test_rows_of_others_are_not_there(world):
    mine, theirs = small_ledgers.equipment(world.a), small_ledgers.equipment(world.b)
    refused(
        act,
        world.in_a,
        small_ledgers.EQUIPMENT,
        "move",
        [mine.id, theirs.id],
        {"location": "西门"},
        kind=NotFound,
    )
    refused(act, world.in_a, small_ledgers.EQUIPMENT, "move", ["99999"], {"location": "西门"}, kind=NotFound)
    reader = small_ledgers.actor(world.a, rights={"equipment.read": Scope.COMPANY})
    refused(act, reader, small_ledgers.EQUIPMENT, "move", [mine.id], {}, kind=Forbidden)
    refused(act, world.in_a, small_ledgers.EQUIPMENT, "fly", [mine.id], {}, kind=NotFound)


def test_questions_are_checked_like_a_form(world):
    mine = small_ledgers.equipment(world.a)
    error = refused(
        act, world.in_a, small_ledgers.EQUIPMENT, "move", [mine.id], {"location": "长" * 21, "who": 1}
    )
    assert set(error.fields) == {"location", "who"}
    assert refused(act, world.in_a, small_ledgers.EQUIPMENT, "move", [mine.id], None).fields == {
        "location": "请填写新位置"
    }


@pytest.mark.parametrize("ids", [[], None, "1", [1.5], [True], ["x"], [-1], [{"id": 1}], list(range(1, 502))])
def test_a_wrong_choice_of_rows(world, ids):
    assert (
        "ids" in refused(act, world.in_a, small_ledgers.EQUIPMENT, "move", ids, {"location": "西门"}).fields
    )


def test_where_an_action_stands_says_how_many_rows_it_takes(world):
    first, second = small_ledgers.equipment(world.a), small_ledgers.equipment(world.a, "2号叉车")
    one = with_action(where="row")
    refused(act, world.in_a, one, "move", [first.id, second.id], {"location": "西门"})
    none = with_action(where="page", gives="message", rule=lambda actor, rows, values: "好了。", fields=())
    refused(act, world.in_a, none, "move", [first.id], {})
    assert act(world.in_a, none, "move", [], {}) == {"message": "好了。", "rows": []}


def test_a_rule_that_notes_itself_is_not_noted_again(world):
    def rule(actor, rows, values):
        for row in rows:
            history.note(actor, row, "moved_by_rule")
        return rows

    mine = small_ledgers.equipment(world.a)
    act(world.in_a, with_action(rule=rule), "move", [mine.id], {"location": "西门"})
    assert [line.action for line in Change.select()] == ["moved_by_rule"]


def test_an_unknown_right_of_an_action_fails_when_it_is_declared():
    with pytest.raises(LookupError):
        replace(
            small_ledgers.EQUIPMENT, name="x", actions=(Action("a", "甲", "equipment.fly", lambda *_: []),)
        )


def test_a_button_may_ask_for_what_is_worked_out(world):
    two, four = small_ledgers.equipment(world.a, "叉车"), small_ledgers.equipment(world.a, "2号叉车")
    ledger = with_action(when={"scans": ("4",), "state": ("in_use",)})
    assert act(world.in_a, ledger, "move", [four.id], {"location": "西门"})["message"] == "已搬走 1 台设备"
    refused(act, world.in_a, ledger, "move", [two.id], {"location": "西门"}, kind=Conflict)
    assert Equipment.get_by_id(two.id).location is None
