"""Files that mean harm against a running server: each is sent as a signed-in officer would, over HTTP on the loopback.

    python -m scripts.drills.hostile_files [--code FOLDER] [--only NAME] [--port 8931]

Starts the demo from the code in FOLDER (this one, if none is named) with data of its own, sends one file after the
other, and prints what was answered, how long it took, how much memory the server and its children took at most, and
whether the server still answers. A server that dies is started again. Nothing waits longer than a minute, and no
process gets more than 8 GB.
"""

from __future__ import annotations

import contextlib
import os
import resource
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click
import requests

from models.demo.sign_ins import CAST, PASSWORD
from scripts.drills.hostile import Hostile, all_files, workbook

HERE = Path(__file__).resolve().parents[2]
MOST = 8 << 30  # bytes of address space, so that the one before the change cannot take the machine
PATIENCE = 60.0


@dataclass
class Seen:
    """What became of one file. Memory in MB, `took` in seconds."""

    said: str
    took: float
    server: int
    children: int
    alive: bool


class Watch:
    """The most memory that a process and its children take while it watches."""

    def __init__(self, pid: int) -> None:
        self.pid, self.server, self.children = pid, 0, 0
        self._over = threading.Event()

    def __enter__(self) -> Watch:
        self._thread = threading.Thread(target=self._look, daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()

    def _look(self) -> None:
        while not self._over.wait(0.01):
            self.server = max(self.server, _megabytes(self.pid))
            self.children = max(self.children, sum(map(_megabytes, _children(self.pid))))


def _children(pid: int) -> list[int]:
    found: list[int] = []
    for tasks in Path(f"/proc/{pid}/task").glob("*/children"):
        with contextlib.suppress(OSError):
            found += [int(each) for each in tasks.read_text().split()]
    return found


def _megabytes(pid: int) -> int:
    with contextlib.suppress(OSError, IndexError, ValueError):
        return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * resource.getpagesize() >> 20
    return 0


class Server:
    """The demo of some code, on a port and a folder of its own."""

    def __init__(self, code: Path, port: int, data: Path) -> None:
        self.code, self.port, self.data = code, port, data
        self.base = f"http://127.0.0.1:{port}"
        self.settings = {
            **os.environ,
            "ANBAN_PORT": str(port),
            "ANBAN_DATA_DIR": str(data),
            "ANBAN_DEMO": "1",
        }
        self.process: subprocess.Popen[bytes] | None = None
        self.session = requests.Session()

    def start(self) -> None:
        """Start it and sign in."""
        with self.data.with_suffix(".log").open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-c", "from server.cli import main; main()", "run", "--demo"],
                cwd=self.code, env=self.settings, stdout=log, stderr=log, start_new_session=True,
                preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_AS, (MOST, MOST)),
            )  # fmt: skip
        until = time.monotonic() + 120
        while not self.alive():
            if time.monotonic() > until or self.process.poll() is not None:
                raise click.ClickException(f"the server did not start; see {self.data.with_suffix('.log')}")
            time.sleep(0.3)
        self.session = requests.Session()
        self.session.get(f"{self.base}/api/console/v1/session", timeout=10)
        self.call("POST", "/session", json={"login": CAST[0].phone, "password": PASSWORD}).raise_for_status()

    def call(self, method: str, path: str, **given: Any) -> requests.Response:
        """A request as the console sends it."""
        headers = {"X-XSRFToken": self.session.cookies.get("_xsrf", "")}
        address = f"{self.base}/api/console/v1{path}"
        return self.session.request(method, address, headers=headers, timeout=PATIENCE, **given)

    def alive(self) -> bool:
        """Whether it answers within five seconds."""
        with contextlib.suppress(requests.RequestException):
            return requests.get(f"{self.base}/health", timeout=5).status_code == 200
        return False

    def stop(self) -> None:
        """End it, and wait."""
        if self.process is not None and self.process.poll() is None:
            self.process.terminate()
            with contextlib.suppress(subprocess.TimeoutExpired):
                self.process.wait(20)
            if self.process.poll() is None:
                self.process.kill()
                self.process.wait()


def told(answer: requests.Response) -> str:
    """What an answer says, in a few words."""
    if answer.status_code < 300:
        return str(answer.status_code)
    with contextlib.suppress(ValueError, KeyError):
        return f"{answer.status_code} {answer.json()['error']['code']}"
    return str(answer.status_code)


