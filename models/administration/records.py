"""Tables of accounts, sessions and roles (J02, J04, K06)."""

from __future__ import annotations

from typing import Any

from peewee import BigIntegerField, BooleanField, CharField, IntegerField

from models.administration.roles.grants import RoleRights
from models.core import clock
from models.core.fields import Choice, Flag, Link, Moment, PersonalId, Phone, Pick, Text
from models.core.logs.access import DOORS
from models.core.logs.log_line import LogLine
from models.core.records import Base, Record
from models.core.security.rights import declare
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
# Whoever has it for the whole group gives roles that reach farther than the own ones (三员分立).
APPOINT = declare("roles.appoint", "任命各类管理员", "角色")

READ_LOGS = declare("logs.read", "查看日志", "日志")
EXPORT_LOGS = declare("logs.export", "导出日志", "日志")

USE_CONSOLE = declare("console.use", "使用管理后台", "登录")
USE_PHONE = declare("phone.use", "使用手机端", "登录")

#: How a try to sign in ends, by the code of its refusal.
OUTCOMES = [
    Choice("ok", "成功", "good"),
    Choice("second_factor_required", "密码对，等动态口令"),
    Choice("wrong_password", "账号或密码不对", "warn"),
    Choice("wrong_code", "动态口令不对", "warn"),
    Choice("account_locked", "被锁定", "bad"),
    Choice("sprayed", "同一来源试了很多账号", "bad"),
    Choice("second_factor_locked", "动态口令被锁定", "bad"),
    Choice("account_disabled", "账号已停用", "bad"),
    Choice("first_password_used", "初始密码已用过", "warn"),
    Choice("first_password_expired", "初始密码已过期", "warn"),
]


class Role(Record):
    """What somebody may do and how far, as data (J04). Without a company it is built in, or the group's."""

    shared_when_no_company = True

    company = Link("所属公司", Company, to="companies", help="不填就是全集团通用", create_only=True)
    code = CharField(max_length=40, null=True, unique=True)
    name = Text("角色名称", max=30, required=True)
    summary = Text("说明", max=120)
    grants = RoleRights("权限", required=True, default=list)
    builtin = Flag("内置", readonly=True)

    class Meta:
        table_name = "role"
        indexes = ((("company", "name"), True),)


class Account(Record):
    """A sign-in. One human has one, whatever number of companies they work for: what ties them to a company's file
    is `Person.account_id`. `id_hash` says who they were said to be when it was made, and opens nothing.
    """

    company_field = "company"
    self_field = "id"
    self_is = "account"

    company = Link("所属单位", Company, to="companies", required=True, create_only=True)
    login = Text(
        "账号", max=60, required=True, create_only=True, unique=True, help="一般用手机号", ids="refused"
    )
    name = Text("姓名", max=30, required=True)
    phone = Phone("手机号")
    id_number = PersonalId("身份证号", hashed_as="id_hash", reveal=REVEAL_IDS, create_only=True)
    id_hash = CharField(max_length=64, null=True, index=True)
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
    password_changed_at = Moment("密码修改时间", readonly=True)

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


class Session(Record):
    """A signed-in device. The token itself is never kept, only its hash; `door` is console or phone.

    With `unit_id` it acts for that company alone: it began with something that the company handed out. One that
    began with an invitation (`invitation_id`) has no account yet, and is good for making one. `company_id` is its
    account's. `origin` says who vouched where no password did: `wecom:3`. `proven_at` is when its holder last
    proved who they are.
    """

    company_field = "company_id"
    self_field = "account_id"
    self_is = "account"

    version: Any = 1
    updated_at: Any = None

    token_hash = CharField(max_length=64, unique=True)
    account_id = BigIntegerField(index=True, null=True)
    unit_id = BigIntegerField(null=True)
    invitation_id = BigIntegerField(index=True, null=True)
    company_id = BigIntegerField(null=True)
    origin = CharField(max_length=40, null=True)
    door = Pick("从哪里", DOORS, required=True, max_length=16)
    device = Text("设备", max=120, internal=True)
    address = Text("网络地址", max=64, internal=True)
    created_at = Moment("登录时间", required=True, default=clock.now)
    expires_at = Moment("到期时间", required=True)
    revoked_at = Moment("结束时间")
    seen_at = Moment("最近使用")
    proven_at = Moment("最近验证", internal=True)

    class Meta:
        table_name = "session"


