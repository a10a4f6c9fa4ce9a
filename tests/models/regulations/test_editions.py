"""All editions of a document with their differences, and who may see drafts (B03)."""

from __future__ import annotations

from typing import Any

import pytest

from models.core.clock import today
from models.core.db.connection import in_transaction
from models.core.errors import Conflict, Forbidden, NotFound
from models.core.files import attachments, stored
from models.core.files.attachments import Attachment
from models.core.ledger.changes.editing import delete
from models.core.ledger.reading.options import visible
from models.core.ledger.reading.search import search
from models.core.ledger.reference_check import link_to
from models.regulations.records import READ_DOCUMENTS
from models.tasks.publication.editions import editions
from models.tasks.records import Task
from models.tasks.views.task import task_view
from tests.models.regulations.conftest import Library


def told(library: Library, row: Any, who: Any = None) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = in_transaction(
        editions, library.actor(who), library.ledger, row.id, write=False
    )["items"]
    return found


def test_differences_go_field_by_field_from_the_edition_before(library: Library) -> None:
    first = library.draft(concerned=[str(library.shop.id)])
    library.attach(first, "旧.png", "white")
    library.approved(first)
    second = library.revised(first)
    assert [line["name"] for line in attachments.list_of(library.actor(), library.ledger, second.id)] == [
        "旧.png"
    ]
    assert library.seen(second)["values"]["concerned"][0]["label"] == "车间"
    assert told(library, second)[0]["changes"] == []
    library.edit(second, content="限速 3 公里。", must_read=True, concerned=[str(library.unit.id)])
    library.attach(second, "新.png", "black")
    changes = {line["field"]: (line["old"], line["new"]) for line in told(library, second)[0]["changes"]}
    assert changes == {
        "content": ("限速 5 公里。", "限速 3 公里。"), "must_read": ("否", "是"), "concerned": ("车间", "清源水务"),
        "attachments": (None, "新.png"),
    }  # fmt: skip
    library.approved(second)
    newest, oldest = told(library, first)
    assert (newest["edition"], newest["standing"], oldest["edition"], oldest["standing"]) == (
        2,
        "in_force",
        1,
        "replaced",
    )
    assert [line["by"] for line in newest["decisions"]] == ["安全科长", "总经理"]
    assert newest["why"] == "事故后降速" and oldest["this"] and not newest["this"]


def test_who_decides_reads_what_is_different(library: Library) -> None:
    first = library.in_force()
    second = library.revised(first, content="限速 3 公里。")
    library.act(second, "submit")
    task = Task.get(Task.person == library.safety.id, Task.state == "open")
    shown = in_transaction(task_view, library.actor(library.safety), task.id, write=False)
    said = str(shown)
    assert "限速 5 公里。 → 限速 3 公里。" in said
    assert "事故后降速" in said


def test_a_copied_file_stays_while_one_edition_names_it(library: Library) -> None:
    first = library.draft()
    library.attach(first)
    library.approved(first)
    kept = Attachment.get(Attachment.row_id == first.id)
    second = library.revised(first)
    copy = Attachment.get(Attachment.row_id == second.id)
    assert copy.path == kept.path
    in_transaction(attachments.delete, library.actor(), library.ledger, second.id, copy.id)
    assert stored.exists(stored.FILES, kept.path)
    in_transaction(delete, library.actor(), library.ledger, second.id)
    assert stored.exists(stored.FILES, kept.path)
    with pytest.raises(Conflict):
        in_transaction(attachments.delete, library.actor(), library.ledger, first.id, kept.id)


def test_a_file_goes_with_the_last_draft_that_names_it(library: Library) -> None:
    draft = library.draft()
    library.attach(draft)
    path = Attachment.get(Attachment.row_id == draft.id).path
    in_transaction(delete, library.actor(), library.ledger, draft.id)
    assert not stored.exists(stored.FILES, path)


def test_what_is_added_to_the_one_in_force_is_not_carried_into_a_revision(library: Library) -> None:
    first = library.in_force()
    assert library.attach(first, "后补.png")["later"]
    second = library.revised(first)
    assert attachments.list_of(library.actor(), library.ledger, second.id) == []


def test_drafts_are_for_who_writes_them_and_who_decides(library: Library) -> None:
    library.in_force("甲")
    draft = library.draft("乙")
    assert library.listed() == [("乙", 1), ("甲", 1)]
    assert library.listed(library.worker) == [("甲", 1)]
    with pytest.raises(NotFound):
        library.seen(draft, library.worker)
    with pytest.raises(NotFound):
        library.seen(draft, library.leader)
    with pytest.raises(NotFound):
        in_transaction(attachments.list_of, library.actor(library.worker), library.ledger, draft.id)
    found = in_transaction(search, library.actor(library.worker), "操作规程", write=False)
    assert [each["row"]["label"] for each in found] == []
    library.act(draft, "submit")
    library.decide(library.safety)
    assert library.seen(draft, library.leader)["label"] == "乙"
    with pytest.raises(NotFound):
        library.seen(draft, library.worker)


def test_a_revision_is_hidden_from_readers_until_it_is_in_force(library: Library) -> None:
    first = library.in_force()
    second = library.revised(first, content="限速 3 公里。")
    assert [one["edition"] for one in told(library, first, library.worker)] == [1]
    with pytest.raises(NotFound):
        told(library, second, library.worker)


def test_a_group_draft_is_hidden_from_who_writes_for_a_company(library: Library) -> None:
    rule = library.draft(
        "集团责任制", library.admin, company=None, folder=library.folder("group"), kind="rule"
    )
    assert library.listed() == []
    with pytest.raises(NotFound):
        library.seen(rule)
    with pytest.raises((Forbidden, NotFound)):
        library.act(rule, "submit")


def test_a_button_does_not_tell_a_drafts_name(library: Library) -> None:
    """Who may export but not write: the refusal must not depend on whether there is such a draft."""
    rule = library.draft(
        "集团责任制", library.admin, company=None, folder=library.folder("group"), kind="rule"
    )
    with pytest.raises(NotFound):
        library.act(rule, "readers", library.desk)


def test_another_company_sees_nothing(library: Library) -> None:
    first = library.in_force()
    with pytest.raises(NotFound):
        library.seen(first, library.stranger)
    with pytest.raises(NotFound):
        told(library, first, library.stranger)
    assert library.listed(library.stranger) == []
    with pytest.raises(NotFound):
        library.act(first, "revise", library.stranger, why="看看")


def test_only_what_is_in_force_can_be_pointed_at(library: Library) -> None:
    first = library.in_force("甲")
    second = library.revised(first)
    library.draft("乙")
    waiting = library.approved(
        library.draft("丙", valid_from=today().replace(year=today().year + 1).isoformat())
    )
    assert waiting.standing == "approved"
    link = link_to("依据", "documents")

    def offered() -> set[int]:
        return {row.id for row in visible(library.actor(), link, READ_DOCUMENTS)}

    assert offered() == {first.id}
    library.approved(second)
    assert offered() == {second.id}
    library.act(second, "withdraw", library.admin, reason="不用了")
    assert offered() == set()
