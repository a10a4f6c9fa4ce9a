"""Setting something: from a day on, with who, when, what it was and why; taken back while it is not in force (J08)."""

from __future__ import annotations

from datetime import date
from typing import Any

from peewee import IntegrityError, fn

from models.core import clock, history
from models.core.db.connection import after_commit, database
from models.core.errors import Conflict, Forbidden, Invalid, Malformed, NotFound
from models.core.records import changed_meanwhile
from models.core.security.actor import Actor, missing_right
from models.core.security.rights import Scope
from models.core.settings.declaration import CompanySetting
from models.core.settings.in_force import DEFAULT, GROUP_PLACE, OWN, cache, found
from models.core.settings.records import EDIT_SETTINGS, SettingChange

#: Where a value comes from, in words for the trail.
SOURCES = {OWN: "", "group": "（集团）", DEFAULT: "（系统默认）"}


def save(
    actor: Actor, setting: CompanySetting[Any], company_id: int | None, value: Any, *, on: int,
    inherit: bool = False, valid_from: date | None = None, note: str | None = None,
) -> SettingChange:  # fmt: skip
    """Set a value for a company (None: for the group) from a day on (today), or with `inherit` none of its own.

    `on` is the number of the newest change that the caller knows (0: none). Raises Forbidden, NotFound for a company of
    others, Conflict if somebody changed it meanwhile, Invalid with a sentence that says what is allowed.
    """
    require_editor(actor, setting, company_id)
    if on != newest(setting, company_id):
        raise changed_meanwhile()
    wrong: dict[str, str] = {}
    start = valid_from or clock.today()
    if start < clock.today():
        wrong["valid_from"] = "生效日期不能早于今天"
    cleaned = None if inherit else _cleaned(setting, value, wrong)
    reason = _note(note, wrong)
    if wrong:
        raise Invalid(fields=wrong)
    before = found(setting, company_id, start)
    own = before.source == OWN
    if own != inherit and (inherit or setting.field.plain(before.value) == setting.field.plain(cleaned)):
        raise Invalid("没有改动", fields={"value": "和现在的一样，不用保存"})
    after = _after(setting, company_id, cleaned, inherit, start)
    row = _insert(
        actor, setting, company_id, on + 1,
        {"value": {"value": None if inherit else setting.field.plain(cleaned)}, "inherits": inherit,
         "valid_from": start, "before": _words(setting, before.value, before.source), "after": after, "note": reason},
    )  # fmt: skip
    line = {"field": setting.name, "title": setting.field.title, "old": row.before, "new": after}
    history.note(actor, row, "edited", [line])
    after_commit(cache.forget)
    return row


def withdraw(
    actor: Actor, setting: CompanySetting[Any], company_id: int | None, number: int
) -> SettingChange:
    """Take back a change that is not in force yet. Raises Forbidden, NotFound, and Conflict for one that is or was."""
    require_editor(actor, setting, company_id)
    row = SettingChange.get_or_none(*_same(setting, company_id), SettingChange.number == number)
    if row is None:
        raise NotFound()
    if row.valid_from <= clock.today() or row.withdrawn_at is not None:
        raise Conflict(
            "这次修改不能撤回", code="in_force",
            cause="它已经生效" if row.withdrawn_at is None else "它已经撤回", advice="请再改一次",
        )  # fmt: skip
    row.change(withdrawn_at=clock.now(), withdrawn_by=actor.name[:60])
    line = {"field": setting.name, "title": setting.field.title, "old": row.after, "new": row.before}
    history.note(actor, row, "withdraw", [line])
    after_commit(cache.forget)
    return row


def why_not(actor: Actor, setting: CompanySetting[Any], company_id: int | None) -> str:
    """Why the actor may not change a setting at this place, in a sentence; empty where they may."""
    if setting.whole_group and company_id is not None:
        return "全集团统一，由集团的管理员设置"
    if not actor.may(EDIT_SETTINGS):
        return "没有“修改设置”的权限，请联系本单位管理员"
    if company_id is None:
        return "" if actor.rights[EDIT_SETTINGS] == Scope.GROUP else "集团的设置由集团的管理员修改"
    return "" if company_id in actor.whole_companies(EDIT_SETTINGS) else "没有修改这个单位设置的权限"


def require_editor(actor: Actor, setting: CompanySetting[Any], company_id: int | None) -> None:
    """Raise Forbidden, or NotFound for a company that the actor does not reach."""
    actor.require(EDIT_SETTINGS)
    if company_id is not None and company_id not in actor.companies(EDIT_SETTINGS):
        raise NotFound()
    reason = why_not(actor, setting, company_id)
    if reason and setting.whole_group and company_id is not None:
        raise Forbidden("不能为一个单位单独设置", cause=reason, advice="请联系集团的管理员")
    if reason:
        raise missing_right(EDIT_SETTINGS, actor, reach=actor.rights[EDIT_SETTINGS])


def newest(setting: CompanySetting[Any], company_id: int | None) -> int:
    """The number of the newest change at a place, 0 for none."""
    return int(
        SettingChange.select(fn.MAX(SettingChange.number)).where(*_same(setting, company_id)).scalar() or 0
    )


def changes(setting: CompanySetting[Any], company_id: int | None, limit: int = 200) -> list[SettingChange]:
    """Every change at a place, the newest first. Whoever asks has checked the right."""
    rows = SettingChange.select().where(*_same(setting, company_id))
    return list(rows.order_by(SettingChange.number.desc()).limit(limit))


def _same(setting: CompanySetting[Any], company_id: int | None) -> tuple[Any, Any]:
    return SettingChange.name == setting.name, SettingChange.place == (company_id or GROUP_PLACE)


def _cleaned(setting: CompanySetting[Any], value: Any, wrong: dict[str, str]) -> Any:
    try:
        cleaned = setting.field.clean(value)
    except Malformed as error:
        unit = setting.field.describe().get("unit")
        wrong["value"] = f"{error.message}（单位：{unit}）" if unit else error.message
        return None
    if cleaned is None and not setting.may_be_empty:
        wrong["value"] = "请填一个值；不想单独设，请点“恢复继承”"
    return cleaned


def _note(note: str | None, wrong: dict[str, str]) -> str | None:
    try:
        return SettingChange.note.clean(note or "")
    except Malformed as error:
        wrong["note"] = error.message
        return None


def _words(setting: CompanySetting[Any], value: Any, source: str) -> str:
    return f"{setting.in_words(value)}{SOURCES[source]}"[:300]


def _after(
    setting: CompanySetting[Any], company_id: int | None, cleaned: Any, inherit: bool, start: date
) -> str:
    if not inherit:
        return _words(setting, cleaned, OWN)
    above = found(setting, None, start) if company_id is not None else None
    if above is None or above.source == DEFAULT:
        return _words(setting, setting.default_value(), DEFAULT)
    return _words(setting, above.value, "group")


def _insert(
    actor: Actor, setting: CompanySetting[Any], company_id: int | None, number: int, values: dict[str, Any]
) -> SettingChange:
    try:
        with database.atomic():
            row: SettingChange = SettingChange.create(
                name=setting.name, company_id=company_id, place=company_id or GROUP_PLACE, number=number,
                made_by=actor.name[:60], made_by_account_id=actor.account_id, **values,
            )  # fmt: skip
    except IntegrityError:
        raise changed_meanwhile() from None
    return row
