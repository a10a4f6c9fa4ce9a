"""Who has to read a document in force, hears of it, and says that they have (B02)."""

from __future__ import annotations

import io
from typing import Any

import pytest
from openpyxl import load_workbook

from models.core.db.connection import in_transaction
from models.core.errors import Conflict, Forbidden, NotFound
from models.core.events.outbox import Outbox
from models.messages.tellers import telling_of
from models.organization.records import Binding
from models.regulations.records import Document
from models.tasks.publication import reading
from models.tasks.publication.reading import TO_READ
from models.tasks.publication.records import EditionRead
from models.tasks.publication.shown import lines_that_differ, to_decide
from tests.models.regulations.conftest import Library


def of_row(library: Library, row: Any, who: Any = None) -> dict[str, Any]:
    return in_transaction(reading.of_row, library.actor(who), library.ledger, row.id, write=False)


def mark(library: Library, row: Any, who: Any) -> dict[str, Any]:
    return in_transaction(reading.mark, library.actor(who), library.ledger, row.id)


def names(told: dict[str, Any]) -> list[tuple[str, bool]]:
    return [(one["name"], one["read_at"] is not None) for one in told["items"]]


def told_people(library: Library, row: Any) -> set[str]:
    """Whom the news of a document are told."""
    people: set[str] = set()
    everybody = (
        library.maker,
        library.safety,
        library.leader,
        library.worker,
        library.stranger,
        library.desk,
    )
    for news in Outbox.select().where(Outbox.kind == TO_READ, Outbox.subject_id == row.id):
        telling = in_transaction(telling_of, news)
        people |= {one.name for one in everybody if telling is not None and one.id in telling.persons}
    return people


def test_all_people_of_the_unit_are_told_and_counted(library: Library) -> None:
    row = library.in_force(must_read=True)
    assert told_people(library, row) == {"编制人", "安全科长", "总经理", "工人"}
    told = of_row(library, row)
    assert (told["asked"], told["read"], told["unread"], told["mine"]) == (True, 0, 4, "unread")
    mark(library, row, library.worker)
    told = of_row(library, row)
    assert (told["read"], told["unread"]) == (1, 3)
    assert names(told)[-1] == ("工人", True)
    assert library.seen(row, library.worker)["values"]["my_reading"] == "read"


def test_a_second_press_counts_once(library: Library) -> None:
    row = library.in_force(must_read=True)
    first = mark(library, row, library.worker)
    at = EditionRead.get().read_at
    assert mark(library, row, library.worker) == first
    assert EditionRead.select().count() == 1
    assert EditionRead.get().read_at == at


def test_only_the_people_of_the_named_departments_have_to(library: Library) -> None:
    row = library.in_force(must_read=True, concerned=[str(library.shop.id)])
    assert told_people(library, row) == {"工人"}
    assert names(of_row(library, row)) == [("工人", False)]
    assert of_row(library, row)["mine"] is None
    mark(library, row, library.maker)  # whoever reads it all the same is counted too
    assert names(of_row(library, row)) == [("工人", False), ("编制人", True)]


def test_who_has_left_has_to_read_nothing_and_who_did_is_kept(library: Library) -> None:
    row = library.in_force(must_read=True)
    mark(library, row, library.worker)
    for person in (library.worker, library.leader):
        Binding.update(state="ended").where(Binding.person == person.id).execute()
    told = of_row(library, row)
    assert ("工人", True) in names(told)
    assert "总经理" not in dict(names(told))


def test_a_new_edition_is_to_be_read_anew(library: Library) -> None:
    first = library.in_force(must_read=True)
    mark(library, first, library.worker)
    second = library.approved(library.revised(first, content="限速 3 公里。"))
    assert library.seen(second, library.worker)["values"]["my_reading"] == "unread"
    assert "工人" in told_people(library, second)
    with pytest.raises(Conflict):
        mark(library, first, library.worker)


def test_who_has_read_it_before_the_news_go_out_is_not_told(library: Library) -> None:
    row = library.in_force(must_read=True)
    mark(library, row, library.worker)
    assert told_people(library, row) == {"编制人", "安全科长", "总经理"}
    library.act(row, "withdraw", library.admin, reason="不用了")
    assert told_people(library, row) == set()


def test_nobody_is_told_of_what_need_not_be_read(library: Library) -> None:
    row = library.in_force()
    assert Outbox.select().where(Outbox.kind == TO_READ).count() == 0
    told = of_row(library, row)
    assert (told["asked"], told["items"], told["mine"]) == (False, [], None)


def test_a_draft_says_that_it_is_to_be_read_once_it_is_in_force(library: Library) -> None:
    draft = library.draft(must_read=True)
    told = of_row(library, draft)
    assert (told["asked"], told["later"], told["may_mark"]) == (False, True, False)
    done = of_row(library, library.approved(draft))
    assert (done["asked"], done["later"]) == (True, False)
    assert not of_row(library, library.draft("乙"))["later"]


