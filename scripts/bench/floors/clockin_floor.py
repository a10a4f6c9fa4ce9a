"""Floor: one clock-in per request, as an expert writes it by hand in an afternoon.

Bare Tornado, an asyncmy pool and hand-written SQL: token, equipment, certificate, insert, commit.

    python -m scripts.bench.floors.clockin_floor --port 9002 --processes 2 --database mysql://user@host:3306/name
"""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime
from typing import Any
from urllib.parse import unquote, urlsplit

import asyncmy
import click
import orjson
from asyncmy.errors import IntegrityError
from tornado.web import Application, HTTPError, RequestHandler

from scripts.bench.floors import tables
from scripts.bench.floors.serving import serve


class ClockIn(RequestHandler):
    """POST /api/mp/v1/clock-ins, without any of the product's mechanisms."""

    def initialize(self, pool: Any) -> None:
        """Take the pool of the process."""
        self.pool = pool

    async def post(self) -> None:
        """Answer 201 with the record after its commit, 200 if it was there, 4xx otherwise."""
        body = orjson.loads(self.request.body)
        token = self.request.headers["Authorization"][7:]
        key = self.request.headers["Idempotency-Key"]
        scanned_at = datetime.fromisoformat(body["scanned_at"])
        now = datetime.now(UTC)
        place = body["place"] or {}
        # Autocommit: the only statement that writes commits itself, which spares two round trips.
        async with self.pool.acquire() as connection, connection.cursor() as cursor:
            await cursor.execute(tables.TOKEN, (hashlib.sha256(token.encode()).digest(), now))
            person = await cursor.fetchone()
            if person is None:
                raise HTTPError(401)
            await cursor.execute(tables.EQUIPMENT, (body["qr"].rsplit("/", 1)[-1],))
            equipment = await cursor.fetchone()
            if equipment is None or equipment[7] != person[2] or equipment[6] != "in_use":
                raise HTTPError(403)
            await cursor.execute(tables.CERTIFICATE, (person[0], equipment[5], scanned_at.date()))
            certificate = await cursor.fetchone()
            if certificate is None:
                raise HTTPError(403)
            values = (
                person[2], person[0], equipment[0], scanned_at.date(), key, scanned_at, now,
                place.get("lng"), place.get("lat"), place.get("accuracy"),
                certificate[0], certificate[1], certificate[2], certificate[4], equipment[6],
            )  # fmt: skip
            created = True
            try:
                await cursor.execute(tables.RECORD, values)
                record = cursor.lastrowid
            except IntegrityError:
                created = False
                await cursor.execute(tables.EXISTING, (person[0], equipment[0], scanned_at.date()))
                (record,) = await cursor.fetchone()
        self.set_status(201 if created else 200)
        self.set_header("Content-Type", "application/json; charset=UTF-8")
        self.finish(orjson.dumps(answer(record, created, body, now, person, equipment, certificate)))


def answer(
    record: int,
    created: bool,
    body: dict[str, Any],
    now: datetime,
    person: Any,
    equipment: Any,
    certificate: Any,
) -> dict[str, Any]:
    """The JSON of one clock-in, shaped as the contract says."""
    return {
        "id": str(record),
        "day": body["scanned_at"][:10],
        "scanned_at": body["scanned_at"],
        "received_at": now.astimezone().isoformat(),
        "late": False,
        "place": body["place"],
        "unit": {"id": str(person[2]), "name": person[3]},
        "person": {"id": str(person[0]), "name": person[1]},
        "equipment": {
            "id": str(equipment[0]), "name": equipment[1], "code": body["qr"].rsplit("/", 1)[-1],
            "register_no": equipment[2], "location": equipment[3], "type": equipment[4],
        },
        "certificate": {
            "number": certificate[1], "code": certificate[2], "project": certificate[3],
            "valid_until": certificate[4].isoformat(),
        },
        "created": created,
    }  # fmt: skip


@click.command()
@click.option("--port", type=int, required=True)
@click.option("--processes", type=int, default=2, show_default=True)
@click.option("--database", required=True, help="mysql://user:password@host:port/name")
@click.option("--pool", "size", type=int, default=40, show_default=True, help="Connections of each process.")
@click.option("--uvloop", "quick", is_flag=True, help="On uvloop instead of asyncio's own loop.")
def main(port: int, processes: int, database: str, size: int, quick: bool) -> None:
    """Serve until SIGTERM."""
    url = urlsplit(database)

    async def make_app() -> Application:
        pool = await asyncmy.create_pool(
            minsize=size, maxsize=size, autocommit=True, host=url.hostname, port=url.port or 3306,
            user=unquote(url.username or "root"), password=unquote(url.password or ""), db=url.path[1:],
        )  # fmt: skip
        return Application(
            [(r"/api/mp/v1/clock-ins", ClockIn, {"pool": pool})], log_function=lambda handler: None
        )

    serve(port, processes, make_app, quick=quick)


if __name__ == "__main__":
    main()
