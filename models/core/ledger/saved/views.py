"""Saving a view of a list, and giving it back as far as the ledger still knows what it names (X21)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from peewee import IntegrityError

from models.core import clock
from models.core.errors import Conflict, Forbidden, Invalid, NotFound
from models.core.fields import spaced
from models.core.ledger.declaration import Ledger, ledger_named
from models.core.ledger.reading.order import sortable
from models.core.ledger.reading.query import ListQuery, conditions_of
from models.core.ledger.saved.records import SHARE_VIEWS, SavedView
from models.core.security.actor import Actor, missing_right
from models.core.security.identifiers import hide_ids

MOST = 30
_NAME = 20


def views_of(actor: Actor, name: str) -> list[dict[str, Any]]:
    """The actor's views of a ledger, their own first, then those that others share in the company. Raises NotFound, Forbidden."""
    ledger = _ledger(actor, name)
    rows = _seen(actor).where(SavedView.ledger == ledger.name).order_by(SavedView.shared, SavedView.name)
    return [_json(actor, ledger, row) for row in rows]


def save(actor: Actor, name: str, values: Mapping[str, Any]) -> dict[str, Any]:
    """Save a view: `values` is {name, shared, standard, q, filters, sort, columns}; gives it.

    Raises Invalid at what is wrong, also where one has a view of the name; Forbidden to share without the right.
    """
    ledger = _ledger(actor, name)
    if actor.account_id is None:
        raise Forbidden()
    mine = SavedView.select().where(SavedView.account_id == actor.account_id, SavedView.ledger == ledger.name)
    if mine.count() >= MOST:
        raise Conflict(
            "视图太多", code="too_many_views", cause=f"一个台账最多存 {MOST} 个视图", advice="请先删掉不用的"
        )
    said = _checked(actor, ledger, values)
    made = SavedView(
        account_id=actor.account_id, account_name=actor.name[:60], company_id=actor.company_id or 0,
        ledger=ledger.name, **said,
    )  # fmt: skip
    return _kept(actor, ledger, made)


def change(actor: Actor, view_id: int, values: Mapping[str, Any]) -> dict[str, Any]:
    """Change a view of one's own, or with the right to share one that is shared; what is not said stays. Raises as `save`.

    Who has lost that right changes nothing that stays shared, but may take their own back.
    """
    row, ledger = _to_change(actor, view_id)
    question: dict[str, Any] = row.question or {}
    there = {"name": row.name, "shared": row.shared, "standard": row.standard, **_known(ledger, question)[0]}
    for name, value in _checked(actor, ledger, {**there, **values}).items():
        setattr(row, name, value)
    row.updated_at = clock.now()
    return _kept(actor, ledger, row)


def delete(actor: Actor, view_id: int) -> None:
    """Delete a view, as `change` may. Raises NotFound, Forbidden."""
    row, _ = _to_change(actor, view_id)
    SavedView.delete().where(SavedView.id == row.id).execute()


def _kept(actor: Actor, ledger: Ledger, row: SavedView) -> dict[str, Any]:
    try:
        row.save()
    except IntegrityError:
        raise Invalid(fields={"name": f"您已经有一个叫“{row.name}”的视图，请换个名字"}) from None
    if row.standard:
        others = SavedView.update(standard=False).where(
            SavedView.ledger == ledger.name, SavedView.company_id == row.company_id,
            SavedView.shared == row.shared, SavedView.id != row.id,
        )  # fmt: skip
        (others if row.shared else others.where(SavedView.account_id == row.account_id)).execute()
    return _json(actor, ledger, row)


def _seen(actor: Actor) -> Any:
    """The views that there are for the actor: their own in the company worked for, and what is shared there."""
    mine = SavedView.account_id == (actor.account_id or 0)
    return SavedView.select().where(SavedView.company_id == (actor.company_id or 0), mine | SavedView.shared)


