"""How long others wait while a sheet of 10,000 rows is imported into the embedded database (Q05, X10).

    python -m scripts.drills.importing [--ledger persons …] [--rows 10000] [--writers 4] [--readers 2] [--codes] [--again]

`anban run` on SQLite in a process of its own. People clock in one scan after the other and an officer opens the list of
people again and again, while the sheet is checked and then imported; with `--codes` people get activation codes, whose
sheet is made too, and with `--again` the rows are there already and the sheet says something else of each. Told: the
longest wait of each, and the usual one.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterable, Iterator
from datetime import timedelta
from io import BytesIO
from typing import Any

import click
import requests
from openpyxl import Workbook

from models.core import clock
from scripts.bench.product.seed import id_number
from scripts.drills.crowd import WORLD, Crowd, Waits, clock_ins, planted
from scripts.drills.standing import anban
from scripts.drills.town import OFFICER
from scripts.services.process import folder, free_port

GOAL = 1.0  # seconds that a write may wait
_FIRST = 100_000  # the number of the first imported human, far from those who clock in

Rows = Iterable[list[Any]]


def _people(count: int, time_: int) -> tuple[list[str], Rows]:
    titles = ["姓名", "身份证号", "联系电话", "是否添加账号"]
    return titles, ([f"新人{n}", id_number(_FIRST + n), f"13{8 - time_}{n:08d}", "是"] for n in range(count))


def _equipment(count: int, time_: int) -> tuple[list[str], Rows]:
    titles = ["设备名称", "设备种类", "使用状态", "使用登记证编号"]
    return titles, ([f"新{n}号叉车", "叉车", "在用", f"车11浙B{n:05d}(24)"] for n in range(count))


def _certificates(count: int, time_: int) -> tuple[list[str], Rows]:
    titles, until = (
        ["持证人", "证书编号", "作业项目代号", "有效期至"],
        clock.today() + timedelta(days=400 + time_),
    )
    numbers = (id_number(n % WORLD.persons) for n in range(count))
    return titles, ([number, f"X{n:08d}", "N1", until] for n, number in enumerate(numbers))


def _posts(count: int, time_: int) -> tuple[list[str], Rows]:
    return ["岗位", "职责", "排序"], ([f"岗位{n}", f"看守{time_}", 10] for n in range(count))


SHEETS: dict[str, Callable[[int, int], tuple[list[str], Rows]]] = {
    "persons": _people, "equipment": _equipment, "certificates": _certificates, "posts": _posts,
}  # fmt: skip


class Officer:
    """Who imports, on the console."""

    def __init__(self, url: str) -> None:
        self._api = f"{url}/api/console/v1"
        self.line = requests.Session()
        self.line.cookies.set("anban_session", OFFICER)
        self.line.get(f"{self._api}/session", timeout=30)
        self.line.headers["X-XSRFToken"] = self.line.cookies.get("_xsrf", "")

    def import_sheet(
        self, ledger: str, content: bytes, options: dict[str, str]
    ) -> tuple[float, float, float, float]:
        """Upload, check, import, and fetch what that leaves; gives when it began and when each of them was done."""
        began = time.monotonic()
        files = {"file": ("表.xlsx", content)}
        job = self._json(self.line.post(f"{self._api}/{ledger}/imports", files=files, timeout=60))
        found = self._done(job)["result"]
        if found["bad"]:
            raise RuntimeError(f"{found['bad']} rows are wrong: {found['errors'][:2]}")
        checked = time.monotonic()
        path = f"{self._api}/{ledger}/imports"
        job = self._json(self.line.post(f"{path}/{job['id']}/commit", json={"options": options}, timeout=60))
        offer = self._done(job)["result"].get("left", {}).get("offer")
        ended = time.monotonic()
        if offer:
            self._done(self._json(self.line.post(f"{path}/{job['id']}/{offer['name']}", timeout=60)))
        return began, checked, ended, time.monotonic()

    def _done(self, job: dict[str, Any]) -> dict[str, Any]:
        while True:
            now = self._json(self.line.get(f"{self._api}/jobs/{job['id']}", timeout=120))
            if now["state"] == "failed":
                raise RuntimeError(f"the import failed: {now['error']}")
            if now["state"] == "done":
                return now
            time.sleep(0.3)

    @staticmethod
    def _json(answer: requests.Response) -> dict[str, Any]:
        if answer.status_code >= 400:
            raise RuntimeError(f"{answer.status_code} {answer.text[:300]}")
        return dict(answer.json())


def workbook(ledger: str, rows: int, time_: int = 0) -> bytes:
    """The sheet to import, as it is at the first `time_` and at the next."""
    titles, lines = SHEETS[ledger](rows, time_)
    made = Workbook(write_only=True)
    sheet = made.create_sheet()
    for line in (titles, *lines):
        sheet.append(line)
    target = BytesIO()
    made.save(target)
    return target.getvalue()


def _told(title: str, waits: list[float]) -> Iterator[str]:
    if waits:
        usual, late = waits[len(waits) // 2], waits[int(len(waits) * 0.99)]
        yield f"{title:<28} {len(waits):6} answers   usual {usual * 1000:6.0f} ms   p99 {late * 1000:6.0f} ms   longest {waits[-1]:6.2f} s"


def _measured(
    who: Officer, ledger: str, rows: int, contents: list[bytes], codes: bool, writes: Waits, reads: Waits
) -> float:
    """Import the last of `contents` (those before it only prepare) and tell; gives the longest wait of a clock-in."""
    for content in contents[:-1]:
        who.import_sheet(ledger, content, {})
    quiet = time.monotonic()
    time.sleep(3)
    options = {"first_password": "activation_code"} if codes else {}
    began, checked, ended, over = who.import_sheet(ledger, contents[-1], options)
    time.sleep(1)
    click.echo(
        f"{rows} rows of {ledger}: checked in {checked - began:.1f} s, imported in {ended - checked:.1f} s"
        + (f", codes in {over - ended:.1f} s" if codes else "")
    )
    for title, since, until in (
        ("before", quiet, began),
        ("check", began, checked),
        ("import", checked, ended),
        ("codes", ended, over),
    ):
        for kind, waits in (("clock-ins", writes), ("reads", reads)):
            for line in _told(f"{kind}, {title}", waits.during(since, until)):
                click.echo(line)
    return max([0.0, *writes.during(began, over)])


@click.command(help=__doc__)
@click.option(
    "--ledger", "ledgers", type=click.Choice(sorted(SHEETS)), multiple=True, default=("persons",), show_default=True,
    help="Given again, one after the other.",
)  # fmt: skip
@click.option("--rows", default=10_000, show_default=True)
@click.option("--writers", default=4, show_default=True, help="People who clock in.")
@click.option("--readers", default=2, show_default=True, help="Officers who look at a list.")
@click.option("--goal", default=GOAL, show_default=True, help="Seconds that a clock-in may wait.")
@click.option("--codes", is_flag=True, help="First passwords of people are activation codes.")
@click.option("--again", is_flag=True, help="The rows are there, and change.")
def main(
    ledgers: tuple[str, ...], rows: int, writers: int, readers: int, goal: float, codes: bool, again: bool
) -> None:
    """Run it, print the figures, and end with 1 if somebody waited longer."""
    times = (0, 1) if again else (0,)
    sheets = {ledger: [workbook(ledger, rows, time_) for time_ in times] for ledger in ledgers}
    worst = 0.0
    with folder("importing") as home:
        port = free_port()
        url = f"http://127.0.0.1:{port}"
        settings, names = planted(home, url, f"sqlite:///{home / 'anban.db'}")
        part = anban(home, settings, "run", "run", "--no-demo", "--port", str(port))
        part.start()
        crowd, writes, reads = Crowd(), Waits(), Waits()
        try:
            who = Officer(url)
            clock_in = clock_ins(url, names)
            cookie = {"Cookie": f"anban_session={OFFICER}"}
            for _ in range(writers):
                crowd.add(writes, clock_in)
            for _ in range(readers):
                crowd.add(
                    reads, lambda line: line.get(f"{url}/api/console/v1/persons", headers=cookie, timeout=120)
                )
            for ledger, contents in sheets.items():
                worst = max(worst, _measured(who, ledger, rows, contents, codes, writes, reads))
        finally:
            crowd.end()
            part.end()
    for fault in (*writes.faults[:3], *reads.faults[:3]):
        click.echo(f"FAULT: {fault}")
    sys.exit(1 if writes.faults or reads.faults or worst > goal else 0)


if __name__ == "__main__":
    main()
