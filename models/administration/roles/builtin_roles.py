"""The roles that every installation has (J04, Q05), as data.

Codes are stable and used by rules; names and grants are brought up to date by `install_builtin_roles`.
"""

from __future__ import annotations

from dataclasses import dataclass

import models.accidents.records
import models.duty.records
import models.equipment.records  # its rights, like those of the next, are granted here by name
import models.hazards.records
import models.messages.escalation.records
import models.messages.records
import models.objectives.records
import models.tasks.rights
import models.training.records  # noqa: F401
from models.administration.records import APPOINT
from models.administration.roles.administrators import AUDIT, SECURITY, SYSTEM, rights_of
from models.administration.roles.grants import Reach
from models.core.security.rights import Scope, all_rights, known

ADMINISTRATOR = "administrator"
SYSTEM_ADMINISTRATOR = "system_administrator"
SECURITY_ADMINISTRATOR = "security_administrator"
AUDIT_ADMINISTRATOR = "audit_administrator"
GROUP_SAFETY = "group_safety"
SUPERVISOR = "supervisor"
COMPANY_ADMINISTRATOR = "company_administrator"
UNIT = "unit"
SAFETY_OFFICER = "safety_officer"
REVIEWING_OFFICER = "reviewing_officer"
SITE_OFFICER = "site_officer"
UNIT_MEMBER = "unit_member"
WORKER = "worker"

# What belongs to no company (the standard tables): only who manages the whole house may change it.
_HOUSE = ("operator-codes.edit", "grid-templates.edit", "major-criteria.edit", "rules.edit")
# Apps, robots, SMS and mail servers: who sets them up decides whom the system calls and whom it believes (I5).
_SET_UP = ("ways.set_up",)
# What sets a unit up is its administrators': what others then go by, and what is gone for good. The account of the
# unit (法人) and 公司管理员 have it, an account that was opened for somebody of the unit has not (Q05).
_IN_FORCE = ("flows.publish", "chains.delete", "companies.delete", "settings.edit")
_SETTING_UP = (
    *_IN_FORCE,
    *("flows.edit", "chains.edit", "companies.create", "companies.edit", "companies.import"),
    *(
        "equipment.delete",
        "equipment.exempt",
        "certificates.delete",
        "calendar.edit",
        "points.edit",
        "contacts.edit",
    ),
    *("grid.edit", "grid.import", "posts.edit", "posts.import", "tasks.reassign", "deliveries.resend"),
)
# What 监察 is for (Q03): units, their people with certificates, equipment, and who was on duty. Nothing else of them.
_SUPERVISED = ("companies", "persons", "certificates", "equipment", "clock-ins")
_DOORS = ("console.use", "phone.use")
_REVIEWING = ("bindings.decide", "persons.reveal", "users.read", "users.reset")
_OWN = (
    *(
        "phone.use",
        "clock-ins.create",
        "clock-ins.read",
        "certificates.read",
        "bindings.apply",
        "messages.read",
    ),
    *("accidents.report", "accidents.read"),  # what they reported themselves; what they were told of, by that
    *("tasks.read", "tasks.act", "proxies.read", "proxies.edit", "points.read"),
    *(
        "hazards.read",
        "hazards.report",
        "hazard-sources.read",
        "major-criteria.read",
        "grid.read",
        "posts.read",
    ),
)
# Rights about oneself: the same for everybody, however far the rest of the role reaches.
_ALWAYS_SELF = ("clock-ins.create", "bindings.apply", "messages.read", "tasks.read")
# What everybody may do in the whole company: whose task it is decides who does it, and hazards concern all (E09).
_ALWAYS_COMPANY = (
    *("tasks.act", "hazards.read", "hazards.report", "hazard-sources.read", "major-criteria.read"),
    *("grid.read", "posts.read"),
)
# Who only looks may still be asked to approve something.
_ACTING = ("tasks.act", "tasks.read_all", "approvals.read_all")


@dataclass(frozen=True)
class BuiltinRole:
    """One built-in role: its stable code, its words, and how far each right reaches."""

    code: str
    name: str
    summary: str
    reach: Reach


