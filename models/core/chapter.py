"""What all chapters stand on, as a chapter: rules as data, files, jobs, limits, logs (X06, J05)."""

from __future__ import annotations

from models.core.chapters import BackgroundJob, Chapter, Grants, StandardRows, Sweep

CHAPTER = Chapter(
    name="core",
    title="基础",
    records=(
        "rulebook.records",
        "settings.records",
        "views.records",
        "ledger.changes.once",
        "ledger.library.records",
        "ledger.bulk.records",
        "ledger.saved.records",
    ),
    settings=("files.keeping", "ledger.bulk.records"),
    standards=(
        StandardRows("rule_versions", "rulebook.versions:install"),
        StandardRows("rule_files", "rulebook.files:take"),
    ),
    jobs=(
        BackgroundJob(name="rules", run="rulebook.files:work", batch=100, idle=60.0),
        BackgroundJob(name="kept_sums", run="views.kept_sums:fold", batch=5000, idle=60.0),
        BackgroundJob(name="kept_sums_later", run="views.kept_sums:sum_up", batch=5000, idle=60.0),
    ),
    sweeps=(
        Sweep(name="news", run="events.outbox:sweep_old", minutes=1),
        Sweep(name="jobs", run="jobs.retention:sweep", minutes=60, within="outside"),
        Sweep(name="photos", run="files.photos:sweep", minutes=60),
        Sweep(name="bulk_acts", run="ledger.bulk.retention:sweep", minutes=60, within="outside"),
        Sweep(name="row_requests", run="ledger.changes.once:sweep", minutes=24 * 60),
        Sweep(name="counts", run="security.usage_limits:sweep", minutes=60),
        Sweep(name="kept_sums_ready", run="views.kept_sums:make_ready", minutes=1, within="outside"),
        Sweep(name="kept_sums", run="views.kept_sums:recount_lately", minutes=24 * 60),
        Sweep(name="files", run="files.attachments:sweep", minutes=24 * 60, within="reading"),
        Sweep(name="signatures", run="files.signatures:sweep", minutes=24 * 60, within="reading"),
    ),
    acts={
        "created": "新增",
        "edited": "修改",
        "deleted": "删除",
        "restored": "恢复",
        "revealed": "查看完整身份证号",
        "attached": "上传附件",
        "detached": "删除附件",
        "state_changed": "状态变化",
        "moved": "移动",
        "correct": "更正",
        "withdraw": "撤回",
        "accept": "接受",
        "cancel": "取消",
        "reopened": "重新开始",
        "confirm": "确认",
        "reject": "驳回",
        "close": "结束",
    },
    grants=Grants(
        system=("rules", "settings"),
        everyday=("library", "bulk", "lists"),
        acting=("library.offer",),
        house=("rules.edit", "library.offer"),
        in_force=("settings.edit",),
    ),
    console=(
        "handlers.pages",
        "handlers.jobs",
        "handlers.ledgers.bulk_acts",
        "handlers.ledgers.saved_views",
        "handlers.photos",
        "handlers.settings.rules",
    ),
    phone=("miniprogram_api.photos",),
)
