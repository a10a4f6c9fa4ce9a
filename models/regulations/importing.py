"""A list of documents from an Excel sheet: drafts, each with the name of its file, which may come later (B02)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from models.core import history
from models.core.errors import Malformed
from models.core.ledger.import_plan import Remark
from models.core.security.actor import Actor
from models.core.security.rights import Scope
from models.regulations import documents
from models.regulations.records import COMPANY, EDIT_DOCUMENTS, GROUP, LAW, PLATE, Document, Folder
from models.tasks.publication.records import EDITABLE, IN_FORCE, OPEN

Values = dict[str, Any]
Key = tuple[int | None, str, str]


def _company(actor: Actor, folder: Folder) -> int | None:
    """Whose a line is: the group's in its directories, everybody's for laws of who keeps those, else the own unit's."""
    if folder.level in (GROUP, PLATE):
        return None
    if folder.level == LAW and actor.rights.get(EDIT_DOCUMENTS) == Scope.GROUP:
        return None
    return actor.company_id


def _folders(rows: Iterable[Values]) -> dict[int, Folder]:
    ids = {row["folder"] for row in rows if row.get("folder") is not None}
    return {row.id: row for row in Folder.select().where(Folder.id.in_(ids or {0}))}


def check(actor: Actor, rows: list[Values]) -> Mapping[int, Mapping[str, Any]]:
    """Lines of directories that are not the reader's to write in, and documents that stand in the sheet twice."""
    folders = _folders(rows)
    faults: dict[int, dict[str, Any]] = {}
    seen: set[Key] = set()
    for place, row in enumerate(rows):
        folder = folders[row["folder"]]
        if folder.level in (GROUP, PLATE) and actor.rights.get(EDIT_DOCUMENTS) != Scope.GROUP:
            wrong = f"“{folder.full_name}”由集团维护，请放在公司制度下面，或请集团导入"
            faults[place] = {"folder": Malformed("not_yours", wrong)}
        elif folder.level == COMPANY and actor.company_id is None:
            wrong = f"“{folder.full_name}”是各公司自己的，请先切换到那家公司再导入"
            faults[place] = {"folder": Malformed("no_company", wrong)}
        key = _key(_company(actor, folder), row)
        if key in seen:
            faults.setdefault(place, {})["name"] = Malformed(
                "twice_in_sheet", "表里有两行是同一份文件，请只留一行"
            )
        seen.add(key)
    return faults


def _key(company: int | None, row: Mapping[str, Any]) -> Key:
    return company, row["name"], row.get("number") or ""


def _there(rows: Iterable[Values]) -> dict[Key, Document]:
    """The documents that are there under the names of the sheet: one in force stands before its draft."""
    names = {row["name"] for row in rows}
    found: dict[Key, Document] = {}
    standing = Document.standing.in_((IN_FORCE, *OPEN))
    for row in Document.select().where(Document.name.in_(names or {""}), standing).order_by(Document.id):
        key = (row.company_id, row.name, row.number or "")
        if key not in found or row.standing == IN_FORCE:
            found[key] = row
    return found


def remarks(actor: Actor, rows: list[Values]) -> Mapping[int, Remark]:
    """What is in force or under approval is not changed by a sheet."""
    folders, there = _folders(rows), _there(rows)
    told = {}
    for place, row in enumerate(rows):
        known = there.get(_key(_company(actor, folders[row["folder"]]), row))
        if known is not None and known.standing not in EDITABLE:
            title = Document.standing.title_of(known.standing)
            told[place] = Remark(f"已有这份文件（{title}），不会改动；要改请在系统里点“修订”")
    return told


def save(actor: Actor, rows: list[Values]) -> tuple[int, int]:
    """Make drafts and change those that are there; gives how many of each. What is in force is left alone."""
    folders, there = _folders(rows), _there(rows)
    created = updated = 0
    for row in rows:
        values = {name: value for name, value in row.items() if value is not None}
        company = _company(actor, folders[row["folder"]])
        known = there.get(_key(company, row))
        if known is None:
            made = documents.create_document(actor, {**values, "company": company})
            history.note(actor, made, "created", history.differences(Document, {}, values))
            created += 1
        elif known.standing in EDITABLE:
            _change(actor, known, values)
            updated += 1
    return created, updated


def _change(actor: Actor, row: Document, values: Values) -> None:
    new = {name: value for name, value in values.items() if row.__data__.get(name) != value}
    if not new:
        return
    old = dict(row.__data__)
    actor.require(EDIT_DOCUMENTS, row)
    documents.edit_document(actor, row, new)
    history.note(actor, row, "edited", history.differences(Document, old, new))


__all__ = ["check", "remarks", "save"]
