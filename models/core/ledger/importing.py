"""Excel into a ledger (Q05): the template, a dry run that says every fault at its cell, then all or nothing.

An uploaded sheet lies under a random name in the data folder until it was imported or its time is over; only
what the dry run says of it, with ID numbers masked, stands in the database.
"""

from __future__ import annotations

from datetime import date, datetime
from functools import partial
from io import BytesIO
from pathlib import Path
from typing import Any

from models.core import jobs, stored
from models.core.actor import Actor
from models.core.config import config
from models.core.database import after_commit, in_transaction
from models.core.errors import Conflict, Invalid, NotFound
from models.core.ledger.checking import Checked, Progress, check_sheet
from models.core.ledger.declaration import Ledger
from models.core.ledger.saving import save_lines
from models.core.ledger.sheet_columns import import_columns, plan_of
from models.core.sheets import (
    CellError,
    SheetRefused,
    SheetRows,
    read_sheet,
    write_errors,
    write_template,
)

MAX_ERRORS = 500
PREVIEW = 20
MAX_BYTES = 50 * 1024 * 1024


def template(ledger: Ledger, actor: Actor) -> bytes:
    """The workbook to fill in, with drop-downs and a sheet that explains it."""
    actor.require(ledger.rights["import"])
    target = BytesIO()
    columns = import_columns(ledger, actor, offer=True)
    write_template(target, f"{ledger.title}导入"[:28], columns, plan_of(ledger).notes)
    return target.getvalue()


def start_check(actor: Actor, ledger: Ledger, name: str, content: bytes) -> dict[str, Any]:
    """Keep an uploaded workbook and begin its dry run; gives the job (`result` will be an ImportCheck).

    Raises Invalid for a file that is too large; what is wrong inside is said by the result.
    """
    actor.require(ledger.rights["import"])
    plan_of(ledger)
    if len(content) > MAX_BYTES:
        error = Invalid(
            "文件太大",
            code="too_large",
            cause=f"表格最大 {MAX_BYTES // 1024 // 1024} MB",
            advice="请拆成几个文件，分次上传",
        )
        error.status = 413
        raise error
    shown = Path(name.replace("\\", "/")).name[:120] or "表格.xlsx"
    upload = stored.keep(stored.IMPORTS, content, ".xlsx")
    work = partial(_check_job, actor, ledger, upload, shown)
    return jobs.start(
        actor, "import_check", ledger, f"检查{ledger.title}导入", work, upload=upload, upload_name=shown
    )


def _check_job(
    actor: Actor, ledger: Ledger, upload: str, name: str, handle: jobs.JobHandle
) -> dict[str, Any]:
    checked = check(actor, ledger, stored.path_of(stored.IMPORTS, upload), handle.progress)
    if checked.errors and checked.sheet is not None:
        target = stored.path_of(stored.IMPORTS, jobs.errors_name(upload))
        write_errors(target, checked.sheet, checked.errors)
        target.chmod(0o600)
    return import_check(name, checked)


def check(actor: Actor, ledger: Ledger, source: bytes | Path, progress: Progress) -> Checked:
    """The dry run of a workbook. Nothing is written; a file that can't be read is a fault like others."""
    actor.require(ledger.rights["import"])
    try:
        columns = in_transaction(import_columns, ledger, actor, write=False)
        sheet = read_sheet(source, columns, max_rows=config().import_max_rows)
    except SheetRefused as refused:
        return Checked(None, errors=list(refused.errors))
    return in_transaction(check_sheet, actor, ledger, sheet, progress, write=False)


def import_check(name: str, checked: Checked) -> dict[str, Any]:
    """A dry run as `ImportCheck` in docs/http-api.md."""
    good = checked.good
    updates = sum(line.there is not None for line in good)
    sheet = checked.sheet
    return {
        "file": name,
        "sheet": sheet.sheet if sheet is not None else "",
        "rows": len(checked.lines),
        "good": len(good),
        "bad": max(len(checked.lines) - len(good), 1 if checked.errors else 0),
        "creates": len(good) - updates,
        "updates": updates,
        "errors": [_error_json(error) for error in checked.errors[:MAX_ERRORS]],
        "errors_total": len(checked.errors),
        "preview": _preview(checked, sheet) if sheet is not None else {"columns": [], "rows": []},
    }


def _error_json(error: CellError) -> dict[str, Any]:
    return {
        "row": error.row or 0,
        "column": error.column or "",
        "cell": error.cell or "",
        "code": error.code,
        "message": error.message,
        "value": error.value[:60],
    }


def _preview(checked: Checked, sheet: SheetRows) -> dict[str, Any]:
    columns = [sheet.columns[key] for key in sheet.letters]
    rows = []
    for line in checked.lines[:PREVIEW]:
        values = [column.shown(_shown(line.row.values.get(column.key)))[:60] for column in columns]
        verdict = "error" if line.faulty else "create" if line.there is None else "update"
        rows.append({"row": line.row.number, "values": values, "verdict": verdict})
    return {"columns": [column.title for column in columns], "rows": rows}


