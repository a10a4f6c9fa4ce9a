"""What is sent twice is done once, and answered as it is now (X01)."""

from __future__ import annotations

import io
from datetime import timedelta
from typing import Any

import pytest
from PIL import Image

from models.core import clock as clocks
from models.core.db.connection import in_transaction
from models.core.errors import Invalid, NotFound
from models.core.files.attachments import Attachment
from models.core.ledger.changes import editing, once
from models.core.ledger.changes.once import RowRequest
from models.core.security.actor import Actor
from models.equipment.records import Equipment
from tests.models.core import small_ledgers

pytestmark = pytest.mark.one_engine
EQUIPMENT = small_ledgers.EQUIPMENT


def make(actor: Actor, key: str = "k1", **values: Any) -> dict[str, Any]:
    given = {"name": "叉车", "type": str(small_ledgers.forklift().id), **values}
    made: dict[str, Any] = in_transaction(once.create, actor, EQUIPMENT, given, key=key)
    return made


def picture() -> bytes:
    target = io.BytesIO()
    Image.new("RGB", (4, 3), "red").save(target, "PNG")
    return target.getvalue()


def test_the_same_request_makes_one_row_and_shows_it_as_it_is_now(world: Any) -> None:
    first = make(world.in_a)
    row = Equipment.get_by_id(int(first["id"]))
    editing.edit(world.in_a, EQUIPMENT, row.id, row.version, {"name": "新名字"})
    again = make(world.in_a, name="别的")
    assert (again["id"], again["values"]["name"]) == (first["id"], "新名字")
    assert Equipment.select().count() == 1


def test_another_key_or_another_account_makes_another_row(world: Any) -> None:
    ids = {make(world.in_a)["id"], make(world.in_a, "k2")["id"]}
    colleague = Actor(8, "乙", world.a.id, dict(world.in_a.rights))
    ids.add(make(colleague)["id"])
    assert len(ids) == 3 == Equipment.select().count()


def test_a_request_that_was_refused_is_taken_once_it_is_right(world: Any) -> None:
    with pytest.raises(Invalid):
        make(world.in_a, name="")
    assert RowRequest.select().count() == 0
    assert make(world.in_a)["id"]


def test_a_row_that_was_deleted_since_is_gone_and_not_made_again(world: Any) -> None:
    first = make(world.in_a)
    editing.delete(world.in_a, EQUIPMENT, int(first["id"]))
    with pytest.raises(NotFound):
        make(world.in_a)
    assert Equipment.select().count() == 0


def test_a_file_that_is_sent_twice_hangs_there_once(world: Any) -> None:
    rows = [int(make(world.in_a, key)["id"]) for key in ("a", "b")]

    def attach(row: int) -> Any:
        return in_transaction(once.attach, world.in_a, EQUIPMENT, row, "图.png", picture(), key="f")

    first = attach(rows[0])
    assert attach(rows[0]) == first and attach(rows[1])["id"] != first["id"]
    Attachment.delete().where(Attachment.id == int(first["id"])).execute()
    with pytest.raises(NotFound):
        attach(rows[0])


def test_a_request_is_known_for_thirty_days(world: Any) -> None:
    first = make(world.in_a)
    for days, forgotten in ((29, 0), (31, 1)):
        RowRequest.update(at=clocks.now() - timedelta(days=days)).execute()
        assert once.sweep() == forgotten
    assert make(world.in_a)["id"] != first["id"]
