"""A list of documents from Excel, whose files come with it by their names, or later, or never (B02)."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook
from PIL import Image

from models.core.config import Config, configure
from models.core.db.connection import in_transaction
from models.core.errors import Conflict, Forbidden
from models.core.excel.imports import importing
from models.core.files import named_files
from models.core.files.attachments import Attachment, look
from models.core.files.named_files import spellings
from models.core.jobs import jobs
from models.core.ledger.library.taking import PickedStandard, take
from models.regulations.records import LAW, Document
from tests.models.regulations.conftest import Library

TITLES = ("名称", "文号", "目录", "类别", "实施日期", "要求阅读", "附件文件名")


@pytest.fixture(autouse=True)
def folder(tmp_path: Path) -> Iterator[None]:
    """Files are kept in a folder of the test's own."""
    configure(Config(data_dir=tmp_path))
    yield
    configure(Config())


def sheet(*rows: tuple[Any, ...]) -> bytes:
    book = Workbook()
    for row in (TITLES, *rows):
        book.active.append(row)  # type: ignore[union-attr]
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def line(name: str, number: str = "", folder: str = "公司制度", file: str = "") -> tuple[Any, ...]:
    return (name, number, folder, "操作规程", "2026-12-01", "是", file)


def checked(library: Library, who: Any, *rows: tuple[Any, ...]) -> Any:
    job = importing.start_check(library.actor(who), library.ledger, "清单.xlsx", sheet(*rows))
    jobs.wait(job["id"])
    found = jobs.Job.get_by_id(int(job["id"]))
    assert found.state == "done", found.error
    return found


def faults(job: Any) -> list[str]:
    return [error["message"] for error in job.result["errors"]]


def imported(library: Library, who: Any, *rows: tuple[Any, ...]) -> Any:
    job = checked(library, who, *rows)
    assert faults(job) == []
    return committed(library, who, job)


def committed(library: Library, who: Any, job: Any) -> Any:
    started = importing.start_commit(library.actor(who), library.ledger, job.id)
    jobs.wait(started["id"])
    done = jobs.Job.get_by_id(int(started["id"]))
    assert done.state == "done", done.error
    return done


def paper(colour: str = "white") -> bytes:
    target = io.BytesIO()
    Image.new("RGB", (40, 40), colour).save(target, "PNG")
    return target.getvalue()


def sent(library: Library, who: Any, name: str, content: bytes | None = None) -> dict[str, Any]:
    """A file as the page sends it: looked at, then matched."""
    file = look(content or paper())
    answer: dict[str, Any] = in_transaction(named_files.match, library.actor(who), library.ledger, name, file)
    return answer


def files_of(row: Any) -> list[str]:
    return [item.name for item in Attachment.select().where(Attachment.row_id == row.id)]


def named(name: str) -> Document:
    return Document.get(Document.name == name)


def test_a_list_comes_in_as_drafts_and_files_find_their_rows(library: Library) -> None:
    imported(
        library,
        None,
        line("叉车安全操作规程", "Q/AQ-003", file="叉车规程.png"),
        line("动火作业管理办法", "Q/AQ-004"),
        line("班前会制度"),
    )
    rows = list(Document.select().order_by(Document.id))
    assert [(row.name, row.company_id, row.standing, row.level) for row in rows] == [
        (name, library.unit.id, "draft", "company")
        for name in ("叉车安全操作规程", "动火作业管理办法", "班前会制度")
    ]
    assert listed(library, "waited") == ["叉车安全操作规程"]
    assert listed(library, "none") == ["动火作业管理办法", "班前会制度"]
    assert [row["label"] for row in sent(library, None, "叉车规程.PNG")["rows"]] == ["叉车安全操作规程"]
    assert [row["label"] for row in sent(library, None, "《班前会制度》.png")["rows"]] == ["班前会制度"]
    assert sent(library, None, "没有人认得.png")["rows"] == []
    assert Attachment.select().count() == 2
    assert listed(library, "there") == ["叉车安全操作规程", "班前会制度"]
    # The same file again doubles nothing; another one of the name comes beside it.
    assert "早已上传过" in sent(library, None, "叉车规程.png")["message"]
    sent(library, None, "叉车规程.png", paper("red"))
    assert len(files_of(named("叉车安全操作规程"))) == 2
    library.act(named("叉车安全操作规程"), "submit")
    assert named("叉车安全操作规程").standing == "asked"


