"""Goals and duties: posts, periodic work, meetings, calendar, investment, points (A03 to A07, A12)."""

from __future__ import annotations

from models.core.chapters import Chapter, Grants, Job, Kind, Standard

CHAPTER = Chapter(
    name="objectives",
    title="目标职责",
    records=(
        "records",
        "meetings.records",
        "qualifications.records",
        "requirements.records",
        "holding.records",
    ),
    settings=("calendar.working_days", "calendar.notifications", "qualifications.ledgers"),
    ledgers=(
        "meetings.ledgers:MEETINGS",
        *("posts.ledgers:POSTS", "posts.ledgers:PERSON_POSTS", "posts.ledgers:POST_WORKS"),
        *("investment.ledgers:PLANS", "investment.ledgers:ITEMS"),
        *("points.ledgers:POINTS", "points.ledgers:POINT_RULES", "calendar.ledgers:CALENDAR"),
        "qualifications.ledgers:QUALIFICATIONS",
        "holding.ledgers:REQUIRED_CERTIFICATES",
        *("requirements.ledgers:POST_CERTIFICATES", "requirements.ledgers:POST_TRAININGS"),
        *("requirements.ledgers:POST_FACTORS", "requirements.ledgers:HAZARD_FACTORS"),
    ),
    views=(
        *("posts.views:BY_POST", "posts.views:BY_PERSON"),
        *("requirements.views:CERTIFICATES_BY_POST", "requirements.views:TRAININGS_BY_POST"),
        *("requirements.views:FACTORS_BY_POST", "holding.views:CERTIFICATE_MATRIX"),
    ),
    photos=("workflow",),
    subjects=("workflow",),
    finders=("posts.holder_finder",),
    tellers=("calendar.notifications", "points.notifications", "posts.notifications"),
    reactions=("points.of_hazards",),
    hooks=("calendar.rest_days", "points.of_hazards", "posts.groupings"),
    listeners=("holding.watching",),
    # A newer release may know the holidays of one year more.
    standards=(
        Standard("works_moved", "posts.next_due:replan"),
        Standard("hazard_factors", "requirements.standards:install_factors"),
    ),
    jobs=(
        Job(name="periodic", run="posts.periodic_work:work", batch=1000, idle=10.0),
        Job(name="held_certificates", run="holding.refresh:work", batch=1, idle=1800.0),
        Job(name="calendar", run="calendar.notifications:work", batch=200, idle=3600.0),
    ),
    kinds=(
        Kind(name="investment_plan", title="投入计划", ledger="investment-plans", tasks=True),
        Kind(name="post_work", title="定期工作", ledger="post-works", tasks=True),
    ),
    phone=("miniprogram_api.my_posts",),
    acts={
        "approve_offline": "线下审批",
    },
    grants=Grants(
        system=("calendar",),
        everyday=("posts", "investment-plans", "points", "meetings", "qualifications", "hazard-factors"),
        setting_up=(
            *("calendar.edit", "meetings.import", "points.edit", "posts.edit", "posts.import"),
            *("qualifications.delete", "qualifications.import", "hazard-factors.edit"),
        ),
        own=("points.read", "posts.read", "hazard-factors.read"),
        always_company=("posts.read", "hazard-factors.read"),
        site=("investment-plans.edit", "meetings.edit"),
    ),
)
