"""How the engine carries out the statements that matter, as it says itself (EXPLAIN)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any


def plans(database: Any, run: Callable[[], Any], matters: Callable[[str], bool]) -> list[list[str]]:
    """Run `run`; gives the plan, line by line, of each SELECT of its for which `matters` is true."""
    found: list[list[str]] = []
    execute = database.execute_sql

    def explained(sql: str, params: Any = None, *args: Any) -> Any:
        if sql.startswith("SELECT") and matters(sql):
            prefix = "EXPLAIN " if "`" in sql else "EXPLAIN QUERY PLAN "
            found.append([" ".join(map(str, line)) for line in execute(prefix + sql, params).fetchall()])
        return execute(sql, params, *args)

    database.execute_sql = explained
    try:
        run()
    finally:
        database.execute_sql = execute
    return found
