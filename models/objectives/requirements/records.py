"""The tables of what a post asks: certificates (C01), training (C03), and hazard factors (D06).

A row without a company belongs to a standard post and holds wherever that post is used; a company adds rows of its own,
to its posts and to standard ones.
"""

from __future__ import annotations

from models.core.fields import Choice, Flag, Integer, Link, Number, Pick, Text
from models.core.records import Record
from models.core.security.rights import declare
from models.objectives.records import Post
from models.organization.records import Company
from models.training.certificate_types.records import CertificateType
from models.training.courses.records import MODES, PERIODS, TrainingType

READ_FACTORS = declare("hazard-factors.read", "查看危害因素", "职业健康")
EDIT_FACTORS = declare("hazard-factors.edit", "维护危害因素", "职业健康")

#: The six classes of 职业病危害因素分类目录（国卫疾控发〔2015〕92号）.
FACTOR_CLASSES = (
    Choice("1", "粉尘"), Choice("2", "化学因素"), Choice("3", "物理因素"), Choice("4", "放射性因素"),
    Choice("5", "生物因素"), Choice("6", "其他因素"),
)  # fmt: skip
_WHOSE = "标准岗位不填，就是对所有用这个岗位的单位的要求"
_SAMPLE = "随系统带来、还没有核对的；核对过就改为否"


class HazardFactor(Record):
    """An occupational hazard factor (职业病危害因素); without a company it is everybody's."""

    shared_when_no_company = True

    company = Link(
        "单位", Company, to="companies", only=("kind", "company"), create_only=True, help="不填就是各单位通用"
    )
    name = Text("危害因素", max=40, required=True)
    category = Pick("类别", FACTOR_CLASSES, required=True)
    places = Text("常见部位", max=120)
    sample = Flag("样例（待核对）", help=_SAMPLE)
    sequence = Integer("排序", max=9999, default=0, required=True)

    class Meta:
        table_name = "hazard_factor"
        indexes = ((("company", "name"), True), (("company", "sequence"), False))


class PostCertificate(Record):
    """A post asks for a certificate (C01). One that is not a `must` is good to have and never counts as lacking."""

    shared_when_no_company = True

    company = Link("单位", Company, to="companies", only=("kind", "company"), create_only=True, help=_WHOSE)
    post = Link("岗位", Post, to="posts", required=True, create_only=True, drafts=True)
    type = Link("证照种类", CertificateType, to="certificate-types", required=True)
    limits = Text("限制范围", max=60, help="证上的限制要包含它，如 桥式起重机；没有就不填")
    must = Flag("必须持有", default=True, help="选“否”：有更好，没有不算缺失")
    note = Text("备注", max=120)
    sample = Flag("样例（待核对）", help=_SAMPLE)

    class Meta:
        table_name = "post_certificate"
        indexes = ((("company", "post", "type"), True),)


class PostTraining(Record):
    """A post asks for training of a type: how many hours, how often (C03)."""

    shared_when_no_company = True

    company = Link("单位", Company, to="companies", only=("kind", "company"), create_only=True, help=_WHOSE)
    post = Link("岗位", Post, to="posts", required=True, create_only=True, drafts=True)
    type = Link("培训类型", TrainingType, to="training-types", required=True)
    mode = Pick("培训方式", MODES, help="不限就不填")
    hours = Number("学时", places=1, min=0.5, max=500, unit="学时", required=True)
    period = Pick("周期", PERIODS, required=True, default="year")
    note = Text("备注", max=120)
    sample = Flag("样例（待核对）", help=_SAMPLE)

    class Meta:
        table_name = "post_training"
        indexes = ((("company", "post", "type"), True),)


class PostFactor(Record):
    """Who holds a post meets a hazard factor (D06)."""

    shared_when_no_company = True

    company = Link("单位", Company, to="companies", only=("kind", "company"), create_only=True, help=_WHOSE)
    post = Link("岗位", Post, to="posts", required=True, create_only=True, drafts=True)
    factor = Link("危害因素", HazardFactor, to="hazard-factors", required=True)
    detail = Text("来源", max=80, help="从哪里来，如 内燃叉车尾气")
    sample = Flag("样例（待核对）", help=_SAMPLE)

    class Meta:
        table_name = "post_factor"
        indexes = ((("company", "post", "factor"), True),)


__all__ = [
    "EDIT_FACTORS", "FACTOR_CLASSES", "READ_FACTORS", "HazardFactor", "PostCertificate", "PostFactor", "PostTraining",
]  # fmt: skip
