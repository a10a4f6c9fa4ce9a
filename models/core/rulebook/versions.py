"""Changing rules: a new version, taken back while it is not in force; comparing a part with the regulation's text (X06)."""

from __future__ import annotations

from datetime import date
from typing import Any

from peewee import IntegrityError, fn

from models.core import clock, history
from models.core.db.connection import after_commit, database
from models.core.errors import Conflict, Forbidden, Invalid, Malformed, NotFound
from models.core.records import changed_meanwhile
from models.core.rulebook.declaration import Content, Rulebook, Unfit, all_rulebooks, digest_of
from models.core.rulebook.in_force import content_of, forget
from models.core.rulebook.records import BUILT_IN, CONSOLE, EDIT_RULES, RuleCheck, RuleVersion
from models.core.security.actor import Actor
from models.core.security.rights import Scope


def save(
    actor: Actor, book: Rulebook[Any], parts: dict[str, Any], *, on: int, valid_from: date | None, note: str
) -> RuleVersion:
    """Make a version of what `parts` says, the rest as it is in version `on`, the newest that there is.

    `valid_from` is a day from today on (None: today). Raises Forbidden, Conflict if somebody saved meanwhile, and Invalid
    with a sentence at the part that can't be: rules that the program can't compute with are never kept.
    """
    require_editor(actor)
    newest = newest_of(book)
    if on != (newest.number if newest else 0):
        raise changed_meanwhile()
    base = content_of(book, on) or book.in_force()
    start = valid_from or clock.today()
    wrong: dict[str, str] = {}
    if start < clock.today():
        wrong["valid_from"] = "生效日期不能早于今天：以前的事按当时的规则办"
    try:
        said = RuleVersion.note.clean(note)
    except Malformed as error:
        said, wrong["note"] = None, error.message
    if not said and "note" not in wrong:
        wrong["note"] = "请写明改了什么、为什么改"
    content = checked(book, parts, base.content, wrong)
    if wrong:
        raise Invalid(fields=wrong)
    if content == base.content and base.valid_from == start:
        raise Invalid("没有改动", fields={"note": "内容和现在的版本一样，不用保存"})
    row = _insert(book, content, start, CONSOLE, note=said, actor=actor)
    lines = [
        {"field": part.name, "title": part.title, "old": f"版本 {on}", "new": f"版本 {row.number}"}
        for part in book.parts
        if content[part.name] != base.content[part.name]
    ]
    history.note(actor, row, "edited", lines)
    return row


def checked(book: Rulebook[Any], parts: Any, base: Content, wrong: dict[str, str]) -> Content:
    """`parts` over `base`, if code can compute with it; what it can't goes into `wrong`, by part."""
    content = dict(base)
    for name, given in parts.items() if isinstance(parts, dict) else [("", parts)]:
        try:
            content = book.cleaned({name: given} if name else given, content)
        except Unfit as error:
            wrong[error.part or "parts"] = error.sentence
    if not wrong:
        try:
            book.rules_of(content)
        except Unfit as error:
            wrong[error.part or "parts"] = error.sentence
    return content


def withdraw(actor: Actor, book: Rulebook[Any], number: int) -> RuleVersion:
    """Take a version back that is not in force yet. Raises Conflict for one that is or was."""
    require_editor(actor)
    row = RuleVersion.get_or_none(RuleVersion.book == book.name, RuleVersion.number == number)
    if row is None:
        raise NotFound()
    if row.valid_from <= clock.today() or row.withdrawn_at is not None:
        raise Conflict(
            "这个版本不能撤回",
            code="in_force",
            cause="它已经生效过" if row.withdrawn_at is None else "它已经撤回",
            advice="要改规则，请保存一个新版本",
        )
    row.change(withdrawn_at=clock.now())
    history.note(actor, row, "withdraw")
    after_commit(forget)
    return row


