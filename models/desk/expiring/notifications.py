"""What a person reads when ends come near: in numbers first, then the nearest by name (C02)."""

from __future__ import annotations

from typing import Any

from models.core import clock
from models.core.events.outbox import Outbox
from models.core.ledger import Ledger, ledger_named
from models.desk.expiring.daily_round import NEAR
from models.desk.expiring.records import ExpiryTold
from models.desk.expiring.watched import what_ends
from models.messages.channels.records import CARD
from models.messages.tell import Telling
from models.messages.tellers import teller
from models.organization.records import Person

LINK = "/pages/messages/index"
_LINES = 8


@teller(NEAR)
def near(row: Outbox) -> Telling | None:
    """To whose it is and who sees to it: one message for all that came to a reminder today."""
    given: Any = row.payload
    lines = _lines(given["told"])
    if row.company_id is None or not lines:
        return None  # all of it was renewed or deleted meanwhile
    whole = sum(sum(counts) for _, *counts in given["counts"])
    if whole > len(lines):
        lines.append(f"等，共 {whole} 项")
    title, text = f"【到期提醒】{_in_numbers(given['counts'])}"[:120], "\n".join(lines)
    card = {
        "kind": "expiry", "subject_id": row.id, "version": 1, "title": title, "lead": text,
        "tone": "alarm" if any(sum(worse) for _, _, *worse in given["counts"]) else "warn", "path": LINK,
    }  # fmt: skip
    return Telling(
        company_id=row.company_id, kind=NEAR, subject_kind="expiry", subject_id=row.id, title=title, text=text,
        card=card, link=LINK, persons=given["persons"], ways=(CARD,),
    )  # fmt: skip


def _in_numbers(counts: list[list[Any]]) -> str:
    parts = []
    for name, near, over, *lacking in counts:  # what an older release announced says nothing of what lacks
        ledger = ledger_named(name)
        if ledger is None:
            continue
        said = [f"{sum(lacking)} {ledger.measure}{_lacking(ledger)}"] if sum(lacking) else []
        said += [f"{over} {ledger.measure}已过期"] if over else []
        said += [f"{near} {ledger.measure}快到期"] if near else []
        parts.append(f"{what_ends(ledger)} {'、'.join(said)}")
    return "；".join(parts)


def _lacking(ledger: Ledger) -> str:
    otherwise = ledger.expires.otherwise if ledger.expires is not None else None
    return "" if otherwise is None else otherwise.title


def _lines(told: list[int]) -> list[str]:
    """The rows as they are now, the nearest first; one that has another end by now is left out."""
    rows = ExpiryTold.select().where(ExpiryTold.id.in_(told)).order_by(ExpiryTold.until, ExpiryTold.id)
    lines = []
    for reminder in rows:
        ledger = ledger_named(reminder.ledger)
        found = (
            None
            if ledger is None
            else ledger.record.get_or_none(ledger.record._meta.primary_key == reminder.row_id)
        )
        if found is not None and found.__data__.get(ledger.expires.field) == reminder.until:  # type: ignore[union-attr]
            lines.append(_line(ledger, found))  # type: ignore[arg-type]
    return lines[:_LINES]


def _line(ledger: Ledger, record: Any) -> str:
    expires = ledger.expires
    assert expires is not None
    if not expires.counts(record):
        return f"{ledger.label(record)}：{_lacking(ledger)}"
    left, until = expires.days_left(record, clock.today()), record.__data__[expires.field]
    said = f"还有 {left} 天" if left > 0 else "今天到期" if left == 0 else f"已过期 {-left} 天"
    whose = Person.get_or_none(Person.id == record.__data__.get(expires.person)) if expires.person else None
    name = f"{whose.name} " if whose is not None else ""
    return f"{name}{ledger.label(record)}：{until.isoformat()}（{said}）"
