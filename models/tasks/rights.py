"""The rights of tasks, approvals and flows (H01 to H07)."""

from __future__ import annotations

from models.core.security.rights import declare

READ_TASKS = declare("tasks.read", "查看我的任务", "任务")
ACT_TASKS = declare("tasks.act", "办理我的任务", "任务")
GIVE_TASKS = declare("tasks.give", "指派任务", "任务")
READ_ALL_TASKS = declare("tasks.read_all", "查看所有任务", "任务")
REASSIGN_TASKS = declare("tasks.reassign", "调整办理人", "任务")
EXPORT_TASKS = declare("tasks.export", "导出任务", "任务")
READ_ALL_CASES = declare("approvals.read_all", "查看所有审批", "审批")
EXPORT_CASES = declare("approvals.export", "导出审批", "审批")
READ_FLOWS = declare("flows.read", "查看流程", "流程")
EDIT_FLOWS = declare("flows.edit", "配置流程", "流程")  # draws drafts; in force they are by who publishes
PUBLISH_FLOWS = declare("flows.publish", "发布和停用流程", "流程")
READ_PROXIES = declare("proxies.read", "查看代理", "代理与交接")
EDIT_PROXIES = declare("proxies.edit", "设置代理与交接", "代理与交接")
