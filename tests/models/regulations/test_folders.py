"""The tree of directories: names, levels, depth and order, at their borders (B01)."""

from __future__ import annotations

from typing import Any

import pytest

from models.core.db.connection import in_transaction
from models.core.errors import Invalid
from models.core.ledger import ledger_named
from models.core.ledger.branches import below
from models.core.ledger.changes.editing import create, edit, get
from models.regulations.folders import install_folders
from models.regulations.records import LAW, Document, Folder
from models.regulations.samples import plant_samples, sample_documents
from tests.models.regulations.conftest import Library

pytestmark = pytest.mark.one_engine


def made(library: Library, name: str, parent: Folder | None = None, **values: Any) -> Folder:
    ledger = ledger_named("document-folders")
    assert ledger is not None
    wanted = {"name": name, **({} if parent is None else {"parent": str(parent.id)}), **values}
    return Folder.get_by_id(int(in_transaction(create, library.admin, ledger, wanted)["id"]))


def changed(library: Library, folder: Folder, **values: Any) -> Folder:
    ledger = ledger_named("document-folders")
    assert ledger is not None
    in_transaction(edit, library.admin, ledger, folder.id, Folder.get_by_id(folder.id).version, values)
    return Folder.get_by_id(folder.id)


def root(level: str = "company") -> Folder:
    return Folder.get(Folder.level == level, Folder.parent.is_null())


def refused(
    library: Library, field: str, words: str, name: str, parent: Folder | None = None, **values: Any
) -> None:
    with pytest.raises(Invalid) as found:
        made(library, name, parent, **values)
    assert list(found.value.fields) == [field] and words in str(found.value.fields[field])


def test_the_four_roots_are_made_once(library: Library) -> None:
    assert install_folders() == 0
    assert [row.full_name for row in Folder.select().order_by(Folder.path)] == [
        "法规标准",
        "集团制度",
        "板块制度",
        "公司制度",
    ]


def test_a_directory_is_of_the_level_of_the_one_above(library: Library) -> None:
    refused(library, "level", "请选择层级", "没有层级")
    assert made(library, "另立", level="plate").full_name == "另立"
    inside = made(library, "操作规程", root(), sequence=5)
    assert (inside.level, inside.full_name) == ("company", "公司制度 / 操作规程")
    assert inside.path == f"{root().path}0005.{inside.id}/"
    ledger = ledger_named("document-folders")
    assert ledger is not None
    assert in_transaction(get, library.admin, ledger, inside.id)["label"] == "公司制度 / 操作规程"


def test_a_name_is_taken_beside_and_nowhere_else(library: Library) -> None:
    unit, other = str(library.unit.id), str(library.crowd.other.id)
    made(library, "通用的", root())
    made(library, "自己的", root(), company=unit)
    refused(library, "name", "已经有“通用的”", "通用的", root())
    refused(library, "name", "已经有“通用的”", "通用的", root(), company=unit)
    refused(library, "name", "已经有“自己的”", "自己的", root(), company=unit)
    refused(library, "name", "已经有“公司制度”", "公司制度", level="company")
    made(library, "自己的", root(), company=other)
    made(library, "通用的", root("law"))
    made(library, "公司制度", root())
    folder = made(library, "第三个", root())
    with pytest.raises(Invalid) as found:
        changed(library, folder, name="通用的")
    assert list(found.value.fields) == ["name"]
    assert changed(library, folder, name="第三个", sequence=7).sequence == 7, "its own name is no other's"


def test_six_levels_and_no_more(library: Library) -> None:
    folder = root()
    for depth in range(2, 7):
        folder = made(library, f"第{depth}层", folder)
    refused(library, "parent", "最多 6 层", "第7层", folder)


def test_the_whole_name_has_two_hundred_characters_at_most(library: Library) -> None:
    folder = root()
    for place in range(4):
        folder = made(library, f"{place}" * 40, folder)
    left = 200 - len(f"{folder.full_name} / ")
    assert len(made(library, "够" * left, folder).full_name) == 200
    refused(library, "name", "最多 200 个字", "过" * (left + 1), folder)


def test_what_lies_below_follows_name_and_order(library: Library) -> None:
    first = made(library, "规程", root(), sequence=1)
    second = made(library, "叉车", first)
    third = made(library, "表单", second)
    aside = made(library, "预案", root(), sequence=2)
    changed(library, first, name="操作规程", sequence=3)
    names = [Folder.get_by_id(row.id).full_name for row in (first, second, third, aside)]
    assert names == [
        "公司制度 / 操作规程", "公司制度 / 操作规程 / 叉车", "公司制度 / 操作规程 / 叉车 / 表单", "公司制度 / 预案",
    ]  # fmt: skip
    order = Folder.select().where(Folder.full_name.startswith("公司制度 /")).order_by(Folder.path)
    assert [row.id for row in order] == [aside.id, first.id, second.id, third.id]
    assert below(Folder, "parent", [first.id]) == {first.id, second.id, third.id}
    assert below(Folder, "parent", [second.id, aside.id]) == {second.id, third.id, aside.id}
    assert below(Folder, "parent", []) == set()


def test_samples_are_laws_and_come_once(library: Library) -> None:
    assert plant_samples() == len({(one["name"], one["number"]) for one in sample_documents()})
    rows = list(Document.select().where(Document.sample))
    assert {(row.folder_id, row.level, row.company_id) for row in rows} == {(root(LAW).id, LAW, None)}
    dated = {(one["name"], one["number"]): one["valid_from"] for one in sample_documents()}
    for row in rows:
        assert (row.valid_from and row.valid_from.isoformat()) == dated[row.name, row.number]
    gone = rows[3]
    gone.delete_instance()
    assert plant_samples() == 1
    assert Document.select().where(Document.name == gone.name, Document.number == gone.number).count() == 1
