"""Points for whoever stands in a row: taking part earns them, once, and being struck out again costs them (A09, A12)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from models.core.ledger import Rules, sub_rows
from models.core.ledger.parts import Values, made_by
from models.core.security.actor import Actor
from models.objectives.points.entries import settle, take_back


def earning(what: str, people: str, rules: Rules, *, only: str = "") -> Rules:
    """The rules of a ledger, and with them points for `what` (a `PointReason`) for everybody in the field `people`.

    With `only` while that flag says 是. Who writes a row down earns nothing by it.
    """

    def settled(actor: Actor, row: Any) -> None:
        there: Sequence[int] = sub_rows.present(row).get(people) or ()
        wanted = there if not only or getattr(row, only) else ()
        title = type(row).sub_rows[people].field.title
        settle(row, what, wanted, why=_title(what), back=f"不在{title}里", untouched=actor.person_ids)

    def create(actor: Actor, values: Values) -> Any:
        assert rules.create is not None
        made = rules.create(actor, values)
        settled(actor, made_by(made).row)
        return made

    def edit(actor: Actor, row: Any, values: Values) -> Any:
        assert rules.edit is not None
        changed = rules.edit(actor, row, values)
        settled(actor, changed)
        return changed

    def delete(actor: Actor, row: Any) -> None:
        assert rules.delete is not None
        take_back(row, what, "记录已删除")
        rules.delete(actor, row)

    return Rules(
        create if rules.create else None,
        edit if rules.edit else None,
        delete if rules.delete else None,
        rules.when,
    )


def _title(what: str) -> str:
    from models.core.chapters import all_point_reasons

    return all_point_reasons()[what].title


__all__ = ["earning"]
