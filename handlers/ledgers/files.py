"""Files in and out of a ledger: template, import, export (Q05, X09)."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from handlers.base import ConsoleHandler
from handlers.web import schemas
from handlers.web.operations import Operation, Route, operation
from handlers.web.requests.bodies import checked
from handlers.web.requests.uploads import FILE, upload
from handlers.web.shapes.jobs import Job
from models.core.excel import export
from models.core.excel.imports import follow_ups, importing, undo
from models.core.files import attachments, named_files
from models.core.files.mime import XLSX
from models.core.ledger import FollowUp, Ledger

_BINARY: dict[str, Any] = {"type": "string", "format": "binary"}


class ExportBody(BaseModel):
    """What to export: the list's own filters and the wanted columns."""

    model_config = ConfigDict(extra="forbid")

    q: str | None = Field(default=None, max_length=100)
    filters: dict[str, Any] = Field(default_factory=dict)
    sort: str | None = Field(default=None, max_length=60)
    columns: list[str] = Field(default_factory=list, max_length=100)


class CommitBody(BaseModel):
    """How a checked sheet is to be imported, where its ledger asks."""

    options: dict[str, Any] = Field(default_factory=dict)


class _LedgerHandler(ConsoleHandler):
    ledger: Ledger


class TemplateHandler(_LedgerHandler):
    """`P/template.xlsx`."""

    @operation("导入模板", right="ledger:import", system="Q05", gives={200: _BINARY}, produces=XLSX)
    async def get(self) -> None:
        """An empty sheet with drop-downs and an explanation."""
        assert self.ledger.importing is not None
        content = await self.call(importing.template, self.ledger, self.actor, write=False)
        self.answer_file(self.ledger.importing.file_name, XLSX, content)


class ImportsHandler(_LedgerHandler):
    """`P/imports`: a sheet to be checked."""

    @operation(
        "上传并检查",
        right="ledger:import",
        system="Q05",
        body=FILE,
        consumes="multipart/form-data",
        gives={202: Job},
        refuses=(400, 413, 422, 429),
    )
    async def post(self) -> None:
        """Start the dry run; nothing is written."""
        name, content = upload(self)
        self.answer(await self.call(importing.start_check, self.actor, self.ledger, name, content), 202)


class ImportCommitHandler(_LedgerHandler):
    """`P/imports/{job}/commit`."""

    @operation(
        "确认导入",
        right="ledger:import",
        system="Q05",
        body=schemas.commit_schema,
        may_be_empty=True,
        gives={202: Job},
        refuses=(404, 409, 422, 429),
    )
    async def post(self, job: int) -> None:
        """Import all rows of a sheet that was found right, or none."""
        options = checked(CommitBody, self.body).options
        self.answer(await self.call(importing.start_commit, self.actor, self.ledger, job, options), 202)


class ImportUndoHandler(_LedgerHandler):
    """`P/imports/{job}/undo`."""

    @operation("撤回导入", right="ledger:import", system="Q05", gives={202: Job}, refuses=(404, 409, 429))
    async def post(self, job: int) -> None:
        """Take a whole import back, while nothing hangs on what it made."""
        self.answer(await self.call(undo.start_undo, self.actor, self.ledger, job), 202)


class ImportFollowHandler(_LedgerHandler):
    """`P/imports/{job}/{follow}`: what an import left to be done, as a file. The route has the follow-up's own right."""

    async def post(self, job: int) -> None:
        """Do it, for what is still to be done."""
        self.answer(await self.call(follow_ups.start_follow, self.actor, self.ledger, job), 202)


def follow_operation(follow: FollowUp) -> Operation:
    """What the route of a follow-up says of itself."""
    gives: dict[int, Any] = {202: Job}
    return Operation(follow.title, follow.right, system="Q05", gives=gives, refuses=(404, 409, 429))


class ImportErrorsHandler(_LedgerHandler):
    """`P/imports/{job}/errors.xlsx`."""

    @operation(
        "错误清单", right="ledger:import", system="Q05", gives={200: _BINARY}, produces=XLSX, refuses=(404,)
    )
    async def get(self, job: int) -> None:
        """The uploaded rows, with the errors written beside."""
        content = await self.call(importing.errors_workbook, self.actor, self.ledger, job, write=False)
        self.answer_file("导入错误清单.xlsx", XLSX, content)


class ExportsHandler(_LedgerHandler):
    """`P/exports`."""

    @operation(
        "导出",
        right="ledger:export",
        system="X09",
        body=ExportBody,
        gives={202: Job},
        refuses=(422, 429),
        load="export",
    )
    async def post(self) -> None:
        """Start writing the filtered rows into a workbook."""
        body: ExportBody = self.body
        job = await self.call(
            export.start_export,
            self.actor,
            self.ledger,
            body.q or "",
            body.filters,
            body.sort or "",
            body.columns,
        )
        self.answer(job, 202)


class NamedRow(BaseModel):
    """A row by id and name."""

    id: str
    label: str


class MatchedOut(BaseModel):
    """The rows to which a file belongs by its name, and what became of it."""

    rows: list[NamedRow]
    message: str


class NamedFileHandler(_LedgerHandler):
    """`P/files`: one of many files, which finds its row by its name."""

    @operation(
        "按文件名上传附件",
        right="ledger:edit",
        system="B02",
        body=FILE,
        consumes="multipart/form-data",
        gives={200: MatchedOut},
        refuses=(400, 409, 413, 415, 422, 429),
    )
    async def post(self) -> None:
        """Attach a file to the rows that name it; a file that nobody names is not kept."""
        name, content = upload(self)
        file = await self.call.looking(attachments.look, content)
        self.answer(await self.call(named_files.match, self.actor, self.ledger, name, file))


def file_routes(ledger: Ledger, path: str) -> list[Route]:
    """The routes for files that a ledger's declaration asks for."""
    routes = []
    if ledger.importing is not None:
        routes += [
            Route(f"{path}/template.xlsx", TemplateHandler, ledger),
            Route(f"{path}/imports", ImportsHandler, ledger),
            Route(f"{path}/imports/{{job}}/commit", ImportCommitHandler, ledger),
            Route(f"{path}/imports/{{job}}/undo", ImportUndoHandler, ledger),
            Route(f"{path}/imports/{{job}}/errors.xlsx", ImportErrorsHandler, ledger),
        ]
        if ledger.importing.follow is not None:
            follow = ledger.importing.follow
            routes.append(
                Route(
                    f"{path}/imports/{{job}}/{follow.name}",
                    ImportFollowHandler,
                    ledger,
                    described={"post": follow_operation(follow)},
                )
            )
    if ledger.files_by:
        routes.append(Route(f"{path}/files", NamedFileHandler, ledger))
    if "export" in ledger.rights:
        routes.append(Route(f"{path}/exports", ExportsHandler, ledger))
    return routes
