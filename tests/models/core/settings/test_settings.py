"""Settings per company: whose value holds on which day, who may set it, what is refused, what is kept (J08)."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from peewee import Database

from models.core.db.connection import in_transaction
from models.core.errors import Conflict, Forbidden, Invalid, NotFound
from models.core.fields import DayList, Hours, Integer
from models.core.history import Change
from models.core.security.actor import Actor
from models.core.security.rights import Scope
from models.core.settings import CompanySetting, SettingChange, all_settings, found
from models.core.settings.changes import newest, save, withdraw
from models.core.settings.in_force import cache, differing

LIMIT = CompanySetting("test-limit", "试", Integer("时限", min=1, max=90, unit="天"), default=10)
QUIET = CompanySetting(
    "test-quiet", "试", Hours("免打扰"), default="22:00-07:00", may_be_empty=True, empty="全天"
)
KEEP = CompanySetting("test-keep", "试", Integer("保留", min=1, max=90), default=lambda: 30, whole_group=True)
DAYS = CompanySetting("test-days", "试", DayList("提前"), default=(60, 30, 7))
_OWN, _OTHER = 5, 6
UNIT = Actor(
    1, "安", company_id=_OWN, rights={"settings.edit": Scope.COMPANY}, group_companies=(_OWN, _OTHER)
)
SITE = Actor(1, "站", company_id=_OWN, rights={"settings.edit": Scope.SITE}, group_companies=(_OWN, _OTHER))
CHIEF = Actor(2, "总", rights={"settings.edit": Scope.GROUP}, group_companies=(_OWN, _OTHER))


@pytest.fixture(autouse=True)
def _(database: Database, clock: Any) -> None:
    clock.set(2026, 11, 22)


def put(
    actor: Actor, setting: CompanySetting[Any], company: int | None, value: Any, **more: Any
) -> SettingChange:
    more.setdefault("on", newest(setting, company))
    return in_transaction(save, actor, setting, company, value, **more)


def test_a_unit_has_its_own_else_the_groups_else_the_default() -> None:
    assert (LIMIT.of(_OWN), found(LIMIT, _OWN).source) == (10, "default")
    put(CHIEF, LIMIT, None, 20)
    assert (LIMIT.of(_OWN), LIMIT.of(None), found(LIMIT, _OWN).source) == (20, 20, "group")
    made = put(UNIT, LIMIT, _OWN, " ３０ ", note="检查后")
    assert (LIMIT.of(_OWN), LIMIT.of(_OTHER), found(LIMIT, _OWN).source) == (30, 20, "own")
    assert (made.before, made.after, made.made_by, made.note) == ("20 天（集团）", "30 天", "安", "检查后")
    put(UNIT, LIMIT, _OWN, None, inherit=True)
    assert (LIMIT.of(_OWN), found(LIMIT, _OWN).source) == (20, "group")
    line = Change.select().where(Change.table == "setting_change").order_by(Change.id.desc()).get()
    assert (line.company_id, line.account_name) == (_OWN, "安")
    assert line.changes == [{"field": "test-limit", "title": "时限", "old": "30 天", "new": "20 天（集团）"}]


def test_a_value_holds_from_its_day_on(clock: Any) -> None:
    put(UNIT, LIMIT, _OWN, 30, valid_from=date(2027, 1, 1))
    assert (LIMIT.of(_OWN), LIMIT.of(_OWN, date(2027, 1, 1))) == (10, 30)
    put(UNIT, LIMIT, _OWN, 15)
    clock.set(2026, 12, 31)
    assert LIMIT.of(_OWN) == 15
    clock.set(2027, 1, 1)
    assert LIMIT.of(_OWN) == 30


def test_what_is_not_in_force_can_be_taken_back(clock: Any) -> None:
    coming = put(UNIT, LIMIT, _OWN, 30, valid_from=date(2027, 1, 1))
    in_transaction(withdraw, UNIT, LIMIT, _OWN, coming.number)
    assert LIMIT.of(_OWN, date(2027, 1, 1)) == 10
    now = put(UNIT, LIMIT, _OWN, 15)
    with pytest.raises(Conflict, match="不能撤回"):
        in_transaction(withdraw, UNIT, LIMIT, _OWN, now.number)
    with pytest.raises(NotFound):
        in_transaction(withdraw, UNIT, LIMIT, _OWN, 9)


WRONG: list[tuple[CompanySetting[Any], Any, str]] = [
    (LIMIT, 0, "应在 1 到 90 之间（单位：天）"),
    (LIMIT, "91", "应在 1 到 90 之间（单位：天）"),
    (LIMIT, "十", "这里要填整数（单位：天）"),
    (LIMIT, True, "这里要填整数（单位：天）"),
    (LIMIT, "", "请填一个值；不想单独设，请点“恢复继承”"),
    (QUIET, "22点", "请写成 22:00-07:00 的样子，不要就留空"),
    (QUIET, "25:00-07:00", "请写成 22:00-07:00 的样子，不要就留空"),
    (QUIET, "07:00-07:00", "开始和结束不能是同一时刻，不要就留空"),
    (DAYS, "60、三十", "请写成 60、30、7 的样子，单位是天"),
    (DAYS, "400", "每一个都应在 0 到 365 天之间"),
    (DAYS, "1、2、3、4、5、6", "最多填 5 个"),
]


@pytest.mark.parametrize(("setting", "value", "told"), WRONG)
def test_a_value_out_of_bounds_says_what_is_allowed(
    setting: CompanySetting[Any], value: Any, told: str
) -> None:
    with pytest.raises(Invalid) as refused:
        put(UNIT, setting, _OWN, value)
    assert refused.value.fields == {"value": told}
    assert not SettingChange.select().exists()


def test_an_empty_value_may_mean_something_and_is_not_inheriting() -> None:
    put(CHIEF, QUIET, None, "23:00到6:30")
    assert QUIET.of(_OWN) == "23:00-06:30"
    made = put(UNIT, QUIET, _OWN, "")
    assert (QUIET.of(_OWN), QUIET.of(_OTHER), made.after) == ("", "23:00-06:30", "全天")
    put(UNIT, DAYS, _OWN, "7, 90天、30")
    assert DAYS.of(_OWN) == (90, 30, 7)


def test_who_may_change_what() -> None:
    with pytest.raises(Forbidden):
        put(UNIT, LIMIT, None, 20)
    with pytest.raises(NotFound):
        put(UNIT, LIMIT, _OTHER, 20)
    with pytest.raises(Forbidden):
        put(SITE, LIMIT, _OWN, 20)
    with pytest.raises(Forbidden):
        put(Actor(3, "工", company_id=_OWN), LIMIT, _OWN, 20)
    for actor in (UNIT, CHIEF):
        with pytest.raises(Forbidden, match="单独设置"):
            put(actor, KEEP, _OWN, 20)
    put(CHIEF, KEEP, None, 20)
    assert KEEP.of(_OWN) == KEEP.of(None) == 20


def test_nobody_overwrites_what_he_has_not_seen() -> None:
    put(UNIT, LIMIT, _OWN, 20)
    with pytest.raises(Conflict):
        put(UNIT, LIMIT, _OWN, 30, on=0)
    with pytest.raises(Invalid, match="没有改动"):
        put(UNIT, LIMIT, _OWN, 20)
    with pytest.raises(Invalid) as early:
        put(UNIT, LIMIT, _OWN, 25, valid_from=date(2026, 11, 21))
    assert set(early.value.fields) == {"valid_from"}
    put(UNIT, LIMIT, _OWN, None, inherit=True)
    with pytest.raises(Invalid, match="没有改动"):
        put(UNIT, LIMIT, _OWN, None, inherit=True)


def test_a_stored_value_that_fits_no_more_is_passed_over() -> None:
    put(CHIEF, LIMIT, None, 20)
    row = put(UNIT, LIMIT, _OWN, 30)
    for spoiled in ({"value": 900}, {"value": {"x": 1}}, {"value": None}, "x", 3):
        SettingChange.update(value=spoiled).where(SettingChange.id == row.id).execute()
        cache.forget()
        assert (LIMIT.of(_OWN), found(LIMIT, _OWN).source) == (20, "group"), spoiled


def test_a_change_that_is_rolled_back_leaves_nothing() -> None:
    def broken() -> None:
        save(UNIT, LIMIT, _OWN, 30, on=0)
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        in_transaction(broken)
    assert LIMIT.of(_OWN) == 10


def test_every_setting_of_the_program_is_whole() -> None:
    real = [setting for setting in all_settings() if not setting.name.startswith("test-")]
    assert len(real) >= 20
    for setting in real:
        default = setting.default_value()
        plain = setting.field.plain(default)
        assert setting.field.clean(plain) == (default if default not in ("", ()) else None), setting.name
        assert setting.group, setting.name
        assert setting.in_words(default), setting.name
        if isinstance(setting.field, Integer):
            assert setting.field.unit, setting.name


def test_what_the_library_proposes_may_be_set_and_holds_nowhere_by_itself() -> None:
    proposed = {one.name: one for one in all_settings() if one.sample is not None}
    assert {"certificate-days", "inspection-days", "qualification-days", "document-review-days"} <= set(
        proposed
    )
    for setting in proposed.values():
        assert setting.sample is not None and setting.sample.source
        assert setting.field.clean(setting.field.plain(setting.sample.value)) == setting.sample.value, (
            setting.name
        )
        assert setting.default_value() != setting.sample.value


def test_which_companies_have_a_value_of_their_own() -> None:
    assert differing(LIMIT) == {}
    put(CHIEF, LIMIT, None, 20)
    assert differing(LIMIT) == {}, "the group's is nobody's own"
    put(UNIT, LIMIT, _OWN, 30)
    put(CHIEF, LIMIT, _OTHER, 40, valid_from=date(2026, 12, 1))
    assert differing(LIMIT) == {_OWN: 30}
    assert differing(LIMIT, date(2026, 12, 1)) == {_OWN: 30, _OTHER: 40}
    put(UNIT, LIMIT, _OWN, None, inherit=True)
    assert differing(LIMIT) == {} and differing(DAYS) == {}
    put(CHIEF, KEEP, None, 50)
    assert differing(KEEP) == {} and KEEP.of(_OWN) == 50
