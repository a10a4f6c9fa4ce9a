"""The table of settings: every value that anybody ever set, from which day, and who did it (J08)."""

from __future__ import annotations

from peewee import BigIntegerField, CharField, IntegerField

from models.core.fields import Day, Facts, Flag, Moment, Text
from models.core.records import Record
from models.core.security.rights import declare

READ_SETTINGS = declare("settings.read", "查看设置", "设置")
EDIT_SETTINGS = declare("settings.edit", "修改设置", "设置")


class SettingChange(Record):
    """A setting got a value for a company, or for the group (no company), from a day on. Written once.

    `place` is the company's id, 0 for the group; changes of one setting at one place are numbered from 1. One that
    `inherits` has no value of its own: what stands above holds again.
    """

    company_field = "company_id"

    name = CharField(max_length=60)
    company_id = BigIntegerField(null=True)
    place = BigIntegerField()
    number = IntegerField()
    value = Facts("值", required=True)  # {"value": the field's JSON value}
    inherits = Flag("恢复继承")
    valid_from = Day("生效日期", required=True)
    before = Text("原来", max=300, required=True)  # in words, as it would have been on that day
    after = Text("改为", max=300, required=True)
    note = Text("原因", max=300)
    made_by = Text("谁", max=60, required=True)
    made_by_account_id = BigIntegerField(null=True)
    withdrawn_at = Moment("撤回时间")
    withdrawn_by = Text("撤回人", max=60)

    class Meta:
        table_name = "setting_change"
        indexes = ((("name", "place", "number"), True),)
