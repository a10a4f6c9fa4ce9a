"""A row of any ledger as who decides about it is shown it: its columns on a card, its whole form to decide (H02)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from models.core.clock import local
from models.core.fields.moments import parse_moment
from models.core.files.attachments import Attachment
from models.core.files.mime import PICTURES
from models.core.ledger.changes.trail import changes_between
from models.core.ledger.declaration import Ledger
from models.core.ledger.reading.rows import row_json
from models.core.security.actor import Actor
from models.tasks.subjects import Details, Picture, SubjectFacts

_FACTS, _LETTERS = 4, 80
#: Whoever decides has been given the row already; nothing here looks at rights.
READER = Actor(account_id=None, name="系统")
_PLACES = ("place", "site", "department", "company")


def shown(ledger: Ledger, rows: Sequence[Any]) -> list[SubjectFacts]:
    """The first columns that say something, where it is, and its pictures: of a whole page of rows at once."""
    pictures = pictures_of(ledger, rows)
    made = []
    for row in row_json(READER, ledger, rows):
        said = {name: _said(ledger, name, value) for name, value in row["values"].items()}
        facts = [
            (ledger.title_of(name), words[:_LETTERS])
            for name, words in said.items()
            if words and words != row["label"] and name not in ("state", *_PLACES[1:])
        ]
        place = next((said[name] for name in _PLACES if said.get(name)), "")
        there = pictures.get(int(row["id"]), ())
        made.append(
            SubjectFacts(
                tuple(facts[:_FACTS]), place=place, picture_id=there[0].id if there else None, pictures=there
            )
        )
    return made


def details(ledger: Ledger, row: Any) -> Details:
    """All that the form says, and the names of the files."""
    lines = changes_between(ledger, snapshot(READER, ledger, unfilled(row)), snapshot(READER, ledger, row))
    order = ledger.form_fields()
    told = sorted(
        (line for line in lines if line["field"] in order), key=lambda line: order.index(line["field"])
    )
    facts = [(line["title"], _plain(ledger, line)) for line in told]
    if ledger.attachments:
        query = Attachment.select(Attachment.name).where(
            Attachment.ledger == ledger.name, Attachment.row_id == row.get_id()
        )
        facts.append(("附件", "、".join(item.name for item in query.order_by(Attachment.id))))
    return Details(tuple((title, words) for title, words in facts if words))


def unfilled(row: Any) -> Any:
    """A row of the same company in which nothing stands: what a form begins with (类别：制度) is said like all else.

    Only a flag that is off says nothing.
    """
    made = type(row)()
    for name, value in made.__data__.items():
        made.__data__[name] = value if value is False else None
    if row.company_field:
        made.__data__[row.company_field] = row.scope_value("company")
    return made


def pictures_of(ledger: Ledger, rows: Sequence[Any]) -> dict[int, tuple[Picture, ...]]:
    """The pictures among the files of rows, by the row's id, oldest first."""
    if not ledger.attachments:
        return {}
    query = Attachment.select(Attachment.id, Attachment.row_id).where(
        Attachment.ledger == ledger.name, Attachment.row_id.in_([row.get_id() for row in rows] or [0]),
        Attachment.mime.in_(sorted(PICTURES)),
    )  # fmt: skip
    found: dict[int, tuple[Picture, ...]] = {}
    for item in query.order_by(Attachment.id):
        found[item.row_id] = (*found.get(item.row_id, ()), Picture(item.id))
    return found


def snapshot(actor: Actor, ledger: Ledger, row: Any) -> dict[str, Any]:
    """The row as it is, with what its form keeps in tables of its own."""
    shot = dict(row.__data__)
    for item in ledger.derived:
        if item.write and item.kind != "secret":
            shot[item.name] = item.load(actor, [row]).get(row.get_id())
    return shot


def _plain(ledger: Ledger, line: dict[str, Any]) -> str:
    value, field = line["new"], ledger.record._meta.fields.get(line["field"])
    if value and getattr(field, "kind", "") == "moment":
        return f"{local(parse_moment(value)):%Y-%m-%d %H:%M}"
    if isinstance(value, bool):
        return "是" if value else "否"
    return "" if value is None else str(value)


def _said(ledger: Ledger, name: str, value: Any) -> str:
    """A value of a row in words."""
    if value is False or value in (None, "", []):  # a number of 0 says something
        return ""
    derived = ledger.derived_named(name)
    field: Any = derived if derived is not None else ledger.record._meta.fields[name]
    if field.kind == "moment":
        return f"{local(parse_moment(value)):%Y-%m-%d %H:%M}"
    if field.kind in ("choice", "choices"):
        options = derived.choices if derived is not None else field.options
        titles = {choice.value: choice.title for choice in options}
        return "、".join(
            titles.get(each, str(each)) for each in (value if isinstance(value, list) else [value])
        )
    if isinstance(value, dict):
        return str(value.get("label", ""))
    if isinstance(value, list):
        return "、".join(
            str(each.get("label", "")) for each in value if isinstance(each, dict) and "label" in each
        )
    return "是" if value is True else f"{value}{getattr(field, 'unit', '') or ''}"


__all__ = ["READER", "details", "pictures_of", "shown", "snapshot", "unfilled"]
