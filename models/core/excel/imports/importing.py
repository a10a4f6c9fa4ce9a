"""Excel into a ledger (Q05): the template, a dry run that says every fault at its cell, then all or nothing.

An uploaded sheet lies encrypted under a random name in the data folder until it was imported or its time is over;
only what the dry run says of it, with ID numbers masked, stands in the database, and no longer than the sheet.
"""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from io import BytesIO
from pathlib import Path
from typing import Any

from peewee import fn

from models.core import clock
from models.core.db.connection import after_commit, in_transaction, is_sqlite
from models.core.errors import Conflict, Invalid, NotFound
from models.core.excel import CellError, SheetRefused, SheetRows, write_errors, write_template
from models.core.excel.imports import follow_ups, undo, uploaded_sheet
from models.core.excel.imports.check import Checked, check_sheet
from models.core.excel.imports.report import error_json, import_check
from models.core.excel.imports.saving import Ready
from models.core.excel.imports.share import Progress, share
from models.core.excel.imports.undo import Written
from models.core.excel.ledger_columns import import_columns, line_columns, lines_of, plan_of
from models.core.files import stored
from models.core.files.keeping import FILE_KEEP_HOURS
from models.core.history import Change
from models.core.jobs import jobs
from models.core.jobs.file_names import errors_name, kept_name
from models.core.ledger.changes.form_values import clean_answers
from models.core.ledger.declaration import Ledger, Values
from models.core.ledger.reading.references import links_of
from models.core.security.actor import Actor

MAX_BYTES = 50 * 1024 * 1024
_TRIES = 8  # a try takes a second or two, in which one of few records would have to be changed each time
#: What every check may look at, beside the rows themselves: who people are, and what they may.
_ALWAYS = ("company", "person", "binding", "account", "role", "contact")


def template(ledger: Ledger, actor: Actor) -> bytes:
    """The workbook to fill in, with drop-downs and a sheet that explains it."""
    actor.require(ledger.rights["import"])
    target = BytesIO()
    columns = import_columns(ledger, importing_for(actor, ledger), offer=True)
    beside = [
        (ledger.title_of(name)[:28], line_columns(ledger, importing_for(actor, ledger), name))
        for name in lines_of(ledger)
    ]
    write_template(target, f"{ledger.title}导入"[:28], columns, plan_of(ledger).notes, beside)
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
        actor, "import_check", ledger, f"检查{ledger.title}导入", work, rights=(ledger.rights["import"],),
        upload=upload, upload_name=shown,
    )  # fmt: skip


def _check_job(
    actor: Actor, ledger: Ledger, upload: str, name: str, handle: jobs.JobHandle
) -> dict[str, Any]:
    checked = check(actor, ledger, stored.read(stored.IMPORTS, upload), _half_of(handle.progress))
    if checked.sheet is not None and checked.sheet.hidden:
        uploaded_sheet.keep(upload, checked.sheet)
    if checked.errors and checked.sheet is not None:
        with stored.writer(stored.IMPORTS, errors_name(upload)) as target:
            write_errors(
                target,
                checked.sheet,
                checked.errors,
                partial(uploaded_sheet.row_key, handle.job_id),
                share(handle.progress, len(checked.sheet.rows), 0.5, 1),
            )
    choices = in_transaction(asked, importing_for(actor, ledger), ledger, checked, write=False)
    return import_check(name, checked) | {"asks": bool(choices), "choices": choices}


