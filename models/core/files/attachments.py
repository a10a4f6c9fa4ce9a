"""Files attached to the rows of ledgers: pictures, PDF, Word, Excel; known by their content, not their names."""

from __future__ import annotations

import re
import time
import unicodedata
from functools import partial
from typing import Any

from peewee import BigIntegerField, CharField, FixedCharField

from models.core import clock, history
from models.core.db.connection import after_commit
from models.core.errors import Conflict, NotFound
from models.core.fields import Moment, moment_text
from models.core.files import content_check, stored
from models.core.files.content_check import Examined, refusal
from models.core.files.keeping import ATTACHMENT_MB
from models.core.files.mime import PICTURES
from models.core.ledger.declaration import Ledger
from models.core.ledger.reading.rows import fits, may_write
from models.core.logs.access import note_read
from models.core.records import Base
from models.core.security import crypto
from models.core.security.actor import Actor
from models.core.security.crypto import Undecipherable
from models.core.security.identifiers import hide_ids

MAX_PER_ROW = 50
#: The stage of what was added to a closed case: it stands beside the evidence, never in its place.
LATER = "later"
_PLACE = "photo-place"
_SPELLINGS = {".jpg": (".jpg", ".jpeg")}
_FORBIDDEN = re.compile(r'[\\/:*?"<>|\x00-\x1f]')


class Attachment(Base):
    """One file of one row. `path` is its name in the folders of kept files.

    `taken_at` (the camera's local time) and `place` (encrypted) are what the camera wrote into a photo.
    """

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
    taken_at = CharField(max_length=19, null=True)
    place = CharField(max_length=120, null=True)

    class Meta:
        table_name = "attachment"
        indexes = ((("ledger", "row_id", "id"), False), (("path",), False))


def list_of(actor: Actor, ledger: Ledger, row_id: int) -> list[dict[str, Any]]:
    """What is attached to a row that the actor may read, oldest first. Raises NotFound."""
    record = _row(actor, ledger, row_id)
    query = Attachment.select().where(Attachment.ledger == ledger.name, Attachment.row_id == record.get_id())
    return [_json(item, is_kept(ledger, record, item)) for item in query.order_by(Attachment.id)]


def look(content: bytes) -> Examined:
    """Examine a file before it is attached, outside of any transaction.

    Raises Invalid for a file that is too large (`too_large`) or of no kind that is taken (`unknown_file_type`), and as
    `content_check.examine`.
    """
    limit = ATTACHMENT_MB.of(None)
    if len(content) > limit * 1024 * 1024:
        raise refusal("文件太大", "too_large", f"附件最大 {limit} MB", "请压缩后再上传", 413)
    return content_check.examine(content)


def may_add(actor: Actor, ledger: Ledger, row_id: int) -> None:
    """Whether the actor may attach a file to the row: asked before anybody looks at it. Raises NotFound, Forbidden."""
    _row(actor, ledger, row_id, write=True)


def add(actor: Actor, ledger: Ledger, row_id: int, name: str, content: bytes | Examined) -> dict[str, Any]:
    """Attach a file to a row that the actor may edit; gives it as JSON.

    Raises as `look` where that was not done before, Conflict for the 51st file of a row, NotFound, Forbidden.
    """
    record = _row(actor, ledger, row_id, write=True)
    file = look(content) if isinstance(content, bytes) else content
    there = Attachment.select().where(Attachment.ledger == ledger.name, Attachment.row_id == record.get_id())
    if there.count() >= MAX_PER_ROW:
        raise Conflict(
            "附件太多", code="too_many_files", cause=f"每条最多 {MAX_PER_ROW} 个", advice="请先删除不用的"
        )
    item = create(
        actor,
        file,
        name,
        ledger=ledger.name,
        row_id=record.get_id(),
        company_id=record.scope_value("company"),
        stage=LATER if ledger.is_closed(record) else None,
    )
    _note(actor, record, "attached", None, item.name)
    return _json(item, is_kept(ledger, record, item))


