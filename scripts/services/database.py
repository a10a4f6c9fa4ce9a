"""A MariaDB (or MySQL-compatible) server of our own in a temporary folder."""

from __future__ import annotations

import contextlib
import getpass
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import mysql.connector

from scripts.services.process import folder, free_port, launch, program, stop, wait_until

_COMMON = ("--no-defaults", "--innodb-data-file-path=ibdata1:4M:autoextend")
# Ids go up in steps of three from two on, as on a cluster of three (Galera): whoever computes an id from another one
# is found out by every test, drill and measurement.
_STEPS = ("--auto-increment-increment=3", "--auto-increment-offset=2")
# For tests alone: an answered commit is lost with the server.
_FAST = (
    "--innodb-flush-log-at-trx-commit=0",
    "--innodb-log-file-size=32M",
    "--innodb-buffer-pool-size=128M",
    "--skip-innodb-doublewrite",
)
# What an installation has (README, Production): no commit is answered before it is on the disk.
_DURABLE = (
    "--innodb-flush-log-at-trx-commit=1",
    "--sync-binlog=1",  # for whoever adds a binary log
    "--innodb-flush-method=O_DIRECT",
    "--innodb-log-file-size=512M",
    "--innodb-buffer-pool-size=2G",  # of address space: memory is taken as it fills
)


@dataclass(frozen=True)
class MariaDB:
    """A running server: where it listens and who it is."""

    host: str
    port: int
    socket: Path
    pid: int

    def connect(self, **options: Any) -> Any:
        """A connection as root (no password: the server listens on the loopback and lives for minutes)."""
        return mysql.connector.connect(host=self.host, port=self.port, user="root", password="", **options)

    def run(self, *statements: str) -> None:
        """Carry out statements as root, each committed."""
        connection = self.connect(autocommit=True)
        try:
            with connection.cursor() as cursor:
                for statement in statements:
                    cursor.execute(statement)
        finally:
            connection.close()

    def url(self, name: str) -> str:
        """ANBAN_DATABASE_URL of the database `name`, which is created if it is not there."""
        self.run(f"CREATE DATABASE IF NOT EXISTS `{name}` CHARACTER SET utf8mb4 COLLATE utf8mb4_general_ci")
        return f"mysql://root@{self.host}:{self.port}/{name}?charset=utf8mb4"

    def drop(self, name: str) -> None:
        """Remove the database `name` with all that is in it."""
        self.run(f"DROP DATABASE IF EXISTS `{name}`")

    def answers(self) -> bool:
        """Whether the server takes connections."""
        try:
            self.connect(connection_timeout=2).close()
        except mysql.connector.Error:
            return False
        return True


def start(home: Path, *, with_parent: bool, fast: bool = False) -> tuple[MariaDB, subprocess.Popen[bytes]]:
    """Initialise a data folder in `home`, unless there is one, and start a server on it (about a second).

    Its commits are durable, unless it is to be `fast`: then they are lost with the server (for tests).
    Raises Missing if MariaDB is not installed, RuntimeError with the log's tail if it does not come up.
    """
    if not (home / "data").exists():
        _initialise(home / "data", home / "log")
    return serve(home, free_port(), with_parent=with_parent, fast=fast)


def serve(
    home: Path, server_port: int, *, with_parent: bool, fast: bool = False
) -> tuple[MariaDB, subprocess.Popen[bytes]]:
    """Start a server on the data that `start` made in `home`: also once more, after the first one was killed."""
    data, log, socket = home / "data", home / "log", home / "s"
    daemon = program("mariadbd", "mysqld", package="mariadb-server")
    process = launch(
        [
            daemon,
            *_COMMON,
            *_STEPS,
            *(_FAST if fast else _DURABLE),
            f"--user={getpass.getuser()}",
            f"--datadir={data}",
            f"--socket={socket}",
            f"--tmpdir={home}",
            f"--port={server_port}",
            f"--pid-file={home / 'pid'}",
            "--bind-address=127.0.0.1",
            "--skip-name-resolve",
            "--skip-log-bin",
            "--max-connections=300",
            "--character-set-server=utf8mb4",
            "--collation-server=utf8mb4_general_ci",
        ],
        log,
        with_parent=with_parent,
    )
    server = MariaDB("127.0.0.1", server_port, socket, process.pid)
    wait_until(server.answers, process, log, 60)
    return server, process


def _initialise(data: Path, log: Path) -> None:
    install = program("mariadb-install-db", "mysql_install_db", package="mariadb-server")
    command = [
        install,
        *_COMMON,
        f"--user={getpass.getuser()}",
        f"--datadir={data}",
        "--auth-root-authentication-method=normal",
        "--skip-test-db",
        f"--tmpdir={data.parent}",  # the machine's own is anybody's to clear
        "--innodb-log-file-size=4M",
    ]
    with log.open("ab") as output:
        done = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT)
    if done.returncode:
        raise RuntimeError(f"mariadb-install-db failed:\n{log.read_text(errors='replace')[-3000:]}")


@contextlib.contextmanager
def mariadb(*, fast: bool = False) -> Iterator[MariaDB]:
    """A server for the length of the block, gone with its data afterwards.

    Its data is on the disk and every commit there before it is answered. A `fast` one, for tests, has it in memory
    where the machine allows, and waits for nothing.
    """
    with folder("mariadb", in_memory=fast) as home:
        server, process = start(home, with_parent=True, fast=fast)
        try:
            yield server
        finally:
            stop(process)
