"""Photos of any ledger: uploaded from the phone, often before there is a row to attach them to (G02, E07, X06).

A photo that waits belongs to no row; the rule that makes the row takes it, with the stage that it shows.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import Any, Literal

from models.core import clock
from models.core.chapters import load
from models.core.coordinates import to_gcj02
from models.core.db.connection import after_commit
from models.core.errors import Conflict, Invalid, NotFound
from models.core.fields import moment_text
from models.core.files import content_check, stored
from models.core.files.attachments import MAX_PER_ROW, Attachment, create, place_of, shown
from models.core.files.content_check import Examined, refusal
from models.core.files.foreign_kinds import HEIC, foreign_kind
from models.core.files.mime import JPEG, WEBP
from models.core.hooks import Hook
from models.core.ledger.declaration import ledger_named
from models.core.logs.access import note_read
from models.core.records import Record
from models.core.security.actor import Actor
from models.core.security.crypto import Undecipherable
from models.core.security.rights import known

#: Whether a row of a ledger is the actor's to do something about: then they see its photos too.
CONCERNED: Hook[[Actor, str, int], bool] = Hook("core.photo_concerns")
BEFORE, AFTER = "before", "after"
#: Of a result that a later one has taken the place of: kept, and named as such.
RETURNED = "returned"
#: The ledger of a photo of which nobody has said yet what it is for (one that was sent in a chat): the first row of any
#: ledger that takes photos may take it.
ANY = "any"
MAX_BYTES = 10 * 1024 * 1024
MAX_WAITING = 30
_WAITING = 0  # the row of a photo that nothing has taken yet
_KEEP_WAITING = timedelta(days=1)

Size = Literal["full", "screen", "thumbnail"]
Find = Callable[[Actor, int], Any]
_finders: dict[str, Find] = {}
_rights: dict[str, str] = {}  # who may upload, by ledger
_originals: dict[str, str] = {}  # who may see uploads as they came


def shown_by(ledger: str, find: Find, *, upload: str, original: str = "") -> None:
    """Say who may see the photos of a ledger: whoever `find(actor, row id)` gives the row. It raises NotFound.

    `upload` is the right that uploading needs, `original` the one to see an upload of somebody else as it came.
    """
    _finders[ledger] = find
    _rights[ledger] = known(upload)
    if original:
        _originals[ledger] = known(original)


def _shown_ledgers() -> list[str]:
    """The ledgers that take photos."""
    load("photos")
    return list(_finders)


def upload_for(actor: Actor, ledger: str, name: str, content: bytes | Examined) -> Attachment:
    """Keep a photo for a row of a ledger that takes photos. Raises as `upload`; Invalid for another ledger."""
    may_upload(actor, ledger)
    return upload(actor, ledger, _rights[ledger], name, content)


def keep(actor: Actor, name: str, content: bytes | Examined) -> Attachment:
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


def sent_together(
    actor: Actor | int | None, ids: Sequence[int], within: timedelta, *, later: bool
) -> list[int]:
    """Those of an account's photos of which nobody has said what for that wait, and came `within` so much before one of

    `ids` (and, `later`, after); those of `ids` that wait are among them. Oldest first. `actor`: or the account's id.
    """
    account = actor.account_id if isinstance(actor, Actor) else actor
    named = list(
        Attachment.select(Attachment.id, Attachment.at).where(
            Attachment.id.in_(list(ids) or [-1]), Attachment.account_id == account
        )
    )
    if not named or account is None:
        return []
    rows = Attachment.select(Attachment.id).where(
        Attachment.ledger == ANY, Attachment.row_id == _WAITING, Attachment.account_id == account,
        Attachment.at >= min(each.at for each in named) - within,
        Attachment.at <= max(each.at for each in named) + (within if later else timedelta()),
    )  # fmt: skip
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


def upload(actor: Actor, ledger: str, right: str, name: str, content: bytes | Examined) -> Attachment:
    """Keep a photo for a row of `ledger` that is still to come; it waits a day for it.

    Raises as `look` where that was not done before, Conflict `too_many_files` for the 31st that waits, Forbidden
    without the right.
    """
    actor.require(right)
    file = look(content) if isinstance(content, bytes) else content
    there = _same(actor, ledger, _WAITING, file)
    if there is not None:
        Attachment.update(at=clock.now()).where(Attachment.id == there.id).execute()
        return there
    if Attachment.select().where(*_mine(actor, ledger)).count() >= MAX_WAITING:
        raise too_many(f"还有 {MAX_WAITING} 张照片没有提交", "请先提交，再拍新的")
    return create(actor, file, name, ledger=ledger, row_id=_WAITING, company_id=actor.company_id)


def add(
    actor: Actor, ledger: str, row: Record, name: str, content: bytes | Examined, *, stage: str = ""
) -> Attachment:
    """Add a photo to a row that the caller has checked. Raises as `upload` does."""
    file = look(content) if isinstance(content, bytes) else content
    there = _same(actor, ledger, row.get_id(), file)
    if there is not None:
        return there
    if of(ledger, [row.get_id()]).count() >= MAX_PER_ROW:
        raise too_many(f"每条最多 {MAX_PER_ROW} 个附件", "请先删除不用的")
    company_id = row.scope_value("company")
    return create(
        actor, file, name, ledger=ledger, row_id=row.get_id(), company_id=company_id, stage=stage or None
    )


def _same(actor: Actor, ledger: str, row_id: int, file: Examined) -> Attachment | None:
    """A phone whose answer got lost sends the same picture again: the one that is there already (X01)."""
    found: Attachment | None = Attachment.get_or_none(
        Attachment.ledger == ledger if row_id != _WAITING else Attachment.ledger.in_((ledger, ANY)),
        Attachment.row_id == row_id,
        Attachment.account_id == actor.account_id,
        Attachment.sha256 == file.sha256,
    )
    return found


def look(content: bytes) -> Examined:
    """Examine a photo before it is kept, outside of any transaction: a door does it before it calls the rule.

    Takes JPEG, PNG and WebP up to 10 MB. Raises Invalid `too_large`, `heic`, `not_a_photo`, and as `content_check.examine`.
    """
    if len(content) > MAX_BYTES:
        raise refusal("照片太大", "too_large", "照片最大 10 MB", "请压缩后再上传", 413)
    try:
        return content_check.examine(content, pictures_only=True)
    except Invalid as refused:
        if refused.code != "unknown_file_type":
            raise
    told = foreign_kind(content)
    if told is not None:
        code = HEIC if told.kind == HEIC else "not_a_photo"
        raise refusal(told.title, code, told.cause, told.advice, 415)
    raise refusal(
        "这不是照片",
        "not_a_photo",
        "只收 JPG、PNG、WebP 照片，文件不是照片或已损坏",
        "请重新拍照或选择照片",
        415,
    )


def may_upload(actor: Actor, ledger: str) -> None:
    """Whether the actor may upload a photo for a ledger: asked before anybody looks at it. Raises Invalid, Forbidden."""
    load("photos")
    if ledger not in _rights:
        raise Invalid(fields={"ledger": "这里不收照片"})
    actor.require(_rights[ledger])


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


def retire(ledger: str, row_id: int, stage: str) -> None:
    """Call a row's photos of a stage those of before, as newer ones are about to be taken: none is lost."""
    Attachment.update(stage=RETURNED).where(
        Attachment.ledger == ledger, Attachment.row_id == row_id, Attachment.stage == stage
    ).execute()


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