def create(actor: Actor, file: Examined, name: str, **where: Any) -> Attachment:
    """Keep an examined file, and the row that names it."""
    place = crypto.encrypt(f"{file.place[0]},{file.place[1]}", _PLACE) if file.place else None
    return Attachment.create(
        **where,
        name=safe_name(name, file.suffix),
        size=len(file.content),
        mime=file.mime,
        sha256=file.sha256,
        path=file.keep(),
        account_id=actor.account_id,
        account_name=actor.name[:60],
        taken_at=file.taken_at,
        place=place,
    )


def place_of(item: Attachment) -> tuple[float, float] | None:
    """Longitude and latitude that the camera wrote into a photo, or None, also where no key opens it."""
    if not item.place:
        return None
    try:
        longitude, latitude = crypto.decrypt(item.place, _PLACE).split(",")
    except Undecipherable:
        return None
    return float(longitude), float(latitude)


def read(actor: Actor, ledger: Ledger, row_id: int, attachment_id: int) -> tuple[str, str, bytes]:
    """Name, mime type and content of an attachment of a row that the actor may read. Raises NotFound."""
    name, mime, kept = locate(actor, ledger, row_id, attachment_id)
    return name, mime, shown(kept, mime)


def locate(actor: Actor, ledger: Ledger, row_id: int, attachment_id: int) -> tuple[str, str, str]:
    """Name, mime type and kept name of an attachment that the actor may read, which is noted. Raises NotFound."""
    record = _row(actor, ledger, row_id)
    item = _item(ledger, record, attachment_id)
    note_read(actor, record, f"{ledger.label(record)} {item.name}", action="downloaded")
    return item.name, item.mime, item.path


def shown(kept: str, mime: str) -> bytes:
    """The content of a kept file; of a picture the pixels, without what the camera wrote beside them.

    Needs no transaction. Raises NotFound where it is gone, or no key opens it.
    """
    try:
        return content_check.shown(kept, mime)
    except (FileNotFoundError, Undecipherable):
        raise _missing() from None


def delete(actor: Actor, ledger: Ledger, row_id: int, attachment_id: int) -> None:
    """Take an attachment from a row that the actor may edit; the file goes once that is committed.

    Raises Conflict `kept` for evidence, whoever asks: of a row that is closed or can't be changed any more, or by which
    something was decided. A correction is a new file beside it.
    """
    record = _row(actor, ledger, row_id, write=True)
    item = _item(ledger, record, attachment_id)
    if is_kept(ledger, record, item):
        why = (
            "已经办结"
            if ledger.is_closed(record)
            else "已经按它办理"
            if fits(ledger.rules, record)
            else "现在不能修改"
        )
        raise Conflict(
            "不能删除这个附件",
            code="kept",
            cause=f"“{ledger.label(record)}”{why}，附件要留存",
            advice="要更正或补充，请再上传一份，原来的会留着",
        )
    _note(actor, record, "detached", item.name, None)
    Attachment.delete().where(Attachment.id == item.id).execute()
    _drop_unnamed({item.path})


def is_kept(ledger: Ledger, record: Any, item: Attachment) -> bool:
    """Whether a file of a row is evidence, and so nobody's to take away."""
    return ledger.is_closed(record) or not fits(ledger.rules, record) or ledger.keeps(record, item)


def forget(ledger: Ledger, row_id: int) -> None:
    """Drop the attachments of a row that is being deleted."""
    mine = (Attachment.ledger == ledger.name) & (Attachment.row_id == row_id)
    paths = {item.path for item in Attachment.select(Attachment.path).where(mine)}
    Attachment.delete().where(mine).execute()
    _drop_unnamed(paths)


def drop_aside(name: str, row_ids: list[int]) -> None:
    """Drop the attachments of these rows under a name: of a ledger, or of what was set aside."""
    mine = (Attachment.ledger == name) & Attachment.row_id.in_(row_ids)
    paths = {item.path for item in Attachment.select(Attachment.path).where(mine)}
    if paths:
        Attachment.delete().where(mine).execute()
        _drop_unnamed(paths)