def listed(library: Library, state: str) -> list[str]:
    return sorted(name for name, _ in library.listed(files=[state]))


def test_a_sheet_again_changes_drafts_and_leaves_alone_what_is_in_force(library: Library) -> None:
    row = library.in_force()
    imported(library, None, line("叉车安全操作规程", "Q/AQ-003"), line("动火作业管理办法", "Q/AQ-004"))
    assert (Document.select().count(), library.again(row).must_read) == (2, False)
    again = checked(
        library,
        None,
        line("叉车安全操作规程", "Q/AQ-003"),
        line("动火作业管理办法", "Q/AQ-004", file="动火.pdf"),
    )
    assert "已有这份文件（现行有效），不会改动" in str(again.result)
    committed(library, None, again)
    assert (Document.select().count(), named("动火作业管理办法").file_name) == (2, "动火.pdf")


def test_whose_a_line_is_says_its_directory(library: Library) -> None:
    told = faults(checked(library, None, line("集团安全管理办法", folder="集团制度"), line("甲"), line("甲")))
    assert any("由集团维护" in each for each in told)
    assert any("表里有两行是同一份文件" in each for each in told)
    assert any(
        "先切换到那家公司" in each for each in faults(checked(library, library.admin, line("乙")))
    ) is (library.admin.company_id is None)
    imported(
        library,
        library.admin,
        line("集团安全管理办法", folder="集团制度"),
        line("安全生产法", folder="法规标准"),
    )
    assert {(row.name, row.company_id, row.level) for row in Document.select()} == {
        ("集团安全管理办法", None, "group"),
        ("安全生产法", None, LAW),
    }
    imported(library, None, line("地方条例", folder="法规标准"))
    assert named("地方条例").company_id == library.unit.id
    with pytest.raises(Forbidden):
        checked(library, library.worker, line("丙"))


def test_files_find_no_rows_of_others(library: Library) -> None:
    imported(library, None, line("叉车安全操作规程", file="规程.png"))
    assert sent(library, library.stranger, "规程.png")["rows"] == []
    with pytest.raises(Forbidden):
        sent(library, library.worker, "规程.png")
    assert Attachment.select().count() == 0


def test_laws_of_the_library_get_their_texts_by_name(library: Library) -> None:
    take_laws(library, "product:FG001", "product:FG002")
    law = named("中华人民共和国安全生产法")
    assert (law.company_id, law.standing, law.level, law.sample) == (None, "draft", LAW, True)
    assert (law.number, f"{law.valid_from}") == ("主席令〔2021〕88号", "2021-09-01")
    answer = sent(library, library.admin, "中华人民共和国安全生产法.png")
    assert [row["label"] for row in answer["rows"]] == ["中华人民共和国安全生产法"]
    library.act(law, "enter", library.admin)
    assert library.again(law).standing == "in_force"
    assert (
        sent(library, None, "中华人民共和国特种设备安全法.png")["rows"] == []
    )  # everybody's is not the unit's to change


def take_laws(library: Library, *sources: str) -> None:
    answer = in_transaction(
        take, library.admin, library.ledger, [PickedStandard(source) for source in sources], None
    )
    assert answer["refused"] == []


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("叉车规程.PDF", ["叉车规程.pdf", "叉车规程"]),
        (r"C:\制度\叉车规程.pdf", ["叉车规程.pdf", "叉车规程"]),
        ("《叉车规程》.pdf", ["《叉车规程》.pdf", "《叉车规程》", "叉车规程"]),
        ("GB 6067.1-2010", ["gb 6067.1-2010", "gb 6067"]),
        ("", []),
    ],
)
def test_how_a_row_may_call_a_file(name: str, words: list[str]) -> None:
    assert spellings(name) == words


def test_a_row_takes_no_more_files_than_it_may(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    imported(library, None, line("叉车安全操作规程", file="规程.png"))
    monkeypatch.setattr("models.core.files.attachments.MAX_PER_ROW", 1)
    sent(library, None, "规程.png")
    with pytest.raises(Conflict):
        sent(library, None, "规程.png", paper("blue"))