def read(actor: Actor, photo_id: int) -> tuple[str, str, bytes]:
    """Name, type and content of a photo: one's own that waits, or of a row that one may read. Raises NotFound."""
    name, mime, kept = locate(actor, photo_id)
    return name, mime, shown(kept, mime)


def locate(actor: Actor, photo_id: int) -> tuple[str, str, str]:
    """Name, type and kept name of a photo that one may see, as `read`. Raises NotFound."""
    item = _seen(actor, photo_id)
    return item.name, item.mime, item.path


def version(size: Size, mime: str, *, webp: bool) -> tuple[str, str]:
    """What of a photo is shown in a size: its kind of kept files (`stored.MADE`), and the type it has there.

    `mime` is the photo's; `webp` says that who looks can read that.
    """
    if size == "thumbnail":
        return (stored.THUMBS, WEBP) if webp else (stored.THUMBS_JPEG, JPEG)
    return (stored.CARDS, JPEG) if size == "screen" else (stored.SHOWN, mime)


def drawn(kind: str, kept: str, mime: str) -> bytes:
    """The content of a photo in one of its versions. Needs no transaction. Raises NotFound where it is gone."""
    try:
        return content_check.derived(kind, kept, mime)
    except (FileNotFoundError, Undecipherable):
        raise _missing() from None


