"""References of a sheet, found by what people write: all of a column at once."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from functools import reduce
from operator import or_
from typing import Any

from models.core.errors import Malformed
from models.core.excel.imports.share import Progress, walked
from models.core.excel.ledger_columns import plan_of
from models.core.fields import Link, PersonalId
from models.core.ledger.declaration import Ledger
from models.core.ledger.reading.references import label_of, ledger_of, visible
from models.core.security import crypto, identifiers
from models.core.security.actor import Actor
from models.core.security.identifiers import hide_id_like, squeeze
from models.core.text.folding import fold

_CHUNK = 400
#: What is a number and no name, right or mistyped: of a person, a phone, a certificate.
_NUMBER = re.compile(r"[A-Z]{0,3}[0-9][0-9*]{4,}[A-Z]?")
Found = dict[str, int | Malformed]


def _unheard(done: int, total: int | None) -> None:
    """Nobody wants to know."""


def find_all(
    actor: Actor, ledger: Ledger, name: str, link: Link, texts: Iterable[str], progress: Progress = _unheard
) -> Found:
    """What each text stands for in the column `name`: an id, or why it stands for none. `progress` is told of the texts."""
    wanted = list(dict.fromkeys(texts))
    lookup = plan_of(ledger).lookup.get(name)
    if lookup is not None:
        find = lookup(actor)
        return {text: _asked(find, text) for text in walked(wanted, progress)}
    return _by_words(actor, ledger, link, wanted, progress)


def _asked(find: Callable[[str], int], text: str) -> int | Malformed:
    try:
        return int(find(text))
    except Malformed as error:
        return error


def _by_words(actor: Actor, ledger: Ledger, link: Link, texts: list[str], progress: Progress) -> Found:
    columns = _columns(actor, link)
    hits: dict[str, set[int]] = {}
    for start in range(0, len(texts), _CHUNK):
        progress(start, len(texts))
        part = texts[start : start + _CHUNK]
        condition = reduce(or_, (_holds(actor, column, part) for column in columns))
        for row in visible(actor, link, ledger.rights["import"]).where(condition):
            words = {str(row.__data__.get(column.name) or "") for column in columns} | {
                label_of(row, link.to)
            }
            for word in words - {""}:
                hits.setdefault(fold(word), set()).add(row.get_id())
    numbers = {text: _hashed(text) for text in texts}
    missing = {fold(text) for text in texts if not numbers[text] and fold(text) not in hits}
    if missing:
        _in_other_spelling(actor, ledger, link, columns, missing, hits)
    closed = _closed(actor, link)
    return {
        text: closed
        if closed is not None and numbers[text]
        else _only(link, text, hits.get(fold(text), set()) | hits.get(numbers[text], set()))
        for text in texts
    }


def _in_other_spelling(
    actor: Actor, ledger: Ledger, link: Link, columns: list[Any], missing: set[str], hits: dict[str, set[int]]
) -> None:
    """Add what is found in another spelling: one pass over what there is, as no index knows the folded form."""
    key = link.rel_model._meta.primary_key
    shown = [column for column in columns if not column.name.endswith("_hash")]
    for row in visible(actor, link, ledger.rights["import"]).select(key, *shown).tuples().iterator():
        for word in row[1:]:
            if word and (folded := fold(str(word))) in missing:
                hits.setdefault(folded, set()).add(row[0])


def _closed(actor: Actor, link: Link) -> Malformed | None:
    """Why nothing is found by an ID number, whether there is one or not; None for who may see them whole."""
    numbers = [field for field in link.rel_model._meta.sorted_fields if isinstance(field, PersonalId)]
    if not numbers or any(actor.may(field.reveal) for field in numbers):
        return None
    return Malformed(
        "no_right", "按身份证号查找，要有“查看完整身份证号”权限，请改填姓名；有重名的，填电话或工号"
    )


def _columns(actor: Actor, link: Link) -> list[Any]:
    """The target's columns that a text may stand in: those that its own search looks into, name and code.

    Hashes of ID numbers are among them for who may see the numbers whole.
    """
    fields = link.rel_model._meta.fields
    target = ledger_of(link.rel_model, link.to)
    names = dict.fromkeys([*(target.search if target is not None else ()), "name", "code"])
    found = [fields[name] for name in names if name in fields and not isinstance(fields[name], Link)]
    numbers = [field for field in fields.values() if isinstance(field, PersonalId)]
    return found + [fields[field.hashed_as] for field in numbers if actor.may(field.reveal)]


def _holds(actor: Actor, column: Any, texts: list[str]) -> Any:
    """The condition that one of the texts stands in the column."""
    for field in column.model._meta.sorted_fields:
        if isinstance(field, PersonalId) and field.hashed_as == column.name:
            hashes = [_hashed(text) for text in texts]
            return actor.narrowed(column.in_(hashes), column.model, field.reveal)
    return column.in_(texts or [""])  # an empty list would be no condition that every engine takes


def _hashed(text: str) -> str:
    try:
        return crypto.hash_id_number(identifiers.resident_id(text))
    except Malformed:
        return ""


def _only(link: Link, text: str, ids: set[int]) -> int | Malformed:
    if len(ids) == 1:
        return next(iter(ids))
    if not ids:
        looked = "号码" if _NUMBER.fullmatch(squeeze(text)) else "名称"
        return Malformed("no_such_row", f"没有{quoted(text)}，请先新增这个{link.title}，或核对{looked}")
    return Malformed("ambiguous", f"有 {len(ids)} 个{quoted(text)}，分不清是哪一个，请改填编号或身份证号")


def quoted(text: str) -> str:
    """What somebody wrote, as a sentence may repeat it: of an ID number not a digit, nor whose it might be."""
    return "这个身份证号" if hide_id_like(text) != text else f"“{text[:20]}”"
