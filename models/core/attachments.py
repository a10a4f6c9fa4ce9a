"""Files attached to the rows of ledgers: pictures, PDF, Word, Excel; known by their content, not their names."""

from __future__ import annotations

import hashlib
import re
import time
import unicodedata
import warnings
import zipfile
from functools import partial
from io import BytesIO
from typing import Any

from peewee import BigIntegerField, CharField, FixedCharField
from PIL import Image

from models.core import clock, history, stored
from models.core.actor import Actor
from models.core.config import config
from models.core.database import after_commit
from models.core.errors import Conflict, Invalid, NotFound
from models.core.fields import Moment, moment_text
from models.core.ledger.declaration import Ledger
from models.core.ledger.rows import fits, may_write
from models.core.mime import DOCX, JPEG, PDF, PNG, WEBP, XLSX
from models.core.records import Base

MAX_PER_ROW = 50
_IMAGES = {"JPEG": (JPEG, ".jpg"), "PNG": (PNG, ".png"), "WEBP": (WEBP, ".webp")}
_SPELLINGS = {".jpg": (".jpg", ".jpeg")}
_DOCUMENTS = {
    "word/document.xml": (DOCX, ".docx"),
    "xl/workbook.xml": (XLSX, ".xlsx"),
}
_FORBIDDEN = re.compile(r'[\\/:*?"<>|\x00-\x1f]')


class Attachment(Base):
    """One file of one row. `path` is its name in the folder of kept files."""

    ledger = CharField(max_length=40)
    row_id = BigIntegerField()
    company_id = BigIntegerField(null=True)
    name = CharField(max_length=120)
    stage = CharField(
        max_length=20, null=True
    )  # what it shows: before, after; empty where that makes no sense
    size = BigIntegerField()
    mime = CharField(max_length=100)
    sha256 = FixedCharField(max_length=64)
    path = CharField(max_length=80)
    account_id = BigIntegerField(null=True)
    account_name = CharField(max_length=60)
    at = Moment("上传时间", required=True, default=clock.now)

    class Meta:
        table_name = "attachment"
        indexes = ((("ledger", "row_id", "id"), False), (("path",), False))


def list_of(actor: Actor, ledger: Ledger, row_id: int | str) -> list[dict[str, Any]]:
    """What is attached to a row that the actor may read, oldest first. Raises NotFound."""
    record = _row(actor, ledger, row_id)
    query = Attachment.select().where(Attachment.ledger == ledger.name, Attachment.row_id == record.get_id())
    return [_json(item) for item in query.order_by(Attachment.id)]


def add(actor: Actor, ledger: Ledger, row_id: int | str, name: str, content: bytes) -> dict[str, Any]:
    """Attach a file to a row that the actor may edit; gives it as JSON.

    Raises Invalid for a file that is too large (`too_large`) or of no kind that is taken
    (`unknown_file_type`), Conflict for the 51st file of a row, NotFound, Forbidden.
    """
    record = _row(actor, ledger, row_id, write=True)
    if len(content) > config().attachment_max_bytes:
        limit = config().attachment_max_bytes // 1024 // 1024
        raise _refused("文件太大", "too_large", f"附件最大 {limit} MB", "请压缩后再上传", 413)
    there = Attachment.select().where(Attachment.ledger == ledger.name, Attachment.row_id == record.get_id())
    if there.count() >= MAX_PER_ROW:
        raise Conflict(
            "附件太多", code="too_many_files", cause=f"每条最多 {MAX_PER_ROW} 个", advice="请先删除不用的"
        )
    mime, suffix = kind_of(content)
    item = Attachment.create(
        ledger=ledger.name,
        row_id=record.get_id(),
        company_id=record.scope_value("company"),
        name=safe_name(name, suffix),
        size=len(content),
        mime=mime,
        sha256=hashlib.sha256(content).hexdigest(),
        path=stored.keep(stored.FILES, content, suffix),
        account_id=actor.account_id,
        account_name=actor.name[:60],
    )
    _note(actor, record, "attached", None, item.name)
    return _json(item)


def read(actor: Actor, ledger: Ledger, row_id: int | str, attachment_id: int | str) -> tuple[str, str, bytes]:
    """Name, mime type and content of an attachment of a row that the actor may read. Raises NotFound."""
    item = _item(ledger, _row(actor, ledger, row_id), attachment_id)
    try:
        return item.name, item.mime, stored.path_of(stored.FILES, item.path).read_bytes()
    except FileNotFoundError:
        raise _missing() from None


def delete(actor: Actor, ledger: Ledger, row_id: int | str, attachment_id: int | str) -> None:
    """Take an attachment from a row that the actor may edit; the file goes once that is committed.

    Raises Conflict `kept` for a row that can't be changed any more: what was approved keeps its papers.
    """
    record = _row(actor, ledger, row_id, write=True)
    item = _item(ledger, record, attachment_id)
    if not fits(ledger.rules, record):
        raise Conflict(
            "不能删除这个附件",
            code="kept",
            cause=f"“{ledger.label(record)}”现在不能修改，附件要留存",
            advice="要补充材料，可以再上传",
        )
    _note(actor, record, "detached", item.name, None)
    Attachment.delete().where(Attachment.id == item.id).execute()
    after_commit(partial(stored.drop, stored.FILES, item.path))


