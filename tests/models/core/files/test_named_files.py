"""Many files at once: each goes to the rows that call it theirs, or that have its name and no file yet (B02)."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from models.core.errors import Forbidden
from models.core.files import attachments
from models.core.files.attachments import Attachment
from models.core.files.content_check import Examined
from models.core.files.named_files import MOST, lacking, match, rows_named, spellings, states
from models.core.ledger import Ledger
from models.core.security.rights import Scope
from models.equipment.records import Equipment
from tests.models.core import small_ledgers

pytestmark = pytest.mark.one_engine


@pytest.fixture
def ledger(world: Any) -> Ledger:
    """Machines, of which the model says how its file is called."""
    return replace(small_ledgers.EQUIPMENT, files_by="model")


def machine(unit: Any, name: str = "叉车", model: str | None = None, **values: Any) -> Equipment:
    return small_ledgers.equipment(unit, name, model=model, **values)


def file(text: str = "x") -> Examined:
    return Examined(text.encode(), "application/pdf", ".pdf", ())


def named(world: Any, ledger: Ledger, name: str, actor: Any = None) -> list[int]:
    return [row.id for row in rows_named(actor or world.in_a, ledger, name)]


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("制度.pdf", ["制度.pdf", "制度"]),
        ("C:\\共享\\《制度》.PDF", ["《制度》.pdf", "《制度》", "制度"]),
        ("/a/b/“规程”.docx", ["“规程”.docx", "“规程”", "规程"]),
        ("无尾", ["无尾"]),
        ("v1.2.pdf", ["v1.2.pdf", "v1.2"]),
        (".pdf", [".pdf"]),
        ("", []),
    ],
)
def test_how_a_file_may_be_called(name: str, words: list[str]) -> None:
    assert spellings(name) == words


def test_a_file_goes_to_the_rows_that_name_it(world: Any, ledger: Ledger) -> None:
    first, second = machine(world.a, model="说明书.PDF"), machine(world.a, model="说明书")
    machine(world.a, "说明书"), machine(world.b, model="说明书"), machine(world.a, model="别的")
    assert named(world, ledger, "《说明书》.pdf") == [second.id]
    assert named(world, ledger, "说明书.pdf") == [first.id, second.id]


def test_where_no_row_names_it_it_goes_to_those_of_its_name_that_have_none(
    world: Any, ledger: Ledger
) -> None:
    bare, full = machine(world.a, "一号叉车"), machine(world.a, "一号叉车")
    attachments.add(world.in_a, ledger, full.id, "a.pdf", file())
    machine(world.b, "一号叉车")
    assert named(world, ledger, "一号叉车.pdf") == [bare.id]
    assert named(world, ledger, "二号叉车.pdf") == []


def test_only_rows_that_the_actor_may_change_take_a_file(world: Any, ledger: Ledger) -> None:
    mine, other = machine(world.a, model="图", site=world.site), machine(world.a, model="图")
    rights = {"equipment.read": Scope.COMPANY, "equipment.edit": Scope.SITE}
    near = replace(small_ledgers.actor(world.a, rights=rights), sites=(world.site.id,))
    assert named(world, ledger, "图.pdf", near) == [mine.id] and other.id in named(world, ledger, "图.pdf")
    reader = small_ledgers.actor(world.a, rights={"equipment.read": Scope.COMPANY})
    with pytest.raises(Forbidden):
        match(reader, ledger, "图.pdf", file())


def test_a_file_is_attached_once_and_what_came_of_it_is_said(world: Any, ledger: Ledger) -> None:
    first = machine(world.a, "甲", "图")
    told = match(world.in_a, ledger, "图.pdf", file())
    assert told == {"rows": [{"id": str(first.id), "label": "甲"}], "message": "已配上"}
    second = machine(world.a, "乙", "图")
    told = match(world.in_a, ledger, "图.pdf", file())
    assert ([row["label"] for row in told["rows"]], told["message"]) == (["甲", "乙"], "已配上")
    assert match(world.in_a, ledger, "图.pdf", file())["message"] == "早已上传过，没有重复"
    assert match(world.in_a, ledger, "图.pdf", file("另一份"))["message"] == "已配上"
    kept = [row.row_id for row in Attachment.select().order_by(Attachment.id)]
    assert kept == [first.id, second.id, first.id, second.id]
    nobody = match(world.in_a, ledger, "没人要.pdf", file())
    assert nobody["rows"] == [] and "没有设备用这个文件名" in nobody["message"]


def test_a_name_that_too_many_rows_have_says_too_little(world: Any, ledger: Ledger) -> None:
    for _ in range(MOST):
        machine(world.a, model="图")
    assert len(match(world.in_a, ledger, "图.pdf", file())["rows"]) == MOST
    machine(world.a, model="图")
    told = match(world.in_a, ledger, "图.pdf", file("另一份"))
    assert told["rows"] == [] and f"超过 {MOST} 台" in told["message"]
    assert Attachment.select().count() == MOST


def test_how_the_files_of_rows_stand(world: Any, ledger: Ledger) -> None:
    """By the same word in the list and in its filter: there, named and waited for, or none."""
    there, waited, none, blank = (machine(world.a, model=model) for model in ("图", "图二", None, ""))
    attachments.add(world.in_a, ledger, there.id, "图.pdf", file())
    Equipment.update(model="").where(Equipment.id == blank.id).execute()
    Attachment.create(
        ledger="persons", row_id=waited.id, name="x", mime="image/png", sha256="0" * 64, path="p", size=1,
        account_name="甲",
    )  # fmt: skip
    rows = [Equipment.get_by_id(row.id) for row in (there, waited, none, blank)]
    told = states(ledger, rows)
    assert told == {there.id: "there", waited.id: "waited", none.id: "none", blank.id: "none"}
    for state in ("there", "waited", "none"):
        found = {row.id for row in Equipment.select().where(lacking(ledger, [state]))}
        assert found == {key for key, value in told.items() if value == state}
    both = {row.id for row in Equipment.select().where(lacking(ledger, ["there", "waited", "x"]))}
    assert both == {there.id, waited.id}
    assert list(Equipment.select().where(lacking(ledger, []))) == [] and states(ledger, []) == {}
