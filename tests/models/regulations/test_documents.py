"""Where a document may stand and when there is something to read in it, at the borders (B02)."""

from __future__ import annotations

from typing import Any

import pytest

from models.core.errors import Invalid
from models.core.files.attachments import Attachment
from models.core.ledger.branches import inside
from models.core.security.actor import Actor
from models.core.security.rights import Scope
from models.regulations.documents import something_to_read
from models.regulations.importing import _company
from models.regulations.records import EDIT_DOCUMENTS, Document, Folder
from models.regulations.samples import _summary
from tests.models.regulations.conftest import Library

pytestmark = pytest.mark.one_engine


@pytest.mark.parametrize(
    ("level", "of_a_unit", "fine"),
    [
        ("law", True, True),
        ("law", False, True),
        ("group", True, False),
        ("group", False, True),
        ("plate", True, False),
        ("plate", False, True),
        ("company", True, True),
        ("company", False, False),
    ],
)
def test_directory_and_unit_go_together(library: Library, level: str, of_a_unit: bool, fine: bool) -> None:
    company = str(library.unit.id) if of_a_unit else None
    if fine:
        assert library.draft(who=library.admin, folder=library.folder(level), company=company).level == level
        return
    with pytest.raises(Invalid) as refused:
        library.draft(who=library.admin, folder=library.folder(level), company=company)
    assert set(refused.value.fields) == {"company"}
    there = library.draft(
        who=library.admin, folder=library.folder("company" if of_a_unit else "law"), company=company
    )
    with pytest.raises(Invalid):
        library.edit(there, library.admin, folder=library.folder(level))


def test_a_draft_that_goes_to_another_directory_is_of_its_level(library: Library) -> None:
    row = library.draft(who=library.admin, folder=library.folder("company"))
    library.edit(row, library.admin, name="改名")
    assert library.again(row).level == "company"
    library.edit(row, library.admin, folder=library.folder("law"))
    assert library.again(row).level == "law"


@pytest.mark.parametrize(
    ("content", "file", "fine"),
    [("限速", None, True), ("", "own", True), (None, "own", True), ("  \n", None, False), (None, None, False),
     (None, "another row", False), (None, "another ledger", False)],
)  # fmt: skip
def test_nobody_decides_about_an_empty_document(
    library: Library, content: Any, file: str | None, fine: bool
) -> None:
    row, other = library.draft(), library.draft("另一份")
    row.content = content
    if file is not None:
        library.attach(other if file == "another row" else row)
    if file == "another ledger":
        Attachment.update(ledger="hazards").execute()
    if fine:
        something_to_read(row)
        return
    with pytest.raises(Invalid) as refused:
        something_to_read(row)
    assert refused.value.code == "nothing_to_read"


def test_what_stands_in_a_directory_or_anywhere_below_it(library: Library) -> None:
    top = Folder.get_by_id(int(library.folder()))
    below = Folder.create(name="规程", level="company", parent=top, full_name="公司制度 / 规程")
    below.change(path=f"{top.path}0000.{below.id}/")
    one, two = library.draft(), library.draft("另一份", folder=str(below.id))
    library.draft("法规", who=library.admin, folder=library.folder("law"))

    by_folder = inside("inside", "目录", Document.folder)

    def found(*values: str) -> list[int]:
        query = Document.select().where(by_folder.where(values)).order_by(Document.id)
        return [row.id for row in query]

    assert found(str(top.id)) == [one.id, two.id] and found(str(below.id)) == [two.id]
    assert found("x") == [] == found()
    assert found("x", str(below.id)) == [two.id]


@pytest.mark.parametrize(
    ("level", "scope", "whose"),
    [
        ("group", Scope.COMPANY, None),
        ("plate", Scope.GROUP, None),
        ("law", Scope.GROUP, None),
        ("law", Scope.COMPANY, 7),
        ("law", None, 7),
        ("company", Scope.GROUP, 7),
        ("company", Scope.COMPANY, 7),
    ],
)
def test_whose_a_line_of_a_sheet_is(level: str, scope: Scope | None, whose: int | None) -> None:
    actor = Actor(None, "导入人", 7, rights={} if scope is None else {EDIT_DOCUMENTS: scope})
    assert _company(actor, Folder(level=level)) == whose


@pytest.mark.parametrize("known", ["about", "replaces", "unsure"])
def test_of_a_law_stands_what_is_known_and_nothing_else(known: str) -> None:
    said = list(_summary({"about": [], known: ["起重机械", "叉车"]}))
    title = {"about": "涉及", "replaces": "替代", "unsure": "待核对"}[known]
    assert said[:-1] == [f"{title}：起重机械、叉车"]
    assert list(_summary({"about": []})) == said[-1:], "where to find the text is said always"
