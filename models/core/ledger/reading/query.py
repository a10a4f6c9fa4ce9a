"""What a list is asked for, checked, and turned into conditions on the record."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta
from functools import reduce
from operator import and_, or_
from typing import Any

from peewee import OP, SQL, DateTimeField, Expression, NodeList, Value

from models.core.config import config
from models.core.errors import Invalid, Malformed
from models.core.fields import Described, Link, PersonalId, Phone, Picks, parse_day, parse_moment, spaced
from models.core.ledger.declaration import Filter, Ledger
from models.core.ledger.reading.order import sortable
from models.core.ledger.reading.references import ledger_of, links_of
from models.core.ledger.reference_check import link_of, link_to
from models.core.row_ids import parse_id
from models.core.security import crypto, identifiers
from models.core.security.actor import Actor
from models.core.security.identifiers import bare_phone, embedded_id, squeeze
from models.core.text.folding import pattern

MAX_LIMIT = 200
#: The value of a filter that means: nothing is there.
EMPTY = "~"
#: Before the text of a filter: exactly this, and not somewhere in it. `=N1` is no N10.
EXACTLY = "="
_MAX_WORDS = 5
_MAX_VALUES = 100
_PHONE = re.compile(r"\d{7,12}")
_RANGES = ("date_range", "moment_range")
_MAY_BE_EMPTY = ("choice", "reference", "flag")
_FLAGS = {"true": True, "false": False, "是": True, "否": False, "1": True, "0": False}


@dataclass(frozen=True)
class ListQuery:
    """What a list is asked for. `filters` maps a field to a list of texts (any of them) or {"from", "to"}.

    `sort` is a field's name, with `-` in front for descending (empty: the ledger's own); `cursor` comes from
    a page's `next` or `previous`; `end` is "last" for the deepest page.
    """

    q: str = ""
    filters: Mapping[str, Any] = field(default_factory=dict)
    sort: str = ""
    cursor: str = ""
    limit: int = 50
    end: str = ""

    @classmethod
    def parse(
        cls,
        ledger: Ledger,
        *,
        q: Any = "",
        filters: Any = None,
        sort: Any = "",
        cursor: Any = "",
        limit: Any = 50,
        end: Any = "",
    ) -> ListQuery:
        """A query that `ledger` can answer. Raises Invalid with a sentence for each wrong part."""
        wrong: dict[str, str] = {}
        for name, text in (("q", q), ("sort", sort), ("cursor", cursor), ("end", end)):
            if not isinstance(text, str):
                wrong[name] = "这里要填文字"
        if isinstance(q, str) and len(q) > 100:
            wrong["q"] = "搜索最多 100 个字"
        if isinstance(sort, str) and sort and sort.removeprefix("-") not in sortable(ledger):
            wrong["sort"] = "不能按这一项排序"
        if end not in ("", "last"):
            wrong["end"] = "只能填 last"
        number: Any = parse_id(limit) if isinstance(limit, str) else limit
        if isinstance(number, bool) or not isinstance(number, int) or not 1 <= number <= MAX_LIMIT:
            wrong["limit"] = f"每页应在 1 到 {MAX_LIMIT} 条之间"
        filters = {} if filters is None else filters
        try:
            conditions_of(ledger, filters)
        except Invalid as error:
            wrong.update(error.fields)
        if wrong:
            raise Invalid("查询条件有误", fields=wrong, advice="请改正后再查询")
        return cls(q=q, filters=filters, sort=sort, cursor=cursor, limit=number, end=end)


@dataclass
class Conditions:
    """Filters as conditions; `companies` is what the owning company was narrowed to (None: it was not)."""

    where: list[Any] = field(default_factory=list)
    companies: set[int] | None = None


def conditions_of(
    ledger: Ledger, filters: Any, narrow: Callable[[Link, list[int]], list[int]] | None = None
) -> Conditions:
    """The conditions of `filters`. Raises Invalid with a sentence at `f.<field>`.

    `narrow` leaves of the ids that a reference is filtered by those that may be asked for (None: they are only looked at).
    An ID number is no filter: whether a row has it may be known to few, who find it by `search`.
    """
    made = Conditions()
    wrong: dict[str, str] = {}
    if not isinstance(filters, Mapping):
        raise Invalid("查询条件有误", fields={"filters": "筛选条件的格式不对"})
    known = {item.field: item for item in ledger.filters}
    for name, given in filters.items():
        item = known.get(name)
        if item is None:
            wrong[f"f.{str(name)[:60]}"] = "没有这个筛选项"
            continue
        try:
            _add(made, ledger, item, given, narrow or (lambda link, ids: ids))
        except Malformed as error:
            wrong[f"f.{name}"] = error.message
    if wrong:
        raise Invalid("查询条件有误", fields=wrong, advice="请改正后再查询")
    return made


def _add(
    made: Conditions, ledger: Ledger, item: Filter, given: Any, narrow: Callable[[Link, list[int]], list[int]]
) -> None:
    derived = ledger.derived_named(item.field)
    if item.kind in _RANGES:
        low, high = _bounds(given)
        if not low and not high:
            return
        if derived is None:
            made.where.extend(_between(ledger.record._meta.fields[item.field], low, high))
            if item.along:
                made.where.extend(_around(ledger.record._meta.fields[item.along], low, high))
        elif derived.where is not None:
            made.where.append(derived.where([low, high]))
        return
    values = _texts(given)
    if not values:
        return
    stored = derived.column if derived is not None else ledger.record._meta.fields[item.field]
    if EMPTY in values and getattr(stored, "null", False) and item.kind in _MAY_BE_EMPTY:
        found = [value for value in values if value != EMPTY]
        made.where.append(
            stored.is_null() | _stored(ledger, item, found, narrow) if found else stored.is_null()
        )
        return
    if derived is not None and derived.column is not None and derived.where is None:
        made.where.append(_stored(ledger, item, values, narrow))
        return
    if derived is not None:
        if derived.where is None:
            raise Malformed("no_filter", "没有这个筛选项")
        link = link_of_filter(ledger, item.field)
        if link is not None:
            values = [str(row_id) for row_id in narrow(link, _ids(link, values))]
        made.where.append(derived.where(values) if values else _nothing(ledger))
        return
    if item.field == ledger.record.company_field and isinstance(stored, Link):
        made.companies = set(_ids(stored, values))
        return
    made.where.append(_stored(ledger, item, values, narrow))


def _stored(
    ledger: Ledger, item: Filter, values: Sequence[str], narrow: Callable[[Link, list[int]], list[int]]
) -> Any:
    """The condition that one of `values` stands in the column of a filter, whether that is a reference or not."""
    derived = ledger.derived_named(item.field)
    column = derived.column if derived is not None else ledger.record._meta.fields[item.field]
    link = link_of_filter(ledger, item.field)
    if link is None:
        return _any_of(column, item.kind, values)
    found = narrow(link, _ids(link, values))
    return one_of(column, found) if found else _nothing(ledger)


def link_of_filter(ledger: Ledger, name: str) -> Link | None:
    """The reference that the filter `name` asks for; None where it asks for none."""
    derived = ledger.derived_named(name)
    if derived is None:
        column = ledger.record._meta.fields[name]
        return column if isinstance(column, Link) else None
    return link_of(derived.field) or (None if derived.to is None else link_to(derived.title, derived.to))


def _ids(link: Link, values: Sequence[str]) -> list[int]:
    return sorted({row_id for value in values if (row_id := link.clean(value)) is not None})


def _nothing(ledger: Ledger) -> Any:
    """The condition of no row."""
    return ledger.record._meta.primary_key.is_null()


def _texts(given: Any) -> list[str]:
    items = [given] if isinstance(given, str) else given
    if not isinstance(items, (list, tuple)) or not all(isinstance(item, str) for item in items):
        raise Malformed("wrong_type", "筛选条件的格式不对")
    if len(items) > _MAX_VALUES:
        raise Malformed("too_many", f"一次最多选 {_MAX_VALUES} 项")
    return [item for item in items if item != ""]


def _bounds(given: Any) -> tuple[str, str]:
    if isinstance(given, Mapping):
        low, high = given.get("from") or "", given.get("to") or ""
        if not isinstance(low, str) or not isinstance(high, str) or set(given) - {"from", "to"}:
            raise Malformed("wrong_type", "起止时间的格式不对")
        return low, high
    values = _texts(given)
    if len(values) > 1:
        raise Malformed("wrong_type", "这里只能选一段时间")
    return (values[0], values[0]) if values else ("", "")


def _between(column: Any, low: str, high: str) -> list[Any]:
    if not isinstance(column, DateTimeField):
        made = [column >= parse_day(low)] if low else []
        return [*made, column <= parse_day(high)] if high else made
    made = [column >= _moment(low)] if low else []
    if not high:
        return made
    # A day as the end means the whole of it, a moment means up to and with it.
    return [*made, column < _moment(high, days=1) if _is_day(high) else column <= parse_moment(high)]


def _around(column: Any, low: str, high: str) -> list[Any]:
    """Bounds of a moment that lies on these days somewhere on earth: wide enough never to decide anything."""
    made = [column >= _moment(low, days=-1)] if low else []
    return [*made, column < _moment(high, days=2)] if high else made


def _is_day(text: str) -> bool:
    return "T" not in text.upper() and ":" not in text


def _moment(text: str, *, days: int = 0) -> datetime:
    if not _is_day(text):
        return parse_moment(text)
    day = parse_day(text) + timedelta(days=days)
    return datetime.combine(day, time(), tzinfo=config().time_zone).astimezone(UTC)


def _any_of(column: Described, kind: str, values: Sequence[str]) -> Any:
    if isinstance(column, Picks):
        parts = dict.fromkeys(part for value in values for part in column.clean(value) or ())
        return reduce(or_, (_like(column, f",{part},") for part in parts))
    if isinstance(column, PersonalId):
        raise Malformed("no_filter", "没有这个筛选项")
    if kind == "flag":
        flags = [_FLAGS.get(value.strip().lower()) for value in values]
        if None in flags:
            raise Malformed("not_a_flag", "只能选 是 或 否")
        return one_of(column, sorted(set(flags)))
    if kind == "text":
        return reduce(or_, (_said(column, value) for value in values))
    return one_of(column, [column.clean(value) for value in values])


def _said(column: Any, value: str) -> Any:
    exactly = len(value) > len(EXACTLY) and value.startswith(EXACTLY)
    return column == value.removeprefix(EXACTLY) if exactly else contains(column, spaced(value)[:100])


def one_of(column: Any, values: Sequence[Any]) -> Any:
    """`column = value`, or IN where there are several."""
    return column == values[0] if len(values) == 1 else column.in_(values)


def contains(column: Any, text: str) -> Any:
    """`column` contains `text` somewhere, in any spelling (`models.core.text.folding`); nothing in `text` is a wild card.

    A phone number is looked for as it is kept: without +86, dashes and full-width digits.
    """
    if isinstance(column, Phone):
        return _like(column, bare_phone(text) or text)
    found = _like(column, text)
    looked_for = pattern(text)
    if not looked_for or isinstance(column, Picks):
        return found
    return found | NodeList((column, SQL("REGEXP"), Value(looked_for, converter=False)))


def _like(column: Any, text: str) -> Any:
    escaped = text.replace("!", "!!").replace("%", "!%").replace("_", "!_")
    return Expression(column, OP.ILIKE, NodeList((Value(f"%{escaped}%", converter=False), SQL("ESCAPE '!'"))))


def search(actor: Actor, ledger: Ledger, q: str) -> Any:
    """The condition that each word of `q` stands in one of the ledger's search columns; None for no words.

    A whole ID number finds its row by the keyed hash, where the actor may see that row's number whole. Raises Invalid
    at `q` for who may see none: the answer must not depend on whether there is one.
    """
    text = spaced(q)
    words = text.split()[:_MAX_WORDS]
    if not words:
        return None
    by_number = _by_number(actor, ledger, text)
    if not ledger.search:
        return by_number
    whole = _by_kept(actor, ledger, text)
    if whole is not None:
        return whole
    by_words = reduce(and_, (_anywhere(ledger, word) for word in words))
    phone = bare_phone(text)
    if len(words) > 1 and _PHONE.fullmatch(phone):  # +86 199 0000 0011: the words together are a number
        by_words |= _anywhere(ledger, phone)
    return by_words if by_number is None else by_words | by_number


def _by_kept(actor: Actor, ledger: Ledger, text: str) -> Any:
    """The rows with a value of which a part is masked before it is kept (T330102199003070019), by the whole of it.

    Several people may have one mask: who may see ID numbers whole finds the one whose number it is. Whoever may not
    finds all with the mask, which says no more than their lists show. None where `text` holds no ID number.
    """
    typed = unicodedata.normalize("NFKC", text).upper()
    number = embedded_id(typed)
    fields = ledger.record._meta.fields
    columns = [fields[name] for name in ledger.search if getattr(fields[name], "masks", None)]
    if number is None or number == squeeze(typed) or not columns:
        return None
    found = reduce(or_, (_like(column, column.masks(typed)) for column in columns))
    for link in links_of(ledger.record).values():
        for item in link.rel_model._meta.sorted_fields:
            if isinstance(item, PersonalId) and actor.may(item.reveal):
                hashed = link.rel_model._meta.fields[item.hashed_as] == crypto.hash_id_number(number)
                reached = actor.narrowed(hashed, link.rel_model, item.reveal)
                found &= link.in_(link.rel_model.select(link.rel_model._meta.primary_key).where(reached))
    return found


def _anywhere(ledger: Ledger, word: str) -> Any:
    return reduce(or_, (_has(ledger, name, word) for name in ledger.search))


def _has(ledger: Ledger, name: str, word: str) -> Any:
    column = ledger.record._meta.fields[name]
    if not isinstance(column, Link):
        return contains(column, word)
    target = ledger_of(column.rel_model, column.to)
    fields = column.rel_model._meta.fields
    names = target.search if target is not None and target.search else ("name",)
    found = reduce(or_, (contains(fields[n], word) for n in names if not isinstance(fields[n], Link)))
    return column.in_(column.rel_model.select(column.rel_model._meta.primary_key).where(found))


def _by_number(actor: Actor, ledger: Ledger, text: str) -> Any:
    numbers = [item for item in ledger.record._meta.sorted_fields if isinstance(item, PersonalId)]
    if not numbers:
        return None
    try:
        hashed = crypto.hash_id_number(identifiers.resident_id(text))
    except Malformed:
        return None
    allowed = [item for item in numbers if actor.may(item.reveal)]
    if not allowed:
        why = "按身份证号查找，要有“查看完整身份证号”权限"
        raise Invalid(
            "不能按身份证号查找",
            cause=why,
            advice="请改用姓名或电话查找",
            fields={"q": f"{why}，请改用姓名或电话查找"},
        )
    fields = ledger.record._meta.fields
    return reduce(
        or_,
        (actor.narrowed(fields[item.hashed_as] == hashed, ledger.record, item.reveal) for item in allowed),
    )
