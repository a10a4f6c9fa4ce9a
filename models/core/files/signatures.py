"""Signatures: drawn by the house from their strokes, kept as PNG files of a kind of their own.

What somebody sends is lines, never a picture, so nothing from outside has to be opened; and a file can't be larger than
what is drawn into the box.
"""

from __future__ import annotations

import hashlib
import io
import time
from collections.abc import Iterator, Sequence
from typing import Any

from PIL import Image, ImageDraw

from models.core.errors import NotFound
from models.core.fields import DrawnSignature
from models.core.files import stored
from models.core.ledger.declaration import Ledger
from models.core.records import Base
from models.core.security.actor import Actor
from models.core.security.crypto import Undecipherable

_FINER = 2  # drawn larger, then made smaller: lines without steps
_INK, _PAPER, _WIDTH = 20, 255, 5
_MADE_OF = 16  # greys are enough


def draw(lines: Sequence[Sequence[tuple[int, int]]]) -> bytes:
    """A PNG of the strokes, as large as their box, black on white; the same strokes give the same bytes."""
    width, height = DrawnSignature.BOX
    paper = Image.new("L", (width * _FINER, height * _FINER), _PAPER)
    pen = ImageDraw.Draw(paper)
    for line in lines:
        points = [(x * _FINER, y * _FINER) for x, y in line]
        if len(points) > 1:
            pen.line(points, fill=_INK, width=_WIDTH * _FINER, joint="curve")
        for x, y in points[:1] + points[-1:]:
            half = _WIDTH * _FINER / 2
            pen.ellipse((x - half, y - half, x + half, y + half), fill=_INK)
    out = io.BytesIO()
    small = paper.resize(DrawnSignature.BOX, Image.Resampling.LANCZOS).quantize(_MADE_OF)
    small.save(out, "PNG", optimize=True)
    return out.getvalue()


def keep(lines: Sequence[Sequence[tuple[int, int]]]) -> str:
    """Draw the strokes and keep the picture; gives its name, which follows from what is in it. Raises StorageFull."""
    content = draw(lines)
    name = f"{hashlib.sha256(content).hexdigest()[:40]}.png"
    return stored.keep(stored.SIGNATURES, content, name=name)


def locate(actor: Actor, ledger: Ledger, row_id: int, field: str) -> str:
    """The kept name of the signature in a field of a row that the actor may read. Raises NotFound."""
    column = ledger.record._meta.fields.get(field)
    if not isinstance(column, DrawnSignature) or column.internal:
        raise _missing()
    record = ledger.record.find(actor, ledger.rights["read"], row_id)
    name: str | None = record.__data__.get(field)
    if not name:
        raise _missing()
    return name


def read(name: str) -> bytes:
    """The PNG of a kept signature. Needs no transaction. Raises NotFound where it is gone, or no key opens it."""
    try:
        return stored.read(stored.SIGNATURES, name)
    except (FileNotFoundError, Undecipherable):
        raise _missing() from None


def signed_fields(record: Any) -> list[str]:
    """The names of a record's signatures that people see."""
    fields = record._meta.fields.items()
    return [name for name, field in fields if isinstance(field, DrawnSignature) and not field.internal]


def sweep() -> int:
    """Delete signatures that no row names: of forms that were not committed, of rows that are gone, and of ones that were
    drawn anew. Gives how many; run it daily."""
    return stored.sweep(stored.SIGNATURES, time.time() - 24 * 3600, set(_named()))


def _named(base: type[Any] = Base) -> Iterator[str]:
    for table in base.__subclasses__():
        yield from _named(table)
        if "id" not in table._meta.fields or table.__subclasses__():
            continue  # what several tables have in common has no table itself
        for field in table._meta.sorted_fields:
            if isinstance(field, DrawnSignature):
                yield from (name for (name,) in table.select(field).where(field.is_null(False)).tuples())


def _missing() -> NotFound:
    return NotFound("没有签名", cause="还没有人签，或者已经重签", advice="请刷新后再看")


__all__ = ["draw", "keep", "locate", "read", "signed_fields", "sweep"]
