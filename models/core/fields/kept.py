"""Columns that the database keeps in another form: encrypted numbers, JSON."""

from __future__ import annotations

from typing import Any

import orjson
from peewee import CharField, TextField

from models.core import crypto, identifiers
from models.core.errors import Malformed
from models.core.fields.base import Described, as_text


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
        return identifiers.resident_id(as_text(value)) if value not in (None, "") else None

    def db_value(self, value: Any) -> Any:
        return crypto.encrypt(value, self.purpose) if value else None

    def python_value(self, value: Any) -> Any:
        return crypto.decrypt(value, self.purpose) if value else None

    def plain(self, value: Any) -> Any:
        return identifiers.mask_id(value) if value else None

    def describe(self) -> dict[str, Any]:
        return {"masked": True}


class Facts(Described, TextField):
    """Read-only JSON: an evidence snapshot, a list of grants. Stored as text in every database."""

    kind = "facts"

    def clean(self, value: Any) -> Any:
        if value is None:
            return None
        if not isinstance(value, (dict, list)):
            raise Malformed("wrong_type", "内容格式不对")
        return value

    def db_value(self, value: Any) -> Any:
        return None if value is None else orjson.dumps(value).decode()

    def python_value(self, value: Any) -> Any:
        return orjson.loads(value) if isinstance(value, str) else value


class Json(TextField):
    """JSON that the rules alone read: no form, list or trail shows it."""

    def db_value(self, value: Any) -> Any:
        return None if value is None else orjson.dumps(value).decode()

    def python_value(self, value: Any) -> Any:
        return orjson.loads(value) if isinstance(value, str) else value


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
        return crypto.encrypt(value, self.purpose) if value else None

    def python_value(self, value: Any) -> Any:
        return crypto.decrypt(value, self.purpose) if value else None

    def plain(self, value: Any) -> Any:
        return self.MASK if value else None

    def describe(self) -> dict[str, Any]:
        return {"masked": True}
