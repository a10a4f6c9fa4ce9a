"""Tables of rules as data: every version that ever was, and who compared a part with the regulation's text (X06)."""

from __future__ import annotations

from peewee import BigIntegerField, CharField, FixedCharField, SmallIntegerField

from models.core import clock
from models.core.fields import Day, Facts, LongFacts, Moment, Text
from models.core.records import Record
from models.core.security.rights import declare

READ_RULES = declare("rules.read", "查看规则", "规则")
EDIT_RULES = declare("rules.edit", "修改和核对规则", "规则")

#: Where a version comes from: the program, somebody in the console, a file in the data folder.
BUILT_IN, CONSOLE, FILE = "built_in", "console", "file"


class RuleVersion(Record):
    """A rulebook as it was from `valid_from` on. Written once; a change is another row with the next number.

    `content` is {part: {"basis", "article", "rows"}}; `own` names the parts that somebody changed from the program's.
    """

    company_field = None

    book = CharField(max_length=40)
    number = SmallIntegerField()
    valid_from = Day("生效日期", required=True)
    content = LongFacts("内容", required=True)
    digest = FixedCharField(max_length=64)
    own = Facts("改过的部分", required=True)
    origin = CharField(max_length=16, default=CONSOLE)
    file_digest = CharField(max_length=64, null=True)
    note = Text("改了什么、为什么", max=300)
    made_by = Text("谁", max=60)
    made_by_account_id = BigIntegerField(null=True)
    withdrawn_at = Moment("撤回时间")

    class Meta:
        table_name = "rule_version"
        indexes = ((("book", "number"), True),)


class RuleCheck(Record):
    """Somebody compared a part with the text of the regulation. It holds for these very words (`digest`) alone."""

    company_field = None

    book = CharField(max_length=40)
    part = CharField(max_length=40)
    digest = FixedCharField(max_length=64)
    seen = Text("看的是哪份原文", max=200, required=True)
    checked_by = Text("核对人", max=60, required=True)
    checked_by_account_id = BigIntegerField(null=True)
    checked_at = Moment("核对时间", required=True, default=clock.now)
    withdrawn_at = Moment("撤回时间")

    class Meta:
        table_name = "rule_check"
        indexes = ((("book", "part", "digest"), False),)