def builtin_roles() -> list[BuiltinRole]:
    """All built-in roles, from the widest to the narrowest."""
    everything = {right.name for right in all_rights()}
    # Logs are read by who is set to read them, and by nobody because they read all else.
    looking = _without(_ending(everything, (".read", ".export")) | {*_DOORS, *_ACTING}, ("logs.",))
    company = _without(everything - {*_HOUSE, APPOINT}, ("logs.",))
    unit = _without(company, ("users.", "roles.", *_SET_UP)) | {"users.read", "users.reset", "users.lock"}
    officer = unit - {"users.lock", *_REVIEWING, *_IN_FORCE}
    member = _without(unit, ("persons.", "bindings.", "users.")) - set(_SETTING_UP) | {"bindings.apply"}
    supervised = {f"{each}.{verb}" for each in _SUPERVISED for verb in ("read", "export")}
    return [
        _role(ADMINISTRATOR, "全权管理员", "管理整个系统，全集团；三员分立后不再使用", everything, Scope.GROUP),
        _role(SYSTEM_ADMINISTRATOR, "系统管理员", "三员之一：单位、标准、通知渠道、日历；不管账号，不看日志",
              rights_of(SYSTEM) | {*_DOORS, "messages.read"}, Scope.GROUP),
        _role(SECURITY_ADMINISTRATOR, "安全保密管理员", "三员之一：账号、角色、锁定；不能给自己权限",
              rights_of(SECURITY) | {*_DOORS, "companies.read", "messages.read"}, Scope.GROUP),
        _role(AUDIT_ADMINISTRATOR, "安全审计员", "三员之一：查看和导出日志，什么都不改",
              rights_of(AUDIT) | {*_DOORS, "companies.read", "users.read", "messages.read"}, Scope.GROUP),
        _role(GROUP_SAFETY, "集团安全监管", "查看和导出全集团的资料，不修改", looking, Scope.GROUP),
        _role(SUPERVISOR, "监察", "查看和导出各单位的人员、设备和上岗情况",
              supervised | {"operator-codes.read", "messages.read", *_DOORS}, Scope.GROUP),
        _role(COMPANY_ADMINISTRATOR, "公司管理员", "管理本公司的一切", company, Scope.COMPANY),
        _role(UNIT, "使用单位（法人）", "法人账号，管理本单位的人员、设备和上岗", unit, Scope.COMPANY),
        _role(SAFETY_OFFICER, "安全管理员", "管理人员、证照、设备，查看上岗日志", officer, Scope.COMPANY),
        _role(REVIEWING_OFFICER, "安全管理员（可审核）", "安全管理员，并可审核绑定申请、重置本单位人员的密码",
              officer | set(_REVIEWING), Scope.COMPANY),
        BuiltinRole(SITE_OFFICER, "厂站安全员", "管理本厂站的人员和设备，查看上岗日志", _site(officer)),
        _role(UNIT_MEMBER, "单位成员", "沿用单位账号的日常权限，不含人员管理、配置和删除",
              member, Scope.COMPANY, own=("proxies.read", "proxies.edit")),
        _role(WORKER, "作业人员", "扫码上岗，查看本人的上岗日志和证照", set(_OWN), Scope.SELF),
    ]  # fmt: skip


def _role(
    code: str, name: str, summary: str, rights: set[str], scope: Scope, own: tuple[str, ...] = ()
) -> BuiltinRole:
    reach = {known(right): _reach(right, scope) for right in rights}
    return BuiltinRole(code, name, summary, reach | dict.fromkeys(own, Scope.SELF))


def _reach(right: str, scope: Scope) -> Scope:
    if right in _ALWAYS_SELF:
        return Scope.SELF
    return max(scope, Scope.COMPANY) if right in _ALWAYS_COMPANY else scope


def _site(officer: set[str]) -> Reach:
    """People and equipment know their site; what does not may be looked at in the whole company."""
    own = {right for right in officer if right.startswith(("persons.", "equipment."))}
    looking = _ending(officer, (".read", ".export")) - own
    return {
        **dict.fromkeys(looking | set(_DOORS), Scope.COMPANY),
        **dict.fromkeys(own - {"persons.import", "equipment.import"}, Scope.SITE),
        "accidents.report": Scope.COMPANY,
        "accidents.edit": Scope.SITE,
        **dict.fromkeys(("hazards.edit", "grid.edit", "investment-plans.edit"), Scope.SITE),
        **dict.fromkeys(("tasks.give", *_ALWAYS_COMPANY), Scope.COMPANY),
        **dict.fromkeys(("proxies.read", "proxies.edit"), Scope.SELF),
        **dict.fromkeys(_ALWAYS_SELF, Scope.SELF),
    }


def _ending(rights: set[str], endings: tuple[str, ...]) -> set[str]:
    return {name for name in rights if name.endswith(endings)}


def _without(rights: set[str], prefixes: tuple[str, ...]) -> set[str]:
    return {name for name in rights if not name.startswith(prefixes)}
