"""The page of settings (J08): what holds for a unit, from whom, since when, what is coming, and who changed what."""

from __future__ import annotations

from datetime import date
from typing import Any

from models.core import clock
from models.core.errors import NotFound
from models.core.fields import moment_text
from models.core.ledger.reading.describe import field_json
from models.core.row_ids import parse_id
from models.core.security.actor import Actor
from models.core.security.rights import Scope
from models.core.settings import (
    READ_SETTINGS,
    CompanySetting,
    SettingChange,
    all_settings,
    changes,
    setting_named,
)
from models.core.settings.in_force import DEFAULT, GROUP, OWN, found
from models.organization.records import Company

Json = dict[str, Any]
#: The headings in the order of the page; any other comes behind them.
_HEADINGS = (
    "任务和审批",
    "消息",
    "上岗",
    "隐患",
    "事故",
    "网格",
    "到期提醒",
    "驾驶舱",
    "工作日历",
    "文件和保留",
)
_STATES = {"in_force": "现行", "coming": "还没生效", "past": "以前的", "withdrawn": "已撤回"}


def place_of(actor: Actor, company: str | None) -> int | None:
    """The company that settings are asked for, None for the group; without a word the actor's own, or the group.

    Raises NotFound for a company that the actor may not see the settings of, and for what is no company.
    """
    actor.require(READ_SETTINGS)
    reached = actor.companies(READ_SETTINGS)
    group = actor.rights[READ_SETTINGS] == Scope.GROUP
    if not company:
        return None if group and actor.company_id is None else _own(actor, reached)
    if company == "group":
        if not group:
            raise NotFound(
                "没有找到", cause="您看的是本单位的设置", advice="集团设了什么，在本单位每一项旁边写着"
            )
        return None
    number = parse_id(company)
    if number is None or number not in reached or not _companies([number]):
        raise NotFound()
    return number


def _own(actor: Actor, reached: tuple[int, ...]) -> int | None:
    if actor.company_id not in reached:
        raise NotFound("没有单位", cause="您还没有选择单位", advice="请先切换到一个单位")
    return actor.company_id


def setting_of(name: str) -> CompanySetting[Any]:
    """The setting of a name. Raises NotFound."""
    setting = setting_named(name)
    if setting is None:
        raise NotFound("没有这一项设置", cause=f"没有叫“{name[:60]}”的设置", advice="请从设置页里选")
    return setting


def page_json(actor: Actor, company: str | None) -> Json:
    """All settings of a place by group, and the places that the actor may look at."""
    place = place_of(actor, company)
    groups: dict[str, list[Json]] = {title: [] for title in _HEADINGS}
    counts, group = _counts(place), _group_name()
    for setting in all_settings():
        groups.setdefault(setting.group, []).append(_item(actor, setting, place, counts, group))
    return {
        "place": _place(place),
        "places": _places(actor),
        "groups": [{"title": title, "items": items} for title, items in groups.items() if items],
    }


def item_json(actor: Actor, name: str, company: str | None) -> Json:
    """One setting of a place, with every change that was ever made there."""
    setting, place = setting_of(name), place_of(actor, company)
    rows = changes.changes(setting, place)
    current = found(setting, place)
    holding = next(
        (
            row
            for row in sorted(rows, key=lambda row: (row.valid_from, row.number), reverse=True)
            if row.withdrawn_at is None and row.valid_from <= clock.today()
        ),
        None,
    )
    own = current.source == OWN or (holding is not None and holding.inherits)
    return _item(actor, setting, place, _counts(place), _group_name()) | {
        "place": _place(place),
        "changes": [_change(row, holding if own else None) for row in rows],
    }


