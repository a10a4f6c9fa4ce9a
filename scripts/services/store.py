"""A Redis server of our own that keeps nothing."""

from __future__ import annotations

import contextlib
import socket
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from scripts.services.process import folder, free_port, launch, program, stop, wait_until


@dataclass(frozen=True)
class Redis:
    """A running server: where it listens and who it is."""

    host: str
    port: int
    pid: int

    def url(self, database: int = 0) -> str:
        """ANBAN_REDIS_URL of the numbered database."""
        return f"redis://{self.host}:{self.port}/{database}"

    def answers(self) -> bool:
        """Whether the server answers a PING."""
        try:
            with socket.create_connection((self.host, self.port), 2) as connection:
                connection.sendall(b"PING\r\n")
                return connection.recv(16).startswith(b"+PONG")
        except OSError:
            return False


def start(home: Path, *, with_parent: bool, port: int | None = None) -> tuple[Redis, subprocess.Popen[bytes]]:
    """Start a server without persistence, on a free port unless one is given.

    Raises Missing if Redis is not installed, RuntimeError with the log's tail if it does not come up.
    """
    port, log = port or free_port(), home / "log"
    command = [
        program("redis-server", package="redis-server"),
        *("--bind", "127.0.0.1", "--port", str(port), "--dir", str(home)),
        *("--save", "", "--appendonly", "no", "--daemonize", "no"),
    ]
    process = launch(command, log, with_parent=with_parent)
    server = Redis("127.0.0.1", port, process.pid)
    wait_until(server.answers, process, log, 20)
    return server, process


@contextlib.contextmanager
def redis() -> Iterator[Redis]:
    """A server for the length of the block."""
    with folder("redis") as home:
        server, process = start(home, with_parent=True)
        try:
            yield server
        finally:
            stop(process)
