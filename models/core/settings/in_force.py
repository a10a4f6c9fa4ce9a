"""What a setting is for a company today: its own value, the group's, or the default (J08). The one place that reads it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Any, NamedTuple

import structlog

from models.core import clock
from models.core.db.short_cache import ShortCache
from models.core.errors import Malformed
from models.core.settings.declaration import CompanySetting
from models.core.settings.records import SettingChange

log = structlog.get_logger("settings")
GROUP_PLACE = 0
OWN, GROUP, DEFAULT = "own", "group", "default"
_UNREADABLE = object()


class _Value(NamedTuple):
    valid_from: date
    number: int
    inherits: bool
    kept: Any  # the field's JSON value


@dataclass(frozen=True)
class _Known:
    """By setting and place what was set, what holds later first; and what could be read of it."""

    values: dict[tuple[str, int], list[_Value]] = field(default_factory=dict)
    read: dict[tuple[str, int, int], Any] = field(default_factory=dict)


@dataclass(frozen=True)
class SettingFound:
    """What holds, where it was set (`own`, `group`, `default`), and since which day (None: ever)."""

    value: Any
    source: str
    since: date | None = None


def _read() -> _Known:
    values: dict[tuple[str, int], list[_Value]] = {}
    for row in SettingChange.select().where(SettingChange.withdrawn_at.is_null()):
        kept = row.value.get("value", _UNREADABLE) if isinstance(row.value, dict) else _UNREADABLE
        value = _Value(row.valid_from, row.number, bool(row.inherits), kept)
        values.setdefault((row.name, row.place), []).append(value)
    for listed in values.values():
        listed.sort(key=lambda one: (one.valid_from, one.number), reverse=True)
    return _Known(values)


cache = ShortCache(_read, _Known)


def found(setting: CompanySetting[Any], company_id: int | None, day: date | None = None) -> SettingFound:
    """What a setting is for a company (None: the group) on a day (today), and from where.

    A value that can't be read any more is passed over, as if nobody had set it. A company that may not differ (see
    `whole_group`) has the group's.
    """
    known = cache.get()
    if known.values:
        wanted = day or clock.today()
        own = None if company_id is None or setting.whole_group else company_id
        for place in (GROUP_PLACE,) if own is None else (own, GROUP_PLACE):
            source = GROUP if place == GROUP_PLACE and company_id is not None else OWN
            for one in known.values.get((setting.name, place), ()):
                if one.valid_from > wanted:
                    continue
                if one.inherits:
                    break
                value = _value(known, setting, place, one)
                if value is not _UNREADABLE:
                    return SettingFound(value, source, one.valid_from)
    return SettingFound(setting.default_value(), DEFAULT)


def differing(setting: CompanySetting[Any], day: date | None = None) -> dict[int, Any]:
    """The companies that have a value of their own on a day (today), with it; none for one of the whole group."""
    if setting.whole_group:
        return {}
    places = [place for name, place in cache.get().values if name == setting.name]
    read = {place: found(setting, place, day) for place in places}
    return {place: one.value for place, one in read.items() if one.source == OWN}


def _value(known: _Known, setting: CompanySetting[Any], place: int, one: _Value) -> Any:
    """The value as code reads it, an empty one of the default's type; _UNREADABLE for what its field takes no more."""
    key = (setting.name, place, one.number)
    if key not in known.read:
        try:
            cleaned = setting.field.clean(one.kept)
            if cleaned is None and not setting.may_be_empty:
                raise Malformed("required", "没有值")
            known.read[key] = type(setting.default_value())() if cleaned is None else cleaned
        except (Malformed, TypeError, ValueError) as error:  # narrower bounds since, or written by hand
            log.error(
                "setting_unreadable", setting=setting.name, place=place, number=one.number, fault=str(error)
            )
            known.read[key] = _UNREADABLE
    return known.read[key]
