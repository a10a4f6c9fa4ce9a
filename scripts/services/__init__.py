"""Private MariaDB and Redis on free loopback ports, for tests, benchmarks and trying things out.

As a library: `with mariadb() as server: server.url("anban")`; likewise `with redis() as server`. Commits are durable,
unless a test asks for a `fast` one.
By hand: `python -m scripts.services start`, which prints the settings to export, and `stop`.
"""

from scripts.services.database import MariaDB, mariadb
from scripts.services.process import Missing
from scripts.services.store import Redis, redis

__all__ = ["MariaDB", "Missing", "Redis", "mariadb", "redis"]