def forget(ledger: Ledger, row_id: int) -> None:
    """Drop the attachments of a row that is being deleted."""
    mine = (Attachment.ledger == ledger.name) & (Attachment.row_id == row_id)
    for item in Attachment.select().where(mine):
        after_commit(partial(stored.drop, stored.FILES, item.path))
    Attachment.delete().where(mine).execute()


def sweep() -> int:
    """Delete files that no row names: of uploads that were not committed. Gives how many; run it daily."""
    named = {item.path for item in Attachment.select(Attachment.path)}
    return stored.sweep(stored.FILES, time.time() - 24 * 3600, named)


def kind_of(content: bytes) -> tuple[str, str]:
    """Mime type and suffix by what the content is. Raises Invalid `unknown_file_type`."""
    found = _document(content) if content[:4] == b"PK\x03\x04" else _pdf(content) or _picture(content)
    if found is None:
        raise _refused(
            "不收这种文件",
            "unknown_file_type",
            "文件不是图片、PDF、Word 或 Excel，或者已损坏",
            "请转成 JPG、PNG、PDF、DOCX 或 XLSX 后再上传",
            415,
        )
    return found


def _pdf(content: bytes) -> tuple[str, str] | None:
    return (PDF, ".pdf") if content.startswith(b"%PDF-") and b"%%EOF" in content[-2048:] else None


def _picture(content: bytes) -> tuple[str, str] | None:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(BytesIO(content), formats=tuple(_IMAGES)) as image:
                image.verify()
                return _IMAGES[str(image.format)]
    # What a hostile picture raises in Pillow is not to be foreseen; none of it makes it a picture.
    except Exception:
        return None


def _document(content: bytes) -> tuple[str, str] | None:
    try:
        with zipfile.ZipFile(BytesIO(content)) as archive:
            names = set(archive.namelist())
    except (zipfile.BadZipFile, ValueError, NotImplementedError):
        return None
    if any(name.lower().endswith("vbaproject.bin") for name in names):
        return None
    return next((kind for part, kind in _DOCUMENTS.items() if part in names), None)


def safe_name(name: str, suffix: str) -> str:
    """The name under which a file may be kept by anybody's system: no paths, no tricks, the right suffix."""
    text = unicodedata.normalize("NFC", name)
    text = "".join(c for c in text if unicodedata.category(c) not in ("Cc", "Cf", "Cs", "Co", "Cn"))
    text = _FORBIDDEN.sub("_", text.replace("\\", "/").rpartition("/")[2]).strip(" .")
    stem = text
    for spelling in _SPELLINGS.get(suffix, (suffix,)):
        if text.lower().endswith(spelling):
            stem, suffix = text[: -len(spelling)].rstrip(" ."), text[-len(spelling) :]
    return f"{stem[: 120 - len(suffix)] or '附件'}{suffix}"


def _row(actor: Actor, ledger: Ledger, row_id: int | str, *, write: bool = False) -> Any:
    if not ledger.attachments:
        raise NotFound("没有附件", cause=f"{ledger.title}不带附件", advice="请返回列表")
    if not write:
        return ledger.record.find(actor, ledger.rights["read"], row_id)
    right = ledger.rights.get("edit")
    if right is None:
        raise NotFound("不能改附件", cause=f"{ledger.title}不能修改", advice="请返回列表")
    record = ledger.record.find(actor, ledger.rights["read"], row_id, write=right)
    if not may_write(actor, right, record):
        raise NotFound()
    return record


def _item(ledger: Ledger, record: Any, attachment_id: int | str) -> Attachment:
    text = str(attachment_id)
    found = None
    if text.isascii() and text.isdecimal() and len(text) < 19:
        found = Attachment.get_or_none(
            Attachment.id == int(text),
            Attachment.ledger == ledger.name,
            Attachment.row_id == record.get_id(),
        )
    if found is None:
        raise _missing()
    return found


def _missing() -> NotFound:
    return NotFound("没有这个附件", cause="它可能已被删除", advice="请刷新后再试")


def _refused(title: str, code: str, cause: str, advice: str, status: int) -> Invalid:
    error = Invalid(title, code=code, cause=cause, advice=advice, fields={"file": title})
    error.status = status  # closer than 422, for doors that speak HTTP
    return error


def _note(actor: Actor, record: Any, action: str, old: str | None, new: str | None) -> None:
    history.note(actor, record, action, [{"field": "attachments", "title": "附件", "old": old, "new": new}])


def _json(item: Attachment) -> dict[str, Any]:
    return {
        "id": str(item.id),
        "name": item.name,
        "size": item.size,
        "mime": item.mime,
        "at": moment_text(item.at),
        "by": None if item.account_id is None else {"id": str(item.account_id), "name": item.account_name},
    }
