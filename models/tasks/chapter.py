"""Tasks, approvals and flows: one engine for all chapters (H01 to H07, X05)."""

from __future__ import annotations

from models.core.chapters import BackgroundJob, Chapter, Grants, Kind, Page, StandardRows

CHAPTER = Chapter(
    name="tasks",
    title="任务管理",
    records=("rights", "records", "publication.records"),
    settings=("engine.case_actions", "timing.schedule", "people.proxies"),
    ledgers=(
        "ledgers:TASKS",
        "ledgers:GIVEN_TASKS",
        "ledgers:CASES",
        "flow.ledgers:PROXIES",
        "flow.ledgers:FLOWS",
    ),
    views=("statistics:TASK_STATISTIC", "statistics:CASE_STATISTIC"),
    photos=("assigned.assignee_part",),
    subjects=("assigned.assignee_part",),
    finders=("people.standard_finders",),
    tellers=(
        *("notify.cases", "notify.reminders", "notify.people", "notify.rows"),
        "publication.notifications",
    ),
    reactions=("assigned.given_tasks", "notify.cases", "people.offboarding"),
    listeners=("notify.changed_rows",),
    hooks=("assigned.given_tasks", "access"),
    standards=(StandardRows("flows", "flow.builtin:install_flows"),),
    jobs=(
        BackgroundJob(name="timers", run="timing.deadlines:work", batch=200, idle=5.0),
        BackgroundJob(name="task_audit", run="timing.audit:work", batch=200, idle=60.0),
        BackgroundJob(name="taking_effect", run="publication.taking_effect:work", batch=50, idle=300.0),
    ),
    kinds=(Kind(name="errand", title="指派任务", ledger="given-tasks", tasks=True),),
    pages=(
        Page(name="tasks", title="任务和审批", place="menu", right="tasks.read"),
        Page(name="flow", title="配置步骤", place="row", ledger="flows"),
        Page(name="case", title="流程图", place="row", ledger="all-cases"),
        Page(name="given", title="进展", place="row", ledger="given-tasks"),
    ),
    acts={
        "remind_readers": "提醒未读的人",
        "drawn": "画流程",
        "published": "发布",
        "end_early": "提前结束",
        "handed": "转交",
        "decided": "办理",
        "released": "退还待领",
        "revise": "开始修订",
        "replace": "被新版替代",
    },
    grants=Grants(
        everyday=("tasks", "approvals", "flows", "proxies"),
        work=(
            "tasks.act",
            "tasks.give",
        ),
        in_force=("flows.publish",),
        acting=("tasks.act", "tasks.read_all", "approvals.read_all"),
        own=("tasks.read", "tasks.act", "proxies.read", "proxies.edit"),
        always_self=("tasks.read",),
        always_company=("tasks.act",),
        member_self=("proxies.read", "proxies.edit"),
        site_company=("tasks.give",),
    ),
    cards=("bots.cards.steps", "bots.cards.nudges", "bots.cards.cases", "bots.cards.editions"),
    presses=("bots.incoming.deciding", "bots.incoming.having_read"),
    commands=("bots.commands.tasks",),
    console=("handlers.tasks", "handlers.settings.flows"),
    phone=("miniprogram_api.tasks", "miniprogram_api.mine.reading"),
)
