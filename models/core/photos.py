"""Photos of any ledger: uploaded from the phone, often before there is a row to attach them to (G02, E07, X06).

A photo that waits belongs to no row; the rule that makes the row takes it, with the stage that it shows.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from models.core import clock, stored
from models.core.actor import Actor
from models.core.attachments import MAX_PER_ROW, Attachment, kind_of, safe_name
from models.core.database import after_commit
from models.core.errors import Conflict, Invalid, NotFound
from models.core.records import Record
from models.core.rights import known

BEFORE, AFTER = "before", "after"
#: The ledger of a photo of which nobody has said yet what it is for (one that was sent in a chat): the first row of any
#: ledger that takes photos may take it.
ANY = "any"
MAX_BYTES = 10 * 1024 * 1024
MAX_WAITING = 30
_WAITING = 0  # the row of a photo that nothing has taken yet
_KEEP_WAITING = timedelta(days=1)
_HEIC = (b"heic", b"heix", b"hevc", b"hevx", b"heim", b"heis", b"mif1", b"msf1")

Find = Callable[[Actor, int], Any]
_finders: dict[str, Find] = {}
_rights: dict[str, str] = {}  # who may upload, by ledger


def shown_by(ledger: str, find: Find, *, upload: str) -> None:
    """Say who may see the photos of a ledger: whoever `find(actor, row id)` gives the row. It raises NotFound.

    `upload` is the right that uploading needs.
    """
    _finders[ledger] = find
    _rights[ledger] = known(upload)


def upload_for(actor: Actor, ledger: str, name: str, content: bytes) -> Attachment:
    """Keep a photo for a row of a ledger that takes photos. Raises as `upload`; Invalid for another ledger."""
    if ledger not in _rights:
        raise Invalid(fields={"ledger": "这里不收照片"})
    return upload(actor, ledger, _rights[ledger], name, content)


def keep(actor: Actor, name: str, content: bytes) -> Attachment:
    """Keep a photo of which is not said yet what it is for. Raises as `upload`; Forbidden for who may send none."""
    return upload(
        actor, ANY, next(filter(actor.may, _rights.values()), next(iter(_rights.values()))), name, content
    )


def unassigned(actor: Actor, since: datetime) -> list[int]:
    """The actor's photos since then that were kept without saying what for, and are for nothing yet; oldest first."""
    mine = (
        Attachment.ledger == ANY,
        Attachment.row_id == _WAITING,
        Attachment.account_id == actor.account_id,
    )
    rows = Attachment.select(Attachment.id).where(*mine, Attachment.at >= since)
    return [row.id for row in rows.order_by(Attachment.id)]


def forget(actor: Actor, photo_id: int) -> bool:
    """Drop a photo of the actor that waits; False if it is not there, or was taken by a row."""
    mine = (
        Attachment.id == photo_id,
        Attachment.row_id == _WAITING,
        Attachment.account_id == actor.account_id,
    )
    item = Attachment.get_or_none(*mine)
    return item is not None and _drop(item)


def upload(actor: Actor, ledger: str, right: str, name: str, content: bytes) -> Attachment:
    """Keep a photo for a row of `ledger` that is still to come; it waits a day for it.

    Takes JPEG, PNG and WebP up to 10 MB. Raises Invalid `too_large`, `not_a_photo`, `heic`, Conflict
    `too_many_files` for the 31st that waits, Forbidden without the right.
    """
    actor.require(right)
    there = _same(actor, ledger, _WAITING, content)
    if there is not None:
        Attachment.update(at=clock.now()).where(Attachment.id == there.id).execute()
        return there
    if Attachment.select().where(*_mine(actor, ledger)).count() >= MAX_WAITING:
        raise too_many(f"还有 {MAX_WAITING} 张照片没有提交", "请先提交，再拍新的")
    return _keep(actor, ledger, _WAITING, actor.company_id, name, content)


def add(actor: Actor, ledger: str, row: Record, name: str, content: bytes, *, stage: str = "") -> Attachment:
    """Add a photo to a row that the caller has checked. Raises as `upload` does."""
    there = _same(actor, ledger, row.get_id(), content)
    if there is not None:
        return there
    if of(ledger, [row.get_id()]).count() >= MAX_PER_ROW:
        raise too_many(f"每条最多 {MAX_PER_ROW} 个附件", "请先删除不用的")
    return _keep(actor, ledger, row.get_id(), row.scope_value("company"), name, content, stage)


def _same(actor: Actor, ledger: str, row_id: int, content: bytes) -> Attachment | None:
    """A phone whose answer got lost sends the same picture again: the one that is there already (X01)."""
    found: Attachment | None = Attachment.get_or_none(
        Attachment.ledger == ledger if row_id != _WAITING else Attachment.ledger.in_((ledger, ANY)),
        Attachment.row_id == row_id,
        Attachment.account_id == actor.account_id,
        Attachment.sha256 == _digest(content),
    )
    return found


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _keep(
    actor: Actor, ledger: str, row_id: int, company_id: int | None, name: str, content: bytes, stage: str = ""
) -> Attachment:
    mime, suffix = photo_kind(content)
    return Attachment.create(
        ledger=ledger,
        row_id=row_id,
        company_id=company_id,
        stage=stage or None,
        name=safe_name(name, suffix),
        size=len(content),
        mime=mime,
        sha256=_digest(content),
        path=stored.keep(stored.FILES, content, suffix),
        account_id=actor.account_id,
        account_name=actor.name[:60],
    )


