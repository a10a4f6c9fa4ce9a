"""Floor: a Tornado handler that only parses JSON and answers JSON.

python -m scripts.bench.floors.json_floor --port 9001 --processes 2
"""

from __future__ import annotations

import click
import orjson
from tornado.web import Application, RequestHandler

from scripts.bench.floors.serving import serve


class Echo(RequestHandler):
    """Parses the body of a clock-in and answers with as much JSON as a clock-in has."""

    def post(self) -> None:
        """Answer 201 with what was sent."""
        body = orjson.loads(self.request.body)
        self.set_status(201)
        self.set_header("Content-Type", "application/json; charset=UTF-8")
        self.finish(
            orjson.dumps(
                {
                    "id": "1",
                    "day": body["scanned_at"][:10],
                    "scanned_at": body["scanned_at"],
                    "place": body["place"],
                    "unit": {"id": body["unit"], "name": "一分公司"},
                    "equipment": {"qr": body["qr"]},
                    "created": True,
                }
            )
        )


async def make_app() -> Application:
    """The application with its one route, without access log (wrk counts the answers)."""
    return Application([(r"/api/mp/v1/clock-ins", Echo)], log_function=lambda handler: None)


@click.command()
@click.option("--port", type=int, required=True)
@click.option("--processes", type=int, default=2, show_default=True)
def main(port: int, processes: int) -> None:
    """Serve until SIGTERM."""
    serve(port, processes, make_app)


if __name__ == "__main__":
    main()
