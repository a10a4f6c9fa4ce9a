"""Why the house can't be opened, in a sentence with what to do: a database that is none, is away, or is too new."""

from __future__ import annotations

import os
import struct
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import click
from peewee import DatabaseError, InterfaceError
from pydantic import ValidationError

from models.core.db.connection import database, in_transaction, migrations
from models.core.errors import StorageFull, Unavailable
from models.core.files.disk import is_full
from models.core.security import key_check
from server.settings import Settings

_HEADER = b"SQLite format 3\0"
_RESTORE = "原文件没有改动。请用备份恢复它；确认里面没有要留的数据时，把它移到别处再启动，会新建一个空的。"
_AWAY = "数据库连不上。请确认数据库已经启动，ANBAN_DATABASE_URL 里的地址和端口没有写错，防火墙放行。"
#: What MySQL and MariaDB refuse a connection with.
_REFUSED: Mapping[int, str] = {
    1045: "数据库的账号或密码不对。请核对 ANBAN_DATABASE_URL 里的账号和密码（密码里的 @ / : 要写成 %40 %2F %3A）。",
    1044: "数据库账号没有这个库的权限。请在数据库里给它授权：GRANT ALL ON 库名.* TO 账号。",
    1049: "数据库服务器上没有这个库。请先新建：CREATE DATABASE 库名 CHARACTER SET utf8mb4，或核对 ANBAN_DATABASE_URL。",
    1130: "数据库服务器不接受来自这台机器的连接。请在数据库里允许这台机器，或核对 ANBAN_DATABASE_URL 的地址。",
    1142: "数据库账号的权限不够（建表、改表）。请给它授权：GRANT ALL ON 库名.* TO 账号。",
    2002: _AWAY,
    2003: _AWAY,
    2005: "找不到数据库服务器的地址。请核对 ANBAN_DATABASE_URL 里的主机名。",
}
_FULL = "服务器的磁盘满了，不能启动。请清理数据文件夹和数据库所在的磁盘，再启动；已有的数据都还在。"


class Unusable(click.ClickException):
    """A sentence instead of a traceback; the command ends with 1."""


