"""Settings per company (J08): declared where they are used, set by an administrator, inherited from the group.

    URGE_EVERY = CompanySetting(
        "urge-minutes", "任务和审批", Integer("催办间隔", min=1, max=1440, unit="分钟"), default=10
    )
    URGE_EVERY.of(case.company_id)   # what holds for the company today

A company that sets nothing has what the group set, a group that sets nothing what `default` says. What a regulation
sets stands in a rulebook instead (`models/core/rulebook`), what an installation needs before it opens its database in
the environment (`server/settings.py`). `docs/guides/add-a-setting.md` goes through it.
"""

from models.core.settings.declaration import CompanySetting, SampleValue, all_settings, setting_named
from models.core.settings.in_force import SettingFound, differing, found
from models.core.settings.records import EDIT_SETTINGS, READ_SETTINGS, SettingChange

__all__ = [
    "EDIT_SETTINGS",
    "READ_SETTINGS",
    "CompanySetting",
    "SampleValue",
    "SettingChange",
    "SettingFound",
    "all_settings",
    "differing",
    "found",
    "setting_named",
]
