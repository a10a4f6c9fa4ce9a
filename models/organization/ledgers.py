"""How companies, people and bindings are listed, edited and imported (J01, Q04–Q06)."""

from __future__ import annotations

from typing import Any

from models.core.actor import Actor
from models.core.fields import Flag, Text
from models.core.ledger import Action, Column, Derived, Filter, ImportPlan, Ledger, Probe, Rules, Section
from models.organization import bindings, buttons, importing, people, tree, views
from models.organization.records import (
    CREATE_COMPANIES,
    CREATE_PERSONS,
    DECIDE_BINDINGS,
    DELETE_COMPANIES,
    DELETE_PERSONS,
    EDIT_COMPANIES,
    EDIT_PERSONS,
    EXPORT_BINDINGS,
    EXPORT_COMPANIES,
    EXPORT_PERSONS,
    IMPORT_PERSONS,
    READ_BINDINGS,
    READ_COMPANIES,
    READ_PERSONS,
    Binding,
    Company,
    Person,
)
from models.training.matching import look_up
from models.training.records import CREATE_CERTIFICATES

SCAN = "扫码上岗"
SYSTEM = "系统管理"
REASON = (("reason", Text("原因", max=200, required=True, help="申请人会看到这句话")),)
STATES = Binding.state.options


def _create_person(actor: Actor, values: dict[str, Any]) -> Person:
    return people.add_person(actor, values).person


PERSONS = Ledger(
    name="persons",
    record=Person,
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
    ),
    search=("name", "phone", "job_number"),
    search_title="姓名、电话、工号、身份证号",
    form=(
        Section("基本信息", ("company", "id_number", "name", "phone")),
        Section("岗位", ("role", "may_review", "site", "department", "job_number")),
        Section("账号", ("open_account", "note")),
    ),
    sort="-id",
    sorts=("id", "name"),
    derived=(
        Derived(
            "binding_state",
            "绑定状态",
            "choice",
            load=views.binding_states,
            where=views.bound_so,
            choices=STATES,
        ),
        Derived("certificates", "证照", "text", load=views.certificates, help="作业项目代号和状态"),
        Derived("login", "账号", "text", load=views.logins),
        Derived("has_login", "有账号", "flag", load=views.has_login),
        Derived("hint", "提示", "text", load=views.person_hints),
        Derived(
            "open_account",
            "是否添加账号",
            "flag",
            load=views.has_account,
            field=Flag("是否添加账号"),
            help="选“是”会开通账号：账号是联系电话，初始密码是身份证号后 6 位，首次登录要改密码",
        ),
    ),
    note=lambda row: row.phone,
    tone=lambda row, values: "bad" if values.get("binding_state") == "waiting" else "plain",
    rights={
        "read": READ_PERSONS,
        "create": CREATE_PERSONS,
        "edit": EDIT_PERSONS,
        "delete": DELETE_PERSONS,
        "import": IMPORT_PERSONS,
        "export": EXPORT_PERSONS,
    },
    rules=Rules(_create_person, people.edit_person, people.delete_person),
    probes=(Probe("match", "匹配资质", "id_number", CREATE_PERSONS, look_up),),
    actions=(
        Action(
            "approve",
            "通过",
            DECIDE_BINDINGS,
            buttons.approve_persons,
            where="bulk",
            tone="primary",
            when={"binding_state": ("waiting",)},
        ),
        Action(
            "refuse",
            "不通过",
            DECIDE_BINDINGS,
            buttons.refuse_persons,
            tone="danger",
            fields=REASON,
            when={"binding_state": ("waiting",)},
        ),
        Action("match", "匹配资质", CREATE_CERTIFICATES, buttons.match, where="bulk", gives="message"),
        Action(
            "first_password",
            "重发初始密码",
            EDIT_PERSONS,
            buttons.first_passwords,
            where="bulk",
            gives="message",
            confirm="所选人员要用新的初始密码登录，并重新设置密码。",
            when={"has_login": ("true",)},
            once=True,
        ),
        Action(
            "end",
            "移出单位",
            DELETE_PERSONS,
            buttons.end_persons,
            tone="danger",
            confirm="移出后不能再为本单位扫码上岗，上岗记录和证照会保留。",
            fields=(("reason", Text("原因", max=200)),),
            when={"binding_state": ("approved",)},
        ),
        Action(
            "restore",
            "重新绑定",
            CREATE_PERSONS,
            buttons.restore_persons,
            when={"binding_state": ("ended", "refused")},
        ),
    ),
    importing=ImportPlan(
        columns=("name", "id_number", "phone", "open_account"),
        file_name="使用单位导入人员.xlsx",
        key=("id_number",),
        samples={"name": "王大友", "phone": "13800000000", "open_account": "是"},
        notes=(
            "身份证号填 18 位，联系电话填 11 位手机号。",
            "是否添加账号选“是”：账号是联系电话，初始密码是身份证号后 6 位，首次登录要改密码。",
            "名单里已有的人会更新电话，不会重复新增。",
        ),
        check=importing.check,
        save=importing.save,
    ),
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
        Derived("phone", "联系电话", "phone", load=views.binding_phones),
        Derived("hint", "提示", "text", load=views.binding_hints),
    ),
    label=views.binding_label,
    tone=lambda row, values: "bad" if row.state == "waiting" else "plain",
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
            CREATE_PERSONS,
            lambda actor, rows, values: [bindings.restore(actor, row) for row in rows],
            when={"state": ("ended", "refused")},
        ),
    ),
    live=True,
)

COMPANIES = Ledger(
    name="companies",
    record=Company,
    title="公司",
    group=SYSTEM,
    system="J01",
    noun="机构",
    measure="个",
    empty="还没有机构。先新增集团，再逐级新增板块、公司、厂站和部门。",
    columns=(
        Column("name", 220, fixed=True),
        Column("kind", 90),
        Column("parent", 180),
        Column("credit_code", 190),
        Column("leader", 110),
        Column("phone", 130),
        Column("address", 240, shown=False),
        Column("sequence", 80, shown=False),
    ),
    filters=(Filter("kind", "choice"), Filter("parent", "reference")),
    search=("name", "credit_code", "leader"),
    form=(
        Section("机构", ("name", "kind", "parent", "sequence")),
        Section("资料", ("credit_code", "leader", "phone", "address")),
    ),
    sort="path",
    sorts=("path", "name"),
    note=lambda row: Company.kind.title_of(row.kind),
    rights={
        "read": READ_COMPANIES,
        "create": CREATE_COMPANIES,
        "edit": EDIT_COMPANIES,
        "delete": DELETE_COMPANIES,
        "export": EXPORT_COMPANIES,
    },
    rules=Rules(tree.create_company, tree.edit_company, tree.delete_company),
    actions=(
        Action(
            "delete_tree",
            "连同下级删除",
            DELETE_COMPANIES,
            lambda actor, rows, values: tree.delete_tree(actor, rows[0]),
            gives="message",
            tone="danger",
            confirm="本机构下有子机构，删除时将一起删除！有人员、设备等记录的机构不会被删除。",
        ),
    ),
)
