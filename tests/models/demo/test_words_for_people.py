"""Over the whole demo no machine word stands where people read: kinds, states, acts, histories, messages, tasks (H06, H07).

A choice without its title, a kind without its name, an act without its words are shown raw; the walk finds each of them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from models.administration.accounts.actors import actor_for_account
from models.administration.records import Account
from models.core.history import Change
from models.core.ledger import Ledger, all_ledgers
from models.core.ledger.changes.trail import act_title
from models.core.ledger.reading.describe import describe, kinds
from models.core.ledger.reading.listing import Selection
from models.core.ledger.reading.query import ListQuery
from models.core.ledger.reading.rows import row_json
from models.core.security.actor import Actor
from models.messages.records import Message
from models.tasks.records import Case, CaseEvent, Task
from tests.models.demo.test_every_view import planted

__all__ = ["planted"]

#: investment_plan, hazard.confirmed, post-works: what programs call something.
MACHINE = re.compile(r"[a-z]+(?:[_.-][a-z]+)*")
#: What people type, or what is a name of its own: logins, addresses, codes of a standard, versions, units.
TYPED = {
    "users": {"login"}, "persons": {"login"}, "chat-members": {"user_id"}, "sms-providers": {"provider"},
    "wecom-apps": {"corp_id"}, "mail-servers": {"host", "user"},
}  # fmt: skip
TEXTS = ("text", "longtext")
MOST = 400


def test_no_machine_word_stands_where_people_read(planted: None) -> None:
    actor = actor_for_account(Account.get(Account.login == "admin"), "console")
    raw = {word for ledger in all_ledgers() for word in _rows(actor, ledger)}
    raw |= {word for ledger in all_ledgers() for word in _declared(actor, ledger)}
    raw |= set(_history()) | set(_kinds()) | set(_told())
    assert not raw, "\n".join(map(str, sorted(raw)))


def _is_raw(text: Any) -> bool:
    return isinstance(text, str) and MACHINE.fullmatch(text) is not None


def _rows(actor: Actor, ledger: Ledger) -> Iterator[tuple[str, ...]]:
    """Values of rows that have no title, or are a machine word in the place of words."""
    told = {field["name"]: field for field in describe(ledger, actor)["fields"]}
    query = ListQuery.parse(ledger)
    rows = Selection(actor, ledger, query, ledger.rights["read"]).fetch(None, MOST)
    for row in row_json(actor, ledger, rows, detail=True):
        yield from _values(ledger, told, row["values"])


def _values(ledger: Ledger, told: Any, values: Any) -> Iterator[tuple[str, ...]]:
    for name, value in values.items():
        field = told.get(name)
        if field is None or value in (None, "", []):
            continue
        titles = {choice["value"]: choice["title"] for choice in field["choices"] or ()}
        if field["kind"] in ("choice", "choices"):
            for one in value if isinstance(value, list) else [value]:
                if titles.get(one) is None or _is_raw(titles[one]):
                    yield (ledger.name, name, str(one))
        elif field["kind"] in TEXTS and _is_raw(value) and name not in TYPED.get(ledger.name, ()):
            yield (ledger.name, name, value)


def _declared(actor: Actor, ledger: Ledger) -> Iterator[tuple[str, ...]]:
    """Titles of fields, choices and buttons."""
    about = describe(ledger, actor)
    for field in about["fields"]:
        for title in (field["title"], *(choice["title"] for choice in field["choices"] or ())):
            if _is_raw(title):
                yield (ledger.name, field["name"], title)
    for action in about["actions"]:
        if _is_raw(action["title"]):
            yield (ledger.name, action["name"], action["title"])


def _history() -> Iterator[tuple[str, ...]]:
    """Acts, and what changed from what to what."""
    for table, action in Change.select(Change.table, Change.action).distinct().tuples():
        if _is_raw(act_title(table, action)):
            yield ("history", table, action)
    for line in Change.select().order_by(Change.id.desc()).limit(5000):
        for one in line.changes or ():
            for said in (one.get("title"), one.get("old"), one.get("new")):
                if _is_raw(said) and one.get("field") not in ("login", "user_id"):
                    yield ("history", line.table, str(one.get("field")), said)


def _kinds() -> Iterator[tuple[str, ...]]:
    """What tasks and messages are about has a name, whatever the demo holds."""
    named = {kind["name"]: kind["title"] for kind in kinds()}
    for record, column in ((Case, Case.kind), (Task, Task.subject_kind), (Message, Message.subject_kind)):
        for (kind,) in record.select(column).distinct().tuples():
            if kind and _is_raw(named.get(kind, kind)):
                yield ("kind", record.__name__, kind)


def _told() -> Iterator[tuple[str, ...]]:
    """Titles and texts of messages, tasks and steps; no part of a sentence is a machine word with an underscore."""
    words = re.compile(r"\b[a-z]+_[a-z_]+\b")
    for record, names in (
        (Message, ("title", "text")),
        (Task, ("title", "text", "outcome_title")),
        (CaseEvent, ("title",)),
    ):
        for row in record.select():
            for name in names:
                text = getattr(row, name) or ""
                if _is_raw(text) or words.search(text):
                    yield (record.__name__, name, text)