def _shown(value: Any) -> str:
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d %H:%M}"
    return value.isoformat() if isinstance(value, date) else "" if value is None else str(value)


def start_commit(actor: Actor, ledger: Ledger, job_id: int | str) -> dict[str, Any]:
    """Begin to import a sheet whose dry run found nothing wrong; gives the job.

    The job's result is `{"created", "updated"}`. Raises NotFound for another's dry run, Conflict
    `import_has_errors`, `import_not_checked`, `import_used` (a sheet is imported once) or `import_expired`.
    """
    actor.require(ledger.rights["import"])
    job = jobs.record_of(actor, job_id, kind="import_check", ledger=ledger.name)
    if job.state != "done" or not isinstance(job.result, dict):
        raise Conflict(
            "还不能导入", code="import_not_checked", cause="检查没有完成", advice="请等检查完成，或者重新上传"
        )
    if job.result["bad"]:
        raise Conflict(
            "不能导入",
            code="import_has_errors",
            cause=f"表里还有 {job.result['bad']} 行有错",
            advice="请下载错误清单，改正后重新上传",
            details={"bad": job.result["bad"]},
        )
    upload = job.upload
    if upload is None or not stored.path_of(stored.IMPORTS, upload).exists():
        raise _expired(job)
    won = jobs.Job.update(used=1).where(jobs.Job.id == job.id, jobs.Job.used == 0).execute()
    if won != 1:
        raise _expired(job)
    work = partial(_commit_job, actor, ledger, job.id, upload)
    return jobs.start(actor, "import_commit", ledger, f"导入{ledger.title}", work)


def _expired(job: jobs.Job) -> Conflict:
    if job.used:
        return Conflict(
            "这份表格已经导入过了",
            code="import_used",
            cause="每份表格只导入一次",
            advice="要再次导入，请重新上传",
        )
    return Conflict(
        "表格已过期",
        code="import_expired",
        cause=f"上传的表格只保留 {config().file_keep_hours} 小时",
        advice="请重新上传",
    )


def _commit_job(
    actor: Actor, ledger: Ledger, job_id: int, upload: str, handle: jobs.JobHandle
) -> dict[str, Any]:
    path = stored.path_of(stored.IMPORTS, upload)
    try:
        columns = in_transaction(import_columns, ledger, actor, write=False)
        sheet = read_sheet(path, columns, max_rows=config().import_max_rows)
        created, updated = in_transaction(commit, actor, ledger, sheet, handle.progress, check_job=job_id)
    except BaseException:
        in_transaction(_unused, job_id)
        raise
    return {"created": created, "updated": updated}


def _unused(job_id: int) -> None:
    jobs.Job.update(used=0).where(jobs.Job.id == job_id).execute()


def commit(
    actor: Actor, ledger: Ledger, sheet: SheetRows, progress: Progress, *, check_job: int | None = None
) -> tuple[int, int]:
    """Write all rows of a sheet, in the running transaction; gives how many were made and changed.

    Everything is checked again against what is there now: raises Conflict `import_has_errors`, and nothing
    is written, if a row is not right any more.
    """
    total = 2 * len(sheet.rows)
    checked = check_sheet(actor, ledger, sheet, lambda done, _: progress(done, total))
    if checked.errors:
        first = checked.errors[0]
        raise Conflict(
            "没有导入",
            code="import_has_errors",
            cause=f"检查之后数据有了变化，第 {first.row} 行：{first.message}",
            advice="请重新上传检查",
            details={"errors": [_error_json(error) for error in checked.errors[:20]]},
        )
    saved = save_lines(actor, ledger, checked.lines, lambda done, _: progress(total // 2 + done, total))
    progress(total, total)
    if check_job is not None:
        upload = jobs.Job.get_by_id(check_job).upload
        jobs.Job.update(upload=None).where(jobs.Job.id == check_job).execute()
        after_commit(partial(stored.drop, stored.IMPORTS, upload))
    return saved


def errors_workbook(actor: Actor, ledger: Ledger, job_id: int | str) -> bytes:
    """The uploaded rows with what is wrong beside them. Raises NotFound where nothing was wrong."""
    actor.require(ledger.rights["import"])
    job = jobs.record_of(actor, job_id, kind="import_check", ledger=ledger.name)
    path = stored.path_of(stored.IMPORTS, jobs.errors_name(job.upload)) if job.upload else None
    if path is None or not path.exists():
        raise NotFound("没有错误清单", cause="这份表格没有错误，或者已经过期", advice="请重新上传检查")
    return path.read_bytes()
