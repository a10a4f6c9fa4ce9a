"""What every column adds to Peewee's."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from typing import Any

from models.core.errors import Malformed
from models.core.fields.blank_words import says_nothing


@dataclass(frozen=True)
class Choice:
    """One value of a pick list; `tone` (good, warn, bad, plain) is how a list shows it; a level of risk has its
    colour (red, orange, yellow, blue), and nothing else has one.

    What is not `by_hand` comes about by itself: a list is filtered by it, a form does not offer it.
    """

    value: str
    title: str
    tone: str = "plain"
    by_hand: bool = True


class Described:
    """What every column adds to Peewee's: a title, help, and who may write it.

    `required` asks for a value in forms and imports. `readonly` is written by rules alone, `create_only`
    by the first form alone. `default_text` is what a new form starts with. `internal` is for the machinery:
    shown to nobody. `private` marks what is told to nobody who does not look at the row itself, such as somebody's
    health (X11): news say that it changed, not what it is. `needed_when` is (another field, its value): the field is
    asked for where that one has this value, and has no meaning where it has another.
    """

    kind = "text"

    def __init__(
        self,
        title: str,
        *,
        required: bool = False,
        help: str = "",
        readonly: bool = False,
        create_only: bool = False,
        internal: bool = False,
        private: bool = False,
        needed_when: tuple[str, str] | None = None,
        **options: Any,
    ) -> None:
        self.title = title
        self.required = required
        self.help = help
        self.readonly = readonly
        self.create_only = create_only
        self.internal = internal
        self.private = private
        self.needed_when = needed_when
        options.setdefault("null", not required)
        super().__init__(verbose_name=title, **options)  # type: ignore[call-arg]

    def clean(self, value: Any) -> Any:
        """The Python value of what was sent (None: empty). Raises Malformed."""
        raise NotImplementedError

    def read(self, value: Any, *, required: bool | None = None) -> Any:
        """As `clean`, for what people fill in: where a value may be left out, 无, /, —— and the like say that it is.

        Words that are a choice of the column stay what they are. `required` says what holds here, if not what the
        column says of itself. Raises Malformed.
        """
        needed = self.required if required is None else required
        if value is None or needed or not isinstance(value, str) or not says_nothing(value):
            return None if value is None else self.clean(value)
        try:
            return None if self.kind in ("text", "longtext") else self.clean(value)
        except Malformed:
            return None

    def plain(self, value: Any) -> Any:
        """The JSON value of a Python value."""
        return value

    def words(self, value: Any) -> Any:
        """The value as a trail or a sheet tells it, where that is not its JSON value."""
        return self.plain(value)

    def describe(self) -> dict[str, Any]:
        """What a form needs beyond the common parts."""
        return {}


def spaced(text: str) -> str:
    """`text` without control characters and outer blanks, in composed form."""
    text = unicodedata.normalize("NFC", text)
    return "".join(
        c for c in text if c in "\n\t" or unicodedata.category(c) not in ("Cc", "Cf", "Cs")
    ).strip()


def as_text(value: Any) -> str:
    """`value` cleaned, if it is a text. Raises Malformed."""
    if not isinstance(value, str):
        raise Malformed("wrong_type", "这里要填文字")
    return spaced(value)
