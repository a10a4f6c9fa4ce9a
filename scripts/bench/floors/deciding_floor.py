"""Floor: one task decided per request, bare Tornado, an asyncmy pool and the statements of `deciding_sql`; it answers the
task as the product's door does (`deciding_answer`).

python -m scripts.bench.floors.deciding_floor --port 9003 --processes 2 --database mysql://user@host:3306/name
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from urllib.parse import unquote, urlsplit

import asyncmy
import click
import orjson
from tornado.web import Application, HTTPError, RequestHandler

from scripts.bench.floors import deciding_answer, deciding_sql
from scripts.bench.floors.serving import serve


class Decide(RequestHandler):
    """POST /api/mp/v1/tasks/{id}/decide, without any of the product's mechanisms."""

    def initialize(self, pool: Any) -> None:
        """Take the pool of the process."""
        self.pool = pool

    async def post(self, task_id: str) -> None:
        """Answer 200 with the task as it is after its commit, 403 for who may not, or for what is done already."""
        body = orjson.loads(self.request.body)
        token = self.request.headers["Authorization"][7:]
        now = datetime.now(UTC).replace(tzinfo=None)
        async with self.pool.acquire() as connection, connection.cursor() as cursor:
            try:
                # Who asks is read before the transaction, as in the product.
                who = await drive(cursor, deciding_sql.sign_in(token, now))
                await cursor.execute("BEGIN")
                steps = deciding_sql.decision(who, int(task_id), body["outcome"], body["comment"], now)
                await drive(cursor, steps)
                answer = await drive(cursor, deciding_answer.answer(int(task_id), now))
                await cursor.execute("COMMIT")
            except PermissionError:
                await cursor.execute("ROLLBACK")
                raise HTTPError(403) from None
            except BaseException:
                await cursor.execute("ROLLBACK")
                raise
        self.set_header("Content-Type", "application/json; charset=UTF-8")
        self.finish(orjson.dumps(answer))


async def drive(cursor: Any, steps: Any) -> Any:
    """Run the statements of a floor on an asyncmy cursor."""
    try:
        statement = next(steps)
        while True:
            await cursor.execute(*statement)
            rows = await cursor.fetchall() if cursor.description else [(cursor.lastrowid,)]
            statement = steps.send(rows)
    except StopIteration as ended:
        return ended.value


@click.command()
@click.option("--port", type=int, required=True)
@click.option("--processes", type=int, default=2, show_default=True)
@click.option("--database", required=True, help="mysql://user:password@host:port/name")
@click.option("--pool", "size", type=int, default=16, show_default=True, help="Connections of each process.")
def main(port: int, processes: int, database: str, size: int) -> None:
    """Serve until SIGTERM."""
    url = urlsplit(database)

    async def make_app() -> Application:
        pool = await asyncmy.create_pool(
            minsize=size, maxsize=size, autocommit=True, host=url.hostname, port=url.port or 3306,
            user=unquote(url.username or "root"), password=unquote(url.password or ""), db=url.path[1:],
            init_command="SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED",
        )  # fmt: skip
        return Application(
            [(r"/api/mp/v1/tasks/(\d+)/decide", Decide, {"pool": pool})], log_function=lambda handler: None
        )

    serve(port, processes, make_app)


if __name__ == "__main__":
    main()