def mark(actor: Actor, book: Rulebook[Any], part: str, number: int, seen: str | None) -> None:
    """Say that a part of a version was compared with the text, and which (`seen`); None takes that back.

    The mark holds for these words alone: whoever changes the part makes it 待核对 again.
    """
    require_editor(actor)
    version = content_of(book, number)
    if version is None or part not in version.content:
        raise NotFound()
    digest = digest_of(version.content[part])
    same = (RuleCheck.book == book.name) & (RuleCheck.part == part) & (RuleCheck.digest == digest)
    alive = RuleCheck.get_or_none(same & RuleCheck.withdrawn_at.is_null())
    if seen is None:
        if alive is not None:
            alive.change(withdrawn_at=clock.now())
            history.note(actor, alive, "withdraw", [_told(book, part, alive.seen, None)])
    else:
        text = _seen(seen)
        if alive is not None:
            return
        row = RuleCheck.create(
            book=book.name, part=part, digest=digest, seen=text, checked_by=actor.name[:60],
            checked_by_account_id=actor.account_id,
        )  # fmt: skip
        history.note(actor, row, "confirm", [_told(book, part, None, text)])
    after_commit(forget)


def _told(book: Rulebook[Any], part: str, old: str | None, new: str | None) -> dict[str, Any]:
    return {
        "field": part,
        "title": f"{book.title}：{book.part(part).title} 已核对原文",
        "old": old,
        "new": new,
    }


def _seen(text: str) -> str:
    try:
        found = RuleCheck.seen.clean(text)
    except Malformed as error:
        raise Invalid(fields={"seen": error.message}) from None
    if not found or len(found) < 4:
        raise Invalid(fields={"seen": "请写明看的是哪份原文、在哪里看的"})
    return str(found)


def require_editor(actor: Actor) -> None:
    """Raise Forbidden unless the actor may change rules: they hold for every company, so for the whole group."""
    actor.require(EDIT_RULES)
    if actor.rights[EDIT_RULES] != Scope.GROUP:
        raise Forbidden(
            "您不能改规则",
            cause="规则对全集团各单位都有效",
            advice="请联系系统管理员",
        )


def newest_of(book: Rulebook[Any]) -> RuleVersion | None:
    """The version with the greatest number, withdrawn ones too."""
    found: RuleVersion | None = (
        RuleVersion.select().where(RuleVersion.book == book.name).order_by(RuleVersion.number.desc()).first()
    )
    return found


def install() -> int:
    """Keep what the program brings as versions, so that a later release changes nothing that was decided before.

    A newer seed becomes a version of its own; parts that somebody changed stay as they made them, also in versions
    that are still to come. Gives how many versions were made.
    """
    return sum(_install(book) for book in all_rulebooks())


def _install(book: Rulebook[Any]) -> int:
    today, made = clock.today(), 0
    rows = RuleVersion.select().where(RuleVersion.book == book.name, RuleVersion.withdrawn_at.is_null())
    alive = sorted(rows, key=lambda row: (row.valid_from, row.number))
    now = [row for row in alive if row.valid_from <= today][-1:]
    for row in now + [row for row in alive if row.valid_from > today]:
        kept = {name: row.content[name] for name in row.own if name in row.content}
        wrong: dict[str, str] = {}
        content = checked(book, kept, book.seed, wrong)
        if not wrong and content != row.content:
            start = max(row.valid_from, today)
            _insert(book, content, start, BUILT_IN, note="随系统升级，改过的部分照旧")
            made += 1
    if not alive:
        _insert(book, book.seed, today, BUILT_IN, note="系统自带")
        made += 1
    return made


def _insert(
    book: Rulebook[Any], content: Content, start: date, origin: str, *, note: str | None,
    actor: Actor | None = None, file_digest: str | None = None,
) -> RuleVersion:  # fmt: skip
    number = (
        RuleVersion.select(fn.MAX(RuleVersion.number)).where(RuleVersion.book == book.name).scalar() or 0
    ) + 1
    try:
        with database.atomic():
            row: RuleVersion = RuleVersion.create(
                book=book.name, number=number, valid_from=start, content=content, digest=digest_of(content),
                own=[name for name, part in content.items() if part != book.seed[name]],
                origin=origin, note=note, file_digest=file_digest,
                made_by=actor.name[:60] if actor else None,
                made_by_account_id=actor.account_id if actor else None,
            )  # fmt: skip
    except IntegrityError:
        raise changed_meanwhile() from None
    after_commit(forget)
    return row