def copy(ledger: Ledger, row_id: int, to: int) -> int:
    """Name the files of a row at another one of its ledger too, in the running transaction; gives how many.

    Each file is kept once, and goes when no row names it any more. What was added to a closed case is not copied.
    """
    there = Attachment.select().where(Attachment.ledger == ledger.name, Attachment.row_id == row_id)
    files = [item for item in there.order_by(Attachment.id) if item.stage != LATER]
    for item in files:
        Attachment.create(**{**item.__data__, "id": None, "row_id": to})
    return len(files)


def publish(ledger: str, row_id: int, to: tuple[str, int], *, nameless: bool) -> int:
    """Name the photos of a row at one of another ledger, which others may read, where they are not yet; gives how many.

    Nothing but photos goes there. With `nameless` nobody learns who took them: no account, no name, no time or place of the
    camera, and a file name that says nothing.
    """
    at, there_id = to
    there = Attachment.select(Attachment.path).where(Attachment.ledger == at, Attachment.row_id == there_id)
    known = {item.path for item in there}
    mine = (Attachment.ledger == ledger) & (Attachment.row_id == row_id) & Attachment.mime.in_(PICTURES)
    found = [
        item for item in Attachment.select().where(mine).order_by(Attachment.id) if item.path not in known
    ]
    for number, item in enumerate(found, len(known) + 1):
        values = {**item.__data__, "id": None, "ledger": at, "row_id": there_id}
        if nameless:
            suffix = item.name[item.name.rfind(".") :]
            values |= {"name": f"照片{number}{suffix}", "account_id": None, "account_name": ""}
            values |= {"taken_at": None, "place": None, "at": clock.now()}
        Attachment.create(**values)
    return len(found)


def _drop_unnamed(paths: set[str]) -> None:
    """Have kept files go after the commit, but for those that another row still names."""
    named = {
        item.path for item in Attachment.select(Attachment.path).where(Attachment.path.in_(paths or {""}))
    }
    for path in sorted(paths - named):
        after_commit(partial(stored.drop_picture, path))


def sweep() -> int:
    """Delete files that no row names: of uploads that were not committed. Gives how many; run it daily."""
    named = {item.path for item in Attachment.select(Attachment.path)}
    before = time.time() - 24 * 3600
    return sum(stored.sweep(kind, before, named) for kind in (stored.FILES, *stored.MADE))


def safe_name(name: str, suffix: str) -> str:
    """The name under which a file may be kept by anybody's system: no paths, no tricks, the right suffix."""
    text = hide_ids(unicodedata.normalize("NFC", name))
    text = "".join(c for c in text if unicodedata.category(c) not in ("Cc", "Cf", "Cs", "Co", "Cn"))
    text = _FORBIDDEN.sub("_", text.replace("\\", "/").rpartition("/")[2]).strip(" .")
    stem = text
    for spelling in _SPELLINGS.get(suffix, (suffix,)):
        if text.lower().endswith(spelling):
            stem, suffix = text[: -len(spelling)].rstrip(" ."), text[-len(spelling) :]
    return f"{stem[: 120 - len(suffix)] or '附件'}{suffix}"


def _row(actor: Actor, ledger: Ledger, row_id: int, *, write: bool = False) -> Any:
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


def _item(ledger: Ledger, record: Any, attachment_id: int) -> Attachment:
    found: Attachment | None = Attachment.get_or_none(
        Attachment.id == attachment_id,
        Attachment.ledger == ledger.name,
        Attachment.row_id == record.get_id(),
    )
    if found is None:
        raise _missing()
    return found


def _missing() -> NotFound:
    return NotFound("没有这个附件", cause="它可能已被删除", advice="请刷新后再试")


def _note(actor: Actor, record: Any, action: str, old: str | None, new: str | None) -> None:
    history.note(actor, record, action, [{"field": "attachments", "title": "附件", "old": old, "new": new}])


def _json(item: Attachment, kept: bool) -> dict[str, Any]:
    return {
        "kept": kept,
        "later": item.stage == LATER,
        "id": str(item.id),
        "name": item.name,
        "size": item.size,
        "mime": item.mime,
        "at": moment_text(item.at),
        "by": None if item.account_id is None else {"id": str(item.account_id), "name": item.account_name},
    }
