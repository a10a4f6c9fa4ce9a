"""How people and bindings are listed, edited and imported (Q04 to Q06)."""

from __future__ import annotations

from typing import Any

from models.administration.accounts.membership_words import membership
from models.core.fields import Flag, Text
from models.core.ledger import (
    Action,
    Column,
    Derived,
    Filter,
    FormProbe,
    HomeNumber,
    Ledger,
    Made,
    Rules,
    Section,
)
from models.core.ledger.branches import inside
from models.core.security.actor import Actor
from models.organization.records import (
    CREATE_PERSONS,
    DECIDE_BINDINGS,
    DELETE_PERSONS,
    EDIT_PERSONS,
    EXPORT_BINDINGS,
    EXPORT_PERSONS,
    IMPORT_PERSONS,
    READ_BINDINGS,
    READ_PERSONS,
    Binding,
    Person,
)
from models.personnel import list_actions, list_values, people
from models.personnel.bindings import bindings
from models.personnel.importing import first_passwords
from models.personnel.importing.first_passwords import FirstPassword
from models.personnel.importing.plan import PEOPLE
from models.training.certificates.registry_matching import look_up
from models.training.records import CREATE_CERTIFICATES

SCAN = "扫码上岗"
REASON = (("reason", Text("原因", max=200, required=True, help="申请人会看到这句话")),)
STATES = Binding.state.options


def _create_person(actor: Actor, values: dict[str, Any]) -> Made:
    added = people.add_person(actor, values)
    account = added.account
    return Made(added.person, first_passwords.told(account) if account is not None and account.code else "")


PERSONS = Ledger(
    name="persons",
    record=Person,
    told_apart_by=("job_number",),
    title="人员",
    group=SCAN,
    system="Q04",
    noun="人员",
    measure="人",
    empty="还没有人员。点“新增”录入第一位，或者点“导入”下载模板批量录入。",
    columns=(
        Column("name", 100, fixed=True),
        Column("id_number", 180),
        Column("phone", 130),
        Column("role", 110),
        Column("may_review", 90, shown=False),
        Column("binding_state", 100),
        Column("account_state", 120),
        Column("certificates", 220),
        Column("login", 130),
        Column("site", 140),
        Column("department", 140),
        Column("company", 180),
        Column("job_number", 110, shown=False),
        Column("created_at", 170, shown=False),
    ),
    filters=(
        Filter("company", "reference"),
        Filter("site", "reference"),
        Filter("department", "reference"),
        Filter("role", "choice"),
        Filter("binding_state", "choice"),
        Filter("account_state", "choice"),
        Filter("created_at", "date_range"),
        Filter("unit", "reference"),
    ),
    search=("name", "phone", "job_number"),
    search_title="姓名、电话、工号",
    form=(
        Section("基本信息", ("company", "id_number", "name", "phone")),
        Section("岗位", ("role", "may_review", "site", "department", "job_number")),
        Section("账号", ("open_account", "first_password", "note")),
    ),
    sort="-id",
    sorts=("id", "name"),
    derived=(
        inside("unit", "机构（含下级）", (Person.department, Person.site, Person.company)),
        Derived(
            "binding_state",
            "绑定状态",
            "choice",
            load=list_values.binding_states,
            where=list_values.bound_so,
            choices=STATES,
        ),
        Derived("certificates", "证照", "text", load=list_values.certificates, help="作业项目代号和状态"),
        Derived("login", "账号", "text", load=list_values.logins),
        Derived(
            "account_state",
            "账号状态",
            "choice",
            load=list_values.account_states,
            where=list_values.account_so,
            choices=list_values.ACCOUNT_STATES,
        ),
        Derived("hint", "提示", "text", load=list_values.person_hints),
        Derived(
            "open_account",
            "是否添加账号",
            "flag",
            load=list_values.has_account,
            field=Flag("是否添加账号"),
            help="选“是”会请本人开通账号：账号是联系电话，初始密码由可审核的人发给本人，本人登录后自己设密码。"
            f"{membership()}",
        ),
        Derived(
            "first_password",
            "初始密码",
            "choice",
            load=list_values.first_passwords,
            field=FirstPassword("激活码（推荐）", "身份证号后 6 位"),
            help="激活码保存后显示一次，请交给本人。身份证号后 6 位容易被猜到，一共只能试 5 次",
            required=True,
            create_only=True,
            beside="open_account",
        ),
    ),
    note=lambda row: row.phone,
    tone=lambda row, values: (
        "bad"
        if values.get("binding_state") == "waiting" or values.get("account_state") == "claimed"
        else "plain"
    ),
    rights={
        "read": READ_PERSONS,
        "create": CREATE_PERSONS,
        "edit": EDIT_PERSONS,
        "delete": DELETE_PERSONS,
        "import": IMPORT_PERSONS,
        "export": EXPORT_PERSONS,
    },
    rules=Rules(_create_person, people.edit_person, people.delete_person),
    probes=(FormProbe("match", "匹配资质", "id_number", CREATE_PERSONS, look_up),),
    actions=(
        Action(
            "approve",
            "通过",
            DECIDE_BINDINGS,
            list_actions.approve_persons,
            where="bulk",
            tone="primary",
            when={"binding_state": ("waiting",)},
        ),
        Action(
            "refuse",
            "不通过",
            DECIDE_BINDINGS,
            list_actions.refuse_persons,
            tone="danger",
            fields=REASON,
            when={"binding_state": ("waiting",)},
        ),
        Action("match", "匹配资质", CREATE_CERTIFICATES, list_actions.match, where="bulk", gives="message"),
        Action(
            "first_password",
            "发初始密码",
            DECIDE_BINDINGS,
            list_actions.first_passwords,
            where="bulk",
            gives="message",
            confirm="所选人员要用新的初始密码登录，并重新设置密码。只显示这一次，请交给本人。",
            when={"account_state": ("none", "uncoded", "invited", "over", "wished", "tied")},
            once=True,
        ),
        Action(
            "codes",
            "发激活码（表格）",
            DECIDE_BINDINGS,
            list_actions.code_sheet,
            where="bulk",
            gives="file",
            confirm="所选人员用账号和激活码第一次登录，以前发的作废。激活码只在这张表里，请分给本人后删除。",
            when={"account_state": ("none", "uncoded", "invited", "over", "wished")},
        ),
        Action(
            "confirm_account",
            "确认本人",
            DECIDE_BINDINGS,
            list_actions.confirm_claims,
            tone="primary",
            confirm="请先当面或打电话核对。确认后，这个账号就是他的，可以为本单位工作。",
            when={"account_state": ("claimed",)},
        ),
        Action(
            "refuse_account",
            "不是本人",
            DECIDE_BINDINGS,
            list_actions.refuse_claims,
            tone="danger",
            when={"account_state": ("claimed",)},
        ),
        Action(
            "untie",
            "解除账号",
            DECIDE_BINDINGS,
            list_actions.untie_persons,
            tone="danger",
            confirm="解除后，这个账号不再是他的，在本单位打开的都会退出。资料和上岗记录会保留。",
            when={"account_state": ("tied",)},
        ),
        Action(
            "end",
            "移出单位",
            DELETE_PERSONS,
            list_actions.end_persons,
            tone="danger",
            confirm="移出后不能再为本单位扫码上岗，上岗记录和证照会保留。",
            fields=(("reason", Text("原因", max=200)),),
            when={"binding_state": ("approved",)},
        ),
        Action(
            "restore",
            "重新绑定",
            DECIDE_BINDINGS,
            list_actions.restore_persons,
            when={"binding_state": ("ended", "refused")},
        ),
    ),
    importing=PEOPLE,
    attachments=True,
    live=True,
)


