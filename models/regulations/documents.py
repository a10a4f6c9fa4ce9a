"""How a draft of a document is written: in a directory of its level, and with something to read before it is sent off."""

from __future__ import annotations

from typing import Any

from models.core.errors import Invalid
from models.core.files.attachments import Attachment
from models.core.ledger.changes.default_rules import plain_create, plain_edit
from models.core.security.actor import Actor
from models.regulations.records import COMPANY, GROUP, PLATE, Document, Folder

Values = dict[str, Any]
LEDGER = "documents"


def create_document(actor: Actor, values: Values) -> Document:
    """Begin a document. Its level is its directory's. Raises Invalid where directory and unit don't go together."""
    level = _level(values["folder"], values.get("company"))
    made: Document = plain_create(Document)(actor, {**values, "level": level})
    return made


def edit_document(actor: Actor, row: Document, values: Values) -> Document:
    """Change a draft, which may go to another directory."""
    if "folder" in values:
        values = {**values, "level": _level(values["folder"], row.company_id)}
    made: Document = plain_edit(Document)(actor, row, values)
    return made


def _level(folder_id: int, company: int | None) -> str | None:
    folder = Folder.get_by_id(folder_id)
    if folder.level in (GROUP, PLATE) and company is not None:
        raise Invalid(fields={"company": f"“{folder.full_name}”是全集团的，请不要填单位，或者换一个目录"})
    if folder.level == COMPANY and company is None:
        raise Invalid(fields={"company": f"“{folder.full_name}”是各公司自己的，请选择单位"})
    level: str | None = folder.level
    return level


def something_to_read(row: Document) -> None:
    """Raise Invalid for a document without text and without a file: nobody could decide about it, or read it."""
    files = Attachment.select().where(Attachment.ledger == LEDGER, Attachment.row_id == row.id)
    if not (row.content or "").strip() and not files.exists():
        raise Invalid(
            "文件还没有内容", code="nothing_to_read", cause="没有正文，也没有附件，别人看不到写了什么",
            advice="请在“附件”里上传文件，或者填写正文，再提交", fields={"content": "请上传附件或填写正文"},
        )  # fmt: skip


__all__ = ["LEDGER", "create_document", "edit_document", "something_to_read"]