def _item(
    actor: Actor, setting: CompanySetting[Any], place: int | None, counts: dict[str, int], group: str
) -> Json:
    now = found(setting, place)
    above = found(setting, None) if place is not None else None
    field = setting.field
    reason = changes.why_not(actor, setting, place)
    coming = _coming(setting, place) if setting.name in counts else []
    return {
        "name": setting.name,
        "field": field_json("value", field) | {"required": not setting.may_be_empty},
        "value": field.plain(now.value),
        "text": setting.in_words(now.value),
        "source": now.source,
        "source_text": _source_text(now.source, place, group),
        "since": now.since and now.since.isoformat(),
        "default_text": setting.in_words(setting.default_value()),
        "sample": _sample(setting),
        "above_text": _above(setting, above.value, above.source, group) if above is not None else None,
        "coming": coming,
        "may_edit": not reason,
        "why_not": reason or None,
        "newest": counts.get(setting.name, 0),
    }


def _sample(setting: CompanySetting[Any]) -> Json | None:
    """What the standard library proposes, None where it proposes nothing."""
    one = setting.sample
    if one is None:
        return None
    words = setting.in_words(one.value)
    return {
        "value": setting.field.plain(one.value),
        "text": words,
        "source": one.source,
        "to_check": one.to_check,
    }


def _source_text(source: str, place: int | None, group: str) -> str:
    if source == DEFAULT:
        return "系统默认"
    if source == GROUP:
        return f"沿用集团（{group}）的设置"
    return "集团设置" if place is None else "本单位设置"


def _above(setting: CompanySetting[Any], value: Any, source: str, group: str) -> str:
    words = setting.in_words(value)
    return f"{words}（系统默认）" if source == DEFAULT else f"{words}（{group}）"


def _coming(setting: CompanySetting[Any], place: int | None) -> list[Json]:
    today = clock.today()
    rows = [
        row for row in changes.changes(setting, place) if row.withdrawn_at is None and row.valid_from > today
    ]
    return [_change(row, None) for row in sorted(rows, key=lambda row: (row.valid_from, row.number))]


def _change(row: SettingChange, holding: SettingChange | None) -> Json:
    state = _state(row, holding, clock.today())
    return {
        "number": row.number, "valid_from": row.valid_from.isoformat(), "before": row.before, "after": row.after,
        "inherits": bool(row.inherits), "note": row.note, "made_by": row.made_by, "made_at": moment_text(row.created_at),
        "state": state, "state_text": _STATES[state],
        "withdrawn_by": row.withdrawn_by, "withdrawn_at": row.withdrawn_at and moment_text(row.withdrawn_at),
    }  # fmt: skip


def _state(row: SettingChange, holding: SettingChange | None, today: date) -> str:
    if row.withdrawn_at is not None:
        return "withdrawn"
    if row.valid_from > today:
        return "coming"
    return "in_force" if holding is not None and row.id == holding.id else "past"


def _counts(place: int | None) -> dict[str, int]:
    """The number of the newest change of each setting at a place."""
    rows = SettingChange.select(SettingChange.name, SettingChange.number).where(
        SettingChange.place == (place or 0)
    )
    found: dict[str, int] = {}
    for name, number in rows.tuples():
        found[name] = max(found.get(name, 0), number)
    return found


def _place(place: int | None) -> Json:
    if place is None:
        return {"id": "group", "name": _group_name(), "is_group": True}
    return {"id": str(place), "name": Company.get_by_id(place).name, "is_group": False}


def _places(actor: Actor) -> list[Json]:
    """The group first, for who sees it, then the companies by name."""
    reached = _companies(actor.companies(READ_SETTINGS))
    items = [{"id": str(row.id), "name": row.name, "is_group": False} for row in reached]
    whole = actor.rights[READ_SETTINGS] == Scope.GROUP
    return [_place(None), *items] if whole else items


def _companies(ids: Any) -> list[Company]:
    query = Company.select(Company.id, Company.name).where(
        Company.id.in_(list(ids) or [0]), Company.kind == "company"
    )
    return list(query.order_by(Company.name_sort, Company.id))


def _group_name() -> str:
    row = Company.select(Company.name).where(Company.kind == "group").order_by(Company.id).first()
    return "集团" if row is None else str(row.name)
