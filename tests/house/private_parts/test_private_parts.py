"""What is private of other people's packages: all of it is named here, and has a test that says at an upgrade what changed.

Where a test fails: look at the package's change, mend the file that uses the part, and then the test.
"""

from __future__ import annotations

import contextlib
import inspect
import smtplib
import socket
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from mysql.connector.errors import ProgrammingError
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from peewee import CharField, Index, Model, SqliteDatabase
from playhouse.mysql_ext import PooledMySQLConnectorDatabase
from playhouse.pool import PooledSqliteDatabase
from tornado import httputil
from tornado.http1connection import HTTP1Connection
from tornado.iostream import IOStream
from tornado.web import Application, RequestHandler
from urllib3.connection import HTTPConnection, HTTPSConnection
from wechatpy.work import WeChatClient

from models.core.db import cursors
from models.core.db.connection import is_sqlite
from models.core.db.peewee_parts import RowMaker, indexes_of, is_as_stored, row_of
from tests.house.private_parts.finding import Use, texts_of, uses_in

ROOT = Path(__file__).resolve().parents[3]
_TESTS: dict[tuple[str, str], Callable[..., Any]] = {}


def part(package: str, *names: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Say of a test which private names of a package it is about."""

    def mark(test: Callable[..., Any]) -> Callable[..., Any]:
        _TESTS.update({(package, name): test for name in names})
        return test

    return mark


class Tool(Model):
    """A record of Peewee's alone."""

    name = CharField()
    code = CharField(index=True)

    class Meta:
        database = SqliteDatabase(":memory:")
        indexes = ((("name", "code"), True),)


@part("peewee", "_dirty")
def test_a_row_knows_what_is_still_to_be_written() -> None:
    row = Tool(name="扳手")
    assert row.is_dirty(), "Model._dirty is not what says what has to be saved"
    is_as_stored(row)
    assert not row.is_dirty(), "Model._dirty can't be emptied: is_as_stored says nothing any more"
    made = row_of(Tool, {"id": 1, "name": "扳手", "code": "A"})
    assert not made.is_dirty()
    assert (made.id, made.name) == (1, "扳手"), "a row is more than __data__, __rel__ and _dirty"
    assert vars(made).keys() == vars(Tool()).keys(), "Peewee gives a row something that row_of does not"


@part("peewee", "_expressions", "_name", "_unique")
def test_an_index_tells_its_name_and_columns() -> None:
    found = {index.name: index for index in indexes_of(Tool)}
    assert found.keys() == {"tool_name_code", "tool_code"}, "Index._name is not the name in the database"
    assert found["tool_name_code"].columns == (Tool.name, Tool.code), "Index._expressions are not the columns"
    assert found["tool_name_code"].unique, "Index._unique does not say that it is unique"
    assert not found["tool_code"].unique
    assert isinstance(Tool._meta.fields_to_index()[0], Index)


@part("peewee", "_get_cursor_wrapper")
def test_rows_are_made_by_a_statement_that_was_built_before() -> None:
    database = Tool._meta.database
    database.connect(reuse_if_open=True)
    database.create_tables([Tool])
    Tool.create(name="扳手", code="A")
    whole, renamed = Tool.select(), Tool.select(Tool.name.alias("code"))
    for query in (
        one.where(Tool.code == "?")
        for one in (whole, whole.tuples(), whole.dicts(), whole.objects(), renamed)
    ):
        maker, text = RowMaker(query), query.sql()[0]
        assert maker.rows(database, text, ["B"]) == []
        first, again = maker.rows(database, text, ["A"]), maker.rows(database, text, ["A"])
        fresh = list(query._get_cursor_wrapper(database.execute_sql(text, ["A"])))
        assert len(fresh) == 1
        assert [*map(_said, first)] == [*map(_said, again)] == [*map(_said, fresh)], (
            "the rows of a query that is known are not those of ModelSelect._get_cursor_wrapper"
        )
    database.close()


def _said(row: Any) -> Any:
    """All that a row is: of a record its class, what it holds, and what is still to be written."""
    return (type(row), row.__data__, row.__rel__, row._dirty) if isinstance(row, Model) else row


@part("playhouse", "_connect", "_is_closed", "_can_reuse", "_connections", "_pool_lock", "_state")
def test_the_pool_asks_its_hooks(tmp_path: Path) -> None:
    asked: list[str] = []

    class Pool(PooledSqliteDatabase):  # type: ignore[misc]
        def _connect(self) -> Any:
            asked.append("_connect")
            return super()._connect()

        def _is_closed(self, conn: Any) -> bool:
            asked.append("_is_closed")
            return bool(super()._is_closed(conn))

        def _can_reuse(self, conn: Any) -> bool:
            asked.append("_can_reuse")
            return bool(super()._can_reuse(conn))

    pool = Pool(str(tmp_path / "pool.db"))
    pool.connect()
    connection = pool._state.conn
    assert connection is pool.connection(), "Database._state.conn is not the running connection"
    pool.close()
    with pool._pool_lock:
        resting = [conn for _, _, conn in pool._connections]
    assert resting == [connection], "PooledDatabase._connections are not (when, which, connection)"
    pool.connect()
    assert pool.connection() is connection
    pool.close_all()
    assert (
        asked.index("_connect")
        < asked.index("_can_reuse")
        < asked.index("_is_closed", asked.index("_can_reuse"))
    ), f"the pool does not ask its hooks as models/core/db/connection.py thinks: {asked}"
    ours = inspect.getmro(PooledMySQLConnectorDatabase)
    assert any("_can_reuse" in vars(each) for each in ours), "MySQL's pool has other hooks"


@part(
    "mysql.connector",
    "_cmysql",
    "_connection",
    "_executed",
    "_handle_eof",
    "_handle_result",
    "_handle_resultset",
)
@part("mysql.connector", "_next_row", "_raw", "_rowcount", "_rows")
def test_a_statement_is_sent_as_it_stands(database: Any) -> None:
    if is_sqlite():
        return
    found = cursors.open_cursor(database.connection())
    assert type(found).__name__ == "_Cursor", "the connector's C part has another connection"
    found.execute("SELECT 7 AS seven")
    assert found.fetchall() == [(7,)], "MySQLCursor._handle_result does not read what was answered"
    assert found.statement == "SELECT 7 AS seven", "MySQLCursor._executed is not the statement"
    for said, values, rows in (
        ("SELECT %s, %s", ("100%s", "it's"), [("100%s", "it's")]),
        ("SELECT 1 UNION SELECT 2 ORDER BY 1", (), [(1,), (2,)]),
        ("SELECT 1 FROM DUAL WHERE %s", (False,), []),
    ):
        found.execute(said, values)
        assert (found.rowcount, found.fetchall()) == (len(rows), rows), "rows are not taken as they come"
        assert found.fetchall() == []
    with pytest.raises(ProgrammingError, match="parameters"):
        found.execute("SELECT %s", (1, 2))
    with pytest.raises(ProgrammingError, match="parameters"):
        found.execute("SELECT %s, %s", (1,))
    found.close()


@part("openpyxl", "_value")
def test_a_cell_takes_text_that_begins_like_a_formula(tmp_path: Path) -> None:
    sheet = Workbook(write_only=True).create_sheet()
    cell = WriteOnlyCell(sheet, "")
    cell.data_type = "s"
    cell._value = "=1+1"
    assert (cell.value, cell.data_type) == ("=1+1", "s"), (
        "Cell._value is not a cell's text, or changes its type"
    )


@part("openpyxl", "_writer")
def test_a_sheet_that_nobody_wants_leaves_no_file() -> None:
    sheet = Workbook(write_only=True).create_sheet()
    sheet.append(["一行"])
    sheet.close()
    left = Path(sheet._writer.out)
    assert left.exists(), "WriteOnlyWorksheet._writer.out is not the file that is written meanwhile"
    sheet._writer.cleanup()
    assert not left.exists(), "WriteOnlyWorksheet._writer.cleanup() leaves its file"


@part("openpyxl", "_get_writer", "_values_to_row")
def test_a_sheet_takes_rows_from_a_generator_and_its_stream_takes_text(tmp_path: Path) -> None:
    sheet = Workbook(write_only=True).create_sheet()
    sheet._get_writer()
    stream = sheet._writer.xf.send(True)

    def rows() -> Iterator[None]:
        with stream.element("sheetData"), contextlib.suppress(GeneratorExit):
            while True:
                row: Any = yield
                sheet._writer.write_row(stream, sheet._values_to_row(row, 1), 1)
                stream._file('<row r="2"></row>')
        sheet._writer.xf.send(None)

    sheet._rows = rows()
    next(sheet._rows)
    sheet.append([1])
    sheet.close()
    written = Path(sheet._writer.out).read_text(encoding="utf-8")
    wanted = '<sheetData><row r="1"><c r="A1" t="n"><v>1</v></c></row><row r="2"></row></sheetData>'
    assert wanted in written, (
        "openpyxl's write-only sheet is written by other means than _rows, _writer.xf and its _file"
    )
    sheet._writer.cleanup()


def _handler() -> RequestHandler:
    class Connection:
        def set_close_callback(self, callback: Any) -> None: ...

    line = httputil.RequestStartLine("GET", "/", "HTTP/1.0")
    request = httputil.HTTPServerRequest(start_line=line, connection=Connection())  # type: ignore[arg-type]
    return RequestHandler(Application(), request)


@part("tornado", "_headers", "_reason", "_status_code", "_write_buffer")
def test_an_answer_begins_with_four_things() -> None:
    handler = _handler()
    before = {"_headers", "_reason", "_status_code", "_write_buffer"}
    assert before <= vars(handler).keys(), (
        "RequestHandler has other things that `clear` begins an answer with"
    )
    for name in before:
        delattr(handler, name)
    RequestHandler.clear(handler)
    assert before == {name for name in before if name in vars(handler)}
    source = inspect.getsource(RequestHandler.clear)
    made = {
        word.split("=")[0].split(":")[0].strip()
        for line in source.splitlines()
        if (word := line.strip()).startswith("self._")
    }
    assert made == {f"self.{name}" for name in before}, f"RequestHandler.clear does more than ours: {made}"
    handler.write("甲")
    handler.set_header("X-Of-Ours", "1")
    assert handler._write_buffer, "what is written does not wait in RequestHandler._write_buffer"
    assert handler._headers["X-Of-Ours"] == "1"


@part("tornado", "_body_future", "_prepared_future")
def test_a_body_waits_until_the_handler_is_prepared() -> None:
    # That it does is proven by tests/handlers/guards/test_receiving.py; this says what it is called.
    execute = inspect.getsource(RequestHandler._execute)
    assert "self._prepared_future" in execute, "nothing waits for RequestHandler._prepared_future"
    assert "self.request._body_future" in execute, "a streamed body has no HTTPServerRequest._body_future"
    for name in ("set_max_body_size", "set_body_timeout"):
        assert hasattr(HTTP1Connection, name)


@pytest.mark.gen_test  # type: ignore[untyped-decorator]
async def test_what_was_not_sent_waits_in_the_stream() -> None:
    near, far = socket.socketpair()
    stream = IOStream(near)
    with contextlib.closing(far), contextlib.closing(stream):
        assert len(stream._write_buffer or b"") == 0
        sent = stream.write(b"x" * 8_000_000)
        assert 0 < len(stream._write_buffer or b"") < 8_000_000, (
            "IOStream._write_buffer is not what is unsent"
        )
        assert not sent.done()
        stream.close()
        with contextlib.suppress(Exception):
            await sent


@part("urllib3", "_dns_host", "_new_conn")
def test_a_connection_goes_to_the_address_that_it_is_told() -> None:
    with contextlib.closing(socket.create_server(("127.0.0.1", 0))) as server:
        connection = HTTPConnection("name.invalid", server.getsockname()[1])
        connection._dns_host = "127.0.0.1"
        with contextlib.closing(connection._new_conn()) as made:
            assert made.getpeername() == server.getsockname(), (
                "HTTPConnection._dns_host is not where it connects to"
            )
    connection._dns_host = "name.invalid"
    assert connection.host == "name.invalid", "the name for headers and certificates is kept elsewhere"
    for kind in (HTTPConnection, HTTPSConnection):
        assert "self._new_conn()" in inspect.getsource(kind.connect), (
            f"{kind.__name__} connects by another hook"
        )


@part("smtplib", "_get_socket")
def test_mail_connects_by_its_hook() -> None:
    asked: list[tuple[str, int]] = []

    class Mail(smtplib.SMTP):
        def _get_socket(self, host: str, port: int, timeout: float) -> socket.socket:
            asked.append((host, port))
            raise ConnectionRefusedError

    with pytest.raises(ConnectionRefusedError):
        Mail("name.invalid", 2525)
    assert asked == [("name.invalid", 2525)], "smtplib.SMTP connects by another hook than _get_socket"


@part("wechatpy", "_http", "_request")
def test_wecom_is_called_by_the_hook_of_its_client() -> None:
    asked: list[tuple[str, str]] = []

    class Client(WeChatClient):  # type: ignore[misc]
        def _request(self, method: str, url_or_endpoint: str, **kwargs: Any) -> Any:
            asked.append((method, url_or_endpoint))
            return {"errcode": 0}

    client = Client("corp", "secret")
    assert hasattr(client, "_http"), "BaseWeChatClient._http is not its session any more"
    client.user.get("zhang")
    assert asked == [("get", "user/get")], f"wechatpy does not call by BaseWeChatClient._request: {asked}"


@pytest.fixture(scope="module")
def uses() -> list[Use]:
    """What the program uses."""
    return uses_in(texts_of(ROOT))


def test_nothing_private_is_used_that_has_no_test(uses: list[Use]) -> None:
    assert len(uses) > 20
    bare = [use for use in uses if (use.package, use.name) not in _TESTS]
    assert not bare, "\n".join(
        f"{use.file}:{use.line} uses {use.name}, which is private to {use.package}: take what is public, or write in"
        f" {Path(__file__).name} what it must do for us, with @part({use.package!r}, {use.name!r})"
        for use in bare
    )


def test_no_test_is_about_what_is_not_used(uses: list[Use]) -> None:
    used = {(use.package, use.name) for use in uses}
    assert not _TESTS.keys() - used, "these are not used any more: take their tests away"


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("from peewee import Model\nclass A(Model):\n    def f(self):\n        self._dirty.clear()", "_dirty"),
        ("def f(row):\n    row._dirty = set()", "_dirty"),
        ("def f(row):\n    return getattr(row, '_dirty')", "_dirty"),
        ("import tornado.web\nclass A(tornado.web.RequestHandler):\n    def f(self): self._auto_finish = 0", "_auto_finish"),
        ("from tornado.web import RequestHandler as R\nclass B(R): pass\nclass A(B):\n    def _log(self): ...", "_log"),
        ("from tornado.web import _ArgDefaultMarker", "_ArgDefaultMarker"),
        ("class A:\n    def f(self): return super()._get_socket()", "_get_socket"),
    ],
)  # fmt: skip
def test_a_private_part_is_found(text: str, found: str) -> None:
    assert {use.name for use in uses_in({"models/some.py": text})} == {found}


@pytest.mark.parametrize(
    "text",
    [
        "class A:\n    def __init__(self): self._dirty = 1\ndef f(a: A): return a._dirty",
        "from peewee import Model\nclass A(Model):\n    def _of_ours(self): self._own = 1",
        "def f(row): return row._meta.fields",
        "def f(row): return row.__data__",
    ],
)
def test_what_is_ours_or_documented_is_not_found(text: str) -> None:
    assert uses_in({"models/some.py": text}) == []
