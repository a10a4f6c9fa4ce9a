"""Long-running work, and what came of it."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel

from handlers.web.shapes.refusals import Refusal
from handlers.web.shapes.values import CellError, Message, Value


class RowRemark(BaseModel):
    """What was noticed at a row that is good all the same."""

    row: int
    text: str


class PreviewRow(BaseModel):
    """How a row of a sheet was read, and what becomes of it."""

    row: int
    values: list[str]
    verdict: Literal["error", "create", "update", "left"]


class SheetPreview(BaseModel):
    """The first rows of a sheet as they were read."""

    columns: list[str]
    rows: list[PreviewRow]


class ImportCheck(BaseModel):
    """A dry run: nothing was written. `choices` are the options that it `asks` for."""

    file: str
    sheet: str
    rows: int
    good: int
    bad: int
    creates: int
    updates: int
    errors: list[CellError]
    errors_total: int
    notes: list[str]
    remarks: list[RowRemark]
    remarks_total: int
    preview: SheetPreview
    asks: bool
    choices: list[str]


class FollowOffer(BaseModel):
    """A button for what an import left to be done."""

    name: str
    title: str
    again: str


class LeftToDo(BaseModel):
    """What an import left to be done, for how many rows."""

    message: str
    count: int
    offer: FollowOffer | None


class Imported(BaseModel):
    """How many rows an import made and changed."""

    created: int
    updated: int
    options: dict[str, Value] | None = None
    left: LeftToDo | None = None


class Exported(BaseModel):
    """How many rows an export wrote."""

    rows: int


class Tied(BaseModel):
    """How many people were bound by an address book."""

    tied: int


class JobFile(BaseModel):
    """The file that a job made; `size` in bytes."""

    name: str
    size: int
    mime: str


class Job(BaseModel):
    """Long-running work: how far it is, and what came of it."""

    id: str
    kind: Literal["import_check", "import_commit", "export", "action", "address_book"]
    ledger: str | None
    title: str
    state: Literal["waiting", "running", "done", "failed"]
    done: int
    total: int | None
    started_at: str | None
    finished_at: str | None
    result: ImportCheck | Imported | Exported | Tied | Message | None
    error: Refusal | None
    file: JobFile | None


class JobsOut(BaseModel):
    """My newest jobs."""

    items: list[Job]
