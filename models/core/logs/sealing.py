"""Logs that can't be changed unseen: closed stretch by stretch with a keyed hash chain (等保 安全审计, 审计记录保护).

Every five minutes the sweeper closes what is older than ten minutes, in order of id: the hash of the lines, and over
it HMAC-SM3 with the installation's key and the seal before. Who writes a line waits for nobody and computes nothing.
Whoever changes, adds or takes away a sealed line, or a seal, without the key is found by `anban audit verify`. Lines of
the last minutes, and the newest seals taken away together with their lines, are found only with what was kept
elsewhere: each seal is also told to the program's own log.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import orjson
import structlog
from peewee import BigIntegerField, CharField, IntegrityError, fn

from models.core import clock
from models.core.db.connection import in_transaction
from models.core.fields import Moment
from models.core.logs.log_line import LogLine
from models.core.records import Base
from models.core.security import crypto

log = structlog.get_logger("seals")
OPEN_FOR = timedelta(minutes=10)  # longer than any transaction that writes a line
LINES = 2000
_BEGINNING = "0" * 64
Log = type[LogLine]


class Seal(Base):
    """A closed stretch of a log: the lines with ids from `first_id` to `last_id`.

    `content` is the hash of the lines, `digest` the keyed hash of all the rest and of the seal before. Lines that were
    kept long enough are swept; their seal stays and says when.
    """

    log = CharField(max_length=40)
    number = BigIntegerField()
    first_id = BigIntegerField()
    last_id = BigIntegerField()
    lines = BigIntegerField()
    content = CharField(max_length=64)
    digest = CharField(max_length=64)
    sealed_at = Moment("封存时间", required=True, default=clock.now)
    swept_at = Moment("清理时间")

    class Meta:
        table_name = "log_seal"
        indexes = ((("log", "number"), True),)


@dataclass(frozen=True)
class SealFault:
    """What is not as it was sealed: which log, which seal, and what is wrong with it."""

    log: str
    number: int
    what: str


def seal(record: Log, *, most: int = 50) -> int:
    """Close what is old enough, up to `most` stretches, each in a transaction of its own; gives how many."""
    done = 0
    while done < most and in_transaction(_seal_next, record):
        done += 1
    return done


def _seal_next(record: Log) -> bool:
    name = record._meta.table_name
    before = _last(name)
    start = 0 if before is None else before.last_id
    rows = list(_tuples(record, start, _closed_up_to(record, start)).limit(LINES))
    if not rows:
        return False
    number = 1 if before is None else before.number + 1
    made = Seal(
        log=name,
        number=number,
        first_id=start + 1,
        last_id=rows[-1][0],
        lines=len(rows),
        content=_content(rows),
    )
    made.digest = _digest(made, _BEGINNING if before is None else before.digest)
    try:
        with record._meta.database.atomic():
            made.save(force_insert=True)
    except IntegrityError:
        return False  # another process has just sealed the same lines
    log.info("sealed", log=name, number=number, last_id=made.last_id, digest=made.digest)
    return True


def _last(name: str) -> Seal | None:
    found: Seal | None = Seal.select().where(Seal.log == name).order_by(Seal.number.desc()).first()
    return found


def _closed_up_to(record: Log, after: int) -> int:
    """The last id before the first line that is still young: what comes with a smaller id has come by then."""
    horizon: datetime = clock.now() - OPEN_FOR
    young = record.select(fn.MIN(record.id)).where(record.id > after, record.at >= horizon).scalar()
    last = record.select(fn.MAX(record.id)).scalar() or 0
    return int(last if young is None else young - 1)


def _tuples(record: Log, after: int, up_to: int) -> Any:
    return record.select().where(record.id > after, record.id <= up_to).order_by(record.id).tuples()


def _content(rows: Sequence[tuple[Any, ...]]) -> str:
    return hashlib.sha256(orjson.dumps(rows, option=orjson.OPT_SORT_KEYS, default=str)).hexdigest()


def _digest(sealed: Seal, before: str) -> str:
    told = [sealed.log, sealed.number, sealed.first_id, sealed.last_id, sealed.lines, sealed.content, before]
    return crypto.keyed_hash(orjson.dumps(told).decode(), "log-seal")


def verify(record: Log) -> Iterator[SealFault]:
    """Everything that is not as it was sealed; nothing for a log that nobody touched. Reads all of it once."""
    name = record._meta.table_name
    before, number, last_id = _BEGINNING, 0, 0
    for sealed in _seals(name):
        number += 1
        if sealed.number != number:
            yield SealFault(name, sealed.number, f"封条 {number} 到 {sealed.number - 1} 不见了")
            number = sealed.number
        if sealed.digest != _digest(sealed, before) or sealed.first_id != last_id + 1:
            yield SealFault(name, number, "封条被改过，或者前面的封条被换过")
        if sealed.swept_at is None:
            yield from _compared(record, sealed)
        before, last_id = sealed.digest, sealed.last_id


def _seals(name: str) -> Iterator[Seal]:
    number = 0
    while rows := list(
        Seal.select().where(Seal.log == name, Seal.number > number).order_by(Seal.number).limit(500)
    ):
        yield from rows
        number = rows[-1].number


def _compared(record: Log, sealed: Seal) -> Iterator[SealFault]:
    rows = list(_tuples(record, sealed.first_id - 1, sealed.last_id))
    span = f"第 {sealed.first_id} 到 {sealed.last_id} 行"
    if len(rows) != sealed.lines:
        yield SealFault(sealed.log, sealed.number, f"{span}封存时有 {sealed.lines} 行，现在有 {len(rows)} 行")
    elif _content(rows) != sealed.content:
        yield SealFault(sealed.log, sealed.number, f"{span}有内容被改过")


def rewritten(
    record: Log, lines: Mapping[int, Mapping[str, Any]], write: Callable[[int, Mapping[str, Any]], None]
) -> int:
    """Have `write` give these lines (by id) other values, and seal them anew; gives how many seals are new.

    For a migration that takes out what must not lie in a log. Only what was in order is sealed again: a stretch that
    somebody had changed, and a seal that was no true one, stay as they are and are found as before.
    """
    if not lines:
        return 0
    before = told = _BEGINNING
    made, up_to, name = 0, 0, record._meta.table_name
    for sealed in _seals(name):
        true = sealed.digest == _digest(sealed, before)
        mine = [key for key in sorted(lines) if sealed.first_id <= key <= sealed.last_id]
        whole = true and bool(mine) and sealed.swept_at is None and not list(_compared(record, sealed))
        for key in mine:
            write(key, lines[key])
        before, up_to = sealed.digest, sealed.last_id
        if whole:
            sealed.content = _content(list(_tuples(record, sealed.first_id - 1, sealed.last_id)))
        if true:
            sealed.digest = _digest(sealed, told)
        if sealed.digest != before:
            Seal.update(content=sealed.content, digest=sealed.digest).where(Seal.id == sealed.id).execute()
            made += 1
        told = sealed.digest
    for key in sorted(lines):
        if key > up_to:
            write(key, lines[key])
    if made:
        log.info("sealed_anew", log=name, seals=made, lines=len(lines), digest=told)
    return made


def sweep(record: Log, before: datetime) -> int:
    """Delete the lines of the oldest stretch that was sealed before `before`; gives how many. The seal stays.

    Only whole sealed stretches go, so what is not sealed yet is never lost. In the caller's transaction.
    """
    name = record._meta.table_name
    oldest = (
        Seal.select()
        .where(Seal.log == name, Seal.swept_at.is_null(), Seal.sealed_at < before)
        .order_by(Seal.number)
        .first()
    )
    if oldest is None:
        return 0
    newest = record.select(fn.MAX(record.at)).where(record.id >= oldest.first_id, record.id <= oldest.last_id)
    latest = newest.scalar()
    if latest is not None and _moment(latest) >= before:
        return 0
    gone = record.delete().where(record.id >= oldest.first_id, record.id <= oldest.last_id).execute()
    Seal.update(swept_at=clock.now()).where(Seal.id == oldest.id).execute()
    return int(gone) or 1


def _moment(value: Any) -> datetime:
    if isinstance(value, str):
        value = datetime.fromisoformat(value)
    moment: datetime = value if value.tzinfo is not None else clock.local(value)
    return moment
