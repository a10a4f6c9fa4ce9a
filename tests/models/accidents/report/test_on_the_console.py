"""续报, 更正 and the end by the buttons of the console: what is left out of a form stays as it was (G02)."""

from __future__ import annotations

from typing import Any

import pytest

from models.accidents.records import Accident, AccidentVersion
from models.core.db.connection import in_transaction
from models.core.errors import Invalid
from models.core.ledger import Ledger, ledger_named
from models.core.ledger.changes.actions import act
from models.core.ledger.changes.editing import edit
from tests.models.accidents.conftest import Scene


def ledger() -> Ledger:
    found = ledger_named("accidents")
    assert found is not None
    return found


def press(scene: Scene, accident: Accident, name: str, **values: Any) -> Accident:
    in_transaction(act, scene.actor(1, "console"), ledger(), name, [str(accident.id)], values)
    return Accident.get_by_id(accident.id)


def save(scene: Scene, accident: Accident, **values: Any) -> Accident:
    version = Accident.get_by_id(accident.id).version
    in_transaction(edit, scene.actor(1, "console"), ledger(), accident.id, version, values)
    return Accident.get_by_id(accident.id)


def test_a_correction_changes_what_was_filled_in_alone(scene: Scene) -> None:
    accident = scene.report(deaths=3, place="东门")
    assert accident.level == "较大"
    right = press(
        scene, accident, "correct", note="核实是 0 人", deaths=0, place=None, serious_injuries=None, what=""
    )
    assert (right.deaths, right.place, right.what) == (0, "东门", accident.what), (
        "0 is a number, and nothing is nothing"
    )
    assert (right.level, right.versions) == ("一般", 2)
    last = AccidentVersion.get(AccidentVersion.accident == accident.id, AccidentVersion.number == 2)
    assert (last.kind, last.note) == ("correction", "核实是 0 人")
    assert {line["field"] for line in last.changed} >= {"deaths"} and "place" not in {
        line["field"] for line in last.changed
    }
    with pytest.raises(Invalid) as why:
        press(scene, accident, "correct", deaths=1)
    assert set(why.value.fields) == {"note"}


def test_saving_the_form_as_it_was_is_no_follow_up(scene: Scene) -> None:
    accident = scene.report(place="东门")
    assert save(scene, accident, place="东门").versions == 1
    assert save(scene, accident, place="西门").versions == 2


def test_it_is_closed_with_words(scene: Scene) -> None:
    accident = scene.report()
    with pytest.raises(Invalid):
        press(scene, accident, "close", closing="")
    assert press(scene, accident, "close", closing="已处置完毕").state == "closed"