def photo_kind(content: bytes) -> tuple[str, str]:
    """Mime type and suffix of a photo, by what it is. Raises Invalid as `upload` does."""
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
    error = Invalid(title, code=code, cause=cause, advice=advice, fields={"file": title})
    error.status = status  # closer than 422, for doors that speak HTTP
    return error


def too_many(cause: str, advice: str) -> Conflict:
    """The refusal of one photo more."""
    return Conflict("照片太多", code="too_many_files", cause=cause, advice=advice)


def _mine(actor: Actor, ledger: str) -> tuple[Any, ...]:
    return (
        Attachment.ledger.in_((ledger, ANY)),
        Attachment.row_id == _WAITING,
        Attachment.account_id == actor.account_id,
    )


def take(
    actor: Actor, ledger: str, row: Record, ids: Sequence[int], stage: str = "", *, field: str = "photos"
) -> int:
    """Attach photos that the actor uploaded to a row; gives how many. Raises Invalid at `field`, all or none."""
    wanted = list(dict.fromkeys(int(each) for each in ids))
    there = waiting(actor, ledger, wanted)
    taken = take_there(actor, ledger, row, wanted, stage) if len(there) == len(wanted) else 0
    if taken != len(wanted):
        places = "、".join(str(place) for place, each in enumerate(wanted, 1) if each not in there)
        which = f"第 {places} 张" if places else "有的"
        raise Invalid(fields={field: f"{which}照片没有找到，可能已过期，请重新上传"})
    return taken


def take_there(actor: Actor, ledger: str, row: Record, ids: Sequence[int], stage: str = "") -> int:
    """Attach those of the photos that still wait; gives how many. Nothing is refused for one that has gone."""
    wanted = {int(each) for each in ids}
    if not wanted:
        return 0
    if of(ledger, [row.get_id()]).count() + len(wanted) > MAX_PER_ROW:
        raise too_many(f"每条最多 {MAX_PER_ROW} 个附件", "请先删除不用的")
    taken = (
        Attachment.update(
            ledger=ledger, row_id=row.get_id(), company_id=row.scope_value("company"), stage=stage or None
        )
        .where(Attachment.id.in_(sorted(wanted)), *_mine(actor, ledger))
        .execute()
    )
    return int(taken)


def waiting(actor: Actor, ledger: str, ids: Sequence[int]) -> set[int]:
    """Those of the photos that the actor uploaded for a row of the ledger and that nothing has taken yet."""
    rows = Attachment.select(Attachment.id).where(Attachment.id.in_(list(ids) or [-1]), *_mine(actor, ledger))
    return {row.id for row in rows}


def of(ledger: str, row_ids: Sequence[int]) -> Any:
    """The query of the photos of rows, oldest first (documents that the console attached left out)."""
    return (
        Attachment.select()
        .where(
            Attachment.ledger == ledger,
            Attachment.row_id.in_([id_ for id_ in row_ids if id_ != _WAITING] or [-1]),
            Attachment.mime.startswith("image/"),
        )
        .order_by(Attachment.id)
    )


def read(actor: Actor, photo_id: int | str) -> tuple[str, str, bytes]:
    """Name, type and content of a photo: one's own that waits, or of a row that one may read. Raises NotFound."""
    text = str(photo_id)
    number = int(text) if text.isascii() and text.isdecimal() and len(text) < 19 else 0
    item: Attachment | None = Attachment.get_or_none(
        Attachment.id == number, Attachment.ledger.in_([*_finders, ANY]), Attachment.mime.startswith("image/")
    )
    if item is None or (item.row_id == _WAITING and item.account_id != actor.account_id):
        raise _missing()
    if item.row_id != _WAITING:
        _finders[item.ledger](actor, item.row_id)
    try:
        return item.name, item.mime, stored.path_of(stored.FILES, item.path).read_bytes()
    except FileNotFoundError:
        raise _missing() from None


def _missing() -> NotFound:
    return NotFound("没有这张照片", cause="它可能已被删除", advice="请刷新后再试")


def sweep(limit: int = 500) -> int:
    """Drop photos that waited a day for a row that never came; gives how many. Run it in a transaction."""
    old = list(
        Attachment.select(Attachment.id, Attachment.path)
        .where(
            Attachment.ledger.in_([*_finders, ANY]),
            Attachment.row_id == _WAITING,
            Attachment.at < clock.now() - _KEEP_WAITING,
        )
        .limit(limit)
    )
    return sum(map(_drop, old))


def _drop(item: Attachment) -> bool:
    # A rule may take it in this very moment; then it stays.
    if not Attachment.delete().where(Attachment.id == item.id, Attachment.row_id == _WAITING).execute():
        return False
    after_commit(partial(stored.drop, stored.FILES, item.path))
    return True
