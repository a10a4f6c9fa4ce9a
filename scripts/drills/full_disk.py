"""The disk runs full while people clock in and send files, and has room again (X10, L08). Needs the right to mount.

    python -m scripts.drills.full_disk [--mariadb] [--rounds 3]

Everything lies on a small file system of its own that is filled to the last byte. Then every write must be refused with
words and `/health` must say disk_full; reads must go on; and without anybody's help all must go on once there is room:
what was answered is there, what was refused is not, no file is half there, news are passed on.
"""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
import requests

from models.core.db.connection import close_database, database, open_database
from models.core.events.outbox import DONE, Outbox
from models.duty.records import ClockIn
from scripts.drills.crowd import clock_ins, planted
from scripts.drills.standing import Part, anban
from scripts.drills.town import OFFICER
from scripts.services import database as mariadb
from scripts.services.process import folder, free_port

_PATIENCE = 90.0  # seconds until all must be well again


@contextlib.contextmanager
def small_disk(place: Path, megabytes: int) -> Iterator[Path]:
    """A file system of so many megabytes, in memory. Raises CalledProcessError without the right to mount."""
    place.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={megabytes}m", "tmpfs", str(place)], check=True)
    try:
        yield place
    finally:
        subprocess.run(["umount", "--lazy", str(place)], check=True)


def fill(disk: Path) -> Path:
    """Take all that is free; gives the file that does."""
    ballast = disk / "ballast"
    with ballast.open("ab", buffering=0) as file:
        for size in (1 << 20, 4096, 1):
            with contextlib.suppress(OSError):
                while file.write(b"\1" * size):
                    pass
    return ballast


class Faults(list[str]):
    """What was not as it must be."""

    def must(self, what: str, well: bool, seen: Any = "") -> None:
        """Note `what` unless it is well."""
        if not well:
            self.append(f"{what}: {seen}")


def _health(url: str) -> tuple[int, str]:
    answer = requests.get(f"{url}/health", timeout=30)
    return answer.status_code, answer.json()["status"]


def _until(wanted: tuple[int, str], url: str) -> tuple[int, str]:
    until = time.monotonic() + _PATIENCE
    while (seen := _health(url)) != wanted and time.monotonic() < until:
        time.sleep(0.5)
    return seen


class _Desk:
    """The officer on the console."""

    def __init__(self, url: str) -> None:
        self._api, self._line = f"{url}/api/console/v1", requests.Session()
        self._line.cookies.set("anban_session", OFFICER)
        self._line.get(f"{self._api}/session", timeout=30)
        self._line.headers["X-XSRFToken"] = self._line.cookies.get("_xsrf", "")

    def people(self) -> requests.Response:
        """A read."""
        return self._line.get(f"{self._api}/persons", timeout=60)

    def upload(self, size: int) -> requests.Response:
        """A file."""
        sheet = {"file": ("表.xlsx", os.urandom(size))}
        return self._line.post(f"{self._api}/persons/imports", files=sheet, timeout=60)


def _round(disk: Path, url: str, ask: Any, desk: _Desk, taken: list[int], faults: Faults) -> None:
    line = requests.Session()
    ballast = fill(disk)
    began = time.monotonic()
    refused = 0
    while refused < 3 and time.monotonic() - began < 60:
        answer = ask(line)
        if answer.status_code < 300:
            taken.append(int(answer.json()["id"]))  # the log had room in itself
            continue
        error = answer.json()["error"]
        faults.must(
            "a refusal says it", (answer.status_code, error["code"]) == (503, "disk_full"), answer.text[:200]
        )
        faults.must("a refusal says when", int(answer.headers.get("Retry-After", 0)) > 0, answer.headers)
        refused += 1
    faults.must("the disk was full", refused == 3, f"{refused} refused")
    faults.must("health says it", (seen := _until((503, "disk_full"), url)) == (503, "disk_full"), seen)
    faults.must("reads go on", (told := desk.people()).status_code == 200, told.text[:200])
    sent = desk.upload(200_000)
    faults.must(
        "a file is refused",
        sent.status_code == 503 and sent.json()["error"]["code"] == "disk_full",
        sent.text[:200],
    )
    faults.must("no file is half there", not (left := list(disk.rglob("*.part"))), left)
    ballast.unlink()
    faults.must("health is well again", (seen := _until((200, "ok"), url)) == (200, "ok"), seen)
    answer = ask(line)
    faults.must("clock-ins are taken again", answer.status_code == 201, answer.text[:200])
    if answer.status_code == 201:
        taken.append(int(answer.json()["id"]))


@click.command(help=__doc__)
@click.option(
    "--mariadb",
    "on_mariadb",
    is_flag=True,
    help="The database is a MariaDB whose data lies on the same disk.",
)
@click.option("--rounds", default=3, show_default=True, help="How often it runs full.")
def main(on_mariadb: bool, rounds: int) -> None:
    """Run it, and end with 1 if something was not as it must be."""
    faults, taken = Faults(), list[int]()
    with contextlib.ExitStack() as stack:
        home = stack.enter_context(folder("full"))
        disk = stack.enter_context(small_disk(home / "disk", 900 if on_mariadb else 64))
        address = f"sqlite:///{disk / 'anban.db'}"
        if on_mariadb:
            (disk / "mariadb").mkdir()
            server, process = mariadb.start(disk / "mariadb", with_parent=True)
            stack.callback(Part("mariadb", lambda: process, process).end)
            address = server.url("anban")
        port = free_port()
        url = f"http://127.0.0.1:{port}"
        settings, names = planted(disk, url, address)
        settings["ANBAN_DISK_RESERVE_MB"] = "1"
        part = anban(home, settings, "run", "run", "--no-demo", "--port", str(port))
        stack.callback(part.end)
        part.start()
        ask, desk = clock_ins(url, names), _Desk(url)
        for _ in range(rounds):
            _round(disk, url, ask, desk, taken, faults)
        faults.must("the process lives", part.runs)
        open_database(address)
        stack.callback(close_database)
        with database.connection_context():
            there = {row.id for row in ClockIn.select(ClockIn.id)}
            until = time.monotonic() + _PATIENCE
            while (left := Outbox.select().where(Outbox.state != DONE).count()) and time.monotonic() < until:
                time.sleep(0.5)
        faults.must("what was answered is there, and nothing else", there == set(taken), there ^ set(taken))
        faults.must("all news are passed on", not left, left)
        if faults:
            click.echo((home / "run.log").read_text()[-3000:])
    click.echo(f"{rounds} times full, {len(taken)} clock-ins taken")
    for fault in faults:
        click.echo(f"FAULT: {fault}")
    sys.exit(1 if faults else 0)


if __name__ == "__main__":
    main()
