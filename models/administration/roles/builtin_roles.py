"""The roles that every installation has (J04, Q05), as data.

Codes are stable and used by rules; names and grants are brought up to date by `install_builtin_roles`. Which rights of a
chapter each of them has is said by the `grants` of its manifest (models/core/chapters.py), here only how these add up.
"""

from __future__ import annotations

from dataclasses import dataclass

from models.administration.records import APPOINT
from models.administration.roles.administrators import AUDIT, SECURITY, SYSTEM, rights_of
from models.administration.roles.grants import Reach
from models.core.chapters import granted
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

_DOORS = ("console.use", "phone.use")


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
    everybody = {*_DOORS, *granted("everybody")}
    # Logs are read by who is set to read them, and by nobody because they read all else.
    looking = _without(_ending(everything, (".read", ".export")) | {*_DOORS, *granted("acting")}, ("logs.",))
    company = _without(everything - {*granted("house"), APPOINT}, ("logs.",))
    unit = _without(company - {*granted("set_up")}, ("users.", "roles.")) | {
        "users.read",
        "users.reset",
        "users.lock",
    }
    reviewing, in_force = granted("reviewing"), granted("in_force")
    officer = unit - {"users.lock", *reviewing, *in_force}
    # What is new one day changes nothing in the hands of a unit's members until its manifest says so.
    work = {*granted("work"), *everybody, *granted("own"), *granted("always_self"), *granted("member_self")}
    member = {
        name for name in _without(unit, ("persons.", "bindings.", "users.")) if looks(name) or name in work
    }
    member |= {"bindings.apply"}
    return [
        _role(ADMINISTRATOR, "全权管理员", "管理整个系统，全集团；三员分立后不再使用", everything, Scope.GROUP),
        _role(SYSTEM_ADMINISTRATOR, "系统管理员", "三员之一：单位、标准、通知渠道、日历；不管账号，不看日志",
              rights_of(SYSTEM) | everybody, Scope.GROUP),
        _role(SECURITY_ADMINISTRATOR, "安全保密管理员", "三员之一：账号、角色、锁定；不能给自己权限",
              rights_of(SECURITY) | everybody | {"companies.read"}, Scope.GROUP),
        _role(AUDIT_ADMINISTRATOR, "安全审计员", "三员之一：查看和导出日志，什么都不改",
              rights_of(AUDIT) | everybody | {"companies.read", "users.read"}, Scope.GROUP),
        _role(GROUP_SAFETY, "集团安全监管", "查看和导出全集团的资料，不修改", looking, Scope.GROUP),
        _role(SUPERVISOR, "监察", "查看和导出各单位的人员、设备和上岗情况",
              {*granted("supervised"), *everybody}, Scope.GROUP),
        _role(COMPANY_ADMINISTRATOR, "公司管理员", "管理本公司的一切", company, Scope.COMPANY),
        _role(UNIT, "使用单位（法人）", "法人账号，管理本单位的人员、设备和上岗", unit, Scope.COMPANY),
        _role(SAFETY_OFFICER, "安全管理员", "管理人员、证照、设备，查看上岗日志", officer, Scope.COMPANY),
        _role(REVIEWING_OFFICER, "安全管理员（可审核）", "安全管理员，并可审核绑定申请、重置本单位人员的密码",
              officer | set(reviewing), Scope.COMPANY),
        BuiltinRole(SITE_OFFICER, "厂站安全员", "管理本厂站的人员和设备，查看上岗日志", _site(officer)),
        _role(UNIT_MEMBER, "单位成员", "沿用单位账号的日常权限，不含人员管理、配置和删除",
              member, Scope.COMPANY, own=granted("member_self")),
        _role(WORKER, "作业人员", "扫码上岗，查看本人的上岗日志和证照", set(granted("own")), Scope.SELF),
    ]  # fmt: skip


def _role(
    code: str, name: str, summary: str, rights: set[str], scope: Scope, own: tuple[str, ...] = ()
) -> BuiltinRole:
    always_self, always_company = granted("always_self"), granted("always_company")
    reach = dict.fromkeys(map(known, rights), scope)
    reach |= {right: max(scope, Scope.COMPANY) for right in always_company if right in rights}
    reach |= dict.fromkeys((right for right in always_self if right in rights), Scope.SELF)
    return BuiltinRole(code, name, summary, reach | dict.fromkeys(own, Scope.SELF))


def _site(officer: set[str]) -> Reach:
    """People and equipment know their site; what does not may be looked at in the whole company."""
    prefixes = granted("site_prefixes")
    own = {right for right in officer if right.partition(".")[0] in prefixes}
    looking = _ending(officer, (".read", ".export")) - own
    return {
        **dict.fromkeys(looking | set(_DOORS), Scope.COMPANY),
        **dict.fromkeys(_without(own, tuple(f"{each}.import" for each in prefixes)), Scope.SITE),
        **dict.fromkeys(granted("site"), Scope.SITE),
        **dict.fromkeys((*granted("site_company"), *granted("always_company")), Scope.COMPANY),
        **dict.fromkeys((*granted("member_self"), *granted("always_self")), Scope.SELF),
    }


def looks(name: str) -> bool:
    """Whether a right changes nothing."""
    return name.endswith((".read", ".export", ".read_all", ".use"))


def _ending(rights: set[str], endings: tuple[str, ...]) -> set[str]:
    return {name for name in rights if name.endswith(endings)}


def _without(rights: set[str], prefixes: tuple[str, ...]) -> set[str]:
    return {name for name in rights if not name.startswith(prefixes)}
