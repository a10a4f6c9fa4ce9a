"""The table of training that people took part in (C06)."""

from __future__ import annotations

from typing import Any

from models.core.fields import Choice, Day, Link, Number, Pick, Text
from models.core.records import Record
from models.core.security.rights import declare
from models.organization.records import Company, Person
from models.training.courses.records import Course

READ_TRAININGS = declare("trainings.read", "查看培训记录", "教育培训")
EDIT_TRAININGS = declare("trainings.edit", "登记培训记录", "教育培训")
IMPORT_TRAININGS = declare("trainings.import", "导入培训记录", "教育培训")
EXPORT_TRAININGS = declare("trainings.export", "导出培训记录", "教育培训")

PASSED, FAILED, SIGNED_UP = "passed", "failed", "signed_up"


class Training(Record):
    """Somebody took part in a course on a day. `counts_until` follows from the course; empty for good, and if not passed."""

    self_field = "person"

    company = Link("单位", Company, to="companies", only=("kind", "company"), required=True, readonly=True)
    person = Link("人员", Person, to="persons", required=True, create_only=True)
    course = Link("课程", Course, to="courses", required=True)
    held_on: Any = Day("培训日期", required=True)
    hours: Any = Number("学时", places=1, min=0, max=500, unit="学时", help="不填就按课程的学时")
    score: Any = Number("成绩", places=1, min=0, max=1000, unit="分", help="没有考试就不填")
    result = Pick(
        "结果",
        (
            Choice(PASSED, "合格", "good"),
            Choice(FAILED, "不合格", "bad"),
            Choice(SIGNED_UP, "未完成", "warn"),
        ),
        help="不填：有成绩的按课程的合格分，没有成绩的算合格",
    )
    counts_until = Day("算数到", readonly=True)
    teacher = Text("授课人", max=60)
    note = Text("备注", max=200)

    class Meta:
        table_name = "training"
        indexes = (
            (("person", "course", "held_on"), True),
            (("company", "held_on"), False),
        )


__all__ = [
    "EDIT_TRAININGS", "EXPORT_TRAININGS", "FAILED", "IMPORT_TRAININGS", "PASSED", "READ_TRAININGS", "SIGNED_UP",
    "Training",
]  # fmt: skip
