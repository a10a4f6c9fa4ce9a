"""Cursors of MySQL Connector/Python with what each statement need not pay for left out."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

#: A statement that is longer is not kept: it holds its values, and comes once.
_KEPT = 4096


@lru_cache(maxsize=1024)
def _pieces(statement: str) -> tuple[bytes, ...]:
    """What stands between the places of a statement's values, as the server is sent it."""
    return tuple(statement.encode().split(b"%s"))


def filled(statement: str, literals: Sequence[bytes]) -> bytes | None:
    """The statement with these SQL literals in the places of its values; None if there are not as many places.

    As the connector does it, whose search and replacement takes several times as long.
    """
    pieces = _pieces(statement) if len(statement) <= _KEPT else statement.encode().split(b"%s")
    if len(pieces) != len(literals) + 1:
        return None
    parts: list[bytes] = [pieces[0]]
    for literal, piece in zip(literals, pieces[1:], strict=True):
        parts += (literal, piece)
    return b"".join(parts)


try:
    from _mysql_connector import MySQLInterfaceError  # type: ignore[import-not-found]
    from mysql.connector.connection_cext import CMySQLConnection
    from mysql.connector.cursor_cext import CMySQLCursorBuffered
    from mysql.connector.errors import get_mysql_exception
except ImportError:  # the connector's C part is missing: slower, and all the same

    def open_cursor(connection: Any) -> Any:
        """A cursor that has all rows at hand."""
        return connection.cursor(buffered=True)

else:

    class _Cursor(CMySQLCursorBuffered):
        """Sends a statement as it stands, its values written in by the connector's own hand.

        The connector would first search it for DELIMITER, which takes longer than the server needs for some
        statements of a hundred thousand characters, and ask the connection whether it is there.
        """

        def execute(self, operation: Any, params: Any = (), map_results: bool = False) -> None:
            said = operation.encode() if isinstance(operation, str) else operation
            if params:
                said = self._with(operation, params)
            if said is None or map_results:  # which the connector knows how to do, or to refuse
                super().execute(operation, params, map_results)
                return
            self.reset()
            self._executed = said
            self._handle_result(self._connection.cmd_query(said, buffered=True))

        def _with(self, operation: Any, params: Any) -> bytes | None:
            """The statement with its values; None where the connector has its own way, or is to say what is wrong."""
            if not isinstance(operation, str) or not isinstance(params, (list, tuple)):
                return None
            try:
                literals: Any = self._connection.prepare_for_mysql(params)
            except MySQLInterfaceError:  # the connection is not there
                return None
            return filled(operation, literals)

        def _handle_resultset(self) -> None:
            """Take the rows as they come: the connector would ask for the columns once more, and then of every value of
            every row whether it is a vector."""
            if self._connection.converter or self._raw:
                super()._handle_resultset()
                return
            server: Any = self._connection._cmysql
            try:
                self._rows = list(iter(server.fetch_row, None))
            except MySQLInterfaceError as error:
                self._connection.free_result()
                raise get_mysql_exception(error.errno, msg=error.msg, sqlstate=error.sqlstate) from error
            self._next_row, self._rowcount = 0, len(self._rows)
            self._handle_eof()

    def open_cursor(connection: Any) -> Any:
        """A cursor that has all rows at hand; the server is not asked first whether it is there."""
        if isinstance(connection, CMySQLConnection):
            return _Cursor(connection)
        return connection.cursor(buffered=True)