def _half_of(progress: Progress) -> Progress:
    """A check is half of the way: the sheet that is given back is the other, if there are errors."""
    return lambda done, total: progress(done // 2, total)


def importing_for(actor: Actor, ledger: Ledger) -> Actor:
    """The actor at work for the company that a sheet is for: their own, or the only one that their right reaches.

    So the administrator of an installation with one company imports for it, without a word in every row.
    """
    reached = actor.whole_companies(ledger.rights["import"])
    if actor.company_id is not None or not reached:
        return actor
    companies = in_transaction(_companies_among, ledger, reached, write=False)
    return replace(actor, company_id=companies[0]) if len(companies) == 1 else actor


def _companies_among(ledger: Ledger, reached: tuple[int, ...]) -> list[int]:
    """Those of the nodes that rows of the ledger may belong to: no group, no plate."""
    link = links_of(ledger.record).get(ledger.record.company_field or "")
    if link is None or link.only is None:
        return list(reached)
    name, value = link.only
    rows = link.rel_model.select(link.rel_model.id).where(
        link.rel_model.id.in_(reached), link.rel_model._meta.fields[name] == value
    )
    return [row_id for (row_id,) in rows.tuples()]


def asked(actor: Actor, ledger: Ledger, checked: Checked) -> list[str]:
    """Which of the plan's options matter for what stands in the sheet."""
    plan = plan_of(ledger)
    rows = [line.values for line in checked.good]
    names = [name for name, _ in plan.options]
    if plan.concerned is not None:
        concerned = plan.concerned(actor, rows)
        return [name for name in names if name in concerned]
    return names if plan.asks(rows) else []


def check(actor: Actor, ledger: Ledger, source: bytes | Path, progress: Progress) -> Checked:
    """The dry run of a workbook. Nothing is written; a file that can't be read is a fault like others."""
    actor.require(ledger.rights["import"])
    actor = importing_for(actor, ledger)
    try:
        sheet = uploaded_sheet.read(actor, ledger, source)
    except SheetRefused as refused:
        return Checked(None, errors=list(refused.errors))
    return in_transaction(_checked, actor, ledger, sheet, progress, write=False)


def _checked(actor: Actor, ledger: Ledger, sheet: SheetRows, progress: Progress) -> Checked:
    """The check of a sheet, which also says if it would hold up everybody else when it is put in.

    Where the plan prepares its rows by itself that is only known when they are.
    """
    checked = check_sheet(actor, ledger, sheet, progress)
    if checked.errors or plan_of(ledger).prepare is not None:
        return checked
    try:
        Ready(actor, ledger, checked.lines, progress, {})
    except Conflict as refused:
        if refused.code != "too_many_at_once":
            raise
        error = CellError(None, None, None, refused.code, f"{refused.cause}。{refused.advice}。")
        return Checked(None, errors=[error])
    return checked


def start_commit(actor: Actor, ledger: Ledger, job_id: int, options: Any = None) -> dict[str, Any]:
    """Begin to import a sheet whose dry run found nothing wrong, as the plan's `options` were chosen; gives the job.

    The job's result is `{"created", "updated"}`, with `options` as they were chosen and what is `left` to be done where
    the plan has such. Raises Invalid at an option, NotFound for another's dry run, Conflict `import_has_errors`,
    `import_not_checked`, `import_used` (a sheet is imported once) or `import_expired`.
    """
    actor.require(ledger.rights["import"])
    asked = dict(plan_of(ledger).options)
    given = {} if options is None else options
    chosen = clean_answers(actor, ledger, asked, given, right=ledger.rights["import"])
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
    if upload is None or not stored.exists(stored.IMPORTS, upload):
        raise _expired(job)
    if job.used:
        raise _expired(job)
    _require_no_other(actor, ledger)
    won = jobs.Job.update(used=1).where(jobs.Job.id == job.id, jobs.Job.used == 0).execute()
    if won != 1:
        raise _expired(job)
    work = partial(_commit_job, actor, ledger, job.id, upload, chosen)
    return jobs.start(
        actor, "import_commit", ledger, f"导入{ledger.title}", work, rights=(ledger.rights["import"],)
    )


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
        cause=f"上传的表格只保留 {FILE_KEEP_HOURS.of(None)} 小时",
        advice="请重新上传",
    )


def _commit_job(
    actor: Actor, ledger: Ledger, job_id: int, upload: str, options: Values, handle: jobs.JobHandle
) -> dict[str, Any]:
    rows, began = Written(), clock.now()
    try:
        actor = importing_for(actor, ledger)
        content = stored.read(stored.IMPORTS, upload)
        sheet = uploaded_sheet.read(actor, ledger, content, uploaded_sheet.kept(upload))
        created, updated = commit_beside(
            actor, ledger, sheet, handle.progress, check_job=job_id, options=options, written=rows
        )
    except BaseException:
        jobs.patiently(_unused, job_id)
        raise
    result: dict[str, Any] = {"created": created, "updated": updated}
    if options:
        result["options"] = options
    undo.remember(actor, ledger, handle.job_id, began, rows)
    left = follow_ups.leave(actor, ledger, handle.job_id, rows, options)
    return result if left is None else result | {"left": left}


def _require_no_other(actor: Actor, ledger: Ledger) -> None:
    """One import of a ledger at a time for each account: what it did is known by who did it since it began (`undoing`)."""
    if jobs.works_on(actor, "import_commit", ledger.name):
        raise Conflict(
            "上一份还在导入", code="import_running", cause=f"您的另一份{ledger.title}表格还没有导入完",
            advice="请等它完成后再导入这一份，检查过的表格还在",
        )  # fmt: skip


def _unused(job_id: int) -> None:
    jobs.Job.update(used=0).where(jobs.Job.id == job_id).execute()


