"""A file in the data folder as a version: for whoever keeps the settings of an installation as files (X06).

The file has the name and the shape of the seed; the parts that it says are changed, the others stay. What can't be read
is not taken: the version in force stays in force, and `problems` says so until it is mended or gone.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Any

import orjson
import structlog

from models.core import clock
from models.core.config import config
from models.core.db.connection import in_transaction
from models.core.rulebook.declaration import Content, Rulebook, all_rulebooks
from models.core.rulebook.in_force import unreadable
from models.core.rulebook.records import FILE, RuleVersion
from models.core.rulebook.versions import _insert, checked

log = structlog.get_logger("rules")
_MOST = 1_000_000  # bytes


@dataclass(frozen=True)
class Problem:
    """Something about a rulebook that whoever looks after the installation has to mend."""

    book: str
    title: str
    what: str
    cause: str
    advice: str

    def line(self) -> str:
        """All of it in one line."""
        return f"{self.title}：{self.what}。{self.cause}。{self.advice}"


def take() -> int:
    """Make a version of every file that is new or changed and can be read; gives how many."""
    taken = 0
    for book in all_rulebooks():
        found = _read(book)
        if found is None:
            continue
        digest, content, fault = found
        if content is None:
            log.error("rules_file_unreadable", book=book.name, file=book.file, fault=fault)
        elif not _taken(book, digest):
            _insert(
                book, content, clock.today(), FILE, note=f"取自数据目录里的 {book.file}", file_digest=digest
            )
            taken += 1
    return taken


def work(limit: int) -> int:
    """`take`, as the work behind the answers calls it; in a transaction of its own."""
    return min(limit, in_transaction(take))


def problems() -> list[Problem]:
    """What can't be read: files of this machine's data folder, stored versions."""
    found = []
    for book in all_rulebooks():
        read = _read(book)
        if read is not None and read[1] is None:
            advice = f"请按系统自带的 {book.file} 改正，或删掉这个文件，在“规则”页上改"
            found.append(
                Problem(book.name, book.title, f"{book.file} 没有采用，原来的规则照旧有效", read[2], advice)
            )
        for number, fault in unreadable(book):
            found.append(
                Problem(book.name, book.title, f"版本 {number} 没有采用，上一个好的版本照旧有效", fault,
                        "请在“规则”页上保存一个新版本")
            )  # fmt: skip
    return found


def _taken(book: Rulebook[Any], digest: str) -> bool:
    """Whether this very file is the last one that was taken, or is in force by what came after it."""
    last = (
        RuleVersion.select(RuleVersion.file_digest)
        .where(RuleVersion.book == book.name, RuleVersion.file_digest.is_null(False))
        .order_by(RuleVersion.number.desc())
        .first()
    )
    return last is not None and last.file_digest == digest


def _read(book: Rulebook[Any]) -> tuple[str, Content | None, str] | None:
    """The file's digest and content, or what is wrong with it; None where there is none."""
    path = config().data_dir / book.file
    try:
        if not path.is_file():
            return None
        if path.stat().st_size > _MOST:
            return "", None, "文件太大，超过 1 MB"
        raw = path.read_bytes()
        given = orjson.loads(raw.decode("utf-8-sig"))  # no NaN, no half characters, nothing without end
    except OSError as error:
        return "", None, f"文件打不开（{error.strerror}）"
    except UnicodeDecodeError:
        return "", None, "文件不是 UTF-8 编码"
    except orjson.JSONDecodeError as error:
        return "", None, f"文件不是 JSON，第 {error.lineno} 行第 {error.colno} 个字"
    if not isinstance(given, dict) or not isinstance(given.get("parts"), dict):
        return "", None, "文件的格式不对，最外层应有 parts"
    wrong: dict[str, str] = {}
    content = checked(book, given["parts"], book.in_force().content, wrong)
    if wrong:
        return "", None, "；".join(wrong.values())
    return hashlib.sha256(raw).hexdigest(), content, ""
