"""Cursors of MySQL Connector/Python with what each statement need not pay for left out."""

from __future__ import annotations

from typing import Any

try:
    from mysql.connector.connection_cext import CMySQLConnection
    from mysql.connector.cursor_cext import CMySQLCursorBuffered
except ImportError:  # the connector's C part is missing: slower, and all the same

    def open_cursor(connection: Any) -> Any:
        """A cursor that has all rows at hand."""
        return connection.cursor(buffered=True)

else:

    class _Cursor(CMySQLCursorBuffered):
        """Sends a statement without values as it stands.

        The connector would first search it for DELIMITER, which takes longer than the server needs for some
        statements of a hundred thousand characters.
        """

        def execute(self, operation: Any, params: Any = (), map_results: bool = False) -> None:
            if params or map_results:
                super().execute(operation, params, map_results)
                return
            self.reset()
            self._executed = operation.encode() if isinstance(operation, str) else operation
            self._handle_result(self._connection.cmd_query(self._executed, buffered=True))

    def open_cursor(connection: Any) -> Any:
        """A cursor that has all rows at hand; the server is not asked first whether it is there."""
        if isinstance(connection, CMySQLConnection):
            return _Cursor(connection)
        return connection.cursor(buffered=True)
