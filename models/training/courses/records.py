"""The tables of training: its types, and the courses of each (C03, C04)."""

from __future__ import annotations

from models.core.fields import Choice, Flag, Integer, Link, LongText, Number, Pick, Text
from models.core.records import Record
from models.core.security.rights import declare
from models.organization.records import Company

READ_COURSES = declare("courses.read", "查看培训课程", "教育培训")
EDIT_COURSES = declare("courses.edit", "维护培训课程", "教育培训")
IMPORT_COURSES = declare("courses.import", "导入培训课程", "教育培训")
EXPORT_COURSES = declare("courses.export", "导出培训课程", "教育培训")

MODES = (
    Choice("online", "线上"), Choice("offline", "线下"), Choice("mixed", "线上+线下"), Choice("practice", "现场实操"),
    Choice("offline_practice", "线下+实操"),
)  # fmt: skip
PERIODS = (
    Choice("before", "上岗前"), Choice("month", "每月"), Choice("quarter", "每季度"), Choice("half_year", "每半年"),
    Choice("year", "每年"), Choice("need", "按需"),
)  # fmt: skip
#: How many months what was learned counts, by period; what is done once counts for good.
MONTHS = {"month": 1, "quarter": 3, "half_year": 6, "year": 12}


class TrainingType(Record):
    """A type of training (培训类型); without a company it is everybody's."""

    shared_when_no_company = True

    company = Link(
        "单位", Company, to="companies", only=("kind", "company"), create_only=True, help="不填就是各单位通用"
    )
    name = Text("培训类型", max=40, required=True)
    note = Text("说明", max=120)
    sequence = Integer("排序", max=9999, default=0, required=True)

    class Meta:
        table_name = "training_type"
        indexes = ((("company", "name"), True), (("company", "sequence"), False))


class Course(Record):
    """A course (培训课程, C04): of which type, in which mode, how many hours; without a company it is everybody's."""

    shared_when_no_company = True

    company = Link(
        "单位", Company, to="companies", only=("kind", "company"), create_only=True, help="不填就是各单位通用"
    )
    code = Text("课程编号", max=20, help="如 PX05；没有编号就不填")
    name = Text("课程名称", max=60, required=True)
    type = Link("培训类型", TrainingType, to="training-types", required=True)
    mode = Pick("培训方式", MODES, required=True, default="offline")
    hours = Number("学时", places=1, min=0.5, max=500, unit="学时", required=True)
    period = Pick("周期", PERIODS, required=True, default="year")
    valid_months = Integer(
        "有效期（月）",
        min=1,
        max=240,
        unit="个月",
        help="学完多少个月内算数；不填就按周期，上岗前和按需的一直算数",
    )
    pass_score = Integer("合格分", min=0, max=100, default=80, help="不考试的填 0")
    outline = LongText("内容", max=2000, help="一行一条")
    basis = Text("依据", max=120)
    address = Text(
        "学习和考试网址",
        max=300,
        pattern=r"https?://[^\s<>\"'\\]+",
        pattern_help="网址要写全，以 https:// 开头",
        help="学习或考试系统里这门课的网址；员工在“我的培训”里点开，不填就不显示",
    )
    sample = Flag("样例（待核对）", help="随系统带来、学时还没有对照原文的；核对过就改为否")
    enabled = Flag("启用", default=True)

    class Meta:
        table_name = "course"
        indexes = ((("company", "name"), True), (("type", "enabled"), False))


__all__ = [
    "EDIT_COURSES", "EXPORT_COURSES", "IMPORT_COURSES", "MODES", "MONTHS", "PERIODS", "READ_COURSES", "Course",
    "TrainingType",
]  # fmt: skip
