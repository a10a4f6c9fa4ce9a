"""Rulebooks as the console shows them: what is in force, its basis, who checked it, and every version (X06)."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from models.core import clock
from models.core.errors import NotFound
from models.core.fields import moment_text
from models.core.ledger.reading.describe import field_json
from models.core.rulebook import files
from models.core.rulebook.declaration import Rulebook, RulebookPart, all_rulebooks, digest_of, rulebook_named
from models.core.rulebook.in_force import InForce, content_of
from models.core.rulebook.records import (
    BUILT_IN,
    CONSOLE,
    EDIT_RULES,
    FILE,
    READ_RULES,
    RuleCheck,
    RuleVersion,
)
from models.core.security.actor import Actor
from models.core.security.rights import Scope

Json = dict[str, Any]
_MOST_CHECKS = 100
_ORIGINS = {BUILT_IN: "系统自带", CONSOLE: "在这里改的", FILE: "取自数据目录的文件"}
_STATES = {"in_force": "现行", "coming": "还没生效", "past": "以前的", "withdrawn": "已撤回"}


def find(actor: Actor, name: str) -> Rulebook[Any]:
    """The rulebook of a name, for who may read rules. Raises Forbidden, NotFound."""
    actor.require(READ_RULES)
    book = rulebook_named(name)
    if book is None:
        raise NotFound()
    return book


def books_json(actor: Actor) -> list[Json]:
    """Every rulebook in short: what is in force, how many parts nobody has checked, what can't be read."""
    actor.require(READ_RULES)
    problems = files.problems()
    return [_short(book) | {"problems": _problems(book, problems)} for book in all_rulebooks()]


def _short(book: Rulebook[Any]) -> Json:
    found = book.in_force()
    unchecked = [part.title for part in book.parts if found.mark(part.name) is None]
    return {
        "name": book.name, "title": book.title, "summary": book.summary, "version": found.version,
        "valid_from": found.valid_from and found.valid_from.isoformat(), "unchecked": unchecked,
        "parts_count": len(book.parts),
    }  # fmt: skip


def _problems(book: Rulebook[Any], problems: list[files.Problem]) -> list[Json]:
    return [asdict(problem) for problem in problems if problem.book == book.name]


def book_json(actor: Actor, name: str, version: int | None = None) -> Json:
    """One rulebook: a version of it (the one in force) with its parts, and the list of all versions."""
    book = find(actor, name)
    current = book.in_force()
    shown = current if version is None else content_of(book, version)
    if shown is None:
        raise NotFound("没有这个版本", cause="它可能读不出来", advice="请看别的版本")
    rows = list(RuleVersion.select().where(RuleVersion.book == book.name).order_by(RuleVersion.number.desc()))
    return _short(book) | {
        "problems": _problems(book, files.problems()),
        "may_edit": actor.rights.get(EDIT_RULES) == Scope.GROUP,
        "newest": rows[0].number if rows else 0,
        "shown": shown.version,
        "file": book.file,
        "parts": [_part(shown, part) for part in book.parts],
        "versions": [_version(row, current.version) for row in rows],
        "checks": _checks(book, shown),
    }


def _checks(book: Rulebook[Any], shown: InForce[Any]) -> list[Json]:
    """Who ever compared which part with which text, the newest first, also what was taken back or of earlier words."""
    now = {(part, digest_of(content)) for part, content in shown.content.items()}
    titles = {part.name: part.title for part in book.parts}
    rows = (
        RuleCheck.select()
        .where(RuleCheck.book == book.name)
        .order_by(RuleCheck.id.desc())
        .limit(_MOST_CHECKS)
    )
    return [
        {
            "part": titles.get(row.part, row.part), "by": row.checked_by, "at": moment_text(row.checked_at),
            "seen": row.seen, "withdrawn_at": moment_text(row.withdrawn_at),
            "holds": row.withdrawn_at is None and (row.part, row.digest) in now,
        }
        for row in rows
    ]  # fmt: skip


def _part(found: InForce[Any], part: RulebookPart) -> Json:
    content, mark = found.content[part.name], found.mark(part.name)
    return {
        "name": part.name,
        "title": part.title,
        "help": part.help or None,
        "basis": content["basis"],
        "article": content["article"],
        "field": field_json(part.name, part.lines) | {"required": part.least > 0},
        "rows": content["rows"],
        "mark": None if mark is None else {"by": mark.by, "at": moment_text(mark.at), "seen": mark.seen},
    }


def _version(row: RuleVersion, current: int) -> Json:
    state = (
        "withdrawn" if row.withdrawn_at is not None
        else "in_force" if row.number == current
        else "coming" if row.valid_from > clock.today()
        else "past"
    )  # fmt: skip
    return {
        "number": row.number, "valid_from": row.valid_from.isoformat(), "note": row.note,
        "made_by": row.made_by, "made_at": moment_text(row.created_at), "origin": _ORIGINS[row.origin],
        "state": state, "state_text": _STATES[state], "own": list(row.own or ()),
    }  # fmt: skip
