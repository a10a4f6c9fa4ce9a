"""Files of rows: by right, by content, under harmless names."""

import os
import time
import zipfile
from io import BytesIO

import pytest
from openpyxl import Workbook
from PIL import Image

from models.core.db.connection import in_transaction
from models.core.errors import Conflict, Forbidden, Invalid, NotFound
from models.core.files import attachments
from models.core.files.keeping import ATTACHMENT_MB
from models.core.ledger.changes import editing
from models.core.security.rights import Scope
from tests.models.core import small_ledgers
from tests.support.company_settings import set_to


def picture(kind="PNG"):
    target = BytesIO()
    Image.new("RGB", (4, 3), "red").save(target, kind)
    return target.getvalue()


def workbook():
    target = BytesIO()
    Workbook().save(target)
    return target.getvalue()


def package(*names):
    target = BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        for name in names:
            archive.writestr(name, "x")
    return target.getvalue()


PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\ntrailer\n%%EOF\n"


@pytest.fixture
def row(world):
    return small_ledgers.equipment(world.a)


def stored_files(tmp_path):
    return sorted(path.name for path in (tmp_path / "files").iterdir())


def test_files_come_and_go_with_a_trail(world, row, tmp_path, clock):
    made = attachments.add(world.in_a, small_ledgers.EQUIPMENT, row.id, "现场.png", picture())
    assert made == {
        "id": made["id"],
        "name": "现场.png",
        "size": len(picture()),
        "mime": "image/png",
        "at": "2026-11-22T08:00:00+08:00",
        "by": {"id": "7", "name": "测试员"},
        "kept": False,
        "later": False,
    }
    assert attachments.list_of(world.in_a, small_ledgers.EQUIPMENT, str(row.id)) == [made]
    assert attachments.read(world.in_a, small_ledgers.EQUIPMENT, row.id, made["id"]) == (
        "现场.png",
        "image/png",
        picture(),
    )
    (kept,) = stored_files(tmp_path)
    assert "现场" not in kept
    attachments.delete(world.in_a, small_ledgers.EQUIPMENT, row.id, made["id"])
    assert attachments.list_of(world.in_a, small_ledgers.EQUIPMENT, row.id) == []
    assert stored_files(tmp_path) == []
    lines = editing.history(world.in_a, small_ledgers.EQUIPMENT, row.id)["items"]
    assert [(line["action"], line["changes"][0]["old"], line["changes"][0]["new"]) for line in lines] == [
        ("detached", "现场.png", None),
        ("attached", None, "现场.png"),
    ]


def test_rows_of_others_have_no_attachments(world, row):
    made = attachments.add(world.in_a, small_ledgers.EQUIPMENT, row.id, "a.pdf", PDF)
    other = small_ledgers.equipment(world.a)
    for call, args in (
        (attachments.list_of, ()),
        (attachments.add, ("b.pdf", PDF)),
        (attachments.read, (made["id"],)),
        (attachments.delete, (made["id"],)),
    ):
        with pytest.raises(NotFound):
            call(world.in_b, small_ledgers.EQUIPMENT, row.id, *args)
    for row_id, attachment_id in ((other.id, made["id"]), (row.id, "99999"), (row.id, "x")):
        with pytest.raises(NotFound):
            attachments.read(world.in_a, small_ledgers.EQUIPMENT, row_id, attachment_id)
    with pytest.raises(NotFound):
        attachments.read(world.in_a, small_ledgers.PERSONS, row.id, made["id"])
    with pytest.raises(NotFound):
        attachments.list_of(world.in_a, small_ledgers.CERTIFICATES, row.id)


def test_who_may_only_read_changes_nothing(world, row):
    made = attachments.add(world.in_a, small_ledgers.EQUIPMENT, row.id, "a.pdf", PDF)
    reader = small_ledgers.actor(world.a, rights={"equipment.read": Scope.COMPANY})
    assert attachments.read(reader, small_ledgers.EQUIPMENT, row.id, made["id"])[2] == PDF
    with pytest.raises(Forbidden):
        attachments.add(reader, small_ledgers.EQUIPMENT, row.id, "b.pdf", PDF)
    with pytest.raises(Forbidden):
        attachments.delete(reader, small_ledgers.EQUIPMENT, row.id, made["id"])


