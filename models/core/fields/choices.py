"""Columns with choices: one, several, yes or no, or a row of another record."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from typing import Any

from peewee import BooleanField, CharField, ForeignKeyField, TextField

from models.core.errors import Malformed
from models.core.fields.base import Choice, Described
from models.core.row_ids import parse_id
from models.core.text.folding import fold


class Pick(Described, CharField):
    """One of `choices`; also takes a choice's title, as an Excel sheet has it, or the beginning that one title alone has."""

    kind = "choice"

    def __init__(self, title: str, choices: Iterable[Choice], **options: Any) -> None:
        self.options = tuple(choices)
        super().__init__(title, max_length=options.pop("max_length", 40), **options)

    def clean(self, value: Any) -> str | None:
        if value in (None, ""):
            return None
        text = fold(value) if isinstance(value, str) else value
        for choice in self.options:
            if text in (fold(choice.value), fold(choice.title)):
                return choice.value
        if isinstance(text, str) and len(text) > 1:  # 工业 can only be 工业锅炉
            begun = [choice.value for choice in self.options if fold(choice.title).startswith(text)]
            if len(begun) == 1:
                return begun[0]
        raise Malformed("no_such_choice", "只能选：" + "、".join(choice.title for choice in self.options))

    def title_of(self, value: str | None) -> str:
        """The words for a stored value."""
        return next((choice.title for choice in self.options if choice.value == value), value or "")

    def describe(self) -> dict[str, Any]:
        return {"choices": [vars(choice) for choice in self.options]}


class Picks(Described, CharField):
    """Any number of `choices`, kept as `,a,b,` so that one can be searched for."""

    kind = "choices"

    def __init__(self, title: str, choices: Iterable[Choice] = (), **options: Any) -> None:
        self.options = tuple(choices)
        super().__init__(title, max_length=255, **options)

    def clean(self, value: Any) -> list[str] | None:
        if value in (None, "", []):
            return None
        items = re.split(r"[,，、;；\s]+", value) if isinstance(value, str) else value
        if not isinstance(items, list) or not all(isinstance(item, str) for item in items):
            raise Malformed("wrong_type", "这里要填一个或几个选项")
        known = {fold(word): c.value for c in self.options for word in (c.value, c.title)}
        wrong = [item for item in items if item and fold(item) not in known]
        if wrong:
            raise Malformed("no_such_choice", f"没有“{wrong[0][:20]}”这一项")
        return list(dict.fromkeys(known[fold(item)] for item in items if item)) or None

    def db_value(self, value: Any) -> Any:
        return f",{','.join(value)}," if isinstance(value, (list, tuple)) and value else None

    def python_value(self, value: Any) -> Any:
        return [part for part in (value or "").split(",") if part]

    def describe(self) -> dict[str, Any]:
        return {"choices": [vars(choice) for choice in self.options]}


#: How people say yes and no in a sheet. 有 and 无 are not among them: 有 may say that there is one already.
_YES = frozenset(
    {"是", "y", "yes", "t", "true", "√", "✓", "✔", "☑", "✅", "■", "v", "1", "1.0", "需要", "需", "要", "对", "真", "on", "ok",
     "是的", "勾", "打勾", "开", "开通", "添加", "可", "可以", "同意", "允许"}
)  # fmt: skip
_NO = frozenset(
    {"否", "n", "no", "f", "false", "×", "✗", "✘", "╳", "☒", "❌", "❎", "☐", "□", "x", "0", "0.0", "不需要", "不需", "无需", "不要",
     "不用", "不", "假", "错", "off", "不是", "关", "不开通", "不添加", "暂不", "暂不需要", "不可", "不可以", "不同意", "不允许"}
)  # fmt: skip
_SIMPLE = str.maketrans("開關對錯無", "开关对错无")
_LONGEST_FLAG = 200  # characters of a yes or no with a remark; reading more would take long
_REMARK = re.compile(r"[(\[【].*[)\]】]$")


def _said(text: str) -> str:
    """A yes or no without blanks, full stop, case, width, and what is added in brackets."""
    plain = "".join(unicodedata.normalize("NFKC", text).replace("\ufe0f", "").split()).lower()
    plain = plain.translate(_SIMPLE).rstrip("。.;,、!")
    return _REMARK.sub("", plain).rstrip("。.;,、!") or plain


class Flag(Described, BooleanField):
    """Yes or no; never empty, but for one that may be `unsaid`: nobody has said yet."""

    kind = "flag"

    def __init__(self, title: str, *, default: bool = False, unsaid: bool = False, **options: Any) -> None:
        self.unsaid = unsaid
        super().__init__(title, default=None if unsaid else default, null=unsaid, **options)

    def describe(self) -> dict[str, Any]:
        return {"unsaid": True} if self.unsaid else {}

    def clean(self, value: Any) -> bool | None:
        if value in (None, ""):
            return None
        if isinstance(value, bool):
            return value
        if isinstance(value, str) and len(value) <= _LONGEST_FLAG:
            said = _said(value)
            if not said:
                return None
            if said in _YES or said in _NO:
                return said in _YES
        raise Malformed("not_a_flag", "只能填 是 或 否")


def _row_id(value: Any) -> int | None:
    if value in (None, ""):
        return None
    if isinstance(value, dict):
        value = value.get("id")
    number = parse_id(value)
    if number is None:
        raise Malformed("no_such_row", "请从列表中选择")
    return number


class Link(Described, ForeignKeyField):
    """A reference to a row of another record. `to` names the ledger that a form picks from.

    `only` says which rows are offered, by a column of the other record: `("kind", "site")`. One that takes `drafts` belongs
    to what it points at, and may be written while that has not taken effect yet.
    """

    kind = "reference"

    def __init__(
        self,
        title: str,
        model: Any,
        *,
        to: str = "",
        only: tuple[str, str] | None = None,
        drafts: bool = False,
        **options: Any,
    ) -> None:
        self.to, self.only, self.drafts = to, only, drafts
        options.setdefault("on_delete", "RESTRICT")
        options.setdefault("backref", "+")
        # lazy_load would hide a query behind an attribute; lists load what they show in one go.
        super().__init__(title, model=model, **options)

    def clean(self, value: Any) -> int | None:
        return _row_id(value)

    def describe(self) -> dict[str, Any]:
        return {"to": self.to or None}


class References(Described, TextField):
    """Any number of rows of the ledger `to`, picked in a form; kept elsewhere, as rows of their own.

    `clean` gives ids; which of them the actor may point at says `models.core.ledger.reference_check`.
    """

    kind = "references"

    def __init__(self, title: str, to: str, *, most: int = 1000, **options: Any) -> None:
        self.to, self.most = to, most
        super().__init__(title, **options)

    def clean(self, value: Any) -> list[int]:
        if value in (None, ""):
            return []
        if not isinstance(value, list):
            raise Malformed("wrong_type", "请从列表中选择")
        if len(value) > self.most:
            raise Malformed("too_many", f"最多选 {self.most} 项")
        picked = (_row_id(item) for item in value)
        return list(dict.fromkeys(item for item in picked if item is not None))

    def describe(self) -> dict[str, Any]:
        return {"to": self.to}
