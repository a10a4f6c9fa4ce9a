"""The load client: writes the requests down beforehand, lets wrk send them, reads what it saw."""

from __future__ import annotations

import json
import resource
import shutil
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from scripts.bench.world import World

_SCRIPT = Path(__file__).parent / "wrk" / "replay.lua"
ROUTE = "/api/mp/v1/clock-ins"


@dataclass(frozen=True)
class Run:
    """What one run of wrk saw. Latencies in milliseconds, ``cpu`` in seconds of the client itself."""

    connections: int
    sent: int
    answered: int
    refused: int
    broken: int
    timeouts: int
    seconds: float
    exhausted: bool
    p50_ms: float
    p90_ms: float
    p99_ms: float
    max_ms: float
    cpu: float = 0.0

    @property
    def rate(self) -> float:
        """Answers a second until the deadline; what came in while draining after it does not count."""
        return max(0, self.sent - self.connections) / self.seconds if self.seconds else 0.0

    @property
    def clean(self) -> bool:
        """Whether every request was answered, and with success."""
        return self.answered == self.sent and not (
            self.refused or self.broken or self.timeouts or self.exhausted
        )


@dataclass(frozen=True)
class Names:
    """How the server under test calls the people and things of the world."""

    token: Callable[[int], str]
    qr: Callable[[int], str]
    unit: Callable[[int], str]  # by company number


def requests(world: World, names: Names, start: int, count: int, run: str) -> Iterator[bytes]:
    """HTTP requests for pairs ``start`` onward, ready to be sent; ``run`` keeps idempotency keys unique."""
    scanned_at = datetime.now().astimezone().isoformat(timespec="seconds")
    for number, (person, equipment) in enumerate(world.walk(start, count)):
        yield request(names, world, person, equipment, f"{run}-{number:08d}", scanned_at)


def request(names: Names, world: World, person: int, equipment: int, key: str, scanned_at: str) -> bytes:
    """One clock-in as bytes of HTTP/1.1."""
    body = json.dumps(
        {
            "qr": names.qr(equipment),
            "unit": names.unit(world.company_of(person)),
            "scanned_at": scanned_at,
            "place": {"lng": 120.15507, "lat": 30.27415, "accuracy": 12.5},
        },
        separators=(",", ":"),
    ).encode()
    return post(ROUTE, names.token(person), body, f"Idempotency-Key: {key}\r\n")


def post(route: str, token: str, body: bytes, headers: str = "") -> bytes:
    """JSON posted by who has the token, as bytes of HTTP/1.1; each of the further headers ends with its line."""
    head = (
        f"POST {route} HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer {token}\r\n"
        f"{headers}Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


def write(path: Path, prepared: Iterator[bytes]) -> Path:
    """Write the requests to a file, parted by NUL."""
    path.write_bytes(b"\0".join(prepared))
    return path


def wrk(
    port: int, prepared: Path, *, connections: int, seconds: float, loop: bool = False, threads: int = 1
) -> Run:
    """Send the prepared requests for so many seconds over so many connections.

    Takes: ``loop`` to begin again at the end of the file instead of stopping.
    Raises RuntimeError when wrk is missing or dies.
    """
    program = shutil.which("wrk")
    if program is None:
        raise RuntimeError("wrk is not installed (apt-get install wrk)")
    command = [
        program, f"-t{threads}", f"-c{connections}", f"-d{int(seconds) + 2}s", "--timeout", "20s",
        "-s", str(_SCRIPT),
        f"http://127.0.0.1:{port}{ROUTE}", "--", str(prepared), str(seconds), str(int(loop)),
    ]  # fmt: skip
    before = _children_cpu()
    done = subprocess.run(command, capture_output=True, text=True, timeout=seconds + 60, check=False)
    cpu = _children_cpu() - before
    line = next((line for line in done.stdout.splitlines() if line.startswith("RESULT ")), None)
    if line is None:
        raise RuntimeError(f"wrk failed:\n{done.stdout}\n{done.stderr}")
    seen: dict[str, Any] = json.loads(line[7:])
    return Run(connections=connections, cpu=cpu, **seen)


def _children_cpu() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime
