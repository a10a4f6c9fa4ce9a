"""A rulebook as the console shows it: what is in force, who checked it, what may be done, and each version's state."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from peewee import Database

from models.core.config import Config, configure
from models.core.db.connection import in_transaction
from models.core.errors import Forbidden, NotFound
from models.core.rulebook import RuleVersion, versions, views
from models.core.security.actor import Actor
from models.core.security.rights import Scope
from models.equipment.rulebooks import CERTIFICATE_PERIODS as BOOK

pytestmark = pytest.mark.one_engine
ADMIN = Actor(1, "系统管理员", rights={"rules.read": Scope.GROUP, "rules.edit": Scope.GROUP})
OFFICER = Actor(2, "安", rights={"rules.read": Scope.GROUP, "rules.edit": Scope.COMPANY})
READER = Actor(3, "看", rights={"rules.read": Scope.GROUP})


@pytest.fixture(autouse=True)
def _(database: Database, clock: Any, tmp_path: Path) -> Iterator[None]:
    clock.set(2026, 11, 2)
    configure(replace(Config(), data_dir=tmp_path))
    in_transaction(versions.install)
    yield
    configure(Config())


def _save(number: int, valid_from: date) -> RuleVersion:
    rows = [{"code": "*", "validity_years": number, "review_apply_days": 30, "warn_days": 90}]
    on = versions.newest_of(BOOK).number
    return in_transaction(
        versions.save, ADMIN, BOOK, {"periods": {"rows": rows}}, on=on, valid_from=valid_from, note="新规"
    )


def _spoil(text: str) -> Path:
    from models.core.config import config

    path = config().data_dir / str(BOOK.file)
    path.write_text(text, encoding="utf-8")
    return path


def test_who_may_see_it_and_who_change_it() -> None:
    with pytest.raises(Forbidden):
        views.books_json(replace(READER, rights={}))
    with pytest.raises(Forbidden):
        views.book_json(replace(READER, rights={}), BOOK.name)
    with pytest.raises(NotFound):
        views.book_json(ADMIN, "no-such-book")
    with pytest.raises(NotFound, match="版本"):
        views.book_json(ADMIN, BOOK.name, 9)
    may = [views.book_json(actor, BOOK.name)["may_edit"] for actor in (ADMIN, OFFICER, READER)]
    assert may == [True, False, False]


def test_each_version_says_what_it_is(clock: Any) -> None:
    _save(6, date(2026, 11, 2))
    _save(5, date(2026, 11, 3))
    _save(7, date(2027, 1, 1))
    in_transaction(versions.withdraw, ADMIN, BOOK, 4)
    told = views.book_json(READER, BOOK.name)
    assert (told["shown"], told["version"], told["newest"], told["valid_from"]) == (2, 2, 4, "2026-11-02")
    assert [(each["number"], each["state"], each["state_text"]) for each in told["versions"]] == [
        (4, "withdrawn", "已撤回"), (3, "coming", "还没生效"), (2, "in_force", "现行"), (1, "past", "以前的"),
    ]  # fmt: skip
    assert [each["origin"] for each in told["versions"]] == [*["在这里改的"] * 3, "系统自带"]
    assert told["parts"][0]["rows"][0]["validity_years"] == 6 and told["parts"][0]["field"]["required"]
    older = views.book_json(READER, BOOK.name, 1)
    assert (older["shown"], older["version"]) == (1, 2)
    assert older["parts"][0]["rows"] != told["parts"][0]["rows"]
    clock.set(2026, 11, 3)
    states = [each["state"] for each in views.book_json(READER, BOOK.name)["versions"]]
    assert states == ["withdrawn", "in_force", "past", "past"]


def test_a_part_is_told_as_not_checked_until_somebody_has_seen_the_text() -> None:
    part = BOOK.parts[0]
    told = views.book_json(READER, BOOK.name)
    assert told["parts"][0]["mark"] is None and part.title in told["unchecked"]
    in_transaction(versions.mark, ADMIN, BOOK, part.name, 1, "官网 2026-11-01")
    told = views.book_json(READER, BOOK.name)
    mark = told["parts"][0]["mark"]
    assert (mark["by"], mark["seen"]) == ("系统管理员", "官网 2026-11-01") and mark["at"].startswith(
        "2026-11-02T"
    )
    assert part.title not in told["unchecked"] and told["parts_count"] == len(BOOK.parts)


def test_a_file_that_can_not_be_read_is_told_with_its_book_alone() -> None:
    _spoil("{")
    told = {book["name"]: book["problems"] for book in views.books_json(READER)}
    assert told[BOOK.name] and not any(found for name, found in told.items() if name != BOOK.name)
    assert views.book_json(READER, BOOK.name)["problems"] == told[BOOK.name]