@pytest.mark.parametrize(
    ("content", "suffix"),
    [
        (picture("PNG"), ".png"),
        (picture("JPEG"), ".jpg"),
        (picture("WEBP"), ".webp"),
        (PDF, ".pdf"),
        (workbook(), ".xlsx"),
        (package("[Content_Types].xml", "word/document.xml"), ".docx"),
    ],
)
def test_the_content_says_what_it_is(world, row, content, suffix):
    made = attachments.add(world.in_a, small_ledgers.EQUIPMENT, row.id, "骗人.exe", content)
    assert made["name"] == f"骗人.exe{suffix}"


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"\x89PNG\r\n\x1a\nbroken", "half_a_picture"),
        (picture()[:40], "half_a_picture"),
        (b"%PDF-1.7 without an end", "half_a_file"),
    ],
)
def test_half_a_file_is_told_as_half(world, row, content, code, tmp_path):
    with pytest.raises(Invalid) as caught:
        attachments.add(world.in_a, small_ledgers.EQUIPMENT, row.id, "a.png", content)
    assert (caught.value.code, caught.value.status) == (code, 415)
    assert not (tmp_path / "files").exists() or stored_files(tmp_path) == []


@pytest.mark.parametrize(
    "content",
    [
        b"MZ\x90\x00",
        b"<html><script>alert(1)</script></html>",
        b'<svg xmlns="http://www.w3.org/2000/svg"/>',
        b"GIF89a" + b"\0" * 40,
        package("evil.exe"),
        package("word/document.xml", "word/vbaProject.bin"),
        b"PK\x03\x04broken",
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
        b"",
    ],
)
def test_anything_else_is_not_taken(world, row, content, tmp_path):
    with pytest.raises(Invalid) as caught:
        attachments.add(world.in_a, small_ledgers.EQUIPMENT, row.id, "a.png", content)
    assert (caught.value.code, caught.value.status) == ("unknown_file_type", 415)
    assert not (tmp_path / "files").exists() or stored_files(tmp_path) == []


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("../../etc/passwd", "passwd.pdf"),
        ("C:\\temp\\a.pdf", "a.pdf"),
        ("a.PDF", "a.PDF"),
        ("", "附件.pdf"),
        (".pdf", "pdf.pdf"),
        ("...", "附件.pdf"),
        ("a\r\nSet-Cookie: x.pdf", "aSet-Cookie_ x.pdf"),
        ("fdp.\u202etxt.exe", "fdp.txt.exe.pdf"),
        ('a"b<c>.pdf', "a_b_c_.pdf"),
        ("长" * 200 + ".pdf", "长" * 116 + ".pdf"),
    ],
)
def test_names_are_made_harmless(name, kept):
    assert attachments.safe_name(name, ".pdf") == kept
    assert len(kept) <= 120


def test_limits(world, row, monkeypatch):
    set_to(ATTACHMENT_MB, None, 1)
    attachments.add(world.in_a, small_ledgers.EQUIPMENT, row.id, "a.pdf", PDF)
    with pytest.raises(Invalid) as caught:
        attachments.add(world.in_a, small_ledgers.EQUIPMENT, row.id, "a.pdf", PDF + b"\n" * 1024 * 1024)
    assert (caught.value.code, caught.value.status) == ("too_large", 413)
    monkeypatch.setattr(attachments, "MAX_PER_ROW", 1)
    with pytest.raises(Conflict):
        attachments.add(world.in_a, small_ledgers.EQUIPMENT, row.id, "b.pdf", PDF)


def test_a_file_goes_only_when_that_is_committed(world, row, tmp_path):
    made = attachments.add(world.in_a, small_ledgers.EQUIPMENT, row.id, "a.pdf", PDF)

    def fails():
        attachments.delete(world.in_a, small_ledgers.EQUIPMENT, row.id, made["id"])
        raise RuntimeError

    with pytest.raises(RuntimeError):
        in_transaction(fails)
    assert len(stored_files(tmp_path)) == 1
    assert attachments.read(world.in_a, small_ledgers.EQUIPMENT, row.id, made["id"])[2] == PDF


def test_a_deleted_row_takes_its_files_along(world, row, tmp_path):
    attachments.add(world.in_a, small_ledgers.EQUIPMENT, row.id, "a.pdf", PDF)
    in_transaction(editing.delete, world.in_a, small_ledgers.EQUIPMENT, row.id)
    assert stored_files(tmp_path) == []
    assert attachments.Attachment.select().count() == 0


def test_files_without_a_row_are_swept(world, row, tmp_path):
    def fails():
        attachments.add(world.in_a, small_ledgers.EQUIPMENT, row.id, "a.pdf", PDF)
        raise RuntimeError

    with pytest.raises(RuntimeError):
        in_transaction(fails)
    attachments.add(world.in_a, small_ledgers.EQUIPMENT, row.id, "b.pdf", PDF)
    assert attachments.sweep() == 0
    for path in (tmp_path / "files").iterdir():
        os.utime(path, (time.time() - 90_000,) * 2)
    assert attachments.sweep() == 1
    assert (
        attachments.read(world.in_a, small_ledgers.EQUIPMENT, row.id, attachments.Attachment.get().id)[2]
        == PDF
    )
