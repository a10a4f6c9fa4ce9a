"""What a setting is: its name, what kind of value with which bounds, what holds where nobody set it (J08)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any, Generic, TypeVar, cast

from models.core.chapters import load
from models.core.fields import Described, Flag, Pick, Picks

T = TypeVar("T")
_settings: dict[str, CompanySetting[Any]] = {}


@dataclass(frozen=True)
class SampleValue:
    """What the standard library proposes for a setting (J07): a value, and where it comes from; `to_check`: 待核对."""

    value: Any
    source: str
    to_check: bool = True


@dataclass(frozen=True, eq=False)
class CompanySetting(Generic[T]):
    """One thing that an administrator may set. Registers itself by `name`.

    `field` says what it is called, which values it takes and in which unit; `default` is what holds where nobody set it
    (a function where that is the installation's to say). Who may change settings of a company sets it there; one for the
    `whole_group` is set by who may for the group, and is the same for all its companies. `may_be_empty`: an empty value means
    something, which `empty` says in words; `zero` says what 0 means. `sample` is proposed beside it and holds nowhere by itself.
    """

    name: str
    group: str
    field: Described
    default: T | Callable[[], T]
    whole_group: bool = False
    may_be_empty: bool = False
    empty: str = "不设"
    zero: str = ""
    sample: SampleValue | None = None

    def __post_init__(self) -> None:
        if self.name in _settings:
            raise ValueError(f"setting {self.name} is declared twice")
        _settings[self.name] = self

    def of(self, company_id: int | None, day: date | None = None) -> T:
        """What holds for a company (None: for the group) on a day (today). Never raises for what is stored."""
        from models.core.settings.in_force import found

        return cast(T, found(self, company_id, day).value)

    def default_value(self) -> T:
        """What holds where nobody set it."""
        return self.default() if callable(self.default) else self.default

    def in_words(self, value: Any) -> str:
        """A value as people read it, with its unit."""
        if value is None or value == "" or value == ():
            return self.empty
        if self.zero and value == 0:
            return self.zero
        if isinstance(self.field, Flag):
            return "是" if value else "否"
        if isinstance(self.field, Pick | Picks):
            titles = {option.value: option.title for option in self.field.options}
            return "、".join(titles.get(one, one) for one in ([value] if isinstance(value, str) else value))
        unit = str(self.field.describe().get("unit") or "")
        text = str(self.field.plain(value))
        return f"{text} {unit}" if unit else text


def all_settings() -> list[CompanySetting[Any]]:
    """Every setting that chapters declare, in the order of declaration."""
    load("settings")
    return list(_settings.values())


def setting_named(name: str) -> CompanySetting[Any] | None:
    """The setting of a name, or None."""
    load("settings")
    return _settings.get(name)
