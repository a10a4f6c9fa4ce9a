"""Photos of accidents: uploaded from the phone, often before there is a report to attach them to (G02)."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import timedelta
from functools import partial
from typing import Any

from models.accidents.finding import find, invalid, permitted
from models.accidents.records import EDIT_ACCIDENTS, REPORT_ACCIDENTS, Accident
from models.core import clock, stored
from models.core.actor import Actor, missing_right
from models.core.attachments import MAX_PER_ROW, Attachment, kind_of, safe_name
from models.core.database import after_commit
from models.core.errors import Conflict, Invalid, NotFound
from models.core.outbox import announce

LEDGER = "accidents"
MAX_BYTES = 10 * 1024 * 1024
MAX_WAITING = 30
_WAITING = 0  # the row of a photo that no report has taken yet
_KEEP_WAITING = timedelta(days=1)
_HEIC = (b"heic", b"heix", b"hevc", b"hevx", b"heim", b"heis", b"mif1", b"msf1")


def upload(actor: Actor, name: str, content: bytes) -> Attachment:
    """Keep a photo for a report that is still to come; it waits a day for it. The same one again is the one that waits.

    Takes JPEG, PNG and WebP up to 10 MB. Raises Invalid `too_large`, `not_a_photo`, `heic`, Conflict
    `too_many_files` for the 31st that waits, Forbidden.
    """
    actor.require(REPORT_ACCIDENTS)
    waiting = Attachment.select().where(*_mine(actor))
    there: Attachment | None = waiting.where(Attachment.sha256 == _digest(content)).first()
    if there is not None:
        Attachment.update(at=clock.now()).where(Attachment.id == there.id).execute()
        return there
    if waiting.count() >= MAX_WAITING:
        raise _too_many(f"还有 {MAX_WAITING} 张照片没有用到快报里", "请先提交快报")
    return _keep(actor, _WAITING, actor.company_id, name, content)


def add(actor: Actor, accident_id: int | str, name: str, content: bytes) -> Attachment:
    """Add a photo to an accident that is there. Raises as `upload`, NotFound, Forbidden."""
    accident = find(actor, accident_id)
    if not permitted(actor, accident)["update"]:
        raise missing_right(EDIT_ACCIDENTS)
    if of([accident.id]).count() >= MAX_PER_ROW:
        raise _too_many(f"每起事故最多 {MAX_PER_ROW} 个附件", "请先删除不用的")
    kept = _keep(actor, accident.id, accident.company_id, name, content)
    announce("ledger.changed", accident, ledger=LEDGER)
    return kept


def _keep(actor: Actor, row_id: int, company_id: int | None, name: str, content: bytes) -> Attachment:
    mime, suffix = _photo_kind(content)
    return Attachment.create(
        ledger=LEDGER,
        row_id=row_id,
        company_id=company_id,
        name=safe_name(name, suffix),
        size=len(content),
        mime=mime,
        sha256=_digest(content),
        path=stored.keep(stored.FILES, content, suffix),
        account_id=actor.account_id,
        account_name=actor.name[:60],
    )


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _photo_kind(content: bytes) -> tuple[str, str]:
    if len(content) > MAX_BYTES:
        raise _refused("照片太大", "too_large", "照片最大 10 MB", "请压缩后再上传", 413)
    if content[4:8] == b"ftyp" and content[8:12] in _HEIC:
        raise _refused(
            "不收 HEIC 照片",
            "heic",
            "这是苹果手机的 HEIC 格式，很多设备看不了",
            "请在“设置 · 相机 · 格式”里选“兼容性最佳”后重拍，或转成 JPG 再上传",
            415,
        )
    try:
        mime, suffix = kind_of(content)
    except Invalid:
        mime = suffix = ""
    if not mime.startswith("image/"):
        raise _refused(
            "这不是照片",
            "not_a_photo",
            "只收 JPG、PNG、WebP 照片，文件不是照片或已损坏",
            "请重新拍照或选择照片",
            415,
        )
    return mime, suffix


def _refused(title: str, code: str, cause: str, advice: str, status: int) -> Invalid:
    error = invalid("file", title, title=title, code=code, cause=cause, advice=advice)
    error.status = status  # closer than 422, for doors that speak HTTP
    return error


def _too_many(cause: str, advice: str) -> Conflict:
    return Conflict("照片太多", code="too_many_files", cause=cause, advice=advice)


def _mine(actor: Actor) -> tuple[Any, ...]:
    return (
        Attachment.ledger == LEDGER,
        Attachment.row_id == _WAITING,
        Attachment.account_id == actor.account_id,
    )


def take(actor: Actor, accident: Accident, ids: Sequence[int]) -> int:
    """Attach photos that the actor uploaded; gives how many. Raises Invalid at `photos`, all or none."""
    wanted = sorted(set(ids))
    if not wanted:
        return 0
    taken = (
        Attachment.update(row_id=accident.id, company_id=accident.company_id)
        .where(Attachment.id.in_(wanted), *_mine(actor))
        .execute()
    )
    if taken != len(wanted):
        raise invalid("photos", "有照片没有找到，可能已过期，请重新上传")
    return int(taken)


def of(accident_ids: Sequence[int]) -> Any:
    """The query of the photos of accidents, oldest first (documents that the console attached left out)."""
    return (
        Attachment.select()
        .where(
            Attachment.ledger == LEDGER,
            Attachment.row_id.in_([id_ for id_ in accident_ids if id_ != _WAITING] or [-1]),
            Attachment.mime.startswith("image/"),
        )
        .order_by(Attachment.id)
    )


def read(actor: Actor, photo_id: int | str) -> tuple[str, str, bytes]:
    """Name, type and content of a photo: one's own that waits, or of an accident that one may read."""
    text = str(photo_id)
    number = int(text) if text.isascii() and text.isdecimal() and len(text) < 19 else 0
    item: Attachment | None = Attachment.get_or_none(Attachment.id == number, Attachment.ledger == LEDGER)
    if item is None or (item.row_id == _WAITING and item.account_id != actor.account_id):
        raise _missing()
    if item.row_id != _WAITING:
        find(actor, item.row_id)
    try:
        return item.name, item.mime, stored.path_of(stored.FILES, item.path).read_bytes()
    except FileNotFoundError:
        raise _missing() from None


def _missing() -> NotFound:
    return NotFound("没有这张照片", cause="它可能已被删除", advice="请刷新后再试")


def sweep(limit: int = 500) -> int:
    """Drop photos that waited a day for a report that never came; gives how many. Run it in a transaction."""
    old = list(
        Attachment.select(Attachment.id, Attachment.path)
        .where(
            Attachment.ledger == LEDGER,
            Attachment.row_id == _WAITING,
            Attachment.at < clock.now() - _KEEP_WAITING,
        )
        .limit(limit)
    )
    gone = 0
    for item in old:
        # A report may take it in this very moment; then it stays.
        if Attachment.delete().where(Attachment.id == item.id, Attachment.row_id == _WAITING).execute():
            after_commit(partial(stored.drop, stored.FILES, item.path))
            gone += 1
    return gone