def original(actor: Actor, photo_id: int) -> tuple[str, str, str]:
    """Name, type and kept name (`stored.FILES`) of a photo as it came, for evidence; who takes it is noted.

    It says where, when and by what device it was taken: for who sent it, and who may see what is masked for others.
    Raises NotFound, Forbidden.
    """
    item = _evidence(actor, photo_id)
    return item.name, item.mime, item.path


def facts(actor: Actor, photo_id: int) -> dict[str, Any]:
    """What proves a photo: digest of the upload, who sent it and when, and what its camera said. Raises as `original`."""
    item = _evidence(actor, photo_id)
    place = place_of(item)
    if place is not None:
        place = to_gcj02(*place)
    return {
        "id": str(item.id),
        "sha256": item.sha256,
        "size": item.size,
        "at": moment_text(item.at),
        "by": item.account_name,
        "taken_at": item.taken_at,
        "place": None if place is None else {"lng": place[0], "lat": place[1]},
    }


def _evidence(actor: Actor, photo_id: int) -> Attachment:
    item = _seen(actor, photo_id)
    if item.account_id != actor.account_id:
        right = _originals.get(item.ledger)
        if right is None:
            raise _missing()
        actor.require(right, _finders[item.ledger](actor, item.row_id))
    note_read(actor, None, f"照片原件 {item.name}", action="downloaded")
    return item


def _seen(actor: Actor, photo_id: int) -> Attachment:
    item: Attachment | None = Attachment.get_or_none(
        Attachment.id == photo_id,
        Attachment.mime.startswith("image/"),
    )
    if item is None or (item.row_id == _WAITING and item.account_id != actor.account_id):
        raise _missing()
    if item.row_id != _WAITING:
        _found(actor, item.ledger, item.row_id)
    return item


def _found(actor: Actor, name: str, row_id: int) -> Any:
    """The row on which a photo hangs: as its ledger says (`shown_by`), else for who may read it, or has it to decide.

    Raises NotFound.
    """
    load("photos")
    if name in _finders:
        return _finders[name](actor, row_id)
    ledger = ledger_named(name)
    if ledger is None or not ledger.attachments:
        raise _missing()
    row = ledger.record.get_or_none(ledger.record.id == row_id)
    if row is None:
        raise _missing()
    if actor.may(ledger.rights["read"], row) and row.visible_to(actor):
        return row
    if any(CONCERNED(actor, name, row_id)):
        return row
    raise _missing()


def _missing() -> NotFound:
    return NotFound("没有这张照片", cause="它可能已被删除", advice="请刷新后再试")


def sweep(limit: int = 500) -> int:
    """Drop photos that waited a day for a row that never came; gives how many. Run it in a transaction."""
    old = list(
        Attachment.select(Attachment.id, Attachment.path)
        .where(
            Attachment.ledger.in_([*_shown_ledgers(), ANY]),
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
    after_commit(partial(stored.drop_picture, item.path))
    return True
