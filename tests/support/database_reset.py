"""Putting a MariaDB database back to what it was after the migrations, in milliseconds."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import mysql.connector


class Emptier:
    """Deletes the rows of all tables that have any, and puts back those that were born with the schema."""

    def __init__(self, connection: Any, name: str) -> None:
        self._connection = connection
        self._born = f"{name}_born"
        self._tables = [table for (table,) in self._ask("SHOW TABLES")]
        self._run(f"DROP DATABASE IF EXISTS `{self._born}`", f"CREATE DATABASE `{self._born}`")
        self._full = self._with_rows()
        for table in self._full:
            self._run(f"CREATE TABLE `{self._born}`.`{table}` AS SELECT * FROM `{table}`")

    @classmethod
    @contextlib.contextmanager
    def of(cls, url: str) -> Iterator[Emptier]:
        """For the freshly migrated database at `url`."""
        parts = urlsplit(url)
        name = parts.path.lstrip("/")
        connection = mysql.connector.connect(
            host=parts.hostname,
            port=parts.port,
            user=parts.username,
            password="",
            database=name,
            autocommit=True,
        )
        try:
            emptier = cls(connection, name)
            # Rows go in whatever order, and reference rows come back after what refers to them.
            emptier._run("SET SESSION foreign_key_checks = 0")
            yield emptier
            emptier._run(f"DROP DATABASE `{emptier._born}`")
        finally:
            connection.close()

    def empty(self) -> None:
        """Make it as after the migrations; ids go on counting."""
        self._run("START TRANSACTION", *(f"DELETE FROM `{table}`" for table in self._with_rows()))
        self._run(
            *(f"INSERT INTO `{table}` SELECT * FROM `{self._born}`.`{table}`" for table in self._full),
            "COMMIT",
        )

    def _with_rows(self) -> list[str]:
        asked = " UNION ALL ".join(f"(SELECT '{table}' FROM `{table}` LIMIT 1)" for table in self._tables)
        return [table for (table,) in self._ask(asked)]

    def _ask(self, query: str) -> list[tuple[str]]:
        with self._connection.cursor() as cursor:
            cursor.execute(query)
            return list(cursor.fetchall())

    def _run(self, *statements: str) -> None:
        with self._connection.cursor() as cursor:
            for statement in statements:
                cursor.execute(statement)
