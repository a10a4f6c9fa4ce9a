"""What somebody has to read, as the phone shows it: the list, one with all that it says, and what is none (B02)."""

from __future__ import annotations

from typing import Any

import pytest

from models.core.db.connection import in_transaction
from models.core.errors import NotFound
from models.core.ledger.reading.describe import describe
from models.regulations.ledgers import DOCUMENTS
from models.tasks.publication import my_reading
from tests.models.regulations.conftest import Library

pytestmark = pytest.mark.one_engine


def one(library: Library, row: Any, who: Any = None) -> dict[str, Any]:
    return in_transaction(
        my_reading.one, library.actor(who or library.worker), "documents", row.id, write=False
    )


def test_the_unread_come_first_and_are_counted(library: Library) -> None:
    first, second = library.in_force("甲", must_read=True), library.in_force("乙", must_read=True)
    library.in_force("不用读")
    reader = library.actor(library.worker)
    told = in_transaction(my_reading.mark, reader, "documents", second.id)
    assert told["state"] == "read"
    shown = in_transaction(my_reading.listed, reader, write=False)
    assert [(item["title"], item["state"]) for item in shown["items"]] == [("甲", "unread"), ("乙", "read")]
    assert shown["unread"] == 1 and one(library, first)["may_mark"]


def test_all_that_it_says_stands_in_words_and_nothing_that_is_empty(library: Library) -> None:
    row = library.in_force("甲", must_read=True, issuer="安全科", note="")
    library.attach(row)
    told = one(library, row)
    assert [text["text"] for text in told["texts"]] == ["限速 5 公里。"]
    facts = {fact["title"]: fact["text"] for fact in told["facts"]}
    assert facts["发布单位"] == "安全科" and facts["文号"] == "Q/AQ-003"
    assert not {"名称", "要求阅读", "阅读范围", "备注", "样例（待核对）"} & facts.keys()
    assert [file["name"] for file in told["files"]] == ["规程.png"]
    assert told["changes"] == []


def test_what_is_otherwise_than_before_is_told_of_a_later_edition(library: Library) -> None:
    first = library.in_force("甲", must_read=True)
    second = library.approved(library.revised(first, content="限速 3 公里。"))
    assert [(line["title"], line["old"], line["new"]) for line in one(library, second)["changes"]] == [
        ("正文或摘要", "限速 5 公里。", "限速 3 公里。")
    ]


@pytest.mark.parametrize("ledger", ["", "nothing", "persons", "document-folders"])
def test_what_nobody_has_to_read_is_not_there(library: Library, ledger: str) -> None:
    with pytest.raises(NotFound):
        in_transaction(my_reading.one, library.actor(), ledger, 1, write=False)


def test_a_list_of_editions_has_their_columns_each_once_behind_the_name(library: Library) -> None:
    fields = [column["field"] for column in describe(DOCUMENTS, library.admin)["columns"]]
    assert fields[1:5] == ["standing", "edition", "beside", "my_reading"]
    assert len(fields) == len(set(fields)) and "in_force_at" in fields
