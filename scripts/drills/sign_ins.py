"""A flood of sign-ins: what others notice of it, and whether the holder still gets in (issue 9.2).

    python -m scripts.drills.sign_ins [--rate 200] [--seconds 15] [--code FOLDER]

One server with demo data on SQLite, on the loopback. First somebody who is signed in asks for their day, 20 times a
second, with nothing else going on: that is the floor, in the same run. Then the same while wrong sign-ins come at
`--rate`, in three ways: as many logins from as many addresses (the worst: nobody has to wait), one login from many
addresses, many logins from one. Meanwhile the holder signs in every second from a known device. `--code` runs the server
of another checkout, for the figures of before. Right is: the slowest percent under twice the idle one.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import sys
import time
import urllib.request
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import click

from models.demo import demo_sign_ins
from scripts.services.process import folder, free_port, launch, stop, wait_until

ROOT = Path(__file__).resolve().parents[2]
HERE, EACH_SECOND = "127.0.0.1", 20
HOLDER, COLLEAGUE = "19900000011", "19900000016"
MOST_OPEN = 400  # tries under way at once; beyond that they are not made, and said to be so
GOAL = 2.0


@dataclass
class Phase:
    """What was measured in one: seconds of each answer of the day, of each sign-in of the holder, codes of the tries."""

    name: str
    days: list[float] = field(default_factory=list)
    holder: list[float] = field(default_factory=list)
    holder_refused: int = 0
    tries: Counter[str] = field(default_factory=Counter)
    busy: float = 0.0  # share of one processor that the server took

    def slowest(self, share: float = 0.99) -> float:
        """The time that `share` of the answers kept to, in milliseconds."""
        ordered = sorted(self.days)
        return 1000 * ordered[min(len(ordered) - 1, int(share * len(ordered)))] if ordered else float("inf")

    def line(self, idle: Phase) -> str:
        """As a line of the table."""
        ratio = self.slowest() / idle.slowest()
        holder = f"{1000 * max(self.holder):.0f} ms" if self.holder else "never"
        came = ", ".join(f"{count} {code}" for code, count in self.tries.most_common())
        return (
            f"| {self.name} | {self.slowest(0.5):.1f} ms | {self.slowest():.1f} ms | {ratio:.2f} | {holder}"
            f"{f', {self.holder_refused} refused' if self.holder_refused else ''} | {self.busy:.0%} | {came or '-'} |"
        )


@contextlib.contextmanager
def serving(code: Path) -> Iterator[tuple[int, int]]:
    """The server of a checkout, with demo data; its port and process."""
    with folder("sign-ins", in_memory=True) as home:
        port = free_port()
        chosen = {
            "ANBAN_DATA_DIR": str(home / "data"), "ANBAN_PORT": str(port), "ANBAN_DEMO": "1",
            "ANBAN_SANDBOX_PORT": str(free_port()), "ANBAN_TRUSTED_PROXIES": '["127.0.0.1"]', "ANBAN_TRUST_PROXY": "1",
            "ANBAN_LOG_LEVEL": "error", "PYTHONPATH": str(code), "PYTHONSAFEPATH": "1",
        }  # fmt: skip
        environment = {name: text for name, text in os.environ.items() if not name.startswith("ANBAN_")}
        log = home / "log"
        process = launch(
            [sys.executable, "-m", "server.cli", "run"], log, with_parent=True, settings={**environment, **chosen}, where=home,
        )  # fmt: skip

        def healthy() -> bool:
            try:
                with urllib.request.urlopen(f"http://{HERE}:{port}/health", timeout=1) as answer:
                    return int(answer.status) == 200
            except OSError:
                return False

        wait_until(healthy, process, log, 180)
        try:
            yield port, process.pid
        finally:
            stop(process, 20)


async def ask(port: int, method: str, path: str, *, body: Any = None, headers: str = "") -> tuple[int, Any]:
    """One request on a connection of its own: status and JSON; 0 where there was no answer."""
    content = b"" if body is None else json.dumps(body).encode()
    writer = None
    try:
        reader, writer = await asyncio.open_connection(HERE, port)
        head = f"{method} {path} HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Length: {len(content)}\r\n{headers}\r\n"
        writer.write(head.encode() + content)
        answer = await asyncio.wait_for(reader.read(), 60)
        told, _, rest = answer.partition(b"\r\n\r\n")
        return int(told.split()[1]), json.loads(rest) if rest else None
    except (OSError, TimeoutError, ValueError, IndexError):
        return 0, None
    finally:
        if writer is not None:
            writer.close()


async def sign_in(port: int, login: str, password: str, address: str, **more: Any) -> tuple[int, Any]:
    """Try to sign in at the phone's door, from an address as a proxy says it."""
    body = {"provider": "password", "login": login, "password": password, **more}
    return await ask(port, "POST", "/api/mp/v1/session", body=body, headers=f"X-Forwarded-For: {address}\r\n")