class Invitation(Base):
    """A company's yes to one of its people (Q05): with `login` and a first password its holder makes, or brings, an
    account for the file. One for each file; a new secret takes the place of the old one.

    `state`: wished (somebody who may not review asked for it), open, accepted, withdrawn. `secret` as `passwords` keeps
    first passwords; None for a code that was not handed out yet. Of a wish it says the kind alone and opens nothing.
    `tail_tries` counts wrong ends of the ID number, and is never cleared. With `account_id` it is a first password for an
    account that is there. `member`: whoever accepts it becomes 单位成员.
    """

    company_id = BigIntegerField()
    id_hash = CharField(max_length=64)
    person_id = BigIntegerField(index=True)
    account_id = BigIntegerField(null=True, index=True)
    login = CharField(max_length=60, index=True)
    secret = CharField(max_length=160, null=True)
    state = CharField(max_length=16)
    member = BooleanField(default=False)
    tail_tries = IntegerField(default=0)
    expires_at = Moment("有效至")
    created_at = Moment("邀请时间", required=True, default=clock.now)
    created_by = CharField(max_length=60, null=True)

    class Meta:
        table_name = "invitation"
        indexes = ((("company_id", "id_hash"), True),)


class AccountClaim(Base):
    """An account says that a company's file is its holder's. Only the company can make that so.

    `origin`: asked (they were asked 是我 / 不是我) or applied (Q06). `state`: waiting, confirmed, refused, denied (不是我).
    """

    company_id = BigIntegerField(index=True)
    person_id = BigIntegerField()
    account_id = BigIntegerField(index=True)
    origin = CharField(max_length=16)
    state = CharField(max_length=16)
    made_at = Moment("提出时间", required=True, default=clock.now)
    decided_at = Moment("审核时间")
    decided_by = CharField(max_length=60, null=True)

    class Meta:
        table_name = "account_claim"
        indexes = ((("person_id", "account_id"), True), (("company_id", "state"), False))


class SignInTicket(Base):
    """A right to sign in once, within a minute, given to who proved elsewhere who they are (`origin`).

    It is good only together with the secret that the browser has which set out for it. Of both only the hashes are
    kept. The session is of one unit alone (`unit_id`) where that unit vouches.
    """

    ticket_hash = CharField(max_length=64, unique=True)
    secret_hash = CharField(max_length=64, null=True)
    account_id = BigIntegerField()
    unit_id = BigIntegerField(null=True)
    origin = CharField(max_length=40)
    expires_at = Moment("有效至", required=True, index=True)
    used_at = Moment("使用时间")

    class Meta:
        table_name = "sign_in_ticket"


class SignIn(LogLine):
    """One attempt to sign in (J05): kept for half a year at least. `company_id` is the account's, if there is one."""

    account_id = BigIntegerField(null=True, index=True)
    company_id = BigIntegerField(null=True)
    login = Text("账号", max=60, required=True)
    door = Pick("从哪里", DOORS, required=True, max_length=16)
    outcome = Pick("结果", OUTCOMES, required=True)
    address = Text("网络地址", max=64)
    device = Text("设备", max=120)
    at = Moment("时间", required=True, default=clock.now, index=True)

    class Meta:
        table_name = "sign_in"
        indexes = ((("login", "at"), False), (("company_id", "id"), False))


class SignInWait(Base):
    """Wrong passwords in a row, and until when no further one is looked at.

    Of a login from one source, of a login from a known device (`device:…`), of a login from all sources (source `*`),
    and of a source that tries many logins (login `*`).
    """

    login = CharField(max_length=64)
    source = CharField(max_length=60)
    failures = IntegerField(default=0)
    until = Moment("等待至")
    last_at = Moment("最近一次", required=True, default=clock.now, index=True)

    class Meta:
        table_name = "sign_in_wait"
        indexes = ((("login", "source"), True), (("source", "last_at"), False))
