"""Goals and duties: posts, periodic work, meetings, calendar, investment, points (A03 to A07, A12)."""

from __future__ import annotations

from models.core.chapters import BackgroundJob, Chapter, Grants, Kind, Page, PointReason, StandardRows

CHAPTER = Chapter(
    name="objectives",
    title="目标职责",
    records=(
        "records",
        "meetings.records",
        "qualifications.records",
        "requirements.records",
        "holding.records",
        "suggestions.records",
        "activities.records",
    ),
    settings=(
        "calendar.working_days",
        "calendar.notifications",
        "qualifications.ledgers",
        "suggestions.workflow",
    ),
    ledgers=(
        "meetings.ledgers:MEETINGS",
        *("posts.ledgers:POSTS", "posts.ledgers:PERSON_POSTS", "posts.ledgers:POST_WORKS"),
        *("investment.ledgers:PLANS", "investment.ledgers:ITEMS"),
        *("points.ledgers:POINTS", "points.ledgers:POINT_RULES", "calendar.ledgers:CALENDAR"),
        "qualifications.ledgers:QUALIFICATIONS",
        "holding.ledgers:REQUIRED_CERTIFICATES",
        *("requirements.ledgers:POST_CERTIFICATES", "requirements.ledgers:POST_TRAININGS"),
        *("requirements.ledgers:POST_FACTORS", "requirements.ledgers:HAZARD_FACTORS"),
        "activities.ledgers:ACTIVITIES",
        *("suggestions.ledgers:SUGGESTIONS", "suggestions.ledgers:ADOPTED"),
    ),
    views=(
        *("posts.views:BY_POST", "posts.views:BY_PERSON", "posts.statistics:HOLDER_STATISTIC"),
        *("requirements.views:CERTIFICATES_BY_POST", "requirements.views:TRAININGS_BY_POST"),
        *("requirements.views:FACTORS_BY_POST", "holding.views:CERTIFICATE_MATRIX"),
        *("points.views:POINTS_RANKING", "suggestions.views:SUGGESTION_STATISTIC"),
        *("meetings.views:MEETING_STATISTIC", "activities.views:ACTIVITY_STATISTIC"),
        *("investment.views:PLAN_STATISTIC", "investment.views:ITEM_STATISTIC"),
        *("qualifications.views:QUALIFICATION_STATISTIC", "holding.views:REQUIRED_STATISTIC"),
    ),
    photos=("workflow",),
    subjects=("workflow", "posts.workflow", "suggestions.workflow"),
    finders=("posts.holder_finder", "suggestions.levels"),
    tellers=(
        *("calendar.notifications", "points.notifications", "posts.notifications"),
        "suggestions.notifications",
    ),
    reactions=("points.of_hazards", "suggestions.earned"),
    hooks=("calendar.rest_days", "points.of_hazards", "posts.groupings"),
    listeners=("holding.watching",),
    # A newer release may know the holidays of one year more.
    standards=(
        StandardRows("works_moved", "periodic.next_due:replan"),
        StandardRows("hazard_factors", "requirements.standards:install_factors"),
    ),
    jobs=(
        BackgroundJob(name="periodic", run="periodic.periodic_work:work", batch=1000, idle=10.0),
        BackgroundJob(name="held_certificates", run="holding.refresh:work", batch=1, idle=1800.0),
        BackgroundJob(name="calendar", run="calendar.notifications:work", batch=200, idle=3600.0),
    ),
    kinds=(
        Kind(name="post", title="岗位职责", ledger="posts", tasks=True),
        Kind(name="investment_plan", title="投入计划", ledger="investment-plans", tasks=True),
        Kind(name="post_work", title="定期工作", ledger="post-works", tasks=True),
        Kind(name="activity", title="安全活动", ledger="activities"),
        Kind(name="suggestion", title="建言建议", ledger="suggestions", tasks=True),
    ),
    points=(
        PointReason("activity.joined", "参加安全活动", "activity"),
        PointReason("suggestion.site", "建议被采纳（厂站）", "suggestion"),
        PointReason("suggestion.company", "建议被采纳（公司）", "suggestion"),
        PointReason("suggestion.plate", "建议被采纳（板块）", "suggestion"),
        PointReason("suggestion.group", "建议被采纳（集团）", "suggestion"),
    ),
    pages=(
        Page(name="my-work", title="我的工作", place="menu", right="tasks.read"),
        Page(name="my-posts", title="我的岗位", place="menu", right="posts.read"),
        Page(name="my-certificates", title="我的证照", place="menu", right="certificate-uploads.send"),
        Page(name="my-training", title="我的培训", place="menu", right="trainings.read"),
    ),
    console=("handlers.mine.work",),
    phone=("miniprogram_api.mine.posts",),
    acts={
        "approve_offline": "线下审批",
        "revoke": "撤销采纳",
    },
    grants=Grants(
        system=("calendar",),
        everyday=(
            *("posts", "investment-plans", "points", "meetings", "qualifications", "hazard-factors"),
            *("activities", "suggestions", "adopted-suggestions"),
        ),
        in_force=("posts.withdraw",),
        work=("activities.edit", "investment-plans.edit", "meetings.edit", "qualifications.edit"),
        reviewing=("suggestions.adopt", "suggestions.revoke"),
        acting=("suggestions.adopt",),
        own=(
            *("points.read", "posts.read", "activities.read", "adopted-suggestions.read"),
            *("suggestions.read", "suggestions.create", "hazard-factors.read"),
        ),
        always_self=("suggestions.create",),
        member_self=("suggestions.read", "suggestions.export"),
        always_company=(
            *("posts.read", "activities.read", "adopted-suggestions.read"),
            "hazard-factors.read",
        ),
        site=("investment-plans.edit", "meetings.edit", "activities.edit"),
    ),
    commands=("bots.commands.suggesting",),
)
