"""Columns that the database keeps in another form: encrypted numbers, JSON."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import orjson
from peewee import SQL, CharField, TextField

from models.core.errors import Malformed
from models.core.fields.base import Described, as_text
from models.core.fields.blank_words import says_nothing
from models.core.fields.unreadable import TOLD, Unreadable, UnreadableFacts, UnreadableText
from models.core.security import crypto, identifiers


def _encrypted(field: Any, value: Any) -> Any:
    if isinstance(value, Unreadable):
        return value.kept
    return crypto.encrypt(value, field.purpose) if value else None


def _decrypted(field: Any, value: Any) -> Any:
    try:
        return crypto.decrypt(value, field.purpose) if value else None
    except crypto.Undecipherable:
        return UnreadableText(value, field)


def _dumped(value: Any) -> Any:
    if isinstance(value, Unreadable):
        return value.kept
    return None if value is None else orjson.dumps(identifiers.hide_ids_in(value)).decode()


def _loaded(field: Any, value: Any) -> Any:
    try:
        return orjson.loads(value) if isinstance(value, str) else value
    except orjson.JSONDecodeError:
        return UnreadableFacts(value, field)


class PersonalId(Described, CharField):
    """A resident ID number: encrypted in the database, found by the hash in `hashed_as`, masked in JSON.

    X11. The Python value is the clear number; `plain` masks it, and `reveal` names the right that may see it
    whole.
    """

    kind = "personal_id"
    purpose = "id-number"

    def __init__(self, title: str = "身份证号", *, hashed_as: str, reveal: str, **options: Any) -> None:
        self.hashed_as = hashed_as
        self.reveal = reveal
        super().__init__(title, max_length=255, **options)

    def clean(self, value: Any) -> str | None:
        if value in (None, ""):
            return None
        text = as_text(value)
        return identifiers.resident_id("" if says_nothing(text) else text)

    def db_value(self, value: Any) -> Any:
        return _encrypted(self, value)

    def python_value(self, value: Any) -> Any:
        return _decrypted(self, value)

    @staticmethod
    def hash_of(number: str) -> str:
        """What stands in `hashed_as`."""
        return crypto.hash_id_number(number)

    def plain(self, value: Any) -> Any:
        if isinstance(value, Unreadable):
            return TOLD
        return identifiers.mask_id(value) if value else None

    def describe(self) -> dict[str, Any]:
        return {"masked": True}


class Facts(Described, TextField):
    """Read-only JSON: an evidence snapshot, a list of grants. Stored as text in every database.

    `holds` is the JSON schema of what it holds, for one that a ledger shows; facts by name, in words, unless it says so.
    """

    kind = "facts"

    def __init__(self, title: str, *, holds: Mapping[str, Any] | None = None, **options: Any) -> None:
        self.holds = holds
        super().__init__(title, **options)

    def clean(self, value: Any) -> Any:
        if value is None:
            return None
        if not isinstance(value, (dict, list)):
            raise Malformed("wrong_type", "内容格式不对")
        return value

    def db_value(self, value: Any) -> Any:
        return _dumped(value)

    def python_value(self, value: Any) -> Any:
        return _loaded(self, value)


class LongFacts(Facts):
    """Facts that may be long: what an import found, a form's texts together. 16 MiB on a server, whose TEXT ends at 64 KiB."""

    def ddl_datatype(self, ctx: Any) -> Any:
        from models.core.db.connection import is_sqlite

        return SQL("TEXT" if is_sqlite() else "MEDIUMTEXT")


class Json(TextField):
    """JSON that the rules alone read: no form, list or trail shows it."""

    def db_value(self, value: Any) -> Any:
        return _dumped(value)

    def python_value(self, value: Any) -> Any:
        return _loaded(self, value)


class Photos(Described, TextField):
    """Photos of a new row, uploaded already and named by id; kept elsewhere, as attachments of a ledger.

    Whose they are and whether they still wait is for the ledger's rules to say.
    """

    kind = "photos"

    def __init__(self, title: str, *, most: int = 9, **options: Any) -> None:
        self.most = most
        super().__init__(title, **options)

    def clean(self, value: Any) -> list[str]:
        if value in (None, ""):
            return []
        if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
            raise Malformed("wrong_type", "照片没有上传成功，请重新上传")
        if len(value) > self.most:
            raise Malformed("too_many", f"最多 {self.most} 张照片")
        return list(dict.fromkeys(value))

    def describe(self) -> dict[str, Any]:
        return {"max": self.most}


class Secret(Described, TextField):
    """A password or key of another system: encrypted in the database, never shown again, only replaced.

    In JSON it is `MASK` when one is set; `MASK` sent back, or nothing, leaves it as it is.
    """

    kind = "secret"
    purpose = "setting"
    MASK = "••••••"

    def clean(self, value: Any) -> str | None:
        text = as_text(value) if value not in (None, "") else ""
        if len(text) > 500:
            raise Malformed("too_long", "最多 500 个字")
        return text or None

    def db_value(self, value: Any) -> Any:
        return _encrypted(self, value)

    def python_value(self, value: Any) -> Any:
        return _decrypted(self, value)

    def plain(self, value: Any) -> Any:
        return self.MASK if value else None

    def describe(self) -> dict[str, Any]:
        return {"masked": True}