@pytest.mark.parametrize(
    ("old", "new", "gone", "come"),
    [
        ("限速 5", "限速 3", "限速 5", "限速 3"),
        ("一、甲\n二、乙\n三、丙", "一、甲\n二、丁\n三、丙", "二、乙", "二、丁"),
        ("一、甲\n二、乙", "一、甲\n二、乙\n三、丙", "（空）", "三、丙"),
        ("甲\n乙", "乙\n甲", "甲\n乙", "乙\n甲"),
    ],
)
def test_of_a_long_text_the_lines_that_differ_are_shown(old: str, new: str, gone: str, come: str) -> None:
    assert lines_that_differ(old, new) == (gone, come)


def test_who_decides_sees_the_lines_that_differ(library: Library) -> None:
    first = library.in_force(content="一、戴帽。\n二、车间限速 5 公里。")
    second = library.revised(first, content="一、戴帽。\n二、车间限速 3 公里。")
    assert library.ledger.published is not None
    facts = dict(in_transaction(to_decide, library.ledger.published, second, write=False).facts)
    assert facts["正文或摘要"] == "二、车间限速 5 公里。 → 二、车间限速 3 公里。"


def test_who_decides_about_a_new_one_reads_what_it_is_and_which_files_it_has(library: Library) -> None:
    draft = library.draft(kind="rule")
    library.attach(draft, "规程.png")
    assert library.ledger.published is not None

    def facts(row: Document) -> dict[str, str]:
        return dict(in_transaction(to_decide, library.ledger.published, row, write=False).facts)

    assert {name: facts(draft)[name] for name in ("类别", "文号", "附件")} == {
        "类别": Document.kind.title_of("rule"), "文号": "Q/AQ-003", "附件": "规程.png",
    }  # fmt: skip
    first = library.approved(draft)
    library.attach(first, "后补.png", "red")  # nobody decided about it: it is no part of the edition
    second = library.revised(first)
    assert facts(second)["附件"] == "规程.png", "the same file as before"
    library.attach(second, "新图.png", "blue")
    assert facts(second)["附件"] == "（空） → 新图.png", "what is new of them"


def test_readers_of_another_company_are_not_there(library: Library) -> None:
    own = library.in_force(must_read=True)
    with pytest.raises(NotFound):
        mark(library, own, library.stranger)
    with pytest.raises(NotFound):
        of_row(library, own, library.stranger)


def test_of_a_group_document_each_company_sees_its_own_people(library: Library) -> None:
    rule = library.draft(
        "集团责任制", library.admin, company=None, folder=library.folder("group"), kind="rule", must_read=True
    )
    library.act(rule, "submit", library.admin)
    library.decide(library.desk)
    assert told_people(library, rule) == {"编制人", "安全科长", "总经理", "工人", "外人"}
    mark(library, rule, library.stranger)
    assert names(of_row(library, rule, library.stranger)) == [("外人", True)]
    assert of_row(library, rule)["unread"] == 4
    assert of_row(library, rule, library.desk)["read"] == 1


def test_others_see_about_themselves_alone(library: Library) -> None:
    row = library.in_force(must_read=True)
    told = of_row(library, row, library.worker)
    assert (told["mine"], told["may_mark"]) == ("unread", True)
    assert (told["read"], told["unread"], told["items"]) == (None, None, [])


def test_an_account_without_a_file_reads_for_nobody(library: Library) -> None:
    row = library.in_force(must_read=True)
    assert not of_row(library, row, library.admin)["may_mark"]
    with pytest.raises(Forbidden):
        mark(library, row, library.admin)


def test_what_i_have_to_read_stands_before_what_i_have_read(library: Library) -> None:
    first, second = library.in_force("甲", must_read=True), library.in_force("乙", must_read=True)
    library.in_force("丙")
    mark(library, second, library.worker)
    found = in_transaction(reading.to_read, library.actor(library.worker), write=False)
    assert [(row.name, state) for _, row, state in found] == [("甲", "unread"), ("乙", "read")]
    assert first.id == found[0][1].id
    assert in_transaction(reading.to_read, library.actor(library.stranger), write=False) == []


def test_the_sheet_says_who_has_not(library: Library) -> None:
    row = library.in_force(must_read=True)
    mark(library, row, library.worker)
    action = library.ledger.action_named("readers")
    assert action is not None
    file = in_transaction(action.rule, library.actor(), [row], {})
    lines = list(load_workbook(io.BytesIO(file.content)).active.iter_rows(values_only=True))  # type: ignore[union-attr]
    assert [line[2:4] for line in lines[1:]] == [
        ("安全科长", "未读"), ("编制人", "未读"), ("总经理", "未读"), ("工人", "已读"),
    ]  # fmt: skip