BINDINGS = Ledger(
    name="bindings",
    record=Binding,
    title="绑定申请",
    group=SCAN,
    system="Q06",
    noun="绑定申请",
    empty="还没有绑定申请。作业人员在手机上申请加入本单位后，会出现在这里等您审核。",
    columns=(
        Column("person", 120, fixed=True),
        Column("phone", 130),
        Column("state", 100),
        Column("applied_at", 170),
        Column("origin", 100),
        Column("note", 200),
        Column("hint", 240),
        Column("decided_by", 110),
        Column("decided_at", 170),
        Column("reason", 200),
        Column("company", 180),
    ),
    filters=(
        Filter("state", "choice"),
        Filter("origin", "choice"),
        Filter("applied_at", "date_range"),
        Filter("company", "reference"),
    ),
    search=("person",),
    search_title="姓名、电话",
    sort="-applied_at",
    sorts=("applied_at",),
    derived=(
        Derived("phone", "联系电话", "phone", load=list_values.binding_phones),
        Derived("hint", "提示", "text", load=list_values.binding_hints),
    ),
    label=list_values.binding_label,
    tone=lambda row, values: "bad" if row.state == "waiting" else "plain",
    home=(
        HomeNumber(
            "waiting", "等您审核的绑定申请", {"state": ["waiting"]}, "waiting", "bad", right=DECIDE_BINDINGS
        ),
    ),
    rights={"read": READ_BINDINGS, "export": EXPORT_BINDINGS},
    actions=(
        Action(
            "approve",
            "通过",
            DECIDE_BINDINGS,
            lambda actor, rows, values: [bindings.approve(actor, row) for row in rows],
            where="bulk",
            tone="primary",
            when={"state": ("waiting",)},
        ),
        Action(
            "refuse",
            "不通过",
            DECIDE_BINDINGS,
            lambda actor, rows, values: [bindings.refuse(actor, row, values["reason"]) for row in rows],
            tone="danger",
            fields=REASON,
            when={"state": ("waiting",)},
        ),
        Action(
            "end",
            "移出单位",
            DELETE_PERSONS,
            lambda actor, rows, values: [bindings.end(actor, row, values.get("reason")) for row in rows],
            tone="danger",
            confirm="移出后不能再为本单位扫码上岗，上岗记录和证照会保留。",
            fields=(("reason", Text("原因", max=200)),),
            when={"state": ("approved",)},
        ),
        Action(
            "restore",
            "重新绑定",
            DECIDE_BINDINGS,
            lambda actor, rows, values: [bindings.restore(actor, row) for row in rows],
            when={"state": ("ended", "refused")},
        ),
    ),
    live=True,
)