class Drill:
    """The people of one run."""

    def __init__(self, port: int, process: int) -> None:
        self.port, self.process = port, process
        self.passwords = {login: password for _, login, password, _ in demo_sign_ins()}
        self.token = ""
        self.device: dict[str, str] = {}

    async def begin(self) -> None:
        """Both sign in once, as on any day before."""
        sessions = []
        for login in (COLLEAGUE, HOLDER):
            status, session = await sign_in(self.port, login, self.passwords[login], "192.0.2.1")
            if status != 200:
                raise click.ClickException(f"{login} can't sign in at the start: {status}")
            sessions.append(session)
        self.token, session = sessions[0]["token"], sessions[1]
        known = session.get("known_device")
        self.device = {"known_device": known} if known else {}

    async def phase(
        self, name: str, seconds: float, rate: float, flood: Callable[[int], tuple[str, str]] | None
    ) -> Phase:
        """Measure for so long; `flood(n)` gives login and address of the n-th try."""
        phase = Phase(name)
        works = [self._days(phase, seconds), self._holder(phase, seconds)]
        if flood is not None:
            works.append(self._flood(phase, seconds, rate, flood))
        began, used = time.perf_counter(), processor_seconds(self.process)
        await asyncio.gather(*works)
        phase.busy = (processor_seconds(self.process) - used) / (time.perf_counter() - began)
        return phase

    async def _days(self, phase: Phase, seconds: float) -> None:
        async def once() -> None:
            began = time.perf_counter()
            status, _ = await ask(
                self.port, "GET", "/api/mp/v1/today", headers=f"Authorization: Bearer {self.token}\r\n"
            )
            phase.days.append(time.perf_counter() - began if status == 200 else 60.0)

        await self._evenly(seconds, EACH_SECOND, lambda _: once())

    async def _holder(self, phase: Phase, seconds: float) -> None:
        async def once() -> None:
            began = time.perf_counter()
            status, _ = await sign_in(self.port, HOLDER, self.passwords[HOLDER], "192.0.2.1", **self.device)
            if status == 200:
                phase.holder.append(time.perf_counter() - began)
            else:
                phase.holder_refused += 1

        await self._evenly(seconds, 1, lambda _: once())

    async def _flood(
        self, phase: Phase, seconds: float, rate: float, flood: Callable[[int], tuple[str, str]]
    ) -> None:
        under_way = asyncio.Semaphore(MOST_OPEN)

        async def once(number: int) -> None:
            if under_way.locked():
                phase.tries["not made"] += 1
                return
            async with under_way:
                login, address = flood(number)
                status, told = await sign_in(self.port, login, "Wrong#pass-77", address)
                phase.tries[told["error"]["code"] if told and "error" in told else f"status {status}"] += 1

        await self._evenly(seconds, rate, once)

    async def _evenly(self, seconds: float, rate: float, once: Callable[[int], Any]) -> None:
        """Begin one after the other at an even pace, whatever became of those before."""
        began, tasks = time.perf_counter(), []
        for number in range(int(seconds * rate)):
            await asyncio.sleep(max(0.0, began + number / rate - time.perf_counter()))
            tasks.append(asyncio.ensure_future(once(number)))
        await asyncio.gather(*tasks)


def processor_seconds(process: int) -> float:
    """How long a process has worked, all its threads."""
    fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


async def measure(port: int, process: int, rate: float, seconds: float) -> list[Phase]:
    """All phases, the idle one first."""
    drill = Drill(port, process)
    await drill.begin()
    many = "198.18.{}.{}"
    ways: list[tuple[str, Callable[[int], tuple[str, str]] | None]] = [
        ("idle", None),
        ("many logins, many addresses", lambda n: (f"user{n}", many.format(n // 250 % 250, n % 250))),
        ("the holder's login, many addresses", lambda n: (HOLDER, many.format(n // 250 % 250, n % 250))),
        ("many logins, one address", lambda n: (f"someone{n}", "203.0.113.7")),
    ]
    return [await drill.phase(name, seconds, rate, flood) for name, flood in ways]


@click.command()
@click.option("--rate", default=200.0, show_default=True, help="Wrong sign-ins a second.")
@click.option("--seconds", default=15.0, show_default=True, help="Of each phase.")
@click.option(
    "--goal", default=GOAL, show_default=True, help="Times the idle answer, for the slowest percent."
)
@click.option(
    "--code", type=click.Path(exists=True, path_type=Path), default=ROOT, help="The checkout to run."
)
def main(rate: float, seconds: float, goal: float, code: Path) -> None:
    """Print the table; ends with 1 where others notice too much, or the holder is kept out."""
    with serving(code.resolve()) as (port, process):
        phases = asyncio.run(measure(port, process, rate, seconds))
    idle, *floods = phases
    print(
        "| | median | slowest percent | against idle | holder, slowest | tries |\n|---|---|---|---|---|---|"
    )
    for phase in phases:
        print(phase.line(idle))
    bad = [each.name for each in floods if each.slowest() > goal * idle.slowest() or each.holder_refused]
    print(
        f"not kept: {'; '.join(bad)}" if bad else f"all under {goal:g} times the idle time; the holder got in"
    )
    sys.exit(bool(bad))


if __name__ == "__main__":
    main()