def _ledger(actor: Actor, name: str) -> Ledger:
    ledger = ledger_named(name)
    if ledger is None:
        raise NotFound("没有这个台账", cause="它可能已经改名或取消", advice="请从菜单重新打开")
    actor.require(ledger.rights["read"])
    return ledger


def _to_change(actor: Actor, view_id: int) -> tuple[SavedView, Ledger]:
    row = _seen(actor).where(SavedView.id == view_id).first()
    if row is None:
        raise NotFound("没有这个视图", cause="它可能已被删除，或者不再共享", advice="请刷新后再试")
    if row.account_id != actor.account_id and not actor.may(SHARE_VIEWS):
        raise missing_right(SHARE_VIEWS, actor)
    return row, _ledger(actor, row.ledger)


def _checked(actor: Actor, ledger: Ledger, values: Mapping[str, Any]) -> dict[str, Any]:
    """The columns of a view, of what was sent. Raises Invalid, and Forbidden for what all would see, without the right."""
    name = " ".join(spaced(str(values.get("name") or "")).split())
    shared, standard = bool(values.get("shared")), bool(values.get("standard"))
    wrong: dict[str, str] = {}
    if not name or len(name) > _NAME:
        wrong["name"] = f"请起个名字，最多 {_NAME} 个字" if name else "请起个名字"
    elif hide_ids(name) != name:
        wrong["name"] = "名字里不能写身份证号"
    if shared:
        actor.require(SHARE_VIEWS)
    asked = ListQuery.parse(
        ledger, q=values.get("q") or "", filters=values.get("filters") or {}, sort=values.get("sort") or ""
    )
    if hide_ids(asked.q) != asked.q:
        wrong["q"] = "视图里不能存身份证号，请清除搜索再存"
    columns = [column.field for column in ledger.columns]
    chosen = values.get("columns") or []
    if not isinstance(chosen, (list, tuple)) or any(one not in columns for one in chosen):
        wrong["columns"] = "有的列不在这个台账里"
    if wrong:
        raise Invalid(fields=wrong)
    used = [*asked.filters, *chosen, asked.sort.lstrip("-")]
    question = {
        "q": asked.q, "filters": dict(asked.filters), "sort": asked.sort, "columns": list(chosen),
        "titles": {one: ledger.title_of(one) for one in used if one},
    }  # fmt: skip
    return {"name": name, "shared": shared, "standard": standard, "question": question}


def _known(ledger: Ledger, question: Mapping[str, Any]) -> tuple[dict[str, Any], list[str]]:
    """What of a question the ledger still knows, and what the rest was called."""
    titles = question.get("titles") or {}
    gone: list[str] = []
    filters = {}
    for name, value in (question.get("filters") or {}).items():
        try:
            conditions_of(ledger, {name: value})
            filters[name] = value
        except Invalid:
            gone.append(name)
    there = {column.field for column in ledger.columns}
    columns = [name for name in question.get("columns") or [] if name in there]
    gone += [name for name in question.get("columns") or [] if name not in there]
    sort = str(question.get("sort") or "")
    if sort and sort.lstrip("-") not in sortable(ledger):
        gone.append(sort.lstrip("-"))
        sort = ""
    kept = {"q": question.get("q") or "", "filters": filters, "sort": sort, "columns": columns}
    return kept, [str(titles.get(name, name)) for name in dict.fromkeys(gone)]


def _json(actor: Actor, ledger: Ledger, row: SavedView) -> dict[str, Any]:
    kept, gone = _known(ledger, row.question or {})
    mine = row.account_id == actor.account_id
    return {
        "id": str(row.id),
        "name": row.name,
        "mine": mine,
        "by": row.account_name,
        "shared": bool(row.shared),
        "standard": bool(row.standard),
        "can_change": mine or actor.may(SHARE_VIEWS),
        **kept,
        "gone": gone,
    }


__all__ = ["change", "delete", "save", "views_of"]
