"""Tables of accounts, sessions and roles (J02, J04, K06)."""

from __future__ import annotations

from peewee import BigIntegerField, BooleanField, CharField, IntegerField

from models.administration.grants import Grants
from models.core import clock
from models.core.fields import Choice, Flag, Link, Moment, PersonalId, Phone, Pick, Text
from models.core.records import Base, Record
from models.core.rights import declare
from models.organization.records import REVEAL_IDS, Company

READ_USERS = declare("users.read", "查看用户", "用户")
CREATE_USERS = declare("users.create", "新增用户", "用户")
EDIT_USERS = declare("users.edit", "修改用户", "用户")
RESET_PASSWORDS = declare("users.reset", "重置密码", "用户")
LOCK_USERS = declare("users.lock", "停用与启用用户", "用户")
EXPORT_USERS = declare("users.export", "导出用户", "用户")

READ_ROLES = declare("roles.read", "查看角色", "角色")
CREATE_ROLES = declare("roles.create", "新增角色", "角色")
EDIT_ROLES = declare("roles.edit", "修改角色", "角色")
DELETE_ROLES = declare("roles.delete", "删除角色", "角色")
EXPORT_ROLES = declare("roles.export", "导出角色", "角色")

USE_CONSOLE = declare("console.use", "使用管理后台", "登录")
USE_PHONE = declare("phone.use", "使用手机端", "登录")


class Role(Record):
    """What somebody may do and how far, as data (J04). Without a company it is built in, or the group's."""

    shared_when_no_company = True

    company = Link("所属公司", Company, to="companies", help="不填就是全集团通用", create_only=True)
    code = CharField(max_length=40, null=True, unique=True)
    name = Text("角色名称", max=30, required=True)
    summary = Text("说明", max=120)
    grants = Grants("权限", required=True, default=list)
    builtin = Flag("内置", readonly=True)

    class Meta:
        table_name = "role"
        indexes = ((("company", "name"), True),)


class Account(Record):
    """A sign-in. One human has one, whatever number of companies they work for."""

    company_field = "company"
    self_field = "id"
    self_is = "account"

    company = Link("所属单位", Company, to="companies", required=True, create_only=True)
    login = Text("账号", max=60, required=True, create_only=True, unique=True, help="一般用手机号")
    name = Text("姓名", max=30, required=True)
    phone = Phone("手机号")
    id_number = PersonalId("身份证号", hashed_as="id_hash", reveal=REVEAL_IDS, create_only=True)
    id_hash = CharField(max_length=64, null=True, unique=True)
    state = Pick(
        "状态",
        [Choice("active", "正常", "good"), Choice("disabled", "已停用", "bad")],
        required=True,
        readonly=True,
        default="active",
    )
    password_hash = CharField(max_length=160, null=True)
    must_change_password = Flag("须改密码", readonly=True)
    first_password = BooleanField(default=False)
    first_password_until = Moment("初始密码有效至", readonly=True)
    first_password_used_at = Moment("初始密码使用时间", readonly=True)
    failures = IntegerField(default=0)
    locked_until = Moment("锁定至", readonly=True)
    last_sign_in_at = Moment("最近登录", readonly=True)
    current_company = Link("当前单位", Company, readonly=True)

    class Meta:
        table_name = "account"
        indexes = ((("company", "name"), False),)


class Assignment(Base):
    """An account has a role, for a company and, where the role reaches a site or department, a node of it."""

    account_id = BigIntegerField(index=True)
    role = Link("角色", Role, required=True)
    company_id = BigIntegerField(null=True)
    node_id = BigIntegerField(null=True)

    class Meta:
        table_name = "assignment"
        indexes = ((("account_id", "role", "company_id"), True),)


class Session(Base):
    """A signed-in device. The token itself is never kept, only its hash; `door` is console or phone."""

    token_hash = CharField(max_length=64, unique=True)
    account_id = BigIntegerField(index=True)
    door = CharField(max_length=16)
    device = CharField(max_length=120, null=True)
    created_at = Moment("登录时间", required=True, default=clock.now)
    expires_at = Moment("到期时间", required=True)
    revoked_at = Moment("注销时间")
    seen_at = Moment("最近使用")

    class Meta:
        table_name = "session"


class SignInTicket(Base):
    """A right to sign in once, within a minute, given to who proved elsewhere who they are (`origin`).

    The ticket itself is never kept, only its hash.
    """

    ticket_hash = CharField(max_length=64, unique=True)
    account_id = BigIntegerField()
    origin = CharField(max_length=40)
    expires_at = Moment("有效至", required=True, index=True)
    used_at = Moment("使用时间")

    class Meta:
        table_name = "sign_in_ticket"


class SignIn(Base):
    """One attempt to sign in (J05): kept for half a year at least."""

    account_id = BigIntegerField(null=True, index=True)
    login = CharField(max_length=60)
    door = CharField(max_length=16)
    outcome = CharField(max_length=40)
    address = CharField(max_length=64, null=True)
    device = CharField(max_length=120, null=True)
    at = Moment("时间", required=True, default=clock.now, index=True)

    class Meta:
        table_name = "sign_in"
        indexes = ((("login", "at"), False),)
