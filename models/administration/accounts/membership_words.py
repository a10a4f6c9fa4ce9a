"""What an account that a unit opens for its people will be able to do, in words (Q05).

Each part names the rights that it stands for; tests hold it against the role, so that the words never promise more and
leave out nothing by which something is changed. What manifests name under `work` beside these is called as the right is.
"""

from __future__ import annotations

from models.core.chapters import granted
from models.core.security.rights import all_rights

MAY: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("扫码上岗", ("clock-ins.create",)),
    ("报隐患和事故", ("hazards.report", "accidents.report")),
    ("办自己的任务、给人指派任务", ("tasks.read", "tasks.act", "tasks.give")),
    ("查看和导出本单位的台账", ("equipment.read", "clock-ins.read", "hazards.read", "certificates.read")),
    (
        "登记和修改设备、证照、打印标签",
        (
            *("equipment.create", "equipment.edit", "equipment.import", "equipment.labels", "grid.labels"),
            *("certificates.create", "certificates.edit", "certificates.import"),
        ),
    ),
    ("登记和修改隐患、危险源", ("hazards.edit", "hazards.import", "hazard-sources.edit")),
    ("更正和结束事故快报", ("accidents.edit", "accidents.close")),
)
MAY_NOT: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("管理人员和账号", ("persons.read", "persons.edit", "bindings.decide", "users.reset", "roles.edit")),
    ("发布流程", ("flows.edit", "flows.publish")),
    ("删除设备、证照和通知预案", ("equipment.delete", "certificates.delete", "chains.edit", "chains.delete")),
    ("设置通知渠道、网格和岗位", ("ways.set_up", "grid.edit", "posts.edit", "companies.edit")),
)


def promised() -> tuple[tuple[str, tuple[str, ...]], ...]:
    """All that the words say of what such an account may do: as it stands above, then what else is a unit's work."""
    named = {right for _, rights in MAY for right in rights}
    titles = {right.name: right.title for right in all_rights()}
    return (*MAY, *((titles[name], (name,)) for name in granted("work") if name not in named))


def membership() -> str:
    """One sentence for who opens accounts: what their holders may do in the unit, and what not."""
    may, may_not = ("，".join(words for words, _ in parts) for parts in (promised(), MAY_NOT))
    return f"账号能：{may}。不能：{may_not}；这些要由管理员另给角色"
