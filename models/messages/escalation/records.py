"""Chains of escalation, presets of receivers, and the words of messages: what a unit sets beforehand (X04, J08)."""

from __future__ import annotations

from models.core.fields import Choice, Flag, Integer, Link, LongText, Pick, Picks, Text
from models.core.records import Base, Record
from models.core.security.rights import declare
from models.messages.channels.records import PERSONAL_WAYS, ChatGroup
from models.messages.escalation.wordings import HELP, KINDS
from models.organization.records import Company, Person

READ_CHAINS = declare("chains.read", "查看通知预案", "通知预案")
EDIT_CHAINS = declare("chains.edit", "设置通知预案", "通知预案")
DELETE_CHAINS = declare("chains.delete", "删除通知预案", "通知预案")

ANY, HAZARD = "any", "hazard."  # of an accident whatever its level; before the level of a hazard (E09)
LEVELS = (
    Choice(ANY, "事故，不分等级"),
    Choice("一般", "一般事故"),
    Choice("较大", "较大事故"),
    Choice("重大", "重大事故"),
    Choice("特别重大", "特别重大事故"),
    Choice(HAZARD + "major", "重大隐患"),
    Choice(HAZARD + "general", "一般隐患"),
)


class Chain(Record):
    """What happens when a person does not answer: steps, each after a wait (X04)."""

    shared_when_no_company = True

    company = Link("所属单位", Company, to="companies", create_only=True, help="不填就是全集团通用")
    name = Text("名称", max=40, required=True)
    stop_when = Pick(
        "何时停止",
        [Choice("each", "每个人各自确认"), Choice("on_site", "有人到场后，其余的不再催")],
        required=True, default="each",
    )  # fmt: skip
    reopen_minutes = Integer("确认后多久没有跟进就重新提醒", min=1, max=1440, help="分钟；不填就不重新提醒")
    enabled = Flag("启用", default=True)

    class Meta:
        table_name = "chain"


class ChainStep(Record):
    """One step: after so many minutes without an answer, tell so-and-so by such a way."""

    shared_when_no_company = True

    company = Link("所属单位", Company, to="companies", readonly=True)
    chain = Link("升级链", Chain, required=True, create_only=True)
    sequence = Integer("第几步", required=True, min=1, max=20)
    wait_minutes = Integer("等待", required=True, min=0, max=1440, unit="分钟", help="上一步之后多少分钟")
    who = Pick(
        "找谁", [Choice("self", "本人"), Choice("deputy", "代理人"), Choice("superior", "上级")], required=True,
        default="self",
    )  # fmt: skip
    way = Pick("方式", PERSONAL_WAYS, required=True)

    class Meta:
        table_name = "chain_step"
        indexes = ((("chain", "sequence"), True),)


class Preset(Record):
    """Who is told of an accident, or of a hazard, of a level, by which ways, with which chain."""

    shared_when_no_company = True

    company = Link("所属单位", Company, to="companies", create_only=True, help="不填就是全集团通用")
    name = Text("名称", max=40, required=True)
    level = Pick("什么事", LEVELS, required=True, default=ANY)
    ways = Picks("方式", PERSONAL_WAYS, required=True)
    chain = Link("升级链", Chain)
    everyone = Flag("本单位全体人员")

    class Meta:
        table_name = "preset"
        indexes = ((("company", "level"), True),)


class PresetPerson(Base):
    """A person of a preset."""

    preset = Link("预案", Preset, required=True)
    person = Link("人员", Person, required=True)

    class Meta:
        table_name = "preset_person"
        indexes = ((("preset", "person"), True),)


class PresetGroup(Base):
    """A group chat of a preset."""

    preset = Link("预案", Preset, required=True)
    group = Link("群", ChatGroup, required=True)

    class Meta:
        table_name = "preset_group"
        indexes = ((("preset", "group"), True),)


class Wording(Record):
    """A unit's own words for a kind of message; `{…}` stand for its facts."""

    shared_when_no_company = True

    company = Link("所属单位", Company, to="companies", create_only=True, help="不填就是全集团通用")
    kind = Pick("消息种类", KINDS, max_length=60, required=True, create_only=True)
    title = Text("标题", max=80, required=True, help=HELP)
    body = LongText("内容", max=500, required=True, help=HELP)

    class Meta:
        table_name = "wording"
        indexes = ((("company", "kind"), True),)
