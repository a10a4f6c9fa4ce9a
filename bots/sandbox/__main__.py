"""Run a sandbox alone: `python -m bots.sandbox --port 8010 [--seed people.json] [--state chat.json]`."""

from __future__ import annotations

import argparse
import asyncio
import json
import signal
import sys
from pathlib import Path

from tornado.httpserver import HTTPServer

from bots.sandbox import SERVER_OPTIONS, Seed, build
from bots.sandbox.core.example import example


async def serve(port: int, seed: Seed, state: Path | None) -> None:
    """Serve on the loopback until SIGINT or SIGTERM."""
    sandbox = build(state, seed)
    server = HTTPServer(sandbox, **SERVER_OPTIONS)
    server.listen(port, "127.0.0.1")
    sandbox.start()
    end = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, end.set)
    sys.stdout.write(f"聊天沙箱：http://127.0.0.1:{port}/\n")
    sys.stdout.flush()
    await end.wait()
    server.stop()
    await sandbox.stop()


def main() -> None:
    """Read the arguments, and serve."""
    parser = argparse.ArgumentParser(prog="python -m bots.sandbox", description=__doc__)
    parser.add_argument("--port", type=int, default=8010)
    parser.add_argument("--seed", type=Path, help="people, apps and groups as JSON; without: a small example")
    parser.add_argument("--state", type=Path, help="where the chat is kept; without: nowhere")
    parser.add_argument("--callback", default="", help="callback address of the example's app")
    given = parser.parse_args()
    if given.seed:
        seed = Seed.from_json(json.loads(given.seed.read_text(encoding="utf-8")))
    else:
        seed = example(given.callback)
    asyncio.run(serve(given.port, seed, given.state))


if __name__ == "__main__":
    main()