def commit(
    actor: Actor,
    ledger: Ledger,
    sheet: SheetRows,
    progress: Progress,
    *,
    check_job: int | None = None,
    options: Values | None = None,
    written: list[Values] | None = None,
) -> tuple[int, int]:
    """Write all rows of a sheet, in the running transaction; gives how many were made and changed.

    Everything is checked again against what is there now: raises Conflict `import_has_errors`, and nothing
    is written, if a row is not right any more. `options` as `start_commit` has cleaned them. The clean rows are added
    to `written`.
    """
    return _put(ready(actor, ledger, sheet, progress, options), check_job, written)


def commit_beside(
    actor: Actor,
    ledger: Ledger,
    sheet: SheetRows,
    progress: Progress,
    *,
    check_job: int | None = None,
    options: Values | None = None,
    written: list[Values] | None = None,
) -> tuple[int, int]:
    """As `commit`, in transactions of its own that keep others waiting as little as possible.

    The embedded database has one writer. So the sheet is checked and made ready while others write, and put in if
    nothing that the check looked at was changed meanwhile; else once more. Where it is never quiet, the last try holds
    the others up.
    """
    for _ in range(_TRIES if is_sqlite() else 0):
        made = in_transaction(_seen, actor, ledger, sheet, progress, options, write=False)
        done = in_transaction(_put_if_still, actor, ledger, *made, check_job, written)
        if done is not None:
            return done
    return in_transaction(
        commit, actor, ledger, sheet, progress, check_job=check_job, options=options, written=written
    )


def ready(
    actor: Actor, ledger: Ledger, sheet: SheetRows, progress: Progress, options: Values | None = None
) -> Ready:
    """What a sheet writes, checked against what is there. Nothing is written. Raises Conflict `import_has_errors`."""
    actor = importing_for(actor, ledger)
    total = len(sheet.rows)
    checked = check_sheet(actor, ledger, sheet, share(progress, total, 0, 0.5), options)
    if checked.errors:
        first = checked.errors[0]
        raise Conflict(
            "没有导入",
            code="import_has_errors",
            cause=f"检查之后数据有了变化，第 {first.row} 行：{first.message}",
            advice="请重新上传检查",
            details={"errors": [error_json(error) for error in checked.errors[:20]]},
        )
    return Ready(actor, ledger, checked.lines, share(progress, total, 0.5, 1), options or {})


def _seen(
    actor: Actor, ledger: Ledger, sheet: SheetRows, progress: Progress, options: Values | None
) -> tuple[Ready, int]:
    """What is to be put in, and the newest line of any trail at that moment."""
    newest = Change.select(fn.COALESCE(fn.MAX(Change.id), 0)).scalar()
    return ready(actor, ledger, sheet, progress, options), newest


def _put_if_still(
    actor: Actor,
    ledger: Ledger,
    made: Ready,
    newest: int,
    check_job: int | None,
    written: list[Values] | None,
) -> tuple[int, int] | None:
    """Put it in, unless something that the check may have looked at was changed since; None then."""
    links = {link.rel_model._meta.table_name for link in links_of(ledger.record).values()}
    links |= {
        link.rel_model._meta.table_name
        for sub in ledger.record.sub_rows.values()
        for link in sub.links.values()
    }
    tables = {*_ALWAYS, *plan_of(ledger).reads, *links, ledger.record._meta.table_name}
    companies = {*made.companies, *actor.companies(ledger.rights["import"]), actor.company_id}
    mine = Change.company_id.is_null() | Change.company_id.in_(
        sorted(one for one in companies if one is not None)
    )
    newer = Change.select(Change.id).where(Change.id > newest, Change.table.in_(sorted(tables)), mine)
    if newer.where(Change.action != "revealed").exists():
        return None
    return _put(made, check_job, written)


def _put(made: Ready, check_job: int | None, written: list[Values] | None) -> tuple[int, int]:
    saved = made.put()
    if written is not None:
        written[:] = made.rows
        if isinstance(written, Written):
            written.before = made.before
    if check_job is not None:
        upload = jobs.Job.get_by_id(check_job).upload
        jobs.Job.update(upload=None).where(jobs.Job.id == check_job).execute()
        for name in (upload, upload and kept_name(upload)):
            after_commit(partial(stored.drop, stored.IMPORTS, name))
    return saved


def errors_workbook(actor: Actor, ledger: Ledger, job_id: int) -> bytes:
    """The uploaded rows with what is wrong beside them. Raises NotFound where nothing was wrong."""
    actor.require(ledger.rights["import"])
    job = jobs.record_of(actor, job_id, kind="import_check", ledger=ledger.name)
    name = errors_name(job.upload) if job.upload else None
    if name is None or not stored.exists(stored.IMPORTS, name):
        raise NotFound("没有错误清单", cause="这份表格没有错误，或者已经过期", advice="请重新上传检查")
    return stored.read(stored.IMPORTS, name)