def send(server: Server, file: Hostile, content: bytes, row: str) -> str:
    """Send a file to its door, and look at what was kept of it; gives what was said."""
    try:
        if file.door == "sheet":
            return _sheet(server, content)
        path = "/photos?ledger=hazards" if file.door == "photo" else f"/persons/{row}/attachments"
        kept = server.call("POST", path, files={"file": (file.name, content)})
        said = told(kept)
        if kept.status_code == 201:
            shown = server.call("GET", f"{path.partition('?')[0]}/{kept.json()['id']}")
            said += f", shown {told(shown)} {len(shown.content):,} B"
            if file.door == "photo" and file.times == 1:
                said += f", card {_cards(server, kept.json()['id'])}"
        return said
    except requests.RequestException as error:
        return f"no answer ({type(error).__name__})"


_ADDRESS = """
import sys
from models.core.config import configure
from server.settings import Settings
configure(Settings().config())
from bots.delivery import pictures
print(pictures.address(int(sys.argv[1])))
"""


def _cards(server: Server, photo: str) -> str:
    """Fetch a photo's card picture, as ten chats would at once that were sent its address."""
    found = subprocess.run(
        [sys.executable, "-c", _ADDRESS, photo], cwd=server.code, env=server.settings, text=True, check=True,
        capture_output=True,
    )  # fmt: skip
    address = found.stdout.strip().splitlines()[-1]
    with ThreadPoolExecutor(10) as pool:
        answers = list(pool.map(lambda _: requests.get(address, timeout=PATIENCE), range(10)))
    return f"10 × {answers[0].status_code} {len(answers[0].content):,} B"


def _sheet(server: Server, content: bytes) -> str:
    job = server.call("POST", "/persons/imports", files={"file": ("a.xlsx", content)})
    if job.status_code != 202:
        return told(job)
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        now = server.call("GET", f"/jobs/{job.json()['id']}").json()
        if now["state"] == "done":
            errors = now["result"]["errors"]
            return f"done: {errors[0]['code'] if errors else str(now['result']['rows']) + ' rows'}"
        if now["state"] == "failed":
            return f"failed: {now['error']['code']}"
        time.sleep(0.1)
    return "not done after a minute"


def one(server: Server, file: Hostile, row: str) -> Seen:
    """Send one file, as often at once as it says, and watch."""
    content = file.make()
    assert server.process is not None
    began = time.monotonic()
    with Watch(server.process.pid) as watch, ThreadPoolExecutor(file.times) as pool:
        said = list(pool.map(lambda _: send(server, file, content, row), range(file.times)))
    took = time.monotonic() - began
    alive = server.alive()
    if not alive:
        server.stop()
        server.start()
    words = ", ".join(
        f"{said.count(each)} × {each}" if file.times > 1 else each for each in dict.fromkeys(said)
    )
    return Seen(words, took, watch.server, watch.children, alive)


@contextlib.contextmanager
def running(code: Path, port: int) -> Iterator[Server]:
    """The demo of this code, gone at the end with its data."""
    data = Path(f"/tmp/anban-hostile-{port}")
    shutil.rmtree(data, ignore_errors=True)
    data.mkdir(parents=True)
    server = Server(code, port, data)
    try:
        server.start()
        yield server
    finally:
        server.stop()
        shutil.rmtree(data, ignore_errors=True)


@click.command()
@click.option("--code", type=click.Path(path_type=Path, exists=True), default=HERE, help="The code to run.")
@click.option("--only", default="", help="Names that contain this.")
@click.option("--port", default=8931)
def main(code: Path, only: str, port: int) -> None:
    """Send every hostile file to a server of its own and print what became of each."""
    files = [file for file in all_files() if only in file.name]
    faults = 0
    with running(code.resolve(), port) as server:
        row = server.call("GET", "/persons").json()["items"][0]["id"]
        _sheet(server, workbook())  # so that what is loaded once is loaded
        click.echo(
            "| file | bytes | answer | s | server MB | children MB | still answers |\n|---|--:|---|--:|--:|--:|---|"
        )
        for file in files:
            seen = one(server, file, row)
            died = not seen.alive or "no answer" in seen.said or "not done" in seen.said
            faults += died or (file.valid and "201" not in seen.said)
            click.echo(
                f"| {file.name} | {len(file.make()):,} | {seen.said} | {seen.took:.1f} | {seen.server:,} "
                f"| {seen.children:,} | {'yes' if seen.alive else '**no**'} |"
            )
    click.echo(f"\n{len(files)} files, {faults} faults")
    sys.exit(1 if faults else 0)


if __name__ == "__main__":
    main()