class Explained(click.Group):
    """A group of commands of which none ends in a traceback where we know what to do."""

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command."""
        try:
            return super().invoke(ctx)
        except Exception as error:
            told = explain(error)
            if told is None:
                raise
            raise Unusable(told) from error


def explain(error: BaseException) -> str | None:
    """What to tell whoever started it; None for what is a fault of ours."""
    if isinstance(error, ValidationError):
        return _settings(error)
    if isinstance(error, StorageFull) or is_full(error):
        return _FULL
    if isinstance(error, (DatabaseError, InterfaceError, Unavailable)):
        return _database(error)
    if isinstance(error, OSError) and error.filename is not None:
        return f"不能使用 {error.filename}：{error.strerror}。请核对 ANBAN_DATA_DIR，并让启动安班的系统账号能读写它。"
    return None


def _settings(error: ValidationError) -> str:
    wrong = [
        f"ANBAN_{'_'.join(str(part) for part in one['loc']).upper()}：{one['msg']}"
        for one in error.errors(include_url=False, include_input=False)
    ]
    return "设置有误，请改正环境变量或 .env 后再启动：\n" + "\n".join(f"  {line}" for line in wrong)


def _database(error: BaseException) -> str | None:
    at: BaseException | None = error
    while at is not None:
        number = getattr(at, "errno", None)
        if number in _REFUSED:
            return _REFUSED[number]
        text = str(at).lower()
        if "not a database" in text or "malformed" in text or "disk i/o error" in text:
            return f"数据库文件已损坏（{at}）。{_RESTORE}"
        if "unable to open database" in text or "readonly database" in text:
            return f"数据库文件打不开：{at}。请让启动安班的系统账号能读写它和它所在的文件夹。"
        at = at.__cause__ or at.__context__
    return _AWAY if isinstance(error, Unavailable) else None


def bad_address() -> Unusable:
    """The refusal of an ANBAN_DATABASE_URL that says nothing."""
    return Unusable(
        "看不懂 ANBAN_DATABASE_URL。请写成 sqlite:////文件夹/anban.db 或 mysql://账号:密码@主机:3306/库名。"
    )


def require_sound(database_url: str) -> None:
    """Look at the embedded database's file before anything touches it. Raises Unusable.

    One that is not there, or is empty, is made. Of a large one only the first page is read.
    """
    path = sqlite_file(database_url)
    if path is None or not path.exists():
        return
    if not path.is_file():
        raise Unusable(f"{path} 不是文件，数据库不能放在这里。请核对 ANBAN_DATABASE_URL 或 ANBAN_DATA_DIR。")
    if not os.access(path, os.R_OK | os.W_OK):
        raise Unusable(f"{path} 不能读写。请把它的主人改成启动安班的系统账号（chown），权限改成 600。")
    with path.open("rb") as file:
        head = file.read(100)
    if not head:
        return
    size = path.stat().st_size
    if not head.startswith(_HEADER) or len(head) < 100:
        raise Unusable(f"{path} 不是数据库文件，或者开头已损坏。{_RESTORE}")
    page, pages = _pages(head)
    log = path.with_name(f"{path.name}-wal")
    if log.exists() and log.stat().st_size:
        pages = 0  # what is missing may stand in the log, from which SQLite brings it back
    if page == 0 or size < page * pages:
        raise Unusable(f"{path} 不完整：应有 {page * pages} 字节，只有 {size} 字节。{_RESTORE}")


def _pages(head: bytes) -> tuple[int, int]:
    """The size of a page and how many the file must have (0 where the header does not say so)."""
    (page,) = struct.unpack(">H", head[16:18])
    page = 65536 if page == 1 else page
    changes, pages, valid_for = struct.unpack(">I", head[24:28])[0], *struct.unpack(">I60xI", head[28:96])
    return (page if page >= 512 and page & (page - 1) == 0 else 0), pages if valid_for == changes else 0


def sqlite_file(database_url: str) -> Path | None:
    """The file of an embedded database; None for a server."""
    parts = urlsplit(database_url)
    if parts.scheme != "sqlite":
        return None
    return Path(unquote(parts.path[1:]) if parts.path.startswith("/") else unquote(parts.path))


def require_known_schema() -> None:
    """Raise Unusable where the database was brought up by a newer program: this one would not know its columns."""
    with database.connection_context():
        newer = [one.name for one in migrations().status() if one.path is None]
    if newer:
        raise Unusable(
            f"数据库比程序新（多出 {newer[-1]}）。请换成新版本的程序再启动；要用旧程序，请恢复升级前的备份。没有改动数据库。"
        )


_KEY = "请把原来的密钥放回来（ANBAN_SECRET_KEY，或数据文件夹里的 secret.key），再启动；换密钥时，旧的写进 ANBAN_PREVIOUS_SECRET_KEYS。"
_UNOPENED: Mapping[str, str] = {
    "lost": f"现在的密钥打不开库里已有的数据（身份证号、应用密钥等）。{_KEY}没有改动数据库。",
    "order": "现在的密钥能读出数据，但按身份证号找不到人：ANBAN_PREVIOUS_SECRET_KEYS 缺了最早的密钥，或者次序不对。"
    "请补上，按从新到旧写，最早的写在最后，再启动。没有改动数据库。",
}


def require_key(settings: Settings) -> None:
    """Raise Unusable where the key of this start is not the one that the data was written under.

    A key that was made just now, as there was none, goes again: it must not stand where the lost one belongs.
    """
    found = in_transaction(key_check.look, write=False)
    if found == "fits":
        return
    settings.forget_made_key()
    reset = "这些只是演示数据、不要留的话，执行 make demo-reset 再启动。" if settings.demo else ""
    raise Unusable(_UNOPENED[found] + reset)
