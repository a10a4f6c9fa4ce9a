"""Tables of the organisation: the tree (J01), personnel files and their bindings (Q04–Q08)."""

from __future__ import annotations

from peewee import BigIntegerField, CharField

from models.core import clock
from models.core.fields import (
    Choice,
    Day,
    Flag,
    Integer,
    Link,
    LongText,
    Moment,
    PersonalId,
    Phone,
    Pick,
    SortKey,
    Text,
)
from models.core.records import Record, Transition, Transitions
from models.core.security.rights import declare

READ_COMPANIES = declare("companies.read", "查看公司", "公司")
CREATE_COMPANIES = declare("companies.create", "新增公司", "公司")
EDIT_COMPANIES = declare("companies.edit", "修改公司", "公司")
DELETE_COMPANIES = declare("companies.delete", "删除公司", "公司")
EXPORT_COMPANIES = declare("companies.export", "导出公司", "公司")
IMPORT_COMPANIES = declare("companies.import", "导入公司", "公司")

READ_PERSONS = declare("persons.read", "查看人员", "人员")
CREATE_PERSONS = declare("persons.create", "新增人员", "人员")
EDIT_PERSONS = declare("persons.edit", "修改人员", "人员")
DELETE_PERSONS = declare("persons.delete", "移出人员", "人员")
IMPORT_PERSONS = declare("persons.import", "导入人员", "人员")
EXPORT_PERSONS = declare("persons.export", "导出人员", "人员")
REVEAL_IDS = declare("persons.reveal", "查看完整身份证号", "人员")

READ_BINDINGS = declare("bindings.read", "查看绑定申请", "绑定")
DECIDE_BINDINGS = declare("bindings.decide", "审核绑定申请", "绑定")
EXPORT_BINDINGS = declare("bindings.export", "导出绑定", "绑定")
APPLY_BINDINGS = declare("bindings.apply", "申请加入单位", "绑定")


class Company(Record):
    """A node of the organisation: group → plate → company → site → department (J01).

    `company_root` is the company that the node belongs to (itself for a company, none above), which is what
    keeps one company's rows from another's (司级隔离). `path` is `/1/4/9/` from the root to the node.
    """

    company_field = "company_root"

    name = Text("名称", max=60, required=True, sorted_as="name_sort")
    name_sort = SortKey()
    kind = Pick(
        "层级",
        [
            Choice("group", "集团"),
            Choice("plate", "板块"),
            Choice("company", "公司"),
            Choice("site", "厂站"),
            Choice("department", "部门"),
        ],
        required=True,
        create_only=True,
        help="集团 → 板块 → 公司 → 厂站 → 部门，逐级往下建",
    )
    parent = Link("上级", "self", to="companies", create_only=True, help="集团没有上级")
    company_root = BigIntegerField(null=True, index=True)
    path = CharField(max_length=255, default="/", index=True)
    credit_code = Text(
        "统一社会信用代码", max=18, unique=True, help="公司填写，18 位", ids="kept", long_number=True
    )
    leader = Text("负责人", max=30)
    phone = Phone("负责人电话")
    address = Text("地址", max=120)
    refuses_overdue = Flag("检验过期的设备不让上岗", help="公司填写。选“否”只在扫码时提醒")
    sequence = Integer("排序", max=9999, default=0, required=True, help="数字小的排在前面")

    class Meta:
        table_name = "company"
        indexes = ((("parent", "name"), True),)


class Person(Record):
    """A company's file of one of its people (人员). A person of two companies has a file in each.

    `account_id` is the account of the human whose file it is: empty until the company and they have both said so.
    """

    site_field = "site"
    department_field = "department"
    self_field = "id"

    company = Link("单位", Company, to="companies", only=("kind", "company"), required=True, create_only=True)
    name = Text("姓名", max=30, required=True, sorted_as="name_sort")
    name_sort = SortKey(person=True)
    id_number = PersonalId(
        "身份证号", required=True, create_only=True, hashed_as="id_hash", reveal=REVEAL_IDS
    )
    id_hash = CharField(max_length=64, index=True)
    account_id = BigIntegerField(null=True, index=True)
    phone = Phone("联系电话", required=True)
    role = Pick(
        "人员类型",
        [Choice("operator", "作业人员"), Choice("safety_officer", "安全管理员")],
        required=True,
        default="operator",
    )
    may_review = Flag("允许审核", help="仅对安全管理员有效：选“是”就可以在网页和手机上管理人员")
    site = Link("厂站", Company, to="companies", only=("kind", "site"))
    department = Link("部门", Company, to="companies", only=("kind", "department"))
    job_number = Text("工号", max=30)
    note = LongText("备注", max=500)

    class Meta:
        table_name = "person"
        indexes = (
            (("company", "id_hash"), True),
            (("company", "account_id"), True),
            (("company", "name"), False),
            (("company", "name_sort"), False),
            (("company", "phone"), False),
        )


class Binding(Record):
    """Whether a person belongs to the unit (Q06): asked for by the worker, or made with the file."""

    self_field = "person"

    company = Link("单位", Company, to="companies", only=("kind", "company"), required=True, readonly=True)
    person = Link("人员", Person, to="persons", required=True, readonly=True, unique=True)
    state = Pick(
        "绑定状态",
        [
            Choice("waiting", "待审核", "bad"),
            Choice("approved", "已绑定", "good"),
            Choice("refused", "未通过", "warn"),
            Choice("ended", "已解除"),
        ],
        required=True,
        readonly=True,
        default="waiting",
    )
    origin = Pick(
        "来源",
        [Choice("applied", "本人申请"), Choice("entered", "单个新增"), Choice("imported", "批量导入")],
        required=True,
        readonly=True,
        default="entered",
    )
    applied_at = Moment("申请时间", required=True, readonly=True, default=clock.now)
    decided_at = Moment("审核时间", readonly=True)
    decided_by = Text("审核人", max=60, readonly=True)
    reason = Text("说明", max=200, readonly=True)
    note = Text("申请备注", max=200, readonly=True)
    ended_on = Day("解除日期", readonly=True)

    transitions = Transitions(
        "state",
        [
            Transition("approve", "通过", ("waiting",), "approved", DECIDE_BINDINGS),
            Transition("refuse", "不通过", ("waiting",), "refused", DECIDE_BINDINGS),
            Transition("end", "移出单位", ("approved", "waiting", "refused"), "ended", DELETE_PERSONS),
            Transition("restore", "重新绑定", ("ended", "refused"), "approved", DECIDE_BINDINGS),
            Transition("apply_again", "再次申请", ("ended", "refused"), "waiting", APPLY_BINDINGS),
        ],
    )

    class Meta:
        table_name = "binding"
        indexes = ((("company", "state"), False), (("company", "applied_at"), False))
